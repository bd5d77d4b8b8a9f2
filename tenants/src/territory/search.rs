//! Finding a unit by what people type: any apostrophe, any case, Ukrainian or Latin letters, the beginning of a
//! name, a name with its level («село», «територіальна громада»), a name with its region after a comma, or a code.

use std::{collections::HashMap, sync::LazyLock};

use ratusha_platform::{AppResult, Conn, Lang, text::latin_key};

use super::{
    Category, Gazetteer, Places, Unit, is_code, is_tail, keys,
    store::{self, Wanted},
    tail_of,
};

/// Longest text that is looked at, in characters.
const TEXT_MAX: usize = 200;
/// Most units that a region behind a comma may stand for.
const REGIONS_MAX: usize = 40;

/// A unit that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The unit.
    pub unit: Unit,
    /// The units above it, the nearest first.
    pub path: Vec<Unit>,
    /// True when the whole name matched, not only its beginning.
    pub exact: bool,
    /// True when it was found by a name that it no longer has.
    pub former: bool,
}

impl Hit {
    /// Where it lies: «Одеський район, Одеська область»; empty for the 27 at the top.
    #[must_use]
    pub fn place(&self, lang: Lang) -> String {
        let names: Vec<String> = self.path.iter().map(|unit| unit.display_name(lang)).collect();
        names.join(", ")
    }
}

/// The units that `text` may mean, best first, at most `limit`. Costs four statements at most.
///
/// # Errors
/// Internal, from the database.
pub async fn search(gazetteer: &Gazetteer, conn: &mut Conn, text: &str, limit: usize) -> AppResult<Vec<Hit>> {
    search_in(gazetteer, conn, text, &[], limit).await
}

/// [`search`] among units of these levels only; all levels when none is named.
///
/// # Errors
/// Internal, from the database.
pub async fn search_in(gazetteer: &Gazetteer, conn: &mut Conn, text: &str, levels: &[Category], limit: usize) -> AppResult<Vec<Hit>> {
    let found: Vec<(Unit, i64)> = match code(text) {
        Some(code) => find_code(conn, &code)
            .await?
            .into_iter()
            .filter(|unit| levels.is_empty() || levels.contains(&unit.category))
            .map(|unit| (unit, keys::NAME))
            .collect(),
        None => {
            let places = gazetteer.places(conn).await?;
            match Query::read(text).wanted(&places, levels) {
                Some(wanted) => store::find_by_keys(conn, &wanted, limit).await?,
                None => Vec::new(),
            }
        }
    };
    let (units, marks): (Vec<Unit>, Vec<i64>) = found.into_iter().unzip();
    let paths = gazetteer.paths(conn, &units).await?;
    let hits = units.into_iter().zip(paths).zip(marks).map(|((unit, path), mark)| Hit {
        unit,
        path,
        exact: mark < 10,
        former: mark % 10 == keys::FORMER_NAME,
    });
    Ok(hits.collect())
}

/// The code or tail that `text` is, if it is one.
fn code(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '|').take(20).collect();
    let text = text.to_uppercase();
    (is_tail(&text) || is_code(&text)).then_some(text)
}

async fn find_code(conn: &mut Conn, code: &str) -> sqlx::Result<Option<Unit>> {
    let Some(tail) = tail_of(code) else { return store::find_by_tail(conn, code).await };
    match store::find_by_code(conn, code).await? {
        Some(unit) => Ok(Some(unit)),
        // A code of an edition that this node has never seen: the tail is the same all the same.
        None => store::find_by_tail(conn, tail).await,
    }
}

/// What a word of the query says about the level.
#[derive(Debug, Clone, Copy)]
enum Word {
    /// It names a level and is no part of the name.
    Level(&'static [&'static str]),
    /// It goes with the word for a community («міська територіальна громада»).
    CommunityKind,
    /// It names a level only in front of a name («м. Львів»).
    Short(&'static [&'static str]),
}

const COMMUNITY: &[&str] = &["H"];
const RAION: &[&str] = &["P", "B"];
const CITY: &[&str] = &["M", "K"];
const SETTLEMENT: &[&str] = &["X", "T"];
const VILLAGE: &[&str] = &["C"];
const OBLAST: &[&str] = &["O"];

static WORDS: LazyLock<HashMap<String, Word>> = LazyLock::new(|| {
    let groups: [(&[&str], Word); 10] = [
        (&["територіальна", "громада", "територіальної", "громади", "тг", "отг", "рада"], Word::Level(COMMUNITY)),
        (&["territorial", "community", "municipality"], Word::Level(COMMUNITY)),
        (&["міська", "селищна", "сільська", "urban", "rural"], Word::CommunityKind),
        (&["область", "області", "обл", "oblast", "region"], Word::Level(OBLAST)),
        (&["район", "району", "raion", "rayon", "district"], Word::Level(RAION)),
        (&["місто", "city", "town"], Word::Level(CITY)),
        (&["селище", "смт", "сщ", "settlement"], Word::Level(SETTLEMENT)),
        (&["село", "village"], Word::Level(VILLAGE)),
        (&["м"], Word::Short(CITY)),
        (&["с"], Word::Short(VILLAGE)),
    ];
    let mut words: HashMap<String, Word> =
        groups.into_iter().flat_map(|(words, meaning)| words.iter().map(move |word| (latin_key(word), meaning))).collect();
    words.insert(latin_key("ар"), Word::Short(OBLAST));
    words
});

/// One name with what was said about its level.
#[derive(Debug, Default, PartialEq, Eq)]
struct Name {
    /// As typed, without the words for levels, as a key.
    key: String,
    /// As typed, as a key.
    whole: String,
    level: &'static [&'static str],
}

impl Name {
    fn read(text: &str) -> Self {
        let text = text.to_lowercase().replace("р-н", "район").replace("с-ще", "селище");
        let whole = latin_key(&text);
        if matches!(whole.as_str(), "crimea" | "autonomous republic of crimea") {
            return Self { key: "krim".to_owned(), whole: "krim".to_owned(), level: OBLAST };
        }
        let words: Vec<&str> = whole.split(' ').collect();
        let mut level: &'static [&'static str] = &[];
        let mut kept: Vec<(&str, bool)> = Vec::new();
        for (n, word) in words.iter().enumerate() {
            match WORDS.get(*word) {
                Some(Word::Level(named)) => level = named,
                Some(Word::Short(named)) if n == 0 && words.len() > 1 => level = named,
                Some(Word::CommunityKind) => kept.push((word, true)),
                Some(Word::Short(_)) | None => kept.push((word, false)),
            }
        }
        let name: Vec<&str> = kept.iter().filter(|(_, kind)| !(*kind && level == COMMUNITY)).map(|(word, _)| *word).collect();
        Self { key: name.join("0"), whole: whole.replace(' ', "0"), level }
    }

    /// How far down the named level is; a name without one is taken for a place.
    fn depth(&self) -> usize {
        self.level.first().and_then(|letter| Category::parse(letter)).map_or(12, Category::depth)
    }

    /// The keys to look for, the whole text first.
    fn keys(&self) -> Vec<String> {
        let mut keys = vec![self.whole.clone()];
        if self.key != self.whole {
            keys.push(self.key.clone());
        }
        keys.retain(|key| !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        keys
    }
}

/// A query taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Query {
    name: Name,
    /// Regions in which the unit is said to lie.
    regions: Vec<Name>,
}

impl Query {
    fn read(text: &str) -> Self {
        let text: String = text.chars().take(TEXT_MAX).collect();
        let mut names: Vec<Name> = text.split([',', ';', '\n']).map(Name::read).filter(|n| !n.whole.is_empty()).collect();
        // «Одеська область, Іванівка» is written from the large to the small.
        if let (Some(first), Some(last)) = (names.first(), names.last())
            && first.depth() < last.depth()
        {
            names.reverse();
        }
        let mut names = names.into_iter();
        Self { name: names.next().unwrap_or_default(), regions: names.take(4).collect() }
    }

    /// What to ask the database for; `None` when nothing can match.
    fn wanted(&self, places: &Places, levels: &[Category]) -> Option<Wanted> {
        let keys: Vec<(String, String)> = self
            .name
            .keys()
            .into_iter()
            .map(|key| {
                let end = keys::after(&key).unwrap_or_else(|| "zzzzzzzz".to_owned());
                (key, end)
            })
            .collect();
        if keys.is_empty() {
            return None;
        }
        let mut inside = Vec::new();
        for region in &self.regions {
            let named = |unit: &&Unit| region.level.is_empty() || region.level.contains(&unit.category.letter());
            let mut prefixes: Vec<String> = region
                .keys()
                .iter()
                .flat_map(|key| places.beginning_with(key).filter(named))
                .map(|unit| unit.code_prefix().to_owned())
                .collect();
            prefixes.sort();
            prefixes.dedup();
            prefixes.truncate(REGIONS_MAX);
            // A region that nobody knows is left out rather than hiding everything.
            if !prefixes.is_empty() {
                inside.push(prefixes);
            }
        }
        let only = levels.iter().map(|level| level.letter()).collect();
        Some(Wanted { keys, level: self.name.level, only, inside })
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    fn name(text: &str) -> (String, &'static [&'static str]) {
        let name = Name::read(text);
        (name.key, name.level)
    }

    #[test]
    fn words_for_levels_are_no_part_of_the_name() {
        assert_eq!(name("Вінницька територіальна громада"), ("vinitska".into(), COMMUNITY));
        assert_eq!(name("Вінницька міська рада"), ("vinitska".into(), COMMUNITY));
        assert_eq!(name("Vinnytska territorial community"), ("vinitska".into(), COMMUNITY));
        assert_eq!(name("Львівська обл."), ("lvivska".into(), OBLAST));
        assert_eq!(name("Одеський р-н"), ("odeski".into(), RAION));
        assert_eq!(name("м. Львів"), ("lviv".into(), CITY));
        assert_eq!(name("м"), ("m".into(), &[][..]));
        assert_eq!(name("село"), (String::new(), VILLAGE));
        assert_eq!(name("Сільська"), ("silska".into(), &[][..]));
        assert_eq!(name("АР Крим"), ("krim".into(), OBLAST));
        assert_eq!(name("Crimea"), ("krim".into(), OBLAST));
    }

    #[test]
    fn large_to_small_and_small_to_large_are_the_same_query() {
        let there = Query::read("Іванівка, Одеська область");
        assert_eq!(there, Query::read("Одеська область, Іванівка"));
        assert_eq!(there.name.key, "ivanivka");
        assert_eq!(there.regions.len(), 1);
    }

    #[test]
    fn codes_and_tails_are_recognised_however_they_are_written() {
        assert_eq!(code(" 26241 ").as_deref(), Some("26241"));
        assert_eq!(code("ua46000000000026241").as_deref(), Some("UA46000000000026241"));
        assert_eq!(code("UA|46|00|000|000|00|26241").as_deref(), Some("UA46000000000026241"));
        assert_eq!(code("2624"), None);
        assert_eq!(code("Львів"), None);
    }
}
