//! Actors on the wire: documents, collections, finding us.

use ratusha_federation::{
    actors::parse_actor,
    outbox::{Audience, Emit},
    wire::{PUBLIC, context::context},
};
use serde_json::json;

use crate::{
    actor::{self, service::ensure_person},
    testkit::{HUB, LVIV, POLTAVA, TARAS, World},
};

const ACTIVITY: &str = "application/activity+json";

#[tokio::test]
async fn the_community_is_an_organization_with_two_keys_and_its_territory() {
    let world = World::new(&[]).await;
    let answer = world.visitor(LVIV, actor::routes()).accepting(ACTIVITY).get("/ap/actor").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, ACTIVITY));
    let doc = answer.json();
    let id = "https://lviv.example/ap/actor";
    assert_eq!(&doc["@context"], context());
    for (field, value) in [
        ("id", json!(id)),
        ("type", json!("Organization")),
        ("preferredUsername", json!("lviv")),
        ("name", json!("Львівська громада")),
        ("url", json!("https://lviv.example/")),
        ("inbox", json!(format!("{id}/inbox"))),
        ("outbox", json!(format!("{id}/outbox"))),
        ("followers", json!(format!("{id}/followers"))),
        ("following", json!(format!("{id}/following"))),
        ("featured", json!(format!("{id}/featured"))),
        ("endpoints", json!({"sharedInbox": "https://lviv.example/ap/inbox"})),
        ("manuallyApprovesFollowers", json!(false)),
        ("discoverable", json!(true)),
        ("indexable", json!(true)),
        ("webfinger", json!("lviv@lviv.example")),
        ("egov:territory", json!({"katottg": "UA46060250000025047", "name": "Львівська", "level": "H"})),
    ] {
        assert_eq!(doc[field], value, "{field}");
    }
    assert_eq!(doc["attachment"][0], json!({"type": "PropertyValue", "name": "КАТОТТГ", "value": "UA46060250000025047"}));
    assert_eq!(doc["publicKey"]["id"], json!(format!("{id}#main-key")));
    assert_eq!(doc["assertionMethod"][0]["id"], json!(format!("{id}#ed25519-key")));
    assert_eq!(doc["generator"]["implements"][0]["href"], "https://datatracker.ietf.org/doc/html/rfc9421");
    let read = parse_actor(&doc, world.ctx.now()).unwrap();
    assert_eq!((read.keys.len(), read.handle().as_str()), (2, "@lviv@lviv.example"));
}

#[tokio::test]
async fn desks_servers_and_people_are_what_others_expect() {
    let world = World::new(&[]).await;
    let mut hub = world.visitor(HUB, actor::routes()).accepting(ACTIVITY);
    let desk = hub.get("/ap/desk/practices").await.json();
    assert_eq!(
        (desk["type"].as_str(), desk["preferredUsername"].as_str(), desk["name"].as_str()),
        (Some("Service"), Some("practices"), Some("Кращі практики"))
    );
    assert_eq!(desk["nameMap"]["en"], "Best practices");
    let server = hub.get("/ap/server").await.json();
    assert_eq!((server["type"].as_str(), server["preferredUsername"].as_str()), (Some("Application"), Some("server")));
    assert!(server["implements"].is_array());
    assert_eq!(hub.get("/ap/desk/none").await.status, 404);
    assert_eq!(world.visitor(LVIV, actor::routes()).get("/ap/desk/practices").await.status, 404);
    let id = ensure_person(&world.ctx, &world.lviv(), &world.account(TARAS)).await.unwrap();
    assert_eq!(ensure_person(&world.ctx, &world.lviv(), &world.account(TARAS)).await.unwrap(), id);
    let path = id.strip_prefix("https://lviv.example").unwrap();
    let person = world.visitor(LVIV, actor::routes()).accepting(ACTIVITY).get(path).await.json();
    assert_eq!(
        (person["type"].as_str(), person["name"].as_str(), person["discoverable"].as_bool()),
        (Some("Person"), Some(TARAS.name), Some(false))
    );
    assert!(!person.to_string().contains(TARAS.email));
    // r16: another tenant does not know the person.
    assert_eq!(world.visitor(POLTAVA, actor::routes()).accepting(ACTIVITY).get(path).await.status, 404);
    assert_eq!(world.visitor(LVIV, actor::routes()).get("/ap/person/../x").await.status, 404);
}

#[tokio::test]
async fn a_browser_is_led_from_an_actor_to_the_page() {
    let world = World::new(&[]).await;
    let answer = world.visitor(HUB, actor::routes()).get("/ap/desk/practices").await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "https://hub.example/practices"));
}

#[tokio::test]
async fn the_outbox_shows_public_activities_newest_first_and_page_by_page() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    for n in 0..25 {
        let mut uow = world.ctx.begin(&lviv.id, "test").await.unwrap();
        let id = lviv.actor_id();
        let note = json!({"type": "Create", "to": [PUBLIC], "object": {"type": "Note", "id": format!("https://lviv.example/ap/note/{n}"), "content": "7.10"}});
        uow.emit(&id, note, None, Audience::public(&id, vec![]));
        uow.commit().await.unwrap();
    }
    let mut server = world.visitor(LVIV, actor::routes()).accepting(ACTIVITY);
    let outbox = server.get("/ap/actor/outbox").await.json();
    assert_eq!((outbox["type"].as_str(), outbox["totalItems"].as_i64()), (Some("OrderedCollection"), Some(25)));
    let first = server.get("/ap/actor/outbox?page=1").await.json();
    assert_eq!(first["orderedItems"].as_array().unwrap().len(), 20);
    assert_eq!(first["orderedItems"][0]["object"]["id"], "https://lviv.example/ap/note/24");
    assert!(first["orderedItems"][0]["proof"].is_object());
    let next = first["next"].as_str().unwrap().strip_prefix("https://lviv.example").unwrap();
    let second = server.get(next).await.json();
    assert_eq!((second["orderedItems"].as_array().unwrap().len(), second["next"].is_null()), (5, true));
    let other = world.visitor(POLTAVA, actor::routes()).accepting(ACTIVITY).get("/ap/actor/outbox?page=1").await.json();
    assert_eq!(other["orderedItems"], json!([]));
}

#[tokio::test]
async fn collections_tell_how_many_follow_but_not_who() {
    let world = World::new(&[]).await;
    let mut server = world.visitor(LVIV, actor::routes()).accepting(ACTIVITY);
    for which in ["followers", "following"] {
        let whole = server.get(&format!("/ap/actor/{which}")).await.json();
        assert_eq!((whole["totalItems"].as_i64(), whole["type"].as_str()), (Some(0), Some("OrderedCollection")));
        let page = server.get(&format!("/ap/actor/{which}?page=1")).await.json();
        assert_eq!((page["type"].as_str(), &page["orderedItems"]), (Some("OrderedCollectionPage"), &json!([])));
    }
    assert_eq!(server.get("/ap/actor/featured").await.json()["orderedItems"], json!([]));
    let mut hub = world.visitor(HUB, actor::routes()).accepting(ACTIVITY);
    assert_eq!(hub.get("/ap/desk/practices/followers").await.status, 200);
    assert_eq!(hub.get("/ap/desk/practices/secrets").await.status, 404);
    assert_eq!(hub.get("/ap/server/outbox").await.json()["orderedItems"], json!([]));
}

#[tokio::test]
async fn webfinger_finds_every_actor_under_every_name() {
    let world = World::new(&[]).await;
    let mut lviv = world.visitor(LVIV, actor::routes());
    let mut hub = world.visitor(HUB, actor::routes());
    let find = |resource: &str| format!("/.well-known/webfinger?resource={resource}");
    let link = |doc: &serde_json::Value| {
        doc["links"].as_array().unwrap().iter().find(|l| l["rel"] == "self").unwrap()["href"].as_str().unwrap().to_owned()
    };
    for resource in ["acct:lviv@lviv.example", "acct:LVIV@lviv.example", "https://lviv.example/ap/actor"] {
        let answer = lviv.get(&find(resource)).await;
        assert_eq!(answer.header("content-type"), "application/jrd+json", "{resource}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let doc = answer.json();
        assert_eq!((doc["subject"].as_str().unwrap(), link(&doc).as_str()), ("acct:lviv@lviv.example", "https://lviv.example/ap/actor"));
    }
    for resource in ["https://hub.example/", "https://hub.example", "acct:hub.example@hub.example", "acct:server@hub.example"] {
        assert_eq!(link(&hub.get(&find(resource)).await.json()), "https://hub.example/ap/server", "{resource}");
    }
    let desk = hub.get(&find("acct:practices@hub.example")).await.json();
    assert_eq!(
        desk["links"].as_array().unwrap().iter().find(|l| l["rel"] == "self").unwrap()["properties"]["https://www.w3.org/ns/activitystreams#type"],
        "Service"
    );
    assert_eq!(hub.get(&find("acct:lviv@lviv.example")).await.status, 404);
    assert_eq!(hub.get(&find("acct:nobody@hub.example")).await.status, 404);
    assert_eq!(hub.get(&find("https://evil.example/ap/actor")).await.status, 404);
    assert_eq!(hub.get("/.well-known/webfinger").await.status, 422);
}

#[tokio::test]
async fn other_servers_get_sensible_answers_about_us() {
    let world = World::new(&[]).await;
    let mut lviv = world.visitor(LVIV, actor::routes());
    let index = lviv.get("/.well-known/nodeinfo").await.json();
    assert_eq!(index["links"][1]["href"], "https://lviv.example/nodeinfo/2.1");
    let info = lviv.get("/nodeinfo/2.1").await.json();
    assert_eq!(
        (info["software"]["name"].as_str(), info["usage"]["users"]["total"].as_i64(), info["openRegistrations"].as_bool()),
        (Some("ratusha"), Some(3), Some(true))
    );
    assert_eq!(lviv.get("/nodeinfo/9").await.status, 404);
    assert!(lviv.get("/.well-known/host-meta").await.text.contains("lrdd"));
    let robots = lviv.get("/robots.txt").await;
    assert_eq!((robots.header("content-type"), robots.text.contains("Disallow: /ap/")), ("text/plain; charset=utf-8", true));
    let instance = lviv.get("/api/v1/instance").await.json();
    assert_eq!((instance["uri"].as_str(), instance["title"].as_str()), (Some("lviv.example"), Some("Львівська громада")));
}
