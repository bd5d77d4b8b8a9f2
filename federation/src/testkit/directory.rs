//! A directory in memory.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use ratusha_platform::{AppError, AppResult, Conn, TenantId, Uow};

use crate::{Directory, Inbox, LocalActor, current_seq, testkit::signing_keys};

struct Follow {
    tenant: TenantId,
    actor: String,
    inbox: Inbox,
    from: i64,
    until: Option<i64>,
}

/// Tenants, actors, follows and blocks that a test writes down.
#[derive(Default)]
pub struct FakeDirectory {
    tenants: Mutex<HashMap<String, TenantId>>,
    actors: Mutex<HashMap<String, LocalActor>>,
    follows: Mutex<Vec<Follow>>,
    blocked: Mutex<HashSet<String>>,
}

impl FakeDirectory {
    /// Adds a tenant with the actors `/ap/actor` and `/ap/server` under `http://<host>` and key pair `n`.
    pub fn add_tenant(&self, host: &str, n: usize) -> TenantId {
        let tenant = TenantId::trusted(format!("00000000-0000-7000-8000-00000000000{n}"));
        self.tenants.lock().expect("a lock").insert(host.to_owned(), tenant.clone());
        let keys = Arc::new(signing_keys(n).expect("test keys"));
        for path in ["actor", "server"] {
            let id = format!("http://{host}/ap/{path}");
            let actor = LocalActor { tenant: tenant.clone(), id: id.clone(), keys: keys.clone() };
            self.actors.lock().expect("a lock").insert(id, actor);
        }
        tenant
    }

    /// Gives `tenant` another actor with key pair `n`.
    pub fn add_actor(&self, tenant: &TenantId, id: &str, n: usize) {
        let keys = Arc::new(signing_keys(n).expect("test keys"));
        let actor = LocalActor { tenant: tenant.clone(), id: id.to_owned(), keys };
        self.actors.lock().expect("a lock").insert(id.to_owned(), actor);
    }

    /// The actor with the address `id`.
    #[must_use]
    pub fn actor(&self, id: &str) -> Option<LocalActor> {
        self.actors.lock().expect("a lock").get(id).cloned()
    }

    /// Somebody behind `inbox` follows `actor` from the line after `from`.
    pub fn follow(&self, tenant: &TenantId, actor: &str, inbox: &str, from: i64) {
        let inbox = Inbox::new(inbox).expect("an inbox");
        let follow = Follow { tenant: tenant.clone(), actor: actor.to_owned(), inbox, from, until: None };
        self.follows.lock().expect("a lock").push(follow);
    }

    /// How many follows hold.
    #[must_use]
    pub fn live_follows(&self) -> usize {
        self.follows.lock().expect("a lock").iter().filter(|follow| follow.until.is_none()).count()
    }

    /// Shuts `host` out.
    pub fn block(&self, host: &str) {
        self.blocked.lock().expect("a lock").insert(host.to_owned());
    }

    fn followers(&self, tenant: &TenantId, actor: &str, at_seq: i64) -> BTreeSet<Inbox> {
        let counts = |follow: &&Follow| {
            follow.tenant == *tenant && follow.actor == actor && follow.from < at_seq && follow.until.is_none_or(|until| at_seq <= until)
        };
        self.follows.lock().expect("a lock").iter().filter(counts).map(|follow| follow.inbox.clone()).collect()
    }
}

#[async_trait]
impl Directory for FakeDirectory {
    async fn tenant_by_host(&self, host: &str) -> AppResult<Option<TenantId>> {
        Ok(self.tenants.lock().expect("a lock").get(host).cloned())
    }

    async fn local_actor(&self, _conn: &mut Conn, actor: &str) -> AppResult<Option<LocalActor>> {
        Ok(self.actor(actor))
    }

    async fn server_actor(&self, _conn: &mut Conn, tenant: &TenantId) -> AppResult<LocalActor> {
        let actors = self.actors.lock().expect("a lock");
        let found = actors.values().find(|actor| actor.tenant == *tenant && actor.id.ends_with("/ap/server"));
        found.cloned().ok_or_else(|| AppError::broken("no such tenant"))
    }

    async fn follower_inboxes(&self, _conn: &mut Conn, tenant: &TenantId, actor: &str, at_seq: i64) -> AppResult<Vec<Inbox>> {
        Ok(self.followers(tenant, actor, at_seq).into_iter().collect())
    }

    async fn follows(&self, _conn: &mut Conn, tenant: &TenantId, actor: &str, inbox: &str, at_seq: i64) -> AppResult<bool> {
        Ok(self.followers(tenant, actor, at_seq).iter().any(|follower| follower.url == inbox))
    }

    async fn blocked(&self, _conn: &mut Conn, _tenant: &TenantId, host: &str) -> AppResult<bool> {
        Ok(self.blocked.lock().expect("a lock").contains(host))
    }

    async fn end_follows(&self, uow: &mut Uow, inbox: &str) -> AppResult<()> {
        let tenant = uow.tenant().clone();
        let now = current_seq(uow.conn(), &tenant).await?;
        for follow in self.follows.lock().expect("a lock").iter_mut() {
            if follow.inbox.url == inbox && follow.until.is_none() {
                follow.until = Some(now);
            }
        }
        Ok(())
    }
}
