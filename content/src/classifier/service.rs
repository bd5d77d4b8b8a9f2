//! The use cases of the classifier: read it, propose, discuss, decide, take over an edition of the hub.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use moka::sync::Cache;
use ratusha_platform::{AppError, AppResult, Catalog, Conn, Ctx, FieldError, Kind, Lang, TenantId, Uow, text};
use ratusha_tenants::{Audit, NodeSettings, Principal, Tenant};
use serde_json::json;

use super::{
    ap,
    change::{Applied, Change},
    model::{Facet, Scheme, Words},
    policy,
    rdf::About,
    record,
    shipped::shipped,
    store::{self, ChangeRow, ProposalRow},
};
use crate::index;

/// The longest reason or remark, in characters.
pub const TEXT_MAX: usize = 4000;

/// Editions by the hash of their document, which is why a tenant's change needs no invalidation.
static EDITIONS: LazyLock<Cache<String, Arc<Scheme>>> = LazyLock::new(|| Cache::new(64));

/// The edition in force for `tenant`: its newest one, or the shipped one as long as that is not older.
///
/// # Errors
/// Internal, from the database or for a document that cannot be read.
pub async fn current(conn: &mut Conn, tenant: &TenantId) -> AppResult<Arc<Scheme>> {
    let shipped = shipped();
    match store::find_newest(conn, tenant).await? {
        Some(row) if row.edition >= shipped.edition() => {
            load(conn, tenant, row.edition, Some(row.sha256)).await?.ok_or_else(|| AppError::broken("an edition without a document"))
        }
        _ => Ok(shipped),
    }
}

/// One edition of `tenant` by its number, old ones too.
///
/// # Errors
/// Internal, from the database or for a document that cannot be read.
pub async fn edition(conn: &mut Conn, tenant: &TenantId, number: i64) -> AppResult<Option<Arc<Scheme>>> {
    let own = load(conn, tenant, number, None).await?;
    Ok(own.or_else(|| Some(shipped()).filter(|scheme| scheme.edition() == number)))
}

async fn load(conn: &mut Conn, tenant: &TenantId, number: i64, sha256: Option<String>) -> AppResult<Option<Arc<Scheme>>> {
    if let Some(found) = sha256.as_ref().and_then(|hash| EDITIONS.get(hash)) {
        return Ok(Some(found));
    }
    let Some(body) = store::find_body(conn, tenant, number).await? else { return Ok(None) };
    let scheme = Arc::new(record::read(&body).map_err(AppError::internal)?);
    if let Some(hash) = sha256 {
        EDITIONS.insert(hash, scheme.clone());
    }
    Ok(Some(scheme))
}

/// Where concepts have their addresses: at the hub if the node knows one, else at the tenant.
#[must_use]
pub fn base_url(ctx: &Ctx, tenant: &Tenant) -> String {
    if tenant.is_hub() {
        return tenant.base_url.clone();
    }
    let hub =
        ctx.service::<NodeSettings>().ok().and_then(|settings| settings.hub.as_ref().map(|hub| hub.url.trim_end_matches('/').to_owned()));
    hub.unwrap_or_else(|| tenant.base_url.clone())
}

/// What the whole is called, in both languages.
#[must_use]
pub fn about(catalog: &Catalog) -> About {
    let words = |key: &str| Words::new(catalog.t(Lang::Uk, key), catalog.t(Lang::En, key));
    About {
        title: words("classifier-name"),
        description: words("classifier-description"),
        facets: Facet::ALL.iter().map(|facet| words(facet.key())).collect(),
    }
}

/// Puts a proposal forward and returns its id.
///
/// # Errors
/// 401 or 403; 422 with messages beside the fields when the change does not fit the edition in force.
pub async fn propose(uow: &mut Uow, who: &Principal, change: &Change, reason: &str) -> AppResult<String> {
    policy::propose(who).require()?;
    let tenant = uow.tenant().clone();
    let scheme = current(uow.conn(), &tenant).await?;
    let mut errors = change.apply(&scheme, scheme.dated()).err().unwrap_or_default();
    let reason = checked_text("reason", reason, &mut errors);
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let row = ProposalRow {
        id: uow.new_id(),
        kind: change.kind().to_owned(),
        notation: change.notation().map(ToOwned::to_owned),
        change: serde_json::to_string(change).map_err(AppError::internal)?,
        reason,
        state: "proposed".to_owned(),
        by_name: who.name.clone(),
        created_at: uow.now().0,
        decided_name: None,
        decision: None,
        decided_at: None,
    };
    let account = who.account.as_ref().map(ToString::to_string);
    store::insert_proposal(uow.conn(), &tenant, &row, account.as_deref()).await?;
    index::bump(uow).await?;
    uow.audit("classifier.proposed", &row.id, json!({"kind": row.kind, "notation": row.notation})).await?;
    Ok(row.id)
}

/// Adds a remark to an open proposal, which is from then on under discussion.
///
/// # Errors
/// 401, 403, 404; 409 when it is decided; 422 for an empty remark.
pub async fn remark(uow: &mut Uow, who: &Principal, id: &str, body: &str) -> AppResult<()> {
    policy::propose(who).require()?;
    let tenant = uow.tenant().clone();
    open_proposal(uow.conn(), &tenant, id).await?;
    let mut errors = Vec::new();
    let body = checked_text("remark", body, &mut errors);
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let (remark, now) = (uow.new_id(), uow.now());
    let account = who.account.as_ref().map(ToString::to_string);
    store::insert_remark(uow.conn(), &tenant, &remark, id, account.as_deref(), &who.name, &body, now).await?;
    store::mark_discussed(uow.conn(), &tenant, id).await?;
    index::bump(uow).await?;
    uow.audit("classifier.remarked", id, json!({"remark": remark})).await
}

/// Accepts a proposal at the hub: a new edition comes into force, what was tagged follows, followers are told.
///
/// # Errors
/// 401, 403, 404; 409 when it is decided already; 422 when it no longer fits the edition in force, or without a reason.
pub async fn accept(uow: &mut Uow, who: &Principal, tenant: &Tenant, id: &str, decision: &str) -> AppResult<Arc<Scheme>> {
    policy::decide(who, tenant.is_hub()).require()?;
    let row = open_proposal(uow.conn(), &tenant.id, id).await?;
    let change: Change = serde_json::from_str(&row.change).map_err(AppError::internal)?;
    let old = current(uow.conn(), &tenant.id).await?;
    let mut errors = Vec::new();
    let decision = checked_text("decision", decision, &mut errors);
    let dated = uow.now().to_date();
    let applied = match change.apply(&old, &dated) {
        Ok(applied) if errors.is_empty() => applied,
        Ok(_) => return Err(AppError::invalid(errors)),
        Err(more) => {
            // The fields of the change are not on this form, so all that stands in its way goes into one place.
            errors.extend(more.into_iter().map(|error| FieldError { field: "decision".to_owned(), ..error }));
            return Err(AppError::invalid(errors));
        }
    };
    let now = uow.now();
    if !store::decide(uow.conn(), &tenant.id, id, "accepted", who.by(), &who.name, &decision, now).await? {
        return Err(AppError::conflict());
    }
    let Applied { scheme, touched, replaced: _ } = applied;
    if !insert(uow, &scheme, "own").await? {
        return Err(AppError::conflict());
    }
    for notation in &touched {
        let line = ChangeRow {
            edition: scheme.edition(),
            notation: notation.clone(),
            kind: row.kind.clone(),
            detail: row.change.clone(),
            reason: if decision.is_empty() { row.reason.clone() } else { decision.clone() },
            by_name: who.name.clone(),
            created_at: uow.now().0,
        };
        let line_id = uow.new_id();
        store::insert_change(uow.conn(), &tenant.id, &line_id, &line).await?;
    }
    retag(uow, &old, &scheme).await?;
    uow.audit("classifier.accepted", id, json!({"edition": scheme.edition(), "touched": touched})).await?;
    ap::announce(uow, tenant, &scheme)?;
    Ok(Arc::new(scheme))
}

/// Declines a proposal at the hub, with a reason.
///
/// # Errors
/// 401, 403, 404; 409 when it is decided already; 422 without a reason.
pub async fn decline(uow: &mut Uow, who: &Principal, tenant: &Tenant, id: &str, decision: &str) -> AppResult<()> {
    policy::decide(who, tenant.is_hub()).require()?;
    open_proposal(uow.conn(), &tenant.id, id).await?;
    let mut errors = Vec::new();
    let decision = checked_text("decision", decision, &mut errors);
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let now = uow.now();
    if !store::decide(uow.conn(), &tenant.id, id, "declined", who.by(), &who.name, &decision, now).await? {
        return Err(AppError::conflict());
    }
    index::bump(uow).await?;
    uow.audit("classifier.declined", id, json!({})).await
}

/// Takes over an edition of the hub; false when the one in force is not older.
///
/// # Errors
/// Internal, from the database.
pub async fn take_over(uow: &mut Uow, scheme: &Scheme, from: &str) -> AppResult<bool> {
    let tenant = uow.tenant().clone();
    let old = current(uow.conn(), &tenant).await?;
    if scheme.edition() <= old.edition() || !insert(uow, scheme, "hub").await? {
        return Ok(false);
    }
    for concept in scheme.concepts().filter(|concept| old.get(&concept.notation) != Some(concept)) {
        let line = ChangeRow {
            edition: scheme.edition(),
            notation: concept.notation.clone(),
            kind: "hub".to_owned(),
            detail: String::new(),
            reason: String::new(),
            by_name: from.to_owned(),
            created_at: uow.now().0,
        };
        let id = uow.new_id();
        store::insert_change(uow.conn(), &tenant, &id, &line).await?;
    }
    retag(uow, &old, scheme).await?;
    uow.audit("classifier.taken_over", &scheme.edition().to_string(), json!({"from": from})).await?;
    Ok(true)
}

async fn insert(uow: &mut Uow, scheme: &Scheme, source: &str) -> AppResult<bool> {
    let (body, hash) = record::write(scheme).map_err(AppError::internal)?;
    let (tenant, now) = (uow.tenant().clone(), uow.now());
    Ok(store::insert_edition(uow.conn(), &tenant, scheme.edition(), scheme.dated(), source, &hash, &body, now).await?)
}

/// Moves everything in the index from codes that went out of use to what replaces them, and gives it its
/// broader classes anew where the tree above it changed.
async fn retag(uow: &mut Uow, old: &Scheme, new: &Scheme) -> AppResult<()> {
    let touched: BTreeSet<String> = old
        .concepts()
        .map(|concept| &concept.notation)
        .filter(|code| {
            let one = std::slice::from_ref(*code);
            new.modernise(one) != old.modernise(one) || new.ancestors(one) != old.ancestors(one)
        })
        .cloned()
        .collect();
    // A page of the classifier changes even when nothing is tagged.
    index::bump(uow).await?;
    let change = |own: &[String]| {
        let own = new.modernise(own);
        let above = new.ancestors(&own);
        (own, above)
    };
    index::reclassify(uow, &touched.into_iter().collect::<Vec<_>>(), &change).await
}

async fn open_proposal(conn: &mut Conn, tenant: &TenantId, id: &str) -> AppResult<ProposalRow> {
    let row = store::find_proposal(conn, tenant, id).await?.ok_or_else(AppError::not_found)?;
    if matches!(row.state.as_str(), "accepted" | "declined") { Err(AppError::new(Kind::Conflict, "classifier.decided")) } else { Ok(row) }
}

fn checked_text(field: &str, typed: &str, errors: &mut Vec<FieldError>) -> String {
    let clean = text::clean_text(typed);
    if clean.is_empty() {
        errors.push(FieldError::new(field, "classifier-error-required"));
    } else if clean.chars().count() > TEXT_MAX {
        errors.push(FieldError::new(field, "classifier-error-long").arg("max", TEXT_MAX));
    }
    clean
}
