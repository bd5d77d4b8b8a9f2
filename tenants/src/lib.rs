//! Whose and who: tenants, the territory they are, their actors and followers, people and what they may do.

pub mod account;
pub mod audit;
pub mod policy;
pub mod principal;
pub mod roles;
pub mod settings;
pub mod tenant;
pub mod territory;
pub mod web;

pub use account::AccountId;
pub use audit::Audit;
pub use policy::{ActionDef, Decision};
pub use principal::{Grant, Principal};
pub use settings::{HubSettings, NodeSettings};
pub use tenant::{Moderation, Tenant, TenantHook, TenantHooks, TenantKind, TenantState, Tenants};
pub use web::{NavEntry, Navigation, Page};
