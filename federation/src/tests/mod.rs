//! The pipeline from door to door, against other servers that behave and others that do not.

mod actors;
mod delivery;
mod door;
mod door_abuse;
mod emitting;
mod loop_back;
mod processing;
mod running;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::{
    Extension, Router,
    body::Body,
    extract::{Path, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{Request, StatusCode, header};
use ratusha_platform::{
    AppError, AppResult, Conn, Ctx, Services, TenantId, Timestamp, Uow,
    http::{routes::Routes, site::Site},
    testkit::{TestDb, context},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    ActivityHandler, Deliverer, Directory, Emit, Federation, Inbox, InboxProcessor, Limits, Outcome, Received, Registry,
    outbox::{Audience, Stream},
    testkit::{FakeDirectory, FakePeer, client},
    wire::ACTIVITY_JSON,
};

const LVIV: &str = "http://lviv.test/ap/actor";
const LVIV_INBOX: &str = "http://lviv.test/ap/inbox";
const POLTAVA_INBOX: &str = "http://poltava.test/ap/inbox";

/// What the handler of the tests does with an activity: what a test laid down for its address, or `Done`.
#[derive(Default)]
struct Recorder {
    seen: Mutex<Vec<Received>>,
    orders: Mutex<HashMap<String, Order>>,
}

#[derive(Clone)]
enum Order {
    Answer(Outcome),
    /// Sends something, then fails.
    EmitAndFail,
    /// Sends something that cannot be committed.
    EmitRubbish,
    /// Asks for this document, then is done.
    Need(String),
    /// Falls over.
    Panic,
    /// Passes over an error of the database and goes on.
    Careless,
}

#[async_trait]
impl ActivityHandler for Recorder {
    fn name(&self) -> &'static str {
        "recorder"
    }

    fn claims(&self, received: &Received) -> bool {
        received.kind != "Ghost"
    }

    async fn receive(&self, uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
        self.seen.lock().unwrap().push(received.clone());
        let order = self.orders.lock().unwrap().get(&received.id).cloned();
        match order {
            None => Ok(Outcome::Done),
            Some(Order::Answer(outcome)) => Ok(outcome),
            Some(Order::EmitAndFail) => {
                uow.emit(LVIV, json!({"type": "Like", "object": received.id}), None, Audience::public(LVIV, Vec::new()));
                Err(AppError::broken("the handler fails"))
            }
            Some(Order::EmitRubbish) => {
                uow.emit("http://lviv.test/ap/nobody", json!({"type": "Like"}), None, Audience::public(LVIV, Vec::new()));
                Ok(Outcome::Done)
            }
            Some(Order::Panic) => panic!("the handler of {} falls over", received.id),
            Some(Order::Careless) => {
                let _ = sqlx::query("INSERT INTO no_such_table VALUES (1)").execute(uow.conn()).await;
                Ok(Outcome::Done)
            }
            Some(Order::Need(url)) => Ok(if received.fetched.contains_key(&url) { Outcome::Done } else { Outcome::Fetch(url) }),
        }
    }
}

/// One node with the tenants lviv.test and poltava.test, and two other servers.
struct World {
    ctx: Ctx,
    federation: Arc<Federation>,
    directory: Arc<FakeDirectory>,
    recorder: Arc<Recorder>,
    router: Router,
    lviv: TenantId,
    poltava: TenantId,
    mastodon: FakePeer,
    evil: FakePeer,
    _db: TestDb,
}

impl World {
    async fn new() -> Self {
        Self::with_limits(Limits::default()).await
    }

    async fn with_limits(limits: Limits) -> Self {
        let (ctx, db) = context(&[]).await;
        let directory = Arc::new(FakeDirectory::default());
        let lviv = directory.add_tenant("lviv.test", 0);
        let poltava = directory.add_tenant("poltava.test", 1);
        let mastodon = FakePeer::start("mastodon.test", 2).await;
        let evil = FakePeer::start("evil.test", 3).await;
        let recorder = Arc::new(Recorder::default());
        let mut registry = Registry::new();
        registry.add(recorder.clone());
        let client = client(&[&mastodon, &evil]);
        let federation = Arc::new(Federation::with_limits(directory.clone(), client, registry, ctx.clock().clone(), limits));
        let mut services = Services::default();
        services.add(federation.clone());
        services.add(directory.clone());
        ctx.install(services).unwrap();
        let router = router(&ctx);
        Self { ctx, federation, directory, recorder, router, lviv, poltava, mastodon, evil, _db: db }
    }

    async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The status and the code of the refusal, if it is one.
    async fn answer(&self, request: Request<Body>) -> (u16, String) {
        let response = self.send(request).await;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        (status, problem["title"].as_str().unwrap_or_default().to_owned())
    }

    async fn deliver(&self, activity: &Value) -> u16 {
        self.answer(self.mastodon.request(LVIV_INBOX, activity, self.now())).await.0
    }

    fn now(&self) -> Timestamp {
        self.ctx.now()
    }

    async fn process(&self) -> usize {
        InboxProcessor::new(self.ctx.clone()).step().await.unwrap()
    }

    async fn push(&self) -> usize {
        Deliverer::new(self.ctx.clone()).step().await.unwrap()
    }

    fn effects(&self) -> usize {
        self.recorder.seen.lock().unwrap().len()
    }

    fn order(&self, activity: &str, order: Order) {
        self.recorder.orders.lock().unwrap().insert(activity.to_owned(), order);
    }

    async fn state(&self, activity: &str) -> Option<(String, Option<String>)> {
        let mut conn = self.ctx.db().read().await.unwrap();
        crate::inbox::store::find_state(&mut conn, &self.lviv, activity).await.unwrap()
    }

    async fn count(&self, table: &'static str) -> i64 {
        let mut conn = self.ctx.db().read().await.unwrap();
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"))).fetch_one(&mut *conn).await.unwrap()
    }

    /// Lviv publishes a note to its followers and to `direct`; returns the activity's address.
    async fn publish(&self, text: &str, direct: &[&str]) -> String {
        let mut uow = self.ctx.begin(&self.lviv, "test").await.unwrap();
        let direct = direct.iter().map(|url| Inbox::new(url).unwrap()).collect();
        let id = uow.emit(LVIV, note(text), Some("http://lviv.test/ap/note/1"), Audience::public(LVIV, direct));
        uow.commit().await.unwrap();
        id
    }

    async fn report(&self, activity: &str) -> crate::Delivery {
        let mut conn = self.ctx.db().read().await.unwrap();
        crate::delivery(&mut conn, &self.ctx, &self.lviv, activity).await.unwrap()
    }
}

fn note(text: &str) -> Value {
    json!({
        "type": "Create", "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "object": {"id": "http://lviv.test/ap/note/1", "type": "Note", "attributedTo": LVIV, "content": text}
    })
}

/// `Create{Note}` number `n` by `actor`.
fn create(actor: &str, n: usize) -> Value {
    let host = actor.split('/').take(3).collect::<Vec<_>>().join("/");
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{host}/activities/{n}"), "type": "Create", "actor": actor,
        "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [],
        "object": {"id": format!("{host}/notes/{n}"), "type": "Note", "attributedTo": actor, "content": format!("<p>№ {n}</p>")}
    })
}

fn id(activity: &Value) -> String {
    activity["id"].as_str().unwrap().to_owned()
}

fn router(ctx: &Ctx) -> Router {
    Routes::new()
        .merge(crate::inbox_routes())
        .merge(crate::activity_routes())
        .get("/ap/{name}", actor)
        .into_router()
        .layer(middleware::from_fn_with_state(ctx.clone(), site))
        .with_state(ctx.clone())
}

/// The Host decides the tenant, as in the real node.
async fn site(State(ctx): State<Ctx>, mut request: Request<Body>, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let directory = ctx.service::<FakeDirectory>().unwrap();
    if let Some(tenant) = directory.tenant_by_host(&host).await.unwrap() {
        let base_url = format!("http://{host}");
        request.extensions_mut().insert(Site { tenant, host, base_url });
    }
    next.run(request).await
}

async fn actor(State(ctx): State<Ctx>, site: Option<Extension<Site>>, Path(name): Path<String>) -> Response {
    let Some(Extension(site)) = site else { return StatusCode::MISDIRECTED_REQUEST.into_response() };
    let id = format!("{}/ap/{name}", site.base_url);
    let Some(actor) = ctx.service::<FakeDirectory>().unwrap().actor(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let document = json!({
        "id": id, "type": "Organization", "preferredUsername": name, "inbox": format!("{id}/inbox"),
        "endpoints": {"sharedInbox": format!("{}/ap/inbox", site.base_url)},
        "publicKey": {"id": actor.key_id(), "owner": id, "publicKeyPem": actor.keys.rsa_public_pem().unwrap()}
    });
    ([(header::CONTENT_TYPE, ACTIVITY_JSON)], document.to_string()).into_response()
}

async fn conn_of(ctx: &Ctx) -> sqlx::pool::PoolConnection<sqlx::Any> {
    ctx.db().read().await.unwrap()
}

/// The whole public log of `tenant`.
async fn log(conn: &mut Conn, tenant: &TenantId) -> Vec<crate::LogRow> {
    crate::outbox::store::list_after(conn, tenant, &Stream::Public.name(), 0, 1000).await.unwrap()
}
