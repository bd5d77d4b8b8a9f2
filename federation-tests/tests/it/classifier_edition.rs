//! The hub changes its classifier, and every node follows.

use std::sync::Arc;

use ratusha_content::classifier::{self, Scheme, change::Change};
use ratusha_federation_tests::{
    Cluster,
    cluster::{COUNTRY, HUB_AND_CITY},
};

async fn in_force(cluster: &Cluster, town: &str) -> Arc<Scheme> {
    let mut conn = cluster.ctx(town).db().read().await.unwrap();
    classifier::current(&mut conn, &cluster.tenant(town).id).await.unwrap()
}

/// The hub merges `notation` into `into`.
async fn merge(cluster: &Cluster, notation: &str, into: &str) {
    let (hub, who) = (cluster.tenant("hub"), cluster.principal("hub"));
    let change = Change::Merge { notation: notation.into(), into: into.into() };
    let mut uow = cluster.ctx("hub").begin(&hub.id, "test").await.unwrap();
    let id = classifier::propose(&mut uow, &who, &change, "Те саме двічі.").await.unwrap();
    classifier::accept(&mut uow, &who, &hub, &id, "Погоджено.").await.unwrap();
    uow.commit().await.unwrap();
    cluster.settle().await;
}

#[tokio::test]
async fn an_accepted_change_reaches_every_community_of_the_country() {
    let cluster = Cluster::start(COUNTRY).await;
    merge(&cluster, "02.01", "02.04").await;
    let expected = in_force(&cluster, "hub").await;
    assert_eq!(expected.edition(), 2);
    for town in ["lviv", "poltava", "myrhorod"] {
        assert_eq!(in_force(&cluster, town).await, expected, "{town}");
    }
}

#[tokio::test]
async fn a_node_that_was_away_takes_over_the_newest_edition_at_once() {
    let mut cluster = Cluster::start(HUB_AND_CITY).await;
    let away = cluster.switch_off("lviv").await;
    merge(&cluster, "02.01", "02.04").await;
    merge(&cluster, "13.05", "06.04").await;
    cluster.switch_on(away).await;
    cluster.pass_hours(2).await;
    assert_eq!(in_force(&cluster, "lviv").await, in_force(&cluster, "hub").await);
    assert_eq!(in_force(&cluster, "lviv").await.edition(), 3);
}
