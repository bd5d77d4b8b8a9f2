//! What the module shows on the front page, and what waits for whoever is signed in.

use ratusha_content::{Duty, Section, index};
use ratusha_platform::{AppResult, Ctx};
use ratusha_templates::{Html, Ui, parts::Stat};
use ratusha_tenants::Page;

use super::list::cards;
use crate::{model::State, policy, service};

/// Practices on the front page.
const NEWEST: usize = 6;

/// The newest practices as cards, with the way to all of them.
///
/// # Errors
/// Internal, from the database.
pub async fn home_sections(ctx: &Ctx, page: &Page) -> AppResult<Vec<Section>> {
    let mut conn = ctx.db().read().await?;
    let found = index::search(&mut conn, page.tenant_id(), &index::Query::of_module(crate::NAME), NEWEST).await?;
    let ui = page.ui();
    let html = if found.items.is_empty() {
        ui.empty(page.t("practices-empty-title"), page.t("practices-empty-text"), None)
    } else {
        let stats = if page.tenant.is_hub() { numbers(ctx, page, &ui).await? } else { Html::default() };
        let cards = cards(&mut conn, page, &ui, &found.items).await?;
        let all = ui.button_link("practices-all", "secondary", "/practices");
        Html::trusted(format!("{stats}{}<p>{all}</p>", ui.cards_at(&cards, 3)))
    };
    let key = if page.tenant.is_hub() { "practices-home-hub" } else { "practices-home" };
    Ok(vec![Section { title: page.t(key), order: 10, html }])
}

/// The depository in three numbers, each leading to what it counts.
async fn numbers(ctx: &Ctx, page: &Page, ui: &Ui) -> AppResult<Html> {
    let counts = index::counts_cached(ctx, page.tenant_id(), &index::Query::of_module(crate::NAME)).await?;
    let stat =
        |key: &str, n: usize, path: &str| Stat { value: ui.number(n), label: page.ta(key, &[("n", n.into())]), url: Some(path.to_owned()) };
    let total = usize::try_from(counts.total).unwrap_or(0);
    Ok(ui.stats(&[
        stat("practices-stat-all", total, "/practices"),
        stat("practices-stat-regions", counts.values(index::model::OBLAST).count(), "/practices/map"),
        stat("practices-stat-topics", counts.values(index::model::CONCEPT).count(), "/classifier"),
    ]))
}

/// What waits for those who write, and for the hub's curators.
///
/// # Errors
/// Internal, from the database.
pub async fn duties(ctx: &Ctx, page: &Page) -> AppResult<Vec<Duty>> {
    let mut duties = Vec::new();
    let mut conn = ctx.db().read().await?;
    if policy::draft(&page.who).allowed() {
        let (states, due) = service::overview(ctx, &mut conn, page.tenant_id()).await?;
        let of = |state: State| states.iter().find(|(s, _)| *s == state).map_or(0, |s| s.1);
        for (key, count, path) in [
            ("practices-duty-validate", of(State::Proposed), "/practices/mine?state=proposed"),
            ("practices-duty-update", of(State::NeedsUpdate), "/practices/mine?state=needs-update"),
            ("practices-duty-confirm", due, "/practices/mine?state=due"),
        ] {
            if count > 0 {
                duties.push(Duty { text: page.ta(key, &[("n", count.into())]), path: path.to_owned(), count, due: None });
            }
        }
    }
    if page.tenant.is_hub() && policy::curate(&page.who).allowed() {
        let counts = service::counts(&mut conn, page.tenant_id()).await?;
        let count: i64 = counts.iter().filter(|(state, _)| state.is_queued()).map(|c| c.1).sum();
        if count > 0 {
            duties.push(Duty {
                text: page.ta("practices-duty-curate", &[("n", count.into())]),
                path: "/curation".to_owned(),
                count,
                due: None,
            });
        }
    }
    Ok(duties)
}
