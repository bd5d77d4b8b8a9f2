//! What the protocol asks about tenants, actors and followers.

use std::sync::Arc;

use async_trait::async_trait;
use ratusha_federation::{Directory, Inbox, LocalActor, RemoteActor, outbox};
use ratusha_platform::{AppError, AppResult, Conn, TenantId, Uow, secret::Keyring};
use serde_json::json;

use super::{
    service,
    store::{self, Follower},
};
use crate::{actor::Actors, audit::Audit, tenant::Tenants};

/// The answers of this layer.
#[derive(Debug, Clone)]
pub struct TenantDirectory {
    tenants: Arc<Tenants>,
    actors: Actors,
    keyring: Keyring,
}

impl TenantDirectory {
    /// Answers about these tenants, with `keyring` for their actors' keys.
    #[must_use]
    pub fn new(tenants: Arc<Tenants>, keyring: Keyring) -> Self {
        Self { tenants, actors: Actors::new(), keyring }
    }
}

#[async_trait]
impl Directory for TenantDirectory {
    async fn tenant_by_host(&self, host: &str) -> AppResult<Option<TenantId>> {
        Ok(self.tenants.by_host(host).map(|tenant| tenant.id.clone()))
    }

    async fn local_actor(&self, conn: &mut Conn, actor: &str) -> AppResult<Option<LocalActor>> {
        Ok(self.actors.find(&self.keyring, conn, actor).await?.map(|actor| actor.local()))
    }

    async fn server_actor(&self, conn: &mut Conn, tenant: &TenantId) -> AppResult<LocalActor> {
        let tenant = self.tenants.get(tenant)?;
        let found = self.actors.find(&self.keyring, conn, &tenant.server_id()).await?;
        Ok(found.ok_or_else(|| AppError::broken(format!("tenant {} has no server actor", tenant.id)))?.local())
    }

    async fn follower_inboxes(&self, conn: &mut Conn, tenant: &TenantId, actor: &str, at_seq: i64) -> AppResult<Vec<Inbox>> {
        let rows = store::list_inboxes(conn, tenant, actor, at_seq).await?;
        Ok(rows.into_iter().map(|(url, host)| Inbox { url, host }).collect())
    }

    async fn follows(&self, conn: &mut Conn, tenant: &TenantId, actor: &str, inbox: &str, at_seq: i64) -> AppResult<bool> {
        Ok(store::is_inbox(conn, tenant, actor, inbox, at_seq).await?)
    }

    async fn blocked(&self, conn: &mut Conn, tenant: &TenantId, host: &str) -> AppResult<bool> {
        service::is_blocked(conn, tenant, host).await
    }

    async fn actor_changed(&self, uow: &mut Uow, actor: &RemoteActor) -> AppResult<()> {
        let Some(inbox) = actor.delivery_inbox() else { return Ok(()) };
        let (own, by, now) = (uow.tenant().clone(), uow.by().to_owned(), uow.now());
        for tenant in store::list_tenants_of_follower(uow.conn(), &actor.id).await? {
            let seq = outbox::current_seq(uow.conn(), &tenant).await?;
            for (actor_id, follow_id) in store::list_moved(uow.conn(), &tenant, &actor.id, &inbox.url).await? {
                // What was written before still goes to the old inbox, what comes now to the new one.
                store::end_follower(uow.conn(), &tenant, Some(&actor_id), &actor.id, seq).await?;
                let follower =
                    Follower { actor_id, remote_actor: actor.id.clone(), inbox: inbox.url.clone(), host: inbox.host.clone(), follow_id };
                let id = uow.new_id();
                store::insert_follower(uow.conn(), &tenant, &id, &follower, seq, now).await?;
                uow.turn_to(&tenant, &by);
                uow.audit("follow.inbox_changed", &actor.id, json!({"host": inbox.host})).await?;
            }
        }
        uow.turn_to(&own, &by);
        Ok(())
    }

    async fn actor_gone(&self, uow: &mut Uow, actor: &str) -> AppResult<()> {
        let (own, by) = (uow.tenant().clone(), uow.by().to_owned());
        for tenant in store::list_tenants_of_follower(uow.conn(), actor).await? {
            let seq = outbox::current_seq(uow.conn(), &tenant).await?;
            let ended = store::end_follower(uow.conn(), &tenant, None, actor, seq).await?;
            uow.turn_to(&tenant, &by);
            uow.audit("follow.actor_gone", actor, json!({"follows_ended": ended})).await?;
        }
        uow.turn_to(&own, &by);
        Ok(())
    }

    async fn end_follows(&self, uow: &mut Uow, inbox: &str) -> AppResult<()> {
        let (own, by) = (uow.tenant().clone(), uow.by().to_owned());
        for tenant in store::list_tenants_of_inbox(uow.conn(), inbox).await? {
            let seq = outbox::current_seq(uow.conn(), &tenant).await?;
            let ended = store::end_followers_of_inbox(uow.conn(), &tenant, inbox, seq).await?;
            uow.turn_to(&tenant, &by);
            uow.audit("follow.inbox_gone", inbox, json!({"follows_ended": ended})).await?;
        }
        uow.turn_to(&own, &by);
        Ok(())
    }
}
