//! What other servers get, in which order, and what their answers lead to.

use super::*;

const MASTODON_INBOX: &str = "http://mastodon.test/inbox";
const EVIL_INBOX: &str = "http://evil.test/inbox";

fn texts(peer: &FakePeer) -> Vec<String> {
    peer.got().iter().map(|got| got.json()["object"]["content"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn what_is_delivered_is_signed_so_that_another_server_of_ours_takes_it() {
    let world = World::new().await;
    world.publish("перше", &[MASTODON_INBOX]).await;
    world.push().await;
    let got = world.mastodon.got().remove(0);
    assert_eq!(got.headers["content-type"], ACTIVITY_JSON);
    let incoming = crate::signatures::Incoming {
        method: &http::Method::POST,
        path_and_query: "/inbox",
        headers: &got.headers,
        body: &got.body,
        scheme: "http",
        host: "mastodon.test",
    };
    let claim = crate::signatures::prepare(&incoming, world.now().0).unwrap();
    assert_eq!(claim.key_id.as_str(), "http://lviv.test/ap/actor#main-key");
    claim.verify(&world.directory.actor(LVIV).unwrap().keys.rsa.public_key().unwrap()).unwrap();
}

#[tokio::test]
async fn followers_get_what_was_sent_since_they_follow_and_others_nothing() {
    let world = World::new().await;
    world.publish("до", &[]).await;
    world.directory.follow(&world.lviv, LVIV, MASTODON_INBOX, 1);
    world.publish("після", &[]).await;
    world.publish("адресне", &[EVIL_INBOX]).await;
    world.push().await;
    assert_eq!(texts(&world.mastodon), ["після", "адресне"]);
    assert_eq!(texts(&world.evil), ["адресне"]);
}

#[tokio::test]
async fn a_500_is_tried_again_and_nothing_overtakes_it() {
    let world = World::new().await;
    world.mastodon.answer_next(202);
    world.mastodon.answer_next(500);
    let ids = [
        world.publish("1", &[MASTODON_INBOX]).await,
        world.publish("2", &[MASTODON_INBOX]).await,
        world.publish("3", &[MASTODON_INBOX]).await,
    ];
    assert_eq!(world.push().await, 2);
    assert_eq!(texts(&world.mastodon), ["1", "2"]);
    assert_eq!(world.report(&ids[0]).await.delivered, 1);
    assert_eq!(world.report(&ids[1]).await.waiting, 1);
    assert_eq!(world.push().await, 0, "not before its time");
    world.ctx.clock().advance(2_000);
    assert_eq!(world.push().await, 2);
    assert_eq!(texts(&world.mastodon), ["1", "2", "2", "3"]);
    assert_eq!(world.report(&ids[2]).await.delivered, 1);
}

#[tokio::test]
async fn a_4xx_is_not_taken_as_delivered_and_does_not_hold_up_the_rest() {
    let world = World::new().await;
    for status in [400, 403, 404, 421, 422] {
        world.mastodon.answer_next(status);
        let id = world.publish("відхилене", &[MASTODON_INBOX]).await;
        world.push().await;
        let report = world.report(&id).await;
        assert_eq!((report.delivered, report.waiting, report.refused.len()), (0, 0, 1), "{status}");
        assert_eq!((report.refused[0].host.as_str(), report.refused[0].status), ("mastodon.test", i64::from(status)));
    }
    let id = world.publish("прийняте", &[MASTODON_INBOX]).await;
    world.push().await;
    assert_eq!(world.report(&id).await.delivered, 1);
}

#[tokio::test]
async fn a_401_a_408_and_a_429_are_tried_again() {
    let world = World::new().await;
    for status in [401, 408, 429] {
        world.mastodon.answer_next(status);
        let id = world.publish("ще раз", &[MASTODON_INBOX]).await;
        world.push().await;
        assert_eq!(world.report(&id).await.waiting, 1, "{status}");
        world.ctx.clock().advance(60 * 60 * 1000);
        world.push().await;
        assert_eq!(world.report(&id).await.delivered, 1, "{status}");
    }
}

#[tokio::test]
async fn s03_a_redirect_is_not_followed_and_not_taken_as_delivered() {
    let world = World::new().await;
    world.mastodon.answer_next_with(308, vec![("location", EVIL_INBOX.to_owned())]);
    let id = world.publish("переадресоване", &[MASTODON_INBOX]).await;
    world.push().await;
    assert_eq!(world.report(&id).await.waiting, 1);
    assert!(world.evil.got().is_empty());
}

#[tokio::test]
async fn a_410_ends_the_follow_and_writes_off_what_waits() {
    let world = World::new().await;
    world.directory.follow(&world.lviv, LVIV, MASTODON_INBOX, 0);
    world.mastodon.answer_always(Some(410));
    let ids = [world.publish("1", &[]).await, world.publish("2", &[]).await];
    assert_eq!(world.push().await, 1);
    assert_eq!(world.directory.live_follows(), 0);
    for id in &ids {
        let report = world.report(id).await;
        assert_eq!((report.receivers, report.waiting, report.refused.len()), (1, 0, 1));
        assert_eq!(report.refused[0].status, 410);
    }
    let id = world.publish("3", &[]).await;
    assert_eq!((world.push().await, world.report(&id).await.receivers), (0, 0));
}

#[tokio::test]
async fn s29_retry_after_is_honoured() {
    let world = World::new().await;
    world.mastodon.answer_next_with(503, vec![("retry-after", "600".to_owned())]);
    world.publish("згодом", &[MASTODON_INBOX]).await;
    world.push().await;
    world.ctx.clock().advance(599_000);
    assert_eq!(world.push().await, 0);
    world.ctx.clock().advance(1_000);
    assert_eq!(world.push().await, 1);
    assert_eq!(texts(&world.mastodon).len(), 2);
}

/// How long until the next try of `host`, in seconds.
async fn pause(world: &World, host: &str) -> i64 {
    let peers = crate::peers(&mut *conn_of(&world.ctx).await).await.unwrap();
    let peer = peers.into_iter().find(|peer| peer.host == host).unwrap();
    (peer.next_try.unwrap().0 - world.now().0) / 1000
}

#[tokio::test]
async fn five_failures_open_the_breaker_and_then_one_probe_at_a_time_is_made() {
    let world = World::new().await;
    world.mastodon.answer_always(Some(503));
    // Three inboxes of the same server.
    for inbox in ["/inbox", "/users/a/inbox", "/users/b/inbox"] {
        world.publish("стукаємо", &[world.mastodon.url(inbox).as_str()]).await;
    }
    assert_eq!(world.push().await, 3, "failures at one moment are one");
    for _ in 0..4 {
        world.ctx.clock().advance(pause(&world, "mastodon.test").await * 1000 + 1000);
        world.push().await;
    }
    let wait = pause(&world, "mastodon.test").await;
    assert!((23..=36).contains(&wait), "{wait}");
    let before = world.mastodon.got().len();
    for wanted in [48..=72, 96..=144, 192..=288] {
        world.ctx.clock().advance(pause(&world, "mastodon.test").await * 1000 + 1000);
        assert_eq!(world.push().await, 1, "one probe");
        let wait = pause(&world, "mastodon.test").await;
        assert!(wanted.contains(&(wait + 1)), "{wait} is not in {wanted:?}");
    }
    assert_eq!(world.mastodon.got().len(), before + 3);
    let peers = crate::peers(&mut *conn_of(&world.ctx).await).await.unwrap();
    assert!(peers[0].open && peers[0].waiting == 3 && peers[0].last_error.as_deref() == Some("503"));
    world.mastodon.answer_always(None);
    world.ctx.clock().advance(60 * 60 * 1000);
    world.push().await;
    let peers = crate::peers(&mut *conn_of(&world.ctx).await).await.unwrap();
    assert!(!peers[0].open && peers[0].waiting == 0 && peers[0].last_error.is_none());
}

#[tokio::test]
async fn whoever_is_held_back_and_speaks_to_us_is_tried_at_once() {
    let world = World::new().await;
    world.mastodon.answer_always(Some(503));
    world.publish("чекаємо", &[MASTODON_INBOX]).await;
    for _ in 0..6 {
        world.push().await;
        world.ctx.clock().advance(20 * 60 * 1000);
    }
    for _ in 0..6 {
        world.push().await;
        world.ctx.clock().advance(pause(&world, "mastodon.test").await.max(0) * 1000 + 1000);
    }
    world.push().await;
    assert_eq!(world.push().await, 0);
    world.mastodon.answer_always(None);
    assert_eq!(world.deliver(&create(&world.mastodon.actor("alice"), 1)).await, 202);
    assert_eq!(world.push().await, 1);
}

#[tokio::test]
async fn a_dead_peer_does_not_hold_up_the_others() {
    let world = World::new().await;
    let id = world.publish("усім", &["http://dead.test/inbox", MASTODON_INBOX, EVIL_INBOX]).await;
    world.push().await;
    let report = world.report(&id).await;
    assert_eq!((report.receivers, report.delivered, report.waiting), (3, 2, 1));
    assert_eq!(report.waiting_hosts, ["dead.test"]);
}

#[tokio::test]
async fn many_deliveries_of_many_inboxes_are_all_made_once_and_in_order() {
    let world = World::new().await;
    let inboxes: Vec<String> = (0..40).map(|n| world.mastodon.url(&format!("/users/u{n}/inbox"))).collect();
    let inboxes: Vec<&str> = inboxes.iter().map(String::as_str).collect();
    for n in 0..20 {
        world.publish(&n.to_string(), &inboxes).await;
    }
    // Two deliverers at once, as two processes would.
    let (a, b) = tokio::join!(world.push(), world.push());
    assert_eq!(a + b, 800);
    let mut per_inbox: HashMap<String, Vec<String>> = HashMap::new();
    for got in world.mastodon.got() {
        per_inbox.entry(got.path.clone()).or_default().push(got.json()["object"]["content"].as_str().unwrap().to_owned());
    }
    let wanted: Vec<String> = (0..20).map(|n: i32| n.to_string()).collect();
    assert!(per_inbox.len() == 40 && per_inbox.values().all(|got| *got == wanted));
    assert_eq!(world.federation.counters.delivered(), 800);
}

#[tokio::test]
async fn s21_nothing_is_delivered_to_a_blocked_host() {
    let world = World::new().await;
    let id = world.publish("не вам", &[MASTODON_INBOX]).await;
    world.directory.block("mastodon.test");
    assert_eq!((world.push().await, world.mastodon.got().len()), (0, 0));
    assert_eq!(world.report(&id).await.refused.len(), 1);
}

#[tokio::test]
async fn a_foreign_server_that_is_away_for_ninety_days_is_no_longer_pushed_to() {
    let world = World::new().await;
    let id = world.publish("давно", &["http://dead.test/inbox"]).await;
    for _ in 0..8 {
        world.push().await;
        world.ctx.clock().advance(61 * 60 * 1000);
    }
    for _ in 0..6 {
        world.push().await;
        world.ctx.clock().advance(pause(&world, "dead.test").await.max(0) * 1000 + 1000);
    }
    assert_eq!(world.report(&id).await.waiting, 1);
    world.ctx.clock().advance(91 * 24 * 60 * 60 * 1000);
    world.push().await;
    let report = world.report(&id).await;
    assert_eq!((report.waiting, report.refused.len()), (0, 1));
}

/// The hosts of the cursors that are taken now, with how many of each.
async fn claimed(world: &World, limit: usize) -> HashMap<String, usize> {
    let now = world.now();
    let mut tx = world.ctx.db().write().await.unwrap();
    let taken = crate::outbox::store::claim(&mut tx, world.ctx.db().engine(), now, now.plus_ms(60_000), limit).await.unwrap();
    tx.commit().await.unwrap();
    taken.into_iter().fold(HashMap::new(), |mut hosts, cursor| {
        *hosts.entry(cursor.host).or_default() += 1;
        hosts
    })
}

/// Something waits for 70 inboxes of one server, which stands first in every order, and for one of another.
async fn a_crowd_before_one(world: &World) {
    let mut inboxes: Vec<String> = (0..70).map(|n| format!("http://aaa.test/users/u{n}/inbox")).collect();
    inboxes.push(MASTODON_INBOX.to_owned());
    let inboxes: Vec<&str> = inboxes.iter().map(String::as_str).collect();
    world.publish("усім", &inboxes).await;
}

#[tokio::test]
async fn r04_a_server_that_is_held_back_does_not_stand_before_the_others_however_many_inboxes_it_has() {
    let world = World::new().await;
    a_crowd_before_one(&world).await;
    let open = crate::outbox::store::PeerRow { state: "open".into(), fail_count: 9, ..crate::outbox::store::PeerRow::new("aaa.test") };
    let mut tx = world.ctx.db().write().await.unwrap();
    crate::outbox::store::put_peer(&mut tx, &open).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claimed(&world, 64).await, HashMap::from([("aaa.test".into(), 1), ("mastodon.test".into(), 1)]));
    assert_eq!(claimed(&world, 64).await, HashMap::new(), "one probe at a time");
}

#[tokio::test]
async fn r04_one_server_does_not_take_all_places_however_many_inboxes_it_has() {
    let world = World::new().await;
    a_crowd_before_one(&world).await;
    assert_eq!(claimed(&world, 64).await, HashMap::from([("aaa.test".into(), 16), ("mastodon.test".into(), 1)]));
    assert_eq!(claimed(&world, 64).await, HashMap::new());
}

#[tokio::test]
async fn r09_a_clock_that_is_set_back_does_not_put_deliveries_off_for_ever() {
    let world = World::new().await;
    let id = world.publish("до того", &["http://dead.test/inbox", MASTODON_INBOX]).await;
    world.mastodon.answer_next(503);
    assert_eq!(world.push().await, 2);
    // A process took a cursor and died; then the clock is set back by a month.
    world.ctx.clock().advance(60_000);
    assert_eq!(claimed(&world, 64).await.len(), 2);
    world.ctx.clock().advance(-30 * 24 * 60 * 60 * 1000);
    world.push().await;
    assert_eq!(world.report(&id).await.delivered, 1);
}

#[tokio::test]
async fn s29_an_absurd_pause_is_no_more_than_a_day() {
    let world = World::new().await;
    for absurd in ["4294967295", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "-1", "soon", ""] {
        world.mastodon.answer_next_with(503, vec![("retry-after", absurd.to_owned())]);
        let id = world.publish("згодом", &[MASTODON_INBOX]).await;
        world.push().await;
        world.ctx.clock().advance(24 * 60 * 60 * 1000);
        world.push().await;
        assert_eq!(world.report(&id).await.delivered, 1, "{absurd}");
    }
}

#[tokio::test]
async fn what_is_sent_has_the_headers_that_mastodon_gotosocial_and_lemmy_ask_for() {
    let world = World::new().await;
    world.publish("перше", &[MASTODON_INBOX]).await;
    world.push().await;
    let got = world.mastodon.got().remove(0);
    let header = |name: &str| got.headers[name].to_str().unwrap();
    assert_eq!((header("content-type"), header("host")), ("application/activity+json", "mastodon.test"));
    assert!(header("digest").starts_with("SHA-256=") && header("date").ends_with(" GMT") && !header("user-agent").is_empty());
    let wanted =
        r#"keyId="http://lviv.test/ap/actor#main-key",algorithm="rsa-sha256",headers="(request-target) date digest host",signature=""#;
    assert!(header("signature").starts_with(wanted), "{}", header("signature"));
    assert!(!got.headers.contains_key("signature-input"));
}
