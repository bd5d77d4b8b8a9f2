//! The hub and its communities, talking to each other through their own doors.

use ratusha_platform::Kind;

use crate::{
    HubSettings, Principal, actor,
    follow::store as follows,
    hub,
    testkit::{HUB, LVIV, NADIIA, Setup, TARAS, World, router},
};

/// The world with its own router behind the loopback, inboxes included.
async fn connected(setup: Setup) -> World {
    let world = setup.build().await;
    world.connect(router(&world.ctx, actor::routes().merge(ratusha_federation::inbox_routes())));
    world
}

#[tokio::test]
async fn a_community_finds_its_hub_follows_the_desk_and_is_accepted() {
    let world = connected(Setup::new(&[])).await;
    world.settle().await;
    let (hub, lviv) = (world.hub(), world.lviv());
    let mut conn = world.ctx.db().read().await.unwrap();
    let (desk, inbox) = hub::hub_desk(&mut conn, &lviv.id, "practices").await.unwrap().unwrap();
    assert_eq!((desk.as_str(), inbox.url.as_str()), ("https://hub.example/ap/desk/practices", "https://hub.example/ap/inbox"));
    assert!(hub::hub_desk(&mut conn, &hub.id, "practices").await.unwrap().is_none());
    let followed = follows::find_followed(&mut conn, &lviv.id, &lviv.actor_id(), &desk).await.unwrap().unwrap();
    assert_eq!(followed.state, "accepted");
    assert_eq!(follows::count_followers(&mut conn, &hub.id, &desk).await.unwrap(), 2);
}

#[tokio::test]
async fn a_hub_that_shows_another_key_is_not_believed() {
    let world = connected(Setup::new(&[])).await;
    let lviv = world.lviv();
    hub::link_now(&world.ctx, &lviv).await.unwrap();
    let mut tx = world.ctx.db().write().await.unwrap();
    let mut link = hub::store::find_link(&mut tx, "https://hub.example", "practices").await.unwrap().unwrap();
    assert!(link.authority_key.starts_with("z6Mk"));
    link.authority_key = "z6MkSomebodyElse".into();
    hub::store::put_link(&mut tx, &link).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(hub::link_now(&world.ctx, &lviv).await.unwrap_err().code, "tenants.hub_key");
}

#[tokio::test]
async fn a_pinned_key_decides_from_the_first_moment() {
    let mut setup = Setup::new(&[]);
    setup.settings.hub = Some(HubSettings { url: "https://hub.example/".into(), authority_key: Some("z6MkPinned".into()) });
    let world = connected(setup).await;
    let lviv = world.lviv();
    assert_eq!(hub::link_now(&world.ctx, &lviv).await.unwrap_err().code, "tenants.hub_key");
    let mut conn = world.ctx.db().read().await.unwrap();
    assert!(hub::hub_desk(&mut conn, &lviv.id, "practices").await.unwrap().is_none());
}

#[tokio::test]
async fn a_hub_out_of_reach_is_tried_again_and_again() {
    let mut setup = Setup::new(&[]);
    setup.settings.hub = Some(HubSettings { url: "https://elsewhere.invalid".into(), authority_key: None });
    let world = setup.build().await;
    world.settle().await;
    for _ in 0..15 {
        world.ctx.clock().advance(10 * 60_000);
        assert!(world.settle().await > 0);
    }
    let mut conn = world.ctx.db().read().await.unwrap();
    let (waiting, dead) = ratusha_platform::jobs::store::count(&mut conn).await.unwrap();
    assert_eq!((waiting, dead), (2, 0));
}

#[tokio::test]
async fn the_hub_admits_a_community_and_takes_it_back() {
    let world = connected(Setup::new(&[])).await;
    let (hub, who) = (world.hub(), world.who(NADIIA).await);
    let admitted = hub::admit(&world.ctx, &who, "LVIV.example").await.unwrap();
    assert_eq!((admitted.actor_id.as_str(), admitted.katottg.as_deref()), ("https://lviv.example/ap/actor", LVIV.katottg));
    let mut conn = world.ctx.db().read().await.unwrap();
    assert!(hub::is_admitted(&mut conn, &hub.id, "lviv.example").await.unwrap());
    assert!(!hub::is_admitted(&mut conn, &hub.id, "poltava.example").await.unwrap());
    assert!(!hub::is_admitted(&mut conn, &world.lviv().id, "lviv.example").await.unwrap());
    drop(conn);
    assert_eq!(hub::list(&world.ctx, &who).await.unwrap().len(), 1);
    hub::withdraw(&world.ctx, &who, "lviv.example").await.unwrap();
    assert_eq!(hub::withdraw(&world.ctx, &who, "lviv.example").await.unwrap_err().kind, Kind::NotFound);
    assert!(hub::list(&world.ctx, &who).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_administrators_admit_and_only_communities_are_admitted() {
    let world = connected(Setup::new(&[])).await;
    let editor = world.who(TARAS).await;
    assert_eq!(hub::admit(&world.ctx, &editor, "lviv.example").await.unwrap_err().kind, Kind::Forbidden);
    // An administrator of a community is a stranger at the hub.
    let admin = world.who(crate::testkit::SOLOMIIA).await;
    assert_eq!(hub::admit(&world.ctx, &admin, "lviv.example").await.unwrap_err().kind, Kind::NotFound);
    let who = Principal::system(&world.hub().id, "test");
    assert_eq!(hub::admit(&world.ctx, &who, HUB.host).await.unwrap_err().fields[0].key, "tenants-host-ours");
    assert_eq!(hub::admit(&world.ctx, &who, "a b").await.unwrap_err().fields[0].key, "tenants-host-invalid");
    assert_eq!(hub::admit(&world.ctx, &who, "nobody.invalid").await.unwrap_err().kind, Kind::Unavailable);
}
