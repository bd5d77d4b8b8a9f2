//! A node with one community and the modules under test, reached like the real one but for the network.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up must fail loudly"
)]

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use axum::{Router, body::Body, middleware};
use http::{HeaderMap, Request, StatusCode, header};
use ratusha_federation::{Federation, Outcome, Received, Registry, RemoteActor, testkit as peers};
use ratusha_platform::{
    Ctx, Lang, Services, TenantId, Uow,
    http::site::Address,
    i18n::Locales,
    jobs::{self, JobRegistry, Worker},
    testkit,
};
use ratusha_tenants::{
    AccountId, Actors, Moderation, NodeSettings, Principal, Tenant, TenantKind, Tenants,
    account::{
        service::{self as accounts, NewAccount, Visit},
        session,
    },
    tenant::service::{self as tenants, NewTenant, Profile},
    territory,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::module::{Module, Modules};

/// The host of the community.
pub const HOST: &str = "lviv.test";
const PASSWORD: &str = "десять веселих чаплів";

/// The node. Dropping it fails the test when jobs are left, waiting or dead.
pub struct TestApp {
    /// The context of the node.
    pub ctx: Ctx,
    /// The modules, with what they share.
    pub modules: Modules,
    tenant: TenantId,
    router: Router,
    registry: Registry,
    worker: Worker,
    documents: Mutex<HashMap<String, Value>>,
    left: AtomicI64,
    people: AtomicU64,
    _db: testkit::TestDb,
}

/// What the node answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A header as text, or empty text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    /// Where a redirect leads.
    #[must_use]
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// True when the body has `text`.
    #[must_use]
    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

impl TestApp {
    /// A community called Lviv with `modules`.
    pub async fn new(modules: Vec<Arc<dyn Module>>) -> Self {
        let new = NewTenant {
            kind: TenantKind::Community,
            katottg: Some("UA46060250000025047".to_owned()),
            host: HOST.to_owned(),
            handle: "lviv".to_owned(),
            name_uk: "Львівська громада".to_owned(),
            name_en: "Lviv community".to_owned(),
        };
        Self::with(modules, new).await
    }

    /// The national hub with `modules`.
    pub async fn hub(modules: Vec<Arc<dyn Module>>) -> Self {
        let new = NewTenant {
            kind: TenantKind::Hub,
            katottg: None,
            host: "hub.test".to_owned(),
            handle: "hub".to_owned(),
            name_uk: "Національний вузол".to_owned(),
            name_en: "National hub".to_owned(),
        };
        Self::with(modules, new).await
    }

    /// A node with `modules` and the tenant `new`.
    ///
    /// # Panics
    /// When the machine cannot give a database, or a part of the node does not fit the others.
    pub async fn with(modules: Vec<Arc<dyn Module>>, new: NewTenant) -> Self {
        let modules = Modules::new(modules);
        let mut locales: Vec<Locales> = vec![ratusha_templates::locales(), ratusha_tenants::locales()];
        locales.extend(modules.locales());
        let (ctx, db) = testkit::context(&locales).await;
        let mut services = Services::default();
        let pair = AtomicU64::new(0);
        // The fixed key pairs are taken in turn, because making new ones takes longer than a test.
        let make = move || peers::key_pair(usize::try_from(pair.fetch_add(1, Ordering::Relaxed) % 4).unwrap_or(0));
        let settings = Arc::new(NodeSettings { scheme: "http", ..NodeSettings::default() });
        let directory = Arc::new(Tenants::new(settings.clone()));
        ratusha_tenants::install(&mut services);
        services.add(Arc::new(Actors::with_maker(make)));
        services.add(settings);
        services.add(directory.clone());
        let mut registry = Registry::new();
        ratusha_tenants::register_handlers(&mut registry);
        modules.register_handlers(&mut registry);
        let mut jobs = JobRegistry::default();
        ratusha_tenants::register_jobs(&mut jobs);
        modules.register_jobs(&mut jobs);
        let federation =
            Federation::new(ratusha_tenants::directory(&ctx, &directory), peers::client(&[]), registry.clone(), ctx.clock().clone());
        services.add(Arc::new(federation));
        crate::install(&mut services, modules.clone());
        ctx.install(services).unwrap();
        territory::testkit::small(&ctx).await;
        let system = Principal::system(&TenantId::new(ctx.rng(), ctx.now()), "test");
        let tenant = tenants::add(&ctx, &system, &new).await.unwrap().id.clone();
        let router = modules
            .routes()
            .merge(ratusha_tenants::routes())
            .into_router()
            .layer(middleware::from_fn_with_state(ctx.clone(), ratusha_tenants::web::session))
            .layer(middleware::from_fn(ratusha_tenants::web::same_site))
            .layer(middleware::from_fn_with_state(ctx.clone(), ratusha_tenants::web::resolve_tenant))
            .with_state(ctx.clone());
        let worker = Worker::new(ctx.clone(), jobs);
        let app = Self {
            ctx,
            modules,
            tenant,
            router,
            registry,
            worker,
            documents: Mutex::default(),
            left: AtomicI64::new(0),
            people: AtomicU64::new(0),
            _db: db,
        };
        app.settle().await;
        app
    }

    /// The tenant as it is now.
    ///
    /// # Panics
    /// Never while the node stands.
    #[must_use]
    pub fn tenant(&self) -> Arc<Tenant> {
        self.ctx.service::<Tenants>().unwrap().get(&self.tenant).unwrap()
    }

    /// A unit of work of the tenant, as the system.
    ///
    /// # Panics
    /// When the database cannot begin.
    pub async fn begin(&self) -> Uow {
        self.ctx.begin(&self.tenant, "test").await.unwrap()
    }

    /// The system, which may do everything.
    #[must_use]
    pub fn system(&self) -> Principal {
        Principal::system(&self.tenant, "test")
    }

    /// Sets what happens to new replies.
    ///
    /// # Panics
    /// When the profile is refused.
    pub async fn set_moderation(&self, moderation: Moderation) {
        let profile = Profile { moderation, ..Profile::of(&self.tenant()) };
        let mut uow = self.begin().await;
        tenants::set_profile(&mut uow, &self.system(), &profile).await.unwrap();
        uow.commit().await.unwrap();
        self.settle().await;
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn visitor(&self) -> Browser<'_> {
        Browser { app: self, session: None }
    }

    /// Somebody new with just the role `role`, signed in.
    ///
    /// # Panics
    /// When the role does not exist here.
    pub async fn sign_in_as(&self, role: &str) -> Browser<'_> {
        let n = self.people.fetch_add(1, Ordering::Relaxed);
        let email = format!("{role}{n}@example.com");
        let new = NewAccount { email: email.clone(), name: format!("Особа {n} ({role})"), password: PASSWORD.to_owned() };
        let tenant = self.tenant();
        let visit = Visit { ip: None, agent: "test".to_owned(), token: None };
        accounts::register(&self.ctx, &tenant, &new, &visit).await.unwrap();
        if role != ratusha_tenants::roles::CITIZEN {
            let mut uow = self.begin().await;
            accounts::grant_by_email(&mut uow, &self.system(), &email, role, None).await.unwrap();
            uow.commit().await.unwrap();
        }
        let begun = accounts::sign_in(&self.ctx, &tenant, &email, PASSWORD, &visit).await.unwrap();
        let found = session::find(&self.ctx, &tenant, &begun.token).await.unwrap().unwrap();
        self.settle().await;
        Browser { app: self, session: Some(Session { token: begun.token, csrf: found.csrf, who: found.who }) }
    }

    /// `GET path` as a visitor.
    pub async fn get(&self, path: &str) -> Answer {
        self.visitor().get(path).await
    }

    /// `GET path` as another server that reads ActivityPub.
    pub async fn get_activity(&self, path: &str) -> Answer {
        self.visitor().send(Request::get(path).header(header::ACCEPT, "application/activity+json")).await
    }

    /// A person of another server, known to the node.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn remote_person(&self, name: &str, host: &str) -> RemoteActor {
        let document = actor_document(name, host);
        let mut uow = self.begin().await;
        let actor = ratusha_federation::actors::remember(&mut uow, &document).await.unwrap().unwrap();
        uow.commit().await.unwrap();
        actor
    }

    /// Lays down a document of another server that handlers may ask for.
    pub fn serve(&self, id: &str, document: Value) {
        self.documents.lock().unwrap().insert(id.to_owned(), document);
    }

    /// Lays down the document of a person of another server; returns the address.
    pub fn serve_person(&self, name: &str, host: &str) -> String {
        let document = actor_document(name, host);
        let id = document["id"].as_str().unwrap().to_owned();
        self.serve(&id, document);
        id
    }

    /// Hands a verified activity of `actor` to the handlers, past the door and the network; what they ask for is
    /// taken from what was laid down.
    ///
    /// # Panics
    /// When no handler claims it or one fails.
    pub async fn deliver(&self, actor: &RemoteActor, activity: Value) -> Outcome {
        let object = activity.get("object").cloned().unwrap_or_default();
        let mut received = Received {
            tenant: self.tenant.clone(),
            id: activity["id"].as_str().unwrap_or_default().to_owned(),
            kind: activity["type"].as_str().unwrap_or_default().to_owned(),
            actor: actor.clone(),
            object,
            activity,
            fetched: HashMap::new(),
            received_at: self.ctx.now(),
        };
        let handler = self.registry.find(&received).unwrap_or_else(|| panic!("nobody claims {}", received.activity)).clone();
        loop {
            let mut uow = self.ctx.begin(&self.tenant, &actor.id).await.unwrap();
            let outcome = handler.receive(&mut uow, &received).await.unwrap();
            match outcome {
                Outcome::Fetch(id) => {
                    drop(uow);
                    assert!(received.fetched.len() < 40, "a handler asks for ever");
                    let document = self.documents.lock().unwrap().get(&id).cloned().unwrap_or(Value::Null);
                    received.fetched.insert(id, document);
                }
                Outcome::Wait => return Outcome::Wait,
                other => {
                    uow.commit().await.unwrap();
                    self.note().await;
                    return other;
                }
            }
        }
    }

    /// Everything public that `actor` has sent, the oldest first; what was erased since is left out.
    ///
    /// # Panics
    /// When the log cannot be read.
    pub async fn sent_by(&self, actor: &str) -> Vec<Value> {
        let mut conn = self.ctx.db().read().await.unwrap();
        let rows = ratusha_federation::log_page(&mut conn, &self.tenant, actor, None, 1_000).await.unwrap();
        rows.iter().rev().filter(|row| !row.bytes.is_empty()).map(|row| serde_json::from_slice(&row.bytes).unwrap()).collect()
    }

    /// Runs jobs until none is due.
    ///
    /// # Panics
    /// When jobs make jobs without end.
    pub async fn settle(&self) {
        for _ in 0..1_000 {
            if self.worker.step().await.unwrap() == 0 {
                self.note().await;
                return;
            }
        }
        panic!("jobs make jobs without end");
    }

    /// Takes note of what is left, for the check at the end.
    async fn note(&self) {
        let ctx = self.ctx.clone();
        // In a task of its own, so that it does not count as a statement of the work under test.
        let count =
            tokio::spawn(async move { jobs::store::count_unsettled(&mut ctx.db().read().await.unwrap(), ctx.now()).await.unwrap() });
        self.left.store(count.await.unwrap(), Ordering::SeqCst);
    }

    async fn send(&self, mut request: Request<Body>) -> Answer {
        request.headers_mut().insert(header::HOST, self.tenant().host.parse().unwrap());
        let whole = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
        let (lang, path) = match whole.strip_prefix("/en/") {
            Some(rest) => (Lang::En, format!("/{rest}")),
            None => (Lang::Uk, whole),
        };
        *request.uri_mut() = path.parse().unwrap();
        request.extensions_mut().insert(Address { lang, path });
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 16 * 1024 * 1024).await.unwrap();
        self.note().await;
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let left = self.left.load(Ordering::SeqCst);
        if !std::thread::panicking() {
            assert_eq!(left, 0, "jobs are left, waiting or dead: call settle()");
        }
    }
}

struct Session {
    token: String,
    csrf: String,
    who: Principal,
}

/// Somebody's browser.
pub struct Browser<'a> {
    app: &'a TestApp,
    session: Option<Session>,
}

impl Browser<'_> {
    /// Who is signed in.
    ///
    /// # Panics
    /// For a visitor.
    #[must_use]
    pub fn who(&self) -> &Principal {
        &self.session.as_ref().unwrap().who
    }

    /// The account that is signed in.
    ///
    /// # Panics
    /// For a visitor.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.who().account.clone().unwrap()
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header(header::ACCEPT, "text/html")).await
    }

    /// `POST path` with the fields and, for those signed in, the token of the session.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        if let Some(session) = &self.session {
            all.push(("csrf", &session.csrf));
        }
        self.post_raw(path, &all).await
    }

    /// `POST path` with just these fields.
    ///
    /// # Panics
    /// When the path is none.
    pub async fn post_raw(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            body.append_pair(name, value);
        }
        let builder =
            Request::post(path).header(header::ACCEPT, "text/html").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.app.send(self.signed(builder).body(Body::from(body.finish())).unwrap()).await
    }

    /// Sends a request without a body.
    ///
    /// # Panics
    /// When it is no request.
    pub async fn send(&self, builder: http::request::Builder) -> Answer {
        self.app.send(self.signed(builder).body(Body::empty()).unwrap()).await
    }

    /// Sends a request with a body, e.g. a form with files.
    ///
    /// # Panics
    /// When it is no request.
    pub async fn send_body(&self, builder: http::request::Builder, body: Vec<u8>) -> Answer {
        self.app.send(self.signed(builder).body(Body::from(body)).unwrap()).await
    }

    /// Token of the session's forms.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.session.as_ref().map_or("", |s| &s.csrf)
    }

    fn signed(&self, builder: http::request::Builder) -> http::request::Builder {
        match &self.session {
            Some(session) => builder.header(header::COOKIE, format!("{}={}", session::cookie_name(false), session.token)),
            None => builder,
        }
    }
}

/// A person as Mastodon describes one.
fn actor_document(name: &str, host: &str) -> Value {
    let id = format!("https://{host}/users/{name}");
    json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": id,
        "type": "Person",
        "preferredUsername": name,
        "name": format!("{name} з {host}"),
        "url": format!("https://{host}/@{name}"),
        "inbox": format!("{id}/inbox"),
        "outbox": format!("{id}/outbox"),
        "followers": format!("{id}/followers"),
        "endpoints": {"sharedInbox": format!("https://{host}/inbox")}
    })
}
