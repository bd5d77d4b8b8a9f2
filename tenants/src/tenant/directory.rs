//! The directory of tenants in memory: asked on every request, replaced whole when something changes.

use std::{
    collections::HashMap,
    sync::{
        Arc, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use ratusha_platform::{AppResult, Conn, Ctx, TenantId, Uow};

use super::{Tenant, store};
use crate::settings::NodeSettings;

/// How long the directory is trusted before the revision is looked at again, in milliseconds.
const TRUST_MS: i64 = 1_000;

#[derive(Debug, Default)]
struct Snapshot {
    revision: i64,
    by_host: HashMap<String, Arc<Tenant>>,
    by_id: HashMap<TenantId, Arc<Tenant>>,
    all: Vec<Arc<Tenant>>,
}

/// Every tenant of the node; a service in the context.
#[derive(Debug)]
pub struct Tenants {
    settings: Arc<NodeSettings>,
    snapshot: RwLock<Arc<Snapshot>>,
    checked_at: AtomicI64,
}

impl Tenants {
    /// An empty directory; [`Tenants::refresh`] fills it.
    #[must_use]
    pub fn new(settings: Arc<NodeSettings>) -> Self {
        Self { settings, snapshot: RwLock::new(Arc::default()), checked_at: AtomicI64::new(i64::MIN) }
    }

    /// The settings of the node.
    #[must_use]
    pub fn settings(&self) -> &Arc<NodeSettings> {
        &self.settings
    }

    fn current(&self) -> Arc<Snapshot> {
        // A poisoned lock still holds a whole snapshot: it is only ever replaced.
        self.snapshot.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The tenant served under `host`, in the form of [`NodeSettings::host`]; suspended ones too.
    #[must_use]
    pub fn by_host(&self, host: &str) -> Option<Arc<Tenant>> {
        self.current().by_host.get(host).cloned()
    }

    /// The tenant with this id.
    #[must_use]
    pub fn by_id(&self, id: &TenantId) -> Option<Arc<Tenant>> {
        self.current().by_id.get(id).cloned()
    }

    /// The tenant with this id.
    ///
    /// # Errors
    /// Not found.
    pub fn get(&self, id: &TenantId) -> AppResult<Arc<Tenant>> {
        self.by_id(id).ok_or_else(ratusha_platform::AppError::not_found)
    }

    /// All tenants, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Tenant>> {
        self.current().all.clone()
    }

    /// The hub, when this node is one.
    #[must_use]
    pub fn hub(&self) -> Option<Arc<Tenant>> {
        self.current().all.iter().find(|tenant| tenant.is_hub()).cloned()
    }

    /// True while the node has no tenant at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.current().all.is_empty()
    }

    /// Changes with every change of any tenant; fit for cache keys.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.current().revision
    }

    /// Reads everything again.
    ///
    /// # Errors
    /// From the database.
    pub async fn refresh(&self, ctx: &Ctx) -> AppResult<()> {
        let mut conn = ctx.db().read().await?;
        let snapshot = self.load(&mut conn).await?;
        self.put(snapshot);
        self.checked_at.store(ctx.now().0, Ordering::Relaxed);
        Ok(())
    }

    /// Reads everything again if another process has changed something; looks at most once a second.
    ///
    /// # Errors
    /// From the database.
    pub async fn refresh_if_stale(&self, ctx: &Ctx) -> AppResult<()> {
        let now = ctx.now().0;
        let checked = self.checked_at.load(Ordering::Relaxed);
        if checked != i64::MIN && now.saturating_sub(checked) < TRUST_MS {
            return Ok(());
        }
        // Only one request looks; the others go on with what is known.
        if self.checked_at.compare_exchange(checked, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return Ok(());
        }
        let mut conn = ctx.db().read().await?;
        let revision = store::revision(&mut conn).await?;
        if checked == i64::MIN || revision != self.revision() {
            let snapshot = self.load(&mut conn).await?;
            self.put(snapshot);
        }
        Ok(())
    }

    /// Takes the state inside the open transaction and shows it to everybody once the commit stands.
    pub(super) async fn publish(self: &Arc<Self>, uow: &mut Uow) -> AppResult<()> {
        store::raise_revision(uow.conn()).await?;
        let snapshot = self.load(uow.conn()).await?;
        let tenants = self.clone();
        uow.after_commit(Box::new(move || tenants.put(snapshot)));
        Ok(())
    }

    async fn load(&self, conn: &mut Conn) -> AppResult<Snapshot> {
        // The revision first: a change in between then only leads to one more reading.
        let revision = store::revision(conn).await?;
        let all: Vec<Arc<Tenant>> = store::list_tenants(conn, self.settings.scheme).await?.into_iter().map(Arc::new).collect();
        let mut by_host = HashMap::new();
        let mut by_id = HashMap::new();
        for tenant in &all {
            by_id.insert(tenant.id.clone(), tenant.clone());
            for host in &tenant.hosts {
                by_host.insert(host.clone(), tenant.clone());
            }
        }
        Ok(Snapshot { revision, by_host, by_id, all })
    }

    fn put(&self, snapshot: Snapshot) {
        let mut place = self.snapshot.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if snapshot.revision >= place.revision {
            *place = Arc::new(snapshot);
        }
    }
}
