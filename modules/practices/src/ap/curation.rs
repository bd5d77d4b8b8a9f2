//! What the hub's desk says about a practice, and how the author's node reads it.

use ratusha_federation::{Received, wire};
use ratusha_platform::{Timestamp, text};
use serde_json::{Map, Value, json};

use crate::model::Evidence;

/// Name of the extension property.
const PROPERTY: &str = "egov:curation";
/// Longest remark, in characters.
const NOTE_MAX: usize = 5_000;

/// A decision with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `accepted`, `returned`, `declined` or `withdrawn`.
    pub decision: String,
    /// Notation of the class; empty but for an acceptance.
    pub class: String,
    /// Remarks or reason.
    pub note: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The level of evidence that a curator vouches for, if one does.
    pub evidence: Option<Evidence>,
}

impl Verdict {
    fn json(&self) -> Value {
        let mut out = Map::new();
        out.insert("decision".to_owned(), json!(self.decision));
        if !self.class.is_empty() {
            out.insert("class".to_owned(), json!(self.class));
        }
        if !self.note.is_empty() {
            out.insert("note".to_owned(), json!(self.note));
        }
        out.insert("decidedAt".to_owned(), json!(self.decided_at.to_rfc3339()));
        if let Some(level) = self.evidence {
            out.insert("evidence".to_owned(), json!(level.as_str()));
        }
        Value::Object(out)
    }
}

/// Public: the desk boosts the community's own post.
#[must_use]
pub fn announce(desk: &str, community: &str, practice: &str, verdict: &Verdict) -> Value {
    json!({
        "type": "Announce",
        "to": [wire::PUBLIC],
        "cc": [format!("{desk}/followers"), community],
        "object": practice,
        PROPERTY: verdict.json(),
    })
}

/// Public: the practice stands in the class with the address `class`.
#[must_use]
pub fn add(desk: &str, community: &str, practice: &str, class: &str, verdict: &Verdict) -> Value {
    placed("Add", desk, community, practice, class, verdict)
}

/// Public: the practice stands there no longer.
#[must_use]
pub fn remove(desk: &str, community: &str, practice: &str, class: &str, verdict: &Verdict) -> Value {
    placed("Remove", desk, community, practice, class, verdict)
}

fn placed(kind: &str, desk: &str, community: &str, practice: &str, class: &str, verdict: &Verdict) -> Value {
    json!({
        "type": kind,
        "to": [wire::PUBLIC],
        "cc": [format!("{desk}/followers"), community],
        "object": practice,
        "target": class,
        PROPERTY: verdict.json(),
    })
}

/// Public: the boost is taken back.
#[must_use]
pub fn undo_announce(desk: &str, community: &str, practice: &str, announce: &str, verdict: &Verdict) -> Value {
    json!({
        "type": "Undo",
        "to": [wire::PUBLIC],
        "cc": [format!("{desk}/followers"), community],
        "object": {"id": announce, "type": "Announce", "actor": desk, "object": practice},
        PROPERTY: verdict.json(),
    })
}

/// To the community alone: accepted again after a change.
#[must_use]
pub fn accept(community: &str, practice: &str, verdict: &Verdict) -> Value {
    direct("Accept", community, practice, verdict)
}

/// To the community alone: wanted, with remarks to be met first.
#[must_use]
pub fn tentative_accept(community: &str, practice: &str, verdict: &Verdict) -> Value {
    direct("TentativeAccept", community, practice, verdict)
}

/// To the community alone: refused, with the reason.
#[must_use]
pub fn reject(community: &str, practice: &str, verdict: &Verdict) -> Value {
    direct("Reject", community, practice, verdict)
}

fn direct(kind: &str, community: &str, practice: &str, verdict: &Verdict) -> Value {
    json!({"type": kind, "to": [community], "object": practice, PROPERTY: verdict.json()})
}

/// The practice's address and the decision in an activity that says one; `None` for every other activity.
#[must_use]
pub fn read_verdict(received: &Received) -> Option<(String, Verdict)> {
    let told = received.activity.get(PROPERTY).filter(|v| v.is_object())?;
    let expected = match received.kind.as_str() {
        "Announce" | "Add" | "Accept" => "accepted",
        "TentativeAccept" => "returned",
        "Reject" => "declined",
        "Undo" | "Remove" => "withdrawn",
        _ => return None,
    };
    let practice = match received.kind.as_str() {
        "Undo" => wire::ids::id_of(received.object.get("object")?)?.to_string(),
        _ => received.object_id()?,
    };
    let line = |name: &str| text::clean_line(told.get(name).and_then(Value::as_str).unwrap_or(""));
    // The word must fit the activity, or a reader of both would see two decisions.
    let decision = line("decision");
    if decision != expected {
        return None;
    }
    let note = text::clean_text(told.get("note").and_then(Value::as_str).unwrap_or(""));
    let decided_at = Timestamp::parse(&line("decidedAt")).map_or(received.received_at, |at| at.min(received.received_at));
    let class = Some(line("class")).filter(|c| ratusha_content::classifier::model::is_notation(c)).unwrap_or_default();
    let evidence = Evidence::parse(&line("evidence"));
    Some((practice, Verdict { decision, class, note: text::truncate_chars(&note, NOTE_MAX), decided_at, evidence }))
}
