//! Practices to take away: a table as CSV, and JSON-LD in the words of schema.org with the whole card inside.

use std::collections::HashMap;

use axum::{
    extract::RawQuery,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use ratusha_content::{
    classifier,
    index::{self, Hit},
};
use ratusha_platform::{AppError, AppResult, Conn, Lang};
use ratusha_templates::map::region;
use ratusha_tenants::Page;
use serde_json::{Value, json};

use super::{
    card::Names,
    list::{asked, with_query},
};
use crate::{
    ap,
    model::{Card, Evidence, PracticeId},
    service::{self, Shown},
};

/// Practices in one file; the next file is named by a `Link` header.
const FILE: usize = 1_000;

/// One practice on its way out.
struct Row {
    hit: Hit,
    card: Card,
    evidence: Evidence,
    url: String,
    publisher: String,
}

async fn rows(conn: &mut Conn, page: &Page, hits: Vec<Hit>) -> AppResult<Vec<Row>> {
    let ids: Vec<String> = hits.iter().map(|hit| hit.object.clone()).collect();
    let mut cards: HashMap<String, (Card, Evidence, String, String)> = HashMap::new();
    for told in service::cards(conn, page.tenant_id(), &ids).await? {
        let (url, publisher) = match told.remote {
            Some((url, name)) => (url, name),
            None => (page.tenant.url(&format!("/practices/{}", told.id)), page.tenant.name_uk.clone()),
        };
        cards.insert(told.id.to_string(), (told.card, told.evidence, url, publisher));
    }
    let rows = hits.into_iter().filter_map(|hit| {
        let (card, evidence, url, publisher) = cards.remove(&hit.object)?;
        Some(Row { hit, card, evidence, url, publisher })
    });
    Ok(rows.collect())
}

struct Found {
    rows: Vec<Row>,
    names: Names,
    next: Option<String>,
}

async fn found(page: &Page, raw: Option<String>, path: &str) -> AppResult<Found> {
    let (form, query) = asked(raw);
    let mut conn = page.ctx.db().read().await?;
    let found = index::search(&mut conn, page.tenant_id(), &query, FILE).await?;
    let names = Names::load(&mut conn, page, found.items.iter().filter_map(|hit| hit.territory.clone())).await?;
    let rows = rows(&mut conn, page, found.items).await?;
    let next = found.next.map(|cursor| {
        let address = with_query(path, &form);
        let glue = if address.contains('?') { '&' } else { '?' };
        format!("{}{glue}cursor={}", page.tenant.url(&page.lang.path(&address)), cursor.encode())
    });
    Ok(Found { rows, names, next })
}

fn file(content_type: &'static str, name: &'static str, next: Option<&str>, body: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    if let Some(link) = next.and_then(|url| HeaderValue::from_str(&format!("<{url}>; rel=\"next\"")).ok()) {
        headers.insert(header::LINK, link);
    }
    (headers, body).into_response()
}

/// A spreadsheet must not take a text for a formula.
fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// `GET /practices/export.csv`
pub(super) async fn csv(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let found = found(&page, raw, "/practices/export.csv").await?;
    let mut out = csv::Writer::from_writer(Vec::new());
    let write = |out: &mut csv::Writer<Vec<u8>>, row: &[String]| out.write_record(row).map_err(AppError::internal);
    let head = [
        "id",
        "url",
        "title",
        "summary",
        "title_en",
        "publisher",
        "territory",
        "oblast",
        "status",
        "evidence",
        "licence",
        "classes",
        "cost_uah",
        "months",
        "results",
        "published",
        "updated",
    ];
    write(&mut out, &head.map(ToOwned::to_owned))?;
    for row in &found.rows {
        let (hit, card) = (&row.hit, &row.card);
        let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
        let results: Vec<String> =
            card.outcomes.iter().map(|o| format!("{}: {} → {} {}", o.metric, o.before, o.after, o.unit).trim().to_owned()).collect();
        let cells = [
            hit.ap_id.clone(),
            row.url.clone(),
            cell(&card.title),
            cell(&card.summary),
            cell(&card.title_en),
            cell(&row.publisher),
            hit.territory.clone().unwrap_or_default(),
            hit.oblast.as_deref().and_then(region).map_or_else(String::new, |r| r.name(page.lang).to_owned()),
            card.status.as_str().to_owned(),
            row.evidence.as_str().to_owned(),
            card.licence.as_str().to_owned(),
            hit.concepts.join("; "),
            number(card.cost_uah),
            number(card.months),
            cell(&results.join(" | ")),
            hit.published_at.to_date(),
            hit.updated_at.to_date(),
        ];
        write(&mut out, &cells)?;
    }
    let body = out.into_inner().map_err(|error| AppError::internal(error.into_error()))?;
    // Without the mark at the beginning, spreadsheets take Ukrainian for another encoding.
    let body = [b"\xef\xbb\xbf".to_vec(), body].concat();
    Ok(file("text/csv; charset=utf-8", "attachment; filename=\"practices.csv\"", found.next.as_deref(), body))
}

/// One practice in the words of schema.org.
fn linked(page: &Page, names: &Names, class_base: &str, row: &Row) -> Value {
    let (hit, card) = (&row.hit, &row.card);
    let about: Vec<Value> = hit
        .concepts
        .iter()
        .map(|c| json!({"@type": "DefinedTerm", "@id": format!("{class_base}/classifier/{c}"), "termCode": c, "name": names.scheme.label(c, Lang::Uk)}))
        .collect();
    let mut out = json!({
        "@id": hit.ap_id,
        "@type": "Article",
        "headline": card.title,
        "abstract": card.summary,
        "url": row.url,
        "inLanguage": "uk",
        "datePublished": hit.published_at.to_rfc3339(),
        "dateModified": hit.updated_at.to_rfc3339(),
        "license": super::licence(card.licence).1,
        "publisher": {"@type": "GovernmentOrganization", "name": row.publisher},
        "about": about,
        "egov:evidence": row.evidence.as_str(),
        "egov:practice": ap::write_card(card, |notation| format!("{class_base}/classifier/{notation}")),
    });
    if let (Some(code), Some(map)) = (&hit.territory, out.as_object_mut()) {
        map.insert(
            "contentLocation".to_owned(),
            json!({"@type": "AdministrativeArea", "name": names.place(code, page.lang), "identifier": code}),
        );
    }
    out
}

fn context() -> Value {
    json!(["https://schema.org", {"egov": ratusha_federation::wire::context::EGOV}])
}

/// `GET /practices/export.jsonld`
pub(super) async fn jsonld(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let found = found(&page, raw, "/practices/export.jsonld").await?;
    let class_base = classifier::base_url(&page.ctx, &page.tenant);
    let graph: Vec<Value> = found.rows.iter().map(|row| linked(&page, &found.names, &class_base, row)).collect();
    let body = serde_json::to_vec(&json!({"@context": context(), "@graph": graph})).map_err(AppError::internal)?;
    Ok(file("application/ld+json", "attachment; filename=\"practices.jsonld\"", found.next.as_deref(), body))
}

/// `GET /practices/{id}.jsonld`
pub(super) async fn one(page: &Page, id: &PracticeId) -> AppResult<Response> {
    let mut conn = page.ctx.db().read().await?;
    let shown = service::shown(&page.ctx, &mut conn, &page.tenant, &page.who, id).await?;
    let scheme = service::scheme(&mut conn, page.tenant_id()).await?;
    let (evidence, url, publisher, entry) = match &shown {
        Shown::Own { practice, .. } => (
            practice.evidence,
            page.tenant.url(&format!("/practices/{id}")),
            page.tenant.name_uk.clone(),
            service::entry_of_practice(&page.tenant, practice),
        ),
        Shown::Copy { row, remote } => {
            let community = service::admitted(&mut conn, page.tenant_id(), &remote.host).await?;
            let katottg = community.and_then(|c| c.katottg);
            (
                remote.evidence,
                remote.url.clone(),
                remote.actor_name.clone(),
                service::entry_of_copy(row, remote, katottg.as_deref(), &scheme),
            )
        }
    };
    let names = Names::load(&mut conn, page, entry.territory.iter().cloned()).await?;
    drop(conn);
    let hit = Hit {
        object: entry.object,
        module: entry.module.to_owned(),
        state: entry.state,
        ap_id: entry.ap_id,
        path: entry.path,
        lang: entry.lang,
        title: entry.title,
        summary: entry.summary,
        oblast: None,
        territory: entry.territory,
        licence: entry.licence,
        origin: entry.origin,
        concepts: entry.concepts,
        facets: Vec::new(),
        published_at: entry.published_at,
        updated_at: entry.updated_at,
    };
    let row = Row { hit, card: shown.card().clone(), evidence, url, publisher };
    let class_base = classifier::base_url(&page.ctx, &page.tenant);
    let mut value = linked(page, &names, &class_base, &row);
    if let Some(map) = value.as_object_mut() {
        map.shift_insert(0, "@context".to_owned(), context());
    }
    let body = serde_json::to_vec(&value).map_err(AppError::internal)?;
    Ok(file("application/ld+json", "attachment; filename=\"practice.jsonld\"", None, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@x", "\tx"] {
            assert!(cell(bad).starts_with('\''), "{bad}");
        }
        assert_eq!(cell("Черга"), "Черга");
    }
}
