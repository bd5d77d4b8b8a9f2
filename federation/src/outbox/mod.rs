//! What this node sends: one append-only log per tenant, a cursor per inbox, and what became of it.

mod breaker;
mod deliverer;
mod emit;
mod report;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::Inbox;

pub use deliverer::Deliverer;
pub use emit::Emit;
pub use report::{Delivery, Peer, Refused, activity_routes, current_seq, delivery, erase, find_public, log_page, peers, verify_chain};

/// Which log an activity goes into.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Stream {
    /// The tenant's public log.
    Public,
    /// The log that only this host may read, so that nobody sees gaps that are not theirs.
    Peer(String),
}

impl Stream {
    /// The name in the database.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::Peer(host) => format!("peer:{host}"),
        }
    }
}

/// Who is to get an activity, as a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Everybody who follows one of these actors of the tenant at that moment.
    pub followers_of: Vec<String>,
    /// These inboxes in any case.
    pub direct: Vec<Inbox>,
    /// The log it goes into; one of a peer takes no followers.
    pub stream: Stream,
}

impl Audience {
    /// Everybody who follows `actor`, and these inboxes.
    #[must_use]
    pub fn public(actor: &str, direct: Vec<Inbox>) -> Self {
        Self { followers_of: vec![actor.to_owned()], direct, stream: Stream::Public }
    }

    /// One inbox and nobody else.
    #[must_use]
    pub fn only(inbox: Inbox) -> Self {
        let stream = Stream::Peer(inbox.host.clone());
        Self { followers_of: Vec::new(), direct: vec![inbox], stream }
    }
}

/// The rule as it stands in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    #[serde(default, rename = "f")]
    pub followers_of: Vec<String>,
    #[serde(default, rename = "d")]
    pub direct: Vec<String>,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its number in its stream.
    pub seq: i64,
    /// The activity's address.
    pub activity_id: String,
    /// The address of what it is about.
    pub object_id: Option<String>,
    /// Who did it.
    pub actor: String,
    /// The activity's type.
    pub kind: String,
    /// The JSON exactly as it was sent, proof inside.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    /// SHA-256 of the chain value before and of `sha256`.
    pub chain: Vec<u8>,
    /// How many inboxes it was for when it was written.
    pub receivers: i64,
    /// When it was written, in milliseconds.
    pub created_at: i64,
    pub(crate) rule: Rule,
}
