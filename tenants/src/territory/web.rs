//! Pages of the codifier: search, one unit, and suggestions for forms. The same on every host of the node.

use std::sync::Arc;

use askama::Template;
use axum::{
    Json,
    extract::{Path, RawQuery},
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use ratusha_platform::{
    AppError, AppResult, Timestamp,
    http::{form::FormData, routes::Routes},
};
use ratusha_templates::{
    Html, Ui, page,
    parts::{Card, Column, Filters, Link, Status, SummaryRow, Table, Tone},
};
use serde::Serialize;

use super::{
    Category, Edition, Gazetteer, Hit, Succession, Unit, data, find_by_tail, oblasts, search, search_in, store, tail_of, tail_of_slug,
};
use crate::{
    tenant::{Tenant, Tenants},
    web::Page,
};

/// How many units a page of results shows.
const RESULTS: usize = 50;
/// How many suggestions a form gets at most.
const SUGGESTIONS: usize = 20;

/// The pages of the codifier.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/t", find).get("/t.json", suggest).get("/t/{slug}", show)
}

#[derive(Template)]
#[template(path = "territory/find.html")]
struct FindView {
    ui: Ui,
    filters: Filters,
    /// What was found; `None` when nothing was asked.
    results: Option<Vec<Card>>,
    /// True when there may be more than is shown.
    more: bool,
    regions: Vec<Link>,
    /// The edition in force, as a sentence.
    edition: Option<String>,
}

async fn find(page_of: Page, RawQuery(query): RawQuery) -> AppResult<Response> {
    let query = FormData::from_urlencoded(query.unwrap_or_default().as_bytes());
    let q = query.line("q");
    let lang = page_of.lang;
    let gazetteer = page_of.ctx.service::<Gazetteer>()?;
    let mut conn = page_of.ctx.db().read().await?;
    let edition = store::edition(&mut conn).await?;
    let (results, regions) = if q.is_empty() {
        (None, oblasts(&mut conn).await?)
    } else {
        (Some(search(&gazetteer, &mut conn, &q, RESULTS).await?), Vec::new())
    };
    drop(conn);
    let ui = page_of.ui().titled(page_of.t("territory-title")).lead(page_of.t("territory-lead")).crumb(page_of.t("territory-title"), "/t");
    let more = results.as_ref().is_some_and(|hits| hits.len() == RESULTS);
    let view = FindView {
        filters: Filters { action: "/t".to_owned(), q: Some(q), q_label: ui.t("territory-search-label"), ..Filters::default() },
        results: results.map(|hits| hits.iter().map(|hit| card(&ui, hit)).collect()),
        more,
        regions: regions.iter().map(|unit| Link::new(unit.display_name(lang), unit.path())).collect(),
        edition: edition.map(|known| about(&ui, &known)),
        ui,
    };
    Ok(page(StatusCode::OK, &view))
}

fn card(ui: &Ui, hit: &Hit) -> Card {
    let unit = &hit.unit;
    let mut meta = vec![hit.place(ui.lang), unit.code.clone()];
    meta.retain(|text| !text.is_empty());
    Card {
        title: unit.display_name(ui.lang),
        url: unit.path(),
        over: Some(ui.t(unit.level_key())),
        status: (!unit.is_open()).then(|| Status::new(Tone::Care, ui.t("territory-closed"))),
        badges: if hit.former { vec![ui.t("territory-found-by-former-name")] } else { Vec::new() },
        meta,
        ..Card::default()
    }
}

/// The units right below, of one level.
struct Group {
    title: String,
    units: Vec<Link>,
}

#[derive(Template)]
#[template(path = "territory/show.html")]
struct ShowView {
    ui: Ui,
    notice: Html,
    facts: Vec<SummaryRow>,
    groups: Vec<Group>,
    history: Option<Table>,
    joined: Vec<Succeeded>,
    took: Vec<Succeeded>,
    /// The community of this node that serves the unit.
    here: Option<Link>,
    /// Communities of this node inside the unit.
    inside: Vec<Link>,
    /// The edition in force, as a sentence.
    edition: Option<String>,
}

/// A merger as it is read.
struct Succeeded {
    unit: Link,
    when: String,
    act: String,
}

async fn show(page_of: Page, Path(slug): Path<String>) -> AppResult<Response> {
    let tail = tail_of_slug(&slug).ok_or_else(AppError::not_found)?;
    let lang = page_of.lang;
    let mut conn = page_of.ctx.db().read().await?;
    let unit = find_by_tail(&mut conn, tail).await?.ok_or_else(AppError::not_found)?;
    if slug != unit.slug() {
        return Ok(moved(&lang.path(&unit.path())));
    }
    let above = page_of.ctx.service::<Gazetteer>()?.ancestors(&mut conn, &unit).await?;
    let states = store::history(&mut conn, &unit.tail).await?;
    let children = store::list_children(&mut conn, &unit.tail).await?;
    let joined = store::successors(&mut conn, &unit.tail).await?;
    let took = store::predecessors(&mut conn, &unit.tail).await?;
    let edition = store::edition(&mut conn).await?;
    drop(conn);

    let mut ui = page_of.ui().titled(unit.display_name(lang)).crumb(page_of.t("territory-title"), "/t");
    for unit in above.iter().rev() {
        ui = ui.crumb(unit.display_name(lang), unit.path());
    }
    let ui = ui.crumb(unit.display_name(lang), unit.path());
    let tenants = page_of.ctx.service::<Tenants>()?.all();
    let (here, inside) = serving(&tenants, &unit, &above);
    let merger = |(row, unit): &(Succession, Unit)| Succeeded {
        unit: Link::new(unit.display_name(lang), unit.path()),
        when: day(&ui, &row.date),
        act: row.act.clone(),
    };
    let notice = match &unit.valid_to {
        Some(date) => ui.notice(Tone::Care, "", ui.t1("territory-closed-since", "date", day(&ui, date))),
        None => Html::default(),
    };
    let link = |tenant: &Arc<Tenant>| Link::new(tenant.name(lang), tenant.url(&lang.path("/")));
    let view = ShowView {
        notice,
        facts: facts(&ui, &unit, &above),
        groups: groups(&ui, &children),
        history: (states.len() > 1).then(|| history(&ui, &states)),
        joined: joined.iter().map(merger).collect(),
        took: took.iter().map(merger).collect(),
        here: here.map(link),
        inside: inside.into_iter().map(link).collect(),
        edition: edition.map(|known| about(&ui, &known)),
        ui,
    };
    Ok(page(StatusCode::OK, &view))
}

/// 301: the address of a unit changes with its name, the tail in it does not.
fn moved(path: &str) -> Response {
    let mut response = Redirect::permanent(path).into_response();
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    response
}

/// The nearest active community at or above the unit, and those inside it.
fn serving<'t>(tenants: &'t [Arc<Tenant>], unit: &Unit, above: &[Unit]) -> (Option<&'t Arc<Tenant>>, Vec<&'t Arc<Tenant>>) {
    let active = || tenants.iter().filter(|tenant| tenant.is_active());
    let at = |unit: &Unit| active().find(|tenant| tenant.katottg.as_deref().and_then(tail_of) == Some(&unit.tail));
    let here = at(unit).or_else(|| above.iter().find_map(at));
    let inside = active()
        .filter(|tenant| here.is_none_or(|here| here.id != tenant.id))
        .filter(|tenant| tenant.katottg.as_deref().is_some_and(|code| code.starts_with(unit.code_prefix())))
        .collect();
    (here, inside)
}

/// Which edition this is, and for the shipped one how far its date can be trusted.
fn about(ui: &Ui, known: &Edition) -> String {
    let sentence = ui.t1("territory-edition", "date", day(ui, &known.edition));
    if known.edition == data::EDITION { format!("{sentence} {}", ui.t("territory-edition-source")) } else { sentence }
}

/// A date of the codifier as people read it.
fn day(ui: &Ui, date: &str) -> String {
    Timestamp::parse_date(date).map_or_else(|| date.to_owned(), |at| ui.date(at))
}

fn facts(ui: &Ui, unit: &Unit, above: &[Unit]) -> Vec<SummaryRow> {
    let code = Html::trusted(format!("<code>{}</code>", Html::text(&unit.code)));
    let mut rows = vec![SummaryRow::text(ui.t("territory-level"), ui.t(unit.level_key())), SummaryRow::html(ui.t("territory-code"), code)];
    let other = ui.other_lang();
    let name = Html::trusted(format!("<span lang=\"{}\">{}</span>", other.code(), Html::text(&unit.display_name(other))));
    rows.push(SummaryRow::html(ui.t("territory-other-name"), name));
    if !above.is_empty() {
        let links: Vec<String> = above
            .iter()
            .map(|unit| format!("<a href=\"{}\">{}</a>", Html::text(&ui.url(unit.path())), Html::text(&unit.display_name(ui.lang))))
            .collect();
        rows.push(SummaryRow::html(ui.t("territory-belongs"), Html::trusted(links.join(", "))));
    }
    rows
}

fn groups(ui: &Ui, children: &[Unit]) -> Vec<Group> {
    let mut groups: Vec<(Category, Vec<Link>)> = Vec::new();
    for unit in children {
        let link = Link::new(unit.display_name(ui.lang), unit.path());
        match groups.last_mut() {
            Some((category, links)) if *category == unit.category => links.push(link),
            _ => groups.push((unit.category, vec![link])),
        }
    }
    let group = |(category, units): (Category, Vec<Link>)| Group { title: ui.tn(format!("{}-count", category.key()), units.len()), units };
    groups.into_iter().map(group).collect()
}

fn history(ui: &Ui, states: &[Unit]) -> Table {
    let row = |unit: &Unit| {
        vec![
            Html::text(&unit.display_name(ui.lang)),
            Html::text(&ui.t(unit.level_key())),
            Html::trusted(format!("<code>{}</code>", Html::text(&unit.code))),
            Html::text(&day(ui, &unit.valid_from)),
            Html::text(&unit.valid_to.as_deref().map_or_else(|| ui.t("territory-now"), |date| day(ui, date))),
        ]
    };
    Table {
        caption: ui.t("territory-history"),
        caption_hidden: true,
        columns: ["territory-name", "territory-level", "territory-code", "territory-from", "territory-to"]
            .into_iter()
            .map(|key| Column::text(ui.t(key)))
            .collect(),
        rows: states.iter().rev().map(row).collect(),
    }
}

/// What a form is told about a unit.
#[derive(Debug, Serialize)]
struct Suggestion {
    code: String,
    tail: String,
    /// The name as the codifier gives it.
    name: String,
    /// The name with its level, in the language of the page.
    label: String,
    /// The letter of its level.
    category: &'static str,
    /// The level in words.
    level: String,
    /// The units above it, the nearest first.
    place: String,
    url: String,
    former: bool,
    open: bool,
}

/// `GET /t.json?q=…&category=H,K&limit=…`: suggestions while somebody types.
async fn suggest(page_of: Page, RawQuery(query): RawQuery) -> AppResult<Response> {
    let query = FormData::from_urlencoded(query.unwrap_or_default().as_bytes());
    let limit = query.line("limit").parse().unwrap_or(10).clamp(1, SUGGESTIONS);
    let levels: Vec<Category> = query.line("category").split(',').filter_map(|letter| Category::parse(letter.trim())).collect();
    let lang = page_of.lang;
    let gazetteer = page_of.ctx.service::<Gazetteer>()?;
    let mut conn = page_of.ctx.db().read().await?;
    let hits = search_in(&gazetteer, &mut conn, &query.line("q"), &levels, limit).await?;
    drop(conn);
    let suggestion = |hit: Hit| Suggestion {
        label: hit.unit.display_name(lang),
        category: hit.unit.category.letter(),
        level: page_of.t(hit.unit.level_key()),
        place: hit.place(lang),
        url: lang.path(&hit.unit.path()),
        former: hit.former,
        open: hit.unit.is_open(),
        code: hit.unit.code,
        tail: hit.unit.tail,
        name: hit.unit.name,
    };
    let suggestions: Vec<Suggestion> = hits.into_iter().map(suggestion).collect();
    Ok(Json(suggestions).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant::TenantState;
    use crate::territory::{testkit, web_tests::tenant};

    fn unit(code: &str) -> Unit {
        let row = testkit::small_rows().iter().find(|row| row.code == code).unwrap();
        Unit {
            tail: tail_of(code).unwrap().to_owned(),
            code: code.to_owned(),
            parent: row.parent.as_deref().and_then(tail_of).map(str::to_owned),
            category: row.category,
            name: row.name.clone(),
            valid_from: data::EDITION.to_owned(),
            valid_to: None,
            lat: None,
            lon: None,
        }
    }

    #[test]
    fn the_nearest_active_community_serves_a_unit() {
        let community = testkit::small_rows().iter().find(|r| r.code == "UA46060250010015970").unwrap().parent.clone().unwrap();
        let (city, community, oblast) = (unit("UA46060250010015970"), unit(&community), unit("UA46000000000026241"));
        let kyiv = tenant("UA80000000000093317", TenantState::Active);
        let lviv = tenant(&community.code, TenantState::Active);
        let asleep = tenant(&community.code, TenantState::Suspended);
        let above = [community.clone(), oblast.clone()];

        let all = [kyiv.clone(), lviv.clone()];
        let (here, inside) = serving(&all, &city, &above);
        assert_eq!((here, inside.len()), (Some(&lviv), 0));
        let (here, inside) = serving(&all, &oblast, &[]);
        assert_eq!((here, inside), (None, vec![&lviv]));
        let all = [kyiv, asleep];
        assert_eq!(serving(&all, &city, &above), (None, Vec::new()));
    }
}
