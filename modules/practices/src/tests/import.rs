//! Taking practices in from a table, through the pages.

use http::{Request, header};
use ratusha_content::testkit::{Answer, Browser};
use ratusha_tenants::roles;

use super::city;
use crate::import::template;

async fn send(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)], file: Option<&str>) -> Answer {
    let mut body = String::new();
    for (name, value) in fields.iter().copied().chain([("csrf", browser.csrf())]) {
        body.push_str(&format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    if let Some(file) = file {
        body.push_str(&format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\n\r\n{file}\r\n"));
    }
    body.push_str("--x--\r\n");
    let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x").header(header::ACCEPT, "text/html");
    browser.send_body(request, body.into_bytes()).await
}

#[tokio::test]
async fn a_dry_run_tells_each_row_and_the_second_step_takes_in_what_is_sound() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let file = format!("{}b-2,Погана,,,,,,,,,багато,,,,,,,,,,,,,,,,,99.99,\r\n", template());
    let dry = send(&editor, "/practices/import", &[], Some(&file)).await;
    assert_eq!(dry.status, 200, "{}", dry.body);
    assert!(dry.has("Стане чернеткою") && dry.has("Напишіть ціле число") && dry.has("Таких класів немає: 99.99"));
    assert!(editor.get("/practices/mine").await.has("Тут поки нічого немає"), "a dry run saves nothing");
    let all = send(&editor, "/practices/import/run", &[("csv", &file), ("mode", "all")], None).await;
    assert!(all.status == 422 && all.has("тому нічого не збережено"));
    let run = send(&editor, "/practices/import/run", &[("csv", &file), ("mode", "valid")], None).await;
    assert_eq!(run.location(), "/practices/mine?state=draft");
    assert!(editor.get("/practices/mine").await.has("Електронна черга"));
    let again = send(&editor, "/practices/import", &[], Some(&file)).await;
    assert!(again.has("Уже завантажено раніше"));
    send(&editor, "/practices/import/run", &[("csv", &file), ("mode", "valid")], None).await;
    assert_eq!(editor.get("/practices/mine").await.body.matches(">Електронна черга</a>").count(), 1, "the same file twice does not double");
    let english = editor.get("/en/practices/import").await;
    assert!(english.has("Import from a table"));
}

#[tokio::test]
async fn a_file_that_is_none_and_people_who_may_not_are_refused() {
    let app = city().await;
    let editor = app.sign_in_as(roles::EDITOR).await;
    let answer = send(&editor, "/practices/import", &[], None).await;
    assert!(answer.status == 422 && answer.has("Оберіть файл."));
    let answer = send(&editor, "/practices/import", &[], Some("name,price\n1,2\n")).await;
    assert!(answer.status == 422 && answer.has("Невідомі колонки: name, price"));
    assert!(editor.get("/practices/import/template.csv").await.body.contains("external_id,title"));
    let citizen = app.sign_in_as(roles::CITIZEN).await;
    assert_eq!(send(&citizen, "/practices/import/run", &[("csv", "title\nx\n")], None).await.status, 403);
}
