//! Which activities of other servers are for this module; what they do is the service's business.

use async_trait::async_trait;
use ratusha_federation::{Outcome, Received, registry::ActivityHandler};
use ratusha_platform::{AppResult, Uow};

use super::{curation::read_verdict, record};
use crate::service;

/// Practices of other nodes on their way to the hub.
#[derive(Debug, Clone, Copy)]
pub struct Practices;

#[async_trait]
impl ActivityHandler for Practices {
    fn name(&self) -> &'static str {
        "practices"
    }

    fn claims(&self, r: &Received) -> bool {
        match r.kind.as_str() {
            "Create" | "Update" => r.object.get(record::PROPERTY).is_some(),
            // A tombstone no longer says what it was, but our addresses do.
            "Delete" => r.object_id().is_some_and(|id| id.contains("/ap/practice/")),
            _ => false,
        }
    }

    async fn receive(&self, uow: &mut Uow, r: &Received) -> AppResult<Outcome> {
        match r.kind.as_str() {
            "Delete" => service::receive_delete(uow, r).await,
            _ => service::receive_article(uow, r).await,
        }
    }
}

/// What the hub decided, on its way to the author.
#[derive(Debug, Clone, Copy)]
pub struct Decisions;

#[async_trait]
impl ActivityHandler for Decisions {
    fn name(&self) -> &'static str {
        "practices.decisions"
    }

    fn claims(&self, r: &Received) -> bool {
        read_verdict(r).is_some_and(|(practice, _)| practice.contains("/ap/practice/"))
    }

    async fn receive(&self, uow: &mut Uow, r: &Received) -> AppResult<Outcome> {
        match read_verdict(r) {
            Some((practice, verdict)) => service::receive_decision(uow, r, &practice, verdict).await,
            None => Ok(Outcome::Ignored("no decision in it")),
        }
    }
}
