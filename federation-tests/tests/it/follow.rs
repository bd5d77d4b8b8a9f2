//! Following a city, and stopping to.

use ratusha_federation_tests::{Cluster, cluster::HUB_AND_CITY};

use crate::{inbox, marek_follows};

#[tokio::test]
async fn a_city_is_found_by_its_handle_and_followed() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let city = cluster.tenant("lviv");
    let found = mastodon.find(&city.address()).await.unwrap();
    assert_eq!((found["id"].as_str(), found["type"].as_str()), (Some(city.actor_id().as_str()), Some("Organization")));
    let followers = mastodon.fetch(found["followers"].as_str().unwrap()).await.unwrap();
    assert_eq!(followers["totalItems"], 1);
    // Who follows a town hall is nobody's business.
    assert!(!followers.to_string().contains("marek"));
    for answer in mastodon.deliveries() {
        assert_eq!(answer.signer.as_deref(), Ok(city.actor_id().as_str()), "{:?}", answer.activity);
    }
}

#[tokio::test]
async fn who_stops_following_gets_nothing_more() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    cluster.publish("lviv", "Перша практика").await;
    cluster.settle().await;
    assert_eq!(mastodon.received_of("Create").len(), 1);
    let follow = mastodon.follow(&marek, &cluster.tenant("lviv").actor_id());
    assert_eq!(mastodon.send(&inbox(&cluster, "lviv"), &mastodon.undo(&follow)).await, 202);
    cluster.settle().await;
    let practice = cluster.publish("lviv", "Друга практика").await;
    cluster.settle().await;
    assert_eq!(mastodon.received_of("Create").len(), 1);
    assert_eq!(cluster.report("lviv", &practice.id).await.receivers, 1, "the hub alone");
}

#[tokio::test]
async fn two_followers_on_one_server_cost_one_delivery() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let ola = mastodon.person("ola");
    crate::follow(&cluster, &mastodon, &ola, &cluster.tenant("lviv").actor_id()).await;
    cluster.publish("lviv", "Практика").await;
    cluster.settle().await;
    let creates: Vec<_> = mastodon.received().into_iter().filter(|got| got.kind() == "Create").collect();
    assert_eq!(creates.len(), 1);
    assert_eq!(creates[0].path, "/inbox");
}

#[tokio::test]
async fn a_server_that_is_gone_for_good_is_forgotten() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    mastodon.answer(ratusha_federation_tests::Reply::Status(410));
    cluster.publish("lviv", "Перша").await;
    cluster.settle().await;
    let tries = mastodon.deliveries().len();
    let practice = cluster.publish("lviv", "Друга").await;
    cluster.settle().await;
    assert_eq!(mastodon.deliveries().len(), tries, "nothing more is sent");
    assert_eq!(cluster.report("lviv", &practice.id).await.receivers, 1);
}
