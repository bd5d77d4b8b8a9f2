//! People of this node: accounts, what they may do where, and their sessions.

pub mod model;
pub mod password;
pub mod service;
pub mod session;
pub mod store;
mod throttle;
pub mod web;

pub use model::{Account, AccountId, AccountState, Member};
