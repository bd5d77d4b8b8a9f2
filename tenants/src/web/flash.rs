//! A sentence for the next page, carried in a short-lived signed cookie; no session needed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderMap;
use ratusha_platform::{Catalog, Ctx, Lang, i18n::Arg};
use ratusha_templates::{Flash, parts::Tone};
use subtle::ConstantTimeEq;

use super::middleware::{cookie, set_cookie};

/// Name of the cookie.
pub(super) const NAME: &str = "flash";
const PURPOSE: &str = "flash";
const MAX: usize = 1024;

/// What the previous action wants to say: a locale key and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlashCookie {
    /// Its tone.
    pub tone: Tone,
    /// Locale key.
    pub key: String,
    /// Arguments of the sentence.
    pub args: Vec<(String, String)>,
}

impl FlashCookie {
    /// Good news.
    #[must_use]
    pub fn good(key: &str) -> Self {
        Self { tone: Tone::Good, key: key.to_owned(), args: Vec::new() }
    }

    /// Something to heed.
    #[must_use]
    pub fn care(key: &str) -> Self {
        Self { tone: Tone::Care, ..Self::good(key) }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl ToString) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// The value of `Set-Cookie` that shows it on the next page.
    #[must_use]
    pub fn header(&self, ctx: &Ctx, secure: bool) -> String {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.append_pair("tone", self.tone.name()).append_pair("key", &self.key);
        for (name, value) in &self.args {
            text.append_pair(&format!("a.{name}"), value);
        }
        let body = URL_SAFE_NO_PAD.encode(text.finish());
        // Without a seal the next page shows nothing, which is no harm.
        let seal = ctx.keyring().hash(PURPOSE, &body).unwrap_or_default();
        set_cookie(NAME, &format!("{body}.{seal}"), secure, Some(60))
    }

    /// Reads the cookie of a request; anything not sealed by us is nothing.
    #[must_use]
    pub fn read(ctx: &Ctx, headers: &HeaderMap) -> Option<Self> {
        let value = cookie(headers, NAME)?;
        if value.len() > MAX * 4 {
            return None;
        }
        let (body, seal) = value.split_once('.')?;
        let expected = ctx.keyring().hash(PURPOSE, body).ok()?;
        if !bool::from(expected.as_bytes().ct_eq(seal.as_bytes())) {
            return None;
        }
        let text = URL_SAFE_NO_PAD.decode(body).ok()?;
        let mut flash = Self { tone: Tone::Neutral, key: String::new(), args: Vec::new() };
        for (name, value) in url::form_urlencoded::parse(&text) {
            match name.as_ref() {
                "tone" => {
                    flash.tone =
                        [Tone::Info, Tone::Good, Tone::Care, Tone::Bad].into_iter().find(|tone| tone.name() == value).unwrap_or_default()
                }
                "key" => flash.key = value.into_owned(),
                other => {
                    if let Some(name) = other.strip_prefix("a.") {
                        flash.args.push((name.to_owned(), value.into_owned()));
                    }
                }
            }
        }
        (!flash.key.is_empty()).then_some(flash)
    }

    /// The sentence in `lang`.
    #[must_use]
    pub fn render(&self, catalog: &Catalog, lang: Lang) -> Flash {
        let args: Vec<(&str, Arg<'_>)> = self
            .args
            .iter()
            // A figure still has to choose its plural form.
            .map(|(name, value)| (name.as_str(), value.parse::<i64>().map_or_else(|_| Arg::from(value), Arg::Count)))
            .collect();
        Flash { tone: self.tone, text: catalog.t_with(lang, &self.key, &args) }
    }
}
