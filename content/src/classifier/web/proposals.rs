//! Proposals: put forward, discussed, decided.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use http::StatusCode;
use ratusha_platform::{
    AppError, AppResult, Kind, Timestamp,
    http::{
        csrf::Csrf,
        form::{FormData, FormState},
    },
    ids,
};
use ratusha_templates::{
    Html, Ui,
    form::{Field, Fields},
    parts::{Card, Status, SummaryRow, Tone},
};
use ratusha_tenants::{Page, web::FlashCookie};

use super::{
    super::{
        change::{Change, Wording},
        model::Scheme,
        policy, service,
        store::{self, ProposalRow, RemarkRow},
    },
    forms,
};

/// Proposals on one page.
const PAGE: i64 = 30;

/// Locale key of a kind of change.
pub(super) fn kind_key(kind: &str) -> &'static str {
    match kind {
        "add" => "classifier-kind-add",
        "rename" => "classifier-kind-rename",
        "move" => "classifier-kind-move",
        "merge" => "classifier-kind-merge",
        "split" => "classifier-kind-split",
        _ => "classifier-kind-hub",
    }
}

fn status(page: &Page, state: &str) -> Status {
    let (tone, key) = match state {
        "proposed" => (Tone::Neutral, "classifier-state-proposed"),
        "discussed" => (Tone::Info, "classifier-state-discussed"),
        "accepted" => (Tone::Good, "classifier-state-accepted"),
        _ => (Tone::Bad, "classifier-state-declined"),
    };
    Status::new(tone, page.t(key))
}

#[derive(Template)]
#[template(path = "classifier/proposals.html")]
struct ListView {
    ui: Ui,
    cards: Vec<Card>,
    decided: bool,
    next: Option<String>,
    may_propose: bool,
}

/// `GET /classifier/proposals`
pub(super) async fn list(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let decided = form.raw("state") == "decided";
    let cursor = form.raw("cursor");
    // Ids are lower-case hex, so everything comes before «g».
    let before = if cursor.is_empty() { "g" } else { ids::check(cursor).map_err(|_| AppError::not_found())? };
    let mut conn = page.ctx.db().read().await?;
    let scheme = service::current(&mut conn, page.tenant_id()).await?;
    let mut rows = store::list_proposals(&mut conn, page.tenant_id(), !decided, before, PAGE + 1).await?;
    drop(conn);
    let full = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > full;
    rows.truncate(full);
    let next = if more { rows.last().map(|row| row.id.clone()) } else { None };
    let ui = frame(&page).titled(page.t("classifier-proposals")).lead(page.t(if page.tenant.is_hub() {
        "classifier-proposals-lead-hub"
    } else {
        "classifier-proposals-lead"
    }));
    let cards = rows.iter().map(|row| card(&page, &ui, &scheme, row)).collect();
    let view = ListView { cards, decided, next, may_propose: policy::propose(&page.who).allowed(), ui };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

fn frame(page: &Page) -> Ui {
    page.ui().crumb(page.t("classifier-name"), "/classifier").crumb(page.t("classifier-proposals"), "/classifier/proposals")
}

fn title(page: &Page, scheme: &Scheme, row: &ProposalRow) -> String {
    let change: Option<Change> = serde_json::from_str(&row.change).ok();
    let subject = match (&row.notation, &change) {
        (Some(code), _) => format!("{code} {}", scheme.label(code, page.lang)),
        (None, Some(Change::Add { wording, .. })) => {
            if page.lang == ratusha_platform::Lang::En {
                wording.label_en.clone()
            } else {
                wording.label_uk.clone()
            }
        }
        _ => String::new(),
    };
    format!("{}: {subject}", page.t(kind_key(&row.kind)))
}

fn card(page: &Page, ui: &Ui, scheme: &Scheme, row: &ProposalRow) -> Card {
    Card {
        title: title(page, scheme, row),
        url: format!("/classifier/proposals/{}", row.id),
        text: row.reason.clone(),
        status: Some(status(page, &row.state)),
        meta: vec![row.by_name.clone(), ui.date(Timestamp(row.created_at))],
        ..Card::default()
    }
}

#[derive(Template)]
#[template(path = "classifier/propose.html")]
struct ProposeView {
    ui: Ui,
    fields: Fields,
    chosen: bool,
}

/// `GET /classifier/propose?kind=…&notation=…`
pub(super) async fn new(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    policy::propose(&page.who).require()?;
    let asked = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let scheme = service::current(&mut *page.ctx.db().read().await?, page.tenant_id()).await?;
    let data = forms::start(asked.raw("kind"), &asked.line("notation"), &scheme);
    Ok(propose_page(&page, StatusCode::OK, &FormState::clean(data)))
}

fn propose_page(page: &Page, code: StatusCode, state: &FormState) -> Response {
    let kind = state.data.raw("kind");
    let chosen = forms::KINDS.contains(&kind);
    let title = if chosen { page.t(kind_key(kind)) } else { page.t("classifier-propose") };
    let ui = frame(page)
        .titled(title.clone())
        .lead(page.t(if page.tenant.is_hub() { "classifier-propose-lead-hub" } else { "classifier-propose-lead" }))
        .crumb(title, "/classifier/propose");
    ratusha_templates::page(code, &ProposeView { fields: forms::fields(page, state), chosen, ui })
}

/// `POST /classifier/propose`
pub(super) async fn create(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    policy::propose(&page.who).require()?;
    let scheme = service::current(&mut *page.ctx.db().read().await?, page.tenant_id()).await?;
    let change = match forms::read(&form, &scheme) {
        Ok(change) => change,
        Err(errors) => return Ok(propose_page(&page, StatusCode::UNPROCESSABLE_ENTITY, &FormState::refused(form, errors))),
    };
    let mut uow = page.begin().await?;
    match service::propose(&mut uow, &page.who, &change, form.raw("reason")).await {
        Ok(id) => {
            uow.commit().await?;
            Ok(page.redirect_with(&format!("/classifier/proposals/{id}"), &FlashCookie::good("classifier-proposed")))
        }
        Err(error) if error.kind == Kind::Invalid => {
            Ok(propose_page(&page, StatusCode::UNPROCESSABLE_ENTITY, &FormState::refused(form, error.fields)))
        }
        Err(error) => Err(error),
    }
}

struct Remark {
    by: String,
    at: String,
    body: String,
}

#[derive(Template)]
#[template(path = "classifier/proposal.html")]
struct ShowView {
    ui: Ui,
    id: String,
    status: Html,
    summary: Html,
    remarks: Vec<Remark>,
    remark: Option<Fields>,
    decision: Option<Fields>,
}

/// `GET /classifier/proposals/{id}`
pub(super) async fn show(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    proposal_page(&page, &id, StatusCode::OK, &FormState::default()).await
}

async fn proposal_page(page: &Page, id: &str, code: StatusCode, state: &FormState) -> AppResult<Response> {
    ids::check(id).map_err(|_| AppError::not_found())?;
    let mut conn = page.ctx.db().read().await?;
    let row = store::find_proposal(&mut conn, page.tenant_id(), id).await?.ok_or_else(AppError::not_found)?;
    let remarks = store::list_remarks(&mut conn, page.tenant_id(), id).await?;
    let scheme = service::current(&mut conn, page.tenant_id()).await?;
    drop(conn);
    let title = title(page, &scheme, &row);
    let ui = frame(page).titled(title.clone()).crumb(title, format!("/classifier/proposals/{id}"));
    let open = matches!(row.state.as_str(), "proposed" | "discussed");
    let remark = (open && policy::propose(&page.who).allowed())
        .then(|| Fields::new(state).with(Field::textarea("remark", "classifier-remark", 4).max(4000).required()));
    let decision = (open && policy::decide(&page.who, page.tenant.is_hub()).allowed()).then(|| {
        Fields::new(state).with(Field::textarea("decision", "classifier-decision", 4).hint("classifier-decision-hint").max(4000).required())
    });
    let view = ShowView {
        id: id.to_owned(),
        status: ui.status(&status(page, &row.state)),
        summary: ui.summary_list(&summary(page, &ui, &scheme, &row)),
        remarks: remarks
            .into_iter()
            .map(|RemarkRow { by_name, body, created_at }| Remark { by: by_name, at: ui.date(Timestamp(created_at)), body })
            .collect(),
        remark,
        decision,
        ui,
    };
    Ok(ratusha_templates::page(code, &view))
}

fn summary(page: &Page, ui: &Ui, scheme: &Scheme, row: &ProposalRow) -> Vec<SummaryRow> {
    let names = |codes: &[String]| {
        let items: Vec<String> = codes
            .iter()
            .map(|code| {
                format!(
                    "<a href=\"{}\">{}</a> {}",
                    ui.url(format!("/classifier/{code}?stay=1")),
                    Html::text(code),
                    Html::text(scheme.label(code, page.lang))
                )
            })
            .collect();
        Html::trusted(items.join("<br>"))
    };
    let mut rows = Vec::new();
    let mut add = |key: &str, value: Html| {
        if !value.is_empty() {
            rows.push(SummaryRow::html(page.t(key), value));
        }
    };
    let wording = |add: &mut dyn FnMut(&str, Html), words: &Wording| {
        add("classifier-field-label-uk", Html::text(&words.label_uk));
        add("classifier-field-label-en", Html::text(&words.label_en));
        add("classifier-field-definition-uk", Html::text(&words.definition_uk));
        add("classifier-field-definition-en", Html::text(&words.definition_en));
        add("classifier-field-alt-uk", Html::text(&words.alt_uk.join("; ")));
        add("classifier-field-alt-en", Html::text(&words.alt_en.join("; ")));
    };
    if let Some(code) = &row.notation {
        add("classifier-notation", names(std::slice::from_ref(code)));
    }
    match serde_json::from_str(&row.change) {
        Ok(Change::Add { broader, wording: words }) => {
            add("classifier-field-broader", names(&broader));
            wording(&mut add, &words);
        }
        Ok(Change::Rename { wording: words, .. }) => wording(&mut add, &words),
        Ok(Change::Move { broader, .. }) => add("classifier-field-broader", names(&broader)),
        Ok(Change::Merge { into, .. }) => add("classifier-field-into", names(&[into])),
        Ok(Change::Split { into, .. }) => add("classifier-field-split", names(&into)),
        Err(_) => {}
    }
    add("classifier-reason", Html::text(&row.reason));
    add("classifier-by", Html::text(&format!("{}, {}", row.by_name, ui.date(Timestamp(row.created_at)))));
    if let (Some(name), Some(decision), Some(at)) = (&row.decided_name, &row.decision, row.decided_at) {
        add("classifier-decision", Html::text(decision));
        add("classifier-decided-by", Html::text(&format!("{name}, {}", ui.date(Timestamp(at)))));
    }
    rows
}

/// `POST /classifier/proposals/{id}/remark`
pub(super) async fn remark(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.begin().await?;
    let done = service::remark(&mut uow, &page.who, &id, form.raw("remark")).await;
    match done {
        Ok(()) => {
            uow.commit().await?;
            Ok(page.redirect_with(&format!("/classifier/proposals/{id}"), &FlashCookie::good("classifier-remarked")))
        }
        Err(error) => {
            drop(uow);
            back(&page, &id, form, error).await
        }
    }
}

/// `POST /classifier/proposals/{id}/accept`
pub(super) async fn accept(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.begin().await?;
    let done = service::accept(&mut uow, &page.who, &page.tenant, &id, form.raw("decision")).await;
    match done {
        Ok(scheme) => {
            uow.commit().await?;
            Ok(page.redirect_with(
                &format!("/classifier/proposals/{id}"),
                &FlashCookie::good("classifier-accepted").arg("number", scheme.edition()),
            ))
        }
        Err(error) => {
            drop(uow);
            back(&page, &id, form, error).await
        }
    }
}

/// `POST /classifier/proposals/{id}/decline`
pub(super) async fn decline(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.begin().await?;
    let done = service::decline(&mut uow, &page.who, &page.tenant, &id, form.raw("decision")).await;
    match done {
        Ok(()) => {
            uow.commit().await?;
            Ok(page.redirect_with(&format!("/classifier/proposals/{id}"), &FlashCookie::good("classifier-declined")))
        }
        Err(error) => {
            drop(uow);
            back(&page, &id, form, error).await
        }
    }
}

/// The page again with what was typed and what is wrong with it.
async fn back(page: &Page, id: &str, form: FormData, error: AppError) -> AppResult<Response> {
    if error.kind == Kind::Invalid {
        proposal_page(page, id, StatusCode::UNPROCESSABLE_ENTITY, &FormState::refused(form, error.fields)).await
    } else {
        Err(error)
    }
}
