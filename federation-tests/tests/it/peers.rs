//! The strangers themselves: a peer that believes everything would prove nothing.

use ratusha_federation_tests::{FakePeer, Reply, activities::Note, readers};
use ratusha_platform::{Clock, Timestamp};
use serde_json::json;

/// When these stories happen.
const NOW: Timestamp = Timestamp(1_795_417_200_000);

#[tokio::test]
async fn a_peer_believes_only_what_verifies() {
    let clock = Clock::manual(NOW);
    let (mastodon, lemmy) = (FakePeer::start("mastodon", 0, &clock).await, FakePeer::start("lemmy", 1, &clock).await);
    let marek = mastodon.person("marek");
    let inbox = lemmy.url("/inbox");
    let follow = mastodon.follow(&marek, &lemmy.person("ola"));
    assert_eq!(mastodon.send(&inbox, &follow).await, 202);
    let letter = mastodon.letter(&inbox, &follow);
    let mut other_body = letter.clone();
    other_body.body.push(b' ');
    assert_eq!(mastodon.post(&other_body).await, 401);
    assert_eq!(mastodon.post(&letter.clone().without("signature")).await, 401);
    assert_eq!(mastodon.post(&letter.with("date", "Mon, 23 Nov 2026 06:00:00 GMT")).await, 401);
    let forged = lemmy.letter_of(&marek, &lemmy.keys, &inbox, follow.to_string().into_bytes());
    assert_eq!(lemmy.post(&forged).await, 401);
    assert_eq!((lemmy.deliveries().len(), lemmy.received().len()), (5, 1));
    assert_eq!(lemmy.received()[0].signer.as_deref(), Ok(marek.as_str()));
}

#[tokio::test]
async fn a_peer_answers_as_it_is_told_and_is_found_by_its_handle() {
    let clock = Clock::manual(NOW);
    let peer = FakePeer::start("mastodon", 0, &clock).await;
    let marek = peer.person("marek");
    assert_eq!(peer.find(&format!("@marek@{}", peer.host)).await.unwrap()["id"], marek);
    assert!(peer.find(&format!("@nobody@{}", peer.host)).await.is_err());
    let like = peer.like(&marek, &marek);
    peer.answer_once(Reply::Busy(90));
    peer.answer(Reply::Status(500));
    assert_eq!(peer.send(&peer.url("/inbox"), &like).await, 429);
    assert_eq!(peer.send(&peer.url("/inbox"), &like).await, 500);
    peer.answer(Reply::Held);
    let url = peer.url("/inbox");
    let held = peer.send(&url, &like);
    let released = async {
        peer.wait_until_held().await;
        peer.release();
    };
    assert_eq!(tokio::join!(held, released).0, 202);
}

#[tokio::test]
async fn readers_are_as_strict_as_the_servers_they_stand_for() {
    let clock = Clock::manual(NOW);
    let peer = FakePeer::start("mastodon", 0, &clock).await;
    let marek = peer.person("marek");
    let note = peer.note(&Note { actor: &marek, in_reply_to: None, mentions: &[], content: "<p>Вітаю</p>", warning: None });
    let create = peer.create(&note);
    assert_eq!(readers::mastodon(&create).unwrap().text, "<p>Вітаю</p>");
    readers::lemmy(&create).unwrap();
    let spoiled = |field: &str, value: serde_json::Value| {
        let mut copy = create.clone();
        copy["object"][field] = value;
        copy
    };
    assert!(readers::lemmy(&spoiled("type", json!(["Note"]))).is_err());
    assert!(readers::lemmy(&spoiled("attachment", json!({"type": "Image", "url": "https://a.example/x"}))).is_err());
    assert!(readers::lemmy(&spoiled("attachment", json!([{"type": "PropertyValue", "name": "x"}]))).is_err());
    assert!(readers::mastodon(&spoiled("type", json!("egov:BestPractice"))).is_err());
    assert!(readers::mastodon(&spoiled("attributedTo", json!("https://elsewhere.example/u"))).is_err());
    let mut without_cc = create.clone();
    without_cc.as_object_mut().unwrap().remove("cc");
    assert!(readers::lemmy(&without_cc).is_err());
}
