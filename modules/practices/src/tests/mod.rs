//! Stories of the depository, told on a node in memory.

mod ap;
mod cost;
mod curation;
mod import;
mod life;
mod model;
mod policy;
mod seeds;
mod store;
mod web;

use std::sync::Arc;

use ratusha_content::testkit::TestApp;
use ratusha_tenants::Principal;

use crate::{
    Practices,
    model::{Card, Practice},
    seeds::samples,
    service::{self, Draft},
};

/// A community called Lviv with this module.
async fn city() -> TestApp {
    TestApp::new(vec![Arc::new(Practices)]).await
}

/// The national hub with this module.
async fn hub() -> TestApp {
    TestApp::hub(vec![Arc::new(Practices)]).await
}

/// A card that meets every public criterion.
fn card(title: &str) -> Card {
    let sample = samples().swap_remove(0).card;
    Card { title: title.to_owned(), ..sample }
}

async fn drafted(app: &TestApp, who: &Principal, card: Card) -> Practice {
    let mut uow = app.begin().await;
    let practice = service::draft(&mut uow, who, Draft { card, ..Draft::default() }).await.unwrap();
    uow.commit().await.unwrap();
    practice
}

async fn published(app: &TestApp, title: &str) -> Practice {
    let who = app.system();
    let practice = drafted(app, &who, card(title)).await;
    let mut uow = app.begin().await;
    let practice = service::submit(&mut uow, &who, &practice.id, practice.version).await.unwrap();
    let practice = service::publish(&mut uow, &who, &practice.id, practice.version).await.unwrap();
    uow.commit().await.unwrap();
    practice
}

/// The practice as it stands now.
async fn now(app: &TestApp, practice: &Practice) -> Practice {
    let mut conn = app.ctx.db().read().await.unwrap();
    crate::store::find_practice(&mut conn, &app.tenant().id, &practice.id).await.unwrap().unwrap()
}

/// Everything public that `actor` has sent and that was not erased since, the oldest first.
async fn sent_by(app: &TestApp, actor: &str) -> Vec<serde_json::Value> {
    let mut conn = app.ctx.db().read().await.unwrap();
    let rows = ratusha_federation::log_page(&mut conn, &app.tenant().id, actor, None, 1_000).await.unwrap();
    rows.iter().rev().filter(|row| !row.bytes.is_empty()).map(|row| serde_json::from_slice(&row.bytes).unwrap()).collect()
}

fn path(practice: &Practice) -> String {
    format!("/practices/{}", practice.id)
}
