//! The pages of the codifier through the router, in both languages.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use ratusha_platform::{
    Ctx, Lang, Services, TenantId, Timestamp,
    http::site::{Address, Site},
    testkit::{TestDb, context},
};
use tower::ServiceExt;

use super::{Gazetteer, ImportOptions, RowError, import_file, testkit, web};
use crate::{
    NodeSettings, locales,
    tenant::{Moderation, Tenant, TenantKind, TenantState, Tenants},
};

pub(super) fn tenant(code: &str, state: TenantState) -> Arc<Tenant> {
    Arc::new(Tenant {
        id: TenantId::trusted(code),
        kind: TenantKind::Community,
        state,
        name_uk: "Львівська громада".into(),
        name_en: "Lviv community".into(),
        katottg: Some(code.into()),
        host: "lviv.example".into(),
        hosts: vec!["lviv.example".into()],
        base_url: "https://lviv.example".into(),
        birth_url: "https://lviv.example".into(),
        handle: "lviv".into(),
        accent: "dnipro".into(),
        moderation: Moderation::Hold,
        registration: true,
        contact: String::new(),
        about_uk: String::new(),
        about_en: String::new(),
        created_at: Timestamp(0),
    })
}

async fn small() -> (Ctx, TestDb) {
    let (ctx, test) = context(&[ratusha_templates::locales(), locales()]).await;
    testkit::small(&ctx).await;
    let settings = Arc::new(NodeSettings::default());
    let mut services = Services::default();
    services.add(Arc::new(Gazetteer::new()));
    services.add(Arc::new(Tenants::new(settings.clone())));
    services.add(settings);
    ctx.install(services).unwrap();
    (ctx, test)
}

/// Status, `Location` and body of a page as a visitor of Lviv sees it.
async fn get(ctx: &Ctx, lang: Lang, path: &str) -> (StatusCode, String, String) {
    let tenant = tenant("UA46060250000025047", TenantState::Active);
    let site = Site { tenant: tenant.id.clone(), host: tenant.host.clone(), base_url: tenant.base_url.clone() };
    let router: Router = web::routes()
        .into_router()
        .layer(Extension(tenant))
        .layer(Extension(site))
        .layer(Extension(Address { lang, path: path.to_owned() }))
        .with_state(ctx.clone());
    let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    let location = response.headers().get(header::LOCATION).map_or("", |v| v.to_str().unwrap()).to_owned();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, location, String::from_utf8(body.to_vec()).unwrap())
}

/// No sentence of this crate is missing on the page.
fn complete(html: &str) {
    assert!(!html.contains(">territory-") && !html.contains("\"territory-"), "{html}");
}

#[tokio::test]
async fn the_first_page_lists_the_27_regions_in_both_languages() {
    let (ctx, _test) = small().await;
    let (status, _, html) = get(&ctx, Lang::Uk, "/t").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(html.matches("<li><a href=\"/t/").count(), 27);
    for name in ["Автономна Республіка Крим", "Севастополь", "Київ", "Львівська область", "07.07.2026"]
    {
        assert!(html.contains(name), "{name}");
    }
    complete(&html);
    let (_, _, html) = get(&ctx, Lang::En, "/t").await;
    assert!(html.contains("Lviv Oblast") && html.contains("href=\"/en/t/lvivska-26241\""));
    complete(&html);
}

#[tokio::test]
async fn a_search_shows_where_each_unit_lies() {
    let (ctx, _test) = small().await;
    let (_, _, html) = get(&ctx, Lang::Uk, "/t?q=%D0%BB%D1%8C%D0%B2%D1%96%D0%B2").await;
    assert!(html.contains("Львівська територіальна громада, Львівський район, Львівська область"));
    complete(&html);
    let (_, _, html) = get(&ctx, Lang::En, "/t?q=lviv").await;
    assert!(html.contains("href=\"/en/t/lviv-15970\"") && html.contains("City"));
    complete(&html);
    let (status, _, html) = get(&ctx, Lang::Uk, "/t?q=%3Cscript%3E").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Нічого не знайдено") && !html.contains("<script>"));
}

#[tokio::test]
async fn a_unit_shows_its_code_parents_children_and_name_in_the_other_language() {
    let (ctx, _test) = small().await;
    let (status, _, html) = get(&ctx, Lang::Uk, "/t/lvivska-26241").await;
    assert_eq!(status, StatusCode::OK);
    for text in ["UA46000000000026241", "Lviv Oblast", "7 районів", "Львівський район", "<h1>Львівська область</h1>"]
    {
        assert!(html.contains(text), "{text}");
    }
    assert!(!html.contains("Історія змін"), "there is one state only");
    complete(&html);
    let (_, _, html) = get(&ctx, Lang::En, "/t/lviv-15970").await;
    assert!(html.contains("<span lang=\"uk\">Львів</span>"));
    assert!(html.contains("href=\"/en/t/lvivska-26241\">Lviv Oblast</a>"));
    complete(&html);
    let (_, _, html) = get(&ctx, Lang::Uk, "/t/avtonomna-respublika-krym-13043").await;
    assert!(html.contains("Автономна республіка") && !html.contains("<dd>Область</dd>"));
}

#[tokio::test]
async fn another_name_before_the_same_tail_leads_to_the_unit_and_an_unknown_tail_nowhere() {
    let (ctx, _test) = small().await;
    for path in ["/t/lemberg-15970", "/t/15970", "/t/UA46060250010015970"] {
        let (status, location, _) = get(&ctx, Lang::Uk, path).await;
        assert_eq!((status, location.as_str()), (StatusCode::MOVED_PERMANENTLY, "/t/lviv-15970"), "{path}");
    }
    let (_, location, _) = get(&ctx, Lang::En, "/t/lemberg-15970").await;
    assert_eq!(location, "/en/t/lviv-15970");
    for path in ["/t/lviv", "/t/lviv-00000", "/t/lviv-159700", "/t/%20", "/t/UA00000000000000000"] {
        assert_eq!(get(&ctx, Lang::Uk, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn suggestions_come_as_json_in_the_language_of_the_page() {
    let (ctx, _test) = small().await;
    let (status, _, body) = get(&ctx, Lang::En, "/t.json?q=Lvivska&category=H,K&limit=3").await;
    assert_eq!(status, StatusCode::OK);
    let list: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list[0]["label"], "Lvivska territorial community");
    assert_eq!(list[0]["place"], "Lvivskyi raion, Lviv Oblast");
    assert_eq!(list[0]["category"], "H");
    let (_, _, body) = get(&ctx, Lang::Uk, "/t.json").await;
    assert_eq!(body, "[]");
}

#[tokio::test]
async fn a_renamed_unit_shows_its_former_name() {
    let (ctx, test) = small().await;
    let mut text = String::from("code,parent,category,name\n");
    for row in testkit::small_rows() {
        let name = if row.code.ends_with("15970") { "Леополіс" } else { &row.name };
        text.push_str(&format!("{},{},{},{name}\n", row.code, row.parent.as_deref().unwrap_or(""), row.category.letter()));
    }
    let path = test.dir.path().join("newer.csv");
    std::fs::write(&path, text).unwrap();
    let options = ImportOptions { path, edition: Some("2026-11-01".into()), ..ImportOptions::default() };
    let report = import_file(&ctx, &options).await.unwrap();
    for lang in Lang::ALL {
        let lines = report.lines(ctx.catalog(), lang, 10);
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[2].contains("15970") && lines[2].contains("Львів → Леополіс"), "{lines:?}");
    }
    let (status, location, _) = get(&ctx, Lang::Uk, "/t/lviv-15970").await;
    assert_eq!((status, location.as_str()), (StatusCode::MOVED_PERMANENTLY, "/t/leopolis-15970"));
    let (_, _, html) = get(&ctx, Lang::Uk, "/t/leopolis-15970").await;
    assert!(html.contains("Історія змін") && html.contains("Львів") && html.contains("01.11.2026"));
    complete(&html);
    let (_, _, html) = get(&ctx, Lang::Uk, "/t?q=lviv").await;
    assert!(html.contains("знайдено за колишньою назвою"));
}

#[tokio::test]
async fn complaints_about_a_file_are_sentences_in_both_languages() {
    let (ctx, _test) = context(&[locales()]).await;
    let error = RowError { row: Some(12_345), key: "territory-import-bad-code", args: vec![("code", "UA1".into())] };
    assert_eq!(error.text(ctx.catalog(), Lang::Uk), "Рядок 12345: «UA1» не є кодом: потрібні UA і 17 цифр.");
    assert_eq!(error.text(ctx.catalog(), Lang::En), "Row 12345: “UA1” is no code: it takes UA and 17 digits.");
}
