//! One line per request, with an id that the error page shows too.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderValue;
use ratusha_platform::{AppError, Ctx};
use tracing::Instrument;

/// The id of the present request.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Logs method, path, status and duration; queries stay out, they may hold what people searched for.
pub async fn access(State(ctx): State<Ctx>, mut request: Request, next: Next) -> Response {
    let id = ctx.rng().uuid(ctx.now());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let host = request.headers().get(http::header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("").to_owned();
    let started = ctx.now();
    let span = tracing::info_span!("request", id = %id, host = %host);
    let mut response = next.run(request).instrument(span).await;
    let ms = ctx.now().0 - started.0;
    let status = response.status().as_u16();
    match response.extensions().get::<AppError>() {
        Some(error) if status >= 500 => tracing::error!(%id, %host, %method, %path, status, ms, error = %error.chain(), "request failed"),
        Some(error) => tracing::info!(%id, %host, %method, %path, status, ms, code = error.code, "request refused"),
        None => tracing::debug!(%id, %host, %method, %path, status, ms, "request"),
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
