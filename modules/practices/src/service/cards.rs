//! Cards of many things at once, for exports: own practices and the hub's copies alike.

use ratusha_platform::{AppResult, Conn, TenantId};

use crate::{
    model::{Card, Evidence, PracticeId},
    store,
};

/// A card with what an export says beside it.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its id on this tenant.
    pub id: PracticeId,
    /// The card.
    pub card: Card,
    /// How well it is proven.
    pub evidence: Evidence,
    /// For a copy: its page at home and its community's name.
    pub remote: Option<(String, String)>,
}

/// The cards of `ids`, in no order; three statements whatever their number.
///
/// The ids must come from a search of public entries: no rights are asked here.
///
/// # Errors
/// Internal, from the database.
pub async fn cards(conn: &mut Conn, tenant: &TenantId, ids: &[String]) -> AppResult<Vec<Told>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut told: Vec<Told> = store::list_practices(conn, tenant, ids)
        .await?
        .into_iter()
        .map(|p| Told { id: p.id, card: p.card, evidence: p.evidence, remote: None })
        .collect();
    if told.len() == ids.len() {
        return Ok(told);
    }
    let rows = store::list_curations(conn, tenant, ids).await?;
    let addresses: Vec<String> = rows.iter().map(|row| row.ap_id.clone()).collect();
    let mut remotes = store::list_remotes(conn, &addresses).await?;
    for row in rows {
        if let Some(place) = remotes.iter().position(|r| r.ap_id == row.ap_id) {
            let remote = remotes.swap_remove(place);
            told.push(Told { id: row.id, card: remote.card, evidence: remote.evidence, remote: Some((remote.url, remote.actor_name)) });
        }
    }
    Ok(told)
}
