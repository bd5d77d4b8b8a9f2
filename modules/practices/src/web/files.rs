//! Photos and documents of a practice: shown to those who edit it, put up, taken away, chosen as the cover.

use askama::Template;
use axum::{extract::Path, response::Response};
use http::StatusCode;
use ratusha_content::files::{self, ACCEPT_DOCUMENTS, ACCEPT_IMAGES, DOCUMENT_MAX, FileId, StoredFile};
use ratusha_platform::{
    AppError, AppResult, Kind,
    http::{
        csrf::Csrf,
        form::{FormData, FormState},
    },
};
use ratusha_templates::{
    Html, Ui,
    form::{Field, Fields},
};
use ratusha_tenants::{Page, web::FlashCookie};

use super::{id_of, ui_of, version_of};
use crate::{
    model::{Practice, PracticeId},
    policy, service,
};

#[derive(Template)]
#[template(path = "practices/files.html")]
struct FilesView {
    ui: Ui,
    files: Vec<StoredFile>,
    fields: Fields,
    summary: Html,
    add: String,
    remove: String,
    cover: String,
    version: i64,
}

async fn render(page: &Page, id: &PracticeId, state: &FormState, status: StatusCode) -> AppResult<Response> {
    let mut conn = page.ctx.db().read().await?;
    let practice: Practice = service::get(&mut conn, page.tenant_id(), &page.who, id).await?;
    policy::edit(&page.who, practice.state).require()?;
    let files = files::list(&mut conn, page.tenant_id(), id.as_str()).await?;
    drop(conn);
    let path = format!("/practices/{id}");
    let ui = ui_of(page, page.t("practices-files"))
        .crumb(practice.card.title.clone(), path.clone())
        .crumb(page.t("practices-files"), format!("{path}/files"))
        .lead(page.t("practices-files-lead"));
    let fields = Fields::new(state)
        .with(Field::file("file", "practices-file", format!("{ACCEPT_IMAGES},{ACCEPT_DOCUMENTS}"), DOCUMENT_MAX as u64).required())
        .with(Field::text("file_alt", "practices-file-alt").hint("practices-file-alt-hint").max(500))
        .with(Field::checkbox("cover", "practices-file-cover"));
    let at = |verb: &str| format!("{path}/files{verb}");
    let (add, remove, cover) = (at(""), at("/remove"), at("/cover"));
    let view = FilesView { files, summary: ui.error_summary(&fields), fields, add, remove, cover, version: practice.version, ui };
    Ok(ratusha_templates::page(status, &view))
}

/// `GET /practices/{id}/files`
pub(super) async fn show(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    render(&page, &id_of(&id)?, &FormState::default(), StatusCode::OK).await
}

/// `POST /practices/{id}/files`
pub(super) async fn add(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    let id = id_of(&id)?;
    // Asked before any work is done with the bytes of somebody who may not.
    let practice = service::get(&mut *page.ctx.db().read().await?, page.tenant_id(), &page.who, &id).await?;
    policy::edit(&page.who, practice.state).require()?;
    match put_up(&page, &id, &form).await {
        Ok(()) => Ok(page.redirect_with(&format!("/practices/{id}/files"), &FlashCookie::good("practices-flash-file-added"))),
        Err(error) if error.kind == Kind::Invalid => {
            render(&page, &id, &FormState::refused(form, error.fields), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

async fn put_up(page: &Page, id: &PracticeId, form: &FormData) -> AppResult<()> {
    let upload = form.files("file").next().ok_or_else(|| crate::error::wrong("file", "practices-field-file-missing"))?;
    let prepared = files::prepare(&page.ctx, upload, &form.line("file_alt"), "file").await?;
    let mut uow = page.begin().await?;
    service::attach(&mut uow, &page.who, id, version_of(form), prepared, form.has("cover")).await?;
    uow.commit().await
}

fn file_of(form: &FormData) -> AppResult<FileId> {
    form.line("file").parse().map_err(|_| AppError::not_found())
}

/// `POST /practices/{id}/files/remove`
pub(super) async fn remove(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    let id = id_of(&id)?;
    let mut uow = page.begin().await?;
    service::detach(&mut uow, &page.who, &id, version_of(&form), &file_of(&form)?).await?;
    uow.commit().await?;
    Ok(page.redirect_with(&format!("/practices/{id}/files"), &FlashCookie::good("practices-flash-file-removed")))
}

/// `POST /practices/{id}/files/cover`
pub(super) async fn cover(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    let id = id_of(&id)?;
    let mut uow = page.begin().await?;
    service::cover(&mut uow, &page.who, &id, version_of(&form), &file_of(&form)?).await?;
    uow.commit().await?;
    Ok(page.redirect_with(&format!("/practices/{id}/files"), &FlashCookie::good("practices-flash-cover")))
}
