//! Versions of a card: the list, one of them, two side by side, and taking an old one up again.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use http::StatusCode;
use ratusha_platform::{
    AppError, AppResult,
    http::{csrf::Csrf, form::FormData},
};
use ratusha_templates::{
    Html, Ui,
    parts::{Column, SummaryRow, Table},
};
use ratusha_tenants::{Page, web::FlashCookie};

use super::{
    card::{self, Names, Section},
    id_of,
    show::{Plain, diff_html},
    ui_of, version_of,
};
use crate::{model::Practice, policy, service};

fn frame(page: &Page, practice: &Practice, title: String) -> Ui {
    let path = format!("/practices/{}", practice.id);
    ui_of(page, title).crumb(practice.card.title.clone(), path.clone()).crumb(page.t("practices-versions"), format!("{path}/versions"))
}

#[derive(Template)]
#[template(path = "practices/versions.html")]
struct ListView {
    ui: Ui,
    table: Html,
    numbers: Vec<i64>,
    action: String,
}

/// `GET /practices/{id}/versions`
pub(super) async fn list(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    let id = id_of(&id)?;
    let (practice, versions) = service::versions(&mut *page.ctx.db().read().await?, page.tenant_id(), &page.who, &id).await?;
    let ui = frame(&page, &practice, page.t("practices-versions")).lead(page.t("practices-versions-lead"));
    let numbers: Vec<i64> = versions.iter().map(|v| v.number).collect();
    let rows = versions
        .iter()
        .enumerate()
        .map(|(place, v)| {
            let here = ui.url(format!("/practices/{id}/versions/{}", v.number));
            let before = numbers.get(place + 1);
            let changes = before.map_or_else(String::new, |from| {
                let url = ui.url(format!("/practices/{id}/diff?from={from}&to={}", v.number));
                format!("<a href=\"{}\">{}</a>", Html::text(&url), Html::text(&ui.t("practices-what-changed")))
            });
            vec![
                Html::trusted(format!("<a href=\"{}\">{}</a>", Html::text(&here), ui.tn("practices-version-n", v.number))),
                Html::text(&ui.date_time(v.saved_at)),
                Html::text(&v.note),
                Html::trusted(changes),
            ]
        })
        .collect();
    let table = Table {
        caption: page.t("practices-versions"),
        caption_hidden: true,
        columns: ["practices-version", "practices-saved", "practices-note", "practices-changes"]
            .into_iter()
            .map(|key| Column::text(page.t(key)))
            .collect(),
        rows,
    };
    let view = ListView { table: ui.table(&table), numbers, action: ui.url(format!("/practices/{id}/diff")), ui };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

#[derive(Template)]
#[template(path = "practices/version.html")]
struct OneView {
    ui: Ui,
    before: Vec<Section>,
    results: Html,
    after: Vec<Section>,
    facts: Vec<SummaryRow>,
    restore: Option<(String, i64)>,
}

/// `GET /practices/{id}/versions/{number}`
pub(super) async fn version(page: Page, Path((id, number)): Path<(String, i64)>) -> AppResult<Response> {
    let id = id_of(&id)?;
    let mut conn = page.ctx.db().read().await?;
    let (practice, revision) = service::version(&mut conn, page.tenant_id(), &page.who, &id, number).await?;
    let names = Names::load(&mut conn, &page, revision.card.territories.iter().cloned()).await?;
    drop(conn);
    let title = page.ta("practices-version-of", &[("n", number.into()), ("title", (&revision.card.title).into())]);
    let ui = frame(&page, &practice, title)
        .lead(page.ta("practices-version-lead", &[("date", ratusha_platform::i18n::date_time(page.lang, revision.saved_at).into())]));
    let may = policy::edit(&page.who, practice.state).allowed() && practice.state.is_editable() && number != practice.revision;
    let plain = Plain::new(&ui, &names, &revision.card, practice.evidence);
    let view = OneView {
        before: plain.before,
        results: plain.results,
        after: plain.after,
        facts: plain.facts,
        restore: may.then(|| (format!("/practices/{id}/versions/{number}/restore"), practice.version)),
        ui,
    };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

/// `POST /practices/{id}/versions/{number}/restore`
pub(super) async fn restore(page: Page, Path((id, number)): Path<(String, i64)>, Csrf(form): Csrf) -> AppResult<Response> {
    let id = id_of(&id)?;
    let mut uow = page.begin().await?;
    service::restore_version(&mut uow, &page.who, &id, version_of(&form), number).await?;
    uow.commit().await?;
    Ok(page.redirect_with(&format!("/practices/{id}"), &FlashCookie::good("practices-restored-version").arg("n", number)))
}

#[derive(Template)]
#[template(path = "practices/diff.html")]
struct DiffView {
    ui: Ui,
    diff: Html,
}

/// `GET /practices/{id}/diff?from&to`
pub(super) async fn diff(page: Page, Path(id): Path<String>, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let id = id_of(&id)?;
    let query = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let number = |name: &str| query.line(name).parse::<i64>().map_err(|_| AppError::not_found());
    let (from, to) = (number("from")?, number("to")?);
    let mut conn = page.ctx.db().read().await?;
    let (practice, old) = service::version(&mut conn, page.tenant_id(), &page.who, &id, from).await?;
    let (_, new) = service::version(&mut conn, page.tenant_id(), &page.who, &id, to).await?;
    drop(conn);
    let ui = frame(&page, &practice, page.ta("practices-diff-title", &[("from", from.into()), ("to", to.into())]));
    let blocks = card::difference(&ui, &old.card, &new.card);
    let view = DiffView { diff: diff_html(&ui, &blocks), ui };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}
