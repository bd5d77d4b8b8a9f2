//! The life of a practice after it was written: handed in, sent back, published, confirmed, archived, deleted.

use ratusha_content::files;
use ratusha_federation::outbox;
use ratusha_platform::{AppResult, FieldError, Uow, text};
use ratusha_tenants::{Principal, Tenant, audit::Audit};
use serde_json::json;

use super::{announce_change, draft::tell_of_change, get_for_change, hub, put_into_index, save, tell, tenant, unlist};
use crate::{
    ap, error,
    jobs::{OfferToHub, ReviewDue},
    model::{Card, Evidence, Practice, PracticeId, REVIEW, State, Step},
    policy, store,
};

/// Longest remark or note, in characters.
const NOTE_MAX: usize = 2_000;

fn clean(note: &str) -> String {
    text::truncate_chars(&text::clean_text(note), NOTE_MAX)
}

/// Loads the practice in the form's version and finds where `step` leads.
async fn begin(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64, step: Step) -> AppResult<(Practice, State)> {
    let practice = get_for_change(uow, who, id, version, |p| policy::step(who, p.state, step)).await?;
    let next = practice.state.after(step).ok_or_else(error::not_now)?;
    Ok((practice, next))
}

/// Hands a draft in for validation.
///
/// # Errors
/// 404, 401, 403, 409 as every step; 422 when the public criteria are not met yet.
pub async fn submit(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64) -> AppResult<Practice> {
    let (mut practice, next) = begin(uow, who, id, version, Step::Submit).await?;
    require_ready(&*tenant(uow)?, &practice)?;
    practice.state = next;
    practice.remarks.clear();
    save(uow, &mut practice).await?;
    uow.audit("practices.submit", id.as_str(), json!({"revision": practice.revision})).await?;
    Ok(practice)
}

/// The public criteria, and a place: the hub itself is none.
fn require_ready(tenant: &Tenant, practice: &Practice) -> AppResult<()> {
    let mut errors = practice.card.check_public();
    if tenant.katottg.is_none() && practice.card.territories.is_empty() {
        errors.push(FieldError::new("territories", "practices-field-missing"));
    }
    if errors.is_empty() { Ok(()) } else { Err(error::not_ready(errors)) }
}

/// Sends a practice back to its author with remarks.
///
/// # Errors
/// As every step; 422 without remarks.
pub async fn send_back(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64, remarks: &str) -> AppResult<Practice> {
    let (mut practice, next) = begin(uow, who, id, version, Step::Return).await?;
    let remarks = clean(remarks);
    if remarks.is_empty() {
        return Err(error::wrong("remarks", "practices-field-remarks-missing"));
    }
    practice.state = next;
    practice.remarks = remarks;
    save(uow, &mut practice).await?;
    uow.audit("practices.return", id.as_str(), json!({"remarks": practice.remarks})).await?;
    Ok(practice)
}

/// Publishes a practice: it is found, followers get it, the hub's curators get it.
///
/// # Errors
/// As every step; 422 when the public criteria are not met.
pub async fn publish(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64) -> AppResult<Practice> {
    let (mut practice, next) = begin(uow, who, id, version, Step::Publish).await?;
    let tenant = tenant(uow)?;
    require_ready(&tenant, &practice)?;
    let now = uow.now();
    practice.state = next;
    practice.remarks.clear();
    practice.published_at = practice.published_at.or(Some(now));
    practice.review_due = Some(now.plus_days(REVIEW.0));
    practice.updated_at = now;
    practice.activity = Some(announce_change(uow, &tenant, &practice, true).await?);
    save(uow, &mut practice).await?;
    store::mark_published(uow.conn(), &tenant.id, id, practice.revision).await?;
    put_into_index(uow, &tenant, &practice).await?;
    plan_review(uow, &practice).await?;
    let ctx = uow.ctx().clone();
    if hub::is_hub_still_unknown(&ctx, uow.conn(), &tenant).await? {
        uow.enqueue(&OfferToHub { practice: id.to_string() }).await?;
    }
    uow.audit("practices.publish", id.as_str(), json!({"revision": practice.revision, "activity": practice.activity})).await?;
    Ok(practice)
}

/// Two looks at the card: when its confirmation is due, and when it counts as outdated.
async fn plan_review(uow: &mut Uow, practice: &Practice) -> AppResult<()> {
    if let Some(due) = practice.review_due {
        for at in [due, due.plus_days(REVIEW.1)] {
            uow.enqueue_at(&ReviewDue { practice: practice.id.to_string(), at: at.0 }, at).await?;
        }
    }
    Ok(())
}

/// The community confirms that the card still holds; the next confirmation is due a year from now.
///
/// # Errors
/// As every step; 409 for what is not public.
pub async fn confirm(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64) -> AppResult<Practice> {
    let mut practice = get_for_change(uow, who, id, version, |p| policy::confirm(who, p.state)).await?;
    if practice.state != State::Validated {
        return Err(error::not_now());
    }
    practice.review_due = Some(uow.now().plus_days(REVIEW.0));
    save(uow, &mut practice).await?;
    plan_review(uow, &practice).await?;
    uow.audit("practices.confirm", id.as_str(), json!({"due": practice.review_due.map(|at| at.to_date())})).await?;
    tell_of_change(uow, &mut practice).await?;
    Ok(practice)
}

/// Takes a practice out of the lists; its page stays.
///
/// # Errors
/// As every step.
pub async fn archive(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64) -> AppResult<Practice> {
    change_state(uow, who, id, version, Step::Archive, "practices.archive").await
}

/// Brings an archived practice back into the lists; the community confirms it by that.
///
/// # Errors
/// As every step.
pub async fn restore(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64) -> AppResult<Practice> {
    change_state(uow, who, id, version, Step::Restore, "practices.restore").await
}

async fn change_state(
    uow: &mut Uow,
    who: &Principal,
    id: &PracticeId,
    version: i64,
    step: Step,
    action: &'static str,
) -> AppResult<Practice> {
    let (mut practice, next) = begin(uow, who, id, version, step).await?;
    practice.state = next;
    if step == Step::Restore {
        practice.review_due = Some(uow.now().plus_days(REVIEW.0));
    }
    save(uow, &mut practice).await?;
    if step == Step::Restore {
        plan_review(uow, &practice).await?;
    }
    uow.audit(action, id.as_str(), json!({"revision": practice.revision})).await?;
    tell_of_change(uow, &mut practice).await?;
    Ok(practice)
}

/// Deletes a practice for good: its texts and files go, a tombstone stays where the public knew it.
///
/// # Errors
/// As every step.
pub async fn delete(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64) -> AppResult<()> {
    let (mut practice, next) = begin(uow, who, id, version, Step::Delete).await?;
    let was_public = practice.published_at.is_some();
    practice.state = next;
    practice.card = Card::default();
    practice.remarks.clear();
    practice.evidence_note.clear();
    let tenant = tenant(uow)?;
    if was_public {
        // What was sent of it stands in the public log too; its hashes stay, its words go.
        outbox::erase(uow, &tenant.ap_url(&ap::practice_path(id))).await?;
        let desk = hub::desk(uow.conn(), &tenant).await?;
        let activity = ap::delete(&tenant, id, desk.as_ref().map(|(desk, _)| desk), uow.now());
        practice.activity = Some(tell(uow, &tenant, id, activity).await?);
    }
    save(uow, &mut practice).await?;
    store::erase_revisions(uow.conn(), &tenant.id, id).await?;
    files::detach_all(uow, id.as_str()).await?;
    unlist(uow, id).await?;
    uow.audit("practices.delete", id.as_str(), json!({"public": was_public})).await
}

/// Sets the level of evidence, with a note on what it rests on.
///
/// # Errors
/// As every step; 422 without a note, or for E1 without a document.
pub async fn set_evidence(
    uow: &mut Uow,
    who: &Principal,
    id: &PracticeId,
    version: i64,
    level: Evidence,
    note: &str,
) -> AppResult<Practice> {
    let mut practice = get_for_change(uow, who, id, version, |p| policy::evidence(who, p.state, level.max(p.evidence))).await?;
    if !practice.state.is_editable() {
        return Err(error::not_now());
    }
    let note = clean(note);
    if note.is_empty() && level != Evidence::E0 {
        return Err(error::wrong("note", "practices-field-evidence-note-missing"));
    }
    let tenant = uow.tenant().clone();
    if level == Evidence::E1 && !files::list(uow.conn(), &tenant, id.as_str()).await?.iter().any(|file| !file.is_image()) {
        return Err(error::wrong("level", "practices-field-evidence-document-missing"));
    }
    let before = practice.evidence;
    practice.evidence = level;
    practice.evidence_note = note;
    save(uow, &mut practice).await?;
    uow.audit("practices.evidence", id.as_str(), json!({"before": before.as_str(), "after": level.as_str()})).await?;
    if practice.state == State::Validated {
        tell_of_change(uow, &mut practice).await?;
    }
    Ok(practice)
}
