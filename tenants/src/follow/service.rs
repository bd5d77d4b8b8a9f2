//! Following others, and shutting hosts out.

use ratusha_federation::{
    Inbox,
    actors::RemoteActor,
    outbox::{self, Audience, Emit},
};
use ratusha_platform::{AppError, AppResult, Conn, FieldError, Kind, TenantId, Uow};
use serde_json::json;

use super::store::{self, Followed};
use crate::{
    audit::Audit,
    policy,
    principal::Principal,
    settings::NodeSettings,
    tenant::{Tenant, Tenants},
};

/// Our actor `actor` asks to follow `remote`; nothing happens when it has asked or follows already.
///
/// # Errors
/// Invalid, when nothing can be delivered to `remote`; internal, from the database.
pub async fn follow_remote(uow: &mut Uow, tenant: &Tenant, actor: &str, remote: &RemoteActor) -> AppResult<()> {
    let inbox = remote.delivery_inbox().ok_or_else(|| AppError::new(Kind::Invalid, "federation.not_an_actor"))?;
    follow(uow, tenant, actor, &remote.id, inbox).await
}

/// [`follow_remote`] by address and inbox.
///
/// # Errors
/// Internal, from the database.
pub async fn follow(uow: &mut Uow, tenant: &Tenant, actor: &str, remote: &str, inbox: Inbox) -> AppResult<()> {
    if let Some(known) = store::find_followed(uow.conn(), &tenant.id, actor, remote).await?
        && known.state != "rejected"
    {
        return Ok(());
    }
    ask(uow, tenant, actor, remote, inbox).await
}

/// Sends the Follow, again if it was sent before.
pub(crate) async fn ask(uow: &mut Uow, tenant: &Tenant, actor: &str, remote: &str, inbox: Inbox) -> AppResult<()> {
    let id = uow.new_id();
    let follow_id = tenant.ap_url(&format!("/ap/activity/{id}"));
    let row = Followed {
        actor_id: actor.to_owned(),
        remote_actor: remote.to_owned(),
        inbox: inbox.url.clone(),
        host: inbox.host.clone(),
        follow_id: follow_id.clone(),
        state: "pending".to_owned(),
    };
    let now = uow.now();
    store::put_followed(uow.conn(), &tenant.id, &id, &row, now).await?;
    uow.emit(actor, json!({"id": follow_id, "type": "Follow", "object": remote, "to": [remote]}), Some(remote), Audience::only(inbox));
    uow.audit("follow.asked", remote, json!({"actor": actor})).await
}

/// How many follow the community now.
///
/// # Errors
/// Internal, from the database.
pub async fn followers(conn: &mut Conn, tenant: &Tenant, actor: &str) -> AppResult<i64> {
    Ok(store::count_followers(conn, &tenant.id, actor).await?)
}

/// The host in the form in which blocks are stored: no port, so that a block covers them all.
fn bare(host: &str) -> &str {
    host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(host, _)| host)
}

/// The names under which `host` may be shut out: itself with and without its port, and every domain above it.
pub(crate) fn covering(host: &str) -> Vec<String> {
    let name = bare(host).to_ascii_lowercase();
    let mut names = vec![host.to_ascii_lowercase()];
    let mut rest = name.as_str();
    loop {
        names.push(rest.to_owned());
        match rest.split_once('.') {
            Some((_, parent)) if parent.contains('.') || parent == "localhost" => rest = parent,
            _ => break,
        }
    }
    names.dedup();
    names
}

/// Shuts `host` and everything under it out: nothing is taken from it or sent to it, its follows end.
///
/// # Errors
/// Forbidden; invalid for what is no host or is our own.
pub async fn block_host(uow: &mut Uow, who: &Principal, host: &str) -> AppResult<()> {
    policy::administer(who).require()?;
    policy::within(who, uow.tenant()).require()?;
    let ctx = uow.ctx().clone();
    let settings = ctx.service::<NodeSettings>()?;
    let host = settings
        .host(host)
        .filter(|host| host.contains('.'))
        .ok_or_else(|| AppError::invalid(vec![FieldError::new("host", "tenants-host-invalid")]))?;
    if ctx.service::<Tenants>()?.by_host(&host).is_some() {
        return Err(AppError::invalid(vec![FieldError::new("host", "tenants-host-ours")]));
    }
    let (tenant, by, now) = (uow.tenant().clone(), uow.by().to_owned(), uow.now());
    store::insert_block(uow.conn(), &tenant, &host, &by, now).await?;
    let seq = outbox::current_seq(uow.conn(), &tenant).await?;
    let ended = store::end_followers_of_host(uow.conn(), &tenant, &host, seq).await?;
    uow.audit("tenants.host_blocked", &host, json!({"follows_ended": ended})).await
}

/// Lets `host` in again.
///
/// # Errors
/// Forbidden; not found when it was not shut out by this tenant.
pub async fn unblock_host(uow: &mut Uow, who: &Principal, host: &str) -> AppResult<()> {
    policy::administer(who).require()?;
    policy::within(who, uow.tenant()).require()?;
    let tenant = uow.tenant().clone();
    if !store::delete_block(uow.conn(), &tenant, host).await? {
        return Err(AppError::not_found());
    }
    uow.audit("tenants.host_unblocked", host, json!({})).await
}

/// Whether the node or `tenant` has shut out `host` or a domain above it.
///
/// # Errors
/// Internal, from the database.
pub async fn is_blocked(conn: &mut Conn, tenant: &TenantId, host: &str) -> AppResult<bool> {
    Ok(store::is_blocked(conn, tenant, &covering(host)).await?)
}

#[cfg(test)]
mod tests {
    use super::covering;

    #[test]
    fn a_block_covers_every_name_under_the_domain() {
        assert_eq!(covering("a.b.evil.example:8443"), ["a.b.evil.example:8443", "a.b.evil.example", "b.evil.example", "evil.example"]);
        assert_eq!(covering("evil.localhost:8001"), ["evil.localhost:8001", "evil.localhost", "localhost"]);
    }
}
