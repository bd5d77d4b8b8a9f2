//! Actors of other servers.

use super::*;
use crate::{actors::parse_actor, find_remote_actor, lookup_handle, remote_actor};
use ratusha_platform::Kind;

#[tokio::test]
async fn an_actor_is_fetched_once_and_cleaned() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    for _ in 0..3 {
        let actor = remote_actor(&world.ctx, &world.lviv, &alice).await.unwrap();
        assert_eq!((actor.name.as_str(), actor.summary.as_str()), ("alice з mastodon.test", "<p>Пише про міста</p>"));
        assert_eq!(actor.delivery_inbox().unwrap().url, "http://mastodon.test/inbox");
        assert_eq!(actor.icon.as_deref(), Some("http://mastodon.test/avatar.png"));
    }
    assert_eq!(world.mastodon.asked().len(), 1);
    let missing = remote_actor(&world.ctx, &world.lviv, "http://mastodon.test/users/nobody").await.unwrap_err();
    assert_eq!(missing.kind, Kind::NotFound);
    world.directory.block("evil.test");
    let blocked = remote_actor(&world.ctx, &world.lviv, &world.evil.actor("m")).await.unwrap_err();
    assert_eq!(blocked.kind, Kind::Forbidden);
}

#[tokio::test]
async fn a_handle_leads_to_its_actor() {
    let world = World::new().await;
    world.mastodon.actor("alice");
    let actor = lookup_handle(&world.ctx, &world.lviv, "@alice@mastodon.test").await.unwrap();
    assert_eq!((actor.id.as_str(), actor.handle().as_str()), ("http://mastodon.test/users/alice", "@alice@mastodon.test"));
    assert_eq!(lookup_handle(&world.ctx, &world.lviv, "@nobody@mastodon.test").await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(lookup_handle(&world.ctx, &world.lviv, "alice").await.unwrap_err().kind, Kind::Invalid);
}

#[tokio::test]
async fn s15_a_handle_on_another_domain_must_be_confirmed_there() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    // evil.test says that its name belongs to Alice's actor; mastodon.test says otherwise.
    let claim = json!({"subject": "acct:alice@evil.test", "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": alice}]});
    world.evil.serve_as("/.well-known/webfinger?resource=acct:alice@evil.test", 200, "application/jrd+json", claim);
    assert_eq!(lookup_handle(&world.ctx, &world.lviv, "@alice@evil.test").await.unwrap_err().kind, Kind::NotFound);
    // A subject of somebody else's domain that does not lead back is refused.
    let theft = json!({"subject": "acct:alice@mastodon.test", "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": world.evil.actor("mallory")}]});
    world.evil.serve_as("/.well-known/webfinger?resource=acct:thief@evil.test", 200, "application/jrd+json", theft);
    assert_eq!(lookup_handle(&world.ctx, &world.lviv, "@thief@evil.test").await.unwrap_err().kind, Kind::NotFound);
    // A server that keeps its actors on one domain and its names on another says so on both.
    let both = json!({"subject": "acct:alice@evil.test", "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": alice}]});
    world.mastodon.serve_as("/.well-known/webfinger?resource=acct:alice@mastodon.test", 200, "application/jrd+json", both);
    for asked in ["@alice@evil.test", "@alice@mastodon.test"] {
        assert_eq!(lookup_handle(&world.ctx, &world.lviv, asked).await.unwrap().handle(), "@alice@evil.test");
    }
}

#[tokio::test]
async fn s11_an_update_of_an_actor_is_read_at_its_origin_and_not_from_the_activity() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    world.deliver(&create(&alice, 1)).await;
    let mut claimed = world.mastodon.actor_document("alice");
    claimed["name"] = json!("Вигадане ім'я");
    claimed["publicKey"]["publicKeyPem"] = json!(world.evil.keys.rsa_public_pem().unwrap());
    let mut real = world.mastodon.actor_document("alice");
    real["name"] = json!("Нове ім'я");
    world.mastodon.serve(&alice, real);
    let update = json!({"id": "http://mastodon.test/u/1", "type": "Update", "actor": alice, "object": claimed});
    world.deliver(&update).await;
    world.process().await;
    let actor = find_remote_actor(&mut *conn_of(&world.ctx).await, &alice).await.unwrap().unwrap();
    assert_eq!(actor.name, "Нове ім'я");
    assert_eq!(actor.keys[0].key, world.mastodon.keys.rsa.public_key().unwrap());
    assert_eq!(world.state("http://mastodon.test/u/1").await.unwrap().0, "done");
    assert_eq!(remote_actor(&world.ctx, &world.lviv, &alice).await.unwrap().name, "Нове ім'я");
}

#[tokio::test]
async fn a_deleted_actor_is_gone_and_its_texts_with_it() {
    let world = World::new().await;
    let alice = world.mastodon.actor("alice");
    world.deliver(&create(&alice, 1)).await;
    let delete = json!({"id": "http://mastodon.test/d/1", "type": "Delete", "actor": alice, "object": alice});
    assert_eq!(world.deliver(&delete).await, 202);
    world.process().await;
    let actor = find_remote_actor(&mut *conn_of(&world.ctx).await, &alice).await.unwrap().unwrap();
    assert_eq!((actor.name.as_str(), actor.summary.as_str(), actor.gone_at), ("alice", "", Some(world.now())));
    assert_eq!(remote_actor(&world.ctx, &world.lviv, &alice).await.unwrap_err().kind, Kind::Gone);
    let again = json!({"id": "http://mastodon.test/d/2", "type": "Delete", "actor": alice, "object": alice});
    assert_eq!(world.deliver(&again).await, 202);
}

#[test]
fn actors_of_many_servers_are_read() {
    let pem = crate::testkit::signing_keys(0).unwrap().rsa_public_pem().unwrap();
    let with_key = |id: &str, key: &str, mut document: Value| {
        document["id"] = json!(id);
        document["publicKey"] = json!({"id": key, "owner": id, "publicKeyPem": pem});
        document
    };
    let documents = [
        // GoToSocial: the key has an address of its own.
        with_key(
            "https://gts.example/users/g",
            "https://gts.example/users/g/main-key",
            json!({"type": "Person", "preferredUsername": "g", "inbox": "https://gts.example/users/g/inbox", "icon": {"type": "Image", "url": "https://gts.example/a.png"}}),
        ),
        // Lemmy: a group, its picture's address as text.
        with_key(
            "https://lemmy.example/c/main",
            "https://lemmy.example/c/main#main-key",
            json!({"type": "Group", "preferredUsername": "main", "name": "Головна", "inbox": "https://lemmy.example/c/main/inbox", "endpoints": {"sharedInbox": "https://lemmy.example/inbox"}, "icon": "https://lemmy.example/i.png"}),
        ),
        // Pleroma: an address as object, no name.
        with_key(
            "https://pleroma.example/users/p",
            "https://pleroma.example/users/p#main-key",
            json!({"type": "Person", "preferredUsername": "p", "name": "", "inbox": "https://pleroma.example/users/p/inbox", "endpoints": {"sharedInbox": "https://pleroma.example/inbox"}, "url": "https://pleroma.example/users/p"}),
        ),
        // WordPress: ids with query strings, url as array, icon as array.
        with_key(
            "https://wp.example/?author=1",
            "https://wp.example/?author=1#main-key",
            json!({"type": "Person", "preferredUsername": "w", "inbox": "https://wp.example/wp-json/activitypub/1.0/actors/1/inbox", "url": ["https://wp.example/author/w"], "icon": [{"type": "Image", "url": "https://wp.example/a.png"}]}),
        ),
        // PeerTube: a type in an array.
        with_key(
            "https://video.example/accounts/v",
            "https://video.example/accounts/v#main-key",
            json!({"type": ["Person"], "preferredUsername": "v", "inbox": "https://video.example/accounts/v/inbox", "icon": [{"type": "Image", "url": "https://video.example/1.png"}]}),
        ),
    ];
    for document in documents {
        let actor = parse_actor(&document, Timestamp(1)).unwrap_or_else(|e| panic!("{e}: {document}"));
        assert_eq!(actor.keys.len(), 1, "{document}");
        assert!(!actor.name.is_empty() && !actor.url.is_empty() && actor.host.ends_with(".example"));
    }
}

#[test]
fn s14_odd_actor_documents_are_refused_or_trimmed() {
    let fine = || json!({"id": "https://a.example/u", "type": "Person", "preferredUsername": "u", "inbox": "https://a.example/u/inbox"});
    assert!(parse_actor(&fine(), Timestamp(1)).is_ok());
    for (name, value) in [
        ("id", json!("u")),
        ("id", json!("https://127.0.0.1/u")),
        ("type", json!("Note")),
        ("inbox", json!("https://b.example/inbox")),
        ("inbox", json!("javascript:alert(1)")),
        ("preferredUsername", json!("a@b")),
        ("preferredUsername", json!("")),
    ] {
        let mut document = fine();
        document[name] = value;
        assert!(parse_actor(&document, Timestamp(1)).is_err(), "{document}");
    }
    let mut document = fine();
    document["endpoints"] = json!({"sharedInbox": "https://b.example/inbox"});
    document["icon"] = json!({"url": "javascript:alert(1)"});
    document["url"] = json!("javascript:alert(1)");
    document["name"] = json!("<b>x</b>\u{202e}y");
    for elsewhere in ["https://bank.example/", "https://a.example.evil/", "https://u:p@a.example/"] {
        document["url"] = json!(elsewhere);
        assert_eq!(parse_actor(&document, Timestamp(1)).unwrap().url, "https://a.example/u", "{elsewhere}");
    }
    document["url"] = json!("javascript:alert(1)");
    let actor = parse_actor(&document, Timestamp(1)).unwrap();
    assert_eq!((actor.shared_inbox, actor.icon, actor.url.as_str()), (None, None, "https://a.example/u"));
    assert!(!actor.name.contains('\u{202e}'));
}

proptest::proptest! {
    #[test]
    fn s34_no_document_makes_the_reader_of_actors_panic(
        field in "(id|type|inbox|url|icon|name|summary|preferredUsername|publicKey|assertionMethod|endpoints)",
        text in ".{0,60}",
        shape in 0..6_u8,
    ) {
        let mut document = json!({"id": "https://a.example/u", "type": "Person", "preferredUsername": "u", "inbox": "https://a.example/u/inbox"});
        document[field.as_str()] = match shape {
            0 => json!(text),
            1 => json!([text]),
            2 => json!({"id": text, "url": text, "owner": "https://a.example/u", "publicKeyPem": text}),
            3 => json!([{"id": "https://a.example/k", "controller": "https://a.example/u", "publicKeyMultibase": text}]),
            4 => json!({"sharedInbox": {"x": text}}),
            _ => json!([[text], 1, null]),
        };
        let _ = parse_actor(&document, Timestamp(1));
    }
}
