//! A country of real nodes on this machine: each with its own database, listening on its own port,
//! moved step by step under one clock that stands still until the story moves it.

use std::{future::IntoFuture, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::Router;
use ratusha_node::{
    Node, Settings,
    settings::{FederationSection, HubSection, NodeSection},
};
use ratusha_platform::{Clock, Ctx, TenantId, ids::Rng};
use ratusha_tenants::{
    Moderation, Principal, Tenant, TenantKind, Tenants, account, hub,
    tenant::service::{self, NewTenant, Profile},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    Browser,
    databases::{self, Database},
    net,
};

/// The one password of all people.
pub const PASSWORD: &str = "Ратуша-на-площі-2026";

/// A community of a node.
#[derive(Debug, Clone, Copy)]
pub struct Town {
    /// Its host's first label and its handle.
    pub name: &'static str,
    /// Its unit; the hub has none.
    pub katottg: Option<&'static str>,
}

/// The hub.
pub const HUB: Town = Town { name: "hub", katottg: None };
/// Lviv.
pub const LVIV: Town = Town { name: "lviv", katottg: Some("UA46060250000025047") };
/// Poltava.
pub const POLTAVA: Town = Town { name: "poltava", katottg: Some("UA53080370000025447") };
/// Myrhorod.
pub const MYRHOROD: Town = Town { name: "myrhorod", katottg: Some("UA53060230000098362") };

/// A node to be started.
#[derive(Debug, Clone, Copy)]
pub struct NodeSpec {
    /// What it is called in messages.
    pub name: &'static str,
    /// Who lives there; the first node of a cluster holds the hub.
    pub towns: &'static [Town],
    /// Whether the hub admits its communities.
    pub admitted: bool,
}

/// The hub alone with one city: enough for most stories.
pub const HUB_AND_CITY: &[NodeSpec] =
    &[NodeSpec { name: "hub", towns: &[HUB], admitted: true }, NodeSpec { name: "city", towns: &[LVIV], admitted: true }];
/// The country of the demo: a hub, a region with two communities, a city.
pub const COUNTRY: &[NodeSpec] = &[
    NodeSpec { name: "hub", towns: &[HUB], admitted: true },
    NodeSpec { name: "region", towns: &[POLTAVA, MYRHOROD], admitted: true },
    NodeSpec { name: "city", towns: &[LVIV], admitted: true },
];

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// E-mail to sign in with.
    pub email: String,
    /// What they may do.
    pub role: &'static str,
}

/// A node that is there, switched on or off.
pub struct RunningNode {
    /// What it is called.
    pub name: &'static str,
    /// The node itself.
    pub node: Node,
    port: u16,
    settings: Settings,
    _database: Database,
    seed: u64,
    running: Option<(CancellationToken, JoinHandle<()>)>,
}

impl RunningNode {
    /// Its context.
    #[must_use]
    pub fn ctx(&self) -> &Ctx {
        &self.node.ctx
    }

    fn serve(&mut self, listener: TcpListener) {
        let stop = CancellationToken::new();
        let router: Router = self.node.router.clone();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let ended = stop.clone();
        let server = axum::serve(listener, service).with_graceful_shutdown(async move { ended.cancelled().await }).into_future();
        let task = tokio::spawn(async move { server.await.expect("the listener holds") });
        self.running = Some((stop, task));
    }

    /// Switches the node off: the port refuses, the database is closed.
    pub async fn switch_off(&mut self) {
        if let Some((stop, task)) = self.running.take() {
            stop.cancel();
            // Whoever keeps a connection open without asking anything does not keep the node up.
            let _ = tokio::time::timeout(Duration::from_secs(5), task).await;
        }
        self.node.ctx.db().close().await;
    }

    /// Starts it again over the same database, as a restart does.
    pub async fn switch_on(&mut self, clock: &Clock) {
        self.seed += 1000;
        self.node = ratusha_node::build_with(&self.settings, clock.clone(), Rng::seeded(self.seed)).await.expect("the node starts again");
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("the node's port is still free");
        self.serve(listener);
    }

    /// Whether it is switched on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.running.is_some()
    }
}

/// Where a community is found.
#[derive(Debug, Clone)]
pub struct Place {
    /// Index of its node.
    pub node: usize,
    /// `lviv.localhost:12345`.
    pub host: String,
    /// Its id.
    pub id: TenantId,
}

/// The country.
pub struct Cluster {
    /// Its nodes in the order of their specifications.
    pub nodes: Vec<RunningNode>,
    /// The clock of all.
    pub clock: Clock,
    _dir: TempDir,
}

impl Cluster {
    /// Starts the nodes, makes their communities and people, lets the hub admit whom it should, and waits until
    /// everybody knows everybody.
    pub async fn start(specs: &[NodeSpec]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let clock = Clock::manual(databases::NOW);
        let mut listeners = Vec::new();
        for _ in specs {
            listeners.push(net::listen().await);
        }
        let hub_port = listeners[0].1;
        let mut nodes = Vec::new();
        for (index, (spec, (listener, port))) in specs.iter().zip(listeners).enumerate() {
            let data: PathBuf = dir.path().join(spec.name);
            let database = databases::fresh(&data).await;
            let is_hub = spec.towns.iter().any(|town| town.katottg.is_none());
            let settings = Settings {
                node: NodeSection { data, database: Some(database.url.clone()), ..NodeSection::default() },
                hub: (!is_hub).then(|| HubSection { url: format!("http://hub.localhost:{hub_port}"), authority_key: None }),
                federation: FederationSection { allow_loopback: vec!["*.localhost:*".to_owned()], ..FederationSection::default() },
                ..Settings::default()
            };
            let seed = u64::try_from(index).expect("few nodes") + 1;
            let node = ratusha_node::build_with(&settings, clock.clone(), Rng::seeded(seed)).await.expect("a node");
            let mut running = RunningNode { name: spec.name, node, port, settings, _database: database, seed, running: None };
            running.serve(listener);
            nodes.push(running);
        }
        let mut cluster = Self { nodes, clock, _dir: dir };
        for (index, spec) in specs.iter().enumerate() {
            for town in spec.towns {
                cluster.found(index, town).await;
            }
        }
        for spec in specs.iter().filter(|spec| spec.admitted) {
            for town in spec.towns.iter().filter(|town| town.katottg.is_some()) {
                cluster.admit(town.name).await;
            }
        }
        cluster.settle().await;
        cluster
    }

    /// Makes a community on a node, with one person for every role.
    async fn found(&mut self, index: usize, town: &Town) {
        let running = &self.nodes[index];
        let ctx = running.ctx();
        let who = system();
        let new = NewTenant {
            kind: if town.katottg.is_some() { TenantKind::Community } else { TenantKind::Hub },
            katottg: town.katottg.map(ToOwned::to_owned),
            host: format!("{}.localhost:{}", town.name, running.port),
            handle: town.name.to_owned(),
            name_uk: if town.katottg.is_some() { String::new() } else { "Депозитарій кращих практик".to_owned() },
            name_en: if town.katottg.is_some() { String::new() } else { "Depository of best practices".to_owned() },
        };
        let tenant = service::add(ctx, &who, &new).await.expect("a community");
        for role in ["admin", "editor", "curator", "citizen"] {
            if role == "curator" && !tenant.is_hub() {
                continue;
            }
            let person = person(town.name, role);
            account::service::create(ctx, &who, &tenant, &person.email, &format!("{role} {}", town.name), PASSWORD, &[role])
                .await
                .expect("a person");
        }
    }

    /// Lets the hub admit the community `town`.
    pub async fn admit(&self, town: &str) {
        let host = self.tenant(town).host.clone();
        hub::admit(self.nodes[0].ctx(), &system(), &host).await.expect("the hub admits");
    }

    /// Works on every node that is on until nothing moves any more; the clock stands still.
    ///
    /// # Panics
    /// When the country never comes to rest.
    pub async fn settle(&self) {
        for _ in 0..500 {
            let mut moved = 0;
            for node in self.nodes.iter().filter(|node| node.is_on()) {
                moved += node.node.step().await.expect("a node works");
            }
            if moved == 0 {
                return;
            }
        }
        panic!("the country does not come to rest");
    }

    /// Moves the clock and works.
    pub async fn pass(&self, ms: i64) {
        self.clock.advance(ms);
        self.settle().await;
    }

    /// Lets time go by in growing steps until what waits for a node that was away has been tried again.
    pub async fn pass_hours(&self, hours: i64) {
        for _ in 0..hours * 4 {
            self.pass(15 * 60 * 1000).await;
        }
    }

    fn index(&self, town: &str) -> usize {
        let found = self.nodes.iter().position(|running| tenants(running).iter().any(|tenant| tenant.handle == town));
        found.unwrap_or_else(|| panic!("nobody is called {town}"))
    }

    /// The node on which `town` lives.
    #[must_use]
    pub fn node_of(&self, town: &str) -> &RunningNode {
        &self.nodes[self.index(town)]
    }

    /// The same, to switch it on and off.
    pub fn node_of_mut(&mut self, town: &str) -> &mut RunningNode {
        let index = self.index(town);
        &mut self.nodes[index]
    }

    /// The community called `town`.
    #[must_use]
    pub fn tenant(&self, town: &str) -> Arc<Tenant> {
        tenants(self.node_of(town)).into_iter().find(|tenant| tenant.handle == town).expect("it is there")
    }

    /// Context of the node of `town`.
    #[must_use]
    pub fn ctx(&self, town: &str) -> &Ctx {
        self.node_of(town).ctx()
    }

    /// A visitor of the site of `town` who has not signed in.
    #[must_use]
    pub fn visitor(&self, town: &str) -> Browser {
        Browser::new(&self.tenant(town).base_url)
    }

    /// The person of `town` with `role`, signed in.
    pub async fn signed_in(&self, town: &str, role: &'static str) -> Browser {
        let browser = self.visitor(town);
        browser.sign_in(&person(town, role).email, PASSWORD).await;
        browser
    }

    /// Somebody with `role` in `town`, for use cases called without the web.
    #[must_use]
    pub fn principal(&self, town: &str) -> Principal {
        Principal::system(&self.tenant(town).id, "story")
    }

    /// Sets what happens to new replies in `town`.
    pub async fn moderate(&self, town: &str, moderation: Moderation) {
        let tenant = self.tenant(town);
        let ctx = self.ctx(town);
        let mut uow = ctx.begin(&tenant.id, "story").await.expect("a unit of work");
        let profile = Profile { moderation, ..Profile::of(&tenant) };
        service::set_profile(&mut uow, &self.principal(town), &profile).await.expect("the setting is taken");
        uow.commit().await.expect("the setting is kept");
    }

    /// Switches the node of `town` off.
    pub async fn switch_off(&mut self, town: &str) -> usize {
        let index = self.index(town);
        self.nodes[index].switch_off().await;
        index
    }

    /// Switches the node with this index on again.
    pub async fn switch_on(&mut self, index: usize) {
        let clock = self.clock.clone();
        self.nodes[index].switch_on(&clock).await;
    }
}

fn tenants(running: &RunningNode) -> Vec<Arc<Tenant>> {
    running.ctx().service::<Tenants>().expect("the directory").all()
}

/// The person of `town` with `role`.
#[must_use]
pub fn person(town: &str, role: &'static str) -> Person {
    Person { email: format!("{role}@{town}.example"), role }
}

fn system() -> Principal {
    Principal::system(&TenantId::trusted("00000000-0000-7000-8000-000000000000"), "story")
}
