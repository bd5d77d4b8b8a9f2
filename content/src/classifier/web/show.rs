//! The tree, the page of a concept, and both for programs.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, StatusCode, header};
use ratusha_platform::{AppError, AppResult, Lang, http::form::FormData, i18n};
use ratusha_templates::{
    Html, Ui,
    parts::{Card, Filters, Link, SummaryRow, Tone},
};
use ratusha_tenants::Page;

use super::{
    super::{
        ap,
        model::{Concept, Facet, Resolved, Scheme},
        policy,
        rdf::{self, Format},
        service,
        store::{self, ChangeRow},
    },
    negotiated::{alternates, answer, wanted},
    proposals::kind_key,
};
use crate::index;

/// Things shown on the page of a concept; the rest is behind the link to the search.
const TAGGED: usize = 10;

/// One line of the tree.
struct Line {
    notation: String,
    label: String,
    count: i64,
    children: Vec<Line>,
}

struct Branch {
    name: &'static str,
    title: String,
    /// The one concept at its top, whose name the heading bears.
    top: Option<String>,
    lines: Vec<Line>,
}

impl Branch {
    fn of(name: &'static str, title: String, mut tops: Vec<Line>) -> Self {
        if tops.len() > 1 {
            return Self { name, title, top: None, lines: tops };
        }
        let (top, lines) = tops.pop().map_or((None, Vec::new()), |top| (Some(top.notation), top.children));
        Self { name, title, top, lines }
    }
}

#[derive(Template)]
#[template(path = "classifier/tree.html")]
struct TreeView {
    ui: Ui,
    filters: Html,
    asked: Option<String>,
    found: Vec<Line>,
    branches: Vec<Branch>,
    formats: Vec<Link>,
    cite: String,
    edition: String,
    changes: Vec<Change>,
    may_propose: bool,
    open: i64,
}

/// A line of the history, ready for the reader.
struct Change {
    edition: String,
    what: String,
    notation: String,
    reason: String,
    by: String,
    at: String,
}

/// `GET /classifier` as a page or as SKOS.
pub(super) async fn tree(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    if let Some(format) = wanted(&page.headers) {
        return whole(&page, raw, format).await;
    }
    let form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let scheme = chosen(&page, &form).await?;
    let mut conn = page.ctx.db().read().await?;
    let counts = index::concept_counts(&mut conn, page.tenant_id()).await?;
    let open = store::count_open(&mut conn, page.tenant_id()).await?;
    let changes = store::list_recent(&mut conn, page.tenant_id(), 10).await?;
    drop(conn);
    let asked = Some(form.line("q")).filter(|q| !q.is_empty());
    let found =
        asked.iter().flat_map(|q| scheme.search(q, page.lang)).map(|concept| line(&scheme, concept, &counts, page.lang, 0)).collect();
    let branches = Facet::ALL.into_iter().map(|facet| {
        let tops = scheme.tops(facet).map(|top| line(&scheme, top, &counts, page.lang, 3)).collect();
        Branch::of(facet.name(), page.t(facet.key()), tops)
    });
    let mut ui =
        page.ui().titled(page.t("classifier-name")).lead(page.t("classifier-lead")).crumb(page.t("classifier-name"), "/classifier");
    let base = service::base_url(&page.ctx, &page.tenant);
    if base != page.tenant.base_url && page.lang == Lang::Uk {
        ui.canonical = Some(rdf::scheme_iri(&base));
    }
    let filters = ui.filters(&Filters {
        action: "/classifier".to_owned(),
        q: Some(asked.clone().unwrap_or_default()),
        q_label: page.t("classifier-search"),
        ..Filters::default()
    });
    let view = TreeView {
        filters,
        found,
        branches: if asked.is_some() { Vec::new() } else { branches.collect() },
        asked,
        formats: formats("/classifier"),
        cite: cite(&page, &scheme, None, &rdf::scheme_iri(&base)),
        edition: edition_words(&page, &scheme),
        changes: changes.iter().map(|row| change(&page, row)).collect(),
        may_propose: policy::propose(&page.who).allowed(),
        open,
        ui,
    };
    Ok(alternates(ratusha_templates::page(StatusCode::OK, &view), "/classifier"))
}

/// `GET /classifier.ttl`
pub(super) async fn turtle(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    whole(&page, raw, Format::Turtle).await
}

/// `GET /classifier.rdf`
pub(super) async fn rdf_xml(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    whole(&page, raw, Format::RdfXml).await
}

/// `GET /classifier.jsonld`
pub(super) async fn json_ld(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    whole(&page, raw, Format::JsonLd).await
}

async fn whole(page: &Page, raw: Option<String>, format: Format) -> AppResult<Response> {
    let form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let scheme = chosen(page, &form).await?;
    let base = service::base_url(&page.ctx, &page.tenant);
    let triples = rdf::scheme_triples(&scheme, &service::about(page.ctx.catalog()), &base);
    answer(&triples, format, "/classifier")
}

/// The edition that `?edition=` names, or the one in force.
async fn chosen(page: &Page, form: &FormData) -> AppResult<Arc<Scheme>> {
    let mut conn = page.ctx.db().read().await?;
    if !form.has("edition") {
        return service::current(&mut conn, page.tenant_id()).await;
    }
    let number = form.raw("edition").parse().map_err(|_| AppError::not_found())?;
    service::edition(&mut conn, page.tenant_id(), number).await?.ok_or_else(AppError::not_found)
}

#[derive(Template)]
#[template(path = "classifier/concept.html")]
struct ConceptView {
    ui: Ui,
    notice: Html,
    notation: String,
    definition: String,
    summary: Html,
    narrower: Vec<Line>,
    heirs: Vec<Line>,
    tagged: Vec<Card>,
    more: Option<String>,
    total: i64,
    changes: Vec<Change>,
    formats: Vec<Link>,
    cite: String,
    edition: String,
    propose: Vec<Link>,
}

/// `GET /classifier/{notation}` as a page or as SKOS; with the ending `.ttl`, `.rdf` or `.jsonld` as just that.
pub(super) async fn concept(page: Page, Path(address): Path<String>, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let (notation, ending) = match address.rsplit_once('.').and_then(|(code, end)| Format::of_extension(end).map(|format| (code, format))) {
        Some((code, format)) => (code.to_owned(), Some(format)),
        None => (address, None),
    };
    let form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let mut conn = page.ctx.db().read().await?;
    let scheme = service::current(&mut conn, page.tenant_id()).await?;
    let here = scheme.get(&notation).ok_or_else(AppError::not_found)?;
    let path = format!("/classifier/{notation}");
    let base = service::base_url(&page.ctx, &page.tenant);
    if let Some(format) = ending.or_else(|| wanted(&page.headers)) {
        let triples = rdf::concept_triples(&scheme, here, &service::about(page.ctx.catalog()), &base);
        return answer(&triples, format, &path);
    }
    // Programs get what the old concept says about itself; people are taken to what replaced it.
    if let (Some(Resolved::Moved(heir)), false) = (scheme.resolve(&notation), form.has("stay")) {
        let to = page.lang.path(&format!("/classifier/{}", heir.notation));
        let mut response = Redirect::permanent(&to).into_response();
        *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
        return Ok(alternates(response, &path));
    }
    let counts = index::concept_counts(&mut conn, page.tenant_id()).await?;
    let query = index::Query { concepts: vec![vec![notation.clone()]], ..index::Query::default() };
    let hits = index::search(&mut conn, page.tenant_id(), &query, TAGGED).await?;
    let changes = store::list_changes(&mut conn, page.tenant_id(), &notation).await?;
    drop(conn);
    let iri = rdf::concept_iri(&base, &notation);
    let mut ui = page.ui().titled(here.label.get(page.lang)).crumb(page.t("classifier-name"), "/classifier");
    for above in scheme.path(&notation) {
        ui = ui.crumb(above.label.get(page.lang), format!("/classifier/{}", above.notation));
    }
    ui.description = Some(here.definition.get(page.lang).to_owned());
    if base != page.tenant.base_url && page.lang == Lang::Uk {
        ui.canonical = Some(iri.clone());
    }
    let brief = |concept: &Concept| line(&scheme, concept, &counts, page.lang, 0);
    let heirs: Vec<Line> = here.replaced_by.iter().filter_map(|code| scheme.get(code)).map(brief).collect();
    let notice = if here.deprecated {
        ui.notice(Tone::Care, page.t("classifier-retired"), page.t("classifier-retired-text"))
    } else {
        Html::default()
    };
    let total = counts.get(&notation).copied().unwrap_or(0);
    let view = ConceptView {
        notice,
        definition: here.definition.get(page.lang).to_owned(),
        summary: ui.summary_list(&summary(&page, &ui, &scheme, here)),
        narrower: scheme.narrower(&notation).map(brief).collect(),
        heirs,
        tagged: hits.items.iter().map(|hit| tagged(&ui, hit)).collect(),
        more: (hits.next.is_some()).then(|| format!("/search?concept={notation}")),
        total,
        changes: changes.iter().map(|row| change(&page, row)).collect(),
        formats: formats(&path),
        cite: cite(&page, &scheme, Some(here), &iri),
        edition: edition_words(&page, &scheme),
        propose: propose_links(&page, here),
        notation,
        ui,
    };
    Ok(alternates(ratusha_templates::page(StatusCode::OK, &view), &path))
}

/// `GET /ap/classifier/{edition}`: the document that nodes fetch.
pub(super) async fn activity(page: Page, Path(edition): Path<String>) -> AppResult<Response> {
    let number: i64 = edition.parse().map_err(|_| AppError::not_found())?;
    let mut conn = page.ctx.db().read().await?;
    let scheme = service::edition(&mut conn, page.tenant_id(), number).await?.ok_or_else(AppError::not_found)?;
    drop(conn);
    document(&page, &scheme, "public, max-age=3600")
}

/// `GET /ap/classifier`: the document of the edition in force, which names its own address.
pub(super) async fn activity_now(page: Page) -> AppResult<Response> {
    let scheme = service::current(&mut *page.ctx.db().read().await?, page.tenant_id()).await?;
    document(&page, &scheme, "public, max-age=60")
}

fn document(page: &Page, scheme: &Scheme, cache: &'static str) -> AppResult<Response> {
    let name = page.ctx.catalog().t(Lang::Uk, "classifier-name");
    let document = ap::document(&page.tenant, scheme, &name).map_err(AppError::internal)?;
    let mut response = document.to_string().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/activity+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Ok(response)
}

fn line(scheme: &Scheme, concept: &Concept, counts: &HashMap<String, i64>, lang: Lang, depth: u8) -> Line {
    let children = if depth == 0 {
        Vec::new()
    } else {
        scheme.narrower(&concept.notation).map(|child| line(scheme, child, counts, lang, depth - 1)).collect()
    };
    Line {
        notation: concept.notation.clone(),
        label: concept.label.get(lang).to_owned(),
        count: counts.get(&concept.notation).copied().unwrap_or(0),
        children,
    }
}

/// The facts of a concept.
fn summary(page: &Page, ui: &Ui, scheme: &Scheme, concept: &Concept) -> Vec<SummaryRow> {
    let other = match page.lang {
        Lang::Uk => Lang::En,
        Lang::En => Lang::Uk,
    };
    let links = |list: &mut dyn Iterator<Item = &Concept>| {
        let items: Vec<String> = list
            .map(|c| {
                format!(
                    "<a href=\"{}\">{}</a> <span class=\"quiet\">{}</span>",
                    ui.url(format!("/classifier/{}", c.notation)),
                    Html::text(c.label.get(page.lang)),
                    c.notation
                )
            })
            .collect();
        Html::trusted(items.join("<br>"))
    };
    let foreign = |list: &[String]| {
        let items: Vec<String> =
            list.iter().map(|iri| Html::text(iri).to_string()).map(|iri| format!("<a href=\"{iri}\" rel=\"external\">{iri}</a>")).collect();
        Html::trusted(items.join("<br>"))
    };
    let in_other = Html::trusted(format!(
        "<span lang=\"{}\">{}. {}</span>",
        other.code(),
        Html::text(concept.label.get(other)),
        Html::text(concept.definition.get(other))
    ));
    let replaces = &mut scheme.concepts().filter(|old| old.replaced_by.contains(&concept.notation));
    let replaces: Vec<String> = replaces
        .map(|old| {
            format!(
                "<a href=\"{}\">{}</a> <span class=\"quiet\">{}</span>",
                ui.url(format!("/classifier/{}?stay=1", old.notation)),
                Html::text(old.label.get(page.lang)),
                old.notation
            )
        })
        .collect();
    let rows = [
        ("classifier-code", Html::text(&concept.notation)),
        ("classifier-facet", Html::text(&page.t(concept.facet.key()))),
        ("classifier-alt", Html::text(&concept.alt(page.lang).join("; "))),
        ("classifier-broader", links(&mut scheme.broader(concept))),
        ("classifier-related", links(&mut scheme.related(&concept.notation))),
        ("classifier-replaces", Html::trusted(replaces.join("<br>"))),
        ("classifier-other-language", in_other),
        ("classifier-exact", foreign(&concept.exact_match)),
        ("classifier-close", foreign(&concept.close_match)),
    ];
    rows.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| SummaryRow::html(page.t(key), value)).collect()
}

fn tagged(ui: &Ui, hit: &index::Hit) -> Card {
    Card {
        title: hit.title.clone(),
        url: hit.path.clone(),
        text: hit.summary.clone(),
        meta: vec![hit.origin.clone(), ui.date(hit.published_at)],
        lang: (hit.lang != ui.lang.code()).then(|| hit.lang.clone()),
        ..Card::default()
    }
}

fn change(page: &Page, row: &ChangeRow) -> Change {
    Change {
        edition: row.edition.to_string(),
        what: page.t(kind_key(&row.kind)),
        notation: row.notation.clone(),
        reason: row.reason.clone(),
        by: row.by_name.clone(),
        at: i18n::date(page.lang, ratusha_platform::Timestamp(row.created_at)),
    }
}

fn formats(path: &str) -> Vec<Link> {
    [("Turtle", Format::Turtle), ("RDF/XML", Format::RdfXml), ("JSON-LD", Format::JsonLd)]
        .into_iter()
        .map(|(name, format)| Link::new(name, format!("{path}.{}", format.extension())))
        .collect()
}

/// How the whole or a concept is quoted.
fn cite(page: &Page, scheme: &Scheme, concept: Option<&Concept>, iri: &str) -> String {
    let what = concept.map(|c| format!("{} {}. ", c.notation, c.label.get(page.lang))).unwrap_or_default();
    format!("{}. {}. {what}{iri}", page.t("classifier-name"), edition_words(page, scheme))
}

fn edition_words(page: &Page, scheme: &Scheme) -> String {
    let dated = ratusha_platform::Timestamp::parse_date(scheme.dated())
        .map_or_else(|| scheme.dated().to_owned(), |at| i18n::date_long(page.lang, at));
    page.ta("classifier-edition", &[("number", scheme.edition().to_string().into()), ("date", dated.into())])
}

fn propose_links(page: &Page, concept: &Concept) -> Vec<Link> {
    if !policy::propose(&page.who).allowed() || concept.deprecated {
        return Vec::new();
    }
    let link = |kind: &str| Link::new(page.t(kind_key(kind)), format!("/classifier/propose?kind={kind}&notation={}", concept.notation));
    ["add", "rename", "move", "merge", "split"].into_iter().map(link).collect()
}
