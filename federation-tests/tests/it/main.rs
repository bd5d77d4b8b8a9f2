//! Stories between servers, each told to its end on real nodes with real signatures over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails must say where")]

mod admission;
mod answer_to_mastodon;
mod canary;
mod classifier_edition;
mod curation;
mod follow;
mod hostile;
mod limits;
mod moving;
mod on_the_pages;
mod outage;
mod peers;
mod practice_publish;
mod reply_from_mastodon;
mod tenants;

use ratusha_federation_tests::{Cluster, FakePeer};
use serde_json::Value;

/// A Mastodon server with Marek, who follows the community of `town`; everything has settled.
async fn marek_follows(cluster: &Cluster, town: &str) -> (FakePeer, String) {
    let mastodon = FakePeer::start("mastodon", 0, &cluster.clock).await;
    let marek = mastodon.person("marek");
    follow(cluster, &mastodon, &marek, &cluster.tenant(town).actor_id()).await;
    (mastodon, marek)
}

/// `person` of `peer` finds `target` and follows it; the answer has come.
async fn follow(cluster: &Cluster, peer: &FakePeer, person: &str, target: &str) -> Value {
    let document = peer.fetch(target).await.unwrap();
    let activity = peer.follow(person, target);
    assert_eq!(peer.send(document["inbox"].as_str().unwrap(), &activity).await, 202);
    cluster.settle().await;
    let answers = peer.received_of("Accept");
    let answer = answers.last().expect("the follow is answered");
    assert_eq!(answer["object"]["id"], activity["id"]);
    assert_eq!(answer["actor"], target);
    activity
}

/// The shared inbox of a community.
fn inbox(cluster: &Cluster, town: &str) -> String {
    cluster.tenant(town).ap_url("/ap/inbox")
}
