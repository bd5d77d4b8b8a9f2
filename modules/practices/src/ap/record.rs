//! The card as JSON: one form for the database, for exports and for `egov:practice` on the wire.
//!
//! Reading is tolerant and bounded, because the same text may come from another server: what has the
//! wrong type counts as not filled in, every text is cleaned and cut, every list is capped.

use ratusha_platform::{Timestamp, text};
use ratusha_tenants::territory;
use serde_json::{Map, Value, json};

use crate::model::{Card, CommunityKind, Licence, Outcome, ROWS_MAX, SECTION_MAX, SUMMARY_MAX, Status, TITLE_MAX, canonical_decimal};

/// Name of the extension property.
pub const PROPERTY: &str = "egov:practice";
/// Longest text of one short cell, in characters.
const CELL_MAX: usize = 500;

/// The card as JSON; `class` turns a notation into what stands for it (itself, or an address).
#[must_use]
pub fn write_card(card: &Card, class: impl Fn(&str) -> String) -> Map<String, Value> {
    let mut out = Map::new();
    let mut text = |name: &str, value: &str| {
        if !value.is_empty() {
            out.insert(name.to_owned(), json!(value));
        }
    };
    text("title", &card.title);
    text("summary", &card.summary);
    text("titleEn", &card.title_en);
    text("summaryEn", &card.summary_en);
    text("status", card.status.as_str());
    text("stopReason", &card.stop_reason);
    text("problem", &card.problem);
    text("context", &card.context);
    text("communityType", card.community_kind.map_or("", CommunityKind::as_str));
    text("solution", &card.solution);
    text("technology", &card.technology);
    text("costNote", &card.cost_note);
    text("team", &card.team);
    text("risks", &card.risks);
    text("lessons", &card.lessons);
    text("replicability", &card.replicability);
    text("contact", &card.contact);
    text("startedOn", &card.started_on);
    text("endedOn", &card.ended_on);
    text("licence", card.licence.as_str());
    for (name, number) in [("population", card.population), ("costUAH", card.cost_uah), ("months", card.months)] {
        if let Some(number) = number {
            out.insert(name.to_owned(), json!(number));
        }
    }
    let classes: Vec<String> = card.concepts.iter().map(|c| class(c)).collect();
    for (name, list) in
        [("steps", &card.steps), ("legalBase", &card.legal_base), ("katottg", &card.territories), ("classification", &classes)]
    {
        if !list.is_empty() {
            out.insert(name.to_owned(), json!(list));
        }
    }
    if !card.outcomes.is_empty() {
        let rows: Vec<Value> = card.outcomes.iter().map(write_outcome).collect();
        out.insert("resultsMeasured".to_owned(), Value::Array(rows));
    }
    out
}

/// Decimals are text: the rules for numbers in signed JSON differ between languages.
fn write_outcome(outcome: &Outcome) -> Value {
    let mut row = Map::new();
    for (name, value) in [
        ("indicator", &outcome.metric),
        ("unit", &outcome.unit),
        ("before", &outcome.before),
        ("after", &outcome.after),
        ("source", &outcome.source),
    ] {
        if !value.is_empty() {
            row.insert(name.to_owned(), json!(value));
        }
    }
    Value::Object(row)
}

/// The card in `value`; never fails, whatever it is given.
#[must_use]
pub fn read_card(value: &Value) -> Card {
    let line = |name: &str, max: usize| text::truncate_chars(&text::clean_line(string(value, name)), max);
    let section = |name: &str| text::truncate_chars(&text::clean_text(string(value, name)), SECTION_MAX);
    let date = |name: &str| {
        let date = line(name, 10);
        if Timestamp::parse_date(&date).is_some() { date } else { String::new() }
    };
    let number = |name: &str| value.get(name).and_then(Value::as_i64).filter(|n| (0..=1_000_000_000_000_000).contains(n));
    Card {
        title: line("title", TITLE_MAX),
        summary: line("summary", SUMMARY_MAX),
        title_en: line("titleEn", TITLE_MAX),
        summary_en: line("summaryEn", SUMMARY_MAX),
        problem: section("problem"),
        context: section("context"),
        community_kind: CommunityKind::parse(string(value, "communityType")),
        population: number("population"),
        solution: section("solution"),
        steps: list(value, "steps", SECTION_MAX),
        legal_base: list(value, "legalBase", CELL_MAX * 2),
        technology: section("technology"),
        cost_uah: number("costUAH"),
        cost_note: section("costNote"),
        months: number("months"),
        team: section("team"),
        outcomes: rows(value, "resultsMeasured").iter().map(read_outcome).filter(|o| *o != Outcome::default()).collect(),
        risks: section("risks"),
        lessons: section("lessons"),
        replicability: section("replicability"),
        contact: section("contact"),
        started_on: date("startedOn"),
        ended_on: date("endedOn"),
        status: Status::parse(string(value, "status")).unwrap_or(Status::Pilot),
        stop_reason: section("stopReason"),
        territories: list(value, "katottg", 19).into_iter().filter(|code| territory::is_code(code)).collect(),
        concepts: list(value, "classification", CELL_MAX).iter().filter_map(|c| notation(c)).collect(),
        licence: Licence::parse(string(value, "licence")).unwrap_or(Licence::CcBy4),
    }
}

fn read_outcome(value: &Value) -> Outcome {
    let cell = |name: &str| text::truncate_chars(&text::clean_line(string(value, name)), CELL_MAX);
    // Servers of others may send a number where we send text.
    let decimal = |name: &str| match value.get(name) {
        Some(Value::Number(n)) => canonical_decimal(&n.to_string()),
        Some(Value::String(text)) => canonical_decimal(text),
        _ => None,
    };
    Outcome {
        metric: cell("indicator"),
        unit: cell("unit"),
        before: decimal("before").unwrap_or_default(),
        after: decimal("after").unwrap_or_default(),
        source: cell("source"),
    }
}

/// The notation in an address of a concept, or the notation itself.
fn notation(text: &str) -> Option<String> {
    let last = text.rsplit('/').next().unwrap_or(text);
    ratusha_content::classifier::model::is_notation(last).then(|| last.to_owned())
}

fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn rows<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let rows = value.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    rows.get(..rows.len().min(ROWS_MAX)).unwrap_or(rows)
}

fn list(value: &Value, name: &str, max: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for item in rows(value, name).iter().filter_map(Value::as_str) {
        let item = text::truncate_chars(&text::clean_text(item), max);
        if !item.is_empty() && !out.contains(&item) {
            out.push(item);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_survives_the_database() {
        for sample in crate::seeds::samples() {
            let mut card = sample.card;
            card.concepts = vec!["03.02".into()];
            card.territories = vec!["UA46060250000025047".into()];
            for outcome in &mut card.outcomes {
                outcome.before = canonical_decimal(&outcome.before).unwrap();
                outcome.after = canonical_decimal(&outcome.after).unwrap();
            }
            let json = Value::Object(write_card(&card, str::to_owned));
            assert_eq!(read_card(&json), card);
            let wire = Value::Object(write_card(&card, |c| format!("https://hub.example/classifier/{c}")));
            assert_eq!(read_card(&wire), card, "addresses of concepts are read back");
        }
    }

    #[test]
    fn s14_wrong_types_and_endless_lists_give_an_empty_bounded_card() {
        let card = read_card(&json!({
            "title": ["a"], "steps": "x", "population": "many", "costUAH": -5, "months": 1.5, "classification": [1, "https://x/../etc", "03.02"],
            "katottg": ["UA46", "'; DROP TABLE"], "resultsMeasured": (0..5000).map(|n| json!({"indicator": format!("i{n}"), "before": n})).collect::<Vec<_>>(),
            "status": {"a": 1}, "startedOn": "tomorrow", "problem": "a\u{202e}b\u{0}", "licence": "WTFPL"
        }));
        assert_eq!((card.title.as_str(), card.steps.len(), card.population, card.cost_uah, card.months), ("", 0, None, None, None));
        assert_eq!(card.concepts, ["03.02"]);
        assert!(card.territories.is_empty());
        assert_eq!(card.outcomes.len(), ROWS_MAX);
        assert_eq!((card.started_on.as_str(), card.problem.as_str()), ("", "ab"));
        assert_eq!(read_card(&json!(null)), Card { status: Status::Pilot, ..Card::default() });
    }
}
