//! A node of the bench: in this process, on SQLite or PostgreSQL, with the machine's clock.

use std::net::SocketAddr;

use ratusha_federation_tests::{
    databases::{self, Database},
    net,
};
use ratusha_node::{
    Node, Settings,
    settings::{FederationSection, HubSection, NodeSection},
};
use ratusha_platform::{Clock, TenantId, ids::Rng};
use ratusha_tenants::{
    Moderation, Principal, Tenant, TenantKind, Tenants,
    tenant::service::{self, NewTenant, Profile},
};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A database engine.
#[derive(Debug, Clone)]
pub struct Engine {
    /// `sqlite` or `postgres`.
    pub name: &'static str,
    /// Address of a PostgreSQL administrator.
    pub admin: Option<String>,
}

/// SQLite, and PostgreSQL where `RATUSHA_BENCH_PG` gives an administrator's address.
pub fn engines() -> Vec<Engine> {
    let mut all = vec![Engine { name: "sqlite", admin: None }];
    if let Ok(admin) = std::env::var("RATUSHA_BENCH_PG") {
        all.push(Engine { name: "postgres", admin: Some(admin) });
    }
    all
}

/// A node that listens.
pub struct Site {
    /// The node.
    pub node: Node,
    /// Its port.
    pub port: u16,
    /// Its one tenant.
    pub tenant: Arc<Tenant>,
    _database: Database,
    _dir: TempDir,
}

/// Nobody in particular, with every right.
pub fn system() -> Principal {
    Principal::system(&TenantId::trusted("00000000-0000-7000-8000-000000000000"), "bench")
}

/// Starts a node with one tenant: the hub, or Lviv with `hub` as its hub's address.
pub async fn start(engine: &Engine, hub: Option<String>, is_hub: bool) -> Site {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (listener, port) = net::listen().await;
    let database = databases::fresh_on(engine.admin.as_deref(), &dir.path().join("data")).await;
    let settings = Settings {
        node: NodeSection { data: dir.path().join("data"), database: Some(database.url.clone()), ..NodeSection::default() },
        hub: hub.map(|url| HubSection { url, authority_key: None }),
        federation: FederationSection { allow_loopback: vec!["*.localhost:*".to_owned()], ..FederationSection::default() },
        ..Settings::default()
    };
    let node = ratusha_node::build_with(&settings, Clock::System, Rng::System).await.expect("a node");
    serve(&node, listener);
    let name = if is_hub { "hub" } else { "lviv" };
    let tenant = found(&node, name, port, (!is_hub).then_some("UA46060250000025047")).await;
    Site { node, port, tenant, _database: database, _dir: dir }
}

fn serve(node: &Node, listener: TcpListener) {
    let service = node.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
}

/// Makes a tenant that shows replies at once.
pub async fn found(node: &Node, name: &str, port: u16, katottg: Option<&str>) -> Arc<Tenant> {
    let who = system();
    let new = NewTenant {
        kind: if katottg.is_some() { TenantKind::Community } else { TenantKind::Hub },
        katottg: katottg.map(ToOwned::to_owned),
        host: format!("{name}.localhost:{port}"),
        handle: name.replace('-', "_"),
        name_uk: if katottg.is_some() { String::new() } else { "Депозитарій".to_owned() },
        name_en: String::new(),
    };
    let tenant = service::add(&node.ctx, &who, &new).await.expect("a tenant");
    let mut uow = node.ctx.begin(&tenant.id, "bench").await.expect("a unit of work");
    service::set_profile(&mut uow, &who, &Profile { moderation: Moderation::Show, ..Profile::of(&tenant) }).await.expect("a profile");
    uow.commit().await.expect("a commit");
    node.ctx.service::<Tenants>().expect("the directory").get(&tenant.id).expect("the tenant")
}

/// Works until nothing moves.
pub async fn settle(nodes: &[&Node]) {
    loop {
        let mut moved = 0;
        for node in nodes {
            moved += node.step().await.expect("a node works");
        }
        if moved == 0 {
            return;
        }
    }
}
