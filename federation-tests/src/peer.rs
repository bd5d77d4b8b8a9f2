//! Another server of the fediverse: it has people, checks what it gets, keeps it, and can write back,
//! honestly or not.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use ratusha_federation::{
    signatures::{ActorSigner, KeyPair, Outgoing, RequestSigner, Scheme, SigningKeys},
    wire::ACTIVITY_JSON,
};
use ratusha_platform::Clock;
use serde_json::{Value, json};
use tokio::sync::Notify;
use url::Url;

use crate::{net, verify};

const KEYS: [&str; 4] = [
    include_str!("../../federation/fixtures/keys/test-0.pem"),
    include_str!("../../federation/fixtures/keys/test-1.pem"),
    include_str!("../../federation/fixtures/keys/test-2.pem"),
    include_str!("../../federation/fixtures/keys/test-3.pem"),
];

/// One of four fixed key pairs; `n` wraps around.
#[must_use]
pub fn fixed_keys(n: usize) -> SigningKeys {
    let n = n % KEYS.len();
    let encoded: String = KEYS[n].lines().filter(|line| !line.starts_with('-')).collect();
    let seed = [u8::try_from(n).expect("a small number") + 1; 32];
    let bytes = [&[1][..], &seed, &STANDARD.decode(encoded).expect("a PEM file")].concat();
    KeyPair::from_bytes(&bytes).and_then(|pair| pair.signing()).expect("a key pair")
}

/// A delivery as it came.
#[derive(Debug, Clone)]
pub struct Received {
    /// The path of the inbox.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its exact bytes.
    pub body: Bytes,
    /// What they say.
    pub activity: Value,
    /// Who signed it, as the peer itself made sure; or why it is not believed.
    pub signer: Result<String, String>,
    /// What the peer answered.
    pub status: u16,
}

impl Received {
    /// The activity's type.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.activity["type"].as_str().unwrap_or_default()
    }
}

/// How the peer answers a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Takes what verifies with 202 and refuses the rest with 401.
    Honest,
    /// This status, whatever comes.
    Status(u16),
    /// 429 with so many seconds to wait.
    Busy(u64),
    /// Lets the connection stand until [`FakePeer::release`], then takes it.
    Held,
}

struct Shared {
    host: String,
    http: reqwest::Client,
    documents: Mutex<HashMap<String, (u16, &'static str, Value)>>,
    received: Mutex<Vec<Received>>,
    asked: Mutex<Vec<String>>,
    next: Mutex<VecDeque<Reply>>,
    always: Mutex<Reply>,
    gate: Notify,
    held: Notify,
}

/// A letter ready to be posted; a test may spoil any part of it first.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Where it goes.
    pub url: String,
    /// All headers but the length.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Letter {
    /// With `name` set to `value`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known.as_str() != name);
        self.headers.push((name.parse().expect("a header's name"), value.parse().expect("a header's value")));
        self
    }

    /// Without the header `name`.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known.as_str() != name);
        self
    }
}

/// The server; it ends with the test's runtime.
pub struct FakePeer {
    /// Its name with its port: `mastodon.localhost:12345`.
    pub host: String,
    /// Keys of all its people.
    pub keys: SigningKeys,
    /// Its HTTP client.
    pub http: reqwest::Client,
    clock: Clock,
    serial: AtomicU64,
    shared: Arc<Shared>,
}

impl FakePeer {
    /// Starts a server called `<name>.localhost` whose people have fixed key pair `keys`.
    pub async fn start(name: &str, keys: usize, clock: &Clock) -> Self {
        let (listener, port) = net::listen().await;
        let host = format!("{name}.localhost:{port}");
        let http = net::client();
        let shared = Arc::new(Shared {
            host: host.clone(),
            http: http.clone(),
            documents: Mutex::default(),
            received: Mutex::default(),
            asked: Mutex::default(),
            next: Mutex::default(),
            always: Mutex::new(Reply::Honest),
            gate: Notify::new(),
            held: Notify::new(),
        });
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let peer = Self { host, keys: fixed_keys(keys), http, clock: clock.clone(), serial: AtomicU64::new(1), shared };
        let node_info = json!({"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": peer.url("/nodeinfo/2.0")}]});
        peer.serve_as("/.well-known/nodeinfo", 200, "application/json", node_info);
        let software = json!({"version": "2.0", "software": {"name": "mastodon", "version": "4.5.0"}, "protocols": ["activitypub"],
            "services": {"outbound": [], "inbound": []}, "usage": {"users": {"total": 1}}, "openRegistrations": false, "metadata": {}});
        peer.serve_as("/nodeinfo/2.0", 200, "application/json", software);
        peer
    }

    /// An address on this server.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// The time of the story as it stands on the wire.
    #[must_use]
    pub fn now(&self) -> String {
        self.clock.now().to_rfc3339()
    }

    /// A number that this server has not used yet.
    pub fn next_number(&self) -> u64 {
        self.serial.fetch_add(1, Ordering::SeqCst)
    }

    /// Somebody on this server, with a document as Mastodon writes it; returns the actor's id.
    pub fn person(&self, name: &str) -> String {
        let id = self.url(&format!("/users/{name}"));
        self.serve(&id, self.person_document(name));
        let subject = format!("acct:{name}@{}", self.host);
        let card = json!({
            "subject": subject,
            "aliases": [self.url(&format!("/@{name}")), id],
            "links": [
                {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": self.url(&format!("/@{name}"))},
                {"rel": "self", "type": "application/activity+json", "href": id}
            ]
        });
        self.serve_as(&format!("/.well-known/webfinger?resource={subject}"), 200, "application/jrd+json", card);
        id
    }

    /// The document of a person as Mastodon 4 writes it.
    #[must_use]
    pub fn person_document(&self, name: &str) -> Value {
        let id = self.url(&format!("/users/{name}"));
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1", {
                "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
                "toot": "http://joinmastodon.org/ns#",
                "featured": {"@id": "toot:featured", "@type": "@id"},
                "featuredTags": {"@id": "toot:featuredTags", "@type": "@id"},
                "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
                "movedTo": {"@id": "as:movedTo", "@type": "@id"},
                "schema": "http://schema.org#", "PropertyValue": "schema:PropertyValue", "value": "schema:value",
                "discoverable": "toot:discoverable", "suspended": "toot:suspended", "memorial": "toot:memorial", "indexable": "toot:indexable",
                "attributionDomains": {"@id": "toot:attributionDomains", "@type": "@id"},
                "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"}
            }],
            "id": id,
            "type": "Person",
            "following": format!("{id}/following"),
            "followers": format!("{id}/followers"),
            "inbox": format!("{id}/inbox"),
            "outbox": format!("{id}/outbox"),
            "featured": format!("{id}/collections/featured"),
            "featuredTags": format!("{id}/collections/tags"),
            "preferredUsername": name,
            "name": format!("{name} з {}", self.host),
            "summary": "<p>Стежу за своєю громадою</p>",
            "url": self.url(&format!("/@{name}")),
            "manuallyApprovesFollowers": false,
            "discoverable": true,
            "indexable": false,
            "published": "2022-11-06T00:00:00Z",
            "memorial": false,
            "publicKey": {"id": format!("{id}#main-key"), "owner": id, "publicKeyPem": self.keys.rsa_public_pem().expect("a key")},
            "tag": [],
            "attachment": [{"type": "PropertyValue", "name": "Місто", "value": "Львів"}],
            "endpoints": {"sharedInbox": self.url("/inbox")},
            "icon": {"type": "Image", "mediaType": "image/png", "url": self.url("/avatars/1.png")}
        })
    }

    /// Serves `document` under its own address as ActivityPub.
    pub fn serve(&self, id: &str, document: Value) {
        let path = id.strip_prefix(&self.url("")).unwrap_or(id);
        self.serve_as(path, 200, ACTIVITY_JSON, document);
    }

    /// Serves anything at `path`, query included.
    pub fn serve_as(&self, path: &str, status: u16, kind: &'static str, document: Value) {
        self.shared.documents.lock().expect("a lock").insert(path.to_owned(), (status, kind, document));
    }

    /// How every delivery is answered from now on.
    pub fn answer(&self, reply: Reply) {
        *self.shared.always.lock().expect("a lock") = reply;
    }

    /// How the next delivery is answered, before the rule of [`FakePeer::answer`] holds again.
    pub fn answer_once(&self, reply: Reply) {
        self.shared.next.lock().expect("a lock").push_back(reply);
    }

    /// Lets deliveries go that [`Reply::Held`] keeps waiting.
    pub fn release(&self) {
        self.answer(Reply::Honest);
        self.shared.gate.notify_waiters();
    }

    /// Returns when a delivery has come that is being held.
    pub async fn wait_until_held(&self) {
        self.shared.held.notified().await;
    }

    /// All deliveries in the order in which they came, whatever was answered.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Received> {
        self.shared.received.lock().expect("a lock").clone()
    }

    /// The activities that were taken (answered with success), in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.deliveries().into_iter().filter(|got| got.status < 300).collect()
    }

    /// Those of one type.
    #[must_use]
    pub fn received_of(&self, kind: &str) -> Vec<Value> {
        self.received().into_iter().filter(|got| got.kind() == kind).map(|got| got.activity).collect()
    }

    /// What was read here by GET, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().expect("a lock").clone()
    }

    /// Finds an actor by its handle, as a person who types it into the search would: WebFinger, then the document.
    ///
    /// # Errors
    /// In words.
    pub async fn find(&self, handle: &str) -> Result<Value, String> {
        let handle = handle.trim_start_matches('@');
        let (_, host) = handle.split_once('@').ok_or("not a handle")?;
        let url = format!("http://{host}/.well-known/webfinger?resource=acct:{handle}");
        let answer = self.http.get(url).send().await.map_err(|e| e.to_string())?;
        if answer.status() != 200 {
            return Err(format!("WebFinger answers {}", answer.status()));
        }
        let card: Value = serde_json::from_slice(&answer.bytes().await.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
        if card["subject"] != format!("acct:{handle}") {
            return Err(format!("the subject is {}", card["subject"]));
        }
        let itself = card["links"].as_array().into_iter().flatten().find(|link| link["rel"] == "self" && link["type"] == ACTIVITY_JSON);
        let id = itself.and_then(|link| link["href"].as_str()).ok_or("no actor in WebFinger")?;
        let actor = verify::fetch(&self.http, id).await?;
        if actor["id"] == id { Ok(actor) } else { Err("the actor has another id".into()) }
    }

    /// Reads a document as ActivityPub.
    ///
    /// # Errors
    /// In words.
    pub async fn fetch(&self, id: &str) -> Result<Value, String> {
        verify::fetch(&self.http, id).await
    }

    /// A letter with `activity`, signed as Mastodon signs for the activity's actor.
    #[must_use]
    pub fn letter(&self, inbox: &str, activity: &Value) -> Letter {
        let actor = activity["actor"].as_str().expect("an actor").to_owned();
        self.letter_of(&actor, &self.keys, inbox, activity.to_string().into_bytes())
    }

    /// A letter of any bytes signed with any keys in the name of `actor`.
    #[must_use]
    pub fn letter_of(&self, actor: &str, keys: &SigningKeys, inbox: &str, body: Vec<u8>) -> Letter {
        self.letter_at(actor, keys, inbox, body, self.clock.now().0)
    }

    /// The same, signed at `now_ms`.
    #[must_use]
    pub fn letter_at(&self, actor: &str, keys: &SigningKeys, inbox: &str, body: Vec<u8>, now_ms: i64) -> Letter {
        let url = Url::parse(inbox).expect("an inbox");
        let signer = ActorSigner::new(keys.rsa.clone(), format!("{actor}#main-key"), Scheme::Cavage, now_ms);
        let outgoing = Outgoing { method: &Method::POST, url: &url, body: Some(&body), content_type: Some(ACTIVITY_JSON) };
        let mut headers = signer.sign(&outgoing).expect("a signature");
        headers.push((header::CONTENT_TYPE, HeaderValue::from_static(ACTIVITY_JSON)));
        Letter { url: inbox.to_owned(), headers, body }
    }

    /// Posts a letter; returns the answer's status.
    pub async fn post(&self, letter: &Letter) -> StatusCode {
        let mut request = self.http.post(&letter.url).body(letter.body.clone());
        for (name, value) in &letter.headers {
            request = request.header(name, value);
        }
        request.send().await.expect("the node answers").status()
    }

    /// Signs and posts `activity`.
    pub async fn send(&self, inbox: &str, activity: &Value) -> StatusCode {
        self.post(&self.letter(inbox, activity)).await
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    if request.method() == Method::GET {
        let path = path.replace("%3A", ":").replace("%40", "@");
        shared.asked.lock().expect("a lock").push(path.clone());
        let found = shared.documents.lock().expect("a lock").get(&path).cloned();
        return match found {
            Some((status, kind, document)) => {
                (StatusCode::from_u16(status).expect("a status"), [(header::CONTENT_TYPE, kind)], document.to_string()).into_response()
            }
            None => StatusCode::NOT_FOUND.into_response(),
        };
    }
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 4 * 1024 * 1024).await.unwrap_or_default();
    let once = shared.next.lock().expect("a lock").pop_front();
    let mut reply = once.unwrap_or(*shared.always.lock().expect("a lock"));
    if reply == Reply::Held {
        let released = shared.gate.notified();
        shared.held.notify_one();
        released.await;
        reply = Reply::Honest;
    }
    let signer = verify::signer(&shared.http, &shared.host, "post", &path, &parts.headers, &body).await;
    let (status, wait) = match reply {
        Reply::Honest | Reply::Held => (if signer.is_ok() { 202 } else { 401 }, None),
        Reply::Status(status) => (status, None),
        Reply::Busy(seconds) => (429, Some(seconds)),
    };
    let activity = serde_json::from_slice(&body).unwrap_or_default();
    let received = Received { path, headers: parts.headers, body, activity, signer, status };
    shared.received.lock().expect("a lock").push(received);
    let mut response = StatusCode::from_u16(status).expect("a status").into_response();
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// How often each activity was taken, by its id: nothing may be doubled.
#[must_use]
pub fn times_received(peer: &FakePeer) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for got in peer.received() {
        *times.entry(got.activity["id"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    times
}
