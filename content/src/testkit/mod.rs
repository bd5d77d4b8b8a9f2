//! What the tests of every module share: a node with one community in memory, and a counter of statements.

mod app;
pub mod statements;

pub use app::{Answer, Browser, TestApp};
pub use statements::counted;
