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
pub mod web;

use std::sync::Arc;

use ratusha_federation::{Directory, Registry};
use ratusha_platform::{Services, i18n::Locales, jobs::JobRegistry, secret::Keyring};

pub use account::AccountId;
pub use actor::Actors;
pub use audit::Audit;
pub use policy::{ActionDef, Decision};
pub use principal::{Grant, Principal};
pub use settings::{HubSettings, NodeSettings};
pub use tenant::{Moderation, Tenant, TenantHook, TenantHooks, TenantKind, TenantState, Tenants};
pub use web::{NavEntry, Navigation, Page};

/// The sentences of this crate.
#[must_use]
pub fn locales() -> Locales {
    Locales { owner: "tenants", uk: include_str!("../locales/uk.ftl"), en: include_str!("../locales/en.ftl") }
}

/// The services of this crate, for whoever puts a node together.
#[derive(Clone)]
pub struct TenantServices {
    /// The directory of tenants; call [`Tenants::refresh`] once before serving.
    pub tenants: Arc<Tenants>,
    /// Our actors.
    pub actors: Arc<Actors>,
    /// What the protocol asks; goes into `Federation::new`.
    pub directory: Arc<dyn Directory>,
}

/// Hangs the services of this crate into `services`: settings, tenants, actors, gazetteer.
pub fn install(services: &mut Services, settings: NodeSettings, keyring: &Keyring) -> TenantServices {
    install_with(services, settings, Actors::new(keyring.clone()))
}

/// [`install`] with actors whose keys come from elsewhere, for tests.
pub fn install_with(services: &mut Services, settings: NodeSettings, actors: Actors) -> TenantServices {
    let settings = Arc::new(settings);
    let tenants = Arc::new(Tenants::new(settings.clone()));
    let actors = Arc::new(actors);
    services.add(settings);
    services.add(tenants.clone());
    services.add(actors.clone());
    services.add(Arc::new(territory::Gazetteer::new()));
    let directory: Arc<dyn Directory> = Arc::new(follow::TenantDirectory::new(tenants.clone(), actors.clone()));
    TenantServices { tenants, actors, directory }
}

/// Adds what this crate takes from the inbox; first in order, because nobody else claims it.
pub fn handlers(registry: &mut Registry, actors: &Arc<Actors>) {
    registry.add(Arc::new(follow::FollowHandler::new(actors.clone())));
}

/// Makes the jobs of this crate runnable.
pub fn jobs(registry: &mut JobRegistry) {
    registry.add::<hub::LinkHub>();
}
