//! From stored bytes to effects.

use super::*;

#[tokio::test]
async fn activities_take_effect_in_the_order_in_which_they_came() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    for n in 0..150 {
        assert_eq!(world.deliver(&create(&alice, n)).await, 202);
    }
    assert_eq!(world.process().await, 150);
    let order: Vec<String> = world.recorder.seen.lock().unwrap().iter().map(|received| received.id.clone()).collect();
    let wanted: Vec<String> = (0..150).map(|n| format!("http://mastodon.test/activities/{n}")).collect();
    assert_eq!(order, wanted);
}

#[tokio::test]
async fn a_failing_activity_leaves_nothing_behind_and_does_not_hold_up_the_others() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let [good, bad, other] = [create(&alice, 1), create(&alice, 2), create(&alice, 3)];
    for activity in [&good, &bad, &other] {
        world.deliver(activity).await;
    }
    world.order(&id(&bad), Order::EmitAndFail);
    world.process().await;
    assert_eq!(world.count("outbox_log").await, 0);
    assert_eq!(world.state(&id(&good)).await.unwrap().0, "done");
    assert_eq!(world.state(&id(&other)).await.unwrap().0, "done");
    assert_eq!(world.state(&id(&bad)).await.unwrap().0, "later");
    // Healed, it takes effect at its next try.
    world.recorder.orders.lock().unwrap().clear();
    assert_eq!(world.process().await, 0);
    world.ctx.clock().advance(5_000);
    assert_eq!(world.process().await, 1);
    assert_eq!(world.state(&id(&bad)).await.unwrap().0, "done");
}

#[tokio::test]
async fn an_activity_whose_commit_fails_does_not_take_the_batch_with_it() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let [good, bad] = [create(&alice, 1), create(&alice, 2)];
    world.deliver(&good).await;
    world.deliver(&bad).await;
    world.order(&id(&bad), Order::EmitRubbish);
    world.process().await;
    assert_eq!(world.state(&id(&good)).await.unwrap().0, "done");
    let (state, error) = world.state(&id(&bad)).await.unwrap();
    assert_eq!(state, "later");
    assert!(error.unwrap().contains("no keys of"));
}

#[tokio::test]
async fn after_ten_tries_an_activity_is_laid_down_for_the_administrator() {
    let world = World::new().await;
    let bad = create(&world.mastodon.actor("alice"), 1);
    world.deliver(&bad).await;
    world.order(&id(&bad), Order::EmitAndFail);
    for _ in 0..20 {
        world.process().await;
        world.ctx.clock().advance(2 * 60 * 60 * 1000);
    }
    let (state, error) = world.state(&id(&bad)).await.unwrap();
    assert_eq!((state.as_str(), world.effects()), ("dead", 10));
    assert!(error.unwrap().contains("the handler fails"));
    let mut conn = conn_of(&world.ctx).await;
    assert_eq!(crate::inbox::store::count_all(&mut conn).await.unwrap(), (0, 1));
}

#[tokio::test]
async fn what_waits_for_its_object_is_tried_for_a_day() {
    let world = World::new().await;
    let early = create(&world.mastodon.actor("alice"), 1);
    world.deliver(&early).await;
    world.order(&id(&early), Order::Answer(Outcome::Wait));
    assert_eq!(world.process().await, 1);
    for _ in 0..40 {
        world.ctx.clock().advance(60 * 60 * 1000);
        world.process().await;
    }
    let (state, reason) = world.state(&id(&early)).await.unwrap();
    assert_eq!((state.as_str(), reason.as_deref()), ("ignored", Some("what it speaks of never came")));
    assert!((20..40).contains(&world.effects()), "{}", world.effects());
}

#[tokio::test]
async fn what_is_ignored_says_why() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let ignored = create(&alice, 1);
    let ghost = json!({"id": "http://mastodon.test/g/1", "type": "Ghost", "actor": alice, "object": "http://mastodon.test/x"});
    world.order(&id(&ignored), Order::Answer(Outcome::Ignored("not for us")));
    world.deliver(&ignored).await;
    world.deliver(&ghost).await;
    world.process().await;
    assert_eq!(world.state(&id(&ignored)).await.unwrap(), ("ignored".into(), Some("not for us".into())));
    assert_eq!(world.state(&id(&ghost)).await.unwrap().1.as_deref(), Some("nobody asked for it"));
}

#[tokio::test]
async fn a_needed_document_is_fetched_signed_and_comes_back() {
    let world = World::new().await;
    let activity = create(&world.mastodon.actor("alice"), 1);
    let post = "http://evil.test/posts/1";
    world.evil.serve(post, json!({"id": post, "type": "Note", "content": "x"}));
    world.order(&id(&activity), Order::Need(post.to_owned()));
    world.deliver(&activity).await;
    world.process().await;
    assert_eq!(world.state(&id(&activity)).await.unwrap().0, "done");
    let seen = world.recorder.seen.lock().unwrap();
    assert_eq!(seen.last().unwrap().fetched[post]["content"], "x");
}

#[tokio::test]
async fn s12_a_fetched_document_must_be_what_it_was_asked_for() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let bad = |n: usize, path: &str, document: Value| {
        let url = world.evil.url(path);
        world.evil.serve(&url, document);
        let activity = create(&alice, n);
        world.order(&id(&activity), Order::Need(url));
        activity
    };
    let activities = [
        bad(1, "/other", json!({"id": "http://mastodon.test/notes/9", "type": "Note"})),
        bad(2, "/none", json!({"type": "Note"})),
        bad(3, "/leads", json!({"id": "http://evil.test/other", "type": "Note"})),
    ];
    for activity in &activities {
        world.deliver(activity).await;
    }
    world.process().await;
    let seen = world.recorder.seen.lock().unwrap();
    let fetched: Vec<&Received> = seen.iter().filter(|received| !received.fetched.is_empty()).collect();
    assert_eq!(fetched.len(), 3);
    assert!(fetched.iter().all(|received| received.fetched.values().all(Value::is_null)));
}

#[tokio::test]
async fn s13_what_is_not_declared_as_an_activity_is_none() {
    let world = World::new().await;
    let activity = create(&world.mastodon.actor("alice"), 1);
    let upload = "http://evil.test/uploads/1";
    world.evil.serve_as("/uploads/1", 200, "text/html", json!({"id": upload, "type": "Note"}));
    world.order(&id(&activity), Order::Need(upload.to_owned()));
    world.deliver(&activity).await;
    world.process().await;
    assert!(world.recorder.seen.lock().unwrap().last().unwrap().fetched[upload].is_null());
}

#[tokio::test]
async fn s06_an_activity_causes_twenty_fetches_at_most() {
    struct Endless;
    #[async_trait]
    impl ActivityHandler for Endless {
        fn name(&self) -> &'static str {
            "endless"
        }
        fn claims(&self, _: &Received) -> bool {
            true
        }
        async fn receive(&self, _: &mut Uow, received: &Received) -> AppResult<Outcome> {
            Ok(Outcome::Fetch(format!("http://evil.test/chain/{}", received.fetched.len())))
        }
    }
    let (ctx, _db) = context(&[]).await;
    let directory = Arc::new(FakeDirectory::default());
    let lviv = directory.add_tenant("lviv.test", 0);
    let evil = FakePeer::start("evil.test", 3).await;
    for n in 0..60 {
        let link = evil.url(&format!("/chain/{n}"));
        evil.serve(&link, json!({"id": link, "type": "Note"}));
    }
    let mut registry = Registry::new();
    registry.add(Arc::new(Endless));
    let federation = Arc::new(Federation::new(directory.clone(), client(&[&evil]), registry, ctx.clock().clone()));
    let mut services = Services::default();
    services.add(federation);
    services.add(directory);
    ctx.install(services).unwrap();
    let activity = create(&evil.actor("mallory"), 1);
    let response = router(&ctx).oneshot(evil.request(LVIV_INBOX, &activity, ctx.now())).await.unwrap();
    assert_eq!(response.status(), 202);
    InboxProcessor::new(ctx.clone()).step().await.unwrap();
    assert_eq!(evil.asked().iter().filter(|path| path.starts_with("/chain/")).count(), 20);
    let state = crate::inbox::store::find_state(&mut *conn_of(&ctx).await, &lviv, &id(&activity)).await.unwrap();
    assert_eq!(state.unwrap().1.as_deref(), Some("it needs too many documents"));
}

#[tokio::test]
async fn s28_what_was_deleted_does_not_come_back() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let activity = create(&alice, 1);
    let delete = json!({"id": "http://mastodon.test/d/1", "type": "Delete", "actor": alice, "object": {"id": activity["object"]["id"], "type": "Tombstone"}});
    // The deletion overtakes what it deletes.
    world.deliver(&delete).await;
    world.deliver(&activity).await;
    world.process().await;
    assert_eq!(world.state(&id(&activity)).await.unwrap(), ("ignored".into(), Some("deleted".into())));
    // And years later as well.
    world.ctx.clock().advance(3 * 365 * 24 * 60 * 60 * 1000);
    let mut again = create(&alice, 1);
    again["id"] = json!("http://mastodon.test/activities/other");
    world.deliver(&again).await;
    world.process().await;
    assert_eq!(world.state("http://mastodon.test/activities/other").await.unwrap().1.as_deref(), Some("deleted"));
    let seen = world.recorder.seen.lock().unwrap();
    assert_eq!(seen.iter().map(|received| received.kind.as_str()).collect::<Vec<_>>(), ["Delete"]);
}

#[tokio::test]
async fn r11_a_handler_that_panics_does_not_hold_up_the_others() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let [good, bad, other] = [create(&alice, 1), create(&alice, 2), create(&alice, 3)];
    for activity in [&good, &bad, &other] {
        world.deliver(activity).await;
    }
    world.order(&id(&bad), Order::Panic);
    world.process().await;
    assert_eq!(world.state(&id(&good)).await.unwrap().0, "done");
    assert_eq!(world.state(&id(&other)).await.unwrap().0, "done");
    let (state, error) = world.state(&id(&bad)).await.unwrap();
    assert_eq!(state, "later");
    assert!(error.unwrap().contains("panicked"));
    for _ in 0..20 {
        world.ctx.clock().advance(2 * 60 * 60 * 1000);
        world.process().await;
    }
    assert_eq!(world.state(&id(&bad)).await.unwrap().0, "dead");
}

#[tokio::test]
async fn r11_a_handler_that_passes_over_an_error_does_not_hold_up_the_others() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let [good, bad, other] = [create(&alice, 1), create(&alice, 2), create(&alice, 3)];
    for activity in [&good, &bad, &other] {
        world.deliver(activity).await;
    }
    world.order(&id(&bad), Order::Careless);
    world.process().await;
    assert_eq!(world.state(&id(&good)).await.unwrap().0, "done");
    assert_eq!(world.state(&id(&other)).await.unwrap().0, "done");
    // On PostgreSQL the error has spoiled the transaction.
    let wanted = world.ctx.db().engine().pick("done", "later");
    assert_eq!(world.state(&id(&bad)).await.unwrap().0, wanted);
}

#[tokio::test]
async fn s28_what_waited_while_its_actor_was_deleted_has_no_effect() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    let early = create(&alice, 1);
    world.order(&id(&early), Order::Answer(Outcome::Wait));
    world.deliver(&early).await;
    world.process().await;
    let delete = json!({"id": "http://mastodon.test/d/1", "type": "Delete", "actor": alice, "object": alice});
    world.deliver(&delete).await;
    world.recorder.orders.lock().unwrap().clear();
    world.process().await;
    world.ctx.clock().advance(60_000);
    world.process().await;
    assert_eq!(world.state(&id(&early)).await.unwrap(), ("ignored".into(), Some("its actor is gone".into())));
}

#[tokio::test]
async fn s21_what_waited_while_its_host_was_shut_out_has_no_effect() {
    let world = World::new().await;
    let early = create(&world.mastodon.actor("alice"), 1);
    world.order(&id(&early), Order::Answer(Outcome::Wait));
    world.deliver(&early).await;
    world.process().await;
    world.directory.block("mastodon.test");
    world.recorder.orders.lock().unwrap().clear();
    world.ctx.clock().advance(60_000);
    world.process().await;
    assert_eq!(world.state(&id(&early)).await.unwrap(), ("ignored".into(), Some("blocked meanwhile".into())));
}
