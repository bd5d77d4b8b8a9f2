//! The documents of practices for other servers.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use ratusha_federation::wire::ACTIVITY_JSON;
use ratusha_platform::{AppError, AppResult, Kind};
use ratusha_tenants::Page;
use serde_json::Value;

use super::id_of;
use crate::service;

fn document(status: StatusCode, value: &Value) -> AppResult<Response> {
    let body = serde_json::to_vec(value).map_err(AppError::internal)?;
    Ok((status, [(header::CONTENT_TYPE, ACTIVITY_JSON), (header::VARY, "Accept")], body).into_response())
}

/// `GET /ap/practice/{id}`
pub(super) async fn article(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    let id = id_of(&id)?;
    let mut conn = page.ctx.db().read().await?;
    match service::article(&page.ctx, &mut conn, &page.tenant, &id).await {
        Ok(value) => document(StatusCode::OK, &value),
        Err(error) if error.kind == Kind::Gone => document(StatusCode::GONE, &service::tombstone(&mut conn, &page.tenant, &id).await?),
        Err(error) => Err(error),
    }
}

/// `GET /ap/practice/{id}/rev/{number}`
pub(super) async fn revision(page: Page, Path((id, number)): Path<(String, String)>) -> AppResult<Response> {
    let id = id_of(&id)?;
    let number: i64 = number.parse().map_err(|_| AppError::not_found())?;
    let value = service::revision_document(&page.ctx, &mut *page.ctx.db().read().await?, &page.tenant, &id, number).await?;
    document(StatusCode::OK, &value)
}

/// `GET /ap/practice/{id}/history`
pub(super) async fn history(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    let value = service::history(&mut *page.ctx.db().read().await?, &page.tenant, &id_of(&id)?).await?;
    document(StatusCode::OK, &value)
}
