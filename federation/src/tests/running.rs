//! The two workers as they run in a node: woken by commits, stopped by a token.

use super::*;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn the_workers_are_woken_by_what_is_committed_and_stop_when_told() {
    let world = World::new().await;
    let stop = CancellationToken::new();
    let deliverer = tokio::spawn(Deliverer::new(world.ctx.clone()).run(stop.clone()));
    let processor = tokio::spawn(InboxProcessor::new(world.ctx.clone()).run(stop.clone()));
    let alice = world.mastodon.actor("alice");
    // What comes in makes something go out.
    let asked = create(&alice, 1);
    let post = world.mastodon.url("/notes/x");
    world.mastodon.serve(&post, json!({"id": post, "type": "Note"}));
    world.order(&id(&asked), Order::Need(post));
    assert_eq!(world.deliver(&asked).await, 202);
    for n in 0..30 {
        world.publish(&n.to_string(), &["http://mastodon.test/inbox", "http://evil.test/inbox"]).await;
    }
    world.mastodon.wait_for(30).await;
    world.evil.wait_for(30).await;
    let order: Vec<Value> = world.evil.got().iter().map(|got| got.json()["object"]["content"].clone()).collect();
    assert_eq!(order, (0..30).map(|n: i32| json!(n.to_string())).collect::<Vec<_>>());
    stop.cancel();
    deliverer.await.unwrap();
    processor.await.unwrap();
    assert_eq!(world.federation.counters.delivered(), 60);
}
