//! What goes into the index, what is asked of it and what it answers.

use std::collections::BTreeMap;

use ratusha_platform::{Timestamp, http::cursor::Cursor};

/// Name of the facet of modules.
pub const MODULE: &str = "module";
/// Name of the facet of classes (notations of the classifier).
pub const CONCEPT: &str = "concept";
/// Name of the facet of regions (the two digits of a KATOTTG code).
pub const OBLAST: &str = "oblast";
/// Name of the facet of years (in Kyiv).
pub const YEAR: &str = "year";
/// Name of the facet of languages.
pub const LANG: &str = "lang";

/// Whether strangers may find an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Found by everybody.
    #[default]
    Public,
    /// Known to the modules only: drafts, and what was taken down.
    Hidden,
}

impl State {
    /// As it stands in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Hidden => "hidden",
        }
    }

    /// Reads it back; what is not `public` is hidden.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == "public" { Self::Public } else { Self::Hidden }
    }
}

/// One thing as its module puts it into the index.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The module's id of it, a UUID.
    pub object: String,
    /// The module's name.
    pub module: &'static str,
    /// Whether strangers may find it.
    pub state: State,
    /// Its ActivityPub id, here or at its origin.
    pub ap_id: String,
    /// Path of its page on this tenant, without the language prefix.
    pub path: String,
    /// Language of its text, `uk` or `en`.
    pub lang: String,
    /// Title, plain text.
    pub title: String,
    /// One or two sentences, plain text.
    pub summary: String,
    /// All of its text, plain, for the search.
    pub body: String,
    /// KATOTTG code of where it belongs.
    pub territory: Option<String>,
    /// SPDX name of its licence.
    pub licence: String,
    /// Host of the server where it was born.
    pub origin: String,
    /// Notations of its classes; the broader ones follow from the classifier.
    pub concepts: Vec<String>,
    /// Values of the module's own facets.
    pub facets: Vec<(&'static str, String)>,
    /// When it became public.
    pub published_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One thing as the index gives it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The module's id of it.
    pub object: String,
    /// The module's name.
    pub module: String,
    /// Whether strangers may find it.
    pub state: State,
    /// Its ActivityPub id.
    pub ap_id: String,
    /// Path of its page on this tenant.
    pub path: String,
    /// Language of its text.
    pub lang: String,
    /// Title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// KATOTTG code of where it belongs.
    pub territory: Option<String>,
    /// The two digits of its region.
    pub oblast: Option<String>,
    /// SPDX name of its licence.
    pub licence: String,
    /// Host of the server where it was born.
    pub origin: String,
    /// Notations of its own classes, sorted; empty unless it came from [`super::search`].
    pub concepts: Vec<String>,
    /// Values of its module's own facets, sorted; empty unless it came from [`super::search`].
    pub facets: Vec<(String, String)>,
    /// When it became public.
    pub published_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// First those with the words in the title, and among equals the newest; without words, the newest first.
    Relevance,
}

impl Order {
    /// As it stands in an address.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Relevance => "relevance",
        }
    }

    /// Reads it back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Newest, Self::Oldest, Self::Relevance].into_iter().find(|order| order.name() == text)
    }
}

/// What is asked. Every condition that is set must hold; the default asks for everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Query {
    /// Words as typed; all of them must occur, in any form.
    pub text: String,
    /// One module's name.
    pub module: Option<String>,
    /// Chosen classes: all must hold, each through any of its notations (itself and narrower ones).
    pub concepts: Vec<Vec<String>>,
    /// Two digits of a region, any of them.
    pub oblasts: Vec<String>,
    /// Beginning of a KATOTTG code: a unit and everything in it.
    pub territory: Option<String>,
    /// A module's facets: all must hold, each through any of its values.
    pub facets: Vec<(String, Vec<String>)>,
    /// Years of publication, any of them.
    pub years: Vec<String>,
    /// Language.
    pub lang: Option<String>,
    /// Host of the server where it was born.
    pub origin: Option<String>,
    /// Not published before.
    pub from: Option<Timestamp>,
    /// Published before.
    pub to: Option<Timestamp>,
    /// The order.
    pub order: Order,
    /// Where the page begins.
    pub cursor: Option<CursorKey>,
}

/// A cursor that can be part of a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CursorKey {
    /// The sort value.
    pub key: i64,
    /// The id among equal sort values.
    pub id: String,
}

impl From<Cursor> for CursorKey {
    fn from(cursor: Cursor) -> Self {
        Self { key: cursor.key, id: cursor.id }
    }
}

impl Query {
    /// Everything of one module, the newest first.
    #[must_use]
    pub fn of_module(module: impl Into<String>) -> Self {
        Self { module: Some(module.into()), ..Self::default() }
    }

    /// True when nothing is asked but, perhaps, a module.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let Self { text, module: _, concepts, oblasts, territory, facets, years, lang, origin, from, to, order: _, cursor: _ } = self;
        text.trim().is_empty()
            && concepts.is_empty()
            && oblasts.is_empty()
            && territory.is_none()
            && facets.is_empty()
            && years.is_empty()
            && lang.is_none()
            && origin.is_none()
            && from.is_none()
            && to.is_none()
    }

    /// This query without what does not change its counts.
    #[must_use]
    pub fn without_place(&self) -> Self {
        Self { order: Order::default(), cursor: None, ..self.clone() }
    }
}

/// How many public entries answer a query, and how they spread over the facets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// All of them.
    pub total: i64,
    /// Facet name, then value: how many.
    pub facets: BTreeMap<String, BTreeMap<String, i64>>,
}

impl Counts {
    /// How many have `value` in the facet `name`.
    #[must_use]
    pub fn of(&self, name: &str, value: &str) -> i64 {
        self.facets.get(name).and_then(|values| values.get(value)).copied().unwrap_or(0)
    }

    /// All values of the facet `name`.
    pub fn values(&self, name: &str) -> impl Iterator<Item = (&str, i64)> {
        self.facets.get(name).into_iter().flatten().map(|(value, n)| (value.as_str(), *n))
    }
}
