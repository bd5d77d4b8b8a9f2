//! What goes over the wire, byte for byte, and what hostile documents get.

use std::{collections::HashMap, path::Path};

use ratusha_content::testkit::TestApp;
use ratusha_federation::{Received, RemoteActor};
use ratusha_platform::Timestamp;
use serde_json::{Value, json};

use super::{card, city, drafted, published};
use crate::{
    ap::read_article,
    model::{Evidence, PracticeId},
    service,
};

/// Compares with `fixtures/ap/<name>`, ids numbered and signatures left out; `UPDATE_GOLDEN=1` writes the file.
pub(super) fn golden(name: &str, document: &Value) {
    let mut seen = HashMap::new();
    let text = format!("{}\n", serde_json::to_string_pretty(&stable(document, None, &mut seen)).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ap").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, golden, "{name} differs; if that is meant, run with UPDATE_GOLDEN=1");
}

fn stable(value: &Value, name: Option<&str>, seen: &mut HashMap<String, usize>) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.iter().map(|(name, value)| (name.clone(), stable(value, Some(name), seen))).collect()),
        Value::Array(items) => Value::Array(items.iter().map(|item| stable(item, name, seen)).collect()),
        Value::String(_) if name == Some("proofValue") => json!("z…"),
        Value::String(text) => {
            let is_id = |part: &str| part.parse::<PracticeId>().is_ok();
            let parts: Vec<String> = text
                .split('/')
                .map(|part| {
                    if !is_id(part) {
                        return part.to_owned();
                    }
                    let next = seen.len() + 1;
                    format!("01936a1e-0000-7000-8000-{:012}", *seen.entry(part.to_owned()).or_insert(next))
                })
                .collect();
            Value::String(parts.join("/").replace("http://", "https://").replace(".test", ".example"))
        }
        other => other.clone(),
    }
}

async fn sent(app: &TestApp) -> Vec<Value> {
    super::sent_by(app, &app.tenant().actor_id()).await
}

#[tokio::test]
async fn the_documents_of_a_practice_are_as_they_are_shown_in_the_handbook() {
    let app = city().await;
    let who = app.system();
    let practice = published(&app, "Електронна черга в центрі надання адміністративних послуг").await;
    app.ctx.clock().advance(3_600_000);
    let mut changed = practice.card.clone();
    changed.outcomes[0].after = "8,5".into();
    let mut uow = app.begin().await;
    let practice = service::edit(&mut uow, &who, &practice.id, practice.version, changed, "").await.unwrap();
    uow.commit().await.unwrap();
    let document = app.get_activity(&format!("/ap/practice/{}", practice.id)).await;
    assert_eq!((document.status.as_u16(), document.header("content-type")), (200, "application/activity+json"));
    golden("practice.json", &document.json());
    let before = sent(&app).await;
    for (activity, name) in before.iter().zip(["create.json", "update.json"]) {
        golden(name, activity);
        assert_eq!(activity["proof"]["cryptosuite"], "eddsa-jcs-2022");
    }
    let mut uow = app.begin().await;
    service::delete(&mut uow, &who, &practice.id, practice.version).await.unwrap();
    uow.commit().await.unwrap();
    app.settle().await;
    let left = sent(&app).await;
    assert_eq!(left.len(), 1, "what was said of it is erased from the log");
    golden("delete.json", &left[0]);
}

#[tokio::test]
async fn other_servers_read_one_type_one_author_and_ukrainian_first() {
    let app = city().await;
    let practice = published(&app, "Черга").await;
    let article = app.get_activity(&format!("/ap/practice/{}", practice.id)).await.json();
    assert_eq!((article["type"].as_str(), article["attributedTo"].as_str()), (Some("Article"), Some(app.tenant().actor_id().as_str())));
    let content = article["contentMap"].as_object().unwrap();
    assert_eq!(content.keys().next().unwrap(), "uk");
    assert_eq!(content["uk"], article["content"]);
    assert!(article["name"].as_str().unwrap().chars().count() <= 150 && article["summary"].as_str().unwrap().chars().count() <= 500);
    assert!(article["updated"].as_str() >= article["published"].as_str());
    assert_eq!(article["egov:practice"]["resultsMeasured"][0]["before"], "42", "decimals are text");
    assert!(article["egov:practice"]["classification"][0].as_str().unwrap().ends_with("/classifier/03.02"));
    assert!(article["egov:practice"]["katottg"][0].as_str().unwrap().starts_with("UA46"));
    let revision = app.get_activity(&format!("/ap/practice/{}/rev/1", practice.id)).await.json();
    assert_eq!(revision["egov:revisionOf"], article["id"]);
    let history = app.get_activity(&format!("/ap/practice/{}/history", practice.id)).await.json();
    assert_eq!((history["totalItems"].as_i64(), &history["orderedItems"][0]), (Some(1), &revision["id"]));
}

#[tokio::test]
async fn s31_no_document_leaks_a_draft() {
    let app = city().await;
    let who = app.system();
    let canary = drafted(&app, &who, card("Канарка-чернетка")).await;
    for path in ["", "/rev/1", "/history"] {
        let answer = app.get_activity(&format!("/ap/practice/{}{path}", canary.id)).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.has("Канарка"));
    }
    for path in [
        "/practices",
        "/practices/export.csv",
        "/practices/export.jsonld",
        "/practices/timeline",
        "/feed.atom",
        "/feed.json",
        "/search?q=%D0%BA%D0%B0%D0%BD%D0%B0%D1%80%D0%BA%D0%B0",
    ] {
        assert!(!app.get(path).await.has("Канарка-чернетка"), "{path}");
    }
    for path in ["", ".jsonld", "/cite", "/versions", "/versions/1", "/diff?from=1&to=1", "/edit", "/files", "/submit", "/delete"] {
        assert_eq!(app.get(&format!("/practices/{}{path}", canary.id)).await.status, 404, "{path}");
    }
    assert!(sent(&app).await.is_empty());
}

fn received(object: Value) -> Received {
    let actor = RemoteActor { id: "https://lviv.example/ap/actor".into(), ..super::curation::community("lviv.example") };
    Received {
        tenant: ratusha_platform::TenantId::trusted("00000000-0000-7000-8000-000000000000"),
        id: "https://lviv.example/ap/activity/1".into(),
        kind: "Create".into(),
        actor,
        activity: json!({"type": "Create", "to": ["https://www.w3.org/ns/activitystreams#Public"], "object": object}),
        object,
        fetched: HashMap::new(),
        received_at: Timestamp::parse("2026-11-23T10:00:00Z").unwrap(),
    }
}

fn whole() -> Value {
    json!({
        "id": "https://lviv.example/ap/practice/1", "type": "Article", "attributedTo": "https://lviv.example/ap/actor",
        "name": "Черга", "summary": "Коротко", "published": "2026-05-04T08:00:00Z", "updated": "2026-05-05T08:00:00Z",
        "egov:practice": {"problem": "Проблема", "solution": "Рішення", "evidence": "E1", "resultsMeasured": [{"indicator": "час", "before": 42, "after": "9,5"}]}
    })
}

#[test]
fn a_sound_practice_is_read() {
    let article = read_article(&received(whole())).unwrap();
    assert_eq!((article.card.title.as_str(), article.host.as_str(), article.evidence), ("Черга", "lviv.example", Evidence::E1));
    assert_eq!((article.card.outcomes[0].before.as_str(), article.card.outcomes[0].after.as_str()), ("42", "9.5"));
    assert_eq!(article.url, article.ap_id, "without a page of its own its address stands for it");
}

#[test]
fn s12_what_is_not_its_senders_is_refused() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut object = whole();
        change(&mut object);
        read_article(&received(object)).map(|_| ())
    };
    assert_eq!(with(&|o| o["id"] = json!("https://evil.example/ap/practice/1")), Err("lives on another host than its actor"));
    assert_eq!(with(&|o| o["id"] = json!("https://lviv.example.evil.example/1")), Err("lives on another host than its actor"));
    assert_eq!(with(&|o| o["attributedTo"] = json!("https://lviv.example/ap/person/1")), Err("somebody else's"));
    assert_eq!(with(&|o| o["attributedTo"] = json!(null)), Err("nobody's"));
    assert_eq!(with(&|o| o["egov:practice"] = json!("x")), Err("no practice in it"));
    assert_eq!(with(&|o| o["name"] = json!(["<b></b>"])), Err("without a title"));
    assert_eq!(with(&|o| o["egov:practice"] = json!({"problem": 5})), Err("without a problem and a solution"));
    assert_eq!(with(&|o| o["id"] = json!(17)), Err("no address"));
    let mut private = received(whole());
    private.activity["to"] = json!(["https://hub.example/ap/desk/practices"]);
    assert_eq!(read_article(&private).map(|_| ()), Err("not public"));
}

#[test]
fn s20_poison_in_texts_dates_and_lists_does_no_harm() {
    let mut object = whole();
    object["name"] = json!("<script>alert(1)</script>Черга\u{202e}");
    object["published"] = json!("2999-01-01T00:00:00Z");
    object["updated"] = json!("2999-01-01T00:00:00Z");
    object["url"] = json!("javascript:alert(1)");
    object["replies"] = json!("https://evil.example/replies");
    object["egov:practice"]["problem"] = json!("<img src=x onerror=alert(1)>".repeat(5_000));
    object["egov:practice"]["resultsMeasured"] = json!((0..100_000).map(|n| json!({"indicator": n.to_string()})).collect::<Vec<_>>());
    let article = read_article(&received(object)).unwrap();
    assert!(!article.card.title.contains('<') && !article.card.title.contains('\u{202e}'), "{}", article.card.title);
    assert!(article.updated_at <= Timestamp::parse("2026-11-23T10:00:00Z").unwrap(), "nobody publishes in the future");
    assert_eq!((article.url.as_str(), article.replies.as_str()), (article.ap_id.as_str(), ""));
    assert!(article.card.problem.chars().count() <= 20_000 && article.card.outcomes.len() <= 40);
    assert!(!crate::ap::content_of(&article.card).contains("<img"));
}
