//! Peers that look for a way around the checks of the door.

use super::*;
use crate::find_remote_actor;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Returns when `done` says so; whoever works in the background gets its turns meanwhile.
async fn until<F: Future<Output = bool>>(done: impl Fn() -> F) {
    while !done().await {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn s12_behind_an_open_redirect_nobody_speaks_as_the_host_that_redirects() {
    let world = World::new().await;
    // mastodon.test sends whoever asks for this path to any address that stands in it.
    let path = "/go?to=evil";
    let id = world.mastodon.url(path);
    world.mastodon.redirect(path, &world.evil.url("/fake"));
    let mut fake = world.evil.actor_document("fake");
    for (name, value) in [
        ("id", json!(id)),
        ("inbox", json!("http://mastodon.test/inbox")),
        ("publicKey", json!({"id": format!("{id}#main-key"), "owner": id, "publicKeyPem": world.evil.keys.rsa_public_pem().unwrap()})),
    ] {
        fake[name] = value;
    }
    world.evil.serve(&world.evil.url("/fake"), fake);
    let body = create(&id, 1).to_string().into_bytes();
    let answer = world.answer(world.evil.request_as(&id, LVIV_INBOX, body, world.now())).await;
    assert_eq!(answer, (401, "key_unreachable".into()));
    assert_eq!((world.count("inbox_item").await, world.count("remote_actor").await), (0, 0));
}

#[tokio::test]
async fn a_redirect_within_one_host_is_followed_to_the_actor() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    world.mastodon.redirect("/@alice", &alice);
    let found = world.federation.fetch(&world.ctx, &world.lviv, &world.mastodon.url("/@alice")).await.unwrap();
    assert_eq!(found["id"], json!(alice));
}

#[tokio::test]
async fn s12_an_actor_in_another_spelling_is_the_same_actor() {
    let world = World::new().await;
    world.mastodon.actor("alice");
    for (n, spelled) in ["http://MASTODON.test/users/alice", "http://mastodon.test:80/users/./alice"].into_iter().enumerate() {
        let activity = create(spelled, n);
        assert_eq!(world.deliver(&activity).await, 202, "{spelled}");
        world.process().await;
        assert_eq!(world.state(&id(&activity)).await.unwrap().0, "done", "{spelled}");
    }
    let seen = world.recorder.seen.lock().unwrap();
    assert!(seen.iter().all(|received| received.actor.id == "http://mastodon.test/users/alice"));
}

#[tokio::test]
async fn s14_our_own_host_in_another_spelling_is_still_our_own() {
    let world = World::new().await;
    for spelled in
        ["http://LVIV.test/ap/actor", "http://lviv.test./ap/actor", "http://lviv.test:80/ap/actor", "http://l%76iv.test/ap/actor"]
    {
        let mut activity = create(LVIV, 1);
        activity["actor"] = json!(spelled);
        let request = world.evil.request_as(spelled, LVIV_INBOX, activity.to_string().into_bytes(), world.now());
        assert_eq!(world.answer(request).await, (403, "own_host".into()), "{spelled}");
    }
    for odd in
        ["http://evil.test@lviv.test/ap/actor", "http://lviv.test\\@evil.test/", "http://lviv.test/ap/actor\n", "//lviv.test/ap/actor"]
    {
        let mut activity = create(LVIV, 1);
        activity["actor"] = json!(odd);
        let request = world.evil.request_as("http://evil.test/users/m", LVIV_INBOX, activity.to_string().into_bytes(), world.now());
        assert_eq!(world.answer(request).await, (400, "actor".into()), "{odd:?}");
    }
    assert_eq!(world.count("inbox_item").await, 0);
}

#[tokio::test]
async fn s10_an_actor_with_a_fragment_is_not_the_actor() {
    let world = World::new().await;
    let other = format!("{}#other", world.mastodon.actor("alice"));
    let request = world.mastodon.request_as(&other, LVIV_INBOX, create(&other, 1).to_string().into_bytes(), world.now());
    assert_eq!(world.answer(request).await.0, 401);
}

#[tokio::test]
async fn s08_a_key_that_its_origin_took_back_does_not_hold_for_ever() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    assert_eq!(world.deliver(&create(&alice, 1)).await, 202);
    let mut document = world.mastodon.actor_document("alice");
    document["publicKey"]["publicKeyPem"] = json!(world.evil.keys.rsa_public_pem().unwrap());
    world.mastodon.serve(&alice, document);
    world.ctx.clock().advance(DAY);
    // It is read again because what we know is a day old, and nobody waits for that.
    assert_eq!(world.deliver(&create(&alice, 2)).await, 202);
    let wanted = world.evil.keys.rsa.public_key().unwrap();
    until(|| async {
        let actor = find_remote_actor(&mut *conn_of(&world.ctx).await, &alice).await.unwrap().unwrap();
        actor.keys[0].key == wanted && world.federation.actors.get(&alice).is_some_and(|actor| actor.keys[0].key == wanted)
    })
    .await;
    assert_eq!(world.deliver(&create(&alice, 3)).await, 401);
    assert_eq!(world.mastodon.asked().len(), 2);
}

#[tokio::test]
async fn s06_a_key_that_is_out_of_reach_for_now_is_asked_for_again_by_a_server_that_gives_up_at_4xx() {
    let world = World::new().await;
    let ghost = "http://dead.test/users/ghost";
    for _ in 0..2 {
        let request = world.evil.request_as(ghost, LVIV_INBOX, create(ghost, 1).to_string().into_bytes(), world.now());
        let response = world.send(request).await;
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()["retry-after"], "300");
    }
}

#[tokio::test]
async fn s07_strangers_cannot_make_us_fetch_without_end_at_the_same_time() {
    let world = World::new().await;
    let all = world.federation.fetching.acquire_many(256).await.unwrap();
    let activity = create(&world.mastodon.actor("alice"), 1);
    assert_eq!(world.deliver(&activity).await, 503);
    assert!(world.mastodon.asked().is_empty());
    drop(all);
    assert_eq!(world.deliver(&activity).await, 202, "and nothing is held against anybody");
}

#[tokio::test]
async fn s07_an_actor_that_would_fill_our_memory_is_none() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let mut document = world.mastodon.actor_document("alice");
    document["attachment"] = json!(vec![json!({"type": "PropertyValue", "name": "x".repeat(1000), "value": "y"}); 300]);
    world.mastodon.serve(&alice, document);
    assert_eq!(world.deliver(&create(&alice, 1)).await, 401);
    assert_eq!(world.count("remote_actor").await, 0);
}

#[tokio::test]
async fn s08_without_a_signature_nothing_is_read_and_nothing_is_looked_up() {
    let world = World::new().await;
    let mut request = world.mastodon.request_as("http://mastodon.test/u", LVIV_INBOX, b"not even JSON".to_vec(), world.now());
    request.headers_mut().remove("signature");
    assert_eq!(world.answer(request).await, (401, "signature_missing".into()));
    // The bytes of a known activity with an old signature are not worth a look-up either.
    let activity = create(&world.mastodon.actor("alice"), 1);
    assert_eq!(world.deliver(&activity).await, 202);
    let old = world.mastodon.request(LVIV_INBOX, &activity, world.now().plus_ms(-DAY));
    assert_eq!(world.answer(old).await, (401, "clock".into()));
    assert_eq!(world.federation.counters.duplicates(), 0);
}

#[tokio::test]
async fn s19_a_stranger_cannot_have_the_address_of_anothers_activity_laid_aside() {
    let world = World::new().await;
    let activity = create(&world.mastodon.actor("alice"), 1);
    let mut squatter = create(&world.evil.actor("mallory"), 1);
    squatter["id"] = activity["id"].clone();
    assert_eq!(world.answer(world.evil.request(LVIV_INBOX, &squatter, world.now())).await, (403, "id_host".into()));
    assert_eq!(world.deliver(&activity).await, 202);
    world.process().await;
    assert_eq!(world.state(&id(&activity)).await.unwrap().0, "done");
    assert_eq!(world.count("inbox_quarantine").await, 0);
}

#[tokio::test]
async fn s28_a_tombstone_can_only_be_put_by_the_host_of_what_is_deleted() {
    let world = World::new().await;
    let activity = create(&world.mastodon.actor("alice"), 1);
    let object = activity["object"]["id"].as_str().unwrap().to_owned();
    let mallory = world.evil.actor("mallory");
    for target in
        [json!(object), json!({"id": object, "type": "Tombstone"}), json!([object]), json!({"id": "http://evil.test/x", "href": object})]
    {
        let delete =
            json!({"id": format!("http://evil.test/d/{}", target.to_string().len()), "type": "Delete", "actor": mallory, "object": target});
        let _ = world.answer(world.evil.request(LVIV_INBOX, &delete, world.now())).await;
    }
    world.process().await;
    assert_eq!(world.deliver(&activity).await, 202);
    world.process().await;
    assert_eq!(world.state(&id(&activity)).await.unwrap().0, "done");
}

proptest::proptest! {
    #[test]
    fn s34_no_headers_make_the_reader_of_signatures_panic(
        signature in ".{0,120}",
        near in r#"(keyId|algorithm|headers|created|expires|signature|sig1)=("[a-z0-9:/#.() ]{0,20}"|[0-9-]{0,22}|:[A-Za-z0-9+/=]{0,12}:|\("@method" "[a-z@-]{1,12}"\);created=[0-9]{1,20}),?"#,
        digest in ".{0,60}",
        date in ".{0,40}",
    ) {
        for signature in [&signature, &near, &near.repeat(3)] {
            let mut headers = http::HeaderMap::new();
            for (name, value) in [("host", "lviv.test"), ("signature", signature), ("signature-input", &near), ("digest", &digest), ("date", &date)] {
                if let Ok(value) = http::HeaderValue::from_str(value) {
                    headers.insert(name, value);
                }
            }
            for old in [false, true] {
                if old {
                    headers.remove("signature-input");
                }
                let incoming = crate::signatures::Incoming {
                    method: &http::Method::POST, path_and_query: "/ap/inbox", headers: &headers, body: b"{}", scheme: "https", host: "lviv.test",
                };
                let _ = crate::signatures::prepare(&incoming, 1_795_417_200_000);
            }
        }
    }

    #[test]
    fn s34_no_document_makes_the_reader_of_answers_panic(text in ".{0,60}", shape in 0..5_u8) {
        let value = match shape {
            0 => json!({"subject": text, "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": text}]}),
            1 => json!({"subject": text, "links": {"rel": text}}),
            2 => json!({"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": text}]}),
            3 => json!({"software": {"name": text, "version": [text]}}),
            _ => json!({"@context": [{"actor": text}], "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022",
                "proofPurpose": "assertionMethod", "verificationMethod": text, "created": text, "proofValue": text}, "actor": text}),
        };
        let _ = crate::webfinger::Found::parse(&value);
        let _ = crate::webfinger::nodeinfo_address(&value, &url::Url::parse("https://a.example/").unwrap());
        let _ = crate::webfinger::software_of(&value);
        let _ = crate::signatures::proof::prepare(&value, 0);
    }

    #[test]
    fn s34_no_text_makes_the_readers_of_keys_and_addresses_panic(text in ".{0,200}") {
        use crate::signatures::PublicKey;
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----");
        let _ = (PublicKey::from_pem(&text), PublicKey::from_pem(&pem), PublicKey::from_multibase(&text), PublicKey::from_multibase(&format!("z{text}")));
        let _ = (crate::wire::ids::remote_id(&text), crate::wire::ids::remote_id(&format!("https://{text}")), Inbox::new(&format!("http://{text}/inbox")));
        let _ = crate::fetch::RetryAfter::from_headers(&[(header::RETRY_AFTER, http::HeaderValue::from_bytes(text.as_bytes()).unwrap_or(http::HeaderValue::from_static("x")))].into_iter().collect());
    }
}
