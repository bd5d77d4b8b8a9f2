//! What people say about anything in the index: here, and in the fediverse; and who lets it stand.

pub mod ap;
mod document;
mod import;
pub mod model;
pub mod policy;
pub mod service;
pub mod store;
pub mod web;

#[cfg(test)]
mod tests;

pub use model::{Comment, CommentId, CommentState, Reactions, Viewing};
pub use service::{approve, comment, delete, hide, reactions, thread, thread_for};
pub use web::{routes, section};
