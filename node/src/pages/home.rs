//! The front page: the cabinet of a community, or the national hub's.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use ratusha_content::{Duty, Modules, Section, classifier, discussion};
use ratusha_platform::{
    AppResult,
    http::{
        negotiate::{self, Wanted},
        routes::Routes,
    },
};
use ratusha_templates::{
    FeedLink, Ui,
    parts::{Card, Link},
};
use ratusha_tenants::{policy, roles, web::Page};

/// The doors of this page.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/", show)
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    ui: Ui,
    tasks: Vec<Card>,
    duties: Vec<Duty>,
    desk: Vec<Link>,
    sections: Vec<Section>,
    about: String,
    about_key: &'static str,
}

/// `GET /`: what one can do here, what waits for whoever is signed in, and what is new.
async fn show(page: Page, headers: HeaderMap) -> AppResult<Response> {
    if negotiate::wanted(&headers) == Wanted::Activity {
        return Ok(Redirect::to(&page.tenant.actor_id()).into_response());
    }
    let modules = page.ctx.service::<Modules>()?;
    let duties = if page.who.signed_in() { modules.duties(&page.ctx, &page).await? } else { Vec::new() };
    let sections = modules.cabinet_sections(&page.ctx, &page).await?;
    let (lead_key, about_key) =
        if page.tenant.is_hub() { ("node-home-lead-hub", "node-home-about-hub") } else { ("node-home-lead", "node-home-about") };
    let mut ui = page.ui().titled(page.tenant.name(page.lang)).lead(page.t(lead_key));
    ui.breadcrumbs.clear();
    ui.alternate = Some(page.tenant.actor_id());
    ui.creator = Some(page.tenant.address());
    ui.feeds = feeds(&page);
    let (tasks, desk) = (tasks(&page), desk(&page));
    let about = page.tenant.about(page.lang).to_owned();
    Ok(ratusha_templates::page(StatusCode::OK, &Home { ui, tasks, duties, desk, sections, about, about_key }))
}

/// The answers to "what can I do here", five to seven of them.
fn tasks(page: &Page) -> Vec<Card> {
    let task = |label: &str, hint: &str, path: &str| Card {
        title: page.t(label),
        url: page.lang.path(path),
        text: page.t(hint),
        ..Card::default()
    };
    let mut tasks = vec![
        task("node-task-practices", "node-task-practices-hint", "/practices"),
        task("node-task-map", "node-task-map-hint", "/practices/map"),
        task("node-task-classifier", "node-task-classifier-hint", "/classifier"),
        task("node-task-criteria", "node-task-criteria-hint", "/practices/criteria"),
        task("node-task-territory", "node-task-territory-hint", "/t"),
    ];
    if !page.who.signed_in() {
        tasks.push(task("node-task-register", "node-task-register-hint", "/register"));
    }
    tasks
}

/// Where those who work here go every day; empty for everybody else.
fn desk(page: &Page) -> Vec<Link> {
    let who = &page.who;
    let writes = who.has_any(&[roles::EDITOR, roles::ADMIN]);
    let curates = page.tenant.is_hub() && who.has_any(&[roles::CURATOR, roles::ADMIN]);
    [
        (writes && !page.tenant.is_hub(), "node-desk-practices", "/practices/mine"),
        (writes && !page.tenant.is_hub(), "node-desk-new", "/practices/new"),
        (curates, "node-desk-queue", "/curation"),
        (classifier::policy::propose(who).allowed(), "node-desk-proposals", "/classifier/proposals"),
        (discussion::policy::moderate(who).allowed(), "node-desk-discussion", "/discussion"),
        (policy::administer(who).allowed(), "node-desk-admin", "/admin"),
        (policy::run_node(who).allowed(), "node-desk-node", "/node"),
    ]
    .into_iter()
    .filter(|(show, ..)| *show)
    .map(|(_, key, path)| Link::new(page.t(key), path))
    .collect()
}

fn feeds(page: &Page) -> Vec<FeedLink> {
    let name = page.tenant.name(page.lang);
    vec![
        FeedLink { title: format!("{name} (Atom)"), media_type: "application/atom+xml", url: page.lang.path("/feed.atom") },
        FeedLink { title: format!("{name} (JSON Feed)"), media_type: "application/feed+json", url: page.lang.path("/feed.json") },
    ]
}
