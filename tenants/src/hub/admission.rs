//! At the hub: which communities it takes practices from.

use ratusha_federation::{Federation, RemoteActor, actors::parse_actor};
use ratusha_platform::{AppError, AppResult, Conn, Ctx, FieldError, Kind, TenantId, Timestamp, text};
use serde_json::{Value, json};

use super::store;
use crate::{
    audit::Audit,
    policy,
    principal::Principal,
    settings::NodeSettings,
    tenant::{Tenant, Tenants},
    territory,
};

/// A community that the hub knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Community {
    /// Host of its actor, in one form.
    pub host: String,
    /// Its actor's address.
    pub actor_id: String,
    /// Its name, from the codifier where it has a unit.
    pub name: String,
    /// Code of its unit.
    pub katottg: Option<String>,
    /// True while what it publishes is taken in.
    pub admitted: bool,
    /// When it was admitted.
    pub admitted_at: Timestamp,
}

fn hub(ctx: &Ctx) -> AppResult<std::sync::Arc<Tenant>> {
    ctx.service::<Tenants>()?.hub().ok_or_else(|| AppError::new(Kind::Conflict, "tenants.not_a_hub"))
}

/// The actor with the address `id`, read anew at its origin on behalf of `tenant`.
pub(super) async fn read_actor(ctx: &Ctx, tenant: &TenantId, id: &str) -> AppResult<RemoteActor> {
    let document = ctx.service::<Federation>()?.fetch(ctx, tenant, id).await?;
    parse_actor(&document, ctx.now()).map_err(|_| AppError::new(Kind::Invalid, "federation.not_an_actor"))
}

/// Reads the community's actor at `host` and admits it to the depository; never inside a unit of work.
///
/// # Errors
/// Forbidden; conflict when this node is no hub; invalid (`host`) for what is no host, no community, a unit that the
/// codifier does not know or that another admitted host stands for; unavailable when the host is out of reach.
pub async fn admit(ctx: &Ctx, who: &Principal, host: &str) -> AppResult<Community> {
    policy::administer(who).require()?;
    let hub = hub(ctx)?;
    if who.tenant != hub.id && !who.is_system() && !policy::run_node(who).allowed() {
        return Err(AppError::not_found());
    }
    let wrong = |key: &'static str| AppError::invalid(vec![FieldError::new("host", key)]);
    let settings = ctx.service::<NodeSettings>()?;
    let host = settings.host(host).ok_or_else(|| wrong("tenants-host-invalid"))?;
    if hub.hosts.contains(&host) {
        return Err(wrong("tenants-host-ours"));
    }
    let actor = read_actor(ctx, &hub.id, &format!("{}://{host}/ap/actor", settings.scheme)).await?;
    let code = actor
        .egov
        .as_ref()
        .and_then(|egov| egov.get("egov:territory"))
        .and_then(|territory| territory.get("katottg"))
        .and_then(Value::as_str);
    let code = code
        .filter(|code| territory::is_code(code) && actor.kind == "Organization")
        .ok_or_else(|| wrong("tenants-not-a-community"))?
        .to_owned();
    let mut uow = ctx.begin(&hub.id, who.by()).await?;
    let unit = territory::find_by_code(uow.conn(), &code).await?.ok_or_else(|| wrong("tenants-unit-unknown"))?;
    if store::find_by_unit(uow.conn(), &hub.id, &unit.code, &actor.host).await?.is_some() {
        return Err(wrong("tenants-unit-admitted"));
    }
    let name = text::truncate_chars(&text::clean_line(&actor.name), 120);
    let community =
        Community { host: actor.host, actor_id: actor.id, name, katottg: Some(unit.code), admitted: true, admitted_at: uow.now() };
    let by = uow.by().to_owned();
    store::put_community(uow.conn(), &hub.id, &community, &by).await?;
    uow.audit("tenants.admitted", &community.host, json!({"actor": community.actor_id, "katottg": community.katottg})).await?;
    uow.commit().await?;
    Ok(community)
}

/// Takes nothing more from `host`; what was accepted stays until a curator removes it.
///
/// # Errors
/// Forbidden; conflict when this node is no hub; not found when it was not admitted.
pub async fn withdraw(ctx: &Ctx, who: &Principal, host: &str) -> AppResult<()> {
    policy::administer(who).require()?;
    let hub = hub(ctx)?;
    if who.tenant != hub.id && !who.is_system() && !policy::run_node(who).allowed() {
        return Err(AppError::not_found());
    }
    let mut uow = ctx.begin(&hub.id, who.by()).await?;
    if !store::withdraw_community(uow.conn(), &hub.id, host).await? {
        return Err(AppError::not_found());
    }
    uow.audit("tenants.admission_withdrawn", host, json!({})).await?;
    uow.commit().await
}

/// The community admitted under `host` (of its actor), if any.
///
/// # Errors
/// Internal, from the database.
pub async fn admitted(conn: &mut Conn, tenant: &TenantId, host: &str) -> AppResult<Option<Community>> {
    Ok(store::find_community(conn, tenant, host).await?.filter(|community| community.admitted))
}

/// True when what `host` publishes is taken in.
///
/// # Errors
/// Internal, from the database.
pub async fn is_admitted(conn: &mut Conn, tenant: &TenantId, host: &str) -> AppResult<bool> {
    Ok(admitted(conn, tenant, host).await?.is_some())
}

/// What the hub admits, for commands.
///
/// # Errors
/// Forbidden; conflict when this node is no hub.
pub async fn list(ctx: &Ctx, who: &Principal) -> AppResult<Vec<Community>> {
    policy::administer(who).require()?;
    let hub = hub(ctx)?;
    let mut conn = ctx.db().read().await?;
    Ok(list_admitted(&mut conn, &hub.id).await?.into_iter().filter(|community| community.admitted).collect())
}

/// Every community the hub has ever admitted, by host.
///
/// # Errors
/// Internal, from the database.
pub async fn list_admitted(conn: &mut Conn, tenant: &TenantId) -> AppResult<Vec<Community>> {
    Ok(store::list_communities(conn, tenant).await?)
}
