//! What the stories between servers share: a country of real nodes, strangers who speak to it as
//! Mastodon and Lemmy do, and how those read what we send.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a story that cannot be set up must fail loudly"
)]

pub mod activities;
pub mod browser;
pub mod cluster;
pub mod databases;
pub mod golden;
pub mod net;
pub mod peer;
pub mod practices;
pub mod readers;
pub mod verify;

pub use browser::{Answer, Browser};
pub use cluster::{Cluster, NodeSpec, Person, RunningNode, Town};
pub use net::client;
pub use peer::{FakePeer, Letter, Received, Reply};
