//! What hostile servers and hasty moderators try in a discussion.

use super::*;
use crate::discussion::{import, model::CommentId};

fn seen_by(page: &Answer) -> String {
    page.body.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_text_that_was_swapped_after_the_moderator_read_it_is_not_let_through() {
    let app = world(Moderation::Hold).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Дякую громаді</p>")).await;
    let editor = app.sign_in_as("editor").await;
    let queue = editor.get("/discussion").await;
    assert!(queue.has("Дякую громаді"));
    let seen = seen_by(&queue);
    assert_eq!(app.deliver(&marek, update(&marek, 1, "<p>Купуйте в мене</p>", "2026-11-23T06:59:00Z")).await, Outcome::Done);
    let id = stored(&app, &note_id(&marek, 1)).await.unwrap().id;
    let answer = editor.post(&format!("/discussion/comments/{id}/approve"), &[("seen", &seen), ("back", "/discussion")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(!page_of(&app).await.has("Купуйте в мене"));
    let seen = seen_by(&editor.get("/discussion").await);
    let answer = editor.post(&format!("/discussion/comments/{id}/approve"), &[("seen", &seen), ("back", "/discussion")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(page_of(&app).await.has("Купуйте в мене"));
}

#[tokio::test]
async fn an_edit_that_crosses_the_moderators_decision_never_brings_a_comment_back() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Образа</p>")).await;
    let read_before = stored(&app, &note_id(&marek, 1)).await.unwrap();
    let mut uow = app.begin().await;
    service::hide(&mut uow, &app.system(), &read_before.id, "образа").await.unwrap();
    uow.commit().await.unwrap();
    let mut edited = note(&marek, 1, AP_ID, "<p>Образа знову</p>");
    edited["updated"] = json!("2026-11-23T06:59:00Z");
    let edited = import::read(&edited).unwrap();
    let mut uow = app.begin().await;
    let now = uow.now();
    service::revise(&mut uow, &marek, &edited, read_before, now).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(stored(&app, &note_id(&marek, 1)).await.unwrap().state, CommentState::Hidden);
    assert!(!page_of(&app).await.has("Образа"));
}

#[tokio::test]
async fn a_flood_that_waits_for_a_moderator_pushes_nobody_off_the_page() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Голос мешканця</p>")).await;
    let one = stored(&app, &note_id(&marek, 1)).await.unwrap();
    let mut uow = app.begin().await;
    let tenant = app.tenant().id.clone();
    for n in 0..2_001 {
        let flood = Comment {
            id: CommentId::new(uow.ctx().rng(), uow.now()),
            ap_id: format!("https://flood.example/{n}"),
            state: CommentState::Held,
            published_at: Timestamp(n),
            ..one.clone()
        };
        store::insert_comment(uow.conn(), &tenant, &flood).await.unwrap();
    }
    uow.commit().await.unwrap();
    assert!(page_of(&app).await.has("Голос мешканця"));
}

#[tokio::test]
async fn addresses_with_a_null_character_lead_nowhere_on_every_engine() {
    let app = world(Moderation::Show).await;
    for path in
        ["/discussion/%00", "/shelf/%00", "/classifier/%00", "/search?f-%00=a", "/files/%00/a", "/ap/desk/%00", "/feed.atom?f-a%00=b"]
    {
        assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // `1|` and a null character, as a cursor.
    assert_eq!(app.get("/search?q=черга&cursor=MXwA").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nodeinfo_counts_what_the_communitys_own_people_have_published() {
    let app = world(Moderation::Show).await;
    let marek = app.remote_person("marek", "mastodon.example").await;
    app.deliver(&marek, reply(&marek, 1, AP_ID, "<p>Здалеку</p>")).await;
    let citizen = app.sign_in_as("citizen").await;
    citizen.post(&format!("/discussion/{OBJECT}"), &[("text", "Зблизька")]).await;
    app.settle().await;
    let hit = index::find(&mut app.ctx.db().read().await.unwrap(), &app.tenant().id, OBJECT).await.unwrap().unwrap();
    let foreign = Entry {
        object: "00000000-0000-7000-8000-000000000003".into(),
        module: "shelf",
        ap_id: "https://poltava.example/ap/practice/3".into(),
        path: "/shelf/3".into(),
        lang: "uk".into(),
        title: "З іншого міста".into(),
        origin: "poltava.example".into(),
        published_at: hit.published_at,
        updated_at: hit.updated_at,
        ..Entry::default()
    };
    let mut uow = app.begin().await;
    index::put(&mut uow, &foreign).await.unwrap();
    uow.commit().await.unwrap();
    let usage = app.get("/nodeinfo/2.1").await.json()["usage"].clone();
    assert_eq!((usage["localPosts"].as_i64(), usage["localComments"].as_i64()), (Some(1), Some(1)), "{usage}");
}

#[tokio::test]
async fn odd_searches_are_answered_on_every_engine() {
    let app = world(Moderation::Show).await;
    let long = "громада ".repeat(1_300);
    for text in [
        "\"",
        "' OR 1=1 --",
        "черга* AND (",
        "NEAR(a b)",
        "a:b & !c | <->",
        "^черга",
        "{a}: b",
        "і та в на",
        "🏛️🇺🇦",
        "%_\\",
        "\u{202e}\u{feff}",
        "-",
        "title:черга",
        long.as_str(),
    ] {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish();
        for path in ["/search", "/feed.atom", "/feed.json"] {
            assert_eq!(app.get(&format!("{path}?{query}")).await.status, StatusCode::OK, "{path} {text}");
        }
    }
    assert!(app.get("/search?q=черг*").await.status == StatusCode::OK);
    let key = i64::MAX;
    for cursor in [format!("{key}|g"), format!("{}|", i64::MIN), "1|' OR 1=1".to_owned()] {
        let cursor =
            ratusha_platform::http::cursor::Cursor { key: cursor.split('|').next().unwrap().parse().unwrap(), id: cursor }.encode();
        for order in ["newest", "oldest", "relevance"] {
            assert_eq!(app.get(&format!("/search?q=черга&sort={order}&cursor={cursor}")).await.status, StatusCode::OK);
        }
    }
}
