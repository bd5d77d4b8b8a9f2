//! Tenants: what they are, where they are stored, how they are made and found.

mod directory;
pub mod hooks;
mod model;
pub mod service;
pub mod store;

pub use directory::Tenants;
pub use hooks::{TenantHook, TenantHooks};
pub use model::{Moderation, Tenant, TenantKind, TenantState, is_handle};
