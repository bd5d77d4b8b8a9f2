//! The one door for everything that happens to a practice, whoever knocks: page, inbox, file or command.

mod attach;
mod cards;
mod curate;
mod decisions;
mod draft;
mod hub;
mod import_remote;
mod listing;
mod publish;
mod read;
mod review;

use std::sync::Arc;

use ratusha_content::{
    classifier::{self, Scheme},
    files, index,
};
use ratusha_federation::{Audience, Emit, Stream};
use ratusha_platform::{AppError, AppResult, Conn, Ctx, TenantId, Uow};
use ratusha_tenants::{Decision, Principal, Tenant, Tenants};
use serde_json::Value;

use crate::{
    ap::{self, Document},
    error,
    model::{Practice, PracticeId, State},
    policy, store,
};

pub use attach::{attach, cover, detach};
pub use cards::{Told, cards};
pub use curate::{Choice, Queue, counts, curation, decide, queue, vouch};
pub use decisions::receive_decision;
pub use draft::{Draft, check, draft, edit, normalise, restore_version};
pub use hub::admitted;
pub(crate) use hub::is_hub_still_unknown;
pub use import_remote::{receive_article, receive_delete};
pub use listing::{COMMUNITY, EVIDENCE, LICENCE, STATUS, entry_of_copy, entry_of_practice};
pub use publish::{announce_change, put_into_index};
pub use read::{Shown, article, history, mine, overview, revision_document, shown, tombstone, version, versions};
pub use review::{archive, confirm, delete, publish, restore, send_back, set_evidence, submit};

/// The tenant of the unit of work.
pub(crate) fn tenant(uow: &Uow) -> AppResult<Arc<Tenant>> {
    uow.ctx().service::<Tenants>()?.get(uow.tenant())
}

/// The practice, if `who` may know of it: 404 otherwise, 410 for one that the public knew.
///
/// # Errors
/// As said, or internal from the database.
pub async fn get(conn: &mut Conn, tenant: &TenantId, who: &Principal, id: &PracticeId) -> AppResult<Practice> {
    let practice = store::find_practice(conn, tenant, id).await?.ok_or_else(AppError::not_found)?;
    if practice.state == State::Deleted {
        return Err(if practice.published_at.is_some() { error::deleted() } else { AppError::not_found() });
    }
    policy::read(who, practice.state).require()?;
    Ok(practice)
}

/// As [`get`], if the policy `may` allows it, and only in the version that the form was made from; who may not change
/// it is told so, whatever version they name.
async fn get_for_change(
    uow: &mut Uow,
    who: &Principal,
    id: &PracticeId,
    version: i64,
    may: impl FnOnce(&Practice) -> Decision,
) -> AppResult<Practice> {
    let tenant = uow.tenant().clone();
    let practice = get(uow.conn(), &tenant, who, id).await?;
    may(&practice).require()?;
    if practice.version == version { Ok(practice) } else { Err(error::stale()) }
}

/// Writes everything but the card, under the next version.
async fn save(uow: &mut Uow, practice: &mut Practice) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    let expected = practice.version;
    practice.version += 1;
    practice.updated_at = uow.now();
    if store::update_practice(uow.conn(), &tenant, practice, expected).await? { Ok(()) } else { Err(error::stale()) }
}

/// The classifier in force for `tenant`.
///
/// # Errors
/// Internal, from the database.
pub async fn scheme(conn: &mut Conn, tenant: &TenantId) -> AppResult<Arc<Scheme>> {
    classifier::current(conn, tenant).await
}

/// Which activity tells of a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    Create,
    Update,
}

/// The Article of `practice`, or the activity that carries it, as the fediverse gets it.
pub(crate) async fn written(
    ctx: &Ctx,
    conn: &mut Conn,
    tenant: &Tenant,
    practice: &Practice,
    telling: Option<Telling>,
) -> AppResult<Value> {
    let scheme = scheme(conn, &tenant.id).await?;
    let attachments = files::attachments(conn, &tenant.id, practice.id.as_str(), &tenant.base_url).await?;
    let desk = hub::desk(conn, tenant).await?;
    let class_base = classifier::base_url(ctx, tenant);
    let document = Document {
        tenant,
        id: &practice.id,
        card: &practice.card,
        revision: practice.revision,
        state: practice.state,
        evidence: practice.evidence,
        review_due: practice.review_due,
        published_at: practice.published_at.unwrap_or(practice.created_at),
        updated_at: practice.updated_at,
        attachments: &attachments,
        scheme: &scheme,
        class_base: &class_base,
        desk: desk.as_ref().map(|(desk, _)| desk),
    };
    Ok(match telling {
        None => document.article(),
        Some(Telling::Create) => ap::create(&document),
        Some(Telling::Update) => ap::update(&document),
    })
}

/// Sends `activity` about `practice` to the community's followers and to the hub's desk; returns its address.
async fn tell(uow: &mut Uow, tenant: &Tenant, id: &PracticeId, activity: Value) -> AppResult<String> {
    let desk = hub::desk(uow.conn(), tenant).await?;
    let actor = tenant.actor_id();
    let direct = desk.into_iter().map(|(_, inbox)| inbox).collect();
    let audience = Audience { followers_of: vec![actor.clone()], direct, stream: Stream::Public };
    let ap_id = tenant.ap_url(&ap::practice_path(id));
    Ok(uow.emit(&actor, activity, Some(&ap_id), audience))
}

/// Takes a practice or a copy out of all lists.
async fn unlist(uow: &mut Uow, id: &PracticeId) -> AppResult<()> {
    index::remove(uow, crate::NAME, id.as_str()).await
}
