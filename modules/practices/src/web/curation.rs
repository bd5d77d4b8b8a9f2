//! The curators' pages at the hub: the queue, and one practice with what changed and what to decide.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use http::StatusCode;
use ratusha_content::{
    classifier::{Facet as Branch, Scheme},
    files,
};
use ratusha_platform::{
    AppError, AppResult, Kind,
    http::{
        csrf::Csrf,
        cursor::Cursor,
        form::{FormData, FormState},
    },
};
use ratusha_templates::{
    Html, Ui,
    form::{Choice as Pick, Field, Fields},
    parts::{Column, Phase, PhaseState, SummaryRow, Table},
};
use ratusha_tenants::{Page, web::FlashCookie};

use super::{
    card::{self, Names, Section},
    curation_word, id_of,
    show::Plain,
    ui_of, version_of,
};
use crate::{
    model::{Curation, CurationRow, CurationStep, Evidence, PracticeId, Remote},
    policy,
    service::{self, Choice},
    store,
};

const PAGE: usize = 25;

fn require_hub(page: &Page) -> AppResult<()> {
    if !page.tenant.is_hub() {
        return Err(AppError::not_found());
    }
    policy::curate(&page.who).require()
}

struct Tab {
    label: String,
    url: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "practices/queue.html")]
struct QueueView {
    ui: Ui,
    tabs: Vec<Tab>,
    table: Html,
    empty: bool,
    next: Option<String>,
}

/// `GET /curation`
pub(super) async fn queue(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    require_hub(&page)?;
    let query = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let chosen = query.line("state");
    let states: Vec<Curation> = match Curation::parse(&chosen) {
        Some(state) => vec![state],
        None => Curation::ALL.iter().copied().filter(|state| state.is_queued()).collect(),
    };
    let mut conn = page.ctx.db().read().await?;
    let found = service::queue(&mut conn, page.tenant_id(), &page.who, &states, Cursor::decode(&query.line("cursor")), PAGE).await?;
    let counts = service::counts(&mut conn, page.tenant_id()).await?;
    drop(conn);
    let ui = ui_of(&page, page.t("practices-queue")).crumb(page.t("practices-queue"), "/curation").lead(page.t("practices-queue-lead"));
    let waiting: i64 = counts.iter().filter(|(state, _)| state.is_queued()).map(|c| c.1).sum();
    let mut tabs = vec![Tab {
        label: format!("{} ({})", page.t("practices-queue-open"), ui.number(waiting)),
        url: "/curation".to_owned(),
        here: chosen.is_empty(),
    }];
    tabs.extend(counts.iter().map(|(state, n)| Tab {
        label: format!("{} ({})", curation_word(&ui, *state).label, ui.number(*n)),
        url: format!("/curation?state={}", state.as_str()),
        here: chosen == state.as_str(),
    }));
    let rows = found
        .items
        .iter()
        .map(|row| {
            let title = if row.title.is_empty() { row.ap_id.clone() } else { row.title.clone() };
            vec![
                Html::trusted(format!("<a href=\"{}\">{}</a>", Html::text(&ui.url(format!("/curation/{}", row.id))), Html::text(&title))),
                Html::text(&row.community),
                ui.status(&curation_word(&ui, row.state)),
                Html::text(&ui.date_time(row.queued_at)),
            ]
        })
        .collect();
    let table = Table {
        caption: page.t("practices-queue"),
        caption_hidden: true,
        columns: ["practices-label-title", "practices-community", "practices-mine-state", "practices-queue-since"]
            .into_iter()
            .map(|key| Column::text(page.t(key)))
            .collect(),
        rows,
    };
    let view = QueueView { tabs, empty: found.items.is_empty(), table: ui.table(&table), next: found.next.map(|c| c.encode()), ui };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

#[derive(Template)]
#[template(path = "practices/curation.html")]
struct CurationView {
    ui: Ui,
    status: Html,
    changes: Html,
    before: Vec<Section>,
    results: Html,
    after: Vec<Section>,
    facts: Vec<SummaryRow>,
    gallery: Html,
    files: Html,
    missing: Vec<String>,
    history: Html,
    fields: Fields,
    summary: Html,
    action: String,
    version: i64,
    open: bool,
    evidence: Option<Fields>,
    vouch: String,
}

fn class_options(ui: &Ui, scheme: &Scheme) -> Vec<Pick> {
    let mut options = vec![Pick::new("", ui.t("practices-choose-class"))];
    for top in scheme.tops(Branch::Domain) {
        for code in scheme.descendants(&top.notation) {
            if let Some(concept) = scheme.get(&code).filter(|c| !c.deprecated && c.facet == Branch::Domain) {
                options.push(Pick::new(code.clone(), format!("{code} {}", concept.label.get(ui.lang))));
            }
        }
    }
    options
}

async fn render(page: &Page, id: &PracticeId, state: Option<FormState>, status: StatusCode) -> AppResult<Response> {
    let mut conn = page.ctx.db().read().await?;
    let (row, remote, steps) = service::curation(&mut conn, page.tenant_id(), &page.who, id).await?;
    let names = Names::load(&mut conn, page, remote.card.territories.iter().cloned()).await?;
    let seen = if row.seen_number > 0 && row.seen_number != remote.number {
        store::find_remote_card(&mut conn, &row.ap_id, row.seen_number).await?
    } else {
        None
    };
    let stored = files::list(&mut conn, page.tenant_id(), id.as_str()).await?;
    let linked = files::list_links(&mut conn, page.tenant_id(), id.as_str()).await?;
    drop(conn);
    let title = if row.title.is_empty() { row.ap_id.clone() } else { row.title.clone() };
    let mut ui = ui_of(page, title.clone()).crumb(page.t("practices-queue"), "/curation").crumb(title, format!("/curation/{id}"));
    if !remote.card.summary.is_empty() {
        ui = ui.lead(remote.card.summary.clone());
    }
    let state = state.unwrap_or_else(|| FormState::clean(suggested(&row, &remote, &names.scheme)));
    let fields = Fields::new(&state)
        .with(
            Field::radios(
                "decision",
                "practices-decision",
                ["accept", "return", "decline"]
                    .into_iter()
                    .map(|word| {
                        Pick::new(word, page.t(&format!("practices-decide-{word}"))).hint(page.t(&format!("practices-decide-{word}-hint")))
                    })
                    .collect(),
            )
            .required(),
        )
        .with(Field::select("class", "practices-label-class", class_options(&ui, &names.scheme)).hint("practices-class-hint"))
        .with(Field::textarea("note", "practices-decision-note", 5).hint("practices-decision-note-hint"));
    let changes = seen.map_or_else(Html::default, |old| super::show::diff_html(&ui, &card::difference(&ui, &old, &remote.card)));
    let plain = Plain::new(&ui, &names, &remote.card, remote.evidence);
    let mut facts = vec![
        SummaryRow::text(ui.t("practices-community"), &remote.actor_name),
        SummaryRow::html(
            ui.t("practices-at-origin"),
            Html::trusted(format!("<a href=\"{0}\" rel=\"noopener\">{1}</a>", Html::text(&remote.url), Html::text(&remote.host))),
        ),
    ];
    facts.extend(plain.facts);
    let missing =
        remote.card.check_public().iter().map(|e| format!("{}: {}", super::form::field_label(&ui, &e.field), ui.error_text(e))).collect();
    let view = CurationView {
        status: ui.status(&curation_word(&ui, row.state)),
        changes,
        before: plain.before,
        results: plain.results,
        after: plain.after,
        facts,
        gallery: files::gallery(&ui, &stored),
        files: Html::trusted(format!("{}{}", files::file_lines(&ui, &stored), files::remote_lines(&ui, &linked))),
        missing,
        history: history(&ui, &steps, &names.scheme),
        summary: ui.error_summary(&fields),
        fields,
        action: format!("/curation/{id}"),
        version: row.version,
        open: row.state != Curation::Withdrawn,
        evidence: row.state.is_listed().then(|| levels(&ui, &state)),
        vouch: format!("/curation/{id}/evidence"),
        ui,
    };
    Ok(ratusha_templates::page(status, &view))
}

/// The second form: what a curator vouches for.
fn levels(ui: &Ui, state: &FormState) -> Fields {
    let levels = [Evidence::E2, Evidence::E3].map(|level| {
        let key = level.as_str().to_lowercase();
        Pick::new(level.as_str(), ui.t(format!("practices-evidence-{key}"))).hint(ui.t(format!("practices-evidence-{key}-hint")))
    });
    Fields::new(state)
        .with(Field::radios("level", "practices-label-evidence", levels.to_vec()).required())
        .with(Field::textarea("evidence_note", "practices-label-evidence-note", 3).required().hint("practices-evidence-note-hint"))
}

/// What the form begins with: the class that holds, or the first topic that the community named.
fn suggested(row: &CurationRow, remote: &Remote, scheme: &Scheme) -> FormData {
    let topic = remote.card.concepts.iter().find(|c| scheme.get(c).is_some_and(|c| c.facet == Branch::Domain && !c.deprecated));
    let class = if row.class.is_empty() { topic.cloned().unwrap_or_default() } else { row.class.clone() };
    FormData::from_pairs([("class", class)])
}

fn history(ui: &Ui, steps: &[CurationStep], scheme: &Scheme) -> Html {
    let phases: Vec<Phase> = steps
        .iter()
        .map(|step| {
            let class = match Evidence::parse(&step.class) {
                _ if step.class.is_empty() => String::new(),
                Some(level) => format!("{} ", level.as_str()),
                None => format!("{} ", scheme.label(&step.class, ui.lang)),
            };
            Phase {
                label: ui.t(format!("practices-step-{}", step.decision)),
                when: Some(ui.date_time(step.at)),
                text: Some(format!("{class}{}", step.note)).filter(|text| !text.is_empty()),
                state: PhaseState::Done,
            }
        })
        .collect();
    if phases.is_empty() { Html::default() } else { ui.timeline(&phases) }
}

/// `GET /curation/{id}`
pub(super) async fn show(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    require_hub(&page)?;
    render(&page, &id_of(&id)?, None, StatusCode::OK).await
}

/// `POST /curation/{id}`
pub(super) async fn decide(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    require_hub(&page)?;
    let id = id_of(&id)?;
    match decided(&page, &id, &form).await {
        Ok(row) => Ok(page.redirect_with("/curation", &FlashCookie::good(&format!("practices-flash-{}", row.state.as_str())))),
        Err(error) if error.kind == Kind::Invalid => {
            render(&page, &id, Some(FormState::refused(form, error.fields)), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /curation/{id}/evidence`
pub(super) async fn vouch(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    require_hub(&page)?;
    let id = id_of(&id)?;
    match vouched(&page, &id, &form).await {
        Ok(()) => Ok(page.redirect_with(&format!("/curation/{id}"), &FlashCookie::good("practices-done-evidence"))),
        Err(mut error) if error.kind == Kind::Invalid => {
            // Both forms of the page have a note; this one goes by its own name there.
            for field in error.fields.iter_mut().filter(|field| field.field == "note") {
                field.field = "evidence_note".to_owned();
            }
            render(&page, &id, Some(FormState::refused(form, error.fields)), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

async fn vouched(page: &Page, id: &PracticeId, form: &FormData) -> AppResult<()> {
    let level = Evidence::parse(&form.line("level")).ok_or_else(|| crate::error::wrong("level", "practices-field-missing"))?;
    let mut uow = page.begin().await?;
    service::vouch(&mut uow, &page.who, id, version_of(form), level, &form.text("evidence_note")).await?;
    uow.commit().await
}

async fn decided(page: &Page, id: &PracticeId, form: &FormData) -> AppResult<CurationRow> {
    let choice = match form.line("decision").as_str() {
        "accept" => Choice::Accept { class: form.line("class") },
        "return" => Choice::Return,
        "decline" => Choice::Decline,
        _ => return Err(crate::error::wrong("decision", "practices-field-missing")),
    };
    let mut uow = page.begin().await?;
    let row = service::decide(&mut uow, &page.who, id, version_of(form), &choice, &form.text("note")).await?;
    uow.commit().await?;
    Ok(row)
}
