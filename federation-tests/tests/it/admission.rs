//! Which communities reach the curators.

use ratusha_federation_tests::{
    Cluster,
    cluster::{HUB, LVIV, NodeSpec},
};
use ratusha_practices::model::Curation;

const SPECS: &[NodeSpec] =
    &[NodeSpec { name: "hub", towns: &[HUB], admitted: true }, NodeSpec { name: "city", towns: &[LVIV], admitted: false }];

#[tokio::test]
async fn a_city_that_is_not_admitted_does_not_enter_the_queue() {
    let cluster = Cluster::start(SPECS).await;
    let practice = cluster.publish("lviv", "Ще не прийнята").await;
    cluster.settle().await;
    assert!(cluster.curations().await.is_empty());
    let report = cluster.report("lviv", &practice.id).await;
    assert_eq!((report.receivers, report.delivered), (1, 1), "the hub took the delivery; what it makes of it is its own affair");

    cluster.admit("lviv").await;
    let second = cluster.publish("lviv", "Тепер прийнята").await;
    cluster.settle().await;
    let row = cluster.curation(&cluster.ap_id("lviv", &second.id)).await.unwrap();
    assert_eq!(row.state, Curation::Waiting);
    assert_eq!(cluster.curations().await.len(), 1);
    // An edit of the earlier one brings it along.
    cluster.edit("lviv", &practice.id, |card| card.summary.push_str(" Оновлено.")).await;
    cluster.settle().await;
    assert!(cluster.curation(&cluster.ap_id("lviv", &practice.id)).await.is_some());
}
