//! The search page over all modules, and the feeds of any query.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::RawQuery,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use ratusha_platform::{
    AppResult, Timestamp,
    http::{cursor::Cursor, form::FormData, routes::Routes},
};
use ratusha_templates::{
    FeedLink, Html, Ui,
    parts::{Card, Facet, FacetOption, Filters},
};
use ratusha_tenants::{Page, territory};
use sha2::{Digest, Sha256};

use super::{
    cache::{counts_cached, oblasts, revision},
    feed::{self, About},
    model::{self, Counts, Hit, Order, Query},
    service,
};
use crate::{classifier, module::Modules};

/// Entries on one page of results.
const PAGE: usize = 20;
/// Entries in a feed.
const FEED: usize = 50;
/// Values of one parameter that count.
const MAX_VALUES: usize = 12;
/// Choices of one facet that are offered.
const MAX_OPTIONS: usize = 60;
/// Prefix of the parameters of the modules' own facets.
const FACET: &str = "f-";

/// The doors of the search and the feeds.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/search", show).get("/feed.atom", atom).get("/feed.json", json)
}

/// Reads a query from the parameters of an address; what is not understood is left out.
#[must_use]
pub fn query_of(form: &FormData) -> Query {
    let values = |name: &str| -> Vec<String> {
        let mut values: Vec<String> = form.all(name).into_iter().filter(|v| !v.is_empty() && v.len() <= 200).take(MAX_VALUES).collect();
        values.sort();
        values.dedup();
        values
    };
    let one = |name: &str| values(name).into_iter().next();
    let mut facets: Vec<(String, Vec<String>)> = Vec::new();
    for (name, _) in form.fields() {
        if let Some(facet) = name.strip_prefix(FACET).filter(|f| !f.is_empty() && f.len() <= 40)
            && facets.len() < MAX_VALUES
            && !facets.iter().any(|(known, _)| known == facet)
        {
            let chosen = values(name);
            if !chosen.is_empty() {
                facets.push((facet.to_owned(), chosen));
            }
        }
    }
    facets.sort();
    let text = form.line("q");
    let words = !text.is_empty();
    Query {
        text,
        module: one("module"),
        concepts: values("concept").into_iter().map(|notation| vec![notation]).collect(),
        oblasts: values("oblast"),
        territory: one("territory").as_deref().and_then(prefix_of).map(ToOwned::to_owned),
        facets,
        years: values("year"),
        lang: one("lang"),
        origin: one("origin"),
        from: one("from").and_then(|date| Timestamp::parse_date(&date)),
        to: one("to").and_then(|date| Timestamp::parse_date(&date)).map(|day| day.plus_days(1)),
        order: one("sort").and_then(|sort| Order::parse(&sort)).unwrap_or(if words { Order::Relevance } else { Order::Newest }),
        cursor: one("cursor").and_then(|cursor| Cursor::decode(&cursor)).map(Into::into),
    }
}

/// What the codes of everything in a unit begin with: `UA4606025` for `UA46060250000025047`, and a beginning as it is.
fn prefix_of(code: &str) -> Option<&str> {
    let digits = code.strip_prefix("UA").filter(|d| (2..=17).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))?;
    if digits.len() < 17 {
        return Some(code);
    }
    // Region, district, community, settlement, district of a city; the last five digits are the unit's identity.
    let ends = [4, 6, 9, 12, 14];
    let filled = |end: usize, from: usize| code.get(from..end).is_some_and(|group| group.bytes().any(|b| b != b'0'));
    let mut from = 2;
    let mut last = 4;
    for end in ends {
        if filled(end, from) {
            last = end;
        }
        from = end;
    }
    code.get(..last)
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchView {
    ui: Ui,
    filters: Html,
    asked: bool,
    total: i64,
    cards: Vec<Card>,
    next: Option<String>,
    /// The query as it would be on the other keyboard layout, if that finds something.
    meant: Option<(String, String)>,
}

/// `GET /search`
async fn show(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let query = query_of(&form);
    let ctx = &page.ctx;
    let counts = counts_cached(ctx, page.tenant_id(), &query).await?;
    let found = service::search(&mut *ctx.db().read().await?, page.tenant_id(), &query, PAGE).await?;
    let names = Names::load(&page, &counts, &query, &found.items).await?;
    let modules = ctx.service::<Modules>()?;
    let mut facets = facets(&page, &modules, &counts, &query, &names);
    facets.extend(linked(&page, &form, &query).await?);
    let filters = Filters {
        action: "/search".to_owned(),
        q: Some(query.text.clone()),
        q_label: page.t("content-search-label"),
        facets,
        sort: [Order::Relevance, Order::Newest, Order::Oldest]
            .into_iter()
            .map(|order| FacetOption {
                value: order.name().to_owned(),
                label: page.t(order_key(order)),
                count: None,
                selected: order == query.order,
            })
            .collect(),
        hidden: Vec::new(),
    };
    let title = if query.text.is_empty() {
        page.t("content-search-title")
    } else {
        page.ta("content-search-title-q", &[("q", (&query.text).into())])
    };
    let mut ui = page.ui().titled(title).crumb(page.t("content-search-title"), "/search");
    ui.feeds = feed_links(&page, &form);
    let cards = found.items.iter().map(|hit| card(&page, &modules, &names, hit)).collect();
    let view = SearchView {
        filters: ui.filters(&filters),
        ui,
        asked: !query.is_open() || query.module.is_some(),
        total: counts.total,
        cards,
        next: found.next.map(|cursor| cursor.encode()),
        meant: if counts.total == 0 { meant(&page, &query).await? } else { None },
    };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

/// What a query that finds nothing would be on the other keyboard layout, and its address, if that finds something.
async fn meant(page: &Page, query: &Query) -> AppResult<Option<(String, String)>> {
    let text = ratusha_platform::text::search::fix_layout(&query.text);
    if text == query.text || query.text.is_empty() {
        return Ok(None);
    }
    let other = Query { text: text.clone(), ..Query::default() };
    if counts_cached(&page.ctx, page.tenant_id(), &other).await?.total == 0 {
        return Ok(None);
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &text).finish();
    Ok(Some((text, format!("/search?{query}"))))
}

fn order_key(order: Order) -> &'static str {
    match order {
        Order::Relevance => "content-order-relevance",
        Order::Newest => "content-order-newest",
        Order::Oldest => "content-order-oldest",
    }
}

/// Conditions that came with a link rather than from the panel: each a choice of one, so that it is seen and can be removed.
async fn linked(page: &Page, form: &FormData, query: &Query) -> AppResult<Vec<Facet>> {
    let mut facets = Vec::new();
    let mut add = |name: &str, key: &str, label: String| {
        let value = form.line(name);
        let options = vec![FacetOption { value, label, count: None, selected: true }];
        facets.push(Facet { name: name.to_owned(), label: page.t(key), options, single: true, open: false });
    };
    if query.territory.is_some() {
        let code = form.line("territory");
        let unit = territory::find_by_code(&mut *page.ctx.db().read().await?, &code).await?;
        add("territory", "content-facet-territory", unit.map_or(code, |unit| unit.display_name(page.lang)));
    }
    for (name, key, at) in [("from", "content-facet-from", query.from), ("to", "content-facet-to", query.to.map(|to| to.plus_days(-1)))] {
        if let Some(at) = at {
            add(name, key, ratusha_platform::i18n::date(page.lang, at));
        }
    }
    if let Some(origin) = &query.origin {
        add("origin", "content-facet-origin", origin.clone());
    }
    Ok(facets)
}

/// The feeds of the same query, for the head and the foot of a page.
#[must_use]
pub fn feed_links(page: &Page, form: &FormData) -> Vec<FeedLink> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in form.fields().iter().filter(|(name, value)| !value.is_empty() && name != "cursor" && name != "sort") {
        query.append_pair(name, value);
    }
    let query = query.finish();
    let query = if query.is_empty() { query } else { format!("?{query}") };
    [("content-feed-atom", "application/atom+xml", "/feed.atom"), ("content-feed-json", "application/feed+json", "/feed.json")]
        .into_iter()
        .map(|(key, media_type, path)| FeedLink { title: page.t(key), media_type, url: page.lang.path(&format!("{path}{query}")) })
        .collect()
}

/// Words for what the index holds as codes.
struct Names {
    oblasts: Arc<Vec<(String, String, String)>>,
    concepts: std::collections::HashMap<String, String>,
}

impl Names {
    async fn load(page: &Page, counts: &Counts, query: &Query, hits: &[Hit]) -> AppResult<Self> {
        let mut notations: Vec<String> = counts.values(model::CONCEPT).map(|(notation, _)| notation.to_owned()).collect();
        notations.extend(query.concepts.iter().flatten().cloned());
        notations.extend(hits.iter().flat_map(|hit| hit.concepts.iter().cloned()));
        notations.sort();
        notations.dedup();
        let scheme = classifier::current(&mut *page.ctx.db().read().await?, page.tenant_id()).await?;
        Ok(Self { oblasts: oblasts(&page.ctx).await?, concepts: scheme.labels(&notations, page.lang) })
    }

    fn oblast(&self, page: &Page, digits: &str) -> String {
        let known = self.oblasts.iter().find(|(code, _, _)| code == digits);
        known.map_or_else(|| digits.to_owned(), |(_, uk, en)| if page.lang == ratusha_platform::Lang::En { en.clone() } else { uk.clone() })
    }

    fn concept(&self, notation: &str) -> String {
        self.concepts.get(notation).cloned().unwrap_or_else(|| notation.to_owned())
    }
}

fn facets(page: &Page, modules: &Modules, counts: &Counts, query: &Query, names: &Names) -> Vec<Facet> {
    let chosen: Vec<String> = query.concepts.iter().flatten().cloned().collect();
    let module: Vec<String> = query.module.iter().cloned().collect();
    let lang: Vec<String> = query.lang.iter().cloned().collect();
    let label = |name: &str| modules.find(name).and_then(|m| m.label()).map_or_else(|| name.to_owned(), |key| page.t(key));
    let mut facets = vec![
        facet(page, "module", "content-facet-module", counts, model::MODULE, &module, label),
        facet(page, "concept", "content-facet-concept", counts, model::CONCEPT, &chosen, |value| names.concept(value)),
        facet(page, "oblast", "content-facet-oblast", counts, model::OBLAST, &query.oblasts, |value| names.oblast(page, value)),
        facet(page, "year", "content-facet-year", counts, model::YEAR, &query.years, ToOwned::to_owned),
        facet(page, "lang", "content-facet-lang", counts, model::LANG, &lang, |value| {
            if value == "en" { page.t("content-lang-en") } else { page.t("content-lang-uk") }
        }),
    ];
    for def in modules.facets() {
        let none = Vec::new();
        let selected = query.facets.iter().find(|(name, _)| name == def.name).map_or(&none, |(_, values)| values);
        let value_label =
            |value: &str| def.values.iter().find(|(known, _)| *known == value).map_or_else(|| value.to_owned(), |(_, key)| page.t(key));
        let mut own = facet(page, &format!("{FACET}{}", def.name), def.key, counts, def.name, selected, value_label);
        let place = |value: &str| def.values.iter().position(|(known, _)| *known == value).unwrap_or(usize::MAX);
        own.options.sort_by_key(|option| place(&option.value));
        facets.push(own);
    }
    if let Some(years) = facets.iter_mut().find(|f| f.name == "year") {
        years.options.sort_by(|a, b| b.value.cmp(&a.value));
    }
    // One choice that nobody made is no choice.
    facets.retain(|facet| facet.options.len() > 1 || facet.options.iter().any(|o| o.selected));
    facets
}

fn facet(page: &Page, name: &str, key: &str, counts: &Counts, counted: &str, selected: &[String], label: impl Fn(&str) -> String) -> Facet {
    let option = |value: &str, count: i64| FacetOption {
        value: value.to_owned(),
        label: label(value),
        count: Some(count),
        selected: selected.iter().any(|s| s == value),
    };
    let mut options: Vec<FacetOption> = counts.values(counted).map(|(value, n)| option(value, n)).collect();
    // What is chosen stays removable even where nothing has it.
    options.extend(selected.iter().filter(|s| counts.of(counted, s) == 0).map(|s| option(s, 0)));
    options.sort_by(|a, b| (!a.selected, -a.count.unwrap_or(0), &a.label).cmp(&(!b.selected, -b.count.unwrap_or(0), &b.label)));
    options.truncate(MAX_OPTIONS);
    Facet { name: name.to_owned(), label: page.t(key), options, single: matches!(name, "module" | "lang"), open: false }
}

fn card(page: &Page, modules: &Modules, names: &Names, hit: &Hit) -> Card {
    let mut meta: Vec<String> = hit.oblast.iter().map(|oblast| names.oblast(page, oblast)).collect();
    meta.push(ratusha_platform::i18n::date(page.lang, hit.published_at));
    if hit.origin != page.tenant.birth_host() && !page.tenant.hosts.contains(&hit.origin) {
        meta.push(hit.origin.clone());
    }
    Card {
        title: hit.title.clone(),
        url: hit.path.clone(),
        text: hit.summary.clone(),
        over: modules.find(&hit.module).and_then(|m| m.label()).map(|key| page.t(key)),
        meta,
        badges: hit.concepts.iter().map(|notation| names.concept(notation)).collect(),
        lang: Some(hit.lang.clone()).filter(|lang| lang != page.lang.code()),
        ..Card::default()
    }
}

/// `GET /feed.atom`
async fn atom(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let feed = match load_feed(&page, raw).await? {
        Ok(feed) => feed,
        Err(same) => return Ok(same),
    };
    Ok(answer(&page, feed.tag, "application/atom+xml; charset=utf-8", feed::atom(&page.tenant, &feed.about, &feed.hits)))
}

/// `GET /feed.json`
async fn json(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let feed = match load_feed(&page, raw).await? {
        Ok(feed) => feed,
        Err(same) => return Ok(same),
    };
    Ok(answer(&page, feed.tag, "application/feed+json; charset=utf-8", feed::json_feed(&page.tenant, &feed.about, &feed.hits).to_string()))
}

struct Loaded {
    about: About,
    hits: Vec<Hit>,
    tag: HeaderValue,
}

/// The entries of a feed, or the answer that nothing has changed.
async fn load_feed(page: &Page, raw: Option<String>) -> AppResult<Result<Loaded, Response>> {
    let raw = raw.unwrap_or_default();
    let form = FormData::from_urlencoded(raw.as_bytes());
    let query = Query { order: Order::Newest, cursor: None, ..query_of(&form) };
    let revision = revision(&page.ctx, page.tenant_id()).await?;
    let digest: String =
        Sha256::digest(format!("{} {} {raw}", page.path, page.lang.code())).iter().take(6).map(|b| format!("{b:02x}")).collect();
    let tag = HeaderValue::from_str(&format!("W/\"{revision}-{digest}\"")).map_err(ratusha_platform::AppError::internal)?;
    if is_same(&page.headers, &tag) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        response.headers_mut().insert(header::ETAG, tag);
        return Ok(Err(response));
    }
    let found = service::search(&mut *page.ctx.db().read().await?, page.tenant_id(), &query, FEED).await?;
    let name = page.tenant.name(page.lang).to_owned();
    let what = match (&query.module, query.text.is_empty()) {
        (Some(module), true) => page.ctx.service::<Modules>()?.find(module).and_then(|m| m.label()).map(|key| page.t(key)),
        (_, false) => Some(query.text.clone()),
        (None, true) => None,
    };
    let title = what.map_or_else(
        || page.ta("content-feed-title", &[("name", (&name).into())]),
        |what| page.ta("content-feed-title-of", &[("name", (&name).into()), ("what", what.into())]),
    );
    let tail = if raw.is_empty() { String::new() } else { format!("?{raw}") };
    let about = About {
        title,
        own_url: page.tenant.url(&page.lang.path(&page.path)),
        page_url: page.tenant.url(&page.lang.path(&format!("/search{tail}"))),
        lang: page.lang,
    };
    Ok(Ok(Loaded { about, hits: found.items, tag }))
}

fn is_same(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let (Some(asked), Ok(tag)) = (headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()), tag.to_str()) else { return false };
    asked.split(',').any(|one| one.trim() == tag)
}

fn answer(page: &Page, tag: HeaderValue, media_type: &'static str, body: String) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(page.lang.code()));
    response
}

/// The address of the search for everything in `unit`.
#[must_use]
pub fn territory_path(unit: &territory::Unit) -> String {
    format!("/search?territory={}", unit.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_stands_for_everything_inside_it() {
        assert_eq!(prefix_of("UA46060250000025047"), Some("UA4606025"));
        assert_eq!(prefix_of("UA80000000000093317"), Some("UA80"));
        assert_eq!(prefix_of("UA05020030010063857"), Some("UA0502003001"));
        assert_eq!(prefix_of("UA46"), Some("UA46"));
        for bad in ["", "UA", "UA4", "46", "UA46' OR 1=1", "UA460602500000250479"] {
            assert_eq!(prefix_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_not_understood_in_an_address_is_left_out() {
        let query = query_of(&FormData::from_urlencoded("q=&sort=x&cursor=%FF&from=завтра&territory=там&oblast=&f-=1&concept=".as_bytes()));
        assert_eq!(query, Query::default());
        let query = query_of(&FormData::from_urlencoded(
            "q=вода&f-status=pilot&f-status=pilot&f-status=stopped&concept=02&concept=01&to=2026-01-31".as_bytes(),
        ));
        assert_eq!(query.order, Order::Relevance);
        assert_eq!(query.facets, [("status".to_owned(), vec!["pilot".to_owned(), "stopped".to_owned()])]);
        assert_eq!(query.concepts, [["01"], ["02"]]);
        assert_eq!(query.to, Timestamp::parse_date("2026-02-01"));
    }
}
