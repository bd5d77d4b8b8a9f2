//! The codifier of territorial units (KATOTTG): what a unit is, its names and addresses, and how to find it.
//!
//! Identity is the five-digit tail of the code. Code, parent, category and name have validity, so a
//! unit that was renamed, moved or closed keeps its page and its history.

pub mod data;
mod gazetteer;
pub mod import;
mod keys;
mod search;
pub mod store;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
#[cfg(test)]
mod tests;
pub mod web;
#[cfg(test)]
mod web_tests;

use ratusha_platform::{Lang, text::translit};
use ratusha_templates::map;

pub use gazetteer::{Gazetteer, Places};
pub use import::{Change, ChangeKind, ImportOptions, ImportReport, RowError, import_file, import_shipped};
pub use search::{Hit, search, search_in};
pub use store::{
    Edition, Succession, edition, find_by_code, find_by_tail, find_by_tails, history, list_children, list_top, oblasts, predecessors,
    successors,
};

/// The level of a unit, by the letter that the codifier gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Oblast or the Autonomous Republic of Crimea.
    O,
    /// City with special status: Kyiv, Sevastopol.
    K,
    /// Raion of an oblast.
    P,
    /// Territorial community.
    H,
    /// City.
    M,
    /// Urban-type settlement; abolished, kept for older editions.
    T,
    /// Settlement.
    X,
    /// Village.
    C,
    /// District of a city.
    B,
}

impl Category {
    /// All of them, from the largest.
    pub const ALL: [Self; 9] = [Self::O, Self::K, Self::P, Self::H, Self::M, Self::T, Self::X, Self::C, Self::B];

    /// The codifier's letter.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::O => "O",
            Self::K => "K",
            Self::P => "P",
            Self::H => "H",
            Self::M => "M",
            Self::T => "T",
            Self::X => "X",
            Self::C => "C",
            Self::B => "B",
        }
    }

    /// Reads the letter; Cyrillic look-alikes are taken for what they look like.
    #[must_use]
    pub fn parse(letter: &str) -> Option<Self> {
        let latin = match letter {
            "О" => "O",
            "К" => "K",
            "Р" => "P",
            "Н" => "H",
            "М" => "M",
            "Т" => "T",
            "Х" => "X",
            "С" => "C",
            "В" => "B",
            other => other,
        };
        Self::ALL.into_iter().find(|category| category.letter() == latin)
    }

    /// Locale key of the level's name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::O => "territory-level-oblast",
            Self::K => "territory-level-special-city",
            Self::P => "territory-level-raion",
            Self::H => "territory-level-community",
            Self::M => "territory-level-city",
            Self::T => "territory-level-urban-settlement",
            Self::X => "territory-level-settlement",
            Self::C => "territory-level-village",
            Self::B => "territory-level-city-district",
        }
    }

    /// How many characters of a code this level and those above it fill, `UA` included.
    #[must_use]
    pub(crate) fn depth(self) -> usize {
        match self {
            Self::O | Self::K => 4,
            Self::P => 6,
            Self::H => 9,
            Self::M | Self::T | Self::X | Self::C => 12,
            Self::B => 14,
        }
    }

    /// Whether a unit of this level may stand directly under one of level `parent` (`None`: under nothing).
    #[must_use]
    pub(crate) fn fits_under(self, parent: Option<Self>) -> bool {
        match self {
            Self::O | Self::K => parent.is_none(),
            Self::P => parent == Some(Self::O),
            Self::H => parent == Some(Self::P),
            // Pripyat and Chornobyl belong to no community and stand under their oblast.
            Self::M | Self::T | Self::X | Self::C => {
                matches!(parent, Some(Self::O | Self::K | Self::P | Self::H))
            }
            Self::B => matches!(parent, Some(Self::K | Self::M)),
        }
    }
}

/// One state of one unit of the codifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Five digits, the unit's identity.
    pub tail: String,
    /// `UA` and seventeen digits.
    pub code: String,
    /// Tail of the unit above; `None` for the 27 at the top.
    pub parent: Option<String>,
    /// Its level.
    pub category: Category,
    /// The name as the codifier gives it: an adjective for oblasts, raions and communities.
    pub name: String,
    /// `YYYY-MM-DD` of the edition in which this state was first seen.
    pub valid_from: String,
    /// `YYYY-MM-DD` of the edition that no longer has it; `None` while it is in force.
    pub valid_to: Option<String>,
    /// Latitude in millionths of a degree, where known (communities and the two special cities).
    pub lat: Option<i64>,
    /// Longitude in millionths of a degree.
    pub lon: Option<i64>,
}

impl Unit {
    /// The name with its level where the level is part of it: «Вінницька територіальна громада».
    #[must_use]
    pub fn display_name(&self, lang: Lang) -> String {
        match lang {
            Lang::Uk => self.name_uk(),
            Lang::En => self.name_en(),
        }
    }

    fn name_uk(&self) -> String {
        let name = &self.name;
        match self.category {
            Category::O if name.ends_with("ька") => format!("{name} область"),
            Category::P | Category::B => format!("{name} район"),
            Category::H => format!("{name} територіальна громада"),
            _ => name.clone(),
        }
    }

    /// The English name, by the official transliteration: `Vinnytska territorial community`.
    fn name_en(&self) -> String {
        let name = translit::to_latin(&self.name);
        match self.category {
            // The forms in use ("Lviv Oblast") are those of the map; they are no transliteration of the adjective.
            Category::O => map::region(&self.code).map_or_else(|| format!("{name} Oblast"), |region| region.en.to_owned()),
            Category::P => format!("{name} raion"),
            Category::B => format!("{name} district"),
            Category::H => format!("{name} territorial community"),
            _ => name,
        }
    }

    /// Locale key of its level; Crimea is a republic, not an oblast.
    #[must_use]
    pub fn level_key(&self) -> &'static str {
        match self.category {
            Category::O if !self.name.ends_with("ька") => "territory-level-republic",
            category => category.key(),
        }
    }

    /// `vinnytska-31457`: the transliterated name and the tail.
    #[must_use]
    pub fn slug(&self) -> String {
        let name = translit::slug(&self.name);
        if name.is_empty() { self.tail.clone() } else { format!("{name}-{}", self.tail) }
    }

    /// The page of the unit, without the language prefix.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/t/{}", self.slug())
    }

    /// The two digits of its oblast or special city.
    #[must_use]
    pub fn oblast(&self) -> &str {
        oblast_prefix(&self.code).unwrap_or("")
    }

    /// The part of the code that everything inside the unit begins with.
    #[must_use]
    pub fn code_prefix(&self) -> &str {
        self.code.get(..self.category.depth()).unwrap_or(&self.code)
    }

    /// True while the unit is in the edition in force.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.valid_to.is_none()
    }
}

/// True for `UA` and seventeen digits.
#[must_use]
pub fn is_code(text: &str) -> bool {
    text.len() == 19 && text.strip_prefix("UA").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
}

/// True for five digits.
#[must_use]
pub fn is_tail(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The tail of a code; `None` for anything that is no code.
#[must_use]
pub fn tail_of(code: &str) -> Option<&str> {
    if is_code(code) { code.get(14..) } else { None }
}

/// The two digits of the oblast or special city in a code: `46` for everything in Львівська область.
#[must_use]
pub fn oblast_prefix(code: &str) -> Option<&str> {
    if is_code(code) { code.get(2..4) } else { None }
}

/// The tail in the last part of a unit's address: `vinnytska-31457`, `31457`, or a whole code.
#[must_use]
pub fn tail_of_slug(slug: &str) -> Option<&str> {
    let last = slug.rsplit('-').next().unwrap_or(slug);
    if is_tail(last) { Some(last) } else { tail_of(last) }
}
