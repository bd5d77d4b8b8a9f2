//! What a page knows about its reader, its community and its place, and how it speaks to them.

use std::sync::Arc;

use ratusha_platform::http::error::FieldError;
use ratusha_platform::i18n::{self, Arg, Catalog, Lang};
use ratusha_platform::{AppError, Timestamp};

use crate::Html;

/// Who is looking; the default is somebody who has not signed in.
#[derive(Debug, Clone, Default)]
pub struct Viewer {
    /// The name to greet with; `None` for a visitor.
    pub name: Option<String>,
    /// Token for the forms of this session; `None` for a visitor.
    pub csrf: Option<String>,
    /// Roles to show, as locale keys.
    pub roles: Vec<&'static str>,
    /// Names of the actions whose links are worth showing.
    pub may: Vec<&'static str>,
}

/// One entry of the main navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// Locale key of its name.
    pub key: &'static str,
    /// Where it leads, without the language prefix.
    pub path: String,
}

/// The community (or hub) whose site this is, in the language of the page.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Its host name, with a port where there is one.
    pub host: String,
    /// Scheme and host without a trailing slash.
    pub base_url: String,
    /// Its address in the fediverse, `@lviv@lviv.example`.
    pub handle: String,
    /// Name of its accent; see [`Accent`].
    pub accent: String,
    /// True for the national hub.
    pub is_hub: bool,
    /// Where the source code of the running version is.
    pub source_url: String,
    /// How to reach its people: an e-mail address or a telephone number.
    pub contact: Option<String>,
}

/// The accents a community may choose from; contrast is checked by a test in both schemes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Accent {
    /// Deep blue, the default.
    #[default]
    Dnipro,
    /// Sea green-blue.
    Azov,
    /// Forest green.
    Polissia,
    /// Guelder-rose red.
    Kalyna,
    /// Lilac.
    Buzok,
    /// Earth brown.
    Step,
    /// Slate.
    Hranit,
}

impl Accent {
    /// All of them, the default first.
    pub const ALL: [Self; 7] = [Self::Dnipro, Self::Azov, Self::Polissia, Self::Kalyna, Self::Buzok, Self::Step, Self::Hranit];

    /// The name kept in settings and written into `data-accent`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dnipro => "dnipro",
            Self::Azov => "azov",
            Self::Polissia => "polissia",
            Self::Kalyna => "kalyna",
            Self::Buzok => "buzok",
            Self::Step => "step",
            Self::Hranit => "hranit",
        }
    }

    /// Locale key of its name for people.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Dnipro => "accent-dnipro",
            Self::Azov => "accent-azov",
            Self::Polissia => "accent-polissia",
            Self::Kalyna => "accent-kalyna",
            Self::Buzok => "accent-buzok",
            Self::Step => "accent-step",
            Self::Hranit => "accent-hranit",
        }
    }

    /// The accent of that name; the default for an unknown one.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|accent| accent.name() == name).unwrap_or_default()
    }
}

/// Light or dark, as the reader chose; kept in the cookie `theme`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value of the cookie and of `data-theme`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the cookie; anything unknown is [`Theme::Auto`].
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }

    /// What the switch in the header offers next.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Auto => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::Auto,
        }
    }
}

/// A message that the previous action left for this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// Its tone.
    pub tone: crate::parts::Tone,
    /// The sentence, ready for the reader.
    pub text: String,
}

/// A feed of what the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    /// What it holds, ready for the reader.
    pub title: String,
    /// Media type, e.g. `application/atom+xml`.
    pub media_type: &'static str,
    /// Its address.
    pub url: String,
}

/// One step of the way from the front page to this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Its name, ready for the reader.
    pub label: String,
    /// Its path without the language prefix.
    pub path: String,
}

/// A whole number, however a template hands it over.
pub trait Whole {
    /// Its value; what does not fit is cut to the largest.
    fn whole(&self) -> i64;
}

macro_rules! whole {
    ($($t:ty),*) => {$(
        impl Whole for $t {
            fn whole(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )*};
}
whole!(i64, i32, u64, u32, u16, u8, usize);

impl<T: Whole + ?Sized> Whole for &T {
    fn whole(&self) -> i64 {
        (**self).whole()
    }
}

/// A moment, however a template hands it over.
pub trait Moment {
    /// The moment.
    fn moment(&self) -> Timestamp;
}

impl Moment for Timestamp {
    fn moment(&self) -> Timestamp {
        *self
    }
}

impl<T: Moment + ?Sized> Moment for &T {
    fn moment(&self) -> Timestamp {
        (**self).moment()
    }
}

/// The frame of one page; every template has it as its field `ui`.
#[derive(Debug, Clone)]
pub struct Ui {
    /// Language of the page.
    pub lang: Lang,
    /// Sentences of all crates.
    pub catalog: Arc<Catalog>,
    /// Whose site it is.
    pub site: Arc<Site>,
    /// Who is looking.
    pub viewer: Viewer,
    /// The main navigation.
    pub nav: Arc<Vec<NavItem>>,
    /// Path and query of this page without the language prefix.
    pub path: String,
    /// Light or dark.
    pub theme: Theme,
    /// The time of the request.
    pub now: Timestamp,
    /// A message from the previous action.
    pub flash: Option<Flash>,
    /// ActivityPub id of what the page shows.
    pub alternate: Option<String>,
    /// Feeds of what the page shows.
    pub feeds: Vec<FeedLink>,
    /// The way here from the front page, this page last.
    pub breadcrumbs: Vec<Crumb>,
    /// Where the page really lives, if not here.
    pub canonical: Option<String>,
    /// One sentence for search engines and link previews.
    pub description: Option<String>,
    /// Fediverse handle of the author, `@lviv@lviv.example`.
    pub creator: Option<String>,
    /// The heading of the page and its `<title>`.
    pub title: String,
    /// What can be done here, in one or two sentences under the heading.
    pub lead: Option<String>,
    /// Address of a picture for link previews.
    pub image: Option<String>,
}

impl Ui {
    /// A page at `path` (with its query, without the language prefix) for somebody not signed in.
    #[must_use]
    pub fn new(lang: Lang, catalog: Arc<Catalog>, site: Arc<Site>, path: impl Into<String>, now: Timestamp) -> Self {
        Self {
            lang,
            catalog,
            site,
            viewer: Viewer::default(),
            nav: Arc::default(),
            path: path.into(),
            theme: Theme::Auto,
            now,
            flash: None,
            alternate: None,
            feeds: Vec::new(),
            breadcrumbs: Vec::new(),
            canonical: None,
            description: None,
            creator: None,
            title: String::new(),
            lead: None,
            image: None,
        }
    }

    /// Sets the heading and `<title>`.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets the sentence under the heading; it also describes the page to search engines if nothing else does.
    #[must_use]
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = Some(lead.into());
        self
    }

    /// Adds one step of the way here.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, path: impl Into<String>) -> Self {
        self.breadcrumbs.push(Crumb { label: label.into(), path: path.into() });
        self
    }

    /// The sentence for `key`.
    #[must_use]
    pub fn t(&self, key: impl AsRef<str>) -> String {
        self.catalog.t(self.lang, key.as_ref())
    }

    /// The sentence for `key` with the count `n`.
    #[must_use]
    pub fn tn(&self, key: impl AsRef<str>, n: impl Whole) -> String {
        self.catalog.t_with(self.lang, key.as_ref(), &[("n", Arg::Count(n.whole()))])
    }

    /// The sentence for `key` with its arguments.
    #[must_use]
    pub fn ta(&self, key: impl AsRef<str>, args: &[(&str, Arg<'_>)]) -> String {
        self.catalog.t_with(self.lang, key.as_ref(), args)
    }

    /// The sentence for `key` with one text argument, which is what templates mostly need.
    #[must_use]
    pub fn t1(&self, key: impl AsRef<str>, name: &str, value: impl AsRef<str>) -> String {
        self.catalog.t_with(self.lang, key.as_ref(), &[(name, Arg::from(value.as_ref()))])
    }

    /// The sentence for what is wrong with a field.
    #[must_use]
    pub fn error_text(&self, error: &FieldError) -> String {
        self.with_texts(error.key, &error.args)
    }

    /// The sentence for an error; an unknown code falls back to the sentence of its class.
    #[must_use]
    pub fn error_message(&self, error: &AppError) -> String {
        let key = error.message_key();
        if self.catalog.has(self.lang, &key) { self.with_texts(&key, &error.args) } else { self.t(crate::page::class_key(error.kind)) }
    }

    fn with_texts(&self, key: &str, args: &[(&'static str, String)]) -> String {
        // A figure that came as text still has to choose its plural form.
        let args: Vec<(&str, Arg<'_>)> =
            args.iter().map(|(name, value)| (*name, value.parse().map_or_else(|_| Arg::from(value), Arg::Count))).collect();
        self.catalog.t_with(self.lang, key, &args)
    }

    /// The address of a page of this site in the language of this page; foreign addresses stay as they are.
    #[must_use]
    pub fn url(&self, path: impl AsRef<str>) -> String {
        let path = path.as_ref();
        if path.starts_with('/') && !path.starts_with("//") { self.lang.path(path) } else { path.to_owned() }
    }

    /// The address of an asset of the design system by its plain name, e.g. `app.css`.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        crate::assets::url(name)
    }

    /// The language that this page is not in.
    #[must_use]
    pub fn other_lang(&self) -> Lang {
        match self.lang {
            Lang::Uk => Lang::En,
            Lang::En => Lang::Uk,
        }
    }

    /// The address of this page in the other language.
    #[must_use]
    pub fn other_lang_url(&self) -> String {
        self.other_lang().path(&self.path)
    }

    /// The full address of this page in `lang`, as search engines want it.
    #[must_use]
    pub fn absolute(&self, lang: Lang) -> String {
        format!("{}{}", self.site.base_url, lang.path(&self.path))
    }

    /// [`Self::absolute`] in Ukrainian.
    #[must_use]
    pub fn absolute_uk(&self) -> String {
        self.absolute(Lang::Uk)
    }

    /// [`Self::absolute`] in English.
    #[must_use]
    pub fn absolute_en(&self) -> String {
        self.absolute(Lang::En)
    }

    /// The name of the site's accent, always a known one.
    #[must_use]
    pub fn accent_name(&self) -> &'static str {
        Accent::parse(&self.site.accent).name()
    }

    /// The value of `<meta name="color-scheme">`.
    #[must_use]
    pub fn color_scheme(&self) -> &'static str {
        match self.theme {
            Theme::Auto => "light dark",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Where the page really lives.
    #[must_use]
    pub fn canonical_url(&self) -> String {
        self.canonical.clone().unwrap_or_else(|| self.absolute(self.lang))
    }

    /// The address that switches the colour scheme and comes back here.
    #[must_use]
    pub fn theme_url(&self, theme: Theme) -> String {
        format!("/theme/{}?back={}", theme.name(), crate::page::percent_encode(&self.url(&self.path)))
    }

    /// The address that switches to the scheme which the header offers.
    #[must_use]
    pub fn theme_next_url(&self) -> String {
        self.theme_url(self.theme.next())
    }

    /// Locale key of the scheme which the header offers.
    #[must_use]
    pub fn theme_next_key(&self) -> &'static str {
        match self.theme.next() {
            Theme::Auto => "ui-theme-auto",
            Theme::Light => "ui-theme-light",
            Theme::Dark => "ui-theme-dark",
        }
    }

    /// An e-mail address or a telephone number as a link; anything else as text.
    #[must_use]
    pub fn contact_link(&self, contact: &str) -> Html {
        let shown = Html::text(contact);
        let digits: String = contact.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        if contact.contains('@') && !contact.contains(' ') {
            Html::trusted(format!("<a href=\"mailto:{shown}\">{shown}</a>"))
        } else if digits.len() >= 9 && contact.chars().all(|c| c.is_ascii_digit() || " +()-".contains(c)) {
            Html::trusted(format!("<a href=\"tel:{digits}\">{shown}</a>"))
        } else {
            shown
        }
    }

    /// Text whose e-mail and web addresses are links.
    #[must_use]
    pub fn linked(&self, text: &str) -> Html {
        let mut html = String::with_capacity(text.len() + 64);
        for piece in text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end_matches(|c: char| c.is_whitespace() || ".,;:!?)»”".contains(c));
            let tail = piece.get(word.len()..).unwrap_or("");
            let safe = Html::text(word);
            let mail = word.split_once('@').is_some_and(|(name, host)| {
                let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "._+-".contains(c));
                plain(name) && plain(host) && host.contains('.')
            });
            if mail {
                html.push_str(&format!("<a href=\"mailto:{safe}\">{safe}</a>"));
            } else if word.starts_with("https://") || word.starts_with("http://") {
                html.push_str(&format!("<a href=\"{safe}\" rel=\"nofollow noopener\">{safe}</a>"));
            } else {
                html.push_str(safe.as_str());
            }
            html.push_str(Html::text(tail).as_str());
        }
        Html::trusted(html)
    }

    /// The address of the sign-in page that comes back here.
    #[must_use]
    pub fn sign_in_url(&self) -> String {
        format!("{}?back={}", self.url("/sign-in"), crate::page::percent_encode(&self.url(&self.path)))
    }

    /// Description for search engines: the page's own, or its lead, or nothing.
    #[must_use]
    pub fn summary(&self) -> Option<&str> {
        self.description.as_deref().or(self.lead.as_deref())
    }

    /// True when `item` is where the reader is: the page itself or a page under it.
    #[must_use]
    pub fn here(&self, item: &NavItem) -> bool {
        let path = self.path.split(['?', '#']).next().unwrap_or("");
        path == item.path || (item.path != "/" && path.strip_prefix(item.path.as_str()).is_some_and(|rest| rest.starts_with('/')))
    }

    /// True when links to `action` are worth showing.
    #[must_use]
    pub fn may(&self, action: &str) -> bool {
        self.viewer.may.contains(&action)
    }

    /// The token for a form's hidden field; empty for visitors, whose forms carry none.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.viewer.csrf.as_deref().unwrap_or("")
    }

    /// A short date, in Kyiv.
    #[must_use]
    pub fn date(&self, at: impl Moment) -> String {
        i18n::date(self.lang, at.moment())
    }

    /// A date with its month in words, in Kyiv.
    #[must_use]
    pub fn date_long(&self, at: impl Moment) -> String {
        i18n::date_long(self.lang, at.moment())
    }

    /// A short date with the time of day, in Kyiv.
    #[must_use]
    pub fn date_time(&self, at: impl Moment) -> String {
        i18n::date_time(self.lang, at.moment())
    }

    /// How long until `at` or since it, in whole days: "today", "in 3 days", "3 days ago".
    #[must_use]
    pub fn days_from_now(&self, at: impl Moment) -> String {
        let day = |t: Timestamp| Timestamp::parse_date(&t.to_date()).map_or(0, |t| t.0);
        // Midnights lie 23 to 25 hours apart, so half a day is added before cutting to days.
        let days = (day(at.moment()) - day(self.now) + 43_200_000).div_euclid(86_400_000);
        match days {
            0 => self.t("ui-today"),
            1.. => self.tn("ui-in-days", days),
            _ => self.tn("ui-days-ago", -days),
        }
    }

    /// A whole number with its thousands apart.
    #[must_use]
    pub fn number(&self, n: impl Whole) -> String {
        i18n::number(self.lang, n.whole())
    }

    /// A size of a file: bytes, kilobytes or megabytes.
    #[must_use]
    pub fn size(&self, bytes: impl Whole) -> String {
        let bytes = bytes.whole();
        if bytes < 1024 {
            return self.tn("ui-bytes", bytes);
        }
        if bytes < 1024 * 1024 {
            return self.tn("ui-kilobytes", (bytes + 1023) / 1024);
        }
        let tenths = bytes.saturating_mul(10) / (1024 * 1024);
        let comma = if self.lang == Lang::Uk { ',' } else { '.' };
        let text = if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}{comma}{}", tenths / 10, tenths % 10) };
        self.t1("ui-megabytes", "n", text)
    }
}
