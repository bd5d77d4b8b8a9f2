//! The classifier of e-governance practice: concepts with codes that never change, in two languages, in editions.
//!
//! The first edition ships inside the program and is in force until a tenant has a newer one, so a tenant that
//! never changes anything keeps no copy. The hub's curators decide on proposals; each accepted one makes a new
//! edition, and the hub's desk tells its followers, whose nodes fetch it and take it over. Proposals made on a
//! node stay on that node; carrying them to the hub is a later step.

pub mod ap;
pub mod change;
pub mod model;
pub mod policy;
pub mod rdf;
pub mod record;
mod service;
mod shipped;
pub mod store;
pub mod web;

#[cfg(test)]
mod tests;

use ratusha_platform::jobs::JobRegistry;

pub use model::{Concept, Facet, Resolved, Scheme, Words, is_notation};
pub use service::{about, accept, base_url, current, decline, edition, propose, remark, take_over};
pub use shipped::shipped;

/// Adds the jobs of this part.
pub fn jobs(registry: &mut JobRegistry) {
    registry.add::<ap::Refresh>();
}
