//! Pages of words: the public criteria by which practices are taken in.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use ratusha_platform::AppResult;
use ratusha_templates::Ui;
use ratusha_tenants::Page;

use super::{list::under_list, show::levels};
use crate::model::REVIEW;

#[derive(Template)]
#[template(path = "practices/criteria.html")]
struct CriteriaView {
    ui: Ui,
    criteria: Vec<(String, String)>,
    checks: Vec<String>,
    levels: Vec<(String, String)>,
    due_days: i64,
    outdated_days: i64,
}

/// `GET /practices/criteria`
pub(super) async fn criteria(page: Page) -> AppResult<Response> {
    let ui = under_list(&page, page.t("practices-criteria"), "/practices/criteria").lead(page.t("practices-criteria-lead"));
    let pair = |name: &str| (page.t(&format!("practices-criterion-{name}")), page.t(&format!("practices-criterion-{name}-text")));
    let view = CriteriaView {
        criteria: ["public", "new", "done", "impact"].into_iter().map(pair).collect(),
        checks: ["card", "measured", "class", "start", "stopped"]
            .into_iter()
            .map(|name| page.t(&format!("practices-check-{name}")))
            .collect(),
        levels: levels(&ui),
        due_days: REVIEW.0,
        outdated_days: REVIEW.1,
        ui,
    };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}
