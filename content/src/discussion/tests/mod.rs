//! Stories of the discussion: from here and from the fediverse, held and shown, changed and taken back.

mod attacks;
mod search_page;

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::Path;
use http::{Request, StatusCode, header};
use ratusha_federation::{Outcome, RemoteActor};
use ratusha_platform::{AppResult, Timestamp, http::routes::Routes, i18n::Locales};
use ratusha_tenants::{Moderation, Page, audit};
use serde_json::{Value, json};

use super::{Comment, CommentState, reactions, service, store, thread};
use crate::{
    index::{self, Entry, State},
    module::{Module, NavEntry},
    testkit::{Answer, TestApp, counted},
};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const OBJECT: &str = "00000000-0000-7000-8000-000000000001";
const DRAFT: &str = "00000000-0000-7000-8000-000000000002";
const AP_ID: &str = "http://lviv.test/ap/practice/00000000-0000-7000-8000-000000000001";

/// A module with one page: what is discussed, and the discussion under it.
struct Shelf;

#[async_trait]
impl Module for Shelf {
    fn name(&self) -> &'static str {
        "shelf"
    }

    fn locales(&self) -> Locales {
        Locales { owner: "shelf", uk: "shelf-nav = Полиця\n", en: "shelf-nav = Shelf\n" }
    }

    fn routes(&self) -> Routes {
        Routes::new().get("/shelf/{id}", shown).get("/cabinet", cabinet)
    }

    fn label(&self) -> Option<&'static str> {
        Some("shelf-nav")
    }

    fn nav(&self) -> Option<NavEntry> {
        Some(NavEntry::new("shelf-nav", "/shelf", 10))
    }
}

/// The discussion of one thing.
async fn shown(page: Page, Path(id): Path<String>) -> AppResult<String> {
    let hit = index::find(&mut page.ctx.db().read().await.unwrap(), page.tenant_id(), &id).await.unwrap().unwrap();
    super::section(&page, &page.ui(), &hit).await.map(|html| html.to_string())
}

/// The cabinet of whoever asks, as plain as can be.
async fn cabinet(page: Page) -> String {
    let modules = page.ctx.service::<crate::Modules>().unwrap();
    let sections = modules.cabinet_sections(&page.ctx, &page).await.unwrap();
    let duties = modules.duties(&page.ctx, &page).await.unwrap();
    let sections: String = sections.iter().map(|s| format!("<h2>{}</h2>{}", s.title, s.html)).collect();
    format!("{sections}{duties:?}")
}

async fn world(moderation: Moderation) -> TestApp {
    let app = TestApp::new(vec![Arc::new(Shelf)]).await;
    app.set_moderation(moderation).await;
    let entry = Entry {
        object: OBJECT.into(),
        module: "shelf",
        ap_id: AP_ID.into(),
        path: format!("/shelf/{OBJECT}"),
        lang: "uk".into(),
        title: "Електронна черга".into(),
        origin: "lviv.test".into(),
        published_at: app.ctx.now(),
        updated_at: app.ctx.now(),
        ..Entry::default()
    };
    let draft =
        Entry { object: DRAFT.into(), ap_id: format!("http://lviv.test/ap/practice/{DRAFT}"), state: State::Hidden, ..entry.clone() };
    let mut uow = app.begin().await;
    index::put(&mut uow, &entry).await.unwrap();
    index::put(&mut uow, &draft).await.unwrap();
    uow.commit().await.unwrap();
    app
}

/// A reply as Mastodon sends it.
fn reply(from: &RemoteActor, n: u32, to: &str, text: &str) -> Value {
    json!({
        "id": format!("{}/statuses/{n}/activity", from.id),
        "type": "Create",
        "actor": from.id,
        "published": "2026-11-23T06:50:00Z",
        "to": [PUBLIC],
        "cc": [format!("{}/followers", from.id), "http://lviv.test/ap/actor"],
        "object": note(from, n, to, text),
    })
}

fn note(from: &RemoteActor, n: u32, to: &str, text: &str) -> Value {
    json!({
        "id": format!("{}/statuses/{n}", from.id),
        "type": "Note",
        "summary": null,
        "inReplyTo": to,
        "published": format!("2026-11-23T06:50:{:02}Z", n % 60),
        "url": format!("https://{}/@{}/{n}", from.host, from.username),
        "attributedTo": from.id,
        "to": [PUBLIC],
        "cc": [format!("{}/followers", from.id), "http://lviv.test/ap/actor"],
        "sensitive": false,
        "content": text,
        "contentMap": {"uk": text},
        "attachment": [],
        "tag": [{"type": "Mention", "href": "http://lviv.test/ap/actor", "name": "@lviv@lviv.test"}],
    })
}

fn update(from: &RemoteActor, n: u32, text: &str, at: &str) -> Value {
    let mut object = note(from, n, AP_ID, text);
    object["updated"] = json!(at);
    json!({"id": format!("{}/statuses/{n}#updates/{at}", from.id), "type": "Update", "actor": from.id, "to": [PUBLIC], "object": object})
}

fn delete(from: &RemoteActor, n: u32) -> Value {
    let id = format!("{}/statuses/{n}", from.id);
    json!({"id": format!("{id}#delete"), "type": "Delete", "actor": from.id, "to": [PUBLIC], "object": {"id": id, "type": "Tombstone"}})
}

fn note_id(from: &RemoteActor, n: u32) -> String {
    format!("{}/statuses/{n}", from.id)
}

async fn read(app: &TestApp) -> Vec<Comment> {
    let mut conn = app.ctx.db().read().await.unwrap();
    thread(&mut conn, &app.tenant().id, OBJECT).await.unwrap()
}

async fn stored(app: &TestApp, ap_id: &str) -> Option<Comment> {
    let mut conn = app.ctx.db().read().await.unwrap();
    store::find_comment_by_ap_id(&mut conn, &app.tenant().id, ap_id).await.unwrap()
}

async fn page_of(app: &TestApp) -> Answer {
    app.get(&format!("/shelf/{OBJECT}")).await
}

#[tokio::test]
async fn a_citizen_on_mastodon_replies_and_the_reply_stands_under_the_practice() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    let outcome =
        app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Чудово, <a href=\"https://a.example/\" class=\"u-url\">дивіться</a></p>")).await;
    assert_eq!(outcome, Outcome::Done);
    let page = page_of(&app).await;
    assert!(page.has("Чудово") && page.has("@marek@mastodon.example") && page.has("https://mastodon.example/@marek/1"), "{}", page.body);
    assert!(page.has("Обговорення: 1 коментар"));
    // The same activity again, under another id, changes nothing.
    let mut again = reply(&marek, 1, AP_ID, "<p>Інше</p>");
    again["id"] = json!("https://mastodon.example/again");
    assert_eq!(app.deliver(&marek, again).await, Outcome::Ignored("nothing new"));
    assert_eq!(read(&app).await.len(), 1);
}

#[tokio::test]
async fn a_held_reply_waits_for_a_moderator_and_nobody_else_sees_it() {
    let app = world(Moderation::Hold).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Перевірте мене</p>")).await;
    assert!(!page_of(&app).await.has("Перевірте мене"));
    let id = stored(&app, &note_id(&marek, 1)).await.unwrap().id;
    let editor = app.sign_in_as("editor").await;
    assert!(editor.get("/discussion").await.has("Перевірте мене"));
    assert!(editor.get(&format!("/shelf/{OBJECT}")).await.has("Очікує на перевірку"));
    for (who, status) in [(app.visitor(), StatusCode::UNAUTHORIZED), (app.sign_in_as("citizen").await, StatusCode::FORBIDDEN)] {
        assert_eq!(who.get("/discussion").await.status, status);
        assert_eq!(who.post(&format!("/discussion/comments/{id}/approve"), &[]).await.status, status);
        assert_eq!(who.get(&format!("/discussion/comments/{id}")).await.status, StatusCode::NOT_FOUND);
        assert!(!who.get(&format!("/shelf/{OBJECT}")).await.has("Перевірте мене"));
    }
    for path in ["replies", "context"] {
        assert!(!app.get_activity(&format!("/ap/practice/{OBJECT}/{path}")).await.has("mastodon.example"), "{path}");
    }
    let before = index::revision(&app.ctx, &app.tenant().id).await.unwrap();
    let done = editor.post(&format!("/discussion/comments/{id}/approve"), &[]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, format!("/shelf/{OBJECT}#comment-{id}").as_str()));
    assert!(page_of(&app).await.has("Перевірте мене"));
    assert!(index::revision(&app.ctx, &app.tenant().id).await.unwrap() > before, "cached pages must not outlive the decision");
    assert_eq!(editor.post(&format!("/discussion/comments/{id}/approve"), &[]).await.status, StatusCode::CONFLICT);
    // Taking it down needs a reason, which the form asks for with everything kept.
    let path = format!("/discussion/comments/{id}/hide");
    assert!(editor.get(&path).await.has("Перевірте мене"));
    let refused = editor.post(&path, &[("reason", "  ")]).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("Напишіть, чому коментар приховано"));
    assert_eq!(editor.post(&path, &[("reason", "Образа")]).await.status, StatusCode::SEE_OTHER);
    assert!(!page_of(&app).await.has("Перевірте мене"));
    assert!(editor.get("/discussion?state=hidden").await.has("Причина: Образа"));
    let mut conn = app.ctx.db().read().await.unwrap();
    let rows = audit::of_object(&mut conn, &app.tenant().id, id.as_str(), 10).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.action.as_str()).collect::<Vec<_>>(), ["discussion.receive", "discussion.approve", "discussion.hide"]);
    assert_eq!(rows[1].done_by, editor.account().as_str());
}

#[tokio::test]
async fn s24_a_poisoned_reply_never_breaks_the_page() {
    let app = world(Moderation::Show).await;
    let mallory = app.remote_person("mallory", "evil.example").await;
    let poisons = [
        "<script>alert(1)</script><p onclick=\"x()\">один</p>",
        "<p>два</p></section></main><h1>Чужий заголовок</h1>",
        "<img src=x onerror=alert(1)>три<svg><script>alert(1)</script></svg><math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
        "<a href=\"javascript:alert(1)\">чотири</a><iframe src=\"https://evil.example\"></iframe><style>*{display:none}</style>",
        "<p>п\u{202E}ять\u{0}</p>",
        &"<div>".repeat(5_000),
    ];
    for (n, poison) in (1..).zip(poisons) {
        app.deliver(&mallory, reply(&mallory, n, AP_ID, poison)).await;
    }
    let page = page_of(&app).await;
    assert_eq!(page.status, StatusCode::OK);
    for bad in ["<script", "onclick", "onerror", "javascript:", "<iframe", "<style", "<img", "<svg", "</main>", "<h1>Чужий", "\u{202E}"]
    {
        assert!(!page.has(bad), "{bad}");
    }
    assert!(page.has("один") && page.has("чотири"));
    assert_eq!(page.body.matches("<section").count(), page.body.matches("</section>").count());
}

#[tokio::test]
async fn s19_an_edit_counts_only_when_it_is_newer_whichever_comes_first() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    // The edit overtakes what it edits.
    assert_eq!(app.deliver(&marek, update(&marek, 1, "<p>Друге</p>", "2026-11-23T06:55:00Z")).await, Outcome::Done);
    assert_eq!(app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Перше</p>")).await, Outcome::Ignored("nothing new"));
    assert_eq!(read(&app).await[0].body, "<p>Друге</p>");
    assert_eq!(app.deliver(&marek, update(&marek, 1, "<p>Третє</p>", "2026-11-23T06:58:00Z")).await, Outcome::Done);
    assert_eq!(app.deliver(&marek, update(&marek, 1, "<p>Старе</p>", "2026-11-23T06:56:00Z")).await, Outcome::Ignored("nothing new"));
    let now = &read(&app).await[0];
    assert_eq!((now.body.as_str(), now.is_edited()), ("<p>Третє</p>", true));
    // Nobody edits what somebody else wrote, even from the same server.
    let other = app.remote_person("other", "mastodon.example").await;
    let mut forged = update(&marek, 1, "<p>Чуже</p>", "2026-11-23T06:59:00Z");
    forged["actor"] = json!(other.id);
    assert_eq!(app.deliver(&other, forged.clone()).await, Outcome::Ignored("not its author"));
    forged["object"]["attributedTo"] = json!(other.id);
    assert_eq!(app.deliver(&other, forged).await, Outcome::Ignored("not its author"));
    assert_eq!(read(&app).await[0].body, "<p>Третє</p>");
}

#[tokio::test]
async fn an_edited_reply_is_held_again_where_replies_are_held() {
    let app = world(Moderation::Hold).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Чемно</p>")).await;
    let editor = app.sign_in_as("editor").await;
    let id = stored(&app, &note_id(&marek, 1)).await.unwrap().id;
    editor.post(&format!("/discussion/comments/{id}/approve"), &[]).await;
    app.deliver(&marek, update(&marek, 1, "<p>Уже не чемно</p>", "2026-11-23T06:58:00Z")).await;
    assert_eq!(stored(&app, &note_id(&marek, 1)).await.unwrap().state, CommentState::Held);
    assert!(read(&app).await.is_empty());
}

#[tokio::test]
async fn a_deleted_reply_goes_and_leaves_its_place_only_under_answers() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    let olena = app.remote_person("olena", "pleroma.example").await;
    app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Питання</p>")).await;
    app.deliver(&olena, reply(&olena, 3, &note_id(&marek, 1), "<p>Відповідь</p>")).await;
    app.deliver(&marek, reply(&marek, 2, AP_ID, "<p>Саме по собі</p>")).await;
    assert_eq!(read(&app).await.iter().map(|c| c.depth).collect::<Vec<_>>(), [0, 1, 0]);
    assert_eq!(app.deliver(&olena, delete(&marek, 1)).await, Outcome::Ignored("nothing here, or not its author"));
    assert_eq!(app.deliver(&marek, delete(&marek, 1)).await, Outcome::Done);
    assert_eq!(app.deliver(&marek, delete(&marek, 2)).await, Outcome::Done);
    let page = page_of(&app).await;
    assert!(page.has("Коментар видалено") && page.has("Відповідь") && !page.has("Питання") && !page.has("Саме по собі"));
    let left = read(&app).await;
    assert_eq!(left.len(), 2);
    assert!(left[0].author_name.is_empty() && left[0].actor.is_empty(), "nothing of the person is left");
    // It does not come back by being sent again.
    assert!(matches!(app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Питання</p>")).await, Outcome::Ignored(_)));
    // The bare address of an object is understood too, and so is the whole account's end.
    let gone = json!({"id": "https://pleroma.example/d", "type": "Delete", "actor": olena.id, "object": olena.id});
    assert_eq!(app.deliver(&olena, gone).await, Outcome::Done);
    assert!(read(&app).await.is_empty());
}

#[tokio::test]
async fn replies_to_nothing_of_ours_are_left_alone_and_early_ones_wait() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    // Answers what does not exist here yet, or is no longer here.
    assert_eq!(
        app.deliver(&marek, reply(&marek, 1, "http://lviv.test/ap/practice/00000000-0000-7000-8000-000000000009", "<p>?</p>")).await,
        Outcome::Wait
    );
    // Answers a draft: nobody may learn that it is there by being shown under it.
    let draft = format!("http://lviv.test/ap/practice/{DRAFT}");
    assert_eq!(app.deliver(&marek, reply(&marek, 2, &draft, "<p>?</p>")).await, Outcome::Ignored("answers what is not public"));
    // Strangers among themselves: nothing is even fetched.
    let mut strangers = reply(&marek, 3, "https://other.example/notes/1", "<p>?</p>");
    strangers["object"]["cc"] = json!([]);
    strangers["object"]["tag"] = json!([]);
    assert_eq!(app.deliver(&marek, strangers).await, Outcome::Ignored("answers nothing of ours"));
    // For somebody's eyes only: never shown to all.
    let mut direct = reply(&marek, 4, AP_ID, "<p>Таємно</p>");
    for place in ["to", "cc"] {
        direct[place] = json!(["http://lviv.test/ap/actor"]);
        direct["object"][place] = json!(["http://lviv.test/ap/actor"]);
    }
    assert_eq!(app.deliver(&marek, direct).await, Outcome::Ignored("not public"));
    // In the name of another.
    let mut forged = reply(&marek, 5, AP_ID, "<p>!</p>");
    forged["object"]["id"] = json!("https://evil.example/1");
    assert!(matches!(app.deliver(&marek, forged).await, Outcome::Ignored(_)));
    assert!(read(&app).await.is_empty());
}

#[tokio::test]
async fn unknown_notes_between_a_reply_and_us_are_fetched_within_limits() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    let id = app.serve_person("ivan", "gts.example");
    let ivan = RemoteActor { id, host: "gts.example".into(), username: "ivan".into(), ..marek.clone() };
    app.serve(&note_id(&ivan, 1), note(&ivan, 1, AP_ID, "<p>Перший</p>"));
    app.serve(&note_id(&ivan, 2), note(&ivan, 2, &note_id(&ivan, 1), "<p>Другий</p>"));
    assert_eq!(app.deliver(&marek, reply(&marek, 1, &note_id(&ivan, 2), "<p>Третій</p>")).await, Outcome::Done);
    let thread = read(&app).await;
    assert_eq!(
        thread.iter().map(|c| (c.body.as_str(), c.depth)).collect::<Vec<_>>(),
        [("<p>Перший</p>", 0), ("<p>Другий</p>", 1), ("<p>Третій</p>", 2)]
    );
    assert_eq!(thread[0].author_handle, "@ivan@gts.example");
    // A ring, a chain without end, a note that says it is another one, a note that cannot be had.
    app.serve(&note_id(&ivan, 10), note(&ivan, 10, &note_id(&ivan, 11), "<p>a</p>"));
    app.serve(&note_id(&ivan, 11), note(&ivan, 11, &note_id(&ivan, 10), "<p>b</p>"));
    assert!(matches!(app.deliver(&marek, reply(&marek, 20, &note_id(&ivan, 10), "<p>?</p>")).await, Outcome::Ignored(_)));
    for n in 100..140 {
        app.serve(&note_id(&ivan, n), note(&ivan, n, &note_id(&ivan, n + 1), "<p>c</p>"));
    }
    assert!(matches!(app.deliver(&marek, reply(&marek, 21, &note_id(&ivan, 100), "<p>?</p>")).await, Outcome::Ignored(_)));
    app.serve(&note_id(&ivan, 30), note(&ivan, 31, AP_ID, "<p>d</p>"));
    assert!(matches!(app.deliver(&marek, reply(&marek, 22, &note_id(&ivan, 30), "<p>?</p>")).await, Outcome::Ignored(_)));
    assert!(matches!(app.deliver(&marek, reply(&marek, 23, "https://gone.example/1", "<p>?</p>")).await, Outcome::Ignored(_)));
    assert_eq!(read(&app).await.len(), 3);
}

#[tokio::test]
async fn s27_a_thread_ends_at_fifty_answers_deep() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    let mut above = AP_ID.to_owned();
    for n in 0..=50 {
        // Slowly enough not to be held for haste.
        app.ctx.clock().advance(200_000);
        assert_eq!(app.deliver(&marek, reply(&marek, n, &above, &format!("<p>{n}</p>"))).await, Outcome::Done, "{n}");
        above = note_id(&marek, n);
    }
    assert_eq!(app.deliver(&marek, reply(&marek, 51, &above, "<p>51</p>")).await, Outcome::Ignored("too deep"));
    assert_eq!(read(&app).await.len(), 51);
}

#[tokio::test]
async fn s21_a_blocked_host_neither_speaks_nor_likes_here() {
    let app = world(Moderation::Show).await;
    let mallory = app.remote_person("mallory", "sub.evil.example").await;
    let mut uow = app.begin().await;
    ratusha_tenants::follow::service::block_host(&mut uow, &app.system(), "evil.example").await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(app.deliver(&mallory, reply(&mallory, 1, AP_ID, "<p>!</p>")).await, Outcome::Ignored("blocked"));
    let like = json!({"id": "https://sub.evil.example/l", "type": "Like", "actor": mallory.id, "object": AP_ID});
    assert_eq!(app.deliver(&mallory, like).await, Outcome::Ignored("blocked"));
    // Nor does it come in through an answer of somebody else.
    let marek = app.remote_person("marek", "mastodon.example").await;
    app.serve(&note_id(&mallory, 1), note(&mallory, 1, AP_ID, "<p>!</p>"));
    assert_eq!(app.deliver(&marek, reply(&marek, 2, &note_id(&mallory, 1), "<p>Ні</p>")).await, Outcome::Ignored("blocked"));
    assert!(read(&app).await.is_empty());
}

#[tokio::test]
async fn who_writes_too_much_in_an_hour_waits_for_a_moderator() {
    let app = world(Moderation::Show).await;
    let mallory = app.remote_person("mallory", "spam.example").await;
    for n in 0..35 {
        app.deliver(&mallory, reply(&mallory, n, AP_ID, &format!("<p>Реклама {n}</p>"))).await;
    }
    assert_eq!(read(&app).await.len(), 30);
    let mut conn = app.ctx.db().read().await.unwrap();
    assert_eq!(service::count_held(&mut conn, &app.tenant().id).await.unwrap(), 5);
}

#[tokio::test]
async fn likes_and_shares_are_counted_once_and_can_be_taken_back() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    let ivan = app.remote_person("ivan", "gts.example").await;
    let act = |who: &RemoteActor, kind: &str, n: u32| json!({"id": format!("{}/{kind}/{n}", who.id), "type": kind, "actor": who.id, "object": AP_ID, "to": [PUBLIC]});
    for who in [&marek, &ivan] {
        assert_eq!(app.deliver(who, act(who, "Like", 1)).await, Outcome::Done);
    }
    assert_eq!(app.deliver(&marek, act(&marek, "Like", 2)).await, Outcome::Ignored("counted before"));
    assert_eq!(app.deliver(&marek, act(&marek, "Announce", 1)).await, Outcome::Done);
    let count = async || reactions(&mut app.ctx.db().read().await.unwrap(), &app.tenant().id, OBJECT).await.unwrap();
    assert_eq!((count().await.likes, count().await.shares), (2, 1));
    assert!(page_of(&app).await.has("2 вподобання у федиверсі · 1 поширення"));
    let undo =
        |who: &RemoteActor, object: Value| json!({"id": format!("{}/undo", who.id), "type": "Undo", "actor": who.id, "object": object});
    // Somebody else's like cannot be taken back.
    app.deliver(&ivan, undo(&ivan, json!(format!("{}/Like/1", marek.id)))).await;
    assert_eq!(count().await.likes, 2);
    assert_eq!(app.deliver(&marek, undo(&marek, act(&marek, "Like", 1))).await, Outcome::Done);
    assert_eq!(app.deliver(&marek, undo(&marek, json!(format!("{}/Announce/1", marek.id)))).await, Outcome::Done);
    assert_eq!((count().await.likes, count().await.shares), (1, 0));
    let draft =
        json!({"id": "https://x.example/1", "type": "Like", "actor": marek.id, "object": format!("http://lviv.test/ap/practice/{DRAFT}")});
    assert_eq!(app.deliver(&marek, draft).await, Outcome::Ignored("nothing of ours"));
}

#[tokio::test]
async fn a_citizen_comments_answers_and_deletes() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>А черга жива?</p>")).await;
    let above = stored(&app, &note_id(&marek, 1)).await.unwrap();
    let iryna = app.sign_in_as("citizen").await;
    let form = iryna.get(&format!("/discussion/{OBJECT}?reply={}", above.id)).await;
    assert!(form.has("Ваша відповідь") && form.has(&format!("name=\"parent\" value=\"{}\"", above.id)) && form.has("А черга жива?"));
    let done =
        iryna.post(&format!("/discussion/{OBJECT}"), &[("text", "Так, **дуже**. <script>x</script>"), ("parent", above.id.as_str())]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let mine = read(&app).await.into_iter().find(|c| c.is_local()).unwrap();
    assert_eq!(done.location(), format!("/shelf/{OBJECT}#comment-{}", mine.id));
    assert_eq!((mine.depth, mine.state, mine.account.clone()), (1, CommentState::Visible, Some(iryna.account())));
    assert!(mine.body.contains("<strong>дуже</strong>") && !mine.body.contains("<script"));
    // It goes out as the person, to the public, the community's followers and whom it answers.
    let sent = app.sent_by(&mine.actor).await;
    assert_eq!(sent.len(), 1);
    let create = &sent[0];
    assert_eq!((create["type"].as_str(), create["object"]["type"].as_str()), (Some("Create"), Some("Note")));
    assert_eq!(create["object"]["inReplyTo"], json!(note_id(&marek, 1)));
    assert_eq!(create["object"]["attributedTo"], json!(mine.actor));
    assert_eq!(create["to"], json!([PUBLIC]));
    assert_eq!(create["cc"], json!(["http://lviv.test/ap/actor/followers", marek.id]));
    assert_eq!(create["object"]["tag"][0]["name"], json!("@marek@mastodon.example"));
    assert_eq!(create["object"]["contentMap"]["uk"], create["object"]["content"]);
    assert!(mine.actor.starts_with("http://lviv.test/ap/person/"));
    // And can be read at its own address.
    let path = mine.ap_id.strip_prefix("http://lviv.test").unwrap();
    let own = app.get_activity(path).await;
    assert_eq!((own.status, own.header("content-type")), (StatusCode::OK, "application/activity+json"));
    assert_eq!(own.json()["id"], json!(mine.ap_id));
    let page = app.get(path).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, format!("/discussion/comments/{}", mine.id).as_str()));
    // Nobody else deletes it; she does.
    let delete = format!("/discussion/comments/{}/delete", mine.id);
    assert_eq!(app.visitor().post(&delete, &[]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.sign_in_as("editor").await.post(&delete, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(iryna.post_raw(&delete, &[]).await.status, StatusCode::FORBIDDEN, "a form without its token");
    assert_eq!(iryna.post(&delete, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(read(&app).await.len(), 1);
    // The words are gone from what was sent, too.
    let sent = app.sent_by(&mine.actor).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0]["type"].as_str(), sent[0]["object"]["type"].as_str(), sent[0]["object"]["id"].clone()),
        (Some("Delete"), Some("Tombstone"), json!(mine.ap_id))
    );
    let gone = app.get_activity(path).await;
    assert_eq!((gone.status, gone.json()["type"].as_str().map(ToOwned::to_owned)), (StatusCode::GONE, Some("Tombstone".into())));
}

#[tokio::test]
async fn a_held_citizen_sees_the_own_comment_and_it_goes_out_only_when_let_through() {
    let app = world(Moderation::Hold).await;
    let iryna = app.sign_in_as("citizen").await;
    let done = iryna.post(&format!("/discussion/{OBJECT}"), &[("text", "Чекаю на рішення")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(read(&app).await.is_empty());
    assert!(iryna.get(&format!("/shelf/{OBJECT}")).await.has("Чекаю на рішення"));
    assert!(!app.sign_in_as("citizen").await.get(&format!("/shelf/{OBJECT}")).await.has("Чекаю на рішення"));
    let editor = app.sign_in_as("editor").await;
    let mut conn = app.ctx.db().read().await.unwrap();
    let waiting = service::queue(&mut conn, &app.tenant().id, editor.who(), CommentState::Held, None, 10).await.unwrap();
    drop(conn);
    let held = waiting.items[0].comment.clone();
    let path = held.ap_id.strip_prefix("http://lviv.test").unwrap();
    assert_eq!(app.get_activity(path).await.status, StatusCode::NOT_FOUND);
    assert!(app.sent_by(&held.actor).await.is_empty());
    editor.post(&format!("/discussion/comments/{}/approve", held.id), &[]).await;
    assert_eq!(app.sent_by(&held.actor).await[0]["type"], json!("Create"));
    assert_eq!(app.get_activity(path).await.status, StatusCode::OK);
    editor.post(&format!("/discussion/comments/{}/hide", held.id), &[("reason", "Помилка <b>")]).await;
    let told = iryna.get("/cabinet").await;
    assert!(told.has("Приховано модератором") && told.has("Причина: Помилка &lt;b&gt;") && told.has("Електронна черга"), "{}", told.body);
    assert_eq!(app.sent_by(&held.actor).await[0]["type"], json!("Delete"));
    assert_eq!(app.get_activity(path).await.status, StatusCode::NOT_FOUND);
    // An editor's own comment needs nobody's leave.
    editor.post(&format!("/discussion/{OBJECT}"), &[("text", "Від редакції")]).await;
    assert_eq!(read(&app).await.len(), 1);
}

#[tokio::test]
async fn a_refused_comment_keeps_what_was_typed() {
    let app = world(Moderation::Show).await;
    let iryna = app.sign_in_as("citizen").await;
    let long = "дуже довго ".repeat(600);
    let refused = iryna.post(&format!("/discussion/{OBJECT}"), &[("text", long.as_str())]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Коментар задовгий") && refused.has("дуже довго дуже довго"));
    let empty = iryna.post(&format!("/en/discussion/{OBJECT}"), &[("text", " \u{200B}\n ")]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.has("Write the text of the comment."));
    assert_eq!(app.visitor().post(&format!("/discussion/{OBJECT}"), &[("text", "Я")]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(iryna.post(&format!("/discussion/{DRAFT}"), &[("text", "Я")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(iryna.post("/discussion/no-such", &[("text", "Я")]).await.status, StatusCode::NOT_FOUND);
    let other = iryna.post(&format!("/discussion/{OBJECT}"), &[("text", "Я"), ("parent", OBJECT)]).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    assert!(read(&app).await.is_empty());
}

#[tokio::test]
async fn s31_the_collections_of_a_thread_hold_only_what_everybody_may_read() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    for n in 0..60 {
        app.ctx.clock().advance(200_000);
        app.deliver(&marek, reply(&marek, n, AP_ID, &format!("<p>{n}</p>"))).await;
    }
    app.deliver(&marek, reply(&marek, 100, &note_id(&marek, 0), "<p>глибше</p>")).await;
    app.set_moderation(Moderation::Hold).await;
    app.deliver(&marek, reply(&marek, 101, AP_ID, "<p>чекає</p>")).await;
    let path = format!("/ap/practice/{OBJECT}");
    let whole = app.get_activity(&format!("{path}/replies")).await.json();
    assert_eq!((whole["type"].as_str(), whole["id"].as_str()), (Some("Collection"), Some(format!("{AP_ID}/replies").as_str())));
    let first = &whole["first"];
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    let next = first["next"].as_str().unwrap().strip_prefix("http://lviv.test").unwrap().to_owned();
    let second = app.get_activity(&next).await.json();
    assert_eq!((second["items"].as_array().unwrap().len(), second.get("next")), (10, None));
    let context = app.get_activity(&format!("{path}/context")).await.json();
    assert_eq!((context["totalItems"].as_i64(), context["attributedTo"].as_str()), (Some(62), Some("http://lviv.test/ap/actor")));
    assert_eq!(context["first"]["orderedItems"][0], json!(AP_ID));
    assert!(
        !whole.to_string().contains("/statuses/101")
            && !second.to_string().contains("/statuses/101")
            && !context.to_string().contains("/statuses/101")
    );
    for path in [
        format!("/ap/practice/{DRAFT}/replies"),
        format!("/ap/practice/{DRAFT}/context"),
        "/ap/note/x/replies".into(),
        format!("/ap/other/{OBJECT}/replies"),
    ] {
        assert_eq!(app.get_activity(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_discussion_costs_the_same_few_statements_however_long_it_is() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    let path = format!("/shelf/{OBJECT}");
    // What is kept in memory afterwards is read once.
    app.get(&path).await;
    let mut costs = Vec::new();
    for n in 0..25 {
        app.deliver(&marek, reply(&marek, n, AP_ID, &format!("<p>{n}</p>"))).await;
        if n == 1 || n == 24 {
            let (answer, statements) = counted(app.get(&path)).await;
            assert_eq!(answer.status, StatusCode::OK);
            costs.push(statements.len());
        }
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[0] <= 8, "{costs:?}");
}

#[tokio::test]
async fn moderators_are_told_how_many_wait_and_others_are_not() {
    let app = world(Moderation::Hold).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    for n in 0..3 {
        app.deliver(&marek, reply(&marek, n, AP_ID, "<p>?</p>")).await;
    }
    let mut conn = app.ctx.db().read().await.unwrap();
    let editor = app.sign_in_as("editor").await;
    assert_eq!(service::queue(&mut conn, &app.tenant().id, editor.who(), CommentState::Held, None, 2).await.unwrap().items.len(), 2);
    let citizen = app.sign_in_as("citizen").await;
    assert!(service::queue(&mut conn, &app.tenant().id, citizen.who(), CommentState::Held, None, 2).await.is_err());
    drop(conn);
    let told = editor.get("/cabinet").await;
    assert!(told.has("3 коментарі чекають на рішення модератора") && told.has("href=\"/discussion\""), "{}", told.body);
    assert!(!citizen.get("/cabinet").await.has("коментар"));
    assert!(!app.get("/cabinet").await.has("коментар"));
}
