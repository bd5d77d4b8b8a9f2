//! The composition root: puts a node together from its parts and runs it.

pub mod cli;
pub mod demo;
pub mod middleware;
pub mod modules;
pub mod pages;
pub mod router;
pub mod settings;

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use ratusha_content::Modules;
use ratusha_federation::{
    Deliverer, Federation, InboxProcessor, Registry,
    fetch::{GuardSettings, Guarded, HostPattern},
};
use ratusha_platform::{
    AppResult, Catalog, Clock, Ctx, Db, Services,
    files::Files,
    i18n::Locales,
    ids::Rng,
    jobs::{JobRegistry, Worker},
    secret::Keyring,
};
use ratusha_tenants::{HubSettings, NavEntry, NodeSettings, Tenants, web::Navigation};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use settings::Settings;

/// Sentences of the pages of this crate.
const LOCALES: Locales = Locales { owner: "node", uk: include_str!("../locales/uk.ftl"), en: include_str!("../locales/en.ftl") };

/// A node, put together and ready to serve.
#[derive(Clone)]
pub struct Node {
    /// What every use case stands in.
    pub ctx: Ctx,
    /// The whole router.
    pub router: Router,
    /// Its modules.
    pub modules: Modules,
    jobs: JobRegistry,
}

/// Every sentence of the product.
///
/// # Errors
/// A Fluent source that does not parse.
pub fn catalog(modules: &Modules) -> Result<Catalog> {
    let mut locales = vec![ratusha_templates::locales(), ratusha_tenants::locales(), LOCALES];
    locales.extend(modules.locales());
    Catalog::new(&locales).context("the sentences of the product do not parse")
}

/// Opens the database and puts a node together; nothing runs yet.
///
/// # Errors
/// One sentence that says what cannot be opened and why.
pub async fn build(settings: &Settings) -> Result<Node> {
    build_with(settings, Clock::System, Rng::System).await
}

/// [`build`] with a clock and randomness of the caller's choice, for tests.
///
/// # Errors
/// As [`build`].
pub async fn build_with(settings: &Settings, clock: Clock, rng: Rng) -> Result<Node> {
    let data = &settings.node.data;
    std::fs::create_dir_all(data).with_context(|| format!("cannot write to the data folder {}", data.display()))?;
    let keyring = Keyring::open(&settings.key_file(), &rng)?;
    let db = Db::open(&settings.database_url()).await?;
    let modules = modules::all();
    let catalog = Arc::new(catalog(&modules)?);
    let ctx = Ctx::new(db, clock.clone(), rng, catalog, Files::new(data.join("files")), keyring);

    let node_settings = Arc::new(NodeSettings {
        scheme: settings.node.scheme.as_str(),
        hub: settings
            .hub
            .as_ref()
            .map(|hub| HubSettings { url: hub.url.trim_end_matches('/').to_owned(), authority_key: hub.authority_key.clone() }),
        source_url: settings.node.source_url.clone(),
        ..NodeSettings::default()
    });
    let tenants = Arc::new(Tenants::new(Arc::clone(&node_settings)));
    let mut registry = Registry::new();
    ratusha_tenants::register_handlers(&mut registry);
    modules.register_handlers(&mut registry);
    let directory = ratusha_tenants::directory(&ctx, &tenants);
    let federation = Arc::new(Federation::new(directory, client(settings)?, registry, clock));

    let mut services = Services::default();
    services.add(node_settings);
    services.add(Arc::clone(&tenants));
    services.add(Arc::clone(&federation));
    services.add(Arc::new(navigation(&modules)));
    services.add(Arc::new(middleware::cache::PageCache::default()));
    ratusha_content::install(&mut services, modules.clone());
    ratusha_tenants::install(&mut services);
    ctx.install(services)?;

    ratusha_tenants::territory::import_shipped(&ctx).await?;
    tenants.refresh(&ctx).await?;
    ratusha_tenants::hub::start(&ctx).await?;

    let mut jobs = JobRegistry::default();
    ratusha_tenants::register_jobs(&mut jobs);
    modules.register_jobs(&mut jobs);
    let edge = router::Edge {
        https: settings.node.scheme == settings::Scheme::Https,
        trusted_proxies: Arc::new(settings.node.trusted_proxies.clone()),
    };
    let router = router::build(&ctx, &modules, edge);
    federation.loopback.set(router.clone());
    Ok(Node { ctx, router, modules, jobs })
}

/// The one client for everything that leaves the node.
/// The entries of the modules, and the two that every site has.
fn navigation(modules: &Modules) -> Navigation {
    let mut entries: Vec<NavEntry> = modules.nav();
    entries.push(NavEntry::new("node-nav-classifier", "/classifier", 80));
    entries.push(NavEntry::new("node-nav-territory", "/t", 90));
    Navigation(entries)
}

fn client(settings: &Settings) -> Result<Guarded> {
    let version = env!("CARGO_PKG_VERSION");
    let mut guard = GuardSettings::new(format!("Ratusha/{version} (ActivityPub; e-governance)"));
    for pattern in &settings.federation.allow_loopback {
        guard
            .allow_loopback_hosts
            .push(pattern.parse::<HostPattern>().with_context(|| format!("[federation] allow_loopback: {pattern:?}"))?);
    }
    for path in &settings.federation.extra_ca {
        guard.extra_ca.push(std::fs::read(path).with_context(|| format!("[federation] extra_ca: {}", path.display()))?);
    }
    Ok(Guarded::new(guard)?)
}

impl Node {
    /// Starts the workers: jobs, received activities, deliveries. They end when `stop` is cancelled.
    pub fn start_workers(&self, stop: &CancellationToken) -> JoinSet<()> {
        let mut running = JoinSet::new();
        running.spawn(Worker::new(self.ctx.clone(), self.jobs.clone()).run(stop.clone()));
        running.spawn(InboxProcessor::new(self.ctx.clone()).run(stop.clone()));
        running.spawn(Deliverer::new(self.ctx.clone()).run(stop.clone()));
        running
    }

    /// Does once what the workers would do now; returns how much was done.
    ///
    /// # Errors
    /// The database's.
    pub async fn step(&self) -> AppResult<usize> {
        let jobs = Worker::new(self.ctx.clone(), self.jobs.clone()).step().await?;
        let received = InboxProcessor::new(self.ctx.clone()).step().await?;
        let delivered = Deliverer::new(self.ctx.clone()).step().await?;
        Ok(jobs + received + delivered)
    }

    /// Names of all jobs.
    #[must_use]
    pub fn job_names(&self) -> Vec<&'static str> {
        self.jobs.names()
    }
}
