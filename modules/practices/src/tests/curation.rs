//! The hub's side and the author's: what comes in, what curators decide, what the community hears.

use ratusha_content::testkit::TestApp;
use ratusha_federation::{Outcome, RemoteActor, actors, outbox};
use ratusha_platform::{Kind, testkit::NOW};
use ratusha_tenants::{audit, hub as hubs, roles};
use serde_json::{Value, json};

use super::{ap::golden, card, city, hub, path, published};
use crate::{
    ap,
    model::{Curation, CurationRow, Evidence},
    service::{self, Choice},
    store,
};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const ID: &str = "https://lviv.example/ap/practice/01936a1e-0000-7000-8000-00000000000a";

fn document(host: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": format!("https://{host}/ap/actor"),
        "type": "Organization",
        "preferredUsername": host.split('.').next().unwrap(),
        "name": "Львівська громада",
        "url": format!("https://{host}/"),
        "inbox": format!("https://{host}/ap/actor/inbox"),
        "outbox": format!("https://{host}/ap/actor/outbox"),
        "followers": format!("https://{host}/ap/actor/followers"),
        "endpoints": {"sharedInbox": format!("https://{host}/ap/inbox")}
    })
}

pub(super) fn community(host: &str) -> RemoteActor {
    actors::parse_actor(&document(host), NOW).unwrap()
}

async fn known(app: &TestApp, host: &str) -> RemoteActor {
    let mut uow = app.begin().await;
    let actor = actors::remember(&mut uow, &document(host)).await.unwrap().unwrap();
    uow.commit().await.unwrap();
    actor
}

/// The hub with one admitted community.
async fn admitted() -> (TestApp, RemoteActor) {
    let app = hub().await;
    let actor = known(&app, "lviv.example").await;
    let community = hubs::Community {
        host: "lviv.example".into(),
        actor_id: actor.id.clone(),
        name: "Львівська громада".into(),
        katottg: Some("UA46060250000025047".into()),
        admitted: true,
        admitted_at: app.ctx.now(),
    };
    let mut uow = app.begin().await;
    hubs::store::put_community(uow.conn(), &app.tenant().id, &community, "test").await.unwrap();
    uow.commit().await.unwrap();
    (app, actor)
}

fn activity(kind: &str, number: u32, title: &str, updated: &str) -> Value {
    let mut property = Value::Object(ap::write_card(&card(title), |c| format!("https://hub.test/classifier/{c}")));
    property["type"] = json!("egov:BestPractice");
    property["evidence"] = json!("E1");
    json!({
        "id": format!("https://lviv.example/ap/activity/{number}"), "type": kind, "actor": "https://lviv.example/ap/actor", "to": [PUBLIC], "cc": [],
        "object": {
            "id": ID, "type": "Article", "attributedTo": "https://lviv.example/ap/actor", "url": "https://lviv.example/practices/a",
            "name": title, "summary": card(title).summary, "content": "<p>…</p><script>1</script>", "to": [PUBLIC],
            "published": "2026-11-20T08:00:00Z", "updated": updated, "replies": format!("{ID}/replies"),
            "egov:practice": property
        }
    })
}

fn create(title: &str) -> Value {
    activity("Create", 1, title, "2026-11-20T08:00:00Z")
}

async fn row(app: &TestApp) -> CurationRow {
    let mut conn = app.ctx.db().read().await.unwrap();
    store::find_curation_of(&mut conn, &app.tenant().id, ID).await.unwrap().unwrap()
}

async fn decide(app: &TestApp, choice: Choice, note: &str) -> CurationRow {
    let row = row(app).await;
    let mut uow = app.begin().await;
    let decided = service::decide(&mut uow, &app.system(), &row.id, row.version, &choice, note).await.unwrap();
    uow.commit().await.unwrap();
    app.settle().await;
    decided
}

fn into_class(class: &str) -> Choice {
    Choice::Accept { class: class.into() }
}

async fn sent(app: &TestApp) -> Vec<Value> {
    app.sent_by(&app.tenant().desk_id("practices")).await
}

/// What was sent to one host alone, the oldest first.
async fn told(app: &TestApp, host: &str) -> Vec<Value> {
    let mut conn = app.ctx.db().read().await.unwrap();
    let stream = outbox::Stream::Peer(host.to_owned()).name();
    let rows = outbox::store::list_after(&mut conn, &app.tenant().id, &stream, 0, 100).await.unwrap();
    rows.iter().map(|row| serde_json::from_slice(&row.bytes).unwrap()).collect()
}

#[tokio::test]
async fn a_practice_of_an_admitted_community_waits_for_a_curator_and_nobody_else_sees_it() {
    let (app, actor) = admitted().await;
    assert_eq!(app.deliver(&actor, create("Електронна черга")).await, Outcome::Done);
    assert_eq!(app.deliver(&actor, create("Електронна черга")).await, Outcome::Done, "the same again does no harm");
    app.settle().await;
    let row = row(&app).await;
    assert_eq!((row.state, row.title.as_str(), row.community.as_str()), (Curation::Waiting, "Електронна черга", "Львівська громада"));
    assert!(!app.get("/practices").await.has("Електронна черга"));
    assert_eq!(app.get(&format!("/practices/{}", row.id)).await.status, 404);
    assert_eq!(app.get("/curation").await.status, 401);
    assert_eq!(app.sign_in_as(roles::CITIZEN).await.get("/curation").await.status, 403);
    let curator = app.sign_in_as(roles::CURATOR).await;
    assert!(curator.get("/curation").await.has("Електронна черга"));
    let page = curator.get(&format!("/curation/{}", row.id)).await;
    assert!(page.status.is_success() && page.has("Прийняти до депозитарію") && !page.has("<script>1"), "{}", page.status);
    assert!(sent(&app).await.is_empty());
}

#[tokio::test]
async fn strangers_and_impostors_never_reach_the_queue() {
    let (app, _) = admitted().await;
    let stranger = known(&app, "stranger.example").await;
    let mut foreign = create("Чужа");
    foreign["object"]["id"] = json!("https://stranger.example/ap/practice/1");
    foreign["object"]["attributedTo"] = json!("https://stranger.example/ap/actor");
    assert_eq!(app.deliver(&stranger, foreign).await, Outcome::Ignored("its community is not admitted"));
    assert_eq!(app.deliver(&stranger, create("Підробка")).await, Outcome::Ignored("lives on another host than its actor"));
    let delete = json!({"id": "https://stranger.example/a/9", "type": "Delete", "object": ID});
    assert_eq!(app.deliver(&stranger, delete).await, Outcome::Ignored("never heard of"));
    let mut conn = app.ctx.db().read().await.unwrap();
    assert!(store::count_curations(&mut conn, &app.tenant().id).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_accepted_practice_stands_in_the_depository_and_is_announced() {
    let (app, actor) = admitted().await;
    app.deliver(&actor, create("Електронна черга")).await;
    app.settle().await;
    let row = decide(&app, into_class("03.02"), "Результати виміряно.").await;
    assert_eq!((row.state, row.class.as_str(), row.seen_number), (Curation::Accepted, "03.02", 1));
    let list = app.get("/practices?oblast=46").await;
    assert!(list.has("Електронна черга") && list.has("Національний депозитарій"));
    let page = app.get(&format!("/practices/{}", row.id)).await;
    assert!(page.has("lviv.example") && page.has("@lviv@lviv.example") && page.has("Електронна черга"));
    let sent = sent(&app).await;
    assert_eq!(sent.iter().map(|a| a["type"].as_str().unwrap()).collect::<Vec<_>>(), ["Announce", "Add"]);
    assert_eq!(sent[0]["object"], ID);
    assert_eq!(sent[0]["egov:curation"]["decision"], "accepted");
    assert_eq!(sent[1]["target"], app.tenant().url("/classifier/03.02"));
    golden("announce.json", &sent[0]);
    assert!(audit::verify_chain(&mut app.ctx.db().read().await.unwrap(), &app.tenant().id).await.is_ok());
}

#[tokio::test]
async fn remarks_and_reasons_go_to_the_community_alone() {
    let (app, actor) = admitted().await;
    app.deliver(&actor, create("Електронна черга")).await;
    app.settle().await;
    let first = row(&app).await;
    let mut uow = app.begin().await;
    let error = service::decide(&mut uow, &app.system(), &first.id, first.version, &Choice::Return, "  ").await.unwrap_err();
    assert_eq!(error.fields[0].field, "note");
    let error = service::decide(&mut uow, &app.system(), &first.id, first.version, &into_class("99"), "").await.unwrap_err();
    assert_eq!(error.fields[0].field, "class");
    drop(uow);
    decide(&app, Choice::Return, "Додайте джерело чисел.").await;
    assert!(sent(&app).await.is_empty(), "the public log says nothing");
    let told_lviv = told(&app, "lviv.example").await;
    assert_eq!((told_lviv[0]["type"].as_str(), told_lviv[0]["object"].as_str()), (Some("TentativeAccept"), Some(ID)));
    golden("curation_returned.json", &told_lviv[0]);
    decide(&app, Choice::Decline, "Не практика.").await;
    assert_eq!(told(&app, "lviv.example").await[1]["type"], "Reject");
    assert!(!app.get("/practices").await.has("Електронна черга"));
    let stale = service::decide(&mut app.begin().await, &app.system(), &first.id, first.version, &Choice::Decline, "x").await.unwrap_err();
    assert_eq!((stale.kind, stale.code), (Kind::Conflict, "conflict"));
}

#[tokio::test]
async fn a_changed_card_goes_back_to_the_curator_who_sees_what_changed() {
    let (app, actor) = admitted().await;
    app.deliver(&actor, create("Електронна черга")).await;
    decide(&app, into_class("03.02"), "").await;
    assert_eq!(app.deliver(&actor, activity("Update", 2, "Електронна черга і талони", "2026-11-21T08:00:00Z")).await, Outcome::Done);
    app.settle().await;
    assert_eq!(row(&app).await.state, Curation::ReviewAgain);
    assert!(app.get("/practices").await.has("Електронна черга і талони"), "it is still shown");
    assert!(app.get(&format!("/practices/{}", row(&app).await.id)).await.has("Зміни ще перевіряють"));
    let curator = app.sign_in_as(roles::CURATOR).await;
    let page = curator.get(&format!("/curation/{}", row(&app).await.id)).await;
    assert!(page.has("Що змінилося після вашого рішення") && page.has("<ins>"));
    let old = app.deliver(&actor, activity("Update", 3, "Стара назва", "2026-11-20T09:00:00Z")).await;
    assert_eq!(old, Outcome::Ignored("older than what is here"));
    decide(&app, into_class("03.02"), "Гаразд.").await;
    let kinds: Vec<String> = sent(&app).await.iter().map(|a| a["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["Announce", "Add"], "followers are not told twice");
    assert_eq!(told(&app, "lviv.example").await[0]["type"], "Accept");
    decide(&app, into_class("01.01"), "").await;
    let kinds: Vec<String> = sent(&app).await.iter().map(|a| a["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["Announce", "Add", "Remove", "Add"]);
}

#[tokio::test]
async fn a_confirmation_alone_disturbs_no_curator() {
    let (app, actor) = admitted().await;
    app.deliver(&actor, create("Електронна черга")).await;
    decide(&app, into_class("03.02"), "").await;
    let mut again = activity("Update", 2, "Електронна черга", "2026-11-22T08:00:00Z");
    again["object"]["egov:practice"]["reviewDue"] = json!("2027-11-22T08:00:00Z");
    app.deliver(&actor, again).await;
    app.settle().await;
    assert_eq!(row(&app).await.state, Curation::Accepted);
}

#[tokio::test]
async fn the_upper_levels_of_evidence_need_a_curators_word() {
    let (app, actor) = admitted().await;
    let mut boastful = create("Електронна черга");
    boastful["object"]["egov:practice"]["evidence"] = json!("E3");
    app.deliver(&actor, boastful).await;
    let accepted = decide(&app, into_class("03.02"), "").await;
    let shown = async || {
        let mut conn = app.ctx.db().read().await.unwrap();
        store::find_remote(&mut conn, ID).await.unwrap().unwrap().evidence
    };
    assert_eq!(shown().await, Evidence::E1, "documents are all that a community can claim");
    let curator = app.sign_in_as(roles::CURATOR).await;
    let page = format!("/curation/{}/evidence", accepted.id);
    let version = row(&app).await.version.to_string();
    let answer = curator.post(&page, &[("version", &version), ("level", "E2"), ("evidence_note", "")]).await;
    assert!(answer.status == 422 && answer.has("evidence_note-error"));
    let answer =
        curator.post(&page, &[("version", &version), ("level", "E2"), ("evidence_note", "Розрахунок перевірила експертка.")]).await;
    assert_eq!(answer.status, 303);
    app.settle().await;
    assert_eq!(shown().await, Evidence::E2);
    let told = told(&app, "lviv.example").await;
    assert_eq!((told[0]["type"].as_str(), told[0]["egov:curation"]["evidence"].as_str()), (Some("Accept"), Some("E2")));
    let mut taken_over = activity("Update", 5, "Електронна черга", "2026-11-22T08:00:00Z");
    taken_over["object"]["egov:practice"]["evidence"] = json!("E3");
    app.deliver(&actor, taken_over).await;
    app.settle().await;
    assert_eq!((shown().await, row(&app).await.state), (Evidence::E2, Curation::Accepted), "no more than was vouched for");
}

#[tokio::test]
async fn a_deletion_at_the_origin_leaves_a_tombstone_and_is_passed_on() {
    let (app, actor) = admitted().await;
    app.deliver(&actor, create("Електронна черга")).await;
    let accepted = decide(&app, into_class("03.02"), "").await;
    let delete =
        json!({"id": "https://lviv.example/a/9", "type": "Delete", "object": {"id": ID, "type": "Tombstone", "formerType": "Article"}});
    assert_eq!(app.deliver(&actor, delete).await, Outcome::Done);
    app.settle().await;
    assert_eq!(app.get(&format!("/practices/{}", accepted.id)).await.status, 410);
    assert!(!app.get("/practices").await.has("Електронна черга"));
    let kinds: Vec<String> = sent(&app).await.iter().map(|a| a["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["Announce", "Add", "Undo", "Remove"]);
    assert_eq!(app.deliver(&actor, create("Електронна черга")).await, Outcome::Ignored("deleted at its origin"));
    let mut conn = app.ctx.db().read().await.unwrap();
    assert_eq!(store::find_remote(&mut conn, ID).await.unwrap().unwrap().card.title, "", "the text is gone");
}

#[tokio::test]
async fn a_curator_decides_on_the_page_and_mistakes_keep_what_was_typed() {
    let (app, actor) = admitted().await;
    app.deliver(&actor, create("Електронна черга")).await;
    app.settle().await;
    let curator = app.sign_in_as(roles::CURATOR).await;
    let waiting = row(&app).await;
    let page = format!("/curation/{}", waiting.id);
    let version = waiting.version.to_string();
    let answer =
        curator.post(&page, &[("version", &version), ("decision", "accept"), ("class", ""), ("note", "Мої слова лишаються")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.has("Мої слова лишаються") && answer.has("Оберіть клас, у якому стоятиме практика"));
    assert_eq!(
        curator.post_raw(&page, &[("version", &version), ("decision", "decline"), ("note", "x")]).await.status,
        403,
        "without the token"
    );
    let answer = curator.post(&page, &[("version", &version), ("decision", "accept"), ("class", "03.02"), ("note", "")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/curation"));
    assert_eq!(curator.post(&page, &[("version", &version), ("decision", "decline"), ("note", "x")]).await.status, 409);
    app.settle().await;
}

#[tokio::test]
async fn the_author_reads_what_the_own_hub_decided_and_believes_no_other_desk() {
    let app = city().await;
    let practice = published(&app, "Черга").await;
    let ap_id = app.tenant().ap_url(&ap::practice_path(&practice.id));
    let mut desk = document("hub.example");
    desk["id"] = json!("https://hub.example/ap/desk/practices");
    desk["type"] = json!("Service");
    desk["preferredUsername"] = json!("practices");
    let mut uow = app.begin().await;
    let desk = actors::remember(&mut uow, &desk).await.unwrap().unwrap();
    let link = hubs::store::LinkRow {
        url: "https://hub.example".into(),
        desk: "practices".into(),
        actor_id: desk.id.clone(),
        inbox: "https://hub.example/ap/inbox".into(),
        host: "hub.example".into(),
        authority_key: "z6Mk".into(),
        seen_at: 1,
    };
    hubs::store::put_link(uow.conn(), &link).await.unwrap();
    uow.commit().await.unwrap();
    let said = |id: u32, kind: &str, word: &str, note: &str| json!({"id": format!("https://hub.example/a/{id}"), "type": kind, "object": ap_id, "egov:curation": {"decision": word, "class": "03.02", "note": note, "decidedAt": "2026-11-23T06:00:00Z"}});
    let impostor = known(&app, "fake.example").await;
    assert_eq!(app.deliver(&impostor, said(1, "Reject", "declined", "Ні")).await, Outcome::Ignored("not our hub's desk"));
    assert_eq!(app.deliver(&desk, said(2, "TentativeAccept", "returned", "Додайте <b>джерело</b>")).await, Outcome::Done);
    assert_eq!(app.deliver(&desk, said(2, "TentativeAccept", "returned", "Додайте <b>джерело</b>")).await, Outcome::Done);
    let page = app.sign_in_as(roles::EDITOR).await.get(&path(&practice)).await;
    assert!(page.has("Повернено із зауваженнями") && page.has("Додайте &lt;b&gt;джерело"), "shown to the author, and escaped");
    let public = app.get(&path(&practice)).await;
    assert!(!public.has("Повернено із зауваженнями") && !public.has("Додайте"), "remarks are no business of the public");
    let mut conn = app.ctx.db().read().await.unwrap();
    assert_eq!(store::list_decisions(&mut conn, &app.tenant().id, &practice.id).await.unwrap().len(), 1, "once");
    drop(conn);
    let mut vouched = said(3, "Accept", "accepted", "Перевірила експертка.");
    vouched["egov:curation"]["evidence"] = json!("E2");
    assert_eq!(app.deliver(&desk, vouched).await, Outcome::Done);
    let proven = super::now(&app, &practice).await;
    assert_eq!(
        (proven.evidence, proven.evidence_note.as_str()),
        (Evidence::E2, "Перевірила експертка."),
        "the node takes the curator's word over"
    );
    assert_eq!(app.sent_by(&app.tenant().actor_id()).await.last().unwrap()["object"]["egov:practice"]["evidence"], "E2");
    let next = published(&app, "Друга").await;
    let sent = app.sent_by(&app.tenant().actor_id()).await;
    let last = sent.last().unwrap();
    assert_eq!(last["object"]["tag"].as_array().unwrap().last().unwrap()["name"], "@practices@hub.example");
    let editor = app.sign_in_as(roles::EDITOR).await;
    assert!(editor.get(&path(&next)).await.has("очікують 1"), "the hub has not taken it yet");
    assert!(!app.get(&path(&next)).await.has("очікують 1"), "readers are not told of deliveries");
}
