//! Uploads from the form to the answer, with everything that must not get through.

use std::sync::Arc;

use axum::{Router, body::Body, routing::get as answer};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use image::ImageFormat;
use ratusha_federation::{
    Federation, Registry,
    fetch::{GuardSettings, Guarded},
    testkit::{FakeDirectory, client},
};
use ratusha_platform::{
    AppResult, Ctx, Kind as ErrorKind, Lang, Services, TenantId,
    http::{form::Upload, site::Site},
    jobs::{JobRegistry, Worker},
    testkit,
};
use ratusha_templates::Ui;
use serde_json::json;
use tower::ServiceExt;

use super::{
    picture::tests::{png_bomb, sample, with_exif},
    zip::tests::archive,
    *,
};
use crate::{Content, Module};

async fn context() -> (Ctx, testkit::TestDb, TenantId) {
    context_with(client(&[])).await
}

async fn context_with(client: Guarded) -> (Ctx, testkit::TestDb, TenantId) {
    let (ctx, db) = testkit::context(&[ratusha_templates::locales(), Content.locales()]).await;
    let directory = Arc::new(FakeDirectory::default());
    let tenant = directory.add_tenant("kyiv.test", 1);
    let mut services = Services::default();
    services.add(Arc::new(Federation::new(directory, client, Registry::new(), ctx.clock().clone())));
    ctx.install(services).unwrap();
    (ctx, db, tenant)
}

fn upload(name: &str, bytes: impl Into<Bytes>) -> Upload {
    Upload { file_name: name.into(), bytes: bytes.into() }
}

async fn put(ctx: &Ctx, tenant: &TenantId, object: &str, upload: Upload, alt: &str, role: Role) -> AppResult<FileId> {
    let prepared = prepare(ctx, &upload, alt, "photo").await?;
    let mut uow = ctx.begin(tenant, "olena").await?;
    let id = attach(&mut uow, prepared, object, role).await?;
    uow.commit().await?;
    Ok(id)
}

async fn files_of(ctx: &Ctx, tenant: &TenantId, object: &str) -> Vec<StoredFile> {
    list(&mut ctx.db().read().await.unwrap(), tenant, object).await.unwrap()
}

async fn get(ctx: &Ctx, tenant: &TenantId, path: &str, tag: Option<&str>) -> (StatusCode, HeaderMap, Bytes) {
    let mut request = Request::get(path);
    if let Some(tag) = tag {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    let mut request = request.header(header::COOKIE, "session=x").body(Body::empty()).unwrap();
    request.extensions_mut().insert(Site { tenant: tenant.clone(), host: "lviv.test".into(), base_url: "http://lviv.test".into() });
    let response = routes().into_router().with_state(ctx.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
}

#[tokio::test]
async fn a_photograph_is_re_encoded_and_served_as_an_attachment_that_runs_nothing() {
    let (ctx, _db, tenant) = context().await;
    let source = with_exif(&sample(900, 600, ImageFormat::Jpeg), 1);
    put(&ctx, &tenant, "object", upload("../../Зала ЦНАП.jpg", source), "Зала з табло", Role::Cover).await.unwrap();
    let file = files_of(&ctx, &tenant, "object").await.remove(0);
    assert_eq!((file.media_type.as_str(), file.file_name.as_str(), file.alt.as_str()), ("image/jpeg", "Зала ЦНАП.jpg", "Зала з табло"));
    assert!(file.path.ends_with("/zala-tsnap.jpg"), "{}", file.path);
    let (status, headers, body) = get(&ctx, &tenant, &file.path, None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!body.windows(7).any(|w| w == b"SECRETS"));
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cache-control", "public, max-age=31536000, immutable"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    assert!(
        headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"Zala TSNAP.jpg\"; filename*=UTF-8''%D0%97")
    );
    assert!(!headers.contains_key(header::SET_COOKIE));
    let (status, _, body) = get(&ctx, &tenant, &file.path, headers["etag"].to_str().ok()).await;
    assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
    let (status, _, small) = get(&ctx, &tenant, &file.thumb.unwrap().path, None).await;
    assert_eq!(status, StatusCode::OK);
    let small = image::load_from_memory(&small).unwrap();
    assert_eq!((small.width(), small.height()), (480, 320));
}

#[tokio::test]
async fn another_tenants_file_and_another_name_are_not_found() {
    let (ctx, _db, tenant) = context().await;
    let id = put(&ctx, &tenant, "object", upload("a.pdf", &b"%PDF-1.7\n%%EOF"[..]), "", Role::Document).await.unwrap();
    let path = files_of(&ctx, &tenant, "object").await.remove(0).path;
    let other = TenantId::new(ctx.rng(), ctx.now());
    assert_eq!(get(&ctx, &tenant, &path, None).await.0, StatusCode::OK);
    assert_eq!(get(&ctx, &other, &path, None).await.0, StatusCode::NOT_FOUND);
    for bad in [
        format!("/files/{id}/b.pdf"),
        format!("/files/{id}/..%2Fa.pdf"),
        "/files/x/a.pdf".into(),
        format!("/files/{}/a.pdf", other.as_str()),
    ] {
        assert_eq!(get(&ctx, &tenant, &bad, None).await.0, StatusCode::NOT_FOUND, "{bad}");
    }
    assert!(files_of(&ctx, &other, "object").await.is_empty());
    let mut uow = ctx.begin(&other, "x").await.unwrap();
    assert_eq!(link(&mut uow, &id, "mine", Role::Document).await.unwrap_err().kind, ErrorKind::NotFound);
    assert_eq!(detach(&mut uow, "object", &id).await.unwrap_err().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn r25_what_is_refused_names_its_field_and_its_reason() {
    let (ctx, _db, _) = context().await;
    let jpeg = sample(20, 20, ImageFormat::Jpeg);
    let bomb = archive(&[("[Content_Types].xml", b"<Types/>", None), ("word/document.xml", b"<w/>", Some(4_000_000_000))]);
    for (name, bytes, key) in [
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "files-error-active"),
        ("photo.jpg", b"<html><script>alert(1)</script></html>".to_vec(), "files-error-active"),
        ("photo.png", png_bomb(20_000, 20_000), "files-error-pixels"),
        ("photo.jpg", jpeg[..200].to_vec(), "files-error-damaged"),
        ("photo.exe", jpeg.clone(), "files-error-type"),
        ("photo.pdf", jpeg.clone(), "files-error-mismatch"),
        ("report.docx", bomb, "files-error-bomb"),
        ("photo.jpg", [&jpeg[..], &vec![0; IMAGE_MAX]].concat(), "files-error-large"),
        ("photo.jpg", Vec::new(), "files-error-empty"),
    ] {
        let error = prepare(&ctx, &upload(name, bytes), "Опис", "photo").await.unwrap_err();
        assert_eq!((error.kind, error.fields[0].field.as_str(), error.fields[0].key), (ErrorKind::Invalid, "photo", key), "{name}");
        for lang in Lang::ALL {
            assert!(ctx.catalog().has(lang, key));
        }
    }
    let error = prepare(&ctx, &upload("photo.jpg", jpeg), "  ", "photo").await.unwrap_err();
    assert_eq!((error.fields[0].field.as_str(), error.fields[0].key), ("photo_alt", "files-error-alt"));
}

#[tokio::test]
async fn attachments_name_pictures_first_and_the_cover_before_them() {
    let (ctx, _db, tenant) = context().await;
    put(&ctx, &tenant, "o", upload("Паспорт.pdf", &b"%PDF-1.7\n%%EOF"[..]), "Паспорт практики", Role::Cover).await.unwrap();
    put(&ctx, &tenant, "o", upload("a.jpg", sample(20, 20, ImageFormat::Jpeg)), "Перше", Role::Cover).await.unwrap();
    put(&ctx, &tenant, "o", upload("b.png", sample(30, 20, ImageFormat::Png)), "Друге", Role::Cover).await.unwrap();
    let mut conn = ctx.db().read().await.unwrap();
    let list = attachments(&mut conn, &tenant, "o", "https://lviv.example").await.unwrap();
    let shapes: Vec<(&str, &str)> = list.iter().map(|a| (a["type"].as_str().unwrap(), a["name"].as_str().unwrap())).collect();
    assert_eq!(shapes, [("Image", "Друге"), ("Image", "Перше"), ("Document", "Паспорт практики")]);
    assert!(list[2]["url"].as_str().unwrap().starts_with("https://lviv.example/files/"));
    assert_eq!(list[2]["mediaType"], "application/pdf");
    let covers = covers(&mut conn, &tenant, &["o".into(), "none".into()]).await.unwrap();
    assert_eq!((covers.len(), covers["o"].alt.as_str()), (1, "Друге"));

    let files = super::list(&mut conn, &tenant, "o").await.unwrap();
    let ui = Ui::new(Lang::Uk, ctx.catalog().clone(), Arc::default(), "/", ctx.now());
    let html = gallery(&ui, &files).to_string();
    assert!(html.contains("alt=\"Перше\"") && html.contains(".small."));
    assert!(file_lines(&ui, &files).to_string().contains("Паспорт практики"));
}

#[tokio::test]
async fn bytes_go_when_nothing_stands_on_them_any_more() {
    let (ctx, _db, tenant) = context().await;
    let pdf = &b"%PDF-1.7\n%%EOF"[..];
    let first = put(&ctx, &tenant, "one", upload("a.pdf", pdf), "", Role::Document).await.unwrap();
    let second = put(&ctx, &tenant, "two", upload("b.pdf", pdf), "", Role::Document).await.unwrap();
    let sha256 = files_of(&ctx, &tenant, "one").await.remove(0).sha256;
    let mut uow = ctx.begin(&tenant, "olena").await.unwrap();
    link(&mut uow, &first, "one-too", Role::Document).await.unwrap();
    detach(&mut uow, "one", &first).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(files_of(&ctx, &tenant, "one-too").await.len(), 1, "another object shows it still");

    let mut registry = JobRegistry::default();
    jobs(&mut registry);
    let worker = Worker::new(ctx.clone(), registry);
    for (object, file, there) in [("one-too", &first, true), ("two", &second, false)] {
        let mut uow = ctx.begin(&tenant, "olena").await.unwrap();
        detach(&mut uow, object, file).await.unwrap();
        uow.commit().await.unwrap();
        assert_eq!(worker.step().await.unwrap(), 0, "not before a day has passed");
        ctx.clock().advance(86_400_000);
        assert_eq!(worker.step().await.unwrap(), 1);
        assert_eq!(ctx.files().get(&sha256).await.is_ok(), there);
    }
}

#[tokio::test]
async fn the_pictures_of_an_imported_thing_stay_links_when_they_cannot_be_fetched() {
    let (ctx, _db, tenant) = context().await;
    let files = read_attachments(&json!([
        {"type": "Image", "mediaType": "image/png", "url": "http://127.0.0.1/a.png", "name": "Ні"},
        {"type": "Image", "mediaType": "image/png", "url": "http://internal.test/a.png", "name": "Зала"},
        {"type": "Document", "mediaType": "application/pdf", "url": "https://lviv.example/a.pdf", "name": "Паспорт"}
    ]));
    assert_eq!(files.len(), 2, "an address without a name is left out");
    let mut uow = ctx.begin(&tenant, "hub").await.unwrap();
    set_remote(&mut uow, "o", &files).await.unwrap();
    set_remote(&mut uow, "o", &files).await.unwrap();
    uow.commit().await.unwrap();
    let mut registry = JobRegistry::default();
    jobs(&mut registry);
    assert_eq!(Worker::new(ctx.clone(), registry).step().await.unwrap(), 1);
    let mut conn = ctx.db().read().await.unwrap();
    let links = list_links(&mut conn, &tenant, "o").await.unwrap();
    assert_eq!(links.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["Зала", "Паспорт"]);
    let ui = Ui::new(Lang::Uk, ctx.catalog().clone(), Arc::default(), "/", ctx.now());
    assert!(remote_lines(&ui, &links).to_string().contains("на сайті джерела"));
}

#[tokio::test]
async fn the_picture_of_an_imported_thing_is_fetched_re_encoded_and_shown_from_here() {
    let source = with_exif(&sample(60, 40, ImageFormat::Jpeg), 1);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/hall.jpg", answer(move || async move { ([(header::CONTENT_TYPE, "image/jpeg")], source) }))
        .route("/page.jpg", answer(|| async { ([(header::CONTENT_TYPE, "text/html")], "<script>") }))
        .route("/false.jpg", answer(|| async { ([(header::CONTENT_TYPE, "image/jpeg")], "<svg/>") }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut settings = GuardSettings::new("Ratusha-test");
    settings.fixed_addresses.insert("lviv.test".into(), address);
    settings.allow_loopback_hosts = vec!["lviv.test".parse().unwrap()];
    let (ctx, _db, tenant) = context_with(Guarded::new(settings).unwrap()).await;
    let image = |path: &str, name: &str| json!({"type": "Image", "mediaType": "image/jpeg", "url": format!("http://lviv.test{path}"), "name": name});
    let mut uow = ctx.begin(&tenant, "hub").await.unwrap();
    let files = read_attachments(&json!([image("/page.jpg", "Сторінка"), image("/false.jpg", "Підробка"), image("/hall.jpg", "Зала")]));
    set_remote(&mut uow, "o", &files).await.unwrap();
    uow.commit().await.unwrap();
    let mut registry = JobRegistry::default();
    jobs(&mut registry);
    Worker::new(ctx.clone(), registry).step().await.unwrap();
    let shown = files_of(&ctx, &tenant, "o").await;
    assert_eq!(shown.iter().map(|f| (f.alt.as_str(), f.role)).collect::<Vec<_>>(), [("Зала", Role::Cover)]);
    let (_, _, body) = get(&ctx, &tenant, &shown[0].path, None).await;
    assert!(!body.windows(7).any(|w| w == b"SECRETS"));
    let links = list_links(&mut ctx.db().read().await.unwrap(), &tenant, "o").await.unwrap();
    assert_eq!(links.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["Сторінка", "Підробка"]);
    let mut uow = ctx.begin(&tenant, "hub").await.unwrap();
    set_remote(&mut uow, "o", &[]).await.unwrap();
    uow.commit().await.unwrap();
    assert!(files_of(&ctx, &tenant, "o").await.is_empty(), "the origin took its pictures away");
}
