//! What is kept in memory: the revision of each tenant, and counts under keys that carry it.

use std::{sync::Arc, time::Duration};

use moka::{future, sync::Cache};
use ratusha_platform::{AppError, AppResult, Ctx, Lang, TenantId, Timestamp};
use ratusha_tenants::territory;

use super::{
    model::{Counts, Query},
    service, store,
};

/// How long a revision is believed before the database is asked again; another process may have raised it.
const FRESH_MS: i64 = 1_000;

#[derive(Debug, Clone, Copy)]
struct Seen {
    revision: i64,
    at: Timestamp,
}

/// Revisions and counts in memory; a service of the context.
#[derive(Debug)]
pub struct Memory {
    revisions: Cache<TenantId, Seen>,
    counts: future::Cache<(TenantId, i64, Query), Arc<Counts>>,
    oblasts: Cache<(), Oblasts>,
}

/// Two digits, name in Ukrainian, name in English.
pub(super) type Oblasts = Arc<Vec<(String, String, String)>>;

impl Default for Memory {
    fn default() -> Self {
        Self {
            revisions: Cache::new(10_000),
            counts: future::Cache::new(2_000),
            oblasts: Cache::builder().time_to_live(Duration::from_secs(60)).build(),
        }
    }
}

impl Memory {
    /// Remembers a revision; an older one changes nothing.
    pub(super) fn saw(&self, tenant: &TenantId, revision: i64, at: Timestamp) {
        self.revisions.entry(tenant.clone()).and_upsert_with(|known| match known.map(|k| k.into_value()) {
            Some(known) if known.revision > revision => Seen { revision: known.revision, at: known.at.max(at) },
            _ => Seen { revision, at },
        });
    }
}

/// The revision of everything public of `tenant`: pages and lists cached under it never grow stale.
///
/// It is read from memory and asked of the database once a second at most.
///
/// # Errors
/// Internal, from the database.
pub async fn revision(ctx: &Ctx, tenant: &TenantId) -> AppResult<i64> {
    let memory = ctx.service::<Memory>()?;
    let now = ctx.now();
    if let Some(seen) = memory.revisions.get(tenant).filter(|seen| now.0 - seen.at.0 < FRESH_MS) {
        return Ok(seen.revision);
    }
    let revision = store::find_revision(&mut *ctx.db().read().await?, tenant).await?;
    memory.saw(tenant, revision, now);
    Ok(revision)
}

/// [`service::counts`], from memory as long as nothing was changed.
///
/// # Errors
/// Internal, from the database.
pub async fn counts_cached(ctx: &Ctx, tenant: &TenantId, query: &Query) -> AppResult<Arc<Counts>> {
    let memory = ctx.service::<Memory>()?;
    let key = (tenant.clone(), revision(ctx, tenant).await?, query.without_place());
    // Whoever asks the same meanwhile waits for the one answer instead of counting too.
    let count = async { AppResult::Ok(Arc::new(service::counts(&mut *ctx.db().read().await?, tenant, query).await?)) };
    memory.counts.try_get_with(key, count).await.map_err(|error: Arc<AppError>| (*error).clone())
}

/// The names of the regions, in the order of their codes.
///
/// # Errors
/// Internal, from the database.
pub(super) async fn oblasts(ctx: &Ctx) -> AppResult<Oblasts> {
    let memory = ctx.service::<Memory>()?;
    if let Some(known) = memory.oblasts.get(&()) {
        return Ok(known);
    }
    let units = territory::oblasts(&mut *ctx.db().read().await?).await?;
    let names: Oblasts =
        Arc::new(units.iter().map(|u| (u.oblast().to_owned(), u.display_name(Lang::Uk), u.display_name(Lang::En))).collect());
    if !names.is_empty() {
        memory.oblasts.insert((), Arc::clone(&names));
    }
    Ok(names)
}
