//! Making actors and finding them with their keys ready.

use std::sync::Arc;

use moka::sync::Cache;
use ratusha_federation::{
    outbox::{Audience, Emit},
    signatures::{KeyPair, keys::KeyError},
    wire::PUBLIC,
};
use ratusha_platform::{AppError, AppResult, Conn, Ctx, TenantId, Timestamp, Uow, secret::Keyring, text::translit};

use serde_json::json;

use super::{
    ActorKind, KnownActor,
    store::{self, ActorRow},
};
use crate::{account::AccountId, tenant::Tenant, territory};

const PURPOSE: &str = "actor-keys";
/// User names that a person or community may not take.
const RESERVED: &[&str] = &["server", "admin", "root", "system", "hub", "ratusha"];

type Make = Arc<dyn Fn() -> Result<KeyPair, KeyError> + Send + Sync>;

/// Our actors; a service in the context.
#[derive(Clone)]
pub struct Actors {
    make: Make,
    cache: Cache<String, Arc<KnownActor>>,
}

impl Default for Actors {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Actors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Actors")
    }
}

/// Key pairs made outside any unit of work, sealed and ready to be stored.
#[derive(Debug, Clone)]
pub struct NewKeys(Vec<Vec<u8>>);

impl NewKeys {
    /// The next pair.
    ///
    /// # Errors
    /// Internal, when more are asked for than were made.
    pub(crate) fn take(&mut self) -> AppResult<Vec<u8>> {
        self.0.pop().ok_or_else(|| AppError::broken("not enough keys were made"))
    }
}

impl Actors {
    /// The service, making keys when new ones are needed.
    #[must_use]
    pub fn new() -> Self {
        Self::with_maker(KeyPair::generate)
    }

    /// The service with another source of keys, so that tests need not make any.
    #[must_use]
    pub fn with_maker(make: impl Fn() -> Result<KeyPair, KeyError> + Send + Sync + 'static) -> Self {
        Self { make: Arc::new(make), cache: Cache::new(10_000) }
    }

    /// Makes `count` key pairs away from the async threads; about 50 ms of CPU each.
    ///
    /// # Errors
    /// Internal, when the cryptography fails.
    pub async fn new_keys(&self, ctx: &Ctx, count: usize) -> AppResult<NewKeys> {
        let (make, keyring, rng) = (self.make.clone(), ctx.keyring().clone(), ctx.rng().clone());
        tokio::task::spawn_blocking(move || {
            let mut sealed = Vec::with_capacity(count);
            for _ in 0..count {
                let pair = make().map_err(AppError::internal)?;
                sealed.push(keyring.seal(&rng, PURPOSE, &pair.to_bytes()).map_err(AppError::internal)?);
            }
            Ok(NewKeys(sealed))
        })
        .await
        .map_err(AppError::internal)?
    }

    /// The actor with the address `id`, of any tenant.
    ///
    /// # Errors
    /// Internal, from the database or from keys that do not open.
    pub async fn find(&self, keyring: &Keyring, conn: &mut Conn, id: &str) -> AppResult<Option<Arc<KnownActor>>> {
        if let Some(actor) = self.cache.get(id) {
            return Ok(Some(actor));
        }
        let Some(row) = store::find_by_id(conn, id).await? else { return Ok(None) };
        let pair = keyring.open_sealed(PURPOSE, &row.keys).map_err(AppError::internal)?;
        let keys = KeyPair::from_bytes(&pair).and_then(|pair| pair.signing()).map_err(AppError::internal)?;
        let kind = ActorKind::parse(&row.kind).ok_or_else(|| AppError::broken(format!("unknown kind of actor {}", row.kind)))?;
        let actor = Arc::new(KnownActor {
            id: row.id,
            tenant: TenantId::trusted(row.tenant_id),
            kind,
            name: row.name,
            username: row.username,
            account: row.account_id.map(AccountId::trusted),
            keys: Arc::new(keys),
            created_at: Timestamp(row.created_at),
        });
        self.cache.insert(id.to_owned(), actor.clone());
        Ok(Some(actor))
    }

    /// The actor with the address `id`, if it belongs to `tenant`.
    ///
    /// # Errors
    /// As [`Actors::find`]; not found for other tenants' actors.
    pub async fn get(&self, keyring: &Keyring, conn: &mut Conn, tenant: &TenantId, id: &str) -> AppResult<Arc<KnownActor>> {
        self.find(keyring, conn, id).await?.filter(|actor| actor.tenant == *tenant).ok_or_else(AppError::not_found)
    }
}

/// True for a user name that people and communities may not take, desks included.
#[must_use]
pub fn is_reserved(username: &str) -> bool {
    RESERVED.contains(&username) || super::desk(username).is_some()
}

/// Adds an actor to `tenant`.
pub(crate) async fn insert(
    uow: &mut Uow,
    tenant: &Tenant,
    kind: ActorKind,
    name: &str,
    username: &str,
    account: Option<&AccountId>,
    keys: Vec<u8>,
) -> AppResult<String> {
    let id = match kind {
        ActorKind::Community => tenant.actor_id(),
        ActorKind::Desk => tenant.desk_id(name),
        ActorKind::Person => tenant.person_id(name),
        ActorKind::Server => tenant.server_id(),
    };
    let row = ActorRow {
        id: id.clone(),
        tenant_id: tenant.id.as_str().to_owned(),
        kind: kind.name().to_owned(),
        name: name.to_owned(),
        username: username.to_owned(),
        account_id: account.map(|account| account.as_str().to_owned()),
        keys,
        created_at: uow.now().0,
    };
    store::insert_actor(uow.conn(), &tenant.id, &row).await?;
    Ok(id)
}

/// The address of the actor of `account` in `tenant`, made if there is none yet; opens its own unit of work.
///
/// # Errors
/// Internal, from the database or the cryptography; not found for an unknown account.
pub async fn ensure_person(ctx: &Ctx, tenant: &Tenant, account: &AccountId) -> AppResult<String> {
    let mut conn = ctx.db().read().await?;
    if let Some(id) = store::find_id_by_account(&mut conn, &tenant.id, account.as_str()).await? {
        return Ok(id);
    }
    let person = crate::account::store::find_account(&mut conn, account).await?.ok_or_else(AppError::not_found)?;
    drop(conn);
    let mut keys = ctx.service::<Actors>()?.new_keys(ctx, 1).await?;
    let mut uow = ctx.begin(&tenant.id, account.as_str()).await?;
    // Somebody may have been quicker.
    if let Some(id) = store::find_id_by_account(uow.conn(), &tenant.id, account.as_str()).await? {
        return Ok(id);
    }
    let name = uow.new_id();
    let username = username_of(&person.name, &name);
    let id = insert(&mut uow, tenant, ActorKind::Person, &name, &username, Some(account), keys.take()?).await?;
    uow.commit().await?;
    Ok(id)
}

/// The address of the actor of `account`, if it has one.
///
/// # Errors
/// Internal, from the database.
pub async fn person_of(conn: &mut Conn, tenant: &TenantId, account: &AccountId) -> AppResult<Option<String>> {
    Ok(store::find_id_by_account(conn, tenant, account.as_str()).await?)
}

/// Tells followers that the community shows itself in another way.
pub(crate) async fn profile_changed(uow: &mut Uow, tenant: &Tenant) -> AppResult<()> {
    let ctx = uow.ctx().clone();
    let id = tenant.actor_id();
    let actor = ctx.service::<Actors>()?.get(ctx.keyring(), uow.conn(), &tenant.id, &id).await?;
    let unit = match &tenant.katottg {
        Some(code) => territory::find_by_code(uow.conn(), code).await?,
        None => None,
    };
    let mut document = super::ap::document(ctx.catalog(), tenant, &actor, None, unit.as_ref())?;
    if let Some(map) = document.as_object_mut() {
        map.shift_remove("@context");
        map.insert("updated".to_owned(), json!(uow.now().to_rfc3339()));
    }
    let update = json!({"type": "Update", "object": document, "to": [PUBLIC], "cc": [format!("{id}/followers")]});
    uow.emit(&id, update, Some(&id), Audience::public(&id, Vec::new()));
    Ok(())
}

/// Gives every hub of this node the desks that this version knows and it lacks; at start.
///
/// # Errors
/// Internal, from the database or the cryptography.
pub async fn ensure_desks(ctx: &Ctx, tenant: &Tenant) -> AppResult<()> {
    if !tenant.is_hub() {
        return Ok(());
    }
    for desk in super::DESKS {
        let mut conn = ctx.db().read().await?;
        let known = store::find_id(&mut conn, &tenant.id, ActorKind::Desk, desk.name).await?;
        drop(conn);
        if known.is_none() {
            let mut keys = ctx.service::<Actors>()?.new_keys(ctx, 1).await?;
            let mut uow = ctx.begin(&tenant.id, "node").await?;
            insert(&mut uow, tenant, ActorKind::Desk, desk.name, desk.name, None, keys.take()?).await?;
            uow.commit().await?;
        }
    }
    Ok(())
}

/// A user name for `name`: its Latin letters and the end of the id, so that no two are alike.
fn username_of(name: &str, id: &str) -> String {
    let mut base: String = translit::slug(name).replace('-', "_").chars().take(20).collect();
    if base.is_empty() {
        base.push('p');
    }
    let tail: String = id.chars().rev().take(6).collect();
    format!("{}_{tail}", base.trim_end_matches('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_is_latin_and_no_reserved_name_is_taken() {
        assert_eq!(username_of("Тарас Шевченко", "0197-abc123"), "taras_shevchenko_321cba");
        assert_eq!(username_of("李", "0197-abc123"), "p_321cba");
        assert!(is_reserved("practices") && is_reserved("server") && !is_reserved("lviv"));
    }
}
