//! A community that moves to another domain keeps its ids, its followers and its place at the hub.

use ratusha_federation_tests::{Cluster, cluster::HUB_AND_CITY, practices::accept, readers};
use ratusha_tenants::tenant::service;

use crate::marek_follows;

#[tokio::test]
async fn a_community_that_moves_keeps_its_ids_and_its_followers() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let before = cluster.tenant("lviv");
    let port = before.host.rsplit_once(':').unwrap().1.to_owned();
    let new_host = format!("lviv-rada.localhost:{port}");
    cluster.work("lviv", async |uow, who| service::move_domain(uow, who, &new_host).await).await;
    cluster.settle().await;
    let update = mastodon.received_of("Update").pop().expect("followers hear of the new address");
    assert_eq!(update["object"]["id"], before.actor_id());
    let actor = mastodon.fetch(&before.actor_id()).await.unwrap();
    assert!(actor["url"].as_str().unwrap().contains(&new_host), "{}", actor["url"]);
    assert_eq!(mastodon.find(&before.address()).await.unwrap()["id"], before.actor_id(), "the handle stays");

    let practice = cluster.publish("lviv", "Після переїзду").await;
    cluster.settle().await;
    let create = mastodon.received().into_iter().find(|got| got.kind() == "Create").expect("followers get what comes");
    assert_eq!(create.signer.as_deref(), Ok(before.actor_id().as_str()));
    let id = create.activity["object"]["id"].as_str().unwrap();
    assert!(id.starts_with(&before.birth_url), "{id}");
    let status = readers::mastodon(&create.activity).unwrap();
    assert_eq!(status.url, format!("http://{new_host}/practices/{}", practice.id));
    assert_eq!(mastodon.fetch(id).await.unwrap()["id"], id);
    // Both hosts show the page; the hub accepts as before.
    let site = cluster.visitor("lviv");
    assert_eq!(site.base, format!("http://{new_host}"));
    for base in [&site.base, &before.base_url] {
        assert!(site.at(base).get(&format!("/practices/{}", practice.id)).await.status.is_success(), "{base}");
    }
    cluster.decide(id, accept(), "").await;
    cluster.settle().await;
    assert_eq!(cluster.decisions("lviv", &practice.id).await[0].decision, "accepted");
}

#[tokio::test]
async fn a_suspended_community_answers_503_and_is_delivered_to_when_it_is_back() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let practice = cluster.publish("lviv", "Практика").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    cluster.work("lviv", async |uow, who| service::suspend(uow, who).await).await;
    assert_eq!(cluster.visitor("lviv").get("/practices").await.status, 503);
    cluster.decide(&ap_id, accept(), "").await;
    cluster.settle().await;
    assert!(cluster.decisions("lviv", &practice.id).await.is_empty());
    cluster.work("lviv", async |uow, who| service::resume(uow, who).await).await;
    cluster.pass_hours(1).await;
    assert_eq!(cluster.decisions("lviv", &practice.id).await[0].decision, "accepted");
}
