//! What tests of this and of upper crates share: three towns, their people, a stranger on Mastodon, and a browser.
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test that cannot be set up must fail loudly")]

mod browser;
pub mod people;
mod world;

pub use browser::{Answer, Browser};
pub use people::{
    BLOCKED_HOST, HUB, IRYNA, LVIV, NADIIA, OLENA, PASSWORD, PETRO, POLTAVA, Person, SOLOMIIA, TARAS, Town, marek, marek_document,
    received, stranger,
};
pub use world::{Setup, World, add_town, router};
