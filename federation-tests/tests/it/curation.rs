//! What the hub decides, and how its author learns why.

use ratusha_federation_tests::{Cluster, FakePeer, cluster::HUB_AND_CITY, golden};
use ratusha_practices::{model::Curation, service::Choice};

use crate::follow;

#[tokio::test]
async fn a_returned_practice_shows_the_remarks_at_home_and_nowhere_else() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let desk = cluster.tenant("hub").desk_id("practices");
    let mastodon = FakePeer::start("mastodon", 0, &cluster.clock).await;
    let marek = mastodon.person("marek");
    follow(&cluster, &mastodon, &marek, &desk).await;
    let practice = cluster.publish("lviv", "Запис до лікаря").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    cluster.decide(&ap_id, Choice::Return, "Немає виміру до початку.").await;
    cluster.settle().await;

    let decisions = cluster.decisions("lviv", &practice.id).await;
    assert_eq!((decisions[0].decision.as_str(), decisions[0].note.as_str()), ("returned", "Немає виміру до початку."));
    let editor = cluster.signed_in("lviv", "editor").await;
    let page = editor.get(&format!("/practices/{}", practice.id)).await.page();
    assert!(page.contains("Немає виміру до початку."), "the author reads why");
    assert_eq!(cluster.curation(&ap_id).await.unwrap().state, Curation::Returned);
    assert!(mastodon.received_of("Announce").is_empty() && mastodon.received_of("TentativeAccept").is_empty());
    let outbox = mastodon.fetch(&format!("{desk}/outbox?page=1")).await.unwrap();
    assert!(!outbox.to_string().contains("Немає виміру"), "the remarks are for the community alone");
    assert!(!cluster.visitor("hub").get("/practices").await.page().contains("Запис до лікаря"));
}

#[tokio::test]
async fn a_declined_practice_shows_the_reason_at_home() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let practice = cluster.publish("lviv", "Реклама застосунку").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    cluster.decide(&ap_id, Choice::Decline, "Це оголошення, а не практика.").await;
    cluster.settle().await;
    let decisions = cluster.decisions("lviv", &practice.id).await;
    assert_eq!((decisions[0].decision.as_str(), decisions[0].note.as_str()), ("declined", "Це оголошення, а не практика."));
    let page = cluster.signed_in("lviv", "editor").await.get(&format!("/practices/{}", practice.id)).await.page();
    assert!(page.contains("Це оголошення, а не практика."));
    // At home it stays public: the origin's states are its own.
    assert!(cluster.visitor("lviv").get(&format!("/practices/{}", practice.id)).await.status.is_success());
}

#[tokio::test]
async fn nobody_but_the_own_hubs_desk_decides_about_a_practice() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let practice = cluster.publish("lviv", "Карта доступності").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    let fake = FakePeer::start("fakehub", 2, &cluster.clock).await;
    let desk = fake.person("practices");
    let verdict = serde_json::json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": fake.url("/a/1"), "type": "Reject", "actor": desk,
        "to": [cluster.tenant("lviv").actor_id()], "object": ap_id,
        "egov:curation": {"decision": "declined", "note": "Ні.", "decidedAt": fake.now()}
    });
    fake.send(&crate::inbox(&cluster, "lviv"), &verdict).await;
    cluster.settle().await;
    assert!(cluster.decisions("lviv", &practice.id).await.is_empty());
}

#[tokio::test]
async fn the_form_in_which_remarks_go_over_the_wire_does_not_change_unseen() {
    // The remarks go to the community alone, so a stranger stands in for it: admitted under its own actor.
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let practice = cluster.publish("lviv", "Цифрові помічники").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    let row = cluster.decide(&ap_id, Choice::Return, "Додайте витрати.").await;
    let hub = cluster.tenant("hub");
    let mut conn = cluster.ctx("hub").db().read().await.unwrap();
    let stream = ratusha_federation::Stream::Peer(cluster.tenant("lviv").host.clone()).name();
    let lines = ratusha_federation::outbox::store::list_after(&mut conn, &hub.id, &stream, 0, 100).await.unwrap();
    let line = lines.iter().find(|line| line.kind == "TentativeAccept").expect("it stands in the log of that peer alone");
    let activity: serde_json::Value = serde_json::from_slice(&line.bytes).unwrap();
    let hosts = [(cluster.tenant("lviv").host.clone(), "lviv.example"), (hub.host.clone(), "hub.example")];
    let hosts: Vec<(&str, &str)> = hosts.iter().map(|(host, shown)| (host.as_str(), *shown)).collect();
    golden::check("curation_returned.json", &activity, &hosts);
    assert_eq!(row.state, Curation::Returned);
}
