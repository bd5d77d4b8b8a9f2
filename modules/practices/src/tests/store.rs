//! The SQL, each function on a real database.

use ratusha_platform::{TenantId, Timestamp};

use super::{card, city, drafted, hub, published};
use crate::{
    model::{Curation, CurationRow, CurationStep, Decision, Evidence, PracticeId, Remote, State},
    service::{self, Draft},
    store,
};

pub(super) fn remote(n: u8) -> Remote {
    Remote {
        ap_id: format!("https://lviv.example/ap/practice/{n}"),
        host: "lviv.example".into(),
        actor: "https://lviv.example/ap/actor".into(),
        actor_name: "Львівська громада".into(),
        actor_handle: "@lviv@lviv.example".into(),
        url: format!("https://lviv.example/practices/{n}"),
        replies: String::new(),
        state: State::Validated,
        evidence: Evidence::E1,
        number: 1,
        review_due: Some(Timestamp(5)),
        published_at: Timestamp(1),
        updated_at: Timestamp(2),
        deleted_at: None,
        card: service::normalise(card("Черга")),
    }
}

#[tokio::test]
async fn a_practice_is_written_and_read_back_whole_and_only_by_its_tenant() {
    let app = city().await;
    let practice = drafted(&app, &app.system(), card("Черга")).await;
    let mut conn = app.ctx.db().read().await.unwrap();
    let tenant = app.tenant().id.clone();
    assert_eq!(store::find_practice(&mut conn, &tenant, &practice.id).await.unwrap(), Some(practice.clone()));
    let other = TenantId::new(app.ctx.rng(), app.ctx.now());
    assert_eq!(store::find_practice(&mut conn, &other, &practice.id).await.unwrap(), None);
    assert!(store::list_practices(&mut conn, &other, &[practice.id.to_string()]).await.unwrap().is_empty());
    assert!(store::list_revisions(&mut conn, &other, &practice.id, false, 10).await.unwrap().is_empty());
    assert_eq!(store::list_practices(&mut conn, &tenant, &[practice.id.to_string()]).await.unwrap(), std::slice::from_ref(&practice));
    drop(conn);
    let mut uow = app.begin().await;
    assert!(!store::update_practice(uow.conn(), &tenant, &practice, practice.version + 7).await.unwrap(), "another version is nobody's");
    assert!(!store::update_practice(uow.conn(), &other, &practice, practice.version).await.unwrap());
}

#[tokio::test]
async fn lists_by_state_go_on_behind_the_cursor() {
    let app = city().await;
    let who = app.system();
    for n in 0..5 {
        app.ctx.clock().advance(1_000);
        drafted(&app, &who, card(&format!("Чернетка {n}"))).await;
    }
    let mut conn = app.ctx.db().read().await.unwrap();
    let tenant = app.tenant().id.clone();
    let mut titles = Vec::new();
    let mut cursor = None;
    loop {
        let page = service::mine(&mut conn, &tenant, &who, &[State::Draft], false, cursor, 2).await.unwrap();
        titles.extend(page.items.iter().map(|p| p.card.title.clone()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(titles, ["Чернетка 4", "Чернетка 3", "Чернетка 2", "Чернетка 1", "Чернетка 0"]);
    let by_others = store::list_by_state(&mut conn, &tenant, &[State::Draft], Some("somebody"), None, 10).await.unwrap();
    assert!(by_others.is_empty());
    assert_eq!(store::count_states(&mut conn, &tenant).await.unwrap(), [("draft".to_owned(), 5)]);
}

#[tokio::test]
async fn a_name_from_a_file_is_taken_once() {
    let app = city().await;
    let who = app.system();
    let draft = || Draft { card: card("Черга"), external_id: Some("a-1".into()), adopted_from: None };
    let mut uow = app.begin().await;
    let practice = service::draft(&mut uow, &who, draft()).await.unwrap();
    uow.commit().await.unwrap();
    let mut conn = app.ctx.db().read().await.unwrap();
    let known = store::list_external(&mut conn, &app.tenant().id, &["a-1".into(), "b".into()]).await.unwrap();
    assert_eq!(known, [("a-1".to_owned(), practice.id.to_string())]);
    drop(conn);
    let mut uow = app.begin().await;
    assert!(service::draft(&mut uow, &who, draft()).await.is_err(), "the database itself refuses the second");
}

#[tokio::test]
async fn due_cards_are_counted() {
    let app = city().await;
    published(&app, "Черга").await;
    let mut conn = app.ctx.db().read().await.unwrap();
    let tenant = app.tenant().id.clone();
    assert_eq!(store::count_due(&mut conn, &tenant, app.ctx.now()).await.unwrap(), 0);
    assert_eq!(store::count_due(&mut conn, &tenant, app.ctx.now().plus_days(365)).await.unwrap(), 1);
}

#[tokio::test]
async fn decisions_are_kept_once_and_read_newest_first() {
    let app = city().await;
    let tenant = app.tenant().id.clone();
    let id = PracticeId::new(app.ctx.rng(), app.ctx.now());
    let decision = |word: &str, at: i64| Decision {
        decision: word.into(),
        class: "01".into(),
        note: "так".into(),
        actor: "https://hub.example/ap/desk/practices".into(),
        decided_at: Timestamp(at),
    };
    let mut uow = app.begin().await;
    let now = uow.now();
    for (n, word, at, new) in [(1, "returned", 10, true), (2, "accepted", 20, true), (2, "accepted", 20, false), (3, "withdrawn", 20, true)]
    {
        let activity = format!("https://hub.example/a/{n}");
        assert_eq!(store::insert_decision(uow.conn(), &tenant, &id, &activity, &decision(word, at), now).await.unwrap(), new);
    }
    let read = store::list_decisions(uow.conn(), &tenant, &id).await.unwrap();
    assert_eq!(read.iter().map(|d| d.decision.as_str()).collect::<Vec<_>>(), ["accepted", "withdrawn", "returned"]);
}

#[tokio::test]
async fn remote_practices_and_their_curation_are_written_and_read_back() {
    let app = hub().await;
    let tenant = app.tenant().id.clone();
    let mut uow = app.begin().await;
    let now = uow.now();
    let first = remote(1);
    store::upsert_remote(uow.conn(), &first, now).await.unwrap();
    let second = Remote { number: 2, card: service::normalise(card("Нова назва")), updated_at: Timestamp(9), ..first.clone() };
    store::upsert_remote(uow.conn(), &second, now).await.unwrap();
    assert_eq!(store::find_remote(uow.conn(), &first.ap_id).await.unwrap(), Some(second.clone()));
    assert_eq!(store::find_remote_card(uow.conn(), &first.ap_id, 1).await.unwrap().unwrap(), first.card);
    assert_eq!(store::list_remotes(uow.conn(), &[first.ap_id.clone(), "x".into()]).await.unwrap(), std::slice::from_ref(&second));
    let row = |n: i64, state: Curation| CurationRow {
        id: PracticeId::new(app.ctx.rng(), now),
        ap_id: format!("https://lviv.example/ap/practice/{n}"),
        state,
        version: 1,
        title: "Черга".into(),
        community: "Львів".into(),
        class: String::new(),
        note: String::new(),
        curator: String::new(),
        seen_number: 0,
        announce: None,
        add_activity: None,
        queued_at: Timestamp(n),
        decided_at: None,
    };
    let waiting = row(1, Curation::Waiting);
    let mut again = row(2, Curation::ReviewAgain);
    for row in [&waiting, &again] {
        store::insert_curation(uow.conn(), &tenant, row).await.unwrap();
    }
    let queued = [Curation::Waiting, Curation::ReviewAgain];
    let page = store::list_queue(uow.conn(), &tenant, &queued, None, 1).await.unwrap();
    assert_eq!(page, std::slice::from_ref(&waiting));
    let page = store::list_queue(uow.conn(), &tenant, &queued, Some((1, waiting.id.to_string())), 9).await.unwrap();
    assert_eq!(page, std::slice::from_ref(&again));
    again.state = Curation::Accepted;
    again.version = 2;
    assert!(store::update_curation(uow.conn(), &tenant, &again, 1).await.unwrap());
    assert!(!store::update_curation(uow.conn(), &tenant, &again, 1).await.unwrap());
    assert_eq!(store::find_curation(uow.conn(), &tenant, &again.id).await.unwrap(), Some(again.clone()));
    assert_eq!(store::find_curation_of(uow.conn(), &tenant, &waiting.ap_id).await.unwrap(), Some(waiting.clone()));
    assert_eq!(store::list_curations(uow.conn(), &tenant, &[again.id.to_string()]).await.unwrap().len(), 1);
    assert_eq!(store::count_curations(uow.conn(), &tenant).await.unwrap(), [("accepted".to_owned(), 1), ("waiting".to_owned(), 1)]);
    let step = CurationStep { at: now, done_by: "c".into(), decision: "accepted".into(), class: "01".into(), note: String::new() };
    let step_id = uow.new_id();
    store::insert_step(uow.conn(), &tenant, &again.id, &step_id, &step).await.unwrap();
    assert_eq!(store::list_steps(uow.conn(), &tenant, &again.id).await.unwrap(), [step]);
    store::erase_remote(uow.conn(), &first.ap_id, now).await.unwrap();
    let gone = store::find_remote(uow.conn(), &first.ap_id).await.unwrap().unwrap();
    assert_eq!((gone.state, gone.deleted_at, gone.card.title.as_str()), (State::Deleted, Some(now), ""));
}
