//! The form of a card: sections, rows that grow without JavaScript, and everything typed kept whatever is wrong.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use http::StatusCode;
use ratusha_content::classifier::{Facet as Branch, Resolved, Scheme};
use ratusha_platform::{
    AppError, AppResult, Conn, FieldError, Kind, Lang,
    http::{
        csrf::Csrf,
        form::{FormData, FormState},
    },
};
use ratusha_templates::{
    Html, Ui,
    form::{Choice, Field, Fields},
    parts::Tone,
};
use ratusha_tenants::{
    Page,
    territory::{self, Category, Gazetteer, Unit},
    web::FlashCookie,
};

use super::{card, id_of, show::diff_html, ui_of, version_of};
use crate::{
    model::{Card, CommunityKind, Licence, Outcome, Practice, ROWS_MAX, SUMMARY_MAX, Status, TITLE_MAX},
    policy,
    service::{self, Draft},
};

/// Parts of a result, in the order of the form.
const OUTCOME: [&str; 5] = ["metric", "unit", "before", "after", "source"];

fn rows_of(form: &FormData, name: &str, least: usize) -> usize {
    form.line(name).parse::<usize>().unwrap_or(least).clamp(least, ROWS_MAX)
}

/// What the form of `card` shows.
pub(super) fn data_of(card: &Card, lang: Lang) -> FormData {
    // People of either language see their own decimal sign; both are read back.
    let point = |text: &str| if lang == Lang::Uk { text.replace('.', ",") } else { text.to_owned() };
    let mut form = FormData::default();
    let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
    for (name, value) in [
        ("title", card.title.clone()),
        ("summary", card.summary.clone()),
        ("title_en", card.title_en.clone()),
        ("summary_en", card.summary_en.clone()),
        ("cost_uah", number(card.cost_uah)),
        ("cost_note", card.cost_note.clone()),
        ("months", number(card.months)),
        ("population", number(card.population)),
        ("community_kind", card.community_kind.map_or("", CommunityKind::as_str).to_owned()),
        ("legal_base", card.legal_base.join("\n")),
        ("contact", card.contact.clone()),
        ("started_on", card.started_on.clone()),
        ("ended_on", card.ended_on.clone()),
        ("status", card.status.as_str().to_owned()),
        ("territories", card.territories.join("\n")),
        ("licence", card.licence.as_str().to_owned()),
        ("step_rows", (card.steps.len() + 1).max(3).to_string()),
        ("outcome_rows", (card.outcomes.len() + 1).max(2).to_string()),
    ] {
        form.set(name, value);
    }
    for (name, text) in card::texts(card) {
        form.set(name, text);
    }
    for (i, step) in card.steps.iter().enumerate() {
        form.set(&format!("step_{i}"), step.clone());
    }
    for (i, o) in card.outcomes.iter().enumerate() {
        for (part, value) in OUTCOME.iter().zip([o.metric.clone(), o.unit.clone(), point(&o.before), point(&o.after), o.source.clone()]) {
            form.set(&format!("outcome_{i}_{part}"), value);
        }
    }
    for concept in &card.concepts {
        form.add("concepts", concept.clone());
    }
    form
}

/// The card that was typed, and what of it cannot be read.
pub(super) async fn card_of(page: &Page, conn: &mut Conn, form: &FormData) -> AppResult<(Card, Vec<FieldError>)> {
    let mut errors = Vec::new();
    let mut number = |name: &str| {
        let typed: String = form.line(name).chars().filter(|c| !c.is_whitespace()).collect();
        if typed.is_empty() {
            return None;
        }
        match typed.parse::<i64>() {
            Ok(n) if (0..=1_000_000_000_000).contains(&n) => Some(n),
            _ => {
                errors.push(FieldError::new(name, "practices-field-whole-number"));
                None
            }
        }
    };
    let (cost_uah, months, population) = (number("cost_uah"), number("months"), number("population"));
    let lines = |name: &str| form.text(name).lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    let outcomes = (0..ROWS_MAX)
        .map(|i| {
            let part = |part: &str| form.line(&format!("outcome_{i}_{part}"));
            Outcome { metric: part("metric"), unit: part("unit"), before: part("before"), after: part("after"), source: part("source") }
        })
        .filter(|outcome| *outcome != Outcome::default())
        .collect();
    let mut territories = Vec::new();
    for line in lines("territories") {
        match place(page, conn, &line).await? {
            Some(code) => territories.push(code),
            None => errors.push(FieldError::new("territories", "practices-field-unknown-territory").arg("code", line)),
        }
    }
    let card = Card {
        title: form.line("title"),
        summary: form.line("summary"),
        title_en: form.line("title_en"),
        summary_en: form.line("summary_en"),
        problem: form.text("problem"),
        context: form.text("context"),
        community_kind: CommunityKind::parse(&form.line("community_kind")),
        population,
        solution: form.text("solution"),
        steps: (0..ROWS_MAX).map(|i| form.text(&format!("step_{i}"))).filter(|step| !step.is_empty()).collect(),
        legal_base: lines("legal_base"),
        technology: form.text("technology"),
        cost_uah,
        cost_note: form.text("cost_note"),
        months,
        team: form.text("team"),
        outcomes,
        risks: form.text("risks"),
        lessons: form.text("lessons"),
        replicability: form.text("replicability"),
        contact: form.text("contact"),
        started_on: form.line("started_on"),
        ended_on: form.line("ended_on"),
        status: Status::parse(&form.line("status")).unwrap_or(Status::Pilot),
        stop_reason: form.text("stop_reason"),
        territories,
        concepts: form.all("concepts").into_iter().filter(|c| !c.is_empty()).collect(),
        licence: Licence::parse(&form.line("licence")).unwrap_or(Licence::CcBy4),
    };
    Ok((card, errors))
}

/// The code of a place written as a code or by its name; `None` when no unit, or more than one, is meant.
pub(super) async fn place(page: &Page, conn: &mut Conn, text: &str) -> AppResult<Option<String>> {
    let first = text.split_whitespace().next().unwrap_or("");
    if territory::is_code(first) {
        return Ok(Some(first.to_owned()));
    }
    let gazetteer = page.ctx.service::<Gazetteer>()?;
    let hits = territory::search(&gazetteer, conn, text, 10).await?;
    let units: Vec<&Unit> = hits.iter().filter(|hit| hit.exact && !hit.former).map(|hit| &hit.unit).collect();
    let typed = text.to_lowercase();
    let named = |unit: &&&Unit| Lang::ALL.iter().any(|lang| unit.display_name(*lang).to_lowercase() == typed);
    let only = |units: Vec<&Unit>| match units.as_slice() {
        [one] => Some(one.code.clone()),
        _ => None,
    };
    // The whole name as written decides; then a community, which is what most people mean; then whatever is alone.
    let by_name = only(units.iter().filter(named).copied().collect());
    let communities = || only(units.iter().filter(|unit| unit.category == Category::H).copied().collect());
    Ok(by_name.or_else(communities).or_else(|| only(units.clone())))
}

fn fields(ui: &Ui, state: &FormState) -> Fields {
    let options = |prefix: &str, words: &[&'static str]| -> Vec<Choice> {
        words.iter().map(|word| Choice::new(*word, ui.t(format!("practices-{prefix}-{}", word.to_lowercase())))).collect()
    };
    let label = |name: &'static str| -> String { card::label_key(name) };
    let area = |name: &'static str, rows: u8| Field::textarea(name, label(name), rows);
    let short = |max: usize| u32::try_from(max).unwrap_or(u32::MAX);
    let mut kinds = vec![Choice::new("", ui.t("practices-not-said"))];
    kinds.extend(options("community", &CommunityKind::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>()));
    let statuses = options("status", &Status::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>());
    let licences = vec![
        Choice::new(Licence::CcBy4.as_str(), ui.t("practices-licence-cc-by")),
        Choice::new(Licence::CcBySa4.as_str(), ui.t("practices-licence-cc-by-sa")),
        Choice::new(Licence::Cc0.as_str(), ui.t("practices-licence-cc0")),
    ];
    let mut fields = Fields::new(state)
        .with(Field::text("title", label("title")).required().max(short(TITLE_MAX)).hint("practices-hint-title"))
        .with(area("summary", 3).needed_later().max(short(SUMMARY_MAX)).hint("practices-hint-summary"))
        .with(Field::text("title_en", label("title_en")).max(short(TITLE_MAX)))
        .with(area("summary_en", 3).max(short(SUMMARY_MAX)))
        .with(Field::radios("status", label("status"), statuses).required())
        .with(area("stop_reason", 3).hint("practices-hint-stop-reason"))
        .with(area("problem", 5).needed_later().hint("practices-hint-problem"))
        .with(area("context", 4).hint("practices-hint-context"))
        .with(Field::select("community_kind", label("community_kind"), kinds))
        .with(Field::number("population", label("population")))
        .with(area("solution", 7).needed_later().hint("practices-hint-solution"));
    for i in 0..rows_of(&state.data, "step_rows", 3) {
        // The finished sentence stands for its key, because a label takes no arguments.
        fields = fields.with(Field::textarea(format!("step_{i}"), ui.tn("practices-step-n", i + 1), 2));
    }
    for i in 0..rows_of(&state.data, "outcome_rows", 2) {
        for part in OUTCOME {
            let name = format!("outcome_{i}_{part}");
            let key = format!("practices-outcome-{part}");
            let field = match part {
                "before" | "after" => Field::number(name, key),
                "unit" => Field::text(name, key).width(10),
                _ => Field::text(name, key),
            };
            fields = fields.with(field);
        }
    }
    fields
        .with(area("technology", 3))
        .with(Field::number("cost_uah", label("cost_uah")).unit(ui.t("practices-uah-unit")))
        .with(area("cost_note", 2))
        .with(Field::number("months", label("months")).width(5))
        .with(area("team", 3).hint("practices-hint-team"))
        .with(Field::date("started_on", label("started_on")).needed_later())
        .with(Field::date("ended_on", label("ended_on")))
        .with(area("risks", 4))
        .with(area("lessons", 4))
        .with(area("replicability", 4))
        .with(area("legal_base", 4).hint("practices-hint-legal-base"))
        .with(area("contact", 2).needed_later().hint("practices-hint-contact"))
        .with(area("territories", 3).hint("practices-hint-territories"))
        .with(Field::checks("concepts", label("concepts"), Vec::new()))
        .with(Field::select("licence", label("licence"), licences).required())
        .with(Field::text("note", "practices-change-note").max(300))
}

/// Everything in the classifier as nested check boxes under folded branches.
fn class_boxes(ui: &Ui, scheme: &Scheme, form: &FormData) -> Html {
    // A class that was merged since leads to the one that took its place.
    let chosen: Vec<String> = form
        .all("concepts")
        .iter()
        .map(|code| match scheme.resolve(code) {
            Some(Resolved::Moved(concept)) => concept.notation.clone(),
            _ => code.clone(),
        })
        .collect();
    let mut html = String::new();
    let mut number = 0;
    for branch in Branch::ALL {
        for top in scheme.tops(branch) {
            let codes = scheme.descendants(&top.notation);
            let open = codes.iter().any(|code| chosen.contains(code));
            html.push_str(&format!(
                "<details class=\"more\"{}><summary>{}</summary>",
                if open { " open" } else { "" },
                Html::text(top.label.get(ui.lang))
            ));
            for code in &codes {
                number += 1;
                let Some(concept) = scheme.get(code) else { continue };
                // Poly-hierarchy: a class is offered once, under its first broader one.
                let own_top = scheme.path(code).first().is_some_and(|first| first.notation == top.notation);
                if concept.deprecated || !own_top {
                    continue;
                }
                html.push_str(&format!(
                    "<div class=\"choice small\"><input type=\"checkbox\" name=\"concepts\" id=\"concepts-{number}\" value=\"{code}\"{}><label for=\"concepts-{number}\">{}</label></div>",
                    if chosen.contains(code) { " checked" } else { "" },
                    Html::text(concept.label.get(ui.lang))
                ));
            }
            html.push_str("</details>");
        }
    }
    Html::trusted(html)
}

#[derive(Template)]
#[template(path = "practices/form.html")]
struct FormView {
    ui: Ui,
    fields: Fields,
    summary: Html,
    conflict: Html,
    action: String,
    draft: String,
    version: i64,
    step_rows: usize,
    outcome_rows: usize,
    steps: Vec<String>,
    outcomes: Vec<Vec<String>>,
    classes: Html,
    class_error: Option<String>,
    is_new: bool,
    adopted_from: String,
    missing: Vec<String>,
}

/// Which form it is.
struct Target<'a> {
    practice: Option<&'a Practice>,
    version: i64,
    conflict: Html,
}

async fn view(page: &Page, state: &FormState, target: Target<'_>) -> AppResult<FormView> {
    let scheme = service::scheme(&mut *page.ctx.db().read().await?, page.tenant_id()).await?;
    let title = page.t(if target.practice.is_some() { "practices-edit" } else { "practices-new" });
    let (path, key) = match target.practice {
        Some(p) => (format!("/practices/{}/edit", p.id), format!("practice-{}-{}", p.id, target.version)),
        None => ("/practices/new".to_owned(), "practice-new".to_owned()),
    };
    let ui = match target.practice {
        Some(p) => {
            ui_of(page, title).crumb(p.card.title.clone(), format!("/practices/{}", p.id)).crumb(page.t("practices-edit"), path.clone())
        }
        None => ui_of(page, title).crumb(page.t("practices-new"), path.clone()).lead(page.t("practices-new-lead")),
    };
    let fields = fields(&ui, state);
    let (step_rows, outcome_rows) = (rows_of(&state.data, "step_rows", 3), rows_of(&state.data, "outcome_rows", 2));
    let missing = match target.practice {
        // What is still missing for the public is told calmly; it never keeps a draft from being saved.
        Some(p) if !p.state.is_public() => {
            let told = p.card.check_public();
            told.iter().map(|error| format!("{}: {}", field_label(&ui, &error.field), ui.error_text(error))).collect()
        }
        _ => Vec::new(),
    };
    Ok(FormView {
        summary: ui.error_summary(&fields),
        conflict: target.conflict,
        action: path,
        draft: key,
        version: target.version,
        steps: (0..step_rows).map(|i| format!("step_{i}")).collect(),
        outcomes: (0..outcome_rows).map(|i| OUTCOME.iter().map(|part| format!("outcome_{i}_{part}")).collect()).collect(),
        step_rows,
        outcome_rows,
        classes: class_boxes(&ui, &scheme, &state.data),
        class_error: state.errors.get("concepts").map(|error| ui.error_text(error)),
        is_new: target.practice.is_none(),
        adopted_from: state.data.line("adopted_from"),
        missing,
        fields,
        ui,
    })
}

/// The name of a field for sentences outside the form.
pub(super) fn field_label(ui: &Ui, field: &str) -> String {
    if field.starts_with("outcome_") { ui.t("practices-label-outcomes") } else { ui.t(card::label_key(field)) }
}

/// `GET /practices/new`
pub(super) async fn new(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    policy::draft(&page.who).require()?;
    let query = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let mut data = data_of(&Card::default(), page.lang);
    data.set("adopted_from", query.line("from"));
    let view = view(&page, &FormState::clean(data), Target { practice: None, version: 0, conflict: Html::default() }).await?;
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

/// True when a button asks for one more row; the form then has it.
fn grow(form: &mut FormData) -> bool {
    let (rows, least) = match form.line("do").as_str() {
        "add-step" => ("step_rows", 3),
        "add-outcome" => ("outcome_rows", 2),
        _ => return false,
    };
    let count = rows_of(form, rows, least) + 1;
    form.set(rows, count.to_string());
    true
}

/// `POST /practices/new`
pub(super) async fn create(page: Page, Csrf(mut form): Csrf) -> AppResult<Response> {
    policy::draft(&page.who).require()?;
    let target = || Target { practice: None, version: 0, conflict: Html::default() };
    if grow(&mut form) {
        return Ok(ratusha_templates::page(StatusCode::OK, &view(&page, &FormState::clean(form), target()).await?));
    }
    let (card, mut errors) = card_of(&page, &mut *page.ctx.db().read().await?, &form).await?;
    if errors.is_empty() {
        match save_new(&page, card, &form).await {
            Ok(practice) => return Ok(saved(&page, &practice, &form)),
            Err(error) if error.kind == Kind::Invalid => errors = error.fields,
            Err(error) => return Err(error),
        }
    }
    let view = view(&page, &FormState::refused(form, errors), target()).await?;
    Ok(ratusha_templates::page(StatusCode::UNPROCESSABLE_ENTITY, &view))
}

async fn save_new(page: &Page, card: Card, form: &FormData) -> AppResult<Practice> {
    let from = form.line("adopted_from");
    // Only an address is worth a link; anything else would be one to nowhere.
    let adopted_from = (from.starts_with("https://") || from.starts_with("http://")).then_some(from);
    let mut uow = page.begin().await?;
    let mut practice = service::draft(&mut uow, &page.who, Draft { card, adopted_from, ..Draft::default() }).await?;
    if form.line("do") == "submit" {
        practice = service::submit(&mut uow, &page.who, &practice.id, practice.version).await?;
    }
    uow.commit().await?;
    Ok(practice)
}

fn saved(page: &Page, practice: &Practice, form: &FormData) -> Response {
    let key = if form.line("do") == "submit" { "practices-flash-submitted" } else { "practices-flash-saved" };
    page.redirect_with(&format!("/practices/{}", practice.id), &FlashCookie::good(key))
}

/// `GET /practices/{id}/edit`
pub(super) async fn edit(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    let practice = service::get(&mut *page.ctx.db().read().await?, page.tenant_id(), &page.who, &id_of(&id)?).await?;
    policy::edit(&page.who, practice.state).require()?;
    if !practice.state.is_editable() {
        return Err(crate::error::not_now());
    }
    let state = FormState::clean(data_of(&practice.card, page.lang));
    let target = Target { practice: Some(&practice), version: practice.version, conflict: Html::default() };
    let view = view(&page, &state, target).await?;
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

/// `POST /practices/{id}/edit`
pub(super) async fn update(page: Page, Path(id): Path<String>, Csrf(mut form): Csrf) -> AppResult<Response> {
    let id = id_of(&id)?;
    let mut conn = page.ctx.db().read().await?;
    let practice = service::get(&mut conn, page.tenant_id(), &page.who, &id).await?;
    policy::edit(&page.who, practice.state).require()?;
    let (card, mut errors) = card_of(&page, &mut conn, &form).await?;
    drop(conn);
    let version = version_of(&form);
    if grow(&mut form) {
        let target = Target { practice: Some(&practice), version, conflict: Html::default() };
        return Ok(ratusha_templates::page(StatusCode::OK, &view(&page, &FormState::clean(form), target).await?));
    }
    if errors.is_empty() {
        match save_edit(&page, &practice, version, card.clone(), &form).await {
            Ok(practice) => return Ok(saved(&page, &practice, &form)),
            Err(error) if error.kind == Kind::Invalid => errors = error.fields,
            Err(error) if error.code == "conflict" => return conflict(&page, &practice, &card, form).await,
            Err(error) => return Err(error),
        }
    }
    let target = Target { practice: Some(&practice), version, conflict: Html::default() };
    let view = view(&page, &FormState::refused(form, errors), target).await?;
    Ok(ratusha_templates::page(StatusCode::UNPROCESSABLE_ENTITY, &view))
}

async fn save_edit(page: &Page, practice: &Practice, version: i64, card: Card, form: &FormData) -> AppResult<Practice> {
    let mut uow = page.begin().await?;
    let mut saved = service::edit(&mut uow, &page.who, &practice.id, version, card, &form.line("note")).await?;
    if form.line("do") == "submit" {
        saved = service::submit(&mut uow, &page.who, &saved.id, saved.version).await?;
    }
    uow.commit().await?;
    Ok(saved)
}

/// 409 with both versions: what stands now against what was typed, which is kept in the form below.
async fn conflict(page: &Page, practice: &Practice, typed: &Card, form: FormData) -> AppResult<Response> {
    let now = service::get(&mut *page.ctx.db().read().await?, page.tenant_id(), &page.who, &practice.id).await?;
    let ui = page.ui();
    let blocks = card::difference(&ui, &now.card, &service::normalise(typed.clone()));
    let notice = ui.notice(Tone::Care, page.t("practices-conflict-title"), page.t("practices-conflict-text"));
    let html = format!("{notice}<h2>{}</h2>{}", Html::text(&page.t("practices-conflict-diff")), diff_html(&ui, &blocks));
    let target = Target { practice: Some(&now), version: now.version, conflict: Html::trusted(html) };
    let view = view(page, &FormState::clean(form), target).await?;
    Ok(ratusha_templates::page(AppError::conflict().kind.status(), &view))
}
