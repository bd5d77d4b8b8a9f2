//! Everything that can be published, of all modules, in one index: search, facets, feeds.
//!
//! Words are analysed here and the database only matches, so that both engines find the same.

mod cache;
pub mod feed;
pub mod model;
mod service;
pub mod store;
pub mod web;

#[cfg(test)]
mod feed_tests;
#[cfg(test)]
mod tests;

pub use cache::{Memory, counts_cached, revision};
pub use model::{Counts, Entry, Hit, Order, Query, State};
pub use service::{bump, concept_counts, count_own, counts, find, find_by_ap_id, put, reclassify, remove, search};
