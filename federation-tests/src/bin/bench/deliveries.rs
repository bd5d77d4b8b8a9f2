//! Deliveries: twenty activities to two hundred servers, each signed and posted on its own.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode, header};
use ratusha_federation::{Audience, Deliverer, Emit, wire::PUBLIC};
use ratusha_federation_tests::{net, peer::fixed_keys};
use serde_json::{Value, json};

use super::{
    measure::{Row, Stopwatch},
    raw,
    site::{self, Engine},
};

const SINKS: usize = 200;
const ACTIVITIES: usize = 20;

struct Sinks {
    pem: String,
    taken: AtomicUsize,
}

/// One listener under two hundred names: an actor each, and an inbox that takes everything.
async fn sink(State(sinks): State<Arc<Sinks>>, request: Request) -> Response {
    if request.method() == Method::POST {
        let _ = axum::body::to_bytes(request.into_body(), 4 * 1024 * 1024).await;
        sinks.taken.fetch_add(1, Ordering::SeqCst);
        return StatusCode::ACCEPTED.into_response();
    }
    let host = request.headers().get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let document = actor(&host, &sinks.pem);
    ([(header::CONTENT_TYPE, "application/activity+json")], document.to_string()).into_response()
}

fn actor(host: &str, pem: &str) -> Value {
    let id = format!("http://{host}/users/reader");
    json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": id, "type": "Person", "preferredUsername": "reader", "inbox": format!("{id}/inbox"), "outbox": format!("{id}/outbox"),
        "endpoints": {"sharedInbox": format!("http://{host}/inbox")},
        "publicKey": {"id": format!("{id}#main-key"), "owner": id, "publicKeyPem": pem}
    })
}

/// Follows come in, activities go out.
pub async fn run(engine: &Engine) -> Vec<Row> {
    let site = site::start(engine, None, false).await;
    let keys = fixed_keys(0);
    let sinks = Arc::new(Sinks { pem: keys.rsa_public_pem().expect("a key"), taken: AtomicUsize::new(0) });
    let (listener, port) = net::listen().await;
    let router = Router::new().fallback(sink).with_state(sinks.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let city = site.tenant.actor_id();
    let signer = ratusha_federation_tests::FakePeer::start("signer", 0, &ratusha_platform::Clock::System).await;
    let mut follows = Vec::new();
    for n in 0..SINKS {
        let reader = format!("http://sink{n}.localhost:{port}/users/reader");
        let follow = json!({"@context": "https://www.w3.org/ns/activitystreams", "id": format!("http://sink{n}.localhost:{port}/follow/1"),
            "type": "Follow", "actor": reader, "object": city});
        follows.push(raw::post(&signer.letter_of(&reader, &keys, &site.tenant.ap_url("/ap/inbox"), follow.to_string().into_bytes())));
    }
    let run = raw::send_all(site.port, follows, 8, 202).await;
    assert_eq!(run.other, 0, "every follow is accepted");
    site::settle(&[&site.node]).await;
    let answers = sinks.taken.swap(0, Ordering::SeqCst);
    assert_eq!(answers, SINKS, "every follow is answered");

    for n in 0..ACTIVITIES {
        let mut uow = site.node.ctx.begin(&site.tenant.id, "bench").await.expect("a unit of work");
        let id = site.tenant.ap_url(&format!("/ap/note/{}", uow.new_id()));
        let note = json!({"id": id, "type": "Note", "attributedTo": city, "content": format!("<p>Новина громади №{n}. {}</p>", "Докладно. ".repeat(60)),
            "to": [PUBLIC], "cc": [format!("{city}/followers")]});
        uow.emit(
            &city,
            json!({"type": "Create", "to": [PUBLIC], "cc": [format!("{city}/followers")], "object": note}),
            Some(&id),
            Audience::public(&city, Vec::new()),
        );
        uow.commit().await.expect("a commit");
    }
    let watch = Stopwatch::start();
    Deliverer::new(site.node.ctx.clone()).step().await.expect("deliveries are made");
    let row = watch.per_second(format!("deliveries.{}", engine.name), SINKS * ACTIVITIES, "deliveries/s");
    assert_eq!(sinks.taken.load(Ordering::SeqCst), SINKS * ACTIVITIES, "everybody gets everything, once");
    vec![row]
}
