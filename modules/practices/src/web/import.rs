//! Taking practices in from a table: a dry run first, the deed second.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use ratusha_platform::{
    AppResult, FieldError,
    http::{
        csrf::Csrf,
        form::{FormData, FormState},
    },
};
use ratusha_templates::{
    Html, Ui,
    form::{Choice, Field, Fields},
    parts::{Column, Table},
};
use ratusha_tenants::{Page, web::FlashCookie};

use super::{form::field_label, list::under_list};
use crate::{
    import::{self, FILE_MAX, Row},
    policy,
};

#[derive(Template)]
#[template(path = "practices/import.html")]
struct ImportView {
    ui: Ui,
    fields: Fields,
    summary: Html,
    report: Option<Report>,
}

/// What a dry run found.
struct Report {
    table: Html,
    fresh: usize,
    known: usize,
    wrong: usize,
    csv: String,
    modes: Fields,
}

fn render(page: &Page, state: &FormState, report: Option<(Vec<Row>, String)>, status: StatusCode) -> Response {
    let ui = under_list(page, page.t("practices-import"), "/practices/import").lead(page.t("practices-import-lead"));
    let fields = Fields::new(state)
        .with(Field::file("file", "practices-import-file", ".csv,text/csv", FILE_MAX as u64).required().hint("practices-import-hint"));
    let report = report.map(|(rows, csv)| {
        let modes = vec![
            Choice::new("valid", page.t("practices-import-mode-valid")).hint(page.t("practices-import-mode-valid-hint")),
            Choice::new("all", page.t("practices-import-mode-all")).hint(page.t("practices-import-mode-all-hint")),
        ];
        let chosen = FormState::clean(FormData::from_pairs([("mode", "valid")]));
        Report {
            table: ui.table(&table(page, &ui, &rows)),
            fresh: rows.iter().filter(|row| row.is_new()).count(),
            known: rows.iter().filter(|row| row.known).count(),
            wrong: rows.iter().filter(|row| !row.errors.is_empty()).count(),
            csv,
            modes: Fields::new(&chosen).with(Field::radios("mode", "practices-import-mode", modes).required()),
        }
    });
    let view = ImportView { summary: ui.error_summary(&fields), fields, report, ui };
    ratusha_templates::page(status, &view)
}

fn table(page: &Page, ui: &Ui, rows: &[Row]) -> Table {
    let cells = rows.iter().map(|row| {
        let said = if row.errors.is_empty() {
            Html::text(&page.t(if row.known { "practices-import-known" } else { "practices-import-fresh" }))
        } else {
            let lines: String = row.errors.iter().map(|e| format!("<li>{}</li>", Html::text(&told(ui, e)))).collect();
            Html::trusted(format!("<ul>{lines}</ul>"))
        };
        let line = i64::try_from(row.line).unwrap_or(0);
        vec![Html::text(&ui.number(line)), Html::text(row.external_id.as_deref().unwrap_or("")), Html::text(&row.card.title), said]
    });
    Table {
        caption: page.t("practices-import-result"),
        caption_hidden: false,
        columns: vec![
            Column::number(page.t("practices-import-line")),
            Column::text("external_id"),
            Column::text(page.t("practices-label-title")),
            Column::text(page.t("practices-import-what")),
        ],
        rows: cells.collect(),
    }
}

fn told(ui: &Ui, error: &FieldError) -> String {
    let field = if error.field == "external_id" { "external_id".to_owned() } else { field_label(ui, &error.field) };
    format!("{field}: {}", ui.error_text(error))
}

/// `GET /practices/import`
pub(super) async fn show(page: Page) -> AppResult<Response> {
    policy::draft(&page.who).require()?;
    Ok(render(&page, &FormState::default(), None, StatusCode::OK))
}

/// `GET /practices/import/template.csv`
pub(super) async fn template(page: Page) -> AppResult<Response> {
    policy::draft(&page.who).require()?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"practices-template.csv\""),
    ];
    Ok((headers, import::template()).into_response())
}

async fn rows(page: &Page, bytes: &[u8]) -> AppResult<Result<Vec<Row>, FieldError>> {
    let mut rows = match import::read(bytes) {
        Ok(rows) => rows,
        Err(error) => return Ok(Err(error)),
    };
    import::complete(&mut *page.ctx.db().read().await?, page.tenant_id(), &mut rows).await?;
    Ok(Ok(rows))
}

/// `POST /practices/import`: the dry run.
pub(super) async fn check(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    policy::draft(&page.who).require()?;
    let bytes = form.files("file").next().map(|upload| upload.bytes.clone());
    let Some(bytes) = bytes else {
        let state = FormState::refused(form, vec![FieldError::new("file", "practices-field-file-missing")]);
        return Ok(render(&page, &state, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    match rows(&page, &bytes).await? {
        Ok(rows) => Ok(render(&page, &FormState::default(), Some((rows, String::from_utf8_lossy(&bytes).into_owned())), StatusCode::OK)),
        Err(error) => Ok(render(&page, &FormState::refused(form, vec![error]), None, StatusCode::UNPROCESSABLE_ENTITY)),
    }
}

/// `POST /practices/import/run`: the deed; the file is read and checked anew.
pub(super) async fn run(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    policy::draft(&page.who).require()?;
    let csv = form.raw("csv").to_owned();
    let rows = match rows(&page, csv.as_bytes()).await? {
        Ok(rows) => rows,
        Err(error) => return Ok(render(&page, &FormState::refused(form, vec![error]), None, StatusCode::UNPROCESSABLE_ENTITY)),
    };
    if form.line("mode") == "all" && rows.iter().any(|row| !row.errors.is_empty()) {
        let state = FormState::refused(form, vec![FieldError::new("file", "practices-import-all-or-nothing")]);
        return Ok(render(&page, &state, Some((rows, csv)), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let mut uow = page.begin().await?;
    let made = import::run(&mut uow, &page.who, &rows).await?;
    uow.commit().await?;
    Ok(page.redirect_with("/practices/mine?state=draft", &FlashCookie::good("practices-flash-imported").arg("n", made.len())))
}
