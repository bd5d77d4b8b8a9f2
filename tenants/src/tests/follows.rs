//! Follows: of us, by us, their answers and their end.

use std::sync::Arc;

use ratusha_federation::{
    ActivityHandler, Directory, Outcome, current_seq,
    outbox::{Audience, Emit},
    wire::PUBLIC,
};
use serde_json::{Value, json};

use crate::{
    Tenant, Tenants, directory,
    follow::{FollowHandler, service, store},
    routes,
    testkit::{BLOCKED_HOST, LVIV, NADIIA, SOLOMIIA, World, marek, received, stranger},
};

async fn take(world: &World, tenant: &Tenant, activity: Value) -> Outcome {
    let received = received(&tenant.id, &marek(), activity, world.ctx.now());
    assert!(FollowHandler.claims(&received));
    let mut uow = world.ctx.begin(&tenant.id, &received.actor.id).await.unwrap();
    let outcome = FollowHandler.receive(&mut uow, &received).await.unwrap();
    uow.commit().await.unwrap();
    outcome
}

fn follow(n: u8, target: &str) -> Value {
    json!({"id": format!("https://mastodon.example/follows/{n}"), "type": "Follow", "actor": marek().id, "object": target})
}

fn undo(n: u8, target: &str) -> Value {
    json!({"id": format!("https://mastodon.example/undo/{n}"), "type": "Undo", "actor": marek().id, "object": follow(n, target)})
}

async fn post(world: &World, tenant: &Tenant) {
    let mut uow = world.ctx.begin(&tenant.id, "test").await.unwrap();
    let id = tenant.actor_id();
    uow.emit(
        &id,
        json!({"type": "Create", "to": [PUBLIC], "object": "https://lviv.example/ap/note/1"}),
        None,
        Audience::public(&id, vec![]),
    );
    uow.commit().await.unwrap();
}

fn ask(world: &World) -> Arc<dyn Directory> {
    directory(&world.ctx, &world.ctx.service::<Tenants>().unwrap())
}

#[tokio::test]
async fn marek_follows_lviv_and_is_accepted_every_time_he_asks() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let actor = lviv.actor_id();
    assert_eq!(take(&world, &lviv, follow(1, &actor)).await, Outcome::Done);
    assert_eq!(take(&world, &lviv, follow(1, &actor)).await, Outcome::Done);
    let mut conn = world.ctx.db().read().await.unwrap();
    assert_eq!(store::count_followers(&mut conn, &lviv.id, &actor).await.unwrap(), 1);
    assert!(store::is_follower(&mut conn, &lviv.id, &actor, &marek().id).await.unwrap());
    let inboxes = ask(&world).follower_inboxes(&mut conn, &lviv.id, &actor, 1).await.unwrap();
    assert_eq!((inboxes.len(), inboxes[0].url.as_str()), (1, "https://mastodon.example/inbox"));
    // Both answers wait in a log that only his server may read.
    assert_eq!(current_seq(&mut conn, &lviv.id).await.unwrap(), 0);
    let peers = ratusha_federation::peers(&mut conn).await.unwrap();
    assert_eq!((peers.len(), peers[0].host.as_str(), peers[0].waiting), (1, "mastodon.example", 2));
}

#[tokio::test]
async fn a_follow_counts_from_where_the_log_stood_to_where_it_ended() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let actor = lviv.actor_id();
    post(&world, &lviv).await;
    take(&world, &lviv, follow(1, &actor)).await;
    post(&world, &lviv).await;
    assert_eq!(take(&world, &lviv, undo(1, &actor)).await, Outcome::Done);
    post(&world, &lviv).await;
    take(&world, &lviv, follow(2, &actor)).await;
    post(&world, &lviv).await;
    let directory = ask(&world);
    let mut conn = world.ctx.db().read().await.unwrap();
    let mut counts = Vec::new();
    for seq in 1..=4 {
        let inboxes = directory.follower_inboxes(&mut conn, &lviv.id, &actor, seq).await.unwrap();
        assert_eq!(
            directory.follows(&mut conn, &lviv.id, &actor, "https://mastodon.example/inbox", seq).await.unwrap(),
            !inboxes.is_empty()
        );
        counts.push(inboxes.len());
    }
    assert_eq!(counts, [0, 1, 0, 1]);
    drop(conn);
    take(&world, &lviv, undo(2, &actor)).await;
    assert!(matches!(take(&world, &lviv, undo(2, &actor)).await, Outcome::Ignored(_)));
}

#[tokio::test]
async fn people_behind_one_shared_inbox_are_one_receiver() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    take(&world, &lviv, follow(1, &lviv.actor_id())).await;
    let mut other = crate::testkit::marek_document();
    let id = "https://mastodon.example/users/anna";
    other["id"] = json!(id);
    other["inbox"] = json!(format!("{id}/inbox"));
    other["publicKey"]["id"] = json!(format!("{id}#main-key"));
    other["publicKey"]["owner"] = json!(id);
    let anna = stranger(&other);
    let activity = json!({"id": "https://mastodon.example/follows/9", "type": "Follow", "actor": id, "object": lviv.actor_id()});
    let mut uow = world.ctx.begin(&lviv.id, id).await.unwrap();
    FollowHandler.receive(&mut uow, &received(&lviv.id, &anna, activity, world.ctx.now())).await.unwrap();
    uow.commit().await.unwrap();
    let mut conn = world.ctx.db().read().await.unwrap();
    assert_eq!(store::count_followers(&mut conn, &lviv.id, &lviv.actor_id()).await.unwrap(), 2);
    assert_eq!(ask(&world).follower_inboxes(&mut conn, &lviv.id, &lviv.actor_id(), 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn r16_nobody_follows_what_is_not_there_or_stands_elsewhere() {
    let world = World::new(&[]).await;
    let (lviv, poltava) = (world.lviv(), world.poltava());
    for target in ["https://lviv.example/ap/desk/none".to_owned(), lviv.server_id(), poltava.actor_id()] {
        assert!(matches!(take(&world, &lviv, follow(1, &target)).await, Outcome::Ignored(_)), "{target}");
    }
    let mut conn = world.ctx.db().read().await.unwrap();
    assert_eq!(store::count_followers(&mut conn, &poltava.id, &poltava.actor_id()).await.unwrap(), 0);
    assert!(ratusha_federation::peers(&mut conn).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_blocked_host_neither_follows_nor_stays() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let directory = ask(&world);
    take(&world, &lviv, follow(1, &lviv.actor_id())).await;
    let who = world.who(crate::testkit::SOLOMIIA).await;
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    service::block_host(&mut uow, &who, "mastodon.example").await.unwrap();
    let error = service::block_host(&mut uow, &who, "poltava.example").await.unwrap_err();
    assert_eq!(error.fields[0].key, "tenants-host-ours");
    uow.commit().await.unwrap();
    assert!(matches!(take(&world, &lviv, follow(2, &lviv.actor_id())).await, Outcome::Ignored(_)));
    let mut conn = world.ctx.db().read().await.unwrap();
    assert_eq!(store::count_followers(&mut conn, &lviv.id, &lviv.actor_id()).await.unwrap(), 0);
    assert!(directory.blocked(&mut conn, &lviv.id, &format!("deep.{BLOCKED_HOST}:8443")).await.unwrap());
    assert!(!directory.blocked(&mut conn, &lviv.id, "example").await.unwrap());
    assert!(!directory.blocked(&mut conn, &world.poltava().id, "mastodon.example").await.unwrap());
    drop(conn);
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    service::unblock_host(&mut uow, &who, "mastodon.example").await.unwrap();
    assert_eq!(service::unblock_host(&mut uow, &who, "mastodon.example").await.unwrap_err().kind, ratusha_platform::Kind::NotFound);
}

#[tokio::test]
async fn a_block_by_them_ends_both_follows() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    take(&world, &lviv, follow(1, &lviv.actor_id())).await;
    let block = json!({"id": "https://mastodon.example/block/1", "type": "Block", "actor": marek().id, "object": lviv.actor_id()});
    assert_eq!(take(&world, &lviv, block).await, Outcome::Done);
    let mut conn = world.ctx.db().read().await.unwrap();
    assert_eq!(store::count_followers(&mut conn, &lviv.id, &lviv.actor_id()).await.unwrap(), 0);
    drop(conn);
    let moved = json!({"id": "https://mastodon.example/move/1", "type": "Move", "actor": marek().id, "object": marek().id, "target": "https://b.example/x"});
    assert!(matches!(take(&world, &lviv, moved).await, Outcome::Ignored(_)));
}

#[tokio::test]
async fn our_follow_is_sent_once_and_answered_by_whom_we_asked() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let actor = lviv.actor_id();
    for _ in 0..2 {
        let mut uow = world.ctx.begin(&lviv.id, "test").await.unwrap();
        service::follow_remote(&mut uow, &lviv, &actor, &marek()).await.unwrap();
        uow.commit().await.unwrap();
    }
    let mut conn = world.ctx.db().read().await.unwrap();
    let asked = store::find_followed(&mut conn, &lviv.id, &actor, &marek().id).await.unwrap().unwrap();
    assert_eq!((asked.state.as_str(), ratusha_federation::peers(&mut conn).await.unwrap()[0].waiting), ("pending", 1));
    drop(conn);
    let accept =
        |object: Value| json!({"id": "https://mastodon.example/accept/1", "type": "Accept", "actor": marek().id, "object": object});
    assert!(matches!(take(&world, &lviv, accept(json!("https://lviv.example/ap/activity/other"))).await, Outcome::Ignored(_)));
    assert_eq!(take(&world, &lviv, accept(json!(asked.follow_id))).await, Outcome::Done);
    let mut conn = world.ctx.db().read().await.unwrap();
    assert_eq!(store::list_followed(&mut conn, &lviv.id, &actor, "", 10).await.unwrap(), [marek().id]);
    drop(conn);
    let embedded = json!({"id": "https://mastodon.example/made-up", "type": "Follow", "actor": actor, "object": marek().id});
    let reject = json!({"id": "https://mastodon.example/reject/1", "type": "Reject", "actor": marek().id, "object": embedded});
    assert_eq!(take(&world, &lviv, reject).await, Outcome::Done);
    let mut conn = world.ctx.db().read().await.unwrap();
    assert_eq!(store::count_followed(&mut conn, &lviv.id, &actor).await.unwrap(), 0);
}

#[tokio::test]
async fn a_follower_who_changes_inboxes_is_served_at_the_new_one_and_a_deleted_one_nowhere() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let directory = ask(&world);
    take(&world, &lviv, follow(1, &lviv.actor_id())).await;
    post(&world, &lviv).await;
    let mut document = crate::testkit::marek_document();
    document["endpoints"]["sharedInbox"] = json!("https://mastodon.example/new-inbox");
    let mut uow = world.ctx.begin(&lviv.id, "inbox").await.unwrap();
    directory.actor_changed(&mut uow, &stranger(&document)).await.unwrap();
    directory.actor_changed(&mut uow, &stranger(&document)).await.unwrap();
    uow.commit().await.unwrap();
    let mut conn = world.ctx.db().read().await.unwrap();
    let mut urls = Vec::new();
    for seq in [1, 2] {
        let inboxes = directory.follower_inboxes(&mut conn, &lviv.id, &lviv.actor_id(), seq).await.unwrap();
        urls.extend(inboxes.into_iter().map(|inbox| inbox.url));
    }
    assert_eq!(urls, ["https://mastodon.example/inbox", "https://mastodon.example/new-inbox"]);
    drop(conn);
    let mut uow = world.ctx.begin(&lviv.id, "inbox").await.unwrap();
    directory.actor_gone(&mut uow, &marek().id).await.unwrap();
    uow.commit().await.unwrap();
    let mut conn = world.ctx.db().read().await.unwrap();
    assert_eq!(store::count_followers(&mut conn, &lviv.id, &lviv.actor_id()).await.unwrap(), 0);
}

#[tokio::test]
async fn an_inbox_that_is_gone_ends_its_follows_in_every_tenant() {
    let world = World::new(&[]).await;
    let (lviv, poltava) = (world.lviv(), world.poltava());
    take(&world, &lviv, follow(1, &lviv.actor_id())).await;
    take(&world, &poltava, follow(2, &poltava.actor_id())).await;
    let mut uow = world.ctx.begin(&lviv.id, "deliverer").await.unwrap();
    ask(&world).end_follows(&mut uow, "https://mastodon.example/inbox").await.unwrap();
    assert_eq!(uow.tenant(), &lviv.id);
    uow.commit().await.unwrap();
    let mut conn = world.ctx.db().read().await.unwrap();
    for town in [lviv, poltava] {
        assert_eq!(store::count_followers(&mut conn, &town.id, &town.actor_id()).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn r16_an_administrator_does_not_see_with_whom_the_neighbours_on_the_node_talk() {
    let world = World::new(&[]).await;
    let poltava = world.poltava();
    assert_eq!(take(&world, &poltava, follow(1, &poltava.actor_id())).await, Outcome::Done);
    post(&world, &poltava).await;
    let mut node_admin = world.browser_at(NADIIA, LVIV, routes()).await;
    assert!(node_admin.get("/admin/federation").await.text.contains("mastodon.example"));
    let mut admin = world.browser(SOLOMIIA, routes()).await;
    assert!(!admin.get("/admin/federation").await.text.contains("mastodon.example"));
}
