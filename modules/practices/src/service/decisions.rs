//! At the author's node: what the hub's desk decided about a practice of ours.

use ratusha_content::index;
use ratusha_federation::{Outcome, Received};
use ratusha_platform::{AppResult, Uow};
use ratusha_tenants::audit::Audit;
use serde_json::json;

use super::{draft::tell_of_change, hub, save, tenant};
use crate::{
    ap::{self, Verdict},
    model::{Decision, Evidence, State},
    store,
};

/// Takes a decision in, from the hub's own desk only.
///
/// # Errors
/// Internal, from the database.
pub async fn receive_decision(uow: &mut Uow, r: &Received, practice: &str, verdict: Verdict) -> AppResult<Outcome> {
    let tenant = tenant(uow)?;
    let Some(id) = ap::own_practice(&tenant, practice) else { return Ok(Outcome::Ignored("not a practice of ours")) };
    match hub::desk(uow.conn(), &tenant).await? {
        Some((desk, _)) if desk.actor == r.actor.id => {}
        _ => return Ok(Outcome::Ignored("not our hub's desk")),
    }
    let Some(mut known) = store::find_practice(uow.conn(), &tenant.id, &id).await? else { return Ok(Outcome::Ignored("never heard of")) };
    if known.state == State::Deleted {
        return Ok(Outcome::Ignored("deleted"));
    }
    let received_at = r.received_at;
    let vouched = verdict.evidence.filter(|level| *level >= Evidence::E2);
    let decision = Decision {
        decision: verdict.decision,
        class: verdict.class,
        note: verdict.note,
        actor: r.actor.id.clone(),
        decided_at: verdict.decided_at,
    };
    if !store::insert_decision(uow.conn(), &tenant.id, &id, &r.id, &decision, received_at).await? {
        return Ok(Outcome::Done);
    }
    uow.audit("practices.decided_by_hub", id.as_str(), json!({"decision": decision.decision, "class": decision.class, "activity": r.id}))
        .await?;
    if let Some(level) = vouched.filter(|level| *level != known.evidence && known.state.is_editable()) {
        // The card stays its community's: its own node takes the curator's word over and tells everybody.
        known.evidence = level;
        known.evidence_note = decision.note;
        save(uow, &mut known).await?;
        uow.audit("practices.evidence", id.as_str(), json!({"after": level.as_str(), "by_hub": true})).await?;
        if known.state == State::Validated {
            tell_of_change(uow, &mut known).await?;
        }
    }
    index::bump(uow).await?;
    Ok(Outcome::Done)
}
