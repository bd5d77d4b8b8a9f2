//! Tenants of one node among each other: in process, through the same door.

use super::*;

#[tokio::test]
async fn tenants_of_one_node_deliver_to_each_other_in_process_and_are_verified_all_the_same() {
    let world = World::new().await;
    world.federation.loopback.set(world.router.clone());
    world.directory.follow(&world.lviv, LVIV, POLTAVA_INBOX, 0);
    let id = world.publish("сусідам", &[]).await;
    assert_eq!(world.push().await, 1);
    assert_eq!(world.report(&id).await.delivered, 1);
    world.process().await;
    let seen = world.recorder.seen.lock().unwrap();
    assert_eq!((seen[0].tenant.clone(), seen[0].actor.id.as_str()), (world.poltava.clone(), LVIV));
}

#[tokio::test]
async fn a_tenant_may_deliver_to_itself_in_process_only() {
    let world = World::new().await;
    world.federation.loopback.set(world.router.clone());
    let id = world.publish("собі", &[LVIV_INBOX]).await;
    world.push().await;
    assert_eq!(world.report(&id).await.delivered, 1);
    // The very same request from the network is refused.
    let lines = log(&mut *conn_of(&world.ctx).await, &world.lviv).await;
    let key = world.directory.actor(LVIV).unwrap();
    let url = url::Url::parse(LVIV_INBOX).unwrap();
    let outgoing = crate::signatures::Outgoing { method: &http::Method::POST, url: &url, body: Some(&lines[0].bytes), content_type: None };
    let mut builder = Request::post("/ap/inbox").header("content-type", ACTIVITY_JSON);
    builder.headers_mut().unwrap().extend(crate::signatures::RequestSigner::sign(&key.signer(world.now().0), &outgoing).unwrap());
    let request = builder.body(Body::from(lines[0].bytes.clone())).unwrap();
    assert_eq!(world.answer(request).await, (403, "own_host".into()));
}

#[tokio::test]
async fn without_a_router_what_is_for_our_own_hosts_waits() {
    let world = World::new().await;
    let id = world.publish("рано", &[POLTAVA_INBOX]).await;
    world.push().await;
    assert_eq!(world.report(&id).await.waiting, 1);
    world.federation.loopback.set(world.router.clone());
    world.ctx.clock().advance(60_000);
    world.push().await;
    assert_eq!(world.report(&id).await.delivered, 1);
}

#[tokio::test]
async fn an_actor_of_this_node_is_found_by_its_neighbours() {
    let world = World::new().await;
    world.federation.loopback.set(world.router.clone());
    let actor = crate::remote_actor(&world.ctx, &world.poltava, LVIV).await.unwrap();
    assert_eq!((actor.kind.as_str(), actor.delivery_inbox().unwrap().host.as_str()), ("Organization", "lviv.test"));
}
