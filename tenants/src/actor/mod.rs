//! Actors of our own: the community, its desks, its people and its server, with their keys.

pub mod ap;
mod model;
pub mod service;
pub mod store;
pub mod web;

pub use model::{ActorKind, DESKS, Desk, KnownActor, desk};
pub use service::{Actors, NewKeys};
pub use web::routes;
