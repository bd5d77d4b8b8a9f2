//! Two communities on one node: they reach each other like strangers, and nothing crosses.

use ratusha_federation_tests::{
    Cluster, FakePeer, Letter,
    cluster::{COUNTRY, HUB, NodeSpec, POLTAVA},
    practices::accept,
};
use ratusha_practices::model::Curation;
use ratusha_tenants::Moderation;
use serde_json::json;

use crate::{follow, inbox};

#[tokio::test]
async fn a_hub_and_a_city_on_one_node_deliver_to_each_other() {
    let specs = [NodeSpec { name: "all", towns: &[HUB, POLTAVA], admitted: true }];
    let cluster = Cluster::start(&specs).await;
    let practice = cluster.publish("poltava", "Онлайн-консультації").await;
    let ap_id = cluster.ap_id("poltava", &practice.id);
    cluster.settle().await;
    assert_eq!(cluster.curation(&ap_id).await.expect("it came through the loopback").state, Curation::Waiting);
    let report = cluster.report("poltava", &practice.id).await;
    assert_eq!((report.receivers, report.delivered), (1, 1));
    cluster.decide(&ap_id, accept(), "").await;
    cluster.settle().await;
    assert_eq!(cluster.decisions("poltava", &practice.id).await[0].decision, "accepted");
    assert!(cluster.visitor("hub").get("/practices").await.page().contains("Онлайн-консультації"));
}

#[tokio::test]
async fn s32_nothing_of_one_community_is_found_under_the_host_of_another() {
    let cluster = Cluster::start(COUNTRY).await;
    let practice = cluster.publish("poltava", "Тільки полтавська").await;
    cluster.settle().await;
    let (poltava, myrhorod) = (cluster.visitor("poltava"), cluster.visitor("myrhorod"));
    for path in [format!("/practices/{}", practice.id), format!("/ap/practice/{}", practice.id)] {
        assert!(poltava.get(&path).await.status.is_success(), "{path}");
        assert_eq!(myrhorod.get(&path).await.status, 404, "{path}");
    }
    for path in [
        "/practices",
        "/",
        "/search?q=%D0%BF%D0%BE%D0%BB%D1%82%D0%B0%D0%B2%D1%81%D1%8C%D0%BA%D0%B0",
        "/feed.atom",
        "/feed.json",
        "/sitemap.xml",
        "/ap/actor/outbox?page=1",
    ] {
        let page = myrhorod.get(path).await;
        assert!(!page.body.contains("Тільки полтавська") && !page.body.contains(practice.id.as_str()), "{path}");
    }
    let activity = cluster.practice("poltava", &practice.id).await.activity.unwrap();
    let path = activity.strip_prefix(&cluster.tenant("poltava").base_url).unwrap().to_owned();
    assert!(poltava.ask(&path, "application/activity+json").await.status.is_success());
    assert_eq!(myrhorod.ask(&path, "application/activity+json").await.status, 404);
    // A session of one is worth nothing at the other: the browser sends no cookie, and a copied one is unknown.
    let editor = cluster.signed_in("poltava", "editor").await;
    let elsewhere = editor.at(&cluster.tenant("myrhorod").base_url);
    assert!(elsewhere.ask("/practices/new", "text/html").await.status != 200);
    assert_eq!(editor.ask("/practices/new", "text/html").await.status, 200);
}

#[tokio::test]
async fn s32_a_delivery_signed_for_one_community_is_refused_by_its_neighbour() {
    let cluster = Cluster::start(COUNTRY).await;
    cluster.moderate("myrhorod", Moderation::Show).await;
    let mastodon = FakePeer::start("mastodon", 0, &cluster.clock).await;
    let marek = mastodon.person("marek");
    let target = cluster.tenant("myrhorod").actor_id();
    let follow = mastodon.follow(&marek, &target);
    let letter = mastodon.letter(&inbox(&cluster, "poltava"), &follow);
    // The whole request is sent on to the neighbour: its Host is another, so the signature is of another request.
    let myrhorod = cluster.tenant("myrhorod").host.clone();
    let replayed = Letter { url: inbox(&cluster, "myrhorod"), ..letter.clone() }.with("host", &myrhorod);
    assert_eq!(mastodon.post(&replayed).await, 401);
    // With the old Host it is the first one's request, whoever is called.
    let unknown = letter.with("host", "nobody.localhost:1");
    assert_eq!(mastodon.post(&unknown).await, 421);
    cluster.settle().await;
    assert!(mastodon.received_of("Accept").is_empty());
}

#[tokio::test]
async fn s32_a_community_cannot_speak_for_its_neighbour() {
    let cluster = Cluster::start(COUNTRY).await;
    let practice = cluster.publish("poltava", "Практика Полтави").await;
    let ap_id = cluster.ap_id("poltava", &practice.id);
    cluster.settle().await;
    // The neighbour on the same node tries to delete it at the hub.
    let myrhorod = cluster.tenant("myrhorod");
    let (actor, hub) = (myrhorod.actor_id(), ratusha_federation::Inbox::new(&inbox(&cluster, "hub")).unwrap());
    cluster
        .work("myrhorod", async |uow, _| {
            use ratusha_federation::{Audience, Emit};
            let delete = json!({"type": "Delete", "to": ["https://www.w3.org/ns/activitystreams#Public"], "object": {"id": ap_id, "type": "Tombstone"}});
            uow.emit(&actor, delete, Some(&ap_id), Audience::public(&actor, vec![hub]));
            Ok(())
        })
        .await;
    cluster.settle().await;
    assert_eq!(cluster.curation(&ap_id).await.unwrap().state, Curation::Waiting);
    // And it cannot sign as the other at all.
    let poltava = cluster.tenant("poltava").actor_id();
    let refused = cluster
        .try_work("myrhorod", async |uow, _| {
            use ratusha_federation::{Audience, Emit};
            uow.emit(&poltava, json!({"type": "Like", "object": "https://a.example/1"}), None, Audience::public(&poltava, Vec::new()));
            Ok(())
        })
        .await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_citizen_who_follows_both_communities_of_a_node_gets_both() {
    let cluster = Cluster::start(COUNTRY).await;
    let mastodon = FakePeer::start("mastodon", 0, &cluster.clock).await;
    let marek = mastodon.person("marek");
    for town in ["poltava", "myrhorod"] {
        follow(&cluster, &mastodon, &marek, &cluster.tenant(town).actor_id()).await;
        cluster.publish(town, &format!("Практика {town}")).await;
    }
    cluster.settle().await;
    let mut authors: Vec<_> = mastodon.received_of("Create").iter().map(|create| create["actor"].as_str().unwrap().to_owned()).collect();
    authors.sort();
    let mut expected = vec![cluster.tenant("poltava").actor_id(), cluster.tenant("myrhorod").actor_id()];
    expected.sort();
    assert_eq!(authors, expected);
}
