//! At the hub: the curators' queue, and what they decide.

use ratusha_federation::{Audience, Emit};
use ratusha_platform::{
    AppError, AppResult, Conn, TenantId, Uow,
    http::cursor::{Cursor, Page},
    text,
};
use ratusha_tenants::{Principal, Tenant, audit::Audit};
use serde_json::json;

use super::{
    admitted,
    hub::DESK,
    import_remote::{class_url, inbox_of, note_step, public, put_copy, take_back},
    scheme, tenant, unlist,
};
use crate::{
    ap::{self, Verdict},
    error,
    model::{Curation, CurationRow, CurationStep, Evidence, PracticeId, Remote, State},
    policy, store,
};

/// Longest remark, in characters.
const NOTE_MAX: usize = 2_000;

/// The word for a level vouched for, in the history.
pub(super) const VOUCHED: &str = "vouched";

/// What a curator decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Into the national depository, under this class.
    Accept {
        /// Notation of the class.
        class: String,
    },
    /// Back to the community, with remarks.
    Return,
    /// Refused, with a reason.
    Decline,
}

impl Choice {
    fn word(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accepted",
            Self::Return => "returned",
            Self::Decline => "declined",
        }
    }

    fn state(&self) -> Curation {
        match self {
            Self::Accept { .. } => Curation::Accepted,
            Self::Return => Curation::Returned,
            Self::Decline => Curation::Declined,
        }
    }
}

/// A page of the queue.
pub type Queue = Page<CurationRow>;

/// Remote practices in one of `states`, those that came first on top.
///
/// # Errors
/// 401 or 403 without the right.
pub async fn queue(
    conn: &mut Conn,
    tenant: &TenantId,
    who: &Principal,
    states: &[Curation],
    cursor: Option<Cursor>,
    limit: usize,
) -> AppResult<Queue> {
    policy::curate(who).require()?;
    let more = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let rows = store::list_queue(conn, tenant, states, cursor.map(|c| (c.key, c.id)), more).await?;
    Ok(Page::cut(rows, limit, |row| Cursor { key: row.queued_at.0, id: row.id.to_string() }))
}

/// How many there are in each state.
///
/// # Errors
/// Internal, from the database.
pub async fn counts(conn: &mut Conn, tenant: &TenantId) -> AppResult<Vec<(Curation, i64)>> {
    let counted = store::count_curations(conn, tenant).await?;
    Ok(Curation::ALL.iter().map(|state| (*state, counted.iter().find(|(name, _)| name == state.as_str()).map_or(0, |c| c.1))).collect())
}

/// One remote practice with its curation and history, for a curator.
///
/// # Errors
/// 401 or 403 without the right, 404 for none.
pub async fn curation(
    conn: &mut Conn,
    tenant: &TenantId,
    who: &Principal,
    id: &PracticeId,
) -> AppResult<(CurationRow, Remote, Vec<CurationStep>)> {
    policy::curate(who).require()?;
    let row = store::find_curation(conn, tenant, id).await?.ok_or_else(AppError::not_found)?;
    let remote = store::find_remote(conn, &row.ap_id).await?.ok_or_else(AppError::not_found)?;
    let steps = store::list_steps(conn, tenant, id).await?;
    Ok((row, remote, steps))
}

/// Decides on a remote practice; its community hears of it, and the public of what is accepted or withdrawn.
///
/// # Errors
/// 401 or 403 without the right, 404 for none or where there is no hub, 409 when somebody else decided or it was
/// deleted meanwhile, 422 without a class or without remarks.
pub async fn decide(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64, choice: &Choice, note: &str) -> AppResult<CurationRow> {
    policy::curate(who).require()?;
    let tenant = tenant(uow)?;
    if !tenant.is_hub() {
        return Err(error::not_a_hub());
    }
    let mut row = store::find_curation(uow.conn(), &tenant.id, id).await?.ok_or_else(AppError::not_found)?;
    let remote = store::find_remote(uow.conn(), &row.ap_id).await?.ok_or_else(AppError::not_found)?;
    if row.version != version {
        return Err(error::stale());
    }
    if row.state == Curation::Withdrawn {
        return Err(error::not_now());
    }
    let note = text::truncate_chars(&text::clean_text(note), NOTE_MAX);
    let mut class = String::new();
    match choice {
        Choice::Accept { class: chosen } => {
            if !scheme(uow.conn(), &tenant.id).await?.exists(chosen) {
                return Err(error::wrong("class", "practices-field-class-missing"));
            }
            class.clone_from(chosen);
        }
        Choice::Return | Choice::Decline if note.is_empty() => return Err(error::wrong("note", "practices-field-note-missing")),
        Choice::Return | Choice::Decline => {}
    }
    let now = uow.now();
    let verdict = Verdict { decision: choice.word().to_owned(), class: class.clone(), note: note.clone(), decided_at: now, evidence: None };
    match choice {
        Choice::Accept { .. } => accept(uow, &tenant, &mut row, &remote, &verdict).await?,
        Choice::Return | Choice::Decline => {
            take_back(uow, &tenant, &mut row, &remote, &note).await?;
            let activity = match choice {
                Choice::Return => ap::tentative_accept(&remote.actor, &remote.ap_id, &verdict),
                _ => ap::reject(&remote.actor, &remote.ap_id, &verdict),
            };
            tell_community(uow, &tenant, &remote, activity).await?;
        }
    }
    row.state = choice.state();
    row.class = class;
    row.note = note;
    row.curator = who.by().to_owned();
    row.seen_number = remote.number;
    row.decided_at = Some(now);
    let expected = row.version;
    row.version += 1;
    if !store::update_curation(uow.conn(), &tenant.id, &row, expected).await? {
        return Err(error::stale());
    }
    note_step(uow, id, who.by(), choice.word(), &row.class, &row.note).await?;
    uow.audit("practices.curate", id.as_str(), json!({"decision": choice.word(), "class": row.class, "number": remote.number})).await?;
    if row.state.is_listed() {
        match admitted(uow.conn(), &tenant.id, &remote.host).await? {
            Some(community) => put_copy(uow, &tenant, &row, &remote, &community).await?,
            None => return Err(AppError::new(ratusha_platform::Kind::Conflict, "practices.not_admitted")),
        }
    } else {
        unlist(uow, id).await?;
    }
    Ok(row)
}

async fn accept(uow: &mut Uow, tenant: &Tenant, row: &mut CurationRow, remote: &Remote, verdict: &Verdict) -> AppResult<()> {
    let desk = tenant.desk_id(DESK);
    if row.announce.is_some() {
        // Followers have it already; the community alone hears that the change is fine.
        tell_community(uow, tenant, remote, ap::accept(&remote.actor, &remote.ap_id, verdict)).await?;
    } else {
        let audience = public(uow, &desk, &remote.actor).await?;
        row.announce = Some(uow.emit(&desk, ap::announce(&desk, &remote.actor, &remote.ap_id, verdict), Some(&remote.ap_id), audience));
    }
    if row.add_activity.is_some() && row.class == verdict.class {
        return Ok(());
    }
    if row.add_activity.is_some() {
        let moved = Verdict { decision: "withdrawn".to_owned(), class: row.class.clone(), ..verdict.clone() };
        let activity = ap::remove(&desk, &remote.actor, &remote.ap_id, &class_url(tenant, &row.class), &moved);
        // The community is not told of the old place's end, which would read as a withdrawal.
        uow.emit(&desk, activity, Some(&remote.ap_id), Audience::public(&desk, Vec::new()));
    }
    let audience = public(uow, &desk, &remote.actor).await?;
    let activity = ap::add(&desk, &remote.actor, &remote.ap_id, &class_url(tenant, &verdict.class), verdict);
    row.add_activity = Some(uow.emit(&desk, activity, Some(&remote.ap_id), audience));
    Ok(())
}

/// Tells the community alone, in a log that nobody else reads.
async fn tell_community(uow: &mut Uow, tenant: &Tenant, remote: &Remote, activity: serde_json::Value) -> AppResult<()> {
    let desk = tenant.desk_id(DESK);
    if let Some(inbox) = inbox_of(uow, &remote.actor).await? {
        uow.emit(&desk, activity, Some(&remote.ap_id), Audience::only(inbox));
    }
    Ok(())
}

/// A curator vouches for the level of evidence of a listed practice; the community hears of it and takes it over.
///
/// # Errors
/// 401 or 403 without the right, 404 for none or where there is no hub, 409 when it is not listed or somebody else was
/// faster, 422 without a note or for a level that is the community's own word.
pub async fn vouch(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64, level: Evidence, note: &str) -> AppResult<CurationRow> {
    policy::curate(who).require()?;
    policy::evidence(who, State::Validated, level).require()?;
    let tenant = tenant(uow)?;
    if !tenant.is_hub() {
        return Err(error::not_a_hub());
    }
    let mut row = store::find_curation(uow.conn(), &tenant.id, id).await?.ok_or_else(AppError::not_found)?;
    let mut remote = store::find_remote(uow.conn(), &row.ap_id).await?.ok_or_else(AppError::not_found)?;
    if row.version != version {
        return Err(error::stale());
    }
    if !row.state.is_listed() {
        return Err(error::not_now());
    }
    if level < Evidence::E2 {
        return Err(error::wrong("level", "practices-field-missing"));
    }
    let note = text::truncate_chars(&text::clean_text(note), NOTE_MAX);
    if note.is_empty() {
        return Err(error::wrong("note", "practices-field-evidence-note-missing"));
    }
    let now = uow.now();
    remote.evidence = level;
    store::upsert_remote(uow.conn(), &remote, now).await?;
    let expected = row.version;
    row.version += 1;
    if !store::update_curation(uow.conn(), &tenant.id, &row, expected).await? {
        return Err(error::stale());
    }
    note_step(uow, id, who.by(), VOUCHED, level.as_str(), &note).await?;
    uow.audit("practices.vouch", id.as_str(), json!({"level": level.as_str(), "number": remote.number})).await?;
    let verdict = Verdict { decision: "accepted".to_owned(), class: row.class.clone(), note, decided_at: now, evidence: Some(level) };
    tell_community(uow, &tenant, &remote, ap::accept(&remote.actor, &remote.ap_id, &verdict)).await?;
    if let Some(community) = admitted(uow.conn(), &tenant.id, &remote.host).await? {
        put_copy(uow, &tenant, &row, &remote, &community).await?;
    }
    Ok(row)
}
