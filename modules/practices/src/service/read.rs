//! Reading: a card for people, its versions, and the documents for other servers.

use ratusha_content::classifier;
use ratusha_federation::{Delivery, delivery, wire};
use ratusha_platform::{
    AppError, AppResult, Conn, Ctx, TenantId,
    http::cursor::{Cursor, Page},
};
use ratusha_tenants::{Principal, Tenant};
use serde_json::{Value, json};

use super::{get, scheme, written};
use crate::{
    ap::{self, Document},
    error,
    model::{Card, Curation, CurationRow, Decision, Practice, PracticeId, Remote, Revision, State},
    policy, store,
};

/// Most versions that a page lists.
const VERSIONS_MAX: i64 = 200;

/// What stands under the address of a practice.
#[derive(Debug, Clone)]
pub enum Shown {
    /// A practice of this community.
    Own {
        /// The practice.
        practice: Box<Practice>,
        /// What the hub decided, the newest first, each decision once; the public sees acceptances that hold, writers see all.
        decisions: Vec<Decision>,
        /// What became of its last activity; for those who write only.
        delivery: Option<Delivery>,
    },
    /// At the hub: a practice of another community.
    Copy {
        /// What the curators think of it.
        row: Box<CurationRow>,
        /// The practice.
        remote: Box<Remote>,
    },
}

impl Shown {
    /// The card.
    #[must_use]
    pub fn card(&self) -> &Card {
        match self {
            Self::Own { practice, .. } => &practice.card,
            Self::Copy { remote, .. } => &remote.card,
        }
    }
}

/// The hub's word for a practice that stands in the national depository.
const ACCEPTED: &str = "accepted";

/// What stands under `id`, for the eyes of `who`.
///
/// # Errors
/// 404 for none and for what one may not know of, 410 for what was public and deleted.
pub async fn shown(ctx: &Ctx, conn: &mut Conn, tenant: &Tenant, who: &Principal, id: &PracticeId) -> AppResult<Shown> {
    if store::find_practice(conn, &tenant.id, id).await?.is_some() {
        let practice = get(conn, &tenant.id, who, id).await?;
        let mut decisions = store::list_decisions(conn, &tenant.id, id).await?;
        decisions.dedup_by(|a, b| a.decision == b.decision && a.decided_at == b.decided_at);
        let writes = policy::draft(who).allowed();
        let mut told = None;
        if writes && let Some(activity) = &practice.activity {
            told = Some(delivery(conn, ctx, &tenant.id, activity).await?);
        }
        if !writes {
            // Remarks and refusals were sent to the community alone; the public knows what stands in the depository.
            let stands = decisions.first().is_some_and(|d| d.decision == ACCEPTED);
            decisions.retain(|d| stands && d.decision == ACCEPTED);
        }
        return Ok(Shown::Own { practice: Box::new(practice), decisions, delivery: told });
    }
    let row = store::find_curation(conn, &tenant.id, id).await?.ok_or_else(AppError::not_found)?;
    policy::read_copy(who, row.state).require()?;
    if row.state == Curation::Withdrawn {
        // Only what stood in the depository is known to have existed.
        return Err(if row.seen_number > 0 { error::deleted() } else { AppError::not_found() });
    }
    let remote = store::find_remote(conn, &row.ap_id).await?.ok_or_else(AppError::not_found)?;
    Ok(Shown::Copy { row: Box::new(row), remote: Box::new(remote) })
}

/// The versions of a card that `who` may read, the newest first.
///
/// # Errors
/// As [`get`].
pub async fn versions(conn: &mut Conn, tenant: &TenantId, who: &Principal, id: &PracticeId) -> AppResult<(Practice, Vec<Revision>)> {
    let practice = get(conn, tenant, who, id).await?;
    let public_only = !policy::draft(who).allowed();
    let versions = store::list_revisions(conn, tenant, id, public_only, VERSIONS_MAX).await?;
    Ok((practice, versions))
}

/// One version of a card.
///
/// # Errors
/// As [`get`], and 404 for a version that there is not or that was never public.
pub async fn version(conn: &mut Conn, tenant: &TenantId, who: &Principal, id: &PracticeId, number: i64) -> AppResult<(Practice, Revision)> {
    let practice = get(conn, tenant, who, id).await?;
    let revision = store::find_revision(conn, tenant, id, number).await?.ok_or_else(AppError::not_found)?;
    if !revision.published && !policy::draft(who).allowed() {
        return Err(AppError::not_found());
    }
    Ok((practice, revision))
}

/// Practices of the community in one of `states`, the last changed first; `own` leaves those of others out.
///
/// # Errors
/// 401 or 403 without the right to write.
pub async fn mine(
    conn: &mut Conn,
    tenant: &TenantId,
    who: &Principal,
    states: &[State],
    own: bool,
    cursor: Option<Cursor>,
    limit: usize,
) -> AppResult<Page<Practice>> {
    policy::draft(who).require()?;
    let more = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let author = own.then(|| who.by());
    let rows = store::list_by_state(conn, tenant, states, author, cursor.map(|c| (c.key, c.id)), more).await?;
    Ok(Page::cut(rows, limit, |p| Cursor { key: p.updated_at.0, id: p.id.to_string() }))
}

/// How many practices of the community there are in each state, and how many wait for their confirmation.
///
/// # Errors
/// Internal, from the database.
pub async fn overview(ctx: &Ctx, conn: &mut Conn, tenant: &TenantId) -> AppResult<(Vec<(State, i64)>, i64)> {
    let counted = store::count_states(conn, tenant).await?;
    let of = |state: State| counted.iter().find(|(name, _)| name == state.as_str()).map_or(0, |c| c.1);
    let due = store::count_due(conn, tenant, ctx.now()).await?;
    Ok((State::ALL.iter().map(|state| (*state, of(*state))).collect(), due))
}

/// The public practice `id`, or 404 whoever asks: other servers are strangers.
async fn public(conn: &mut Conn, tenant: &Tenant, id: &PracticeId) -> AppResult<Practice> {
    get(conn, &tenant.id, &Principal::anonymous(&tenant.id), id).await
}

/// The Article as other servers fetch it.
///
/// # Errors
/// 404 for what is not public, 410 for what was deleted.
pub async fn article(ctx: &Ctx, conn: &mut Conn, tenant: &Tenant, id: &PracticeId) -> AppResult<Value> {
    let practice = public(conn, tenant, id).await?;
    let article = written(ctx, conn, tenant, &practice, None).await?;
    Ok(with_context(article))
}

fn with_context(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(wire::context::with_context(map)),
        other => other,
    }
}

/// What stands at the address of a practice that was public and was deleted.
///
/// # Errors
/// 404 for every other practice.
pub async fn tombstone(conn: &mut Conn, tenant: &Tenant, id: &PracticeId) -> AppResult<Value> {
    let found = store::find_practice(conn, &tenant.id, id).await?;
    let gone = found.filter(|p| p.state == State::Deleted && p.published_at.is_some()).ok_or_else(AppError::not_found)?;
    Ok(with_context(ap::tombstone(tenant, id, gone.updated_at)))
}

/// One public version under its own address.
///
/// # Errors
/// 404 for what is not public, 410 for what was deleted.
pub async fn revision_document(ctx: &Ctx, conn: &mut Conn, tenant: &Tenant, id: &PracticeId, number: i64) -> AppResult<Value> {
    let practice = public(conn, tenant, id).await?;
    let revision = store::find_revision(conn, &tenant.id, id, number).await?.filter(|r| r.published).ok_or_else(AppError::not_found)?;
    let scheme = scheme(conn, &tenant.id).await?;
    let class_base = classifier::base_url(ctx, tenant);
    let published_at = practice.published_at.unwrap_or(practice.created_at);
    let document = Document {
        tenant,
        id,
        card: &revision.card,
        revision: revision.number,
        state: State::Validated,
        evidence: practice.evidence,
        review_due: None,
        published_at,
        updated_at: revision.saved_at,
        attachments: &[],
        scheme: &scheme,
        class_base: &class_base,
        desk: None,
    };
    Ok(document.revision())
}

/// The collection of public versions, the newest first.
///
/// # Errors
/// 404 for what is not public, 410 for what was deleted.
pub async fn history(conn: &mut Conn, tenant: &Tenant, id: &PracticeId) -> AppResult<Value> {
    public(conn, tenant, id).await?;
    let versions = store::list_revisions(conn, &tenant.id, id, true, VERSIONS_MAX).await?;
    let ap_id = tenant.ap_url(&ap::practice_path(id));
    let items: Vec<String> = versions.iter().map(|r| format!("{ap_id}/rev/{}", r.number)).collect();
    Ok(with_context(json!({
        "id": format!("{ap_id}/history"),
        "type": "OrderedCollection",
        "attributedTo": tenant.actor_id(),
        "totalItems": items.len(),
        "orderedItems": items,
    })))
}
