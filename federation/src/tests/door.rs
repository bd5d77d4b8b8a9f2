//! What the inbox takes and what it turns away.

use super::*;
use crate::signatures::{ActorSigner, Outgoing, RequestSigner, Scheme};
use http::{HeaderName, HeaderValue, Method};
use url::Url;

const HOUR: i64 = 60 * 60 * 1000;

/// Replaces one header of a signed request.
fn with_header(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    request
}

#[tokio::test]
async fn a_signed_delivery_is_stored_and_answered_202() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let activity = create(&alice, 1);
    assert_eq!(world.deliver(&activity).await, 202);
    assert_eq!(world.state(&id(&activity)).await.unwrap().0, "waiting");
    assert_eq!(world.process().await, 1);
    assert_eq!(world.state(&id(&activity)).await.unwrap().0, "done");
    let seen = world.recorder.seen.lock().unwrap();
    assert_eq!((seen[0].actor.handle().as_str(), seen[0].kind.as_str()), ("@alice@mastodon.test", "Create"));
    assert_eq!((seen[0].object_type(), seen[0].to_public()), ("Note", true));
}

#[tokio::test]
async fn r02_the_same_activity_a_hundred_times_at_once_has_one_effect() {
    let world = World::new().await;
    let activity = create(&world.mastodon.actor("alice"), 1);
    let requests = (0..100).map(|_| world.answer(world.mastodon.request(LVIV_INBOX, &activity, world.now())));
    for (status, code) in futures_util::future::join_all(requests).await {
        assert_eq!((status, code.as_str()), (202, ""));
    }
    world.process().await;
    assert_eq!((world.effects(), world.count("inbox_item").await, world.count("inbox_quarantine").await), (1, 1, 0));
    let counters = &world.federation.counters;
    assert_eq!((counters.accepted(), counters.duplicates()), (1, 99));
}

#[tokio::test]
async fn r03_a_202_means_that_the_bytes_are_on_disk() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    assert_eq!(world.deliver(&create(&alice, 1)).await, 202);
    assert_eq!(world.count("inbox_item").await, 1);
    if world.ctx.db().engine() == ratusha_platform::Engine::Postgres {
        return;
    }
    // While somebody else holds the one writer, nothing can be stored, so nothing is answered.
    let blocker = world.ctx.db().write().await.unwrap();
    let mut answer = std::pin::pin!(world.answer(world.mastodon.request(LVIV_INBOX, &create(&alice, 2), world.now())));
    for _ in 0..1000 {
        assert!(futures_util::poll!(&mut answer).is_pending());
        tokio::task::yield_now().await;
    }
    drop(blocker);
    assert_eq!(answer.await.0, 202);
    assert_eq!(world.count("inbox_item").await, 2);
}

#[tokio::test]
async fn a_hundred_deliveries_at_once_are_stored_in_order() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    assert_eq!(world.deliver(&create(&alice, 1000)).await, 202);
    let requests = (0..100).map(|n| world.answer(world.mastodon.request(LVIV_INBOX, &create(&alice, n), world.now())));
    assert!(futures_util::future::join_all(requests).await.iter().all(|(status, _)| *status == 202));
    world.process().await;
    assert_eq!(world.effects(), 101);
    assert_eq!(world.mastodon.asked(), ["/users/alice"], "the key is fetched once");
}

#[tokio::test]
async fn s08_an_unsigned_delivery_is_refused() {
    let world = World::new().await;
    let activity = create(&world.mastodon.actor("alice"), 1);
    let mut request = world.mastodon.request(LVIV_INBOX, &activity, world.now());
    request.headers_mut().remove("signature");
    assert_eq!(world.answer(request).await, (401, "signature_missing".into()));
    assert_eq!((world.count("inbox_item").await, world.federation.counters.refused_for("signature_missing")), (0, 1));
    assert!(world.mastodon.asked().is_empty(), "nothing is fetched for it");
}

#[tokio::test]
async fn s08_a_wrong_digest_and_a_changed_body_are_refused() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let other = crate::signatures::digest::digest_header(b"other");
    let request = with_header(world.mastodon.request(LVIV_INBOX, &create(&alice, 1), world.now()), "digest", &other);
    assert_eq!(world.answer(request).await, (401, "digest_mismatch".into()));

    let (parts, _) = world.mastodon.request(LVIV_INBOX, &create(&alice, 1), world.now()).into_parts();
    let changed = Request::from_parts(parts, Body::from(create(&alice, 2).to_string()));
    assert_eq!(world.answer(changed).await, (401, "digest_mismatch".into()));

    // Body and digest changed together: then the signature does not fit.
    let body = create(&alice, 2).to_string();
    let (parts, _) = world.mastodon.request(LVIV_INBOX, &create(&alice, 1), world.now()).into_parts();
    let digest = crate::signatures::digest::digest_header(body.as_bytes());
    let changed = with_header(Request::from_parts(parts, Body::from(body)), "digest", &digest);
    assert_eq!(world.answer(changed).await, (401, "signature_bad".into()));
    assert_eq!(world.count("inbox_item").await, 0);
}

#[tokio::test]
async fn s08_dates_from_the_future_the_past_and_no_dates_at_all_are_refused() {
    let world = World::new().await;
    let activity = create(&world.mastodon.actor("alice"), 1);
    for (shift, wanted) in [(HOUR + 1000, "clock"), (-12 * HOUR - 1000, "clock"), (10 * 365 * 24 * HOUR, "clock")] {
        let request = world.mastodon.request(LVIV_INBOX, &activity, world.now().plus_ms(shift));
        assert_eq!(world.answer(request).await, (401, wanted.into()), "{shift}");
    }
    let request = with_header(world.mastodon.request(LVIV_INBOX, &activity, world.now()), "date", "yesterday");
    assert_eq!(world.answer(request).await, (400, "date_unreadable".into()));
    for shift in [HOUR, -12 * HOUR] {
        let request = world.mastodon.request(LVIV_INBOX, &activity, world.now().plus_ms(shift));
        assert_eq!(world.answer(request).await.0, 202, "{shift}");
    }
}

#[tokio::test]
async fn s08_a_signature_over_the_digest_alone_is_refused() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let request = world.mastodon.request(LVIV_INBOX, &create(&alice, 1), world.now());
    let digest = request.headers()["digest"].to_str().unwrap().to_owned();
    let made = world.mastodon.keys.rsa.sign(format!("digest: {digest}").as_bytes()).unwrap();
    let made = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, made);
    let signature = format!(r#"keyId="{alice}#main-key",algorithm="rsa-sha256",headers="digest",signature="{made}""#);
    assert_eq!(world.answer(with_header(request, "signature", &signature)).await, (401, "signature_not_covering".into()));
}

#[tokio::test]
async fn s32_a_request_for_one_tenant_is_no_request_for_another() {
    let world = World::new().await;
    let activity = create(&world.mastodon.actor("alice"), 1);
    // As it was signed for Lviv, but sent to Poltava's host.
    let request = with_header(world.mastodon.request(LVIV_INBOX, &activity, world.now()), "host", "poltava.test");
    assert_eq!(world.answer(request).await, (401, "signature_bad".into()));
    let nowhere = with_header(world.mastodon.request(LVIV_INBOX, &activity, world.now()), "host", "nowhere.test");
    assert_eq!(world.answer(nowhere).await, (421, "unknown_host".into()));
    assert_eq!(world.count("inbox_item").await, 0);
    // Signed for each, it stands in each.
    assert_eq!(world.deliver(&activity).await, 202);
    assert_eq!(world.answer(world.mastodon.request(POLTAVA_INBOX, &activity, world.now())).await.0, 202);
    assert_eq!(world.count("inbox_item").await, 2);
}

#[tokio::test]
async fn s09_nobody_speaks_for_another_actor() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let mallory = world.evil.actor("mallory");
    // The key of evil.test under an activity of Alice: the key must live where the actor lives …
    let body = create(&alice, 1).to_string().into_bytes();
    let request = world.evil.request_as(&mallory, LVIV_INBOX, body.clone(), world.now());
    assert_eq!(world.answer(request).await, (401, "key_host".into()));
    // … and be the actor's own, not only claim its address.
    let request = world.evil.request_as(&alice, LVIV_INBOX, body, world.now());
    assert_eq!(world.answer(request).await, (401, "signature_bad".into()));
    // Another actor of the same server is another actor too.
    let bob = world.mastodon.actor("bob");
    let body = create(&alice, 1).to_string().into_bytes();
    let request = world.mastodon.request_as(&bob, LVIV_INBOX, body, world.now());
    assert_eq!(world.answer(request).await, (401, "signature_bad".into()));
    assert_eq!(world.count("inbox_item").await, 0);
}

#[tokio::test]
async fn s10_a_key_document_must_be_what_was_asked_for_and_claim_its_key() {
    let world = World::new().await;
    let refused = |name: &'static str, change: fn(&mut Value)| {
        let world = &world;
        async move {
            let actor = world.mastodon.actor(name);
            let mut document = world.mastodon.actor_document(name);
            change(&mut document);
            world.mastodon.serve(&actor, document);
            let (status, _) = world.answer(world.mastodon.request(LVIV_INBOX, &create(&actor, 1), world.now())).await;
            assert_eq!(status, 401, "{name}");
        }
    };
    refused("other-id", |d| d["id"] = json!("http://mastodon.test/users/somebody")).await;
    refused("foreign-id", |d| d["id"] = json!("http://evil.test/users/x")).await;
    refused("foreign-owner", |d| d["publicKey"]["owner"] = json!("http://mastodon.test/users/x")).await;
    refused("foreign-key", |d| d["publicKey"]["id"] = json!("http://evil.test/key")).await;
    refused("no-key", |d| d["publicKey"] = Value::Null).await;
    refused("no-inbox", |d| d["inbox"] = json!("http://evil.test/inbox")).await;
    assert_eq!(world.count("inbox_item").await, 0);
}

#[tokio::test]
async fn s12_objects_of_other_hosts_are_refused_before_anything_is_fetched() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let mut activity = create(&alice, 1);
    activity["object"]["id"] = json!("http://evil.test/notes/1");
    assert_eq!(world.answer(world.mastodon.request(LVIV_INBOX, &activity, world.now())).await, (403, "object_host".into()));
    let delete = json!({"id": "http://mastodon.test/d/1", "type": "Delete", "actor": alice, "object": "http://lviv.test/ap/note/1"});
    assert_eq!(world.answer(world.mastodon.request(LVIV_INBOX, &delete, world.now())).await, (403, "object_host".into()));
    assert!(world.mastodon.asked().is_empty());
}

#[tokio::test]
async fn s14_nobody_outside_speaks_in_our_own_name() {
    let world = World::new().await;
    let activity = create(LVIV, 1);
    let body = activity.to_string().into_bytes();
    let request = world.evil.request_as(LVIV, LVIV_INBOX, body.clone(), world.now());
    assert_eq!(world.answer(request).await, (403, "own_host".into()));
    // In the name of another tenant of this node it takes that tenant's key.
    let request = world.evil.request_as(LVIV, POLTAVA_INBOX, body, world.now());
    assert_eq!(world.answer(request).await.0, 401);
    let mut as_local = create(&world.mastodon.actor("alice"), 1);
    as_local["object"]["attributedTo"] = json!("1");
    assert_eq!(world.answer(world.mastodon.request(LVIV_INBOX, &as_local, world.now())).await, (403, "attributed_to".into()));
}

#[tokio::test]
async fn s19_other_bytes_under_a_known_address_are_laid_aside() {
    let world = World::new().await;
    let activity = create(&world.mastodon.actor("alice"), 1);
    assert_eq!(world.deliver(&activity).await, 202);
    world.process().await;
    let mut other = activity.clone();
    other["object"]["content"] = json!("<p>щось інше</p>");
    assert_eq!(world.deliver(&other).await, 202);
    assert_eq!(world.deliver(&other).await, 202);
    assert_eq!((world.process().await, world.effects()), (0, 1));
    assert_eq!((world.count("inbox_item").await, world.count("inbox_quarantine").await), (1, 1));
}

#[tokio::test]
async fn s21_a_blocked_host_is_refused_and_not_asked_for_anything() {
    let world = World::new().await;
    world.directory.block("mastodon.test");
    let activity = create(&world.mastodon.actor("alice"), 1);
    assert_eq!(world.answer(world.mastodon.request(LVIV_INBOX, &activity, world.now())).await, (403, "blocked".into()));
    assert!(world.mastodon.asked().is_empty());
}

#[tokio::test]
async fn s23_too_large_too_deep_and_of_the_wrong_kind() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let large = vec![b' '; crate::inbox::MAX_BODY + 1];
    assert_eq!(world.answer(world.mastodon.request_as(&alice, LVIV_INBOX, large.clone(), world.now())).await, (413, "too_large".into()));
    // Without an announced length it is cut off while it is read.
    let chunks = futures_util::stream::iter(large.chunks(4096).map(|c| Ok::<_, std::io::Error>(c.to_vec())).collect::<Vec<_>>());
    let (parts, _) = world.mastodon.request_as(&alice, LVIV_INBOX, large, world.now()).into_parts();
    assert_eq!(world.answer(Request::from_parts(parts, Body::from_stream(chunks))).await, (413, "too_large".into()));
    let bomb = format!("{{\"id\":{}1{}}}", "[".repeat(60_000), "]".repeat(60_000));
    assert_eq!(
        world.answer(world.mastodon.request_as(&alice, LVIV_INBOX, bomb.into_bytes(), world.now())).await,
        (400, "json_depth".into())
    );
    let request = with_header(world.mastodon.request(LVIV_INBOX, &create(&alice, 1), world.now()), "content-type", "application/json");
    assert_eq!(world.answer(request).await, (415, "content_type".into()));
}

#[tokio::test]
async fn s28_deletes_and_updates_of_unknown_actors_cost_nothing() {
    let world = World::new().await;
    for kind in ["Delete", "Update"] {
        let ghost = "http://mastodon.test/users/ghost";
        let activity = json!({"id": format!("{ghost}#{kind}"), "type": kind, "actor": ghost, "object": ghost});
        assert_eq!(world.deliver(&activity).await, 202, "{kind}");
    }
    assert!(world.mastodon.asked().is_empty());
    assert_eq!(world.count("inbox_item").await, 0);
}

#[tokio::test]
async fn s29_strangers_are_counted_before_anything_is_fetched_and_told_when_to_come_back() {
    let world = World::with_limits(Limits { strangers_per_minute: 3, ..Limits::default() }).await;
    let known = create(&world.mastodon.actor("alice"), 1);
    assert_eq!(world.deliver(&known).await, 202);
    for n in 0..2 {
        let activity = create(&format!("http://mastodon.test/users/nobody{n}"), n);
        assert_eq!(world.deliver(&activity).await, 401);
    }
    let activity = create("http://mastodon.test/users/nobody9", 9);
    let response = world.send(world.mastodon.request(LVIV_INBOX, &activity, world.now())).await;
    assert_eq!(response.status(), 429);
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!(world.mastodon.asked().len(), 3, "the fourth is not fetched");
    // A forger uses up the strangers' share, never that of those who sign well.
    assert_eq!(world.deliver(&create(&world.mastodon.url("/users/alice"), 2)).await, 202);
}

#[tokio::test]
async fn s29_one_host_may_not_flood_us() {
    let world = World::with_limits(Limits { deliveries_per_second: 1, delivery_burst: 2, ..Limits::default() }).await;
    let alice = world.mastodon.actor("alice");
    let mut statuses = Vec::new();
    for n in 0..3 {
        statuses.push(world.deliver(&create(&alice, n)).await);
    }
    assert_eq!(statuses, [202, 202, 429]);
    world.ctx.clock().advance(1000);
    assert_eq!(world.deliver(&create(&alice, 2)).await, 202);
}

#[tokio::test]
async fn s06_an_actor_that_cannot_be_had_is_not_asked_for_again_at_once() {
    let world = World::new().await;
    let activity = create("http://mastodon.test/users/nobody", 1);
    for _ in 0..3 {
        assert_eq!(world.answer(world.mastodon.request(LVIV_INBOX, &activity, world.now())).await, (401, "key_unreachable".into()));
    }
    assert_eq!(world.mastodon.asked().len(), 1);
    world.mastodon.actor("nobody");
    world.ctx.clock().advance(5 * 60 * 1000);
    assert_eq!(world.deliver(&activity).await, 202);
}

#[tokio::test]
async fn a_new_key_is_found_at_the_origin_but_not_asked_for_at_every_bad_signature() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    assert_eq!(world.deliver(&create(&alice, 1)).await, 202);
    // The origin changes the key (to that of the other peer); ours is from just now.
    let mut document = world.mastodon.actor_document("alice");
    document["publicKey"]["publicKeyPem"] = json!(world.evil.keys.rsa_public_pem().unwrap());
    world.mastodon.serve(&alice, document);
    let signed_new = || world.evil.request_as(&alice, LVIV_INBOX, create(&alice, 2).to_string().into_bytes(), world.now());
    assert_eq!(world.answer(signed_new()).await.0, 401);
    assert_eq!(world.mastodon.asked().len(), 1);
    world.ctx.clock().advance(5 * 60 * 1000);
    assert_eq!(world.answer(signed_new()).await.0, 202);
    assert_eq!(world.deliver(&create(&alice, 3)).await, 401, "the old key is no longer hers");
    assert_eq!(world.mastodon.asked().len(), 2);
}

#[tokio::test]
async fn a_delivery_signed_by_rfc_9421_is_taken() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let body = create(&alice, 1).to_string().into_bytes();
    let url = Url::parse(LVIV_INBOX).unwrap();
    let outgoing = Outgoing { method: &Method::POST, url: &url, body: Some(&body), content_type: Some(ACTIVITY_JSON) };
    let signer = ActorSigner::new(world.mastodon.keys.rsa.clone(), format!("{alice}#main-key"), Scheme::Rfc9421, world.now().0);
    let mut builder = Request::post("/ap/actor/inbox".replace("/actor", "")).header("content-type", ACTIVITY_JSON);
    builder.headers_mut().unwrap().extend(signer.sign(&outgoing).unwrap());
    assert_eq!(world.answer(builder.body(Body::from(body)).unwrap()).await, (202, String::new()));
}
