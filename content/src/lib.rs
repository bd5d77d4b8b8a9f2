//! What the modules share: the trait they implement, the index and its search, discussion,
//! classifier and files.

pub mod classifier;
pub mod discussion;
pub mod files;
pub mod index;
pub mod module;

#[cfg(any(test, feature = "testkit"))]
pub mod testkit;

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ratusha_federation::ActivityHandler;
use ratusha_platform::{AppResult, Conn, Ctx, Services, http::routes::Routes, i18n::Locales, jobs::JobRegistry};
use ratusha_tenants::{
    ActionDef, Page, Tenant, TenantHooks,
    actor::web::{CountPublic, Counting},
};

pub use module::{BulletinSource, Duty, FacetDef, FeedDef, Module, Modules, NavEntry, Section, Seed};

/// What the modules share, mounted like a module.
#[derive(Debug, Clone, Copy)]
pub struct Content;

static ACTIONS: LazyLock<Vec<ActionDef>> = LazyLock::new(|| [discussion::policy::ACTIONS, classifier::policy::ACTIONS].concat());

/// Hangs the services of this crate and the list of modules into the context being put together.
pub fn install(services: &mut Services, modules: Modules) {
    services.add(Arc::new(modules));
    services.add(Arc::new(index::Memory::default()));
    services.add(Arc::new(TenantHooks(vec![Arc::new(classifier::ap::AskHub)])));
    services.add(Arc::new(Counting(Arc::new(Content))));
}

#[async_trait]
impl CountPublic for Content {
    async fn count(&self, conn: &mut Conn, tenant: &Tenant) -> AppResult<(i64, i64)> {
        Ok((index::count_own(conn, tenant).await?, discussion::store::count_own_visible(conn, &tenant.id).await?))
    }
}

#[async_trait]
impl Module for Content {
    fn name(&self) -> &'static str {
        "content"
    }

    fn locales(&self) -> Locales {
        Locales { owner: "content", uk: include_str!("../locales/uk.ftl"), en: include_str!("../locales/en.ftl") }
    }

    fn routes(&self) -> Routes {
        Routes::new().merge(index::web::routes()).merge(discussion::routes()).merge(classifier::web::routes()).merge(files::routes())
    }

    fn actions(&self) -> &'static [ActionDef] {
        &ACTIONS
    }

    fn handlers(&self) -> Vec<Arc<dyn ActivityHandler>> {
        vec![Arc::new(classifier::ap::Editions), Arc::new(discussion::ap::Replies), Arc::new(discussion::ap::Reactions)]
    }

    fn jobs(&self, registry: &mut JobRegistry) {
        classifier::jobs(registry);
        files::jobs(registry);
    }

    async fn cabinet_sections(&self, ctx: &Ctx, page: &Page) -> AppResult<Vec<Section>> {
        discussion::service::cabinet(ctx, page).await
    }

    async fn duties(&self, ctx: &Ctx, page: &Page) -> AppResult<Vec<Duty>> {
        discussion::service::duties(ctx, page).await
    }
}
