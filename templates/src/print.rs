//! The methods of [`Ui`] that print the components of [`parts`](crate::parts).

use askama::Template;

use crate::parts::{
    AsTone, Bars, Card, Comment, Diff, Empty, FileLine, Filters, Link, Person, Phase, Receipt, Stat, Status, SummaryRow, Table, Task,
};
use crate::{Html, Ui};

macro_rules! views {
    ($($view:ident $path:literal { $($field:ident : $type:ty),* };)*) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $view<'a> { ui: &'a Ui, $($field: $type),* }
    )*};
}
views! {
    CardView "components/card.html" { c: &'a Card, level: u8 };
    PersonView "components/person.html" { p: &'a Person };
    ThreadView "components/thread.html" { comments: &'a [Comment] };
    FiltersView "components/filters.html" { f: &'a Filters, chips: Vec<Link> };
    TableView "components/table.html" { t: &'a Table };
    SummaryView "components/summary_list.html" { rows: &'a [SummaryRow] };
    TasksView "components/task_list.html" { tasks: &'a [Task] };
    TimelineView "components/timeline.html" { phases: &'a [Phase] };
    DiffView "components/diff.html" { blocks: &'a [Diff] };
    FileView "components/file.html" { f: &'a FileLine };
    StatsView "components/stats.html" { stats: &'a [Stat] };
    BarsView "components/bars.html" { b: &'a Bars };
    ReceiptView "components/receipt.html" { r: &'a Receipt };
    EmptyView "components/empty.html" { e: &'a Empty };
    PagerView "components/pager.html" { first: Option<String>, next: Option<String> };
    BreadcrumbsView "components/breadcrumbs.html" { };
}

#[derive(Template)]
#[template(path = "components/status.html")]
struct StatusView<'a> {
    tone: &'static str,
    label: &'a str,
}

#[derive(Template)]
#[template(path = "components/notice.html")]
struct NoticeView<'a> {
    tone: &'static str,
    title: &'a str,
    body: Html,
}

impl Ui {
    /// A state in words with its shape and colour.
    #[must_use]
    pub fn status(&self, status: &Status) -> Html {
        self.status_word(status.tone, &status.label)
    }

    /// A state in words with its shape and colour.
    #[must_use]
    pub fn status_word(&self, tone: impl AsTone, label: impl AsRef<str>) -> Html {
        Html::from_template(&StatusView { tone: tone.tone().name(), label: label.as_ref() })
    }

    /// A word in a box.
    #[must_use]
    pub fn badge(&self, label: impl AsRef<str>) -> Html {
        Html::trusted(format!("<span class=\"badge\">{}</span>", Html::text(label.as_ref())))
    }

    /// A card whose title is a heading of the second level.
    #[must_use]
    pub fn card(&self, card: &Card) -> Html {
        self.card_at(card, 2)
    }

    /// A card whose title is a heading of `level` (2 to 4).
    #[must_use]
    pub fn card_at(&self, card: &Card, level: u8) -> Html {
        Html::from_template(&CardView { ui: self, c: card, level: level.clamp(2, 4) })
    }

    /// Cards in a grid.
    #[must_use]
    pub fn cards(&self, cards: &[Card]) -> Html {
        let inner: String = cards.iter().map(|c| format!("<li>{}</li>", self.card(c))).collect();
        Html::trusted(format!("<ul class=\"cards\">{inner}</ul>"))
    }

    /// Cards under a heading of their own: titles are headings of `level`.
    #[must_use]
    pub fn cards_at(&self, cards: &[Card], level: u8) -> Html {
        let inner: String = cards.iter().map(|c| format!("<li>{}</li>", self.card_at(c, level))).collect();
        Html::trusted(format!("<ul class=\"cards\">{inner}</ul>"))
    }

    /// A person with name, role and handle.
    #[must_use]
    pub fn person(&self, person: &Person) -> Html {
        Html::from_template(&PersonView { ui: self, p: person })
    }

    /// A discussion.
    #[must_use]
    pub fn thread(&self, comments: &[Comment]) -> Html {
        Html::from_template(&ThreadView { ui: self, comments })
    }

    /// A filter panel with what is chosen as removable chips.
    #[must_use]
    pub fn filters(&self, filters: &Filters) -> Html {
        Html::from_template(&FiltersView { ui: self, f: filters, chips: filters.chips() })
    }

    /// A table that becomes cards in narrow places.
    #[must_use]
    pub fn table(&self, table: &Table) -> Html {
        Html::from_template(&TableView { ui: self, t: table })
    }

    /// Questions with their answers.
    #[must_use]
    pub fn summary_list(&self, rows: &[SummaryRow]) -> Html {
        Html::from_template(&SummaryView { ui: self, rows })
    }

    /// Tasks with how far each is.
    #[must_use]
    pub fn task_list(&self, tasks: &[Task]) -> Html {
        Html::from_template(&TasksView { ui: self, tasks })
    }

    /// Phases with "you are here".
    #[must_use]
    pub fn timeline(&self, phases: &[Phase]) -> Html {
        Html::from_template(&TimelineView { ui: self, phases })
    }

    /// Two versions in one text.
    #[must_use]
    pub fn diff(&self, blocks: &[Diff]) -> Html {
        Html::from_template(&DiffView { ui: self, blocks })
    }

    /// A file with its type and size.
    #[must_use]
    pub fn file(&self, file: &FileLine) -> Html {
        Html::from_template(&FileView { ui: self, f: file })
    }

    /// Figures in tiles.
    #[must_use]
    pub fn stats(&self, stats: &[Stat]) -> Html {
        Html::from_template(&StatsView { ui: self, stats })
    }

    /// Bars on a scale from zero.
    #[must_use]
    pub fn bars(&self, bars: &Bars) -> Html {
        Html::from_template(&BarsView { ui: self, b: bars })
    }

    /// The panel after something was done.
    #[must_use]
    pub fn receipt(&self, receipt: &Receipt) -> Html {
        Html::from_template(&ReceiptView { ui: self, r: receipt })
    }

    /// What will stand here and how to begin.
    #[must_use]
    pub fn empty(&self, title: impl Into<String>, text: impl Into<String>, action: Option<Link>) -> Html {
        Html::from_template(&EmptyView { ui: self, e: &Empty { title: title.into(), text: text.into(), action } })
    }

    /// A sentence in a box; an empty `title` leaves the heading out.
    #[must_use]
    pub fn notice(&self, tone: impl AsTone, title: impl AsRef<str>, text: impl AsRef<str>) -> Html {
        self.notice_html(tone, title, Html::trusted(format!("<p>{}</p>", Html::text(text.as_ref()))))
    }

    /// Anything in a box.
    #[must_use]
    pub fn notice_html(&self, tone: impl AsTone, title: impl AsRef<str>, body: Html) -> Html {
        Html::from_template(&NoticeView { tone: tone.tone().name(), title: title.as_ref(), body })
    }

    /// Links to the next page (its cursor) and to the first one, which keep the rest of the address; nothing if there is one page.
    #[must_use]
    pub fn pager(&self, next: &Option<String>) -> Html {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let kept: Vec<&str> = query.split('&').filter(|p| !p.is_empty() && !p.starts_with("cursor=")).collect();
        let at = |extra: Option<String>| {
            let all: Vec<String> = kept.iter().map(|p| (*p).to_owned()).chain(extra).collect();
            self.url(if all.is_empty() { path.to_owned() } else { format!("{path}?{}", all.join("&")) })
        };
        let first = query.split('&').any(|p| p.starts_with("cursor=")).then(|| at(None));
        let next = next.as_ref().map(|cursor| at(Some(format!("cursor={}", crate::page::percent_encode(cursor)))));
        if first.is_none() && next.is_none() { Html::default() } else { Html::from_template(&PagerView { ui: self, first, next }) }
    }

    /// The way here; nothing on the front page.
    #[must_use]
    pub fn breadcrumb_trail(&self) -> Html {
        if self.breadcrumbs.is_empty() { Html::default() } else { Html::from_template(&BreadcrumbsView { ui: self }) }
    }

    /// The message that the previous action left.
    #[must_use]
    pub fn flash_notice(&self) -> Html {
        self.flash.as_ref().map(|f| self.notice(f.tone, "", &f.text)).unwrap_or_default()
    }
}
