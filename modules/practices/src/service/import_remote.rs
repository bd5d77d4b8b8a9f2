//! At the hub: a practice of an admitted community comes in, is changed or is deleted at its origin.

use ratusha_content::{files, index};
use ratusha_federation::{Audience, Emit, Inbox, Outcome, Received, Stream, find_remote_actor, wire};
use ratusha_platform::{AppResult, Uow};
use ratusha_tenants::{Tenant, audit::Audit, hub::Community};
use serde_json::json;

use super::{admitted, curate::VOUCHED, entry_of_copy, hub::DESK, scheme, tenant, unlist};
use crate::{
    ap::{self, Verdict},
    error,
    model::{Curation, CurationRow, CurationStep, Evidence, PracticeId, Remote, State},
    store,
};

/// Takes in a new or changed practice; only the hub does, and only from communities it admitted.
///
/// # Errors
/// Internal, from the database.
pub async fn receive_article(uow: &mut Uow, r: &Received) -> AppResult<Outcome> {
    let tenant = tenant(uow)?;
    if !tenant.is_hub() {
        return Ok(Outcome::Ignored("only the hub keeps practices of others"));
    }
    let article = match ap::read_article(r) {
        Ok(article) => article,
        Err(reason) => return Ok(Outcome::Ignored(reason)),
    };
    let Some(community) = admitted(uow.conn(), &tenant.id, &article.host).await?.filter(|c| c.actor_id == r.actor.id) else {
        return Ok(Outcome::Ignored("its community is not admitted"));
    };
    let known = store::find_remote(uow.conn(), &article.ap_id).await?;
    if known.as_ref().is_some_and(|k| k.deleted_at.is_some() || k.state == State::Deleted) {
        return Ok(Outcome::Ignored("deleted at its origin"));
    }
    if known.as_ref().is_some_and(|k| k.updated_at > article.updated_at) {
        return Ok(Outcome::Ignored("older than what is here"));
    }
    let evidence = article.evidence.min(vouched(uow, &tenant, &article.ap_id).await?);
    let card_changed = known.as_ref().is_none_or(|k| k.card != article.card);
    let remote = Remote {
        ap_id: article.ap_id,
        host: article.host,
        actor: r.actor.id.clone(),
        actor_name: r.actor.name.clone(),
        actor_handle: r.actor.handle(),
        url: article.url,
        replies: article.replies,
        state: article.state,
        evidence,
        number: known.as_ref().map_or(1, |k| if card_changed { k.number + 1 } else { k.number }),
        review_due: article.review_due,
        published_at: known.as_ref().map_or(article.published_at, |k| k.published_at),
        updated_at: article.updated_at,
        deleted_at: None,
        card: article.card,
    };
    let now = uow.now();
    store::upsert_remote(uow.conn(), &remote, now).await?;
    let curation = match store::find_curation_of(uow.conn(), &tenant.id, &remote.ap_id).await? {
        None => enqueue(uow, &tenant, &remote).await?,
        Some(curation) => requeue(uow, &tenant, curation, &remote, card_changed).await?,
    };
    files::set_remote(uow, curation.id.as_str(), &article.files).await?;
    put_copy(uow, &tenant, &curation, &remote, &community).await?;
    Ok(Outcome::Done)
}

/// The highest level that the hub shows: documents are the community's own word, more needs a curator's.
async fn vouched(uow: &mut Uow, tenant: &Tenant, ap_id: &str) -> AppResult<Evidence> {
    let Some(row) = store::find_curation_of(uow.conn(), &tenant.id, ap_id).await? else { return Ok(Evidence::E1) };
    let steps = store::list_steps(uow.conn(), &tenant.id, &row.id).await?;
    let last = steps.iter().rev().find(|step| step.decision == VOUCHED).and_then(|step| Evidence::parse(&step.class));
    Ok(last.unwrap_or(Evidence::E1))
}

async fn enqueue(uow: &mut Uow, tenant: &Tenant, remote: &Remote) -> AppResult<CurationRow> {
    let now = uow.now();
    let curation = CurationRow {
        id: PracticeId::new(uow.ctx().rng(), now),
        ap_id: remote.ap_id.clone(),
        state: Curation::Waiting,
        version: 1,
        title: remote.card.title.clone(),
        community: remote.actor_name.clone(),
        class: String::new(),
        note: String::new(),
        curator: String::new(),
        seen_number: 0,
        announce: None,
        add_activity: None,
        queued_at: now,
        decided_at: None,
    };
    store::insert_curation(uow.conn(), &tenant.id, &curation).await?;
    note_step(uow, &curation.id, &remote.actor, "received", "", "").await?;
    uow.audit("practices.received", curation.id.as_str(), json!({"ap_id": remote.ap_id})).await?;
    Ok(curation)
}

async fn requeue(uow: &mut Uow, tenant: &Tenant, mut curation: CurationRow, remote: &Remote, changed: bool) -> AppResult<CurationRow> {
    let expected = curation.version;
    curation.version += 1;
    curation.title.clone_from(&remote.card.title);
    curation.community.clone_from(&remote.actor_name);
    if changed {
        let next = curation.state.after_change();
        // What waits already keeps its place in the queue.
        if !curation.state.is_queued() && next.is_queued() {
            curation.queued_at = uow.now();
        }
        curation.state = next;
        note_step(uow, &curation.id, &remote.actor, "changed", "", "").await?;
        uow.audit("practices.changed_at_origin", curation.id.as_str(), json!({"number": remote.number, "state": next.as_str()})).await?;
    }
    if !store::update_curation(uow.conn(), &tenant.id, &curation, expected).await? {
        return Err(error::stale());
    }
    Ok(curation)
}

/// Adds a line to the history of a curation.
pub(super) async fn note_step(uow: &mut Uow, id: &PracticeId, by: &str, decision: &str, class: &str, note: &str) -> AppResult<()> {
    let (tenant, step_id, at) = (uow.tenant().clone(), uow.new_id(), uow.now());
    let step = CurationStep { at, done_by: by.to_owned(), decision: decision.to_owned(), class: class.to_owned(), note: note.to_owned() };
    Ok(store::insert_step(uow.conn(), &tenant, id, &step_id, &step).await?)
}

/// Puts the copy into the hub's index: found by everybody once accepted, known for its discussion before.
pub(super) async fn put_copy(
    uow: &mut Uow,
    tenant: &Tenant,
    curation: &CurationRow,
    remote: &Remote,
    community: &Community,
) -> AppResult<()> {
    let scheme = scheme(uow.conn(), &tenant.id).await?;
    let entry = entry_of_copy(curation, remote, community.katottg.as_deref(), &scheme);
    index::put(uow, &entry).await
}

/// Takes the tombstone of a practice in: it leaves the national depository, and those who were told hear of it.
///
/// # Errors
/// Internal, from the database.
pub async fn receive_delete(uow: &mut Uow, r: &Received) -> AppResult<Outcome> {
    let tenant = tenant(uow)?;
    let Some(ap_id) = r.object_id() else { return Ok(Outcome::Ignored("nothing is named")) };
    if !tenant.is_hub() {
        return Ok(Outcome::Ignored("only the hub keeps practices of others"));
    }
    let Some(remote) = store::find_remote(uow.conn(), &ap_id).await? else { return Ok(Outcome::Ignored("never heard of")) };
    if remote.actor != r.actor.id {
        return Ok(Outcome::Ignored("somebody else's"));
    }
    let Some(mut curation) = store::find_curation_of(uow.conn(), &tenant.id, &ap_id).await? else {
        return Ok(Outcome::Ignored("never in the queue"));
    };
    if curation.state == Curation::Withdrawn {
        return Ok(Outcome::Done);
    }
    let now = uow.now();
    store::erase_remote(uow.conn(), &ap_id, now).await?;
    files::detach_all(uow, curation.id.as_str()).await?;
    unlist(uow, &curation.id).await?;
    let note = String::new();
    take_back(uow, &tenant, &mut curation, &remote, &note).await?;
    let expected = curation.version;
    curation.version += 1;
    curation.state = Curation::Withdrawn;
    curation.title.clear();
    curation.decided_at = Some(now);
    if !store::update_curation(uow.conn(), &tenant.id, &curation, expected).await? {
        return Err(error::stale());
    }
    note_step(uow, &curation.id, &remote.actor, "withdrawn", "", "").await?;
    uow.audit("practices.deleted_at_origin", curation.id.as_str(), json!({"ap_id": ap_id})).await?;
    Ok(Outcome::Done)
}

/// Takes the boost and the place in a class back, if they were given.
pub(super) async fn take_back(uow: &mut Uow, tenant: &Tenant, curation: &mut CurationRow, remote: &Remote, note: &str) -> AppResult<()> {
    let desk = tenant.desk_id(DESK);
    let verdict = Verdict {
        decision: "withdrawn".to_owned(),
        class: curation.class.clone(),
        note: note.to_owned(),
        decided_at: uow.now(),
        evidence: None,
    };
    if let Some(announce) = curation.announce.take() {
        let activity = ap::undo_announce(&desk, &remote.actor, &remote.ap_id, &announce, &verdict);
        let audience = public(uow, &desk, &remote.actor).await?;
        uow.emit(&desk, activity, Some(&remote.ap_id), audience);
    }
    if curation.add_activity.take().is_some() {
        let activity = ap::remove(&desk, &remote.actor, &remote.ap_id, &class_url(tenant, &curation.class), &verdict);
        let audience = public(uow, &desk, &remote.actor).await?;
        uow.emit(&desk, activity, Some(&remote.ap_id), audience);
    }
    Ok(())
}

/// Address of a class of the national depository.
pub(super) fn class_url(tenant: &Tenant, class: &str) -> String {
    tenant.url(&format!("/classifier/{class}"))
}

/// The desk's followers and the community itself.
pub(super) async fn public(uow: &mut Uow, desk: &str, community: &str) -> AppResult<Audience> {
    let direct = inbox_of(uow, community).await?.into_iter().collect();
    Ok(Audience { followers_of: vec![desk.to_owned()], direct, stream: Stream::Public })
}

/// Where the community's server takes deliveries.
pub(super) async fn inbox_of(uow: &mut Uow, community: &str) -> AppResult<Option<Inbox>> {
    let actor = find_remote_actor(uow.conn(), community).await?;
    let found = actor.and_then(|actor| actor.delivery_inbox());
    // Every community of ours has its inbox at the same place, should its actor have been forgotten meanwhile.
    Ok(found.or_else(|| {
        let url = url::Url::parse(community).ok()?.join("/ap/inbox").ok()?;
        wire::ids::valid_remote_id(&url).then(|| Inbox::new(url.as_str())).flatten()
    }))
}
