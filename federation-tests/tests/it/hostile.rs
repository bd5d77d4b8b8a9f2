//! Peers that do not behave: a clear refusal, a line in the log, never a row.

use http::StatusCode;
use ratusha_federation_tests::{Cluster, FakePeer, activities::Note, cluster::HUB_AND_CITY, peer::fixed_keys};
use ratusha_tenants::Moderation;
use serde_json::{Value, json};

use crate::{inbox, marek_follows};

/// Every letter of this module is tried against a practice that could be answered, so that only the guard keeps it out.
struct Stage {
    cluster: Cluster,
    peer: FakePeer,
    marek: String,
    practice: String,
    object: String,
    inbox: String,
}

impl Stage {
    async fn set() -> Self {
        let cluster = Cluster::start(HUB_AND_CITY).await;
        cluster.moderate("lviv", Moderation::Show).await;
        let (peer, marek) = marek_follows(&cluster, "lviv").await;
        let practice = cluster.publish("lviv", "Практика").await;
        cluster.settle().await;
        let inbox = inbox(&cluster, "lviv");
        Self { practice: cluster.ap_id("lviv", &practice.id), object: practice.id.to_string(), cluster, peer, marek, inbox }
    }

    fn create(&self, content: &str) -> Value {
        let note = self.peer.note(&Note { actor: &self.marek, in_reply_to: Some(&self.practice), mentions: &[], content, warning: None });
        self.peer.create(&note)
    }

    async fn comments(&self) -> usize {
        self.cluster.settle().await;
        let mut conn = self.cluster.ctx("lviv").db().read().await.unwrap();
        ratusha_content::discussion::service::thread(&mut conn, &self.cluster.tenant("lviv").id, &self.object).await.unwrap().len()
    }

    async fn refused(&self, status: u16, answer: StatusCode, what: &str) {
        assert_eq!(answer.as_u16(), status, "{what}");
        assert_eq!(self.comments().await, 0, "{what}");
    }
}

#[tokio::test]
async fn s08_a_signature_that_does_not_hold_is_401() {
    let stage = Stage::set().await;
    let (peer, create) = (&stage.peer, stage.create("<p>Підробка</p>"));
    let body = create.to_string().into_bytes();
    let good = peer.letter(&stage.inbox, &create);
    stage.refused(401, peer.post(&good.clone().without("signature")).await, "unsigned").await;
    let wrong_key = peer.letter_of(&stage.marek, &fixed_keys(3), &stage.inbox, body.clone());
    stage.refused(401, peer.post(&wrong_key).await, "another key").await;
    let mut wrong_body = good.clone();
    wrong_body.body = stage.create("<p>Інше</p>").to_string().into_bytes();
    stage.refused(401, peer.post(&wrong_body).await, "another body").await;
    stage.refused(401, peer.post(&good.clone().without("digest")).await, "no digest").await;
    let hour = 60 * 60 * 1000;
    let now = stage.cluster.clock.now().0;
    for (at, what) in [(now - 13 * hour, "13 hours old"), (now + 2 * hour, "from the future")] {
        let letter = peer.letter_at(&stage.marek, &peer.keys, &stage.inbox, body.clone(), at);
        stage.refused(401, peer.post(&letter).await, what).await;
    }
    let elsewhere = peer.letter_of(&stage.marek, &peer.keys, &inbox(&stage.cluster, "hub"), body.clone());
    let mut moved = elsewhere.with("host", &stage.cluster.tenant("lviv").host);
    moved.url.clone_from(&stage.inbox);
    stage.refused(401, peer.post(&moved).await, "signed for another host").await;
    // After all that the honest letter is still taken.
    assert_eq!(peer.post(&good).await, 202);
    assert_eq!(stage.comments().await, 1);
}

#[tokio::test]
async fn s09_a_key_of_another_actor_is_refused() {
    let stage = Stage::set().await;
    let peer = &stage.peer;
    let eve = peer.person("eve");
    let create = stage.create("<p>Від імені Марека</p>");
    let body = create.to_string().into_bytes();
    // Eve lives on the same server with the same key pair, but the key that she names is hers.
    let letter = peer.letter_of(&eve, &peer.keys, &stage.inbox, body.clone());
    stage.refused(401, peer.post(&letter).await, "a neighbour's key").await;
    let other = FakePeer::start("evil", 3, &stage.cluster.clock).await;
    let mallory = other.person("mallory");
    let letter = other.letter_of(&mallory, &other.keys, &stage.inbox, body);
    stage.refused(401, other.post(&letter).await, "a stranger's key").await;
}

#[tokio::test]
async fn s10_a_key_document_that_claims_anothers_actor_is_refused() {
    let stage = Stage::set().await;
    let evil = FakePeer::start("evil", 3, &stage.cluster.clock).await;
    let mallory = evil.person("mallory");
    // The document at Mallory's address says that it is Marek, with Mallory's key.
    let mut document = evil.person_document("mallory");
    document["id"] = json!(stage.marek);
    document["publicKey"]["owner"] = json!(stage.marek);
    evil.serve(&mallory, document);
    let mut create = stage.create("<p>Я Марек</p>");
    create["actor"] = json!(mallory);
    create["id"] = json!(evil.url("/a/1"));
    create["object"]["id"] = json!(evil.url("/n/1"));
    create["object"]["attributedTo"] = json!(mallory);
    let letter = evil.letter(&stage.inbox, &create);
    stage.refused(401, evil.post(&letter).await, "a document with another id").await;
}

#[tokio::test]
async fn s12_what_lives_on_another_host_than_its_actor_is_403() {
    let stage = Stage::set().await;
    let peer = &stage.peer;
    let change = |path: &[&str], value: Value| {
        let mut activity = stage.create("<p>Чуже</p>");
        let mut at = &mut activity;
        for name in path {
            at = &mut at[*name];
        }
        *at = value;
        activity
    };
    for (activity, what) in [
        (change(&["id"], json!("http://elsewhere.localhost:81/a/1")), "the activity's id"),
        (change(&["object", "id"], json!("http://elsewhere.localhost:81/n/1")), "the object's id"),
        (change(&["object", "attributedTo"], json!("http://elsewhere.localhost:81/u")), "the object's author"),
        (change(&["object", "id"], json!(stage.practice)), "our own object"),
    ] {
        stage.refused(403, peer.send(&stage.inbox, &activity).await, what).await;
    }
    let ours = json!({"@context": "https://www.w3.org/ns/activitystreams", "id": stage.cluster.tenant("lviv").ap_url("/ap/x/1"), "type": "Delete",
        "actor": stage.cluster.tenant("lviv").actor_id(), "object": stage.practice});
    stage.refused(403, peer.send(&stage.inbox, &ours).await, "in our own name").await;
    assert!(stage.cluster.visitor("lviv").get("/practices").await.page().contains("Практика"));
}

#[tokio::test]
async fn s12_a_stranger_neither_changes_nor_deletes_what_is_not_its_own() {
    let stage = Stage::set().await;
    let create = stage.create("<p>Слова Марека</p>");
    assert_eq!(stage.peer.send(&stage.inbox, &create).await, 202);
    assert_eq!(stage.comments().await, 1);
    // Eve on the same server: the hosts fit, the author does not.
    let eve = stage.peer.person("eve");
    for kind in ["Update", "Delete"] {
        stage.cluster.clock.advance(60_000);
        let mut object = create["object"].clone();
        object["content"] = json!("<p>Слова Єви</p>");
        object["updated"] = json!(stage.peer.now());
        object["attributedTo"] = json!(eve);
        let activity = json!({"@context": "https://www.w3.org/ns/activitystreams", "id": stage.peer.url(&format!("/eve/{kind}")), "type": kind, "actor": eve,
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [], "object": object});
        let _ = stage.peer.send(&stage.inbox, &activity).await;
        assert_eq!(stage.comments().await, 1, "{kind}");
    }
    let page = stage.cluster.visitor("lviv").get(&format!("/practices/{}", stage.object)).await.page();
    assert!(page.contains("Слова Марека") && !page.contains("Слова Єви"));
}

#[tokio::test]
async fn s23_too_large_too_deep_and_not_json_are_refused() {
    let stage = Stage::set().await;
    let peer = &stage.peer;
    let post = async |body: Vec<u8>| peer.post(&peer.letter_of(&stage.marek, &peer.keys, &stage.inbox, body)).await;
    let mut large = stage.create("<p>Велике</p>");
    large["object"]["padding"] = json!(vec!["а".repeat(1000); 600]);
    stage.refused(413, post(large.to_string().into_bytes()).await, "more than a mebibyte").await;
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    stage.refused(400, post(deep.into_bytes()).await, "too deep").await;
    stage.refused(400, post(b"{".to_vec()).await, "half a document").await;
    let mut doubled = stage.create("<p>Двічі</p>").to_string();
    doubled.insert_str(1, "\"actor\":\"http://evil.localhost:1/u\",");
    stage.refused(400, post(doubled.into_bytes()).await, "a member twice").await;
    let html = peer.letter(&stage.inbox, &stage.create("<p>Не той тип</p>")).with("content-type", "text/html");
    stage.refused(415, peer.post(&html).await, "another media type").await;
}

#[tokio::test]
async fn s17_a_document_that_could_be_read_in_two_ways_is_refused() {
    let stage = Stage::set().await;
    for (name, value) in [("@graph", json!([])), ("@included", json!([])), ("@reverse", json!({}))] {
        let mut create = stage.create("<p>Двозначне</p>");
        create[name] = value;
        stage.refused(400, stage.peer.send(&stage.inbox, &create).await, name).await;
    }
    let mut create = stage.create("<p>Двозначне</p>");
    create["@context"] = json!(["https://www.w3.org/ns/activitystreams", {"actor": "https://evil.example/x"}]);
    stage.refused(400, stage.peer.send(&stage.inbox, &create).await, "a word with another meaning").await;
}

#[tokio::test]
async fn s21_a_blocked_server_is_refused_and_gets_nothing() {
    let stage = Stage::set().await;
    let host = stage.peer.host.clone();
    stage.cluster.work("lviv", async |uow, who| ratusha_tenants::follow::service::block_host(uow, who, &host).await).await;
    stage.refused(403, stage.peer.send(&stage.inbox, &stage.create("<p>Пустіть</p>")).await, "blocked").await;
    let before = stage.peer.deliveries().len();
    stage.cluster.publish("lviv", "Не для них").await;
    stage.cluster.settle().await;
    assert_eq!(stage.peer.deliveries().len(), before);
}

#[tokio::test]
async fn s29_a_server_that_floods_us_with_forgeries_is_slowed_down() {
    let stage = Stage::set().await;
    let body = stage.create("<p>Повінь</p>").to_string().into_bytes();
    let mut statuses = Vec::new();
    for n in 0..200 {
        let stranger = stage.peer.url(&format!("/users/nobody{n}"));
        let text = String::from_utf8(body.clone()).unwrap().replace(&stage.marek, &stranger);
        let letter = stage.peer.letter_of(&stranger, &stage.peer.keys, &stage.inbox, text.into_bytes());
        statuses.push(stage.peer.post(&letter).await.as_u16());
    }
    assert!(statuses.starts_with(&[401]) && statuses.ends_with(&[429]), "{statuses:?}");
    assert_eq!(stage.comments().await, 0);
    // Other servers do not suffer for it.
    let other = FakePeer::start("honest", 1, &stage.cluster.clock).await;
    let ola = other.person("ola");
    let note =
        other.note(&Note { actor: &ola, in_reply_to: Some(&stage.practice), mentions: &[], content: "<p>Вітаю</p>", warning: None });
    assert_eq!(other.send(&stage.inbox, &other.create(&note)).await, 202);
    assert_eq!(stage.comments().await, 1);
}
