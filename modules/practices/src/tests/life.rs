//! The life of a practice through the service: what is written together, and what is refused.

use ratusha_content::{classifier, index};
use ratusha_federation::Outcome;
use ratusha_platform::Kind;
use ratusha_tenants::{Principal, audit};
use serde_json::json;

use super::{card, city, drafted, hub, now, path, published, sent_by};
use crate::{
    model::{Card, Evidence, Freshness, State},
    seeds::samples,
    service,
};

#[tokio::test]
async fn editor_publishes_practice_and_it_is_found_sent_and_audited() {
    let app = city().await;
    let practice = published(&app, "Електронна черга").await;
    assert_eq!((practice.state, practice.revision), (State::Validated, 1));
    assert_eq!(practice.review_due, Some(app.ctx.now().plus_days(365)));
    let found = index::find(&mut app.ctx.db().read().await.unwrap(), &app.tenant().id, practice.id.as_str()).await.unwrap().unwrap();
    assert_eq!((found.title.as_str(), found.oblast.as_deref(), found.state), ("Електронна черга", Some("46"), index::State::Public));
    let sent = app.sent_by(&app.tenant().actor_id()).await;
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0]["type"].as_str(), sent[0]["object"]["type"].as_str()), (Some("Create"), Some("Article")));
    assert_eq!(Some(sent[0]["id"].as_str().unwrap()), practice.activity.as_deref());
    let mut conn = app.ctx.db().read().await.unwrap();
    assert!(audit::verify_chain(&mut conn, &app.tenant().id).await.is_ok());
}

#[tokio::test]
async fn what_does_not_meet_the_criteria_is_neither_handed_in_nor_published() {
    let app = city().await;
    let who = app.system();
    let practice = drafted(&app, &who, Card { title: "Гола назва".into(), ..Card::default() }).await;
    let mut uow = app.begin().await;
    let error = service::submit(&mut uow, &who, &practice.id, practice.version).await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Invalid, "practices.not_ready"));
    assert!(error.fields.iter().any(|f| f.field == "concepts"));
    let error = service::publish(&mut uow, &who, &practice.id, practice.version).await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Conflict, "practices.not_now"), "a draft is not published past the review");
    drop(uow);
    assert!(app.sent_by(&app.tenant().actor_id()).await.is_empty());
}

#[tokio::test]
async fn unknown_classes_and_places_are_refused_beside_their_fields() {
    let app = city().await;
    let mut uow = app.begin().await;
    let bad = Card { concepts: vec!["99.99".into()], territories: vec!["UA00000000000000000".into()], ..card("Черга") };
    let error = service::draft(&mut uow, &app.system(), service::Draft { card: bad, ..Default::default() }).await.unwrap_err();
    let fields: Vec<&str> = error.fields.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["concepts", "territories"]);
}

#[tokio::test]
async fn an_edit_of_a_public_card_is_a_new_version_and_an_update() {
    let app = city().await;
    let who = app.system();
    let practice = published(&app, "Електронна черга").await;
    app.ctx.clock().advance(60_000);
    let mut uow = app.begin().await;
    let changed = Card { summary: "Очікування — вісім хвилин.".into(), ..practice.card.clone() };
    let edited = service::edit(&mut uow, &who, &practice.id, practice.version, changed.clone(), "уточнили").await.unwrap();
    let same = service::edit(&mut uow, &who, &practice.id, edited.version, changed, "").await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!((edited.revision, same.revision, same.version), (2, 2, edited.version), "what changes nothing is no version");
    let sent = app.sent_by(&app.tenant().actor_id()).await;
    assert_eq!(sent.iter().map(|a| a["type"].as_str().unwrap()).collect::<Vec<_>>(), ["Create", "Update"]);
    assert!(sent[1]["object"]["updated"].as_str() > sent[1]["object"]["published"].as_str());
    let error = service::edit(&mut app.begin().await, &who, &practice.id, practice.version, card("Інше"), "").await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Conflict, "conflict"), "somebody else was faster");
    let worse = Card { concepts: Vec::new(), ..now(&app, &practice).await.card };
    let error = service::edit(&mut app.begin().await, &who, &practice.id, edited.version, worse, "").await.unwrap_err();
    assert_eq!(error.code, "practices.not_ready", "a public card stays fit for the public");
}

#[tokio::test]
async fn an_old_version_comes_back_as_the_newest() {
    let app = city().await;
    let who = app.system();
    let practice = published(&app, "Перша назва").await;
    let mut uow = app.begin().await;
    let edited = service::edit(&mut uow, &who, &practice.id, practice.version, card("Друга назва"), "").await.unwrap();
    let back = service::restore_version(&mut uow, &who, &practice.id, edited.version, 1).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!((back.revision, back.card.title.as_str()), (3, "Перша назва"));
    let mut conn = app.ctx.db().read().await.unwrap();
    let (_, versions) = service::versions(&mut conn, &app.tenant().id, &who, &practice.id).await.unwrap();
    assert_eq!(
        versions.iter().map(|v| (v.number, v.card.title.as_str())).collect::<Vec<_>>(),
        [(3, "Перша назва"), (2, "Друга назва"), (1, "Перша назва")]
    );
}

#[tokio::test]
async fn drafts_saved_before_publication_stay_among_the_writers() {
    let app = city().await;
    let who = app.system();
    let practice = drafted(&app, &who, card("Таємна чернетка")).await;
    let mut uow = app.begin().await;
    let practice = service::edit(&mut uow, &who, &practice.id, practice.version, card("Оприлюднена назва"), "").await.unwrap();
    let practice = service::submit(&mut uow, &who, &practice.id, practice.version).await.unwrap();
    let practice = service::publish(&mut uow, &who, &practice.id, practice.version).await.unwrap();
    uow.commit().await.unwrap();
    let anonymous = Principal::anonymous(&app.tenant().id);
    let mut conn = app.ctx.db().read().await.unwrap();
    let (_, versions) = service::versions(&mut conn, &app.tenant().id, &anonymous, &practice.id).await.unwrap();
    assert_eq!(versions.iter().map(|v| v.number).collect::<Vec<_>>(), [2]);
    assert_eq!(service::version(&mut conn, &app.tenant().id, &anonymous, &practice.id, 1).await.unwrap_err().kind, Kind::NotFound);
}

#[tokio::test]
async fn a_deletion_leaves_a_tombstone_where_the_public_knew_it() {
    let app = city().await;
    let who = app.system();
    let practice = published(&app, "Черга").await;
    let draft = drafted(&app, &who, card("Чернетка")).await;
    for p in [&practice, &draft] {
        let mut uow = app.begin().await;
        service::delete(&mut uow, &who, &p.id, p.version).await.unwrap();
        uow.commit().await.unwrap();
    }
    app.settle().await;
    assert_eq!(app.get(&path(&practice)).await.status, 410);
    assert_eq!(app.get(&path(&draft)).await.status, 404, "nobody knew of the draft");
    let document = app.get_activity(&format!("/ap/practice/{}", practice.id)).await;
    assert_eq!((document.status.as_u16(), document.json()["type"].as_str()), (410, Some("Tombstone")));
    assert_eq!(app.get_activity(&format!("/ap/practice/{}", draft.id)).await.status, 404);
    assert_eq!(now(&app, &practice).await.card, Card::default(), "the text is gone");
    let sent = sent_by(&app, &app.tenant().actor_id()).await;
    assert_eq!(sent.last().unwrap()["type"], "Delete");
    assert_eq!(sent.len(), 1, "the Create is erased, and nobody hears of a draft's end");
}

#[tokio::test]
async fn an_archived_practice_keeps_its_page_and_leaves_the_lists() {
    let app = city().await;
    let who = app.system();
    let practice = published(&app, "Архівна черга").await;
    let mut uow = app.begin().await;
    let archived = service::archive(&mut uow, &who, &practice.id, practice.version).await.unwrap();
    uow.commit().await.unwrap();
    assert!(!app.get("/practices").await.has("Архівна черга"));
    assert!(app.get(&path(&practice)).await.has("Архівна черга"));
    let mut uow = app.begin().await;
    assert_eq!(
        service::edit(&mut uow, &who, &practice.id, archived.version, card("Інше"), "").await.unwrap_err().code,
        "practices.not_now"
    );
    service::restore(&mut uow, &who, &practice.id, archived.version).await.unwrap();
    uow.commit().await.unwrap();
    assert!(app.get("/practices").await.has("Архівна черга"));
}

#[tokio::test]
async fn a_year_later_the_confirmation_is_due_and_a_season_later_readers_are_warned() {
    const DAY: i64 = 86_400_000;
    let app = city().await;
    let editor = app.sign_in_as("editor").await;
    let who = app.system();
    let practice = published(&app, "Черга").await;
    assert!(!app.get(&path(&practice)).await.has("Час підтвердити"));
    app.ctx.clock().advance(366 * DAY);
    app.settle().await;
    assert_eq!(now(&app, &practice).await.freshness(app.ctx.now()), Freshness::ReviewDue);
    assert!(app.get(&path(&practice)).await.has("Час підтвердити"));
    app.ctx.clock().advance(90 * DAY);
    app.settle().await;
    assert!(app.get(&path(&practice)).await.has("Давно не підтверджували"));
    let mut uow = app.begin().await;
    let confirmed = service::confirm(&mut uow, &who, &practice.id, practice.version).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(confirmed.freshness(app.ctx.now()), Freshness::Fresh);
    assert!(!app.get(&path(&practice)).await.has("Давно не підтверджували"));
    drop(editor);
}

#[tokio::test]
async fn a_document_must_be_there_before_a_level_rests_on_it() {
    let app = city().await;
    let who = app.system();
    let practice = published(&app, "Черга").await;
    let mut uow = app.begin().await;
    let error = service::set_evidence(&mut uow, &who, &practice.id, practice.version, Evidence::E1, "паспорт").await.unwrap_err();
    assert_eq!(error.fields[0].key, "practices-field-evidence-document-missing");
    let error = service::set_evidence(&mut uow, &who, &practice.id, practice.version, Evidence::E2, " ").await.unwrap_err();
    assert_eq!(error.fields[0].key, "practices-field-evidence-note-missing");
    let proven =
        service::set_evidence(&mut uow, &who, &practice.id, practice.version, Evidence::E2, "Перевірив експерт 12 жовтня.").await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(proven.evidence, Evidence::E2);
    assert_eq!(app.sent_by(&app.tenant().actor_id()).await.last().unwrap()["object"]["egov:practice"]["evidence"], "E2");
}

#[tokio::test]
async fn a_node_that_is_no_hub_keeps_nobody_elses_practices() {
    let app = city().await;
    let actor = app.remote_person("poltava", "poltava.example").await;
    let outcome = app
        .deliver(&actor, json!({"id": "https://poltava.example/a/1", "type": "Create", "object": {"id": "https://poltava.example/ap/practice/1", "type": "Article", "egov:practice": {}}}))
        .await;
    assert_eq!(outcome, Outcome::Ignored("only the hub keeps practices of others"));
}

#[test]
fn the_samples_are_fit_for_the_public() {
    for sample in samples() {
        let errors = service::normalise(sample.card.clone()).check_public();
        assert!(errors.is_empty(), "{}: {errors:?}", sample.card.title);
    }
}

#[tokio::test]
async fn a_merged_class_gives_way_to_the_one_that_took_its_place() {
    let app = city().await;
    let who = app.system();
    let practice = drafted(&app, &who, card("Черга")).await;
    let mut concepts: Vec<classifier::Concept> = classifier::shipped().concepts().cloned().collect();
    for concept in &mut concepts {
        for ends in [&mut concept.related, &mut concept.broader] {
            ends.retain(|code| code != "03.02");
        }
        if concept.notation == "03.02" {
            *concept = classifier::Concept {
                deprecated: true,
                broader: Vec::new(),
                related: Vec::new(),
                replaced_by: vec!["03.04".into()],
                ..concept.clone()
            };
        }
    }
    let next = classifier::Scheme::new(2, "2026-12-01", concepts).unwrap();
    let mut uow = app.begin().await;
    assert!(classifier::take_over(&mut uow, &next, "https://hub.example").await.unwrap());
    let edited = service::edit(&mut uow, &who, &practice.id, practice.version, practice.card.clone(), "").await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(edited.card.concepts, ["03.04", "40.10"], "and it stands once");
}

#[tokio::test]
async fn at_the_hub_a_practice_says_where_it_works() {
    let app = hub().await;
    let who = app.system();
    let practice = drafted(&app, &who, card("Черга")).await;
    let mut uow = app.begin().await;
    let error = service::submit(&mut uow, &who, &practice.id, practice.version).await.unwrap_err();
    assert_eq!(error.fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["territories"]);
}
