//! Whose and who: tenants, the territory they are, their actors and followers, people and what they may do.

pub mod account;
pub mod actor;
pub mod audit;
pub mod follow;
pub mod hub;
pub mod policy;
pub mod principal;
pub mod roles;
pub mod settings;
pub mod tenant;
pub mod territory;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
#[cfg(test)]
mod tests;
pub mod web;

use std::sync::Arc;

use ratusha_federation::{Directory, Registry};
use ratusha_platform::{Ctx, Services, http::routes::Routes, i18n::Locales, jobs::JobRegistry};

pub use account::AccountId;
pub use actor::Actors;
pub use audit::Audit;
pub use policy::{ActionDef, Decision};
pub use principal::{Grant, Principal};
pub use settings::{HubSettings, NodeSettings};
pub use tenant::{Moderation, Tenant, TenantHook, TenantHooks, TenantKind, TenantState, Tenants};
pub use web::{NavEntry, Navigation, Page, setup_routes};

/// The sentences of this crate.
#[must_use]
pub fn locales() -> Locales {
    Locales { owner: "tenants", uk: include_str!("../locales/uk.ftl"), en: include_str!("../locales/en.ftl") }
}

/// What the protocol asks of this crate; goes into `Federation::new`.
#[must_use]
pub fn directory(ctx: &Ctx, tenants: &Arc<Tenants>) -> Arc<dyn Directory> {
    Arc::new(follow::TenantDirectory::new(tenants.clone(), ctx.keyring().clone()))
}

/// Hangs in the services that need nothing from outside: actors and the gazetteer. [`NodeSettings`], [`Tenants`] and,
/// if there are any, [`TenantHooks`] and [`Navigation`] come from whoever puts the node together; call
/// [`Tenants::refresh`] and [`hub::start`] before serving.
pub fn install(services: &mut Services) {
    services.add(Arc::new(Actors::new()));
    services.add(Arc::new(territory::Gazetteer::new()));
}

/// Adds what this crate takes from the inbox.
pub fn register_handlers(registry: &mut Registry) {
    registry.add(Arc::new(follow::FollowHandler));
}

/// Makes the jobs of this crate runnable.
pub fn register_jobs(registry: &mut JobRegistry) {
    registry.add::<hub::LinkHub>();
}

/// Every door of this crate but the set-up page.
#[must_use]
pub fn routes() -> Routes {
    web::routes().merge(actor::routes()).merge(territory::web::routes())
}
