//! What the components that show things are given; [`Ui`](crate::Ui) prints them.
//!
//! All texts here are ready for the reader; only names ending in `_key` are locale keys.

use ratusha_platform::Timestamp;

use crate::Html;

/// What a colour and a shape say; the words beside them say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tone {
    /// Nothing yet: a ring.
    #[default]
    Neutral,
    /// In motion: half a disc.
    Info,
    /// Well: a disc.
    Good,
    /// Needs attention: a triangle.
    Care,
    /// Wrong or refused: a square.
    Bad,
}

impl Tone {
    /// The name in class names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Good => "good",
            Self::Care => "care",
            Self::Bad => "bad",
        }
    }
}

/// A tone, however a template hands it over.
pub trait AsTone {
    /// The tone.
    fn tone(&self) -> Tone;
}

impl AsTone for Tone {
    fn tone(&self) -> Tone {
        *self
    }
}

impl<T: AsTone + ?Sized> AsTone for &T {
    fn tone(&self) -> Tone {
        (**self).tone()
    }
}

/// A state in words, with its tone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Its tone.
    pub tone: Tone,
    /// The words.
    pub label: String,
}

impl Status {
    /// A state in words.
    #[must_use]
    pub fn new(tone: Tone, label: impl Into<String>) -> Self {
        Self { tone, label: label.into() }
    }
}

/// A link with its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The words.
    pub label: String,
    /// Path of this site or a full address.
    pub url: String,
}

impl Link {
    /// A link.
    #[must_use]
    pub fn new(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self { label: label.into(), url: url.into() }
    }
}

/// Something in a list: a title that is the one link, and what helps to choose.
#[derive(Debug, Clone, Default)]
pub struct Card {
    /// The title.
    pub title: String,
    /// Where it leads.
    pub url: String,
    /// One or two sentences.
    pub text: String,
    /// Its state.
    pub status: Option<Status>,
    /// Short facts over the title: kind, class.
    pub over: Option<String>,
    /// Short facts under the text: place, date.
    pub meta: Vec<String>,
    /// Words in boxes.
    pub badges: Vec<String>,
    /// Address and text alternative of a picture.
    pub image: Option<(String, String)>,
    /// Language of the text if it is not the page's.
    pub lang: Option<String>,
    /// Anything more, at the foot.
    pub foot: Html,
}

/// A person or an office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// What they do here.
    pub role: Option<String>,
    /// Fediverse handle.
    pub handle: Option<String>,
    /// Their page.
    pub url: Option<String>,
    /// Address of a picture.
    pub photo: Option<String>,
}

impl Person {
    /// The letter that stands for a missing picture.
    pub(crate) fn initial(&self) -> String {
        self.name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().to_string()).unwrap_or_default()
    }
}

/// One comment of a thread, in the order in which it is read.
#[derive(Debug, Clone, Default)]
pub struct Comment {
    /// Id on the page.
    pub id: String,
    /// Who wrote it.
    pub author: Person,
    /// When.
    pub at: Timestamp,
    /// When it was last changed.
    pub edited: Option<Timestamp>,
    /// The sanitized text.
    pub html: Html,
    /// How deep it answers: 0 for a comment on the thing itself.
    pub depth: u8,
    /// Whom it answers.
    pub reply_to: Option<String>,
    /// Its address at home, if it came from another server.
    pub origin: Option<String>,
    /// True while a moderator has not let it through; such a comment is shown to its author and to moderators only.
    pub held: bool,
    /// True when only its place is left.
    pub deleted: bool,
    /// A warning that hides the text until it is opened.
    pub warning: Option<String>,
    /// Its language if it is not the page's.
    pub lang: Option<String>,
    /// Buttons and links under it.
    pub actions: Html,
}

/// One choice of a facet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FacetOption {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// How many there are.
    pub count: Option<i64>,
    /// True when it is chosen.
    pub selected: bool,
}

/// One facet of a filter panel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facet {
    /// Name of the query parameter.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// The choices.
    pub options: Vec<FacetOption>,
    /// True for one choice out of many, shown as a select; false for check boxes.
    pub single: bool,
    /// True to show it open although nothing is chosen.
    pub open: bool,
}

impl Facet {
    pub(crate) fn is_open(&self) -> bool {
        self.open || self.options.iter().any(|o| o.selected)
    }
}

/// A filter panel: a GET form whose state is the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Path of the list without the language prefix.
    pub action: String,
    /// The text searched for; `None` leaves the search field out.
    pub q: Option<String>,
    /// Label of the search field.
    pub q_label: String,
    /// The facets.
    pub facets: Vec<Facet>,
    /// Orders to choose from, sent as `sort`.
    pub sort: Vec<FacetOption>,
    /// Sent along, e.g. the view.
    pub hidden: Vec<(String, String)>,
}

impl Filters {
    /// What is chosen, each with the address of the list without it.
    pub(crate) fn chips(&self) -> Vec<Link> {
        let mut pairs: Vec<(&str, &str, String)> = Vec::new();
        if let Some(q) = self.q.as_deref().filter(|q| !q.is_empty()) {
            pairs.push(("q", q, format!("«{q}»")));
        }
        for facet in &self.facets {
            for option in facet.options.iter().filter(|o| o.selected && !o.value.is_empty()) {
                pairs.push((&facet.name, &option.value, format!("{}: {}", facet.label, option.label)));
            }
        }
        let sort = self.sort.iter().find(|o| o.selected).map(|o| ("sort", o.value.as_str()));
        let kept: Vec<(&str, &str)> = sort.into_iter().chain(self.hidden.iter().map(|(k, v)| (k.as_str(), v.as_str()))).collect();
        let link = |without: usize| {
            let rest = pairs.iter().enumerate().filter(|(i, _)| *i != without).map(|(_, (k, v, _))| (*k, *v)).chain(kept.iter().copied());
            let query: Vec<String> =
                rest.map(|(k, v)| format!("{}={}", crate::page::percent_encode(k), crate::page::percent_encode(v))).collect();
            if query.is_empty() { self.action.clone() } else { format!("{}?{}", self.action, query.join("&")) }
        };
        pairs.iter().enumerate().map(|(i, (_, _, label))| Link::new(label.clone(), link(i))).collect()
    }
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub label: String,
    /// True for figures, which stand at the end of the cell.
    pub number: bool,
    /// The address that sorts by it.
    pub sort_url: Option<String>,
    /// `ascending` or `descending` when the table is sorted by it.
    pub sorted: Option<&'static str>,
}

impl Column {
    /// A column of text.
    #[must_use]
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A column of figures.
    #[must_use]
    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), number: true, ..Self::default() }
    }

    /// Makes the heading a link that sorts.
    #[must_use]
    pub fn sort(mut self, url: impl Into<String>, sorted: Option<&'static str>) -> Self {
        self.sort_url = Some(url.into());
        self.sorted = sorted;
        self
    }
}

/// A table that becomes a list of cards where there is no room for it; the first cell of a row is its heading.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// True to keep the caption for screen readers only.
    pub caption_hidden: bool,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<Html>>,
}

impl Table {
    pub(crate) fn column(&self, index: impl crate::Whole) -> Option<&Column> {
        usize::try_from(index.whole()).ok().and_then(|index| self.columns.get(index))
    }

    pub(crate) fn label(&self, index: impl crate::Whole) -> &str {
        self.column(index).map_or("", |c| c.label.as_str())
    }

    pub(crate) fn is_number(&self, index: impl crate::Whole) -> bool {
        self.column(index).is_some_and(|c| c.number)
    }
}

/// One line of a summary list: a question and its answer.
#[derive(Debug, Clone, Default)]
pub struct SummaryRow {
    /// The question.
    pub label: String,
    /// The answer.
    pub value: Html,
    /// Where to change it.
    pub change: Option<Link>,
}

impl SummaryRow {
    /// An answer in plain text.
    #[must_use]
    pub fn text(label: impl Into<String>, value: impl AsRef<str>) -> Self {
        Self { label: label.into(), value: Html::text(value.as_ref()), change: None }
    }

    /// An answer in HTML.
    #[must_use]
    pub fn html(label: impl Into<String>, value: Html) -> Self {
        Self { label: label.into(), value, change: None }
    }
}

/// One task of a task list.
#[derive(Debug, Clone, Default)]
pub struct Task {
    /// What to do.
    pub label: String,
    /// Where; `None` while it cannot be begun.
    pub url: Option<String>,
    /// One more sentence.
    pub hint: Option<String>,
    /// How far it is.
    pub status: Status,
}

/// Where a phase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PhaseState {
    /// Over.
    Done,
    /// You are here.
    Now,
    /// Still to come.
    #[default]
    Next,
}

/// One phase of a timeline.
#[derive(Debug, Clone, Default)]
pub struct Phase {
    /// Its name.
    pub label: String,
    /// When it is, or was.
    pub when: Option<String>,
    /// What happens in it.
    pub text: Option<String>,
    /// Where it stands.
    pub state: PhaseState,
}

impl Phase {
    pub(crate) fn class(&self) -> &'static str {
        match self.state {
            PhaseState::Done => "done",
            PhaseState::Now => "now",
            PhaseState::Next => "next",
        }
    }
}

/// What became of a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change {
    /// It stayed.
    #[default]
    Same,
    /// It was added.
    Added,
    /// It was taken away.
    Removed,
}

/// One field or paragraph in two versions.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// What it is.
    pub label: String,
    /// Runs of text in reading order.
    pub parts: Vec<(Change, String)>,
}

/// A file to take away.
#[derive(Debug, Clone, Default)]
pub struct FileLine {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its type in a word, e.g. `PDF`.
    pub kind: String,
    /// Its size.
    pub bytes: i64,
    /// How accessible it is, or what is in it.
    pub note: Option<String>,
}

/// A figure worth a tile.
#[derive(Debug, Clone, Default)]
pub struct Stat {
    /// The figure, as it is read.
    pub value: String,
    /// What it counts.
    pub label: String,
    /// Where it comes from.
    pub url: Option<String>,
}

/// One bar; all figures in the same unit, not negative.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// What it measures.
    pub label: String,
    /// Its length.
    pub value: i64,
    /// The figure as it is read, with its unit.
    pub text: String,
    /// The interval around it.
    pub interval: Option<(i64, i64)>,
    /// What it was before, drawn as a mark.
    pub before: Option<i64>,
    /// Where its label leads.
    pub url: Option<String>,
}

/// Bars on one scale that begins at zero.
#[derive(Debug, Clone, Default)]
pub struct Bars {
    /// What they show.
    pub caption: String,
    /// The bars.
    pub rows: Vec<Bar>,
    /// The end of the scale; the largest figure if zero.
    pub max: i64,
}

impl Bars {
    /// `value` on a scale of 0 to 1000.
    pub(crate) fn at(&self, value: impl crate::Whole) -> i64 {
        let value = value.whole();
        let largest = self.rows.iter().flat_map(|r| [r.value, r.before.unwrap_or(0), r.interval.map_or(0, |i| i.1)]).max().unwrap_or(0);
        let max = if self.max > 0 { self.max.max(largest) } else { largest };
        if max <= 0 { 0 } else { value.clamp(0, max).saturating_mul(1000) / max }
    }
}

/// The page after something was done: what, under which number, and what comes next.
#[derive(Debug, Clone, Default)]
pub struct Receipt {
    /// What was done.
    pub title: String,
    /// The number to keep.
    pub number: Option<String>,
    /// What was recorded.
    pub rows: Vec<SummaryRow>,
    /// What happens now, step by step.
    pub next: Vec<String>,
}

/// A notice, an empty state or a page of words: what is so, and one thing to do about it.
#[derive(Debug, Clone, Default)]
pub struct Empty {
    /// What will stand here.
    pub title: String,
    /// How to begin.
    pub text: String,
    /// The one thing to do.
    pub action: Option<Link>,
}
