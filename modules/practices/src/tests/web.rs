//! The pages: what one reads, what forms do, who gets what.

use http::{Request, header};
use ratusha_tenants::roles;

use super::{card, city, drafted, now, path, published};
use crate::{model::Card, service, web::routes};

/// The fields of a card that meets the criteria, as a browser sends them.
fn fields(title: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = [
        ("title", title),
        ("summary", "Очікування скоротилося."),
        ("status", "operating"),
        ("problem", "Люди чекали."),
        ("solution", "Запис на час."),
        ("contact", "tsnap@example.com"),
        ("started_on", "2025-02-03"),
        ("outcome_0_metric", "Очікування"),
        ("outcome_0_before", "42"),
        ("outcome_0_after", "9,5"),
        ("step_0", "Виміряли"),
        ("concepts", "03.02"),
        ("licence", "CC-BY-4.0"),
        ("step_rows", "3"),
        ("outcome_rows", "2"),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .collect();
    fields.push(("version".to_owned(), "0".to_owned()));
    fields
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect()
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(k, _)| k != name);
    fields.push((name.to_owned(), value.to_owned()));
}

#[tokio::test]
async fn every_page_for_readers_renders_in_both_languages() {
    let app = city().await;
    let practice = published(&app, "Електронна черга").await;
    let own = path(&practice);
    for (page, says) in [
        ("/practices".to_owned(), "Електронна черга"),
        ("/practices/map".to_owned(), "Львівська"),
        ("/practices/timeline".to_owned(), "4 квартал 2026 року"),
        ("/practices/criteria".to_owned(), "Критерії приймання"),
        (format!("/practices/compare?id={}", practice.id), "Електронна черга"),
        (own.clone(), "з 42 до 9 хвилин"),
        (format!("{own}/versions"), "Версія 1"),
        (format!("{own}/versions/1"), "Електронна черга"),
        (format!("{own}/cite"), "BibTeX"),
    ] {
        let answer = app.get(&page).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.has(says), "{page} says {says}");
        let english = app.get(&format!("/en{page}")).await;
        assert!(english.status.is_success() && english.has("<html lang=\"en\""), "/en{page}");
        for body in [&answer.body, &english.body] {
            assert!(!body.contains(">practices-") && !body.contains("\"practices-"), "{page} shows a bare key");
        }
    }
    assert!(app.get(&format!("/en{own}")).await.has("Electronic queue"), "the English title is used where there is one");
}

#[tokio::test]
async fn the_list_answers_words_and_facets_and_keeps_them_in_its_links() {
    let app = city().await;
    published(&app, "Електронна черга").await;
    let list = app.get("/practices?q=%D1%87%D0%B5%D1%80%D0%B3%D0%B8&f-status=operating&oblast=46&concept=03").await;
    assert!(list.has("Електронна черга"), "an inflected word, a status, an oblast and a broader class");
    assert!(list.has("class=\"chip\"") && list.has("/practices/export.csv?"));
    let none = app.get("/practices?f-status=pilot").await;
    assert!(none.has("За цими умовами нічого не знайдено"));
    let map = app.get("/practices/map?f-status=operating").await;
    assert!(map.has("oblast=46") && !map.has("{code}"), "an oblast of the map leads to its list");
}

#[tokio::test]
async fn a_fediverse_reader_is_led_to_the_document() {
    let app = city().await;
    let practice = published(&app, "Черга").await;
    let answer = app.get_activity(&path(&practice)).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, app.tenant().ap_url(&format!("/ap/practice/{}", practice.id)).as_str()));
    let page = app.get(&path(&practice)).await;
    assert!(page.has(&format!("rel=\"alternate\" type=\"application/activity+json\" href=\"{}", answer.location())));
}

#[tokio::test]
async fn a_draft_is_saved_with_a_title_alone_and_handed_in_when_it_is_whole() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    assert!(editor.get("/practices/new").await.has("name=\"outcome_0_metric\""));
    let answer = editor.post("/practices/new", &[("title", "Лише назва"), ("do", "save")]).await;
    assert_eq!(answer.status, 303);
    let page = editor.get(answer.location()).await;
    assert!(page.has("Лише назва") && page.has("Чернетка"));
    assert_eq!(app.get(answer.location()).await.status, 404, "a stranger may not know");
    let mut whole = fields("Електронна черга");
    set(&mut whole, "do", "submit");
    let answer = editor.post("/practices/new", &pairs(&whole)).await;
    assert_eq!(answer.status, 303);
    assert!(editor.get(answer.location()).await.has("На перевірці"));
    let mine = editor.get("/practices/mine").await;
    assert!(mine.has("Електронна черга") && mine.has("Лише назва") && mine.has("Бракує"));
}

#[tokio::test]
async fn a_refused_form_keeps_every_typed_value() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let mut typed = fields("Електронна черга");
    set(&mut typed, "cost_uah", "багато грошей");
    set(&mut typed, "outcome_1_metric", "Скарги");
    set(&mut typed, "outcome_1_before", "тридцять");
    set(&mut typed, "territories", "Неіснуюча громада");
    set(&mut typed, "risks", "Мій довгий текст про ризики");
    set(&mut typed, "do", "save");
    let answer = editor.post("/practices/new", &pairs(&typed)).await;
    assert_eq!(answer.status, 422);
    for kept in [
        "багато грошей",
        "тридцять",
        "Скарги",
        "Неіснуюча громада",
        "Мій довгий текст про ризики",
        "Електронна черга",
        "9,5",
        "value=\"03.02\" checked",
    ] {
        assert!(answer.has(kept), "{kept} is lost");
    }
    assert!(
        answer.has("href=\"#cost_uah\"") && answer.has("Напишіть ціле число"),
        "the message stands beside its field and in the summary"
    );
    set(&mut typed, "do", "submit");
    for name in ["cost_uah", "outcome_1_before", "territories"] {
        set(&mut typed, name, "");
    }
    set(&mut typed, "contact", "");
    let answer = editor.post("/practices/new", &pairs(&typed)).await;
    assert!(answer.status == 422 && answer.has("Заповніть це поле"), "handing in asks for what is missing");
    assert!(editor.get("/practices/mine").await.has("Тут поки нічого немає"), "nothing was half saved");
}

#[tokio::test]
async fn rows_grow_without_javascript() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let mut typed = fields("Черга");
    set(&mut typed, "do", "add-outcome");
    let answer = editor.post("/practices/new", &pairs(&typed)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.has("name=\"outcome_2_metric\"") && answer.has("value=\"Очікування\""));
    set(&mut typed, "do", "add-step");
    assert!(editor.post("/practices/new", &pairs(&typed)).await.has("name=\"step_3\""));
}

#[tokio::test]
async fn places_are_taken_by_name_and_by_code() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let mut typed = fields("Черга");
    set(&mut typed, "territories", "Полтавська територіальна громада\nUA46060250000025047");
    let answer = editor.post("/practices/new", &pairs(&typed)).await;
    assert!(answer.status == 422 && answer.has("Напишіть назву з областю"), "there is one in Crimea too");
    set(&mut typed, "territories", "Полтавська територіальна громада, Полтавська область\nUA46060250000025047");
    set(&mut typed, "do", "save");
    let answer = editor.post("/practices/new", &pairs(&typed)).await;
    assert_eq!(answer.status, 303);
    let page = editor.get(answer.location()).await;
    assert!(page.has("Полтавська територіальна громада") && page.has("Львівська територіальна громада"));
}

#[tokio::test]
async fn two_editors_get_both_versions_and_lose_nothing() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let practice = drafted(&app, &app.system(), card("Спільна назва")).await;
    let edit = format!("{}/edit", path(&practice));
    let mut first = fields("Перша редакція");
    set(&mut first, "version", &practice.version.to_string());
    assert_eq!(editor.post(&edit, &pairs(&first)).await.status, 303);
    let mut second = fields("Друга редакція");
    set(&mut second, "version", &practice.version.to_string());
    let answer = editor.post(&edit, &pairs(&second)).await;
    assert_eq!(answer.status, 409);
    assert!(answer.has("Друга редакція") && answer.has("Перша") && answer.has("Хтось уже зберіг іншу версію"));
    assert!(answer.has("<ins>") && answer.has("<del>"));
    let current = now(&app, &practice).await.version;
    assert!(answer.has(&format!("name=\"version\" value=\"{current}\"")), "saving again is a choice made with open eyes");
    set(&mut second, "version", &current.to_string());
    assert_eq!(editor.post(&edit, &pairs(&second)).await.status, 303);
    assert_eq!(now(&app, &practice).await.card.title, "Друга редакція");
}

#[tokio::test]
async fn the_whole_life_goes_through_the_pages() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let admin = app.sign_in_as(roles::ADMIN).await;
    let practice = drafted(&app, &app.system(), card("Електронна черга")).await;
    let at = |verb: &str| format!("{}/{verb}", path(&practice));
    let version = async || now(&app, &practice).await.version.to_string();
    for (verb, extra, state) in [
        ("submit", None, "proposed"),
        ("return", Some(("remarks", "Додайте джерело")), "needs-update"),
        ("submit", None, "proposed"),
        ("validate", None, "validated"),
        ("confirm", None, "validated"),
        ("archive", None, "archived"),
        ("restore", None, "validated"),
    ] {
        assert_eq!(editor.get(&at(verb)).await.status, 200, "{verb} asks first");
        let version = version().await;
        let mut form = vec![("version", version.as_str())];
        form.extend(extra);
        assert_eq!(editor.post_raw(&at(verb), &form).await.status, 403, "{verb} without the token");
        let answer = editor.post(&at(verb), &form).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, path(&practice).as_str()), "{verb}");
        assert_eq!(now(&app, &practice).await.state.as_str(), state);
    }
    assert_eq!(editor.get(&at("submit")).await.status, 409, "not the moment");
    assert_eq!(editor.get(&at("delete")).await.status, 403, "what the country has seen is the heads' to delete");
    assert!(admin.get(&at("delete")).await.has("Цю дію не можна скасувати"));
    let version = version().await;
    assert_eq!(admin.post(&at("delete"), &[("version", &version)]).await.location(), "/practices");
    assert_eq!(app.get(&path(&practice)).await.status, 410);
    app.settle().await;
}

#[tokio::test]
async fn remarks_are_shown_to_the_author_and_needed() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let who = app.system();
    let practice = drafted(&app, &who, card("Черга")).await;
    let mut uow = app.begin().await;
    let practice = service::submit(&mut uow, &who, &practice.id, practice.version).await.unwrap();
    uow.commit().await.unwrap();
    let version = practice.version.to_string();
    let back = format!("{}/return", path(&practice));
    let answer = editor.post(&back, &[("version", &version), ("remarks", " ")]).await;
    assert!(answer.status == 422 && answer.has("Напишіть, що треба змінити"));
    editor.post(&back, &[("version", &version), ("remarks", "Звідки число 42?")]).await;
    assert!(editor.get(&path(&practice)).await.has("Звідки число 42?"));
    assert!(editor.get("/practices/mine?state=needs-update").await.has("Звідки число 42?"));
}

fn multipart(csrf: &str, parts: &[(&str, &str)], file: (&str, &[u8])) -> Vec<u8> {
    let mut body = Vec::new();
    let fields = parts.iter().copied().chain([("csrf", csrf)]);
    for (name, value) in fields {
        body.extend_from_slice(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    body.extend_from_slice(format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n", file.0).as_bytes());
    body.extend_from_slice(file.1);
    body.extend_from_slice(b"\r\n--x--\r\n");
    body
}

fn upload(path: &str) -> http::request::Builder {
    Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x").header(header::ACCEPT, "text/html")
}

#[tokio::test]
async fn files_need_words_and_are_refused_when_they_are_not_what_they_say() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let practice = published(&app, "Черга").await;
    let files = format!("{}/files", path(&practice));
    let version = practice.version.to_string();
    let send =
        async |parts: &[(&str, &str)], file: (&str, &[u8])| editor.send_body(upload(&files), multipart(editor.csrf(), parts, file)).await;
    let answer = send(&[("version", &version), ("file_alt", "Паспорт")], ("passport.txt", "Показники: 42 → 9\n".as_bytes())).await;
    assert_eq!(answer.status, 303);
    app.settle().await;
    assert!(app.get(&path(&practice)).await.has("Паспорт"));
    let version = now(&app, &practice).await.version.to_string();
    let answer = send(&[("version", &version), ("file_alt", "")], ("evil.exe", b"MZ\x90\x00\x03")).await;
    assert_eq!(answer.status, 422);
    let stranger = app.visitor().send_body(upload(&files), multipart("", &[("version", &version)], ("a.txt", b"x"))).await;
    assert_eq!(stranger.status, 401);
    let sent = app.sent_by(&app.tenant().actor_id()).await;
    assert_eq!(sent.last().unwrap()["object"]["attachment"][0]["type"], "Document", "followers hear of the file");
    let page = editor.get(&files).await;
    let id = page.body.split("name=\"file\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answer = editor.post(&format!("{files}/remove"), &[("version", &version), ("file", &id)]).await;
    assert_eq!(answer.status, 303);
    app.settle().await;
    assert!(!app.get(&path(&practice)).await.has("Паспорт"));
    app.ctx.clock().advance(2 * 86_400_000);
    app.settle().await;
}

#[tokio::test]
async fn compare_stands_side_by_side_and_hides_what_is_not_public() {
    let app = city().await;
    let (one, two) = (published(&app, "Перша практика").await, published(&app, "Друга практика").await);
    let draft = drafted(&app, &app.system(), card("Чернетка")).await;
    let page = app.get(&format!("/practices/compare?id={}&id={}", one.id, two.id)).await;
    assert!(page.has("Перша практика") && page.has("Друга практика") && page.has("42"));
    assert_eq!(app.get(&format!("/practices/compare?id={}&id={}", one.id, draft.id)).await.status, 404);
    assert_eq!(app.get("/practices/compare?id=../../etc").await.status, 404);
    assert_eq!(app.get("/practices/compare").await.status, 200);
}

#[tokio::test]
async fn exports_honour_the_filters() {
    let app = city().await;
    let practice = published(&app, "=Черга; «електронна», \"так\"").await;
    let csv = app.get("/practices/export.csv?f-status=operating").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let mut reader = csv::Reader::from_reader(csv.body.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), rows[0].get(2)), (1, Some("'=Черга; «електронна», \"так\"")), "no cell is a formula");
    assert_eq!(app.get("/practices/export.csv?f-status=pilot").await.body.lines().count(), 1);
    let jsonld = app.get("/practices/export.jsonld").await.json();
    assert_eq!(jsonld["@graph"][0]["@type"], "Article");
    let one = app.get(&format!("{}.jsonld", path(&practice))).await;
    assert_eq!(
        (one.header("content-type"), one.json()["license"].as_str()),
        ("application/ld+json", Some("https://creativecommons.org/licenses/by/4.0/"))
    );
    assert_eq!(one.json()["@id"], jsonld["@graph"][0]["@id"]);
}

#[tokio::test]
async fn versions_are_compared_and_taken_up_again() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let who = app.system();
    let practice = published(&app, "Стара назва").await;
    let mut uow = app.begin().await;
    let changed = Card { title: "Нова назва".into(), ..practice.card.clone() };
    let practice = service::edit(&mut uow, &who, &practice.id, practice.version, changed, "").await.unwrap();
    uow.commit().await.unwrap();
    let diff = app.get(&format!("{}/diff?from=1&to=2", path(&practice))).await;
    assert!(diff.has("<del>") && diff.has("Нова"));
    assert_eq!(app.get(&format!("{}/diff?from=1&to=x", path(&practice))).await.status, 404);
    assert_eq!(app.get(&format!("{}/versions/9", path(&practice))).await.status, 404);
    assert!(!app.get(&format!("{}/versions/1", path(&practice))).await.has("/restore"));
    let version = practice.version.to_string();
    let answer = editor.post(&format!("{}/versions/1/restore", path(&practice)), &[("version", &version)]).await;
    assert_eq!(answer.status, 303);
    assert!(app.get(&path(&practice)).await.has("Стара назва"));
    app.settle().await;
}

#[tokio::test]
async fn a_discussion_stands_under_a_public_practice() {
    let app = city().await;
    let practice = published(&app, "Черга").await;
    assert!(app.get(&path(&practice)).await.has("Обговорення"));
    let citizen = app.sign_in_as(roles::CITIZEN).await;
    let answer = citizen.post(&format!("/discussion/{}", practice.id), &[("text", "Як рахували очікування?")]).await;
    assert_eq!(answer.status, 303);
    app.settle().await;
}

#[tokio::test]
async fn strangers_are_asked_to_sign_in_and_citizens_are_refused() {
    let app = city().await;
    let citizen = app.sign_in_as(roles::CITIZEN).await;
    let practice = published(&app, "Черга").await;
    for endpoint in routes().endpoints() {
        let path = endpoint.path.replace("{id}", practice.id.as_str()).replace("{number}", "1");
        let public = [
            "/practices",
            "/practices/map",
            "/practices/timeline",
            "/practices/criteria",
            "/practices/compare",
            "/practices/export.csv",
            "/practices/export.jsonld",
        ];
        let of_one = ["/practices/{id}", "/practices/{id}/versions", "/practices/{id}/versions/{number}", "/practices/{id}/cite"];
        if endpoint.method == "GET"
            && (public.contains(&endpoint.path) || of_one.contains(&endpoint.path) || endpoint.path.starts_with("/ap/"))
        {
            assert_eq!(app.get(&path).await.status, 200, "{path}");
        } else if endpoint.path == "/practices/{id}/diff" {
            assert_eq!(app.get(&format!("{path}?from=1&to=1")).await.status, 200);
        } else if endpoint.path.starts_with("/curation") {
            let answer = if endpoint.method == "GET" { app.get(&path).await } else { app.visitor().post(&path, &[]).await };
            assert_eq!(answer.status, 404, "no hub, no queue");
        } else if endpoint.method == "GET" {
            assert_eq!(app.get(&path).await.status, 401, "{path}");
            assert_eq!(citizen.get(&path).await.status, 403, "{path}");
        } else {
            let version = practice.version.to_string();
            let form = [
                ("version", version.as_str()),
                ("title", "Чужа рука"),
                ("level", "E1"),
                ("note", "x"),
                ("remarks", "x"),
                ("file", practice.id.as_str()),
            ];
            assert_eq!(app.visitor().post(&path, &form).await.status, 401, "{path}");
            assert_eq!(citizen.post(&path, &form).await.status, 403, "{path}");
        }
    }
    assert_eq!(now(&app, &practice).await, practice, "nobody has changed anything");
}
