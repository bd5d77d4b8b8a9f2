//! Pages about the site: who runs it, how to know that it is genuine, accessibility, personal data, source.

use axum::response::Response;
use http::StatusCode;
use ratusha_platform::{AppResult, http::routes::Routes};
use ratusha_templates::{Ui, parts::SummaryRow};

use super::{
    page::Page,
    view::{self, Block, Section},
};
use crate::{follow, hub, settings::NodeSettings, territory};

/// The doors of these pages.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/about", about)
        .get("/about/accessibility", accessibility)
        .get("/about/authenticity", authenticity)
        .get("/about/privacy", privacy)
        .get("/about/source", source)
}

fn frame(page: &Page, title_key: &str, path: &str) -> Ui {
    let ui = page.ui().titled(page.t(title_key)).crumb(page.t("ui-about"), "/about");
    if path == "/about" { ui } else { ui.crumb(page.t(title_key), path) }
}

/// A paragraph for each key.
fn paragraphs(page: &Page, keys: &[&str]) -> Vec<Block> {
    keys.iter().map(|key| Block::Text(page.t(key))).collect()
}

async fn about(page: Page) -> AppResult<Response> {
    let mut ui = frame(&page, "ui-about", "/about");
    ui.alternate = Some(page.tenant.actor_id());
    ui.creator = Some(page.tenant.address());
    let mut conn = page.ctx.db().read().await?;
    let followers = follow::store::count_followers(&mut conn, page.tenant_id(), &page.tenant.actor_id()).await?;
    let unit = match &page.tenant.katottg {
        Some(code) => territory::find_by_code(&mut conn, code).await?,
        None => None,
    };
    drop(conn);
    let mut rows = Vec::new();
    if let Some(unit) = &unit {
        rows.push(SummaryRow::text(ui.t("tenants-about-unit"), unit.display_name(page.lang)));
        rows.push(SummaryRow::text(ui.t("tenants-about-katottg"), &unit.code));
    }
    rows.push(SummaryRow::text(ui.t("tenants-about-handle"), page.tenant.address()));
    rows.push(SummaryRow::text(ui.t("tenants-about-followers"), ui.number(followers)));
    if !page.tenant.contact.is_empty() {
        rows.push(SummaryRow::html(ui.t("ui-contact"), ui.contact_link(&page.tenant.contact)));
    }
    if let Some(hub) = hub::hub_of(&page.ctx)?.filter(|_| !page.tenant.is_hub()) {
        rows.push(SummaryRow::html(ui.t("tenants-about-hub"), ui.linked(&hub.url)));
    }
    let mut own: Vec<Block> =
        page.tenant.about(page.lang).split("\n\n").filter(|text| !text.is_empty()).map(|text| Block::Text(text.to_owned())).collect();
    if own.is_empty() {
        own.push(Block::Text(ui.t(if page.tenant.is_hub() { "tenants-about-hub-default" } else { "tenants-about-default" })));
    }
    own.push(Block::Text(ui.t1("tenants-about-follow", "handle", page.tenant.address())));
    let sections = vec![Section::plain(view::prose(&ui, &own)), Section::new("facts", ui.t("tenants-about-facts"), ui.summary_list(&rows))];
    Ok(view::sections(StatusCode::OK, &ui, sections))
}

async fn accessibility(page: Page) -> Response {
    let ui = frame(&page, "ui-accessibility", "/about/accessibility");
    let mut blocks =
        paragraphs(&page, &["tenants-accessibility-1", "tenants-accessibility-2", "tenants-accessibility-3", "tenants-accessibility-4"]);
    if !page.tenant.contact.is_empty() {
        blocks.push(Block::Text(ui.t1("tenants-accessibility-contact", "contact", &page.tenant.contact)));
    }
    view::sections(StatusCode::OK, &ui, vec![Section::plain(view::prose(&ui, &blocks))])
}

async fn authenticity(page: Page) -> AppResult<Response> {
    let ui = frame(&page, "ui-authenticity", "/about/authenticity");
    let mut sections = vec![Section::plain(view::prose(
        &ui,
        &paragraphs(&page, &["tenants-authenticity-1", "tenants-authenticity-2", "tenants-authenticity-3", "tenants-authenticity-4"]),
    ))];
    let mut rows = vec![
        SummaryRow::text(ui.t("tenants-authenticity-host"), &page.site.host),
        SummaryRow::text(ui.t("tenants-about-handle"), page.tenant.address()),
    ];
    if let Some(code) = &page.tenant.katottg {
        rows.push(SummaryRow::text(ui.t("tenants-about-katottg"), code));
    }
    let actors = page.ctx.service::<crate::Actors>()?;
    let mut conn = page.ctx.db().read().await?;
    if let Some(actor) = actors.find(page.ctx.keyring(), &mut conn, &page.tenant.actor_id()).await?
        && let Ok(key) = actor.keys.ed25519_multibase()
    {
        rows.push(SummaryRow::text(ui.t("tenants-authenticity-key"), key));
    }
    sections.push(Section::new("facts", ui.t("tenants-authenticity-facts"), ui.summary_list(&rows)));
    Ok(view::sections(StatusCode::OK, &ui, sections))
}

async fn privacy(page: Page) -> Response {
    let ui = frame(&page, "ui-privacy", "/about/privacy");
    let mut blocks = paragraphs(
        &page,
        &["tenants-privacy-1", "tenants-privacy-2", "tenants-privacy-3", "tenants-privacy-4", "tenants-privacy-5", "tenants-privacy-6"],
    );
    if !page.tenant.contact.is_empty() {
        blocks.push(Block::Text(ui.t1("tenants-privacy-contact", "contact", &page.tenant.contact)));
    }
    view::sections(StatusCode::OK, &ui, vec![Section::plain(view::prose(&ui, &blocks))])
}

async fn source(page: Page) -> AppResult<Response> {
    let ui = frame(&page, "tenants-source-title", "/about/source");
    let settings = page.ctx.service::<NodeSettings>()?;
    let mut blocks = paragraphs(&page, &["tenants-source-1", "tenants-source-2"]);
    blocks.push(Block::Text(ui.t1("tenants-source-version", "version", &settings.version)));
    if settings.source_url.starts_with("http") {
        blocks.push(Block::Link(settings.source_url.clone(), settings.source_url.clone()));
    }
    Ok(view::sections(StatusCode::OK, &ui, vec![Section::plain(view::prose(&ui, &blocks))]))
}
