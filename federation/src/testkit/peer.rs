//! Another server of the fediverse, on a port of this machine under a name of its own.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use ratusha_platform::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::signing_keys;
use crate::{
    signatures::{ActorSigner, Outgoing, RequestSigner, Scheme, SigningKeys},
    wire::ACTIVITY_JSON,
};

/// A delivery that the peer got.
#[derive(Debug, Clone)]
pub struct Got {
    /// Path and query.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
}

impl Got {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// A status and headers.
type Answer = (u16, Vec<(&'static str, String)>);

#[derive(Default)]
struct Shared {
    documents: Mutex<HashMap<String, (StatusCode, String, Value)>>,
    got: Mutex<Vec<Got>>,
    redirects: Mutex<HashMap<String, String>>,
    asked: Mutex<Vec<String>>,
    answers: Mutex<VecDeque<Answer>>,
    always: Mutex<Option<u16>>,
    news: tokio::sync::Notify,
}

/// The peer; it stops with the test's runtime.
pub struct FakePeer {
    /// Its name, such as `mastodon.test`.
    pub host: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// The keys of all its actors.
    pub keys: SigningKeys,
    shared: Arc<Shared>,
}

impl FakePeer {
    /// Starts a peer called `host` whose actors have key pair `n`.
    pub async fn start(host: &str, n: usize) -> Self {
        let shared = Arc::new(Shared::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { host: host.to_owned(), address, keys: signing_keys(n).expect("test keys"), shared }
    }

    /// An address on the peer.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// Makes an actor and serves its document; returns its address.
    pub fn actor(&self, name: &str) -> String {
        let id = self.url(&format!("/users/{name}"));
        self.serve(&id, self.actor_document(name));
        let handle = format!("acct:{name}@{}", self.host);
        let jrd = json!({"subject": handle, "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": id}]});
        self.serve_as(&format!("/.well-known/webfinger?resource={handle}"), 200, "application/jrd+json", jrd);
        id
    }

    /// The document of an actor called `name`, as Mastodon writes it.
    #[must_use]
    pub fn actor_document(&self, name: &str) -> Value {
        let id = self.url(&format!("/users/{name}"));
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": id, "type": "Person", "preferredUsername": name, "name": format!("{name} з {}", self.host),
            "summary": "<p>Пише про міста</p><script>x</script>", "url": self.url(&format!("/@{name}")),
            "inbox": format!("{id}/inbox"), "outbox": format!("{id}/outbox"), "followers": format!("{id}/followers"),
            "endpoints": {"sharedInbox": self.url("/inbox")},
            "icon": {"type": "Image", "url": self.url("/avatar.png")},
            "publicKey": {"id": format!("{id}#main-key"), "owner": id, "publicKeyPem": self.keys.rsa_public_pem().expect("a key")}
        })
    }

    /// Serves `document` at its address.
    pub fn serve(&self, id: &str, document: Value) {
        let path = id.strip_prefix(&self.url("")).unwrap_or(id);
        self.serve_as(path, 200, ACTIVITY_JSON, document);
    }

    /// Serves anything at `path` (with its query).
    pub fn serve_as(&self, path: &str, status: u16, kind: &str, document: Value) {
        let status = StatusCode::from_u16(status).expect("a status");
        self.shared.documents.lock().expect("a lock").insert(path.to_owned(), (status, kind.to_owned(), document));
    }

    /// Sends whoever asks for `path` to the address `to`.
    pub fn redirect(&self, path: &str, to: &str) {
        self.shared.redirects.lock().expect("a lock").insert(path.to_owned(), to.to_owned());
    }

    /// Answers the next delivery with `status`.
    pub fn answer_next(&self, status: u16) {
        self.answer_next_with(status, Vec::new());
    }

    /// Answers the next delivery with `status` and headers.
    pub fn answer_next_with(&self, status: u16, headers: Vec<(&'static str, String)>) {
        self.shared.answers.lock().expect("a lock").push_back((status, headers));
    }

    /// Answers every delivery with `status` until told otherwise.
    pub fn answer_always(&self, status: Option<u16>) {
        *self.shared.always.lock().expect("a lock") = status;
    }

    /// The deliveries that were taken or refused, in order.
    #[must_use]
    pub fn got(&self) -> Vec<Got> {
        self.shared.got.lock().expect("a lock").clone()
    }

    /// Returns when at least `count` deliveries have come.
    pub async fn wait_for(&self, count: usize) {
        loop {
            let mut news = std::pin::pin!(self.shared.news.notified());
            news.as_mut().enable();
            if self.got().len() >= count {
                return;
            }
            news.await;
        }
    }

    /// What was asked for by GET, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().expect("a lock").clone()
    }

    /// Signs requests as `actor`.
    #[must_use]
    pub fn signer(&self, actor: &str, now: Timestamp) -> ActorSigner {
        ActorSigner::new(self.keys.rsa.clone(), format!("{actor}#main-key"), Scheme::Cavage, now.0)
    }

    /// A delivery of `activity` to `inbox`, signed by its actor, as it would come from the network.
    #[must_use]
    pub fn request(&self, inbox: &str, activity: &Value, now: Timestamp) -> http::Request<Body> {
        let actor = activity["actor"].as_str().expect("an actor").to_owned();
        self.request_as(&actor, inbox, activity.to_string().into_bytes(), now)
    }

    /// A delivery of any bytes, signed in the name of `actor` with this peer's key.
    #[must_use]
    pub fn request_as(&self, actor: &str, inbox: &str, body: Vec<u8>, now: Timestamp) -> http::Request<Body> {
        let url = Url::parse(inbox).expect("an inbox");
        let outgoing = Outgoing { method: &Method::POST, url: &url, body: Some(&body), content_type: Some(ACTIVITY_JSON) };
        let mut builder = http::Request::post(outgoing.path_and_query()).header(header::CONTENT_TYPE, ACTIVITY_JSON);
        let signed = self.signer(actor, now).sign(&outgoing).expect("a signature");
        builder.headers_mut().expect("headers").extend(signed);
        builder.body(Body::from(body)).expect("a request")
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path_and_query().map_or_else(String::new, |p| percent_decoded(p.as_str()));
    if request.method() == Method::GET {
        shared.asked.lock().expect("a lock").push(path.clone());
        if let Some(to) = shared.redirects.lock().expect("a lock").get(&path) {
            return (StatusCode::FOUND, [(header::LOCATION, to.clone())]).into_response();
        }
        let found = shared.documents.lock().expect("a lock").get(&path).cloned();
        return match found {
            Some((status, kind, document)) => (status, [(header::CONTENT_TYPE, kind)], document.to_string()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        };
    }
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 4 * 1024 * 1024).await.unwrap_or_default();
    shared.got.lock().expect("a lock").push(Got { path, headers: parts.headers, body });
    shared.news.notify_waiters();
    let always = *shared.always.lock().expect("a lock");
    let next = shared.answers.lock().expect("a lock").pop_front();
    let (status, headers) = next.unwrap_or((always.unwrap_or(202), Vec::new()));
    let mut response = StatusCode::from_u16(status).expect("a status").into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().expect("a header"));
    }
    response
}

/// `%3A`, `%40` and the like, as far as the tests need it.
fn percent_decoded(path: &str) -> String {
    path.replace("%3A", ":").replace("%40", "@").replace("%2F", "/")
}
