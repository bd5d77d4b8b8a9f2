//! The hub and its communities: admission at the hub, and a node's link to its hub.

mod admission;
mod link;
pub mod store;

pub use admission::{Community, admit, admitted, is_admitted, list, list_admitted, withdraw};
pub(crate) use link::schedule;
pub use link::{LinkHub, hub_desk, hub_of, link_now, start};
