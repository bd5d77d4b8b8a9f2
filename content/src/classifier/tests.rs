//! The change process, the pages, and an edition on its way from the hub to a node.

use std::{collections::HashMap, sync::Arc};

use axum::{Router, body::Body, response::Response};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use ratusha_federation::{
    ActivityHandler, Federation, Outcome, Received, Registry, RemoteActor,
    fetch::Guarded,
    log_page,
    testkit::{FakeDirectory, FakePeer, client},
};
use ratusha_platform::{
    AppResult, Ctx, Kind, Services, TenantId, Uow,
    http::site::Site,
    jobs::{JobRegistry, Worker},
    testkit,
};
use ratusha_tenants::{HubSettings, Moderation, NodeSettings, Principal, Tenant, TenantHook, TenantKind, TenantState, Tenants};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{
    ap::{self, AskHub, Editions, PROPERTY},
    change::{Change, Wording},
    jobs,
    model::Scheme,
    rdf::Format,
    service::{accept, current, decline, edition, propose, remark, take_over},
    shipped::shipped,
    store, web,
};
use crate::{Content, Module, index};

struct Node {
    ctx: Ctx,
    hub: Arc<Tenant>,
    community: Arc<Tenant>,
    _db: testkit::TestDb,
}

fn tenant(kind: TenantKind, id: &TenantId, host: &str) -> Arc<Tenant> {
    Arc::new(Tenant {
        id: id.clone(),
        kind,
        state: TenantState::Active,
        name_uk: "Тестова громада".into(),
        name_en: "Test community".into(),
        katottg: None,
        host: host.into(),
        hosts: vec![host.into()],
        base_url: format!("http://{host}"),
        birth_url: format!("http://{host}"),
        handle: "test".into(),
        accent: "dnipro".into(),
        moderation: Moderation::Hold,
        registration: true,
        contact: String::new(),
        about_uk: String::new(),
        about_en: String::new(),
        created_at: testkit::NOW,
    })
}

async fn node() -> Node {
    node_with(client(&[])).await
}

async fn node_with(client: Guarded) -> Node {
    let locales = [ratusha_templates::locales(), ratusha_tenants::locales(), Content.locales()];
    let (ctx, db) = testkit::context(&locales).await;
    let directory = Arc::new(FakeDirectory::default());
    let hub = directory.add_tenant("hub.test", 1);
    let community = directory.add_tenant("lviv.test", 2);
    let desk = "http://hub.test/ap/desk/practices";
    directory.add_actor(&hub, desk, 1);
    directory.follow(&hub, desk, "http://node.test/ap/inbox", 0);
    let settings = Arc::new(NodeSettings {
        scheme: "http",
        hub: Some(HubSettings { url: "http://hub.test".into(), authority_key: None }),
        ..NodeSettings::default()
    });
    let mut services = Services::default();
    services.add(Arc::new(Federation::new(directory, client, Registry::new(), ctx.clock().clone())));
    services.add(Arc::new(Tenants::new(settings.clone())));
    services.add(settings);
    services.add(Arc::new(index::Memory::default()));
    ctx.install(services).unwrap();
    Node { ctx, hub: tenant(TenantKind::Hub, &hub, "hub.test"), community: tenant(TenantKind::Community, &community, "lviv.test"), _db: db }
}

impl Node {
    async fn begin(&self, tenant: &Tenant) -> Uow {
        self.ctx.begin(&tenant.id, "test").await.unwrap()
    }

    async fn current(&self, tenant: &Tenant) -> Arc<Scheme> {
        current(&mut self.ctx.db().read().await.unwrap(), &tenant.id).await.unwrap()
    }

    async fn propose(&self, tenant: &Tenant, change: &Change) -> AppResult<String> {
        let mut uow = self.begin(tenant).await;
        let id = propose(&mut uow, &Principal::sample("editor"), change, "Так зрозуміліше.").await?;
        uow.commit().await?;
        Ok(id)
    }

    async fn accept(&self, id: &str) -> AppResult<Arc<Scheme>> {
        let mut uow = self.begin(&self.hub).await;
        let scheme = accept(&mut uow, &Principal::sample("curator"), &self.hub, id, "Погоджено.").await?;
        uow.commit().await?;
        Ok(scheme)
    }

    async fn tag(&self, tenant: &Tenant, concepts: &[&str]) -> String {
        let mut uow = self.begin(tenant).await;
        let object = uow.new_id();
        let entry = index::Entry {
            object: object.clone(),
            module: "practices",
            ap_id: format!("{}/ap/practice/{object}", tenant.base_url),
            path: format!("/practices/{object}"),
            lang: "uk".into(),
            title: "Електронна черга".into(),
            concepts: concepts.iter().map(ToString::to_string).collect(),
            published_at: uow.now(),
            updated_at: uow.now(),
            ..index::Entry::default()
        };
        index::put(&mut uow, &entry).await.unwrap();
        uow.commit().await.unwrap();
        object
    }

    async fn in_class(&self, tenant: &Tenant, notation: &str) -> usize {
        let query = index::Query { concepts: vec![vec![notation.into()]], ..index::Query::default() };
        index::search(&mut self.ctx.db().read().await.unwrap(), &tenant.id, &query, 10).await.unwrap().items.len()
    }

    async fn send(&self, tenant: &Arc<Tenant>, who: Principal, request: Request<Body>) -> Response {
        let router: Router = web::routes().into_router().with_state(self.ctx.clone());
        let mut request = request;
        let site = Site { tenant: tenant.id.clone(), host: tenant.host.clone(), base_url: tenant.base_url.clone() };
        request.extensions_mut().insert(site);
        request.extensions_mut().insert(tenant.clone());
        request.extensions_mut().insert(who);
        router.oneshot(request).await.unwrap()
    }

    async fn get(&self, tenant: &Arc<Tenant>, path: &str, accept: &str) -> (StatusCode, HeaderMap, String) {
        let request = Request::get(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        read(self.send(tenant, Principal::anonymous(&tenant.id), request).await).await
    }

    async fn post(&self, tenant: &Arc<Tenant>, role: &'static str, path: &str, body: &str) -> (StatusCode, HeaderMap, String) {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let sample = Principal::sample(role);
        let who = match sample.account.clone() {
            Some(account) => Principal::account(&tenant.id, account, role, sample.grants.clone()),
            None => Principal::anonymous(&tenant.id),
        };
        read(self.send(tenant, who, request).await).await
    }
}

async fn read(response: Response) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

fn merge() -> Change {
    Change::Merge { notation: "02.01".into(), into: "02.04".into() }
}

#[tokio::test]
async fn an_accepted_merger_makes_an_edition_retags_and_tells_the_followers() {
    let node = node().await;
    node.tag(&node.hub, &["02.01"]).await;
    assert_eq!(node.in_class(&node.hub, "01").await, 0);
    let id = node.propose(&node.hub, &merge()).await.unwrap();
    let mut uow = node.begin(&node.hub).await;
    remark(&mut uow, &Principal::sample("curator"), &id, "Чи не загубимо підписи?").await.unwrap();
    uow.commit().await.unwrap();
    let scheme = node.accept(&id).await.unwrap();
    assert_eq!(scheme.edition(), shipped().edition() + 1);
    assert_eq!(node.current(&node.hub).await, scheme);
    assert_eq!(scheme.dated(), "2026-11-23");
    assert_eq!((node.in_class(&node.hub, "02.01").await, node.in_class(&node.hub, "02.04").await), (0, 1));
    assert_eq!(node.in_class(&node.hub, "01").await, 1, "what is above the new class is above the item too");

    let mut conn = node.ctx.db().read().await.unwrap();
    let history = store::list_changes(&mut conn, &node.hub.id, "02.01").await.unwrap();
    assert_eq!((history.len(), history[0].edition, history[0].reason.as_str()), (1, 2, "Погоджено."));
    let log = log_page(&mut conn, &node.hub.id, "http://hub.test/ap/desk/practices", None, 10).await.unwrap();
    let sent: Value = serde_json::from_slice(&log[0].bytes).unwrap();
    assert_eq!((sent["type"].as_str(), sent["object"]["type"].as_str(), log[0].receivers), (Some("Update"), Some("Collection"), 1));
    assert_eq!(sent["object"][PROPERTY], json!({"edition": 2, "dated": "2026-11-23"}));
    drop(conn);

    assert_eq!(node.accept(&id).await.unwrap_err().kind, Kind::Conflict);
    let old = edition(&mut node.ctx.db().read().await.unwrap(), &node.hub.id, 1).await.unwrap().unwrap();
    assert!(old.exists("02.01"), "the first edition stays citable");
}

#[tokio::test]
async fn a_split_leaves_tagged_things_in_all_successors() {
    let node = node().await;
    node.tag(&node.hub, &["13.05"]).await;
    let id =
        node.propose(&node.hub, &Change::Split { notation: "13.05".into(), into: vec!["06.04".into(), "08.03".into()] }).await.unwrap();
    node.accept(&id).await.unwrap();
    for (class, n) in [("13.05", 0), ("06.04", 1), ("08.03", 1), ("10", 1), ("13", 0)] {
        assert_eq!(node.in_class(&node.hub, class).await, n, "{class}");
    }
}

#[tokio::test]
async fn a_proposal_that_no_longer_fits_is_told_to_the_curator() {
    let node = node().await;
    let first = node.propose(&node.hub, &merge()).await.unwrap();
    let second = node.propose(&node.hub, &Change::Merge { notation: "02.01".into(), into: "02.03".into() }).await.unwrap();
    node.accept(&first).await.unwrap();
    let error = node.accept(&second).await.unwrap_err();
    assert_eq!(
        (error.kind, error.fields[0].field.as_str(), error.fields[0].key),
        (Kind::Invalid, "decision", "classifier-error-not-in-use")
    );
}

#[tokio::test]
async fn only_editors_propose_and_only_the_hubs_curators_decide() {
    let node = node().await;
    let mut uow = node.begin(&node.hub).await;
    assert_eq!(propose(&mut uow, &Principal::sample("citizen"), &merge(), "x").await.unwrap_err().kind, Kind::Forbidden);
    assert_eq!(propose(&mut uow, &Principal::sample("anonymous"), &merge(), "x").await.unwrap_err().kind, Kind::Unauthorized);
    drop(uow);
    let id = node.propose(&node.hub, &merge()).await.unwrap();
    let local = node.propose(&node.community, &merge()).await.unwrap();
    let mut uow = node.begin(&node.hub).await;
    assert_eq!(accept(&mut uow, &Principal::sample("editor"), &node.hub, &id, "x").await.unwrap_err().kind, Kind::Forbidden);
    assert_eq!(decline(&mut uow, &Principal::sample("curator"), &node.hub, &id, " ").await.unwrap_err().fields[0].field, "decision");
    assert_eq!(
        decline(&mut uow, &Principal::sample("curator"), &node.hub, &local, "Ні.").await.unwrap_err().kind,
        Kind::NotFound,
        "another tenant's proposal"
    );
    decline(&mut uow, &Principal::sample("curator"), &node.hub, &id, "Ні.").await.unwrap();
    uow.commit().await.unwrap();
    let mut uow = node.begin(&node.community).await;
    let error = accept(&mut uow, &Principal::sample("curator"), &node.community, &local, "x").await.unwrap_err();
    assert_eq!(error.code, "classifier.hub_only");
    drop(uow);
    assert_eq!(node.current(&node.hub).await.edition(), shipped().edition());
}

#[tokio::test]
async fn the_tree_and_its_concepts_are_pages_in_both_languages() {
    let node = node().await;
    node.tag(&node.community, &["03.02"]).await;
    let (status, headers, html) = node.get(&node.community, "/classifier", "text/html").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::VARY], "accept");
    for text in ["Електронні послуги", "03.02", "1 матеріал", "/classifier.ttl"] {
        assert!(html.contains(text), "{text}");
    }
    let (_, _, html) = node.get(&node.community, "/classifier?q=%D1%87%D0%B5%D1%80%D0%B3%D0%B0", "text/html").await;
    assert!(html.contains("Електронна черга та запис на прийом"));
    let (status, _, html) = node.get(&node.community, "/classifier/03.02", "text/html,*/*;q=0.8").await;
    assert_eq!(status, StatusCode::OK);
    for text in
        ["Електронна черга та запис на прийом", "Electronic queue and appointments", "http://hub.test/classifier/03.02", "/practices/"]
    {
        assert!(html.contains(text), "{text}");
    }
    for bad in [
        "/classifier/77",
        "/classifier/03.02.xyz",
        "/classifier/x",
        "/classifier?edition=9",
        "/classifier?edition=x",
        "/ap/classifier/9",
        "/classifier/proposals/nothing",
    ] {
        assert_eq!(node.get(&node.community, bad, "text/html").await.0, StatusCode::NOT_FOUND, "{bad}");
    }
}

#[tokio::test]
async fn programs_get_skos_by_accept_and_by_ending() {
    let node = node().await;
    for (path, accept, kind) in [
        ("/classifier", "text/turtle", "text/turtle; charset=utf-8"),
        ("/classifier/03.02", "application/rdf+xml", "application/rdf+xml"),
        ("/classifier/03.02.jsonld", "*/*", "application/ld+json"),
        ("/classifier.ttl", "text/html", "text/turtle; charset=utf-8"),
        ("/classifier.rdf?edition=1", "*/*", "application/rdf+xml"),
        ("/classifier.jsonld", "*/*", "application/ld+json"),
    ] {
        let (status, headers, body) = node.get(&node.community, path, accept).await;
        assert_eq!((status, headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, kind), "{path}");
        assert_eq!(headers[header::VARY], "accept");
        assert!(headers[header::LINK].to_str().unwrap().contains("rel=\"alternate\""));
        assert!(body.contains("http://hub.test/classifier/03.02"), "addresses are the hub's");
    }
    assert_eq!(Format::of_extension("ttl"), Some(Format::Turtle));
}

#[tokio::test]
async fn a_merged_concept_takes_people_along_and_tells_programs() {
    let node = node().await;
    let id = node.propose(&node.hub, &merge()).await.unwrap();
    node.accept(&id).await.unwrap();
    let (status, headers, _) = node.get(&node.hub, "/classifier/02.01", "text/html").await;
    assert_eq!((status, headers[header::LOCATION].to_str().unwrap()), (StatusCode::MOVED_PERMANENTLY, "/classifier/02.04"));
    let (status, _, html) = node.get(&node.hub, "/classifier/02.01?stay=1", "text/html").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Це поняття більше не вживають"));
    let (status, _, turtle) = node.get(&node.hub, "/classifier/02.01", "text/turtle").await;
    assert_eq!(status, StatusCode::OK);
    assert!(turtle.contains("dct:isReplacedBy"));
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed() {
    let node = node().await;
    let form = "kind=add&broader=03&label_uk=%D0%9A%D1%83%D1%82&label_en=&definition_uk=x&definition_en=x&reason=%D0%B1%D0%BE";
    let (status, _, html) = node.post(&node.hub, "editor", "/classifier/propose", form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("Кут") && html.contains("Заповніть це поле"));
    let (status, _, _) = node.post(&node.hub, "citizen", "/classifier/propose", form).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, headers, _) = node.post(&node.hub, "editor", "/classifier/propose", &form.replace("label_en=", "label_en=Corner")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let place = headers[header::LOCATION].to_str().unwrap().to_owned();
    let (status, _, html) = node.get(&node.hub, &place, "text/html").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Кут") && !html.contains("/accept"), "a visitor reads and does not decide");
    let (status, _, _) = node.post(&node.hub, "curator", &format!("{place}/accept"), "decision=").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _, _) = node.post(&node.hub, "curator", &format!("{place}/accept"), "decision=%D0%A2%D0%B0%D0%BA").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(node.current(&node.hub).await.get("03.06").unwrap().label.uk, "Кут");
    let (status, _, html) = node.get(&node.hub, "/classifier/proposals?state=decided", "text/html").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Кут"));
}

fn received(tenant: &Tenant, actor: &str, document: &Value, fetched: bool) -> Received {
    let actor = RemoteActor {
        id: actor.to_owned(),
        host: "hub.test".into(),
        kind: "Service".into(),
        username: "practices".into(),
        name: "practices".into(),
        summary: String::new(),
        url: String::new(),
        icon: None,
        inbox: String::new(),
        shared_inbox: None,
        outbox: None,
        followers: None,
        featured: None,
        keys: Vec::new(),
        egov: None,
        document: Value::Null,
        confirmed: None,
        fetched_at: testkit::NOW,
        gone_at: None,
    };
    let object = json!({"id": document["id"], "type": "Collection", PROPERTY: {"edition": document[PROPERTY]["edition"]}});
    let mut documents = HashMap::new();
    if fetched {
        documents.insert(document["id"].as_str().unwrap().to_owned(), document.clone());
    }
    Received {
        tenant: tenant.id.clone(),
        id: "http://hub.test/ap/activity/1".into(),
        kind: "Update".into(),
        activity: json!({"type": "Update", "object": object}),
        object,
        actor,
        fetched: documents,
        received_at: testkit::NOW,
    }
}

async fn deliver(node: &Node, received: &Received) -> Outcome {
    assert!(Editions.claims(received));
    let mut uow = node.begin(&node.community).await;
    let outcome = Editions.receive(&mut uow, received).await.unwrap();
    uow.commit().await.unwrap();
    outcome
}

const DESK: &str = "http://hub.test/ap/desk/practices";

#[tokio::test]
async fn a_node_takes_over_a_newer_edition_of_its_hub_and_of_nobody_else() {
    let node = node().await;
    node.tag(&node.community, &["02.01", "03"]).await;
    let scheme = merge().apply(&shipped(), "2026-12-01").unwrap().scheme;
    let document = ap::document(&node.hub, &scheme, "x").unwrap();
    let stranger = "http://evil.test/ap/desk/practices";
    assert!(matches!(deliver(&node, &received(&node.community, stranger, &document, true)).await, Outcome::Ignored(_)));
    assert_eq!(
        deliver(&node, &received(&node.community, DESK, &document, false)).await,
        Outcome::Fetch("http://hub.test/ap/classifier/2".into())
    );
    assert_eq!(node.current(&node.community).await.edition(), 1);
    assert_eq!(deliver(&node, &received(&node.community, DESK, &document, true)).await, Outcome::Done);
    assert_eq!(*node.current(&node.community).await, scheme);
    assert_eq!((node.in_class(&node.community, "02.01").await, node.in_class(&node.community, "02.04").await), (0, 1));
    assert_eq!(deliver(&node, &received(&node.community, DESK, &document, true)).await, Outcome::Done, "a second time changes nothing");
    assert_eq!(node.current(&node.hub).await.edition(), 1, "other tenants keep their own");
    let mut uow = node.begin(&node.community).await;
    assert!(!take_over(&mut uow, &shipped(), DESK).await.unwrap(), "an older edition is not taken over");
}

#[tokio::test]
async fn a_document_that_is_damaged_or_of_another_address_changes_nothing() {
    let node = node().await;
    let scheme = merge().apply(&shipped(), "2026-12-01").unwrap().scheme;
    let whole = ap::document(&node.hub, &scheme, "x").unwrap();
    let mut holes = whole.clone();
    holes[PROPERTY]["parts"][0].as_array_mut().unwrap().remove(0);
    assert!(matches!(deliver(&node, &received(&node.community, DESK, &holes, true)).await, Outcome::Ignored(_)));
    let mut other = received(&node.community, DESK, &whole, true);
    other.fetched.values_mut().for_each(|document| document["id"] = json!("http://hub.test/ap/classifier/3"));
    assert!(matches!(deliver(&node, &other).await, Outcome::Ignored(_)));
    let mut gone = received(&node.community, DESK, &whole, true);
    gone.fetched.values_mut().for_each(|document| *document = Value::Null);
    assert_eq!(deliver(&node, &gone).await, Outcome::Wait);
    assert_eq!(node.current(&node.community).await.edition(), 1);
}

#[tokio::test]
async fn the_document_of_an_edition_is_served_to_nodes() {
    let node = node().await;
    let (status, headers, body) = node.get(&node.hub, "/ap/classifier/1", "application/activity+json").await;
    assert_eq!((status, headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "application/activity+json"));
    let document: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((document["id"].as_str(), document["type"].as_str()), (Some("http://hub.test/ap/classifier/1"), Some("Collection")));
    assert!(document[PROPERTY]["parts"][0].as_array().unwrap().len() > 100);
}

#[tokio::test]
async fn a_new_community_asks_its_hub_for_the_edition_in_force() {
    let peer = FakePeer::start("hub.test", 1).await;
    let node = node_with(client(&[&peer])).await;
    let scheme = merge().apply(&shipped(), "2026-12-01").unwrap().scheme;
    let document = ap::document(&node.hub, &scheme, "x").unwrap();
    peer.serve("http://hub.test/ap/classifier", document.clone());
    peer.serve("http://hub.test/ap/classifier/2", document);
    let mut uow = node.begin(&node.community).await;
    AskHub.created(&mut uow, &node.hub).await.unwrap();
    AskHub.created(&mut uow, &node.community).await.unwrap();
    uow.commit().await.unwrap();
    let mut registry = JobRegistry::default();
    jobs(&mut registry);
    assert_eq!(Worker::new(node.ctx.clone(), registry).step().await.unwrap(), 1, "the hub itself asks nobody");
    assert_eq!(*node.current(&node.community).await, scheme);
}

#[test]
fn a_wording_without_news_is_refused() {
    let scheme = shipped();
    let same = Change::Rename { notation: "03".into(), wording: Wording::of(scheme.get("03").unwrap()) };
    assert_eq!(same.apply(&scheme, "").unwrap_err()[0].key, "classifier-error-nothing-new");
}
