//! What goes over the wire: the context, the addresses in it, and how much of it is read.

pub mod context;
pub mod ids;
pub mod limits;

pub use activitypub_federation::{
    kinds,
    protocol::{context::WithContext, public_key::PublicKey as PublicKeyDocument},
};
pub use context::{PUBLIC, is_public};
pub use limits::{JsonRefusal, parse, restructures, weight};

/// The media type of what we send.
pub const ACTIVITY_JSON: &str = "application/activity+json";
