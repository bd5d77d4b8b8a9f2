//! The depository of best practices: cards with measured results, from draft to the whole country.

mod ap;
mod error;
mod import;
mod jobs;
pub mod model;
mod policy;
pub mod seeds;
pub mod service;
pub mod store;
mod web;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use ratusha_content::{Duty, FacetDef, FeedDef, Module, NavEntry, Section, Seed};
use ratusha_federation::registry::ActivityHandler;
use ratusha_platform::{AppResult, Ctx, http::routes::Routes, i18n::Locales, jobs::JobRegistry};
use ratusha_tenants::{policy::ActionDef, web::Page};

/// Name of the module.
pub const NAME: &str = "practices";

/// The module.
#[derive(Debug, Clone, Copy)]
pub struct Practices;

#[async_trait]
impl Module for Practices {
    fn name(&self) -> &'static str {
        NAME
    }

    fn locales(&self) -> Locales {
        Locales { owner: NAME, uk: include_str!("../locales/uk.ftl"), en: include_str!("../locales/en.ftl") }
    }

    fn routes(&self) -> Routes {
        web::routes()
    }

    fn actions(&self) -> &'static [ActionDef] {
        policy::ACTIONS
    }

    fn handlers(&self) -> Vec<Arc<dyn ActivityHandler>> {
        vec![Arc::new(ap::Decisions), Arc::new(ap::Practices)]
    }

    fn jobs(&self, registry: &mut JobRegistry) {
        registry.add::<jobs::ReviewDue>();
        registry.add::<jobs::OfferToHub>();
    }

    fn nav(&self) -> Option<NavEntry> {
        Some(NavEntry::new("practices-nav", "/practices", 10))
    }

    fn label(&self) -> Option<&'static str> {
        Some("practices-nav")
    }

    fn seeds(&self) -> Vec<Arc<dyn Seed>> {
        vec![Arc::new(seeds::Community(0)), Arc::new(seeds::Community(1)), Arc::new(seeds::Community(2))]
    }

    async fn cabinet_sections(&self, ctx: &Ctx, page: &Page) -> AppResult<Vec<Section>> {
        web::home_sections(ctx, page).await
    }

    async fn duties(&self, ctx: &Ctx, page: &Page) -> AppResult<Vec<Duty>> {
        web::duties(ctx, page).await
    }

    fn feeds(&self) -> Vec<FeedDef> {
        vec![FeedDef { key: "practices-feed", query: "module=practices" }]
    }

    fn facets(&self) -> &'static [FacetDef] {
        web::FACETS
    }
}
