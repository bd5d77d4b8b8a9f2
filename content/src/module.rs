//! What a module gives to the product: every extension point, each with a default that gives nothing.
//!
//! A module is one line in the node's list; nothing else names it.

use std::sync::Arc;

use async_trait::async_trait;
use ratusha_federation::{ActivityHandler, Registry};
use ratusha_platform::{AppResult, Ctx, Timestamp, Uow, http::routes::Routes, i18n::Locales, jobs::JobRegistry};
use ratusha_templates::Html;
use ratusha_tenants::{ActionDef, Page};

pub use ratusha_tenants::NavEntry;

/// A ready piece of the cabinet: the front page of a community or of the hub.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its heading, ready for the reader.
    pub title: String,
    /// Place among the sections; small numbers first.
    pub order: i32,
    /// What it shows.
    pub html: Html,
}

/// Something that waits for the person who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What to do, ready for the reader, with its count in it.
    pub text: String,
    /// Where to do it, without the language prefix.
    pub path: String,
    /// How many there are.
    pub count: i64,
    /// Until when, if it has a date.
    pub due: Option<Timestamp>,
}

/// A feed that a page may offer beside the feed of everything.
#[derive(Debug, Clone, Copy)]
pub struct FeedDef {
    /// Locale key of what it holds.
    pub key: &'static str,
    /// Query of `/feed.atom` and `/feed.json`, e.g. `module=practices`.
    pub query: &'static str,
}

/// What a periodical bulletin may take from a module.
#[derive(Debug, Clone, Copy)]
pub struct BulletinSource {
    /// Stable name such as `practices.new`.
    pub name: &'static str,
    /// Locale key of the heading above its items.
    pub key: &'static str,
}

/// A facet of the search beyond the common ones (module, class, region, year, language).
#[derive(Debug, Clone, Copy)]
pub struct FacetDef {
    /// The name under which the module puts it into the index.
    pub name: &'static str,
    /// Locale key of the facet.
    pub key: &'static str,
    /// Its values with the locale key of each, in the order in which they are read.
    pub values: &'static [(&'static str, &'static str)],
}

/// Invented data for demonstrations and tests, written through the same use cases as the pages.
#[async_trait]
pub trait Seed: Send + Sync {
    /// Stable name such as `practices.three_cities`.
    fn name(&self) -> &'static str;
    /// Writes it inside the unit of work, for the unit's tenant.
    async fn load(&self, uow: &mut Uow) -> AppResult<()>;
}

/// A slice of the product: practices, contests, library …
#[async_trait]
pub trait Module: Send + Sync + 'static {
    /// One English word, used in addresses, tables, locale keys and permissions.
    fn name(&self) -> &'static str;

    /// Its sentences.
    fn locales(&self) -> Locales;

    /// Its doors.
    fn routes(&self) -> Routes;

    /// What can be done in it, with the rows of the permission matrix.
    fn actions(&self) -> &'static [ActionDef] {
        &[]
    }

    /// The activities from other servers that it understands.
    fn handlers(&self) -> Vec<Arc<dyn ActivityHandler>> {
        Vec::new()
    }

    /// Adds its jobs.
    fn jobs(&self, registry: &mut JobRegistry) {
        let _ = registry;
    }

    /// Its entry in the main navigation.
    fn nav(&self) -> Option<NavEntry> {
        None
    }

    /// Locale key of what its objects are called in search results, in the plural.
    fn label(&self) -> Option<&'static str> {
        None
    }

    /// Its sample data.
    fn seeds(&self) -> Vec<Arc<dyn Seed>> {
        Vec::new()
    }

    /// What it shows in the cabinet of the person who looks at `page`.
    async fn cabinet_sections(&self, ctx: &Ctx, page: &Page) -> AppResult<Vec<Section>> {
        let _ = (ctx, page);
        Ok(Vec::new())
    }

    /// What waits for the person who looks at `page`.
    async fn duties(&self, ctx: &Ctx, page: &Page) -> AppResult<Vec<Duty>> {
        let _ = (ctx, page);
        Ok(Vec::new())
    }

    /// Feeds of its own.
    fn feeds(&self) -> Vec<FeedDef> {
        Vec::new()
    }

    /// What a bulletin may take from it.
    fn bulletin_sources(&self) -> Vec<BulletinSource> {
        Vec::new()
    }

    /// Facets of its own in the search.
    fn facets(&self) -> &'static [FacetDef] {
        &[]
    }
}

/// All modules of a node, in the order of its list; a service of the context.
#[derive(Clone, Default)]
pub struct Modules(Vec<Arc<dyn Module>>);

impl std::fmt::Debug for Modules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|m| m.name())).finish()
    }
}

impl Modules {
    /// The given modules; what they share ([`crate::Content`]) is added as the last one.
    #[must_use]
    pub fn new(mut modules: Vec<Arc<dyn Module>>) -> Self {
        // Last, because its handler takes every reply and reaction that no module claims.
        modules.push(Arc::new(crate::Content));
        Self(modules)
    }

    /// The modules in order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Module>> {
        self.0.iter()
    }

    /// The module called `name`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<dyn Module>> {
        self.0.iter().find(|m| m.name() == name)
    }

    /// The sentences of all modules.
    #[must_use]
    pub fn locales(&self) -> Vec<Locales> {
        self.0.iter().map(|m| m.locales()).collect()
    }

    /// The doors of all modules.
    #[must_use]
    pub fn routes(&self) -> Routes {
        self.0.iter().fold(Routes::new(), |routes, m| routes.merge(m.routes()))
    }

    /// The actions of all modules.
    #[must_use]
    pub fn actions(&self) -> Vec<&'static ActionDef> {
        self.0.iter().flat_map(|m| m.actions()).collect()
    }

    /// Adds the handlers of all modules, in order.
    pub fn register_handlers(&self, registry: &mut Registry) {
        for handler in self.0.iter().flat_map(|m| m.handlers()) {
            registry.add(handler);
        }
    }

    /// Adds the jobs of all modules.
    pub fn register_jobs(&self, registry: &mut JobRegistry) {
        for module in &self.0 {
            module.jobs(registry);
        }
    }

    /// The entries that the modules offer to the navigation, which orders them and chooses by tenant.
    #[must_use]
    pub fn nav(&self) -> Vec<NavEntry> {
        self.0.iter().filter_map(|m| m.nav()).collect()
    }

    /// The cabinet's sections for whoever looks at `page`, in order.
    ///
    /// # Errors
    /// What a module says.
    pub async fn cabinet_sections(&self, ctx: &Ctx, page: &Page) -> AppResult<Vec<Section>> {
        let mut sections = Vec::new();
        for module in &self.0 {
            sections.extend(module.cabinet_sections(ctx, page).await?);
        }
        sections.sort_by_key(|s| s.order);
        Ok(sections)
    }

    /// What waits for whoever looks at `page`: what has a date first, the nearest date first.
    ///
    /// # Errors
    /// What a module says.
    pub async fn duties(&self, ctx: &Ctx, page: &Page) -> AppResult<Vec<Duty>> {
        let mut duties = Vec::new();
        for module in &self.0 {
            duties.extend(module.duties(ctx, page).await?);
        }
        duties.sort_by_key(|d| d.due.map_or(i64::MAX, |at| at.0));
        Ok(duties)
    }

    /// The feeds of all modules.
    #[must_use]
    pub fn feeds(&self) -> Vec<FeedDef> {
        self.0.iter().flat_map(|m| m.feeds()).collect()
    }

    /// The bulletin sources of all modules.
    #[must_use]
    pub fn bulletin_sources(&self) -> Vec<BulletinSource> {
        self.0.iter().flat_map(|m| m.bulletin_sources()).collect()
    }

    /// The facets of all modules; a name that two modules share is listed once.
    #[must_use]
    pub fn facets(&self) -> Vec<FacetDef> {
        let mut facets: Vec<FacetDef> = Vec::new();
        for facet in self.0.iter().flat_map(|m| m.facets()) {
            if !facets.iter().any(|known| known.name == facet.name) {
                facets.push(*facet);
            }
        }
        facets
    }

    /// The sample data of all modules.
    #[must_use]
    pub fn seeds(&self) -> Vec<Arc<dyn Seed>> {
        self.0.iter().flat_map(|m| m.seeds()).collect()
    }
}
