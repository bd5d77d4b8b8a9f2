//! Two to four practices side by side.

use askama::Template;
use axum::{extract::RawQuery, response::Response};
use http::StatusCode;
use ratusha_content::index::{self, Query};
use ratusha_platform::{AppResult, http::form::FormData};
use ratusha_templates::{
    Html, Ui,
    parts::{Column, Link, Table},
};
use ratusha_tenants::Page;

use super::{
    card::{Names, decimal, lines},
    id_of,
    list::under_list,
};
use crate::{
    model::{Card, PracticeId},
    service,
};

/// Most practices side by side.
const MAX: usize = 4;
/// Practices offered to be added.
const OFFERED: usize = 12;

#[derive(Template)]
#[template(path = "practices/compare.html")]
struct CompareView {
    ui: Ui,
    table: Html,
    chosen: Vec<(String, String)>,
    offered: Vec<Link>,
    search: String,
    ids: Vec<String>,
}

/// `GET /practices/compare?id=…&id=…`
pub(super) async fn compare(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let mut ids: Vec<PracticeId> = Vec::new();
    for text in form.all("id") {
        let id = id_of(&text)?;
        if !ids.contains(&id) && ids.len() < MAX {
            ids.push(id);
        }
    }
    let mut conn = page.ctx.db().read().await?;
    let mut cards: Vec<(PracticeId, Card)> = Vec::new();
    for id in &ids {
        // At most four, each with its own rights.
        let shown = service::shown(&page.ctx, &mut conn, &page.tenant, &page.who, id).await?;
        cards.push((id.clone(), shown.card().clone()));
    }
    let search = form.line("q");
    let mut query = Query { text: search.clone(), ..Query::of_module(crate::NAME) };
    if search.is_empty()
        && let Some(class) = cards.first().and_then(|(_, card)| card.concepts.first())
    {
        query.concepts = vec![vec![class.clone()]];
    }
    let names = Names::load(&mut conn, &page, cards.iter().flat_map(|(_, card)| card.territories.clone())).await?;
    let mut found = if ids.len() < MAX { index::search(&mut conn, page.tenant_id(), &query, OFFERED).await?.items } else { Vec::new() };
    // When the class has nothing else to offer, the newest of all may still be worth a look.
    if search.is_empty() && ids.len() < MAX && found.iter().all(|hit| ids.iter().any(|id| id.as_str() == hit.object)) {
        found = index::search(&mut conn, page.tenant_id(), &Query::of_module(crate::NAME), OFFERED).await?.items;
    }
    drop(conn);
    let ui = under_list(&page, page.t("practices-compare"), "/practices/compare").lead(page.t("practices-compare-lead"));
    let address = |ids: &[&str]| format!("/practices/compare?{}", ids.iter().map(|id| format!("id={id}")).collect::<Vec<_>>().join("&"));
    let all: Vec<&str> = ids.iter().map(PracticeId::as_str).collect();
    let offered = found
        .iter()
        .filter(|hit| !all.contains(&hit.object.as_str()))
        .map(|hit| Link::new(hit.title.clone(), address(&all.iter().copied().chain([hit.object.as_str()]).collect::<Vec<_>>())))
        .collect();
    let chosen = cards
        .iter()
        .map(|(id, card)| (card.title.clone(), address(&all.iter().copied().filter(|other| *other != id.as_str()).collect::<Vec<_>>())))
        .collect();
    let table = if cards.is_empty() { Html::default() } else { ui.table(&table(&ui, &names, &cards)) };
    let view = CompareView { table, chosen, offered, search, ids: all.iter().map(ToString::to_string).collect(), ui };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

fn table(ui: &Ui, names: &Names, cards: &[(PracticeId, Card)]) -> Table {
    let mut columns = vec![Column::text(ui.t("practices-compare-field"))];
    columns.extend(cards.iter().map(|(_, card)| Column::text(card.title.clone())));
    let all: Vec<Vec<(String, String)>> = cards.iter().map(|(_, card)| told(ui, names, card)).collect();
    let fields = all.first().map_or(0, Vec::len);
    let mut rows = Vec::new();
    for place in 0..fields {
        let cells: Vec<(&str, &str)> =
            all.iter().filter_map(|lines| lines.get(place)).map(|(label, text)| (label.as_str(), text.as_str())).collect();
        // A row in which nobody says anything is no comparison.
        if cells.iter().all(|(_, text)| text.is_empty()) {
            continue;
        }
        let mut row = vec![Html::text(cells.first().map_or("", |c| c.0))];
        row.extend(cells.iter().map(|(_, text)| Html::trusted(Html::text(text).as_str().replace('\n', "<br>"))));
        rows.push(row);
    }
    Table { caption: ui.t("practices-compare"), caption_hidden: true, columns, rows }
}

fn told(ui: &Ui, names: &Names, card: &Card) -> Vec<(String, String)> {
    let results: Vec<String> = card
        .outcomes
        .iter()
        .map(|o| format!("{}: {} → {} {}", o.metric, decimal(ui, &o.before), decimal(ui, &o.after), o.unit).trim().to_owned())
        .collect();
    let title = ui.t("practices-label-title");
    let outcomes = ui.t("practices-label-outcomes");
    let (places, classes) = (ui.t("practices-label-territories"), ui.t("practices-label-concepts"));
    let named = |label: &str| -> Option<String> {
        match label {
            _ if label == outcomes => Some(results.join("\n")),
            _ if label == places => Some(card.territories.iter().map(|code| names.place(code, ui.lang)).collect::<Vec<_>>().join("\n")),
            _ if label == classes => Some(card.concepts.iter().map(|c| names.scheme.label(c, ui.lang)).collect::<Vec<_>>().join("\n")),
            _ => None,
        }
    };
    lines(ui, card)
        .into_iter()
        .filter(|(label, _)| *label != title)
        .map(|(label, text)| {
            let text = named(&label).unwrap_or(text);
            (label, text)
        })
        .collect()
}
