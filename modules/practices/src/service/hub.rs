//! The hub as this module sees it: its desk of practices for the communities, the admitted communities for itself.

use ratusha_federation::{Inbox, wire};
use ratusha_platform::{AppResult, Conn, Ctx, TenantId};
use ratusha_tenants::{
    Tenant,
    hub::{self, Community},
};

use crate::ap::Desk;

/// Name of the desk.
pub(super) const DESK: &str = "practices";

/// The hub's desk of practices as `tenant` knows it; `None` at the hub itself and until the link stands.
pub(super) async fn desk(conn: &mut Conn, tenant: &Tenant) -> AppResult<Option<(Desk, Inbox)>> {
    if tenant.is_hub() {
        return Ok(None);
    }
    let found = hub::hub_desk(conn, &tenant.id, DESK).await?;
    Ok(found.map(|(actor, inbox)| {
        let host = url::Url::parse(&actor).ok().and_then(|url| wire::ids::host_key(&url)).unwrap_or_else(|| inbox.host.clone());
        (Desk { actor, handle: format!("@{DESK}@{host}") }, inbox)
    }))
}

/// True when the node has a hub whose desk `tenant` does not know yet.
pub(crate) async fn is_hub_still_unknown(ctx: &Ctx, conn: &mut Conn, tenant: &Tenant) -> AppResult<bool> {
    Ok(!tenant.is_hub() && hub::hub_of(ctx)?.is_some() && hub::hub_desk(conn, &tenant.id, DESK).await?.is_none())
}

/// The admitted community whose actor lives at `host`.
///
/// # Errors
/// Internal, from the database.
pub async fn admitted(conn: &mut Conn, tenant: &TenantId, host: &str) -> AppResult<Option<Community>> {
    hub::admitted(conn, tenant, host).await
}
