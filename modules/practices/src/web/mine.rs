//! The desk of those who write: what there is in which state, what waits, and why.

use askama::Template;
use axum::{extract::RawQuery, response::Response};
use http::StatusCode;
use ratusha_platform::{
    AppResult,
    http::{cursor::Cursor, form::FormData},
};
use ratusha_templates::{
    Html, Ui,
    parts::{Column, Table},
};
use ratusha_tenants::Page;

use super::{freshness_word, list::under_list, state_word};
use crate::{
    model::{Freshness, Practice, State},
    policy, service,
};

const PAGE: usize = 25;

struct Tab {
    label: String,
    url: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "practices/mine.html")]
struct MineView {
    ui: Ui,
    tabs: Vec<Tab>,
    table: Html,
    empty: bool,
    next: Option<String>,
}

/// `GET /practices/mine`
pub(super) async fn mine(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    policy::draft(&page.who).require()?;
    let query = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let chosen = query.line("state");
    let own = query.has("own");
    let states: Vec<State> = match chosen.as_str() {
        "due" => vec![State::Validated],
        word => State::parse(word)
            .filter(|s| *s != State::Deleted)
            .map_or_else(|| State::ALL.into_iter().filter(|s| *s != State::Deleted).collect(), |s| vec![s]),
    };
    let cursor = Cursor::decode(&query.line("cursor"));
    let mut conn = page.ctx.db().read().await?;
    let found = service::mine(&mut conn, page.tenant_id(), &page.who, &states, own, cursor, PAGE).await?;
    let (counts, due) = service::overview(&page.ctx, &mut conn, page.tenant_id()).await?;
    drop(conn);
    let ui = under_list(&page, page.t("practices-mine"), "/practices/mine").lead(page.t("practices-mine-lead"));
    let all: i64 = counts.iter().filter(|(state, _)| *state != State::Deleted).map(|c| c.1).sum();
    let tab = |label: String, count: i64, value: &str| Tab {
        label: format!("{label} ({})", ui.number(count)),
        url: if value.is_empty() { "/practices/mine".to_owned() } else { format!("/practices/mine?state={value}") },
        here: chosen == value && !own,
    };
    let mut tabs = vec![tab(page.t("practices-mine-all"), all, "")];
    tabs.extend(
        counts
            .iter()
            .filter(|(state, _)| *state != State::Deleted)
            .map(|(state, n)| tab(state_word(&ui, *state).label, *n, state.as_str())),
    );
    tabs.push(tab(page.t("practices-review-due"), due, "due"));
    tabs.push(Tab { label: page.t("practices-mine-own"), url: "/practices/mine?own=1".to_owned(), here: own });
    let shown: Vec<&Practice> = found.items.iter().filter(|p| chosen != "due" || p.freshness(page.now()) != Freshness::Fresh).collect();
    let rows = shown.iter().map(|p| row(&page, &ui, p)).collect();
    let table = Table {
        caption: page.t("practices-mine"),
        caption_hidden: true,
        columns: vec![
            Column::text(page.t("practices-label-title")),
            Column::text(page.t("practices-mine-state")),
            Column::text(page.t("practices-mine-why")),
            Column::text(page.t("practices-label-updated")),
        ],
        rows,
    };
    let view = MineView { tabs, empty: shown.is_empty(), table: ui.table(&table), next: found.next.map(|c| c.encode()), ui };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

fn row(page: &Page, ui: &Ui, p: &Practice) -> Vec<Html> {
    let title = format!("<a href=\"{}\">{}</a>", Html::text(&ui.url(format!("/practices/{}", p.id))), Html::text(&p.card.title));
    let due = freshness_word(ui, p.freshness(page.now()));
    let word = due.unwrap_or_else(|| state_word(ui, p.state));
    let why = match p.state {
        State::NeedsUpdate => p.remarks.clone(),
        State::Draft => {
            let missing = p.card.check_public().len();
            if missing == 0 { page.t("practices-mine-ready") } else { page.ta("practices-mine-missing", &[("n", missing.into())]) }
        }
        State::Proposed => page.t("practices-mine-waits"),
        State::Validated => p.review_due.map_or_else(String::new, |at| page.ta("practices-mine-due", &[("date", ui.date(at).into())])),
        State::Archived | State::Deleted => String::new(),
    };
    vec![Html::trusted(title), ui.status(&word), Html::text(&why), Html::text(&ui.date(p.updated_at))]
}
