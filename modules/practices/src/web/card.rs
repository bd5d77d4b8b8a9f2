//! A card as people read it: facts, sections, results with their bars; the same on every page that shows one.

use std::{collections::HashMap, sync::Arc};

use ratusha_content::classifier::Scheme;
use ratusha_platform::{
    AppResult, Conn, Lang, Timestamp,
    text::{diff, markdown},
};
use ratusha_templates::{
    Html, Ui,
    parts::{Bar, Bars, Change, Column, Diff, SummaryRow, Table},
};
use ratusha_tenants::{
    Page,
    territory::{self, Unit},
};

use super::{evidence_label, status_word};
use crate::{
    model::{Card, Evidence, Outcome, parse_decimal},
    service,
};

/// Names for the codes on a card.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub scheme: Arc<Scheme>,
    pub units: HashMap<String, Unit>,
}

impl Names {
    /// The classifier and the units of `codes`; one statement each.
    pub(super) async fn load(conn: &mut Conn, page: &Page, codes: impl IntoIterator<Item = String>) -> AppResult<Self> {
        let scheme = service::scheme(conn, page.tenant_id()).await?;
        let mut tails: Vec<String> = codes.into_iter().filter_map(|code| territory::tail_of(&code).map(ToOwned::to_owned)).collect();
        tails.sort();
        tails.dedup();
        let units = if tails.is_empty() { Vec::new() } else { territory::find_by_tails(conn, &tails).await? };
        Ok(Self { scheme, units: units.into_iter().map(|unit| (unit.tail.clone(), unit)).collect() })
    }

    /// The name of the unit with this code; the code itself if nobody knows it.
    pub(super) fn place(&self, code: &str, lang: Lang) -> String {
        self.unit(code).map_or_else(|| code.to_owned(), |unit| unit.display_name(lang))
    }

    fn unit(&self, code: &str) -> Option<&Unit> {
        self.units.get(territory::tail_of(code)?)
    }
}

/// One section of a card, ready to be shown.
#[derive(Debug, Clone)]
pub(super) struct Section {
    /// Its anchor.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// Its text.
    pub html: Html,
}

/// The text sections in reading order, with their names in locale keys and forms.
pub(super) fn texts(card: &Card) -> [(&'static str, &str); 9] {
    [
        ("problem", &card.problem),
        ("context", &card.context),
        ("solution", &card.solution),
        ("technology", &card.technology),
        ("team", &card.team),
        ("risks", &card.risks),
        ("lessons", &card.lessons),
        ("replicability", &card.replicability),
        ("stop_reason", &card.stop_reason),
    ]
}

/// The key of a field's name: `stop_reason` is `practices-field-stop-reason-label`.
pub(super) fn label_key(field: &str) -> String {
    format!("practices-label-{}", field.replace('_', "-"))
}

/// Cards are Ukrainian; on a page in another language their texts say so.
fn tongue(ui: &Ui) -> &'static str {
    if ui.lang == Lang::Uk { "" } else { " lang=\"uk\"" }
}

/// A list as HTML; every item is text.
fn list(ui: &Ui, tag: &str, items: &[String], show: impl Fn(&str) -> String) -> Html {
    if items.is_empty() {
        return Html::default();
    }
    let items: String = items.iter().map(|item| format!("<li>{}</li>", show(item))).collect();
    Html::trusted(format!("<{tag}{}>{items}</{tag}>", tongue(ui)))
}

/// An address becomes a link, anything else stays text.
fn linked(text: &str) -> String {
    let safe = Html::text(text);
    let is_address = (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace);
    if is_address { format!("<a href=\"{safe}\" rel=\"nofollow noopener\">{safe}</a>") } else { safe.to_string() }
}

/// The sections of `card` that have something in them, results apart.
pub(super) fn sections(ui: &Ui, card: &Card) -> (Vec<Section>, Vec<Section>) {
    let prose = |id: &'static str, text: &str| Section {
        id,
        title: ui.t(label_key(id)),
        html: if text.trim().is_empty() {
            Html::default()
        } else {
            Html::trusted(format!("<div class=\"prose\"{}>{}</div>", tongue(ui), markdown::to_html(text)))
        },
    };
    let plain = |id: &'static str, html: Html| Section { id, title: ui.t(label_key(id)), html };
    let mut before = vec![prose("problem", &card.problem), prose("solution", &card.solution)];
    before.push(plain("steps", list(ui, "ol", &card.steps, |step| Html::text(step).to_string())));
    let mut after = vec![
        prose("context", &card.context),
        prose("technology", &card.technology),
        prose("team", &card.team),
        prose("cost_note", &card.cost_note),
        prose("risks", &card.risks),
        prose("lessons", &card.lessons),
        prose("replicability", &card.replicability),
        plain("legal_base", list(ui, "ul", &card.legal_base, linked)),
        prose("stop_reason", &card.stop_reason),
    ];
    for sections in [&mut before, &mut after] {
        sections.retain(|section| !section.html.is_empty());
    }
    (before, after)
}

/// A decimal as readers of the page's language write it.
pub(super) fn decimal(ui: &Ui, text: &str) -> String {
    let Some(value) = parse_decimal(text) else { return text.to_owned() };
    let (whole, part) = (value.unsigned_abs() / 10_000, value.unsigned_abs() % 10_000);
    let sign = if value < 0 { "−" } else { "" };
    let whole = ui.number(whole);
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let point = if ui.lang == Lang::Uk { "," } else { "." };
    format!("{sign}{whole}{point}{}", format!("{part:04}").trim_end_matches('0'))
}

fn with_unit(ui: &Ui, value: &str, unit: &str) -> String {
    let value = decimal(ui, value);
    if unit.is_empty() || value.is_empty() { value } else { format!("{value} {unit}") }
}

/// Bars before and after for each measured result, and all results as a table.
pub(super) fn results(ui: &Ui, outcomes: &[Outcome]) -> Html {
    if outcomes.is_empty() {
        return Html::default();
    }
    let mut html = String::from("<div class=\"before-after\">");
    for outcome in outcomes.iter().filter(|o| o.is_measured()) {
        let (Some(before), Some(after)) = (parse_decimal(&outcome.before), parse_decimal(&outcome.after)) else { continue };
        // Bars start at zero; what goes below it is told by the table.
        if before < 0 || after < 0 {
            continue;
        }
        let bar = |label: &str, value: i64, text: &str| Bar {
            label: ui.t(label),
            value,
            text: with_unit(ui, text, &outcome.unit),
            ..Bar::default()
        };
        let bars = Bars {
            caption: outcome.metric.clone(),
            rows: vec![bar("practices-before", before, &outcome.before), bar("practices-after", after, &outcome.after)],
            max: 0,
        };
        html.push_str(ui.bars(&bars).as_str());
    }
    html.push_str("</div>");
    html.push_str(ui.table(&table(ui, outcomes)).as_str());
    Html::trusted(html)
}

fn table(ui: &Ui, outcomes: &[Outcome]) -> Table {
    let cell = |text: String| Html::text(&text);
    let rows = outcomes.iter().map(|o| {
        let change = o.change_percent().map_or_else(String::new, |percent| {
            let sign = if percent > 0 { "+" } else { "" };
            format!("{sign}{}\u{a0}%", ui.number(percent))
        });
        vec![
            Html::text(&o.metric),
            cell(with_unit(ui, &o.before, &o.unit)),
            cell(with_unit(ui, &o.after, &o.unit)),
            cell(change),
            Html::text(&o.source),
        ]
    });
    Table {
        caption: ui.t("practices-results-table"),
        caption_hidden: true,
        columns: vec![
            Column::text(ui.t("practices-metric")),
            Column::number(ui.t("practices-before")),
            Column::number(ui.t("practices-after")),
            Column::number(ui.t("practices-change")),
            Column::text(ui.t("practices-source")),
        ],
        rows: rows.collect(),
    }
}

/// A date of the card as people read it.
pub(super) fn day(ui: &Ui, date: &str) -> String {
    Timestamp::parse_date(date).map_or_else(|| date.to_owned(), |at| ui.date(at))
}

/// Links to the classes of a card.
pub(super) fn class_links(ui: &Ui, names: &Names, concepts: &[String]) -> Html {
    let links: Vec<String> = concepts
        .iter()
        .map(|c| {
            format!(
                "<a href=\"{}\">{}</a>",
                Html::text(&ui.url(format!("/practices?concept={c}"))),
                Html::text(names.scheme.label(c, ui.lang))
            )
        })
        .collect();
    Html::trusted(links.join(", "))
}

/// Links to the places of a card.
pub(super) fn place_links(ui: &Ui, names: &Names, codes: &[String]) -> Html {
    let links: Vec<String> = codes
        .iter()
        .map(|code| match names.unit(code) {
            Some(unit) => format!("<a href=\"{}\">{}</a>", Html::text(&ui.url(unit.path())), Html::text(&unit.display_name(ui.lang))),
            None => Html::text(code).to_string(),
        })
        .collect();
    Html::trusted(links.join(", "))
}

/// The facts of a card that stand beside its text.
pub(super) fn facts(ui: &Ui, names: &Names, card: &Card, evidence: Evidence, places: &[String]) -> Vec<SummaryRow> {
    let mut rows = vec![SummaryRow::html(ui.t("practices-label-status"), ui.status(&status_word(ui, card.status)))];
    rows.push(SummaryRow::text(ui.t("practices-label-evidence"), evidence_label(ui, evidence)));
    if !places.is_empty() {
        rows.push(SummaryRow::html(ui.t("practices-label-territories"), place_links(ui, names, places)));
    }
    if !card.concepts.is_empty() {
        rows.push(SummaryRow::html(ui.t("practices-label-concepts"), class_links(ui, names, &card.concepts)));
    }
    let mut text = |key: &str, value: String| {
        if !value.is_empty() {
            rows.push(SummaryRow::text(ui.t(key), value));
        }
    };
    text(
        "practices-label-community-kind",
        card.community_kind.map_or_else(String::new, |kind| ui.t(format!("practices-community-{}", kind.as_str()))),
    );
    text("practices-label-population", card.population.map_or_else(String::new, |n| ui.number(n)));
    text("practices-label-cost-uah", card.cost_uah.map_or_else(String::new, |n| ui.t1("practices-uah", "n", ui.number(n))));
    text("practices-label-months", card.months.map_or_else(String::new, |n| ui.tn("practices-months", n)));
    text("practices-label-started-on", day(ui, &card.started_on));
    text("practices-label-ended-on", day(ui, &card.ended_on));
    let (key, address) = super::licence(card.licence);
    let deed = format!("<a href=\"{address}\" rel=\"license noopener\">{}</a>", Html::text(&ui.t(key)));
    rows.push(SummaryRow::html(ui.t("practices-label-licence"), Html::trusted(deed)));
    if !card.contact.is_empty() {
        rows.push(SummaryRow::html(ui.t("practices-label-contact"), ui.linked(&card.contact)));
    }
    rows
}

/// All fields of a card as text, in reading order, for comparing two cards.
pub(super) fn lines(ui: &Ui, card: &Card) -> Vec<(String, String)> {
    let number = |n: Option<i64>| n.map_or_else(String::new, |n| ui.number(n));
    let outcome = |o: &Outcome| format!("{}: {} → {} {} {}", o.metric, o.before, o.after, o.unit, o.source).trim().to_owned();
    let mut lines = vec![
        ("title", card.title.clone()),
        ("summary", card.summary.clone()),
        ("title_en", card.title_en.clone()),
        ("summary_en", card.summary_en.clone()),
        ("status", ui.t(format!("practices-status-{}", card.status.as_str()))),
    ];
    lines.extend(texts(card).into_iter().map(|(name, text)| (name, text.to_owned())));
    lines.extend([
        ("steps", card.steps.join("\n")),
        ("outcomes", card.outcomes.iter().map(outcome).collect::<Vec<_>>().join("\n")),
        ("legal_base", card.legal_base.join("\n")),
        ("cost_uah", card.cost_uah.map_or_else(String::new, |n| ui.t1("practices-uah", "n", ui.number(n)))),
        ("cost_note", card.cost_note.clone()),
        ("months", card.months.map_or_else(String::new, |n| ui.tn("practices-months", n))),
        ("community_kind", card.community_kind.map_or_else(String::new, |kind| ui.t(format!("practices-community-{}", kind.as_str())))),
        ("population", number(card.population)),
        ("contact", card.contact.clone()),
        ("started_on", day(ui, &card.started_on)),
        ("ended_on", day(ui, &card.ended_on)),
        ("territories", card.territories.join("\n")),
        ("concepts", card.concepts.join(", ")),
        ("licence", ui.t(super::licence(card.licence).0)),
    ]);
    lines.into_iter().map(|(name, text)| (ui.t(label_key(name)), text)).collect()
}

/// What differs between two cards, field by field, word by word.
pub(super) fn difference(ui: &Ui, old: &Card, new: &Card) -> Vec<Diff> {
    let change = |kind: diff::Kind| match kind {
        diff::Kind::Same => Change::Same,
        diff::Kind::Added => Change::Added,
        diff::Kind::Removed => Change::Removed,
    };
    lines(ui, old)
        .into_iter()
        .zip(lines(ui, new))
        .filter(|((_, old), (_, new))| old != new)
        .map(|((label, old), (_, new))| Diff {
            label,
            parts: diff::words(&old, &new).into_iter().map(|c| (change(c.kind), c.text)).collect(),
        })
        .collect()
}
