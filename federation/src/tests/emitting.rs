//! What stands in the log, and what does not.

use super::*;
use crate::signatures::{digest::sha256, proof};
use url::Url;

const ALICE_INBOX: &str = "http://mastodon.test/inbox";
const EVIL_INBOX: &str = "http://evil.test/inbox";

#[tokio::test]
async fn nothing_is_sent_before_the_commit_and_a_unit_of_work_taken_back_sends_nothing() {
    let world = World::new().await;
    world.directory.follow(&world.lviv, LVIV, ALICE_INBOX, 0);
    let mut uow = world.ctx.begin(&world.lviv, "test").await.unwrap();
    uow.emit(LVIV, note("перше"), None, Audience::public(LVIV, Vec::new()));
    drop(uow);
    assert_eq!((world.push().await, world.count("outbox_log").await, world.count("outbox_cursor").await), (0, 0, 0));
    world.publish("друге", &[]).await;
    assert!(world.mastodon.got().is_empty());
    assert_eq!(world.push().await, 1);
    assert_eq!(world.mastodon.got().len(), 1);
}

#[tokio::test]
async fn a_savepoint_taken_back_takes_its_activities_with_it() {
    let world = World::new().await;
    let mut uow = world.ctx.begin(&world.lviv, "test").await.unwrap();
    uow.emit(LVIV, note("перше"), None, Audience::public(LVIV, Vec::new()));
    let savepoint = uow.savepoint().await.unwrap();
    uow.emit(LVIV, note("друге"), None, Audience::public(LVIV, Vec::new()));
    uow.rollback_to(savepoint).await.unwrap();
    uow.commit().await.unwrap();
    let lines = log(&mut *conn_of(&world.ctx).await, &world.lviv).await;
    assert_eq!(lines.len(), 1);
    assert!(String::from_utf8_lossy(&lines[0].bytes).contains("перше"));
}

#[tokio::test]
async fn the_log_holds_the_bytes_as_sent_with_context_and_proof() {
    let world = World::new().await;
    world.directory.follow(&world.lviv, LVIV, ALICE_INBOX, 0);
    let id = world.publish("Черга в ЦНАП", &[]).await;
    world.push().await;
    let lines = log(&mut *conn_of(&world.ctx).await, &world.lviv).await;
    let got = world.mastodon.got();
    assert_eq!(got[0].body.as_ref(), lines[0].bytes.as_slice());
    let sent = got[0].json();
    assert_eq!(
        (sent["id"].as_str(), sent["actor"].as_str(), sent["cc"].as_array().map(Vec::len)),
        (Some(id.as_str()), Some(LVIV), Some(0))
    );
    assert_eq!(sent.as_object().unwrap().keys().next().unwrap(), "@context");
    let claim = proof::prepare(&crate::wire::parse(&got[0].body).unwrap(), world.now().0).unwrap();
    let key = world.directory.actor(LVIV).unwrap().keys.ed25519.public_key().unwrap();
    claim.verify(&key, &Url::parse(LVIV).unwrap()).unwrap();
    assert_eq!(lines[0].sha256, sha256(&got[0].body));
}

#[tokio::test]
async fn the_chain_verifies_and_a_changed_line_breaks_it() {
    let world = World::new().await;
    for n in 0..5 {
        world.publish(&format!("запис {n}"), &[]).await;
    }
    let mut conn = conn_of(&world.ctx).await;
    assert_eq!(crate::outbox::verify_chain(&mut conn, &world.lviv, &Stream::Public).await.unwrap(), 5);
    let mut uow = world.ctx.begin(&world.lviv, "test").await.unwrap();
    sqlx::query("UPDATE outbox_log SET bytes = $1 WHERE seq = 3").bind(b"{}".to_vec()).execute(uow.conn()).await.unwrap();
    uow.commit().await.unwrap();
    assert!(crate::outbox::verify_chain(&mut conn, &world.lviv, &Stream::Public).await.is_err());
}

#[tokio::test]
async fn erasure_empties_the_bytes_and_keeps_the_chain() {
    let world = World::new().await;
    world.directory.follow(&world.lviv, LVIV, ALICE_INBOX, 0);
    world.publish("особисте", &[]).await;
    let mut uow = world.ctx.begin(&world.lviv, "test").await.unwrap();
    assert_eq!(crate::outbox::erase(&mut uow, "http://lviv.test/ap/note/1").await.unwrap(), 1);
    uow.commit().await.unwrap();
    let mut conn = conn_of(&world.ctx).await;
    assert_eq!(crate::outbox::verify_chain(&mut conn, &world.lviv, &Stream::Public).await.unwrap(), 1);
    assert_eq!((world.push().await, world.mastodon.got().len()), (0, 0));
}

#[tokio::test]
async fn numbers_follow_the_order_of_commits_without_gaps_also_when_many_write_at_once() {
    let world = World::new().await;
    let texts: Vec<String> = (0..20).map(|n| format!("запис {n}")).collect();
    futures_util::future::join_all(texts.iter().map(|text| world.publish(text, &[]))).await;
    let mut conn = conn_of(&world.ctx).await;
    assert_eq!(crate::outbox::verify_chain(&mut conn, &world.lviv, &Stream::Public).await.unwrap(), 20);
    assert_eq!(crate::current_seq(&mut conn, &world.lviv).await.unwrap(), 20);
}

#[tokio::test]
async fn the_number_of_receivers_is_frozen_when_it_is_sent() {
    let world = World::new().await;
    world.directory.follow(&world.lviv, LVIV, ALICE_INBOX, 0);
    // Two people behind one shared inbox are one delivery; the direct one is there in any case.
    world.directory.follow(&world.lviv, LVIV, ALICE_INBOX, 0);
    let id = world.publish("перше", &[EVIL_INBOX, ALICE_INBOX]).await;
    assert_eq!(world.report(&id).await.receivers, 2);
    world.directory.follow(&world.lviv, LVIV, "http://dead.test/inbox", 1);
    let report = world.report(&id).await;
    assert_eq!((report.receivers, report.waiting, report.delivered), (2, 2, 0));
    assert_eq!(report.waiting_hosts, ["evil.test", "mastodon.test"]);
    world.push().await;
    let report = world.report(&id).await;
    assert_eq!((report.receivers, report.waiting, report.delivered, report.refused.len()), (2, 0, 2, 0));
}

#[tokio::test]
async fn what_is_for_one_peer_leaves_no_gap_in_the_public_log() {
    let world = World::new().await;
    let mut uow = world.ctx.begin(&world.lviv, "test").await.unwrap();
    let secret = uow.emit(LVIV, json!({"type": "Offer", "object": "x"}), None, Audience::only(Inbox::new(EVIL_INBOX).unwrap()));
    uow.emit(LVIV, note("відкрите"), None, Audience::public(LVIV, Vec::new()));
    uow.commit().await.unwrap();
    let mut conn = conn_of(&world.ctx).await;
    assert_eq!(crate::current_seq(&mut conn, &world.lviv).await.unwrap(), 1);
    assert!(crate::outbox::find_public(&mut conn, &world.lviv, &secret).await.unwrap().is_none());
    world.push().await;
    assert_eq!(world.report(&secret).await.delivered, 1);
}

#[tokio::test]
async fn the_outbox_shows_public_activities_newest_first_and_each_under_its_address() {
    let world = World::new().await;
    let ids = [world.publish("а", &[]).await, world.publish("б", &[]).await, world.publish("в", &[]).await];
    let mut uow = world.ctx.begin(&world.lviv, "test").await.unwrap();
    uow.emit(LVIV, json!({"type": "Accept", "object": "x"}), None, Audience::public(LVIV, Vec::new()));
    uow.commit().await.unwrap();
    let mut conn = conn_of(&world.ctx).await;
    let page = crate::log_page(&mut conn, &world.lviv, LVIV, None, 2).await.unwrap();
    assert_eq!(page.iter().map(|line| line.activity_id.clone()).collect::<Vec<_>>(), [ids[2].clone(), ids[1].clone()]);
    let rest = crate::log_page(&mut conn, &world.lviv, LVIV, Some(page[1].seq), 2).await.unwrap();
    assert_eq!(rest.len(), 1);
    let get = |url: &str, host: &'static str| {
        Request::get(Url::parse(url).unwrap().path().to_owned()).header("host", host).body(Body::empty()).unwrap()
    };
    let response = world.send(get(&ids[0], "lviv.test")).await;
    assert_eq!((response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()), (200, ACTIVITY_JSON));
    assert_eq!(world.send(get(&ids[0], "poltava.test")).await.status(), 404);
}

#[tokio::test]
async fn s32_an_actor_of_one_tenant_cannot_send_from_another() {
    let world = World::new().await;
    let mut uow = world.ctx.begin(&world.poltava, "test").await.unwrap();
    uow.emit(LVIV, note("чуже"), None, Audience::public(LVIV, Vec::new()));
    assert!(uow.commit().await.is_err());
    assert_eq!(world.count("outbox_log").await, 0);
}

#[tokio::test]
async fn s32_an_activity_that_names_another_actor_is_not_signed() {
    let world = World::new().await;
    let mut uow = world.ctx.begin(&world.lviv, "test").await.unwrap();
    let mut activity = note("від чужого імені");
    activity["actor"] = json!("http://lviv.test/ap/server");
    uow.emit(LVIV, activity, None, Audience::public(LVIV, Vec::new()));
    assert!(uow.commit().await.is_err());
}

#[tokio::test]
async fn s31_blind_copies_are_not_sent() {
    let world = World::new().await;
    let mut uow = world.ctx.begin(&world.lviv, "test").await.unwrap();
    let mut activity = note("відкрите");
    activity["bto"] = json!(["http://evil.test/users/canary"]);
    activity["bcc"] = json!(["http://evil.test/users/canary"]);
    uow.emit(LVIV, activity, None, Audience::public(LVIV, Vec::new()));
    uow.commit().await.unwrap();
    let lines = log(&mut *conn_of(&world.ctx).await, &world.lviv).await;
    assert!(!String::from_utf8_lossy(&lines[0].bytes).contains("canary"));
}

#[tokio::test]
async fn r11_units_of_work_that_write_to_the_same_logs_in_another_order_do_not_lock_each_other_out() {
    let world = World::new().await;
    let both = |n: usize| {
        let world = &world;
        async move {
            let mut uow = world.ctx.begin(&world.lviv, "test").await.unwrap();
            let mut audiences =
                [Audience::public(LVIV, vec![Inbox::new(ALICE_INBOX).unwrap()]), Audience::only(Inbox::new(EVIL_INBOX).unwrap())];
            if n.is_multiple_of(2) {
                audiences.reverse();
            }
            for audience in audiences {
                uow.emit(LVIV, note(&n.to_string()), None, audience);
            }
            uow.commit().await
        }
    };
    for done in futures_util::future::join_all((0..60).map(both)).await {
        done.unwrap();
    }
    let mut conn = conn_of(&world.ctx).await;
    for stream in [Stream::Public, Stream::Peer("evil.test".into())] {
        assert_eq!(crate::outbox::verify_chain(&mut conn, &world.lviv, &stream).await.unwrap(), 60);
    }
}

/// Numbers that a reader saw must never be joined by a lower one later: then its cursor would pass it over.
#[tokio::test]
async fn r11_whoever_reads_the_log_while_many_write_sees_no_number_before_a_lower_one() {
    let world = World::new().await;
    let texts: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let writers = futures_util::future::join_all(texts.iter().map(|text| world.publish(text, &[])));
    let reader = async {
        let mut seen = 0;
        while seen < 60 {
            let mut conn = conn_of(&world.ctx).await;
            let numbers: Vec<i64> = log(&mut conn, &world.lviv).await.iter().map(|line| line.seq).collect();
            assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>());
            seen = numbers.len();
            drop(conn);
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(writers, reader);
}
