//! Two languages, one catalogue: Ukrainian is the source, English is complete.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::langid;

mod format;

pub use format::{date, date_long, date_time, number};

/// The language of a page; Ukrainian unless the address says otherwise (law 2704-VIII, article 27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Ukrainian.
    #[default]
    Uk,
    /// English.
    En,
}

impl Lang {
    /// Both, the source language first.
    pub const ALL: [Self; 2] = [Self::Uk, Self::En];

    /// `uk` or `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Uk => "uk",
            Self::En => "en",
        }
    }

    /// Reads `uk` or `en`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The address of `path` in this language: English pages stand under `/en`.
    #[must_use]
    pub fn path(self, path: &str) -> String {
        match self {
            Self::Uk => path.to_owned(),
            Self::En if path == "/" => "/en/".to_owned(),
            Self::En => format!("/en{path}"),
        }
    }
}

/// The Fluent source of one crate, in both languages.
#[derive(Debug, Clone, Copy)]
pub struct Locales {
    /// Who owns these keys, for error messages.
    pub owner: &'static str,
    /// Ukrainian.
    pub uk: &'static str,
    /// English.
    pub en: &'static str,
}

/// An argument of a sentence.
#[derive(Debug, Clone)]
pub enum Arg<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A count, which chooses the plural form.
    Count(i64),
}

impl From<i64> for Arg<'_> {
    fn from(n: i64) -> Self {
        Self::Count(n)
    }
}

impl From<usize> for Arg<'_> {
    fn from(n: usize) -> Self {
        Self::Count(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// A Fluent source that does not parse, or a key defined twice.
#[derive(Debug, thiserror::Error)]
#[error("locale {lang} of {owner}: {what}")]
pub struct BadLocale {
    lang: &'static str,
    owner: &'static str,
    what: String,
}

/// Every sentence of the product in both languages.
pub struct Catalog {
    uk: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Catalog")
    }
}

impl Catalog {
    /// Joins the locales of all crates.
    ///
    /// # Errors
    /// [`BadLocale`] names the crate and what is wrong in it.
    pub fn new(parts: &[Locales]) -> Result<Self, BadLocale> {
        let mut uk = FluentBundle::new_concurrent(vec![langid!("uk")]);
        let mut en = FluentBundle::new_concurrent(vec![langid!("en")]);
        for part in parts {
            for (lang, bundle, source) in [("uk", &mut uk, part.uk), ("en", &mut en, part.en)] {
                let bad = |what: String| BadLocale { lang, owner: part.owner, what };
                let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| bad(format!("{errors:?}")))?;
                bundle.add_resource(resource).map_err(|errors| bad(format!("{errors:?}")))?;
            }
        }
        uk.set_use_isolating(false);
        en.set_use_isolating(false);
        Ok(Self { uk, en })
    }

    fn bundle(&self, lang: Lang) -> &FluentBundle<FluentResource> {
        match lang {
            Lang::Uk => &self.uk,
            Lang::En => &self.en,
        }
    }

    /// True when `key` has a sentence in `lang`.
    #[must_use]
    pub fn has(&self, lang: Lang, key: &str) -> bool {
        self.bundle(lang).get_message(key).is_some_and(|m| m.value().is_some())
    }

    /// The sentence for `key`; a missing key shows itself, which the locale test turns into a failure.
    #[must_use]
    pub fn t(&self, lang: Lang, key: &str) -> String {
        self.t_with(lang, key, &[])
    }

    /// The sentence for `key` with its arguments filled in.
    #[must_use]
    pub fn t_with(&self, lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let bundle = self.bundle(lang);
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_owned();
        };
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            match value {
                Arg::Text(text) => fluent.set(*name, FluentValue::from(text.as_ref())),
                Arg::Count(n) => fluent.set(*name, FluentValue::from(*n)),
            }
        }
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, Some(&fluent), &mut errors).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ukrainian_counts_in_three_forms() {
        let uk = "practices = { $n ->\n    [one] { $n } практика\n    [few] { $n } практики\n   *[many] { $n } практик\n}\n";
        let en = "practices = { $n ->\n    [one] { $n } practice\n   *[other] { $n } practices\n}\n";
        let catalog = Catalog::new(&[Locales { owner: "test", uk, en }]).unwrap();
        let uk = |n: i64| catalog.t_with(Lang::Uk, "practices", &[("n", n.into())]);
        assert_eq!(
            [uk(1), uk(3), uk(5), uk(11), uk(22), uk(101)],
            ["1 практика", "3 практики", "5 практик", "11 практик", "22 практики", "101 практика"]
        );
        assert_eq!(catalog.t_with(Lang::En, "practices", &[("n", 1_i64.into())]), "1 practice");
        assert_eq!(catalog.t(Lang::Uk, "no-such-key"), "no-such-key");
    }

    #[test]
    fn english_pages_stand_under_their_own_address() {
        assert_eq!(Lang::En.path("/practices"), "/en/practices");
        assert_eq!(Lang::En.path("/"), "/en/");
        assert_eq!(Lang::Uk.path("/practices"), "/practices");
    }
}
