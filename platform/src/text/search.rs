//! Analysis for full-text search: the same stems for a text and for what people ask, whatever the database.
//!
//! The stems of a text fill a column that SQLite (FTS5) and PostgreSQL (`simple`) only match.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::stem::stem;
use super::translit::is_apostrophe;

/// Most groups in a query; further words are ignored.
pub const MAX_GROUPS: usize = 8;
/// Longest token, in characters; the rest of it is ignored.
const MAX_TOKEN: usize = 40;
/// Shortest stem that may match as a prefix: shorter ones would meet half of the dictionary.
const MIN_PREFIX: usize = 5;

/// Words too common to tell texts apart, in the form that the tokeniser gives.
const STOP_WORDS: &str = "а або адже але б без би був буде будуть була були було бути в вам вас ваш ваша ваше ваші \
    весь ви від він вона вони воно все всі всіх втім де для до дуже є ж же з за зі із інші й його її їм їх їхній і \
    коли крім лише між мене мені ми на над нам нами нас наш наша наше наші не нею ні ним них ну о об один одна однак \
    от отже перед по поза при про під після саме свій свої своїх себе собі сю та так також таке такий такі там те \
    тим тих то тобто тобі того той тому тут ти у усі це цей цим цих ця ці цього цьому через чи чим що щоб щодо \
    що як яка яке яких яким які який якщо я \
    a an and are as at be been but by for from had has have in into is it its of on or our such that the their then \
    there these they this to was we were will with you your";

/// Words that people use for one another; one group per line.
const SYNONYMS: &[&[&str]] = &[
    &["кеп", "ецп"],
    &["смт", "селище"],
    &["громада", "тг", "отг"],
    &["впо", "переселенець"],
    &["сайт", "вебсайт"],
    &["садок", "дитсадок"],
    &["тендер", "закупівля"],
    &["практика", "кейс"],
    &["вуз", "виш", "зво"],
    &["онлайн", "online"],
    &["чатбот", "chatbot"],
];

/// Phrases and what they are shortened to. A text that has the phrase also gets the short form,
/// and a query with the phrase asks for the short form, so the two meet.
const PHRASES: &[(&str, &str)] = &[
    ("центр надання адміністративних послуг", "цнап"),
    ("об’єднана територіальна громада", "отг"),
    ("територіальна громада", "тг"),
    ("кваліфікований електронний підпис", "кеп"),
    ("електронний цифровий підпис", "ецп"),
    ("внутрішньо переміщена особа", "впо"),
    ("орган місцевого самоврядування", "омс"),
    ("обласна державна адміністрація", "ода"),
    ("обласна військова адміністрація", "ова"),
    ("селище міського типу", "смт"),
    ("штучний інтелект", "ші"),
    ("громадський бюджет", "бюджет участі"),
    ("бюджет участі", "громадський бюджет"),
];

struct Tables {
    stop: HashSet<&'static str>,
    synonyms: Vec<Vec<String>>,
    phrases: Vec<(Vec<String>, Vec<String>)>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let stems = |text: &str| tokens(text).iter().map(|t| stem(t)).collect::<Vec<_>>();
    Tables {
        stop: STOP_WORDS.split_whitespace().collect(),
        synonyms: SYNONYMS.iter().map(|group| group.iter().map(|w| stem(w)).collect()).collect(),
        phrases: PHRASES.iter().map(|(long, short)| (stems(long), stems(short))).collect(),
    }
});

/// Latin letters that look like Cyrillic ones, in lower case (the shapes of H, K, M, T, B are those of capitals).
fn cyrillic_twin(c: char) -> Option<char> {
    Some(match c {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' => 'і',
        'ï' => 'ї',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        _ => return None,
    })
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52F}').contains(&c)
}

/// One spelling for what is spelled in several ways: Latin letters within Cyrillic words, «проект».
fn unify(token: String) -> String {
    let mut token = token;
    if token.chars().any(is_cyrillic)
        && token.chars().any(|c| cyrillic_twin(c).is_some())
        && token.chars().all(|c| is_cyrillic(c) || cyrillic_twin(c).is_some())
    {
        token = token.chars().map(|c| cyrillic_twin(c).unwrap_or(c)).collect();
    }
    if token.contains("проект") {
        token = token.replace("проект", "проєкт");
    }
    token
}

/// Lower-case words of a text in order: NFC, apostrophes inside words removed, «е-» read as «електронний».
pub fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut token = String::new();
    let mut size = 0;
    let mut chars = text.nfc().flat_map(char::to_lowercase).nfc().peekable();
    while let Some(c) = chars.next() {
        let next_is_letter = chars.peek().is_some_and(|n| n.is_alphabetic() && !is_apostrophe(*n));
        if c.is_alphanumeric() && !is_apostrophe(c) {
            size += 1;
            if size <= MAX_TOKEN {
                token.push(c);
            }
            continue;
        }
        if is_apostrophe(c) && next_is_letter && !token.is_empty() {
            continue;
        }
        if matches!(c, '-' | '‑') && next_is_letter && matches!(token.as_str(), "е" | "e") {
            token = "електронний".to_owned();
        }
        if !token.is_empty() {
            found.push(unify(std::mem::take(&mut token)));
        }
        size = 0;
    }
    if !token.is_empty() {
        found.push(unify(token));
    }
    found
}

fn stems(text: &str) -> Vec<String> {
    tokens(text).into_iter().filter(|t| !TABLES.stop.contains(t.as_str())).map(|t| stem(&t)).filter(|s| !s.is_empty()).collect()
}

/// The stems of a text, joined with spaces, for the index: stop words dropped, short forms added
/// after the phrases they stand for. Only letters, digits and spaces.
pub fn analyse(text: &str) -> String {
    let stems = stems(text);
    let mut out = String::with_capacity(text.len());
    let add = |out: &mut String, stem: &str| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(stem);
    };
    for (at, stem) in stems.iter().enumerate() {
        add(&mut out, stem);
        let so_far = stems.get(..=at).unwrap_or_default();
        for (_, short) in TABLES.phrases.iter().filter(|(long, _)| so_far.ends_with(long)) {
            short.iter().for_each(|s| add(&mut out, s));
        }
    }
    out
}

/// What a user asks: all groups must match, one stem of each group suffices.
///
/// At most [`MAX_GROUPS`] groups; the first stem of a group is the word itself, the rest are synonyms.
/// Stems hold only lower-case letters and digits, so they are safe inside any match expression.
/// Empty when the query has only stop words or signs: show everything then, or nothing, but do not match.
pub fn query(text: &str) -> Vec<Vec<String>> {
    let asked = stems(text);
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut rest = asked.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let phrase =
            TABLES.phrases.iter().filter(|(long, short)| short.len() == 1 && rest.starts_with(long)).max_by_key(|(long, _)| long.len());
        let word = match phrase {
            Some((long, short)) => {
                rest = rest.get(long.len()..).unwrap_or_default();
                short.first().unwrap_or(first)
            }
            None => {
                rest = after;
                first
            }
        };
        let mut group = vec![word.clone()];
        for synonyms in TABLES.synonyms.iter().filter(|s| s.contains(word)) {
            group.extend(synonyms.iter().filter(|s| *s != word).cloned());
        }
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups.truncate(MAX_GROUPS);
    groups
}

/// Whether a stem of a query should match as a prefix; shorter ones and numbers match whole.
pub fn is_prefix(stem: &str) -> bool {
    stem.chars().count() >= MIN_PREFIX && !stem.chars().all(|c| c.is_ascii_digit())
}

fn expression(groups: &[Vec<String>], term: impl Fn(&str) -> String, or: &str, and: &str) -> String {
    groups
        .iter()
        .map(|group| {
            let terms: Vec<String> = group.iter().map(|stem| term(stem)).collect();
            format!("({})", terms.join(or))
        })
        .collect::<Vec<_>>()
        .join(and)
}

/// The `MATCH` expression of FTS5 for the groups of [`query`]; empty for no groups.
pub fn to_fts5(groups: &[Vec<String>]) -> String {
    let term = |stem: &str| format!("\"{stem}\"{}", if is_prefix(stem) { " *" } else { "" });
    expression(groups, term, " OR ", " AND ")
}

/// The same for PostgreSQL, to be bound to `to_tsquery('simple', $n)`.
pub fn to_tsquery(groups: &[Vec<String>]) -> String {
    let term = |stem: &str| format!("{stem}{}", if is_prefix(stem) { ":*" } else { "" });
    expression(groups, term, " | ", " & ")
}

const LATIN_KEYS: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`\\";
const CYRILLIC_KEYS: &str = "йцукенгшщзхїфівапролджєячсмитьбю'ґ";

/// The text as it would be had the other keyboard layout been on: `ghbdsn` is «привіт», «реез» is `http`.
///
/// Latin goes to Ukrainian if there are Latin letters and no Cyrillic ones, else the other way round.
pub fn fix_layout(text: &str) -> String {
    let to_cyrillic = !text.chars().any(is_cyrillic);
    let (from, to) = if to_cyrillic { (LATIN_KEYS, CYRILLIC_KEYS) } else { (CYRILLIC_KEYS, LATIN_KEYS) };
    let swap = |c: char| from.chars().zip(to.chars()).find(|(f, _)| *f == c).map(|(_, t)| t);
    text.chars()
        .map(|c| {
            let shifted = match c {
                '{' => 'Х',
                '}' => 'Ї',
                ':' => 'Ж',
                '"' => 'Є',
                '<' => 'Б',
                '>' => 'Ю',
                _ => c,
            };
            if to_cyrillic && shifted != c {
                return shifted;
            }
            if let Some(swapped) = swap(c) {
                return swapped;
            }
            let lower = c.to_lowercase().next().unwrap_or(c);
            match swap(lower) {
                Some(swapped) if lower != c => swapped.to_uppercase().next().unwrap_or(swapped),
                _ => c,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(asked: &str, text: &str) -> bool {
        let text = analyse(text);
        let words: Vec<&str> = text.split(' ').collect();
        let groups = query(asked);
        !groups.is_empty()
            && groups
                .iter()
                .all(|group| group.iter().any(|stem| words.iter().any(|w| w == stem || is_prefix(stem) && w.starts_with(stem.as_str()))))
    }

    #[test]
    fn queries_find_texts_in_other_forms() {
        for (asked, text) in [
            ("електронна черга", "Запровадження електронної черги до дитсадків"),
            ("Електронні черги", "електронну чергу"),
            ("послуга", "перелік адміністративних послуг"),
            ("е-послуги", "Електронна послуга"),
            ("електронні послуги", "нові е‑послуги громади"),
            ("проект бюджету", "Проєкти бюджетів на 2026 рік"),
            ("ЦНАП", "Центр надання адміністративних послуг"),
            ("центр надання адміністративних послуг", "Відкрито ЦНАП у селі"),
            ("центри надання адміністративних послуг", "Центр надання адміністративних послуг"),
            ("громадський бюджет", "Бюджет участі міста"),
            ("об'єднана територіальна громада", "Слобожанська ОТГ"),
            ("сім'я", "підтримка сімей"),
            ("об’єкт", "обʼєкти культури"),
            ("Київ", "рішення Києва"),
            ("Kиїв", "Київ"),
            ("ґрунт", "родючі грунти"),
            ("ЕЦП", "підписати КЕП"),
            ("селище", "смт Буча"),
            ("policies", "open data policy"),
            ("2026", "бюджет 2026 року"),
            ("голосув", "Голосування за проєкти"),
        ] {
            assert!(finds(asked, text), "{asked} -> {:?} in {}", query(asked), analyse(text));
        }
    }

    #[test]
    fn queries_do_not_find_words_that_only_begin_alike() {
        for (asked, text) in [
            ("голова", "голосування"),
            ("місто", "містика"),
            ("право", "правило"),
            ("рад", "радість"),
            ("202", "2026"),
            ("подія", "подарунок"),
            ("електронна черга", "електронний щоденник"),
            ("про це", "про це й те"),
        ] {
            assert!(!finds(asked, text), "{asked} -> {:?} in {}", query(asked), analyse(text));
        }
    }

    #[test]
    fn analysis_keeps_order_and_drops_small_words() {
        assert_eq!(analyse("Про затвердження плану на 2026 рік"), "затверджен план 2026 рок");
        assert_eq!(analyse("— і та або…"), "");
        assert_eq!(tokens("П’ята 'цитата' м'ята, e-ua 3D!"), ["пята", "цитата", "мята", "електронний", "ua", "3d"]);
    }

    #[test]
    fn match_expressions_hold_nothing_but_stems() {
        let groups = query("кеп OR \"громада*\" & NOT (x) -рада:*");
        assert_eq!(
            to_fts5(&groups),
            "(\"кеп\" OR \"ецп\") AND (\"громад\" * OR \"тг\" OR \"отг\") AND (\"not\") AND (\"x\") AND (\"рад\")"
        );
        assert_eq!(to_tsquery(&groups), "(кеп | ецп) & (громад:* | тг | отг) & (not) & (x) & (рад)");
        assert_eq!(to_fts5(&query("та й")), "");
        assert!(query(&"слово1 слово2 слово3 ".repeat(9)).len() == 3);
        assert_eq!(query("а1 а2 а3 а4 а5 а6 а7 а8 а9 а10").len(), MAX_GROUPS);
    }

    #[test]
    fn the_wrong_keyboard_layout_is_undone() {
        assert_eq!(fix_layout("ghbdsn"), "привіт");
        assert_eq!(fix_layout("Ghjtrn ,.l;tne"), "Проект бюджету");
        assert_eq!(fix_layout("}:fr"), "ЇЖак");
        assert_eq!(fix_layout("щзут вфеф"), "open data");
        assert_eq!(fix_layout(&fix_layout("cnfnen")), "cnfnen");
    }

    proptest! {
        #[test]
        fn any_text_gives_plain_stems(text in any::<String>(), uk in "[а-яіїєґА-Я'’ -]{0,60}") {
            for text in [text, uk] {
                prop_assert!(analyse(&text).chars().all(|c| c.is_alphanumeric() || c == ' '));
                let groups = query(&text);
                prop_assert!(groups.len() <= MAX_GROUPS);
                prop_assert!(groups.iter().flatten().all(|s| !s.is_empty() && s.chars().all(char::is_alphanumeric)));
                fix_layout(&text);
            }
        }

        #[test]
        fn a_text_is_found_by_its_own_words(text in "([а-щьюяєії]{2,12} ){1,8}") {
            let groups = query(&text);
            prop_assert!(groups.is_empty() || finds(&text, &text));
        }
    }
}
