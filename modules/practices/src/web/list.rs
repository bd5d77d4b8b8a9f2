//! The list of practices with its facets, as a list, a map and a timeline; at the hub it is the national depository.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::RawQuery, response::Response};
use http::StatusCode;
use ratusha_content::{
    classifier::{Facet as Branch, Scheme},
    files,
    index::{
        self, Counts, Hit, Order, Query, model,
        web::{feed_links, query_of},
    },
};
use ratusha_platform::{AppResult, Conn, http::form::FormData, i18n};
use ratusha_templates::{
    Html, Ui,
    map::{MapFigure, MapRow, region},
    parts::{Card, Facet, FacetOption, Filters, Link, Status as Word, Tone},
};
use ratusha_tenants::Page;

use super::{FACETS, card::Names, ui_of};
use crate::policy;

/// Practices on one page.
const PAGE: usize = 20;
/// Choices of one facet that are offered.
const OPTIONS_MAX: usize = 40;
/// Practices on the timeline.
const TIMELINE: usize = 200;

/// What is asked, from the address; always of this module.
pub(super) fn asked(raw: Option<String>) -> (FormData, Query) {
    let mut form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    form.set("module", crate::NAME);
    let query = Query { module: Some(crate::NAME.to_owned()), lang: None, ..query_of(&form) };
    (form, query)
}

/// The address of `path` with what is asked, without its place in the list.
pub(super) fn with_query(path: &str, form: &FormData) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in
        form.fields().iter().filter(|(name, value)| !value.is_empty() && !matches!(name.as_str(), "cursor" | "module" | "lang"))
    {
        out.append_pair(name, value);
    }
    let query = out.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Hits as cards: title, summary, place, date, status; two statements more than the search.
pub(super) async fn cards(conn: &mut Conn, page: &Page, ui: &Ui, hits: &[Hit]) -> AppResult<Vec<Card>> {
    let names = Names::load(conn, page, hits.iter().filter_map(|hit| hit.territory.clone())).await?;
    let objects: Vec<String> = hits.iter().map(|hit| hit.object.clone()).collect();
    let mut covers = files::covers(conn, page.tenant_id(), &objects).await?;
    let card = |hit: &Hit| {
        let facet = |name: &str| hit.facets.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let status = facet(crate::service::STATUS).and_then(crate::model::Status::parse).map(|s| super::status_word(ui, s));
        let mut meta: Vec<String> = hit.territory.iter().map(|code| names.place(code, page.lang)).collect();
        meta.extend(hit.oblast.as_deref().and_then(region).map(|r| r.name(page.lang).to_owned()));
        meta.push(i18n::date(page.lang, hit.published_at));
        Card {
            title: hit.title.clone(),
            url: hit.path.clone(),
            text: hit.summary.clone(),
            status,
            over: hit.concepts.first().map(|c| names.scheme.label(c, page.lang).to_owned()),
            meta,
            badges: facet(crate::service::EVIDENCE)
                .map(|level| page.ta("practices-evidence-badge", &[("level", level.into())]))
                .into_iter()
                .collect(),
            image: covers
                .remove(&hit.object)
                .map(|file| (file.thumb.as_ref().map_or(file.path.clone(), |thumb| thumb.path.clone()), file.alt.clone())),
            lang: Some(hit.lang.clone()).filter(|lang| lang != page.lang.code()),
            foot: Html::default(),
        }
    };
    Ok(hits.iter().map(card).collect())
}

fn option(value: &str, label: String, count: i64, selected: &[String]) -> FacetOption {
    FacetOption { value: value.to_owned(), label, count: Some(count), selected: selected.iter().any(|s| s == value) }
}

/// The facet panel: topics, place, status, proof, kind of community, year, licence.
fn facets(page: &Page, counts: &Counts, query: &Query, scheme: &Scheme) -> Vec<Facet> {
    let chosen: Vec<String> = query.concepts.iter().flatten().cloned().collect();
    let mut all = vec![topics(page, counts, &chosen, scheme)];
    let mut oblasts: Vec<FacetOption> = counts
        .values(model::OBLAST)
        .map(|(code, n)| option(code, region(code).map_or_else(|| code.to_owned(), |r| r.name(page.lang).to_owned()), n, &query.oblasts))
        .collect();
    oblasts.sort_by(|a, b| (!a.selected, -a.count.unwrap_or(0), &a.label).cmp(&(!b.selected, -b.count.unwrap_or(0), &b.label)));
    all.push(Facet { name: "oblast".to_owned(), label: page.t("practices-facet-oblast"), options: oblasts, ..Facet::default() });
    for def in FACETS {
        let none = Vec::new();
        let selected = query.facets.iter().find(|(name, _)| name == def.name).map_or(&none, |(_, values)| values);
        let options = def
            .values
            .iter()
            .map(|(value, key)| option(value, page.t(key), counts.of(def.name, value), selected))
            .filter(|o| o.selected || o.count.unwrap_or(0) > 0)
            .collect();
        all.push(Facet { name: format!("f-{}", def.name), label: page.t(def.key), options, ..Facet::default() });
    }
    let mut years: Vec<FacetOption> = counts.values(model::YEAR).map(|(year, n)| option(year, year.to_owned(), n, &query.years)).collect();
    years.reverse();
    all.push(Facet { name: "year".to_owned(), label: page.t("practices-facet-year"), options: years, ..Facet::default() });
    for facet in &mut all {
        facet.options.truncate(OPTIONS_MAX);
    }
    all.retain(|facet| !facet.options.is_empty());
    all
}

/// Tops of the branch of topics, what is chosen, and what is directly under it.
fn topics(page: &Page, counts: &Counts, chosen: &[String], scheme: &Scheme) -> Facet {
    let mut codes: Vec<String> = Vec::new();
    for top in scheme.tops(Branch::Domain) {
        codes.push(top.notation.clone());
        if chosen.iter().any(|c| *c == top.notation || scheme.is_under(c, &top.notation)) {
            codes.extend(scheme.narrower(&top.notation).map(|c| c.notation.clone()));
        }
    }
    codes.extend(chosen.iter().filter(|c| !codes.contains(c)).cloned().collect::<Vec<_>>());
    let options = codes
        .iter()
        .map(|code| {
            let dash = if scheme.tops(Branch::Domain).any(|top| top.notation == *code) { "" } else { "– " };
            option(code, format!("{dash}{}", scheme.label(code, page.lang)), counts.of(model::CONCEPT, code), chosen)
        })
        .filter(|o| o.selected || o.count.unwrap_or(0) > 0)
        .collect();
    Facet { name: "concept".to_owned(), label: page.t("practices-facet-topic"), options, open: true, ..Facet::default() }
}

fn sorts(page: &Page, query: &Query) -> Vec<FacetOption> {
    [(Order::Newest, "practices-sort-newest"), (Order::Oldest, "practices-sort-oldest"), (Order::Relevance, "practices-sort-relevance")]
        .into_iter()
        .map(|(order, key)| FacetOption { value: order.name().to_owned(), label: page.t(key), count: None, selected: order == query.order })
        .collect()
}

fn filters(page: &Page, path: &str, counts: &Counts, query: &Query, scheme: &Scheme) -> Filters {
    Filters {
        action: path.to_owned(),
        q: Some(query.text.clone()),
        q_label: page.t("practices-search-label"),
        facets: facets(page, counts, query, scheme),
        sort: sorts(page, query),
        hidden: query.territory.iter().map(|code| ("territory".to_owned(), code.clone())).collect(),
    }
}

/// One of the three ways to look at the same practices.
#[derive(Debug)]
pub(super) struct View {
    label: String,
    url: String,
    here: bool,
}

fn views(page: &Page, form: &FormData, here: &str) -> Vec<View> {
    [("practices-view-list", "/practices"), ("practices-view-map", "/practices/map"), ("practices-view-timeline", "/practices/timeline")]
        .into_iter()
        .map(|(key, path)| View { label: page.t(key), url: with_query(path, form), here: path == here })
        .collect()
}

fn heading(page: &Page, counts: &Counts, form: &FormData) -> Ui {
    let (title, lead) =
        if page.tenant.is_hub() { ("practices-title-hub", "practices-lead-hub") } else { ("practices-title", "practices-lead") };
    let mut ui = page.ui().titled(page.t(title)).lead(page.t(lead)).crumb(page.t("practices-nav"), "/practices");
    ui.feeds = feed_links(page, form);
    ui.description = Some(page.ta("practices-count", &[("n", counts.total.into())]));
    ui
}

#[derive(Template)]
#[template(path = "practices/list.html")]
struct ListView {
    ui: Ui,
    filters: Html,
    views: Vec<View>,
    total: i64,
    cards: Vec<Card>,
    next: Option<String>,
    empty: Html,
    links: Vec<Link>,
    exports: Vec<Link>,
}

/// `GET /practices`
pub(super) async fn list(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let (form, query) = asked(raw);
    let counts = index::counts_cached(&page.ctx, page.tenant_id(), &query).await?;
    let mut conn = page.ctx.db().read().await?;
    let found = index::search(&mut conn, page.tenant_id(), &query, PAGE).await?;
    let scheme = crate::service::scheme(&mut conn, page.tenant_id()).await?;
    let ui = heading(&page, &counts, &form);
    let cards = cards(&mut conn, &page, &ui, &found.items).await?;
    drop(conn);
    let empty = nothing(&page, &ui, &query);
    let view = ListView {
        filters: ui.filters(&filters(&page, "/practices", &counts, &query, &scheme)),
        views: views(&page, &form, "/practices"),
        total: counts.total,
        cards,
        next: found.next.map(|cursor| cursor.encode()),
        empty,
        links: own_links(&page),
        exports: vec![
            Link::new(page.t("practices-export-csv"), with_query("/practices/export.csv", &form)),
            Link::new(page.t("practices-export-jsonld"), with_query("/practices/export.jsonld", &form)),
        ],
        ui,
    };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

fn nothing(page: &Page, ui: &Ui, query: &Query) -> Html {
    if query.is_open() {
        let action = policy::draft(&page.who).allowed().then(|| Link::new(page.t("practices-new"), "/practices/new"));
        ui.empty(page.t("practices-empty-title"), page.t("practices-empty-text"), action)
    } else {
        let action = Some(Link::new(page.t("practices-all"), "/practices"));
        ui.empty(page.t("practices-none-title"), page.t("practices-none-text"), action)
    }
}

/// Where those who write or curate go from here; everybody may read the criteria.
fn own_links(page: &Page) -> Vec<Link> {
    let mut links = Vec::new();
    let mut link = |show: bool, key: &str, path: &str| {
        if show {
            links.push(Link::new(page.t(key), path));
        }
    };
    let writes = policy::draft(&page.who).allowed();
    link(writes, "practices-new", "/practices/new");
    link(writes, "practices-mine", "/practices/mine");
    link(writes, "practices-import", "/practices/import");
    link(page.tenant.is_hub() && policy::curate(&page.who).allowed(), "practices-queue", "/curation");
    link(true, "practices-criteria", "/practices/criteria");
    link(true, "practices-classifier", "/classifier");
    links
}

#[derive(Template)]
#[template(path = "practices/map.html")]
struct MapView {
    ui: Ui,
    filters: Html,
    views: Vec<View>,
    total: i64,
    map: Html,
}

/// `GET /practices/map`
pub(super) async fn map(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let (form, query) = asked(raw);
    let counts = index::counts_cached(&page.ctx, page.tenant_id(), &query).await?;
    let scheme = crate::service::scheme(&mut *page.ctx.db().read().await?, page.tenant_id()).await?;
    let ui = heading(&page, &counts, &form).titled(page.t("practices-map-title")).crumb(page.t("practices-view-map"), "/practices/map");
    let mut kept = FormData::from_pairs(form.fields().iter().filter(|(name, _)| name != "oblast").cloned());
    kept.add("oblast", "{code}");
    let figure = MapFigure {
        caption: page.t("practices-map-caption"),
        value_label: page.t("practices-map-value"),
        rows: counts.values(model::OBLAST).map(|(code, value)| MapRow { code: code.to_owned(), value }).collect(),
        // The place is filled in by the map, so its braces must not be encoded.
        link: with_query("/practices", &kept).replace("%7Bcode%7D", "{code}"),
        zero_label: page.t("practices-map-zero"),
    };
    let view = MapView {
        filters: ui.filters(&filters(&page, "/practices/map", &counts, &query, &scheme)),
        views: views(&page, &form, "/practices/map"),
        total: counts.total,
        map: ui.map(&figure),
        ui,
    };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

struct Quarter {
    title: String,
    hits: Vec<Line>,
}

struct Line {
    title: String,
    url: String,
    date: String,
    place: String,
    status: Option<Word>,
}

#[derive(Template)]
#[template(path = "practices/timeline.html")]
struct TimelineView {
    ui: Ui,
    filters: Html,
    views: Vec<View>,
    total: i64,
    years: Vec<Link>,
    quarters: Vec<Quarter>,
    empty: Html,
    next: Option<String>,
}

/// `GET /practices/timeline`
pub(super) async fn timeline(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let (form, query) = asked(raw);
    let order = if query.order == Order::Oldest { Order::Oldest } else { Order::Newest };
    let query = Query { order, ..query };
    let counts = index::counts_cached(&page.ctx, page.tenant_id(), &query).await?;
    let mut conn = page.ctx.db().read().await?;
    let found = index::search(&mut conn, page.tenant_id(), &query, TIMELINE).await?;
    let names = Names::load(&mut conn, &page, found.items.iter().filter_map(|hit| hit.territory.clone())).await?;
    drop(conn);
    let ui = heading(&page, &counts, &form)
        .titled(page.t("practices-timeline-title"))
        .crumb(page.t("practices-view-timeline"), "/practices/timeline");
    let mut by_quarter: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for hit in &found.items {
        let date = hit.published_at.to_date();
        let month: usize = date.get(5..7).and_then(|m| m.parse().ok()).unwrap_or(1);
        let quarter = format!("{}-{}", date.get(..4).unwrap_or(""), month.div_ceil(3));
        by_quarter.entry(quarter).or_default().push(line(&page, &ui, &names, hit));
    }
    let mut quarters: Vec<Quarter> = by_quarter
        .into_iter()
        .map(|(key, hits)| {
            let (year, quarter) = key.split_once('-').unwrap_or((&key, ""));
            Quarter { title: page.ta("practices-quarter", &[("quarter", quarter.into()), ("year", year.into())]), hits }
        })
        .collect();
    if order == Order::Newest {
        quarters.reverse();
    }
    let others = FormData::from_pairs(form.fields().iter().filter(|(name, _)| name != "year").cloned());
    let years = counts
        .values(model::YEAR)
        .map(|(year, n)| {
            let mut asked = others.clone();
            asked.add("year", year);
            Link::new(page.ta("practices-year-chip", &[("year", year.into()), ("n", n.into())]), with_query("/practices/timeline", &asked))
        })
        .collect();
    let view = TimelineView {
        filters: ui.filters(&filters(&page, "/practices/timeline", &counts, &query, &names.scheme)),
        views: views(&page, &form, "/practices/timeline"),
        total: counts.total,
        years,
        quarters,
        empty: nothing(&page, &ui, &query),
        next: found.next.map(|cursor| cursor.encode()),
        ui,
    };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

fn line(page: &Page, ui: &Ui, names: &Names, hit: &Hit) -> Line {
    let status =
        hit.facets.iter().find(|(name, _)| name == crate::service::STATUS).and_then(|(_, value)| crate::model::Status::parse(value));
    Line {
        title: hit.title.clone(),
        url: hit.path.clone(),
        date: ui.date(hit.published_at),
        place: hit.territory.as_deref().map_or_else(String::new, |code| names.place(code, page.lang)),
        // Most are at work; only what is not is worth a word here.
        status: status.map(|s| super::status_word(ui, s)).filter(|word| word.tone != Tone::Good),
    }
}

/// The pages of this module that stand under the list.
pub(super) fn under_list(page: &Page, title: String, path: &str) -> Ui {
    ui_of(page, title.clone()).crumb(title, path)
}
