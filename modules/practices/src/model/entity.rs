//! A practice with its life around the card: here, at another node, and with the hub's curators.

use ratusha_platform::Timestamp;

use super::{Card, Curation, Evidence, Freshness, PracticeId, State};

/// A practice written on this node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// Its id.
    pub id: PracticeId,
    /// Where it stands.
    pub state: State,
    /// Raised by every change of anything; what a form must name to be taken.
    pub version: i64,
    /// Number of the newest card.
    pub revision: i64,
    /// Account that began it, or the command that did.
    pub author: String,
    /// How well it is proven.
    pub evidence: Evidence,
    /// On what the level rests.
    pub evidence_note: String,
    /// What the reviewer asked to change, while it is sent back.
    pub remarks: String,
    /// Its name in the file from which it was taken in.
    pub external_id: Option<String>,
    /// Address of the practice that it was taken from.
    pub adopted_from: Option<String>,
    /// Address of the last activity about it.
    pub activity: Option<String>,
    /// When its community has to confirm it again.
    pub review_due: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When anything about it was last changed.
    pub updated_at: Timestamp,
    /// When it first became public.
    pub published_at: Option<Timestamp>,
    /// The newest card.
    pub card: Card,
}

impl Practice {
    /// Whether its community still stands by it; drafts are always fresh.
    #[must_use]
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        freshness(self.state, self.review_due, now)
    }
}

/// Whether a practice in `state` that is due at `review_due` still counts as confirmed.
fn freshness(state: State, review_due: Option<Timestamp>, now: Timestamp) -> Freshness {
    match review_due {
        Some(due) if state == State::Validated => Freshness::at(now, due),
        _ => Freshness::Fresh,
    }
}

/// One saved version of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number, from 1.
    pub number: i64,
    /// The card.
    pub card: Card,
    /// Account that saved it.
    pub saved_by: String,
    /// What was changed and why, if it was said.
    pub note: String,
    /// Whether the public has seen it.
    pub published: bool,
    /// When it was saved.
    pub saved_at: Timestamp,
}

/// What the hub said about a practice of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// `accepted`, `returned`, `declined` or `withdrawn`.
    pub decision: String,
    /// Notation of the class it was put into.
    pub class: String,
    /// Remarks or reason.
    pub note: String,
    /// The actor that said so.
    pub actor: String,
    /// When it was decided.
    pub decided_at: Timestamp,
}

/// A practice of another node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its address.
    pub ap_id: String,
    /// Where it lives.
    pub host: String,
    /// The community's actor.
    pub actor: String,
    /// The community's name.
    pub actor_name: String,
    /// `@lviv@lviv.example`.
    pub actor_handle: String,
    /// Its page for people.
    pub url: String,
    /// Where its discussion is.
    pub replies: String,
    /// Where it stands at home: validated, archived or deleted.
    pub state: State,
    /// How well its community says it is proven.
    pub evidence: Evidence,
    /// How often its card has changed since it came, from 1.
    pub number: i64,
    /// When its community has to confirm it again.
    pub review_due: Option<Timestamp>,
    /// When it became public there.
    pub published_at: Timestamp,
    /// When it was last changed there.
    pub updated_at: Timestamp,
    /// When it was deleted there.
    pub deleted_at: Option<Timestamp>,
    /// The newest card.
    pub card: Card,
}

impl Remote {
    /// Whether its community still stands by it.
    #[must_use]
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        freshness(self.state, self.review_due, now)
    }
}

/// What the hub's curators think of a remote practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurationRow {
    /// Its id at the hub, under which its page stands.
    pub id: PracticeId,
    /// The practice's address.
    pub ap_id: String,
    /// Where it stands.
    pub state: Curation,
    /// Raised by every change; what a form must name to be taken.
    pub version: i64,
    /// The practice's title, for lists.
    pub title: String,
    /// The community's name, for lists.
    pub community: String,
    /// Notation of the class it was put into.
    pub class: String,
    /// Remarks or reason of the last decision.
    pub note: String,
    /// Account that decided.
    pub curator: String,
    /// The number of the card that was last decided upon; 0 before the first decision.
    pub seen_number: i64,
    /// Address of the `Announce` that holds.
    pub announce: Option<String>,
    /// Address of the `Add` that holds.
    pub add_activity: Option<String>,
    /// Since when it waits.
    pub queued_at: Timestamp,
    /// When it was last decided.
    pub decided_at: Option<Timestamp>,
}

/// One decision in the history of a curation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurationStep {
    /// When.
    pub at: Timestamp,
    /// By whom: an account, or the origin's actor.
    pub done_by: String,
    /// `received`, `changed`, `accepted`, `returned`, `declined` or `withdrawn`.
    pub decision: String,
    /// Notation of the class.
    pub class: String,
    /// Remarks or reason.
    pub note: String,
}
