//! At a node: finding the hub's desks, keeping to the key first seen or pinned, and following them.

use async_trait::async_trait;
use ratusha_federation::Inbox;
use ratusha_platform::{
    AppError, AppResult, Conn, Ctx, Kind, TenantId, Uow,
    jobs::{Job, JobError},
};
use serde::{Deserialize, Serialize};

use super::{
    admission::read_actor,
    store::{self, LinkRow},
};
use crate::{
    actor::DESKS,
    follow,
    settings::{HubSettings, NodeSettings},
    tenant::{Tenant, Tenants},
};

const SECOND: i64 = 1_000;
/// The longest pause between two tries to reach the hub.
const LONGEST_MS: i64 = 10 * 60 * SECOND;
/// A link that stands is looked at again after a day.
const AGAIN_DAYS: i64 = 1;

/// Finds the hub's desks for one community and follows them; comes back by itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct LinkHub {
    /// How many tries have failed.
    pub failed: u32,
    /// True when planned at the start of the node, beside the one that waits for its day.
    #[serde(default)]
    pub fresh: bool,
}

#[async_trait]
impl Job for LinkHub {
    const NAME: &'static str = "tenants.link_hub";
    const DEDUPLICATED: bool = true;

    async fn run(self, ctx: &Ctx, tenant: &TenantId) -> Result<(), JobError> {
        let Some(tenant) = ctx.service::<Tenants>()?.by_id(tenant) else { return Ok(()) };
        if tenant.is_hub() || hub_of(ctx)?.is_none() {
            return Ok(());
        }
        let (failed, at) = match link_now(ctx, &tenant).await {
            Ok(()) => (0, ctx.now().plus_days(AGAIN_DAYS)),
            Err(error) => {
                // A hub may be away for days; a job that is laid down after ten tries would never link.
                tracing::warn!(tenant = %tenant.host, failed = self.failed, error = %error.chain(), "the hub cannot be linked yet");
                let pause = (SECOND * 2_i64.saturating_pow(self.failed.min(20))).min(LONGEST_MS);
                (self.failed.saturating_add(1), ctx.now().plus_ms(pause))
            }
        };
        let mut uow = ctx.begin(&tenant.id, Self::NAME).await?;
        uow.enqueue_at(&Self { failed, fresh: false }, at).await?;
        uow.commit().await?;
        Ok(())
    }
}

/// The hub of this node: the one in the settings, or the tenant of this node that is one.
///
/// # Errors
/// Internal, when a service is missing.
pub fn hub_of(ctx: &Ctx) -> AppResult<Option<HubSettings>> {
    if let Some(hub) = &ctx.service::<NodeSettings>()?.hub {
        return Ok(Some(HubSettings { url: hub.url.trim_end_matches('/').to_owned(), ..hub.clone() }));
    }
    Ok(ctx.service::<Tenants>()?.hub().map(|hub| HubSettings { url: hub.birth_url.clone(), authority_key: None }))
}

/// Plans the first try for a tenant that has just been made.
pub(crate) async fn schedule(uow: &mut Uow, tenant: &Tenant) -> AppResult<()> {
    let ctx = uow.ctx().clone();
    if !tenant.is_hub() && hub_of(&ctx)?.is_some() {
        uow.enqueue(&LinkHub { failed: 0, fresh: false }).await?;
    }
    Ok(())
}

/// Plans a try for every community, forgets links to hubs that are no longer ours, and gives a hub of this version its
/// desks; when the node starts.
///
/// # Errors
/// Internal, from the database.
pub async fn start(ctx: &Ctx) -> AppResult<()> {
    let tenants = ctx.service::<Tenants>()?.all();
    for tenant in &tenants {
        crate::actor::service::ensure_desks(ctx, tenant).await?;
    }
    let hub = hub_of(ctx)?;
    let url = hub.as_ref().map_or("", |hub| hub.url.as_str());
    let mut tx = ctx.db().write().await?;
    store::delete_other_links(&mut tx, url).await?;
    tx.commit().await?;
    if hub.is_some() {
        for tenant in tenants.iter().filter(|tenant| !tenant.is_hub()) {
            let mut uow = ctx.begin(&tenant.id, "node").await?;
            uow.enqueue(&LinkHub { failed: 0, fresh: true }).await?;
            uow.commit().await?;
        }
    }
    Ok(())
}

/// Reads the hub's actor and desks, checks the key, keeps the link, and lets the community follow the desks.
///
/// # Errors
/// Unavailable when the hub is out of reach; forbidden (`tenants.hub_key`) when it shows another key than the one
/// pinned or first seen; invalid when what is there is no hub.
pub async fn link_now(ctx: &Ctx, tenant: &Tenant) -> AppResult<()> {
    let Some(hub) = hub_of(ctx)? else { return Ok(()) };
    let actor = read_actor(ctx, &tenant.id, &format!("{}/ap/actor", hub.url)).await?;
    let shown: Vec<String> = actor.keys.iter().filter_map(|key| key.key.to_multibase()).collect();
    let mut conn = ctx.db().read().await?;
    let mut known = None;
    for desk in DESKS {
        known = known.or(store::find_link(&mut conn, &hub.url, desk.name).await?);
    }
    drop(conn);
    let pinned = hub.authority_key.clone().or_else(|| known.map(|link| link.authority_key));
    let key = match pinned {
        Some(pinned) if shown.contains(&pinned) => pinned,
        Some(_) => return Err(AppError::new(Kind::Forbidden, "tenants.hub_key")),
        None => shown.into_iter().next().ok_or_else(|| AppError::new(Kind::Invalid, "tenants.hub_key"))?,
    };
    let mut desks = Vec::new();
    for desk in DESKS {
        let found = read_actor(ctx, &tenant.id, &format!("{}/ap/desk/{}", hub.url, desk.name)).await?;
        let inbox = found
            .delivery_inbox()
            .filter(|_| found.host == actor.host)
            .ok_or_else(|| AppError::new(Kind::Invalid, "federation.not_an_actor"))?;
        desks.push((desk.name, found.id, inbox));
    }
    let mut uow = ctx.begin(&tenant.id, LinkHub::NAME).await?;
    let now = uow.now();
    for (name, id, inbox) in desks {
        let row = LinkRow {
            url: hub.url.clone(),
            desk: name.to_owned(),
            actor_id: id.clone(),
            inbox: inbox.url.clone(),
            host: inbox.host.clone(),
            authority_key: key.clone(),
            seen_at: now.0,
        };
        store::put_link(uow.conn(), &row).await?;
        let me = tenant.actor_id();
        match follow::store::find_followed(uow.conn(), &tenant.id, &me, &id).await? {
            Some(known) if known.state == "accepted" => {}
            // Asked before and never answered, or refused: the hub may have lost it, or may think otherwise by now.
            _ => follow::service::ask(&mut uow, tenant, &me, &id, inbox).await?,
        }
    }
    uow.commit().await
}

/// The hub's desk called `name`: its address and where to deliver to it. `None` while the hub has not been found, and
/// for the hub itself.
///
/// # Errors
/// Internal, from the database.
pub async fn hub_desk(conn: &mut Conn, tenant: &TenantId, name: &str) -> AppResult<Option<(String, Inbox)>> {
    let link = store::find_desk(conn, tenant, name).await?;
    Ok(link.map(|link| (link.actor_id, Inbox { url: link.inbox, host: link.host })))
}
