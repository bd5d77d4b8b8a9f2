//! Who follows our actors and whom they follow, and what the protocol asks about it.

mod directory;
mod handler;
pub mod service;
pub mod store;

pub use directory::TenantDirectory;
pub use handler::FollowHandler;
