//! The page of one practice: its card, what is proven, what the hub decided, who got it, what people say.

use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use ratusha_content::{
    discussion, files,
    index::{self, Hit, Query, State as Visible},
};
use ratusha_federation::Delivery;
use ratusha_platform::{
    AppResult, Conn,
    http::negotiate::{self, Wanted},
};
use ratusha_templates::{
    Html, Ui,
    parts::{Card as Tile, Diff, Link, SummaryRow, Tone},
};
use ratusha_tenants::Page;

use super::{
    card::{self, Names, Section},
    curation_word, evidence_label, export, freshness_word, id_of, list, state_word, status_word, ui_of,
};
use crate::{
    ap,
    model::{Card, Curation, CurationRow, Decision, Evidence, Practice, PracticeId, Remote, State, Step},
    policy,
    service::{self, Shown},
};

/// Related practices on a page.
const RELATED: usize = 4;

#[derive(Template)]
#[template(path = "practices/show.html")]
struct ShowView {
    ui: Ui,
    /// The page is in another language than the card.
    foreign: bool,
    notices: Html,
    status: Html,
    english: Option<(String, String)>,
    gallery: Html,
    before: Vec<Section>,
    results: Html,
    after: Vec<Section>,
    files: Html,
    facts: Vec<SummaryRow>,
    next: String,
    hub: Html,
    delivery: Html,
    actions: Vec<Action>,
    links: Vec<Link>,
    related: Vec<Tile>,
    discussion: Html,
}

/// Something that whoever looks may do with the practice.
struct Action {
    key: &'static str,
    look: &'static str,
    path: String,
}

/// `GET /practices/{id}`, and `GET /practices/{id}.jsonld`.
pub(super) async fn show(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    if let Some(id) = id.strip_suffix(".jsonld") {
        return export::one(&page, &id_of(id)?).await;
    }
    let id = id_of(&id)?;
    let mut conn = page.ctx.db().read().await?;
    let shown = service::shown(&page.ctx, &mut conn, &page.tenant, &page.who, &id).await?;
    if negotiate::wanted(&page.headers) == Wanted::Activity {
        let address = match &shown {
            Shown::Own { practice, .. } => page.tenant.ap_url(&ap::practice_path(&practice.id)),
            Shown::Copy { remote, .. } => remote.ap_id.clone(),
        };
        return Ok(Redirect::to(&address).into_response());
    }
    match shown {
        Shown::Own { practice, decisions, delivery } => own(&page, conn, *practice, &decisions, delivery).await,
        Shown::Copy { row, remote } => copy(&page, conn, *row, *remote).await,
    }
}

type Reader = sqlx::pool::PoolConnection<sqlx::Any>;

/// What both kinds of pages share.
struct Parts {
    names: Names,
    gallery: Html,
    files: Html,
    related: Vec<Tile>,
    hit: Option<Hit>,
}

async fn parts(conn: &mut Conn, page: &Page, ui: &Ui, id: &PracticeId, card: &Card, places: &[String]) -> AppResult<Parts> {
    let names = Names::load(conn, page, places.iter().cloned()).await?;
    let stored = files::list(conn, page.tenant_id(), id.as_str()).await?;
    let linked = files::list_links(conn, page.tenant_id(), id.as_str()).await?;
    let hit = index::find(conn, page.tenant_id(), id.as_str()).await?.filter(|hit| hit.state == Visible::Public);
    let related = related(conn, page, ui, id, card).await?;
    let lines = format!("{}{}", files::file_lines(ui, &stored), files::remote_lines(ui, &linked));
    Ok(Parts { names, gallery: files::gallery(ui, &stored), files: Html::trusted(lines), related, hit })
}

/// Practices of the same class, the newest first.
async fn related(conn: &mut Conn, page: &Page, ui: &Ui, id: &PracticeId, card: &Card) -> AppResult<Vec<Tile>> {
    let Some(class) = card.concepts.first() else { return Ok(Vec::new()) };
    let query = Query { concepts: vec![vec![class.clone()]], ..Query::of_module(crate::NAME) };
    let mut found = index::search(conn, page.tenant_id(), &query, RELATED + 1).await?.items;
    found.retain(|hit| hit.object != id.as_str());
    found.truncate(RELATED);
    if found.is_empty() { Ok(Vec::new()) } else { list::cards(conn, page, ui, &found).await }
}

fn frame(page: &Page, card: &Card, path: &str) -> Ui {
    let title = if page.lang == ratusha_platform::Lang::En && !card.title_en.is_empty() { &card.title_en } else { &card.title };
    let summary = if page.lang == ratusha_platform::Lang::En && !card.summary_en.is_empty() { &card.summary_en } else { &card.summary };
    let mut ui = ui_of(page, title.clone()).crumb(title.clone(), path);
    if !summary.is_empty() {
        ui = ui.lead(summary.clone());
    }
    ui
}

/// How far the practice has come and how well it is proven, in words.
fn standing(ui: &Ui, card: &Card, evidence: Evidence) -> Html {
    Html::trusted(format!(
        "{} {}",
        ui.status(&status_word(ui, card.status)),
        ui.badge(ui.t1("practices-evidence-badge", "level", evidence.as_str()))
    ))
}

/// An English page of a card that has no English title.
fn foreign(ui: &Ui, card: &Card) -> bool {
    ui.lang == ratusha_platform::Lang::En && card.title_en.is_empty()
}

/// The title and summary in the other language, where there are such and the page is not in it.
fn english(ui: &Ui, card: &Card) -> Option<(String, String)> {
    let other = ui.lang == ratusha_platform::Lang::Uk && !card.title_en.is_empty();
    other.then(|| (card.title_en.clone(), card.summary_en.clone()))
}

async fn own(page: &Page, mut conn: Reader, practice: Practice, decisions: &[Decision], delivery: Option<Delivery>) -> AppResult<Response> {
    let path = format!("/practices/{}", practice.id);
    let mut ui = frame(page, &practice.card, &path);
    let places: Vec<String> = if practice.card.territories.is_empty() {
        page.tenant.katottg.iter().cloned().collect()
    } else {
        practice.card.territories.clone()
    };
    let parts = parts(&mut conn, page, &ui, &practice.id, &practice.card, &places).await?;
    drop(conn);
    if practice.state.is_public() {
        ui.alternate = Some(page.tenant.ap_url(&ap::practice_path(&practice.id)));
        ui.creator = Some(page.tenant.address());
    }
    let mut facts = card::facts(&ui, &parts.names, &practice.card, practice.evidence, &places);
    dates(
        &ui,
        &mut facts,
        practice.published_at.map(|at| ui.date(at)),
        &ui.date(practice.updated_at),
        practice.review_due.map(|at| ui.date(at)),
    );
    if !practice.evidence_note.is_empty() {
        facts.push(SummaryRow::text(ui.t("practices-label-evidence-note"), &practice.evidence_note));
    }
    if let Some(from) = &practice.adopted_from {
        facts.push(SummaryRow::html(ui.t("practices-label-adopted-from"), address_link(from)));
    }
    let actions = actions(page, &practice);
    let mut links = vec![
        Link::new(ui.t("practices-versions"), format!("{path}/versions")),
        Link::new(ui.t("practices-cite"), format!("{path}/cite")),
        Link::new(ui.t("practices-compare-with"), format!("/practices/compare?id={}", practice.id)),
        Link::new(ui.t("practices-export-jsonld"), format!("{path}.jsonld")),
    ];
    if policy::edit(&page.who, practice.state).allowed() {
        links.push(Link::new(ui.t("practices-files"), format!("{path}/files")));
    }
    let discussion = said(page, &ui, parts.hit.as_ref()).await?;
    let (before, after) = card::sections(&ui, &practice.card);
    let words = format!("{} {}", ui.status(&state_word(&ui, practice.state)), standing(&ui, &practice.card, practice.evidence));
    let next = match practice.state {
        State::Deleted => String::new(),
        State::Validated => practice.review_due.map_or_else(String::new, |at| ui.t1("practices-next-validated", "date", ui.date(at))),
        state => ui.t(format!("practices-next-{}", state.as_str())),
    };
    let view = ShowView {
        foreign: foreign(&ui, &practice.card),
        notices: notices(page, &ui, &practice),
        status: Html::trusted(words),
        english: english(&ui, &practice.card),
        gallery: parts.gallery,
        before,
        results: card::results(&ui, &practice.card.outcomes),
        after,
        files: parts.files,
        facts,
        next,
        hub: hub_box(&ui, &parts.names, decisions),
        delivery: delivery.filter(|_| practice.activity.is_some()).map(|d| delivery_box(&ui, &d)).unwrap_or_default(),
        actions,
        links,
        related: parts.related,
        discussion,
        ui,
    };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

async fn said(page: &Page, ui: &Ui, hit: Option<&Hit>) -> AppResult<Html> {
    match hit {
        Some(hit) => discussion::section(page, ui, hit).await,
        None => Ok(Html::default()),
    }
}

fn dates(ui: &Ui, facts: &mut Vec<SummaryRow>, published: Option<String>, updated: &str, due: Option<String>) {
    if let Some(published) = published {
        facts.push(SummaryRow::text(ui.t("practices-label-published"), published));
    }
    facts.push(SummaryRow::text(ui.t("practices-label-updated"), updated));
    if let Some(due) = due {
        facts.push(SummaryRow::text(ui.t("practices-label-review-due"), due));
    }
}

fn address_link(address: &str) -> Html {
    let safe = Html::text(address);
    Html::trusted(format!("<a href=\"{safe}\" rel=\"nofollow noopener\">{safe}</a>"))
}

/// What a reader has to know before the text: outdated, archived, stopped, remarks.
fn notices(page: &Page, ui: &Ui, practice: &Practice) -> Html {
    let mut html = String::new();
    let mut say = |tone: Tone, title: String, text: String| html.push_str(ui.notice(tone, title, text).as_str());
    if let Some(word) = freshness_word(ui, practice.freshness(page.now())) {
        let due = practice.review_due.map_or_else(String::new, |at| ui.date(at));
        say(word.tone, word.label, ui.t1("practices-review-text", "date", due));
    }
    if practice.state == State::Archived {
        say(Tone::Neutral, ui.t("practices-state-archived"), ui.t("practices-archived-text"));
    }
    if practice.card.status == crate::model::Status::Stopped && practice.state.is_public() {
        say(Tone::Care, ui.t("practices-status-stopped"), ui.t("practices-stopped-text"));
    }
    if practice.state == State::NeedsUpdate && !practice.remarks.is_empty() {
        say(Tone::Care, ui.t("practices-remarks"), practice.remarks.clone());
    }
    if !practice.state.is_public() {
        let percent = i64::from(practice.card.completeness());
        say(Tone::Info, String::new(), ui.tn("practices-completeness", percent));
    }
    Html::trusted(html)
}

/// What this person may do with the practice now; the service asks the same policy again.
fn actions(page: &Page, practice: &Practice) -> Vec<Action> {
    let (who, state) = (&page.who, practice.state);
    let path = |verb: &str| format!("/practices/{}/{verb}", practice.id);
    let mut actions = Vec::new();
    let mut offer = |may: bool, key: &'static str, look: &'static str, verb: &str| {
        if may {
            actions.push(Action { key, look, path: path(verb) });
        }
    };
    let step = |step: Step| policy::step(who, state, step).allowed() && state.after(step).is_some();
    offer(step(Step::Publish), "practices-do-validate", "primary", "validate");
    offer(step(Step::Submit), "practices-do-submit", "primary", "submit");
    offer(step(Step::Restore), "practices-do-restore", "primary", "restore");
    offer(policy::edit(who, state).allowed() && state.is_editable(), "practices-do-edit", "secondary", "edit");
    offer(step(Step::Return), "practices-do-return", "secondary", "return");
    offer(policy::confirm(who, state).allowed() && state == State::Validated, "practices-do-confirm", "secondary", "confirm");
    offer(policy::evidence(who, state, Evidence::E1).allowed() && state.is_editable(), "practices-do-evidence", "secondary", "evidence");
    offer(step(Step::Archive), "practices-do-archive", "plain", "archive");
    offer(step(Step::Delete), "practices-do-delete", "plain", "delete");
    actions
}

/// What the hub decided, when and why.
fn hub_box(ui: &Ui, names: &Names, decisions: &[Decision]) -> Html {
    let rows: Vec<SummaryRow> = decisions
        .iter()
        .take(5)
        .map(|d| {
            let word = Curation::parse(&d.decision).map_or_else(String::new, |c| ui.status(&curation_word(ui, c)).to_string());
            let class =
                if d.class.is_empty() { String::new() } else { format!("<p>{}</p>", Html::text(names.scheme.label(&d.class, ui.lang))) };
            let note = if d.note.is_empty() { String::new() } else { format!("<p>{}</p>", Html::text(&d.note)) };
            SummaryRow::html(ui.date(d.decided_at), Html::trusted(format!("{word}{class}{note}")))
        })
        .collect();
    if rows.is_empty() { Html::default() } else { ui.summary_list(&rows) }
}

/// "Delivered 12 of 14, waiting 2".
fn delivery_box(ui: &Ui, delivery: &Delivery) -> Html {
    let sentence = ui.ta(
        "practices-delivery",
        &[("delivered", delivery.delivered.into()), ("receivers", delivery.receivers.into()), ("waiting", delivery.waiting.into())],
    );
    let mut html = format!("<p>{}</p>", Html::text(&sentence));
    if !delivery.waiting_hosts.is_empty() {
        html.push_str(&format!(
            "<p class=\"quiet\">{} {}</p>",
            Html::text(&ui.t("practices-delivery-waiting")),
            Html::text(&delivery.waiting_hosts.join(", "))
        ));
    }
    for refused in &delivery.refused {
        let line = ui.ta("practices-delivery-refused", &[("host", (&refused.host).into()), ("status", refused.status.into())]);
        html.push_str(&format!("<p class=\"quiet\">{}</p>", Html::text(&line)));
    }
    Html::trusted(html)
}

async fn copy(page: &Page, mut conn: Reader, row: CurationRow, remote: Remote) -> AppResult<Response> {
    let path = format!("/practices/{}", row.id);
    let mut ui = frame(page, &remote.card, &path);
    let places = remote.card.territories.clone();
    let parts = parts(&mut conn, page, &ui, &row.id, &remote.card, &places).await?;
    drop(conn);
    ui.alternate = Some(remote.ap_id.clone());
    ui.creator = Some(remote.actor_handle.clone());
    // The page at home is the one that search engines should show.
    ui.canonical = Some(remote.url.clone());
    let mut facts = vec![SummaryRow::html(ui.t("practices-label-origin"), origin(&remote))];
    facts.extend(card::facts(&ui, &parts.names, &remote.card, remote.evidence, &places));
    if let Some(at) = row.decided_at.filter(|_| row.state == Curation::Accepted) {
        facts.push(SummaryRow::text(ui.t("practices-accepted-on"), ui.date(at)));
    }
    if !row.class.is_empty() {
        facts.push(SummaryRow::html(ui.t("practices-label-class"), card::class_links(&ui, &parts.names, std::slice::from_ref(&row.class))));
    }
    dates(&ui, &mut facts, Some(ui.date(remote.published_at)), &ui.date(remote.updated_at), remote.review_due.map(|at| ui.date(at)));
    let mut links = vec![
        Link::new(ui.t("practices-at-origin"), remote.url.clone()),
        Link::new(ui.t("practices-cite"), format!("{path}/cite")),
        Link::new(ui.t("practices-compare-with"), format!("/practices/compare?id={}", row.id)),
        Link::new(ui.t("practices-export-jsonld"), format!("{path}.jsonld")),
    ];
    if policy::curate(&page.who).allowed() {
        links.push(Link::new(ui.t("practices-curate"), format!("/curation/{}", row.id)));
    }
    let discussion = said(page, &ui, parts.hit.as_ref()).await?;
    let (before, after) = card::sections(&ui, &remote.card);
    let mut notices = String::new();
    if let Some(word) = freshness_word(&ui, remote.freshness(page.now())) {
        let due = remote.review_due.map_or_else(String::new, |at| ui.date(at));
        notices.push_str(ui.notice(word.tone, word.label, ui.t1("practices-review-text", "date", due)).as_str());
    }
    if row.state == Curation::ReviewAgain {
        notices.push_str(ui.notice(Tone::Care, "", ui.t("practices-changed-since")).as_str());
    }
    if remote.state == State::Archived {
        notices.push_str(ui.notice(Tone::Neutral, ui.t("practices-state-archived"), ui.t("practices-archived-text")).as_str());
    }
    let view = ShowView {
        foreign: foreign(&ui, &remote.card),
        notices: Html::trusted(notices),
        status: Html::trusted(format!("{} {}", ui.status(&curation_word(&ui, row.state)), standing(&ui, &remote.card, remote.evidence))),
        next: remote.review_due.map_or_else(String::new, |at| ui.t1("practices-next-validated", "date", ui.date(at))),
        english: english(&ui, &remote.card),
        gallery: parts.gallery,
        before,
        results: card::results(&ui, &remote.card.outcomes),
        after,
        files: parts.files,
        facts,
        hub: Html::default(),
        delivery: Html::default(),
        actions: Vec::new(),
        links,
        related: parts.related,
        discussion,
        ui,
    };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

fn origin(remote: &Remote) -> Html {
    let name = Html::text(&remote.actor_name);
    let handle = Html::text(&remote.actor_handle);
    Html::trusted(format!(
        "{name}<br><a href=\"{}\" rel=\"noopener\">{}</a><br><span class=\"handle\">{handle}</span>",
        Html::text(&remote.url),
        Html::text(&remote.host)
    ))
}

/// A card without its surroundings: for old versions and for the curator.
pub(super) struct Plain {
    pub before: Vec<Section>,
    pub results: Html,
    pub after: Vec<Section>,
    pub facts: Vec<SummaryRow>,
}

impl Plain {
    pub(super) fn new(ui: &Ui, names: &Names, card: &Card, evidence: Evidence) -> Self {
        let (before, after) = card::sections(ui, card);
        Self { before, results: card::results(ui, &card.outcomes), after, facts: card::facts(ui, names, card, evidence, &card.territories) }
    }
}

/// The words of a level for pages that list them.
pub(super) fn levels(ui: &Ui) -> Vec<(String, String)> {
    Evidence::ALL
        .iter()
        .map(|level| (evidence_label(ui, *level), ui.t(format!("practices-evidence-{}-hint", level.as_str().to_lowercase()))))
        .collect()
}

/// A comparison as blocks, or that nothing differs.
pub(super) fn diff_html(ui: &Ui, blocks: &[Diff]) -> Html {
    if blocks.is_empty() { ui.notice(Tone::Info, "", ui.t("practices-diff-none")) } else { ui.diff(blocks) }
}
