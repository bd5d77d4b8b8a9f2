//! `/livez`, `/readyz` and `/metrics`, which answer whatever the Host.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use ratusha_federation::Federation;
use ratusha_platform::{Ctx, http::routes::Routes, jobs};

/// The doors of this page.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/livez", live).get("/readyz", ready).get("/metrics", metrics)
}

async fn live() -> &'static str {
    "ok\n"
}

async fn ready(State(ctx): State<Ctx>) -> Response {
    let answered = async {
        let mut conn = ctx.db().read().await?;
        jobs::store::count(&mut conn).await
    };
    match answered.await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!(error = %error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

async fn metrics(State(ctx): State<Ctx>) -> Response {
    let mut text = ctx.service::<Federation>().map_or_else(|_| String::new(), |federation| federation.counters.to_text());
    if let Ok(mut conn) = ctx.db().read().await
        && let Ok((waiting, dead)) = jobs::store::count(&mut conn).await
    {
        text.push_str(&format!(
            "# TYPE ratusha_jobs gauge\nratusha_jobs{{state=\"waiting\"}} {waiting}\nratusha_jobs{{state=\"dead\"}} {dead}\n"
        ));
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
