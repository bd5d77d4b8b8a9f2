//! A node in a test: three towns with their people over a fresh database, and everything that their doors need.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, middleware};
use ratusha_federation::{
    ActivityHandler, Deliverer, Federation, InboxProcessor, Registry,
    fetch::{GuardSettings, Guarded},
    testkit::{FakePeer, key_pair},
};
use ratusha_platform::{
    Ctx, Services,
    http::routes::Routes,
    i18n::Locales,
    jobs::{JobRegistry, Worker},
    testkit::{TestDb, context},
};
use tokio::sync::OnceCell;

use super::{
    browser::Browser,
    people::{BLOCKED_HOST, EVERYBODY, HUB, LVIV, PASSWORD, POLTAVA, Person, Town},
};
use crate::{
    AccountId, Actors, NodeSettings, Principal, Tenant, Tenants,
    account::{self, password, session},
    follow,
    tenant::service::{self, NewTenant},
    territory::{self, Category, oblast_prefix},
    web::{resolve_tenant, same_site, session as session_layer},
};

/// How a test world is put together.
pub struct Setup {
    /// Settings of the node.
    pub settings: NodeSettings,
    /// Services of upper layers; [`Setup::build`] adds those of this crate and of federation.
    pub services: Services,
    /// Handlers of upper layers, behind those of this crate.
    pub registry: Registry,
    /// Jobs of upper layers, beside those of this crate.
    pub jobs: JobRegistry,
    locales: Vec<Locales>,
    peers: HashMap<String, std::net::SocketAddr>,
}

impl Setup {
    /// A node over the sentences of the design system, of this crate, and of `locales`.
    #[must_use]
    pub fn new(locales: &[Locales]) -> Self {
        let mut registry = Registry::new();
        crate::register_handlers(&mut registry);
        let mut jobs = JobRegistry::default();
        crate::register_jobs(&mut jobs);
        let mut services = Services::default();
        crate::install(&mut services);
        let mut all = vec![ratusha_templates::locales(), crate::locales()];
        all.extend_from_slice(locales);
        Self { settings: NodeSettings::default(), services, registry, jobs, locales: all, peers: HashMap::new() }
    }

    /// Adds a handler of activities.
    #[must_use]
    pub fn handler(mut self, handler: Arc<dyn ActivityHandler>) -> Self {
        self.registry.add(handler);
        self
    }

    /// Adds a service.
    #[must_use]
    pub fn service<T: std::any::Any + Send + Sync>(mut self, service: Arc<T>) -> Self {
        self.services.add(service);
        self
    }

    /// Serves over http, as the peers of tests do.
    #[must_use]
    pub fn http(mut self) -> Self {
        self.settings.scheme = "http";
        self
    }

    /// Lets the node reach `peer` by its name.
    #[must_use]
    pub fn peer(mut self, peer: &FakePeer) -> Self {
        self.peers.insert(peer.host.clone(), peer.address);
        self
    }

    /// A context with the services, and no tenant yet.
    pub async fn empty(mut self) -> (Ctx, TestDb, JobRegistry) {
        let (ctx, db) = context(&self.locales).await;
        let settings = Arc::new(self.settings);
        let tenants = Arc::new(Tenants::new(settings.clone()));
        let directory = crate::directory(&ctx, &tenants);
        let mut guard = GuardSettings::new("Ratusha-test");
        guard.allow_loopback_hosts = self.peers.keys().map(|host| host.parse().expect("a host pattern")).collect();
        guard.fixed_addresses = self.peers;
        let client = Guarded::new(guard).expect("a client");
        let federation = Federation::new(directory, client, self.registry, ctx.clock().clone());
        let next = AtomicUsize::new(0);
        let actors = Actors::with_maker(move || key_pair(next.fetch_add(1, Ordering::SeqCst)));
        self.services.add(settings);
        self.services.add(tenants.clone());
        self.services.add(Arc::new(actors));
        self.services.add(Arc::new(federation));
        ctx.install(self.services).expect("services are installed once");
        territory::testkit::some(&ctx, |row| {
            let known = ["46", "53"].contains(&oblast_prefix(&row.code).unwrap_or(""));
            matches!(row.category, Category::O | Category::K) || known && matches!(row.category, Category::P | Category::H)
        })
        .await;
        tenants.refresh(&ctx).await.expect("the directory is read");
        (ctx, db, self.jobs)
    }

    /// The whole world.
    pub async fn build(self) -> World {
        let (ctx, db, jobs) = self.empty().await;
        let mut towns = Vec::new();
        for town in [HUB, LVIV, POLTAVA] {
            towns.push((town.host, add_town(&ctx, town).await));
        }
        let mut people = Vec::new();
        for person in EVERYBODY {
            let tenant =
                towns.iter().find(|(host, _)| *host == person.town.host).map(|(_, tenant)| tenant.clone()).expect("the town is there");
            let who = Principal::system(&tenant.id, "test");
            let prepared = account::service::prepared(&ctx, person.email, person.name, stored_password(&ctx).await);
            let mut uow = ctx.begin(&tenant.id, who.by()).await.expect("a unit of work");
            let id =
                account::service::create_within(&mut uow, &who, None, Some(prepared), person.roles).await.expect("the person is added");
            uow.commit().await.expect("the person is committed");
            people.push((person.email, id));
        }
        for (_, tenant) in &towns {
            let who = Principal::system(&tenant.id, "test");
            let mut uow = ctx.begin(&tenant.id, who.by()).await.expect("a unit of work");
            follow::service::block_host(&mut uow, &who, BLOCKED_HOST).await.expect("the host is blocked");
            uow.commit().await.expect("the block is committed");
        }
        World { ctx, db, jobs, towns, people }
    }
}

/// One hash for all: making it costs 19 MiB and a core.
async fn stored_password(ctx: &Ctx) -> String {
    static STORED: OnceCell<String> = OnceCell::const_new();
    STORED.get_or_init(|| async { password::hash(ctx.rng(), PASSWORD).await.expect("a hash") }).await.clone()
}

/// Adds `town` to the node of `ctx`.
pub async fn add_town(ctx: &Ctx, town: Town) -> Arc<Tenant> {
    let who = Principal::system(&ratusha_platform::TenantId::new(ctx.rng(), ctx.now()), "test");
    let new = NewTenant {
        kind: town.kind,
        katottg: town.katottg.map(ToOwned::to_owned),
        host: town.host.to_owned(),
        handle: town.handle.to_owned(),
        name_uk: town.name.to_owned(),
        name_en: String::new(),
    };
    service::add(ctx, &who, &new).await.expect("the town is added")
}

/// The routes with the layers that stand before them in a node.
pub fn router(ctx: &Ctx, routes: Routes) -> Router {
    routes
        .into_router()
        .layer(middleware::from_fn_with_state(ctx.clone(), session_layer))
        .layer(middleware::from_fn(same_site))
        .layer(middleware::from_fn_with_state(ctx.clone(), resolve_tenant))
        .with_state(ctx.clone())
}

/// A node with three towns and their people.
pub struct World {
    /// The context.
    pub ctx: Ctx,
    /// The database, which goes with the world.
    pub db: TestDb,
    jobs: JobRegistry,
    towns: Vec<(&'static str, Arc<Tenant>)>,
    people: Vec<(&'static str, AccountId)>,
}

impl World {
    /// The world over the sentences of the design system, of this crate, and of `locales`.
    pub async fn new(locales: &[Locales]) -> Self {
        Setup::new(locales).build().await
    }

    /// The tenant as it is now.
    #[must_use]
    pub fn town(&self, town: Town) -> Arc<Tenant> {
        let first = self.towns.iter().find(|(host, _)| *host == town.host).map(|(_, tenant)| tenant).expect("the town is there");
        self.ctx.service::<Tenants>().expect("the directory").by_id(&first.id).expect("the tenant is known")
    }

    /// The hub.
    #[must_use]
    pub fn hub(&self) -> Arc<Tenant> {
        self.town(HUB)
    }

    /// Lviv.
    #[must_use]
    pub fn lviv(&self) -> Arc<Tenant> {
        self.town(LVIV)
    }

    /// Poltava.
    #[must_use]
    pub fn poltava(&self) -> Arc<Tenant> {
        self.town(POLTAVA)
    }

    /// Somebody's account.
    #[must_use]
    pub fn account(&self, person: Person) -> AccountId {
        self.people.iter().find(|(email, _)| *email == person.email).map(|(_, id)| id.clone()).expect("the person is there")
    }

    /// Somebody with what they may do at home.
    pub async fn who(&self, person: Person) -> Principal {
        self.who_at(person, person.town).await
    }

    /// Somebody with what they may do in `town`.
    pub async fn who_at(&self, person: Person, town: Town) -> Principal {
        let mut conn = self.ctx.db().read().await.expect("a connection");
        account::service::principal(&mut conn, &self.town(town).id, &self.account(person), self.ctx.now()).await.expect("the principal")
    }

    /// A visitor's browser at `town`, with these routes behind it.
    #[must_use]
    pub fn visitor(&self, town: Town, routes: Routes) -> Browser {
        Browser::new(router(&self.ctx, routes), town.host)
    }

    /// A browser at home with somebody signed in.
    pub async fn browser(&self, person: Person, routes: Routes) -> Browser {
        self.browser_at(person, person.town, routes).await
    }

    /// A browser at `town` with somebody signed in.
    pub async fn browser_at(&self, person: Person, town: Town, routes: Routes) -> Browser {
        let tenant = self.town(town);
        let who = self.who_at(person, town).await;
        let account = self.account(person);
        let mut uow = self.ctx.begin(&tenant.id, who.by()).await.expect("a unit of work");
        let begun = session::begin(&mut uow, &account, &who.grants, "test", None).await.expect("a session");
        uow.commit().await.expect("the session is committed");
        let found = session::find(&self.ctx, &tenant, &begun.token).await.expect("the session is read").expect("the session is there");
        let secure = tenant.base_url.starts_with("https:");
        self.visitor(town, routes).with_session(session::cookie_name(secure), &begun.token, &found.csrf)
    }

    /// Hands requests of this node to itself to `router`, so that its tenants can deliver to each other.
    pub fn connect(&self, router: Router) {
        self.ctx.service::<Federation>().expect("federation").loopback.set(router);
    }

    /// Runs jobs, received activities and deliveries until nothing moves; tells how much moved.
    pub async fn settle(&self) -> usize {
        let worker = Worker::new(self.ctx.clone(), self.jobs.clone());
        let (inbox, outbox) = (InboxProcessor::new(self.ctx.clone()), Deliverer::new(self.ctx.clone()));
        let mut all = 0;
        for _ in 0..200 {
            let moved = worker.step().await.expect("jobs run")
                + inbox.step().await.expect("the inbox runs")
                + outbox.step().await.expect("the outbox runs");
            if moved == 0 {
                return all;
            }
            all += moved;
        }
        panic!("the node does not come to rest");
    }
}
