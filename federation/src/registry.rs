//! Who takes what comes in: handlers in order, the first that claims an activity gets it.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use ratusha_platform::{AppResult, TenantId, Timestamp, Uow};
use serde_json::Value;

use crate::{actors::RemoteActor, wire};

/// A verified activity on its way to whoever claims it.
#[derive(Debug, Clone)]
pub struct Received {
    /// Into whose inbox it came.
    pub tenant: TenantId,
    /// Its address.
    pub id: String,
    /// Its type, such as `Create`.
    pub kind: String,
    /// Who sent it, as last seen at its origin.
    pub actor: RemoteActor,
    /// The whole activity.
    pub activity: Value,
    /// Its `object`: an address or the thing itself.
    pub object: Value,
    /// Documents asked for by [`Outcome::Fetch`], by address; `Null` when there is none to be had.
    pub fetched: HashMap<String, Value>,
    /// When it came.
    pub received_at: Timestamp,
}

impl Received {
    /// The address of its object.
    #[must_use]
    pub fn object_id(&self) -> Option<String> {
        wire::ids::id_of(&self.object).map(String::from)
    }

    /// The type of its embedded object, or nothing when only the address is there.
    #[must_use]
    pub fn object_type(&self) -> &str {
        self.object.get("type").and_then(wire::ids::string_of).unwrap_or_default()
    }

    /// Whether everybody may read it, by the activity or by its object.
    #[must_use]
    pub fn to_public(&self) -> bool {
        [&self.activity, &self.object].iter().any(|v| ["to", "cc"].iter().any(|name| v.get(name).is_some_and(wire::is_public)))
    }
}

/// What became of an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its effect stands.
    Done,
    /// It has no effect here; the reason is for the log.
    Ignored(&'static str),
    /// What it speaks of is not here yet: again later, for 24 hours.
    Wait,
    /// This document is needed first; it comes back in [`Received::fetched`].
    Fetch(String),
}

/// Takes activities of one sort.
#[async_trait]
pub trait ActivityHandler: Send + Sync {
    /// A stable name for the log.
    fn name(&self) -> &'static str;
    /// Whether this one is for it; looks at the activity only.
    fn claims(&self, received: &Received) -> bool;
    /// Brings about the effect inside `uow`; may be run again for the same activity.
    async fn receive(&self, uow: &mut Uow, received: &Received) -> AppResult<Outcome>;
}

/// All handlers of the node.
#[derive(Default, Clone)]
pub struct Registry {
    handlers: Vec<Arc<dyn ActivityHandler>>,
}

impl Registry {
    /// No handlers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler behind those that are there.
    pub fn add(&mut self, handler: Arc<dyn ActivityHandler>) {
        self.handlers.push(handler);
    }

    /// The first that claims `received`.
    #[must_use]
    pub fn find(&self, received: &Received) -> Option<&Arc<dyn ActivityHandler>> {
        self.handlers.iter().find(|handler| handler.claims(received))
    }

    /// The names in order.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.handlers.iter().map(|handler| handler.name()).collect()
    }
}
