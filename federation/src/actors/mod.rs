//! Actors of other servers: kept once per node, fetched from their origin, never believed from elsewhere.

mod handler;
mod parse;
pub mod store;

use std::sync::Arc;

use ratusha_platform::{AppError, AppResult, Conn, Ctx, Kind, TenantId, Timestamp};
use serde_json::{Map, Value};
use url::Url;

pub use handler::remember;
pub(crate) use handler::{Before, before_dispatch};
pub use parse::{ActorRefusal, parse_actor};

use crate::{
    service::Federation,
    signatures::PublicKey,
    transport::{FetchProblem, same_address},
    wire,
};

/// A fetch that failed is not tried again for so long.
const NEGATIVE_MS: i64 = 5 * 60 * 1000;
/// What is known of an actor is old after so long.
const RENEW_MS: i64 = 24 * 60 * 60 * 1000;

/// One public key that an actor lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorKey {
    /// Its address.
    pub id: String,
    /// The key.
    pub key: PublicKey,
}

/// An actor of another server, as last seen at its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteActor {
    /// Its address.
    pub id: String,
    /// Where it lives, in one form.
    pub host: String,
    /// `Person`, `Organization`, `Group`, `Service`, `Application`.
    pub kind: String,
    /// `preferredUsername`.
    pub username: String,
    /// Display name, plain text; the username when there is none.
    pub name: String,
    /// About itself, cleaned HTML.
    pub summary: String,
    /// Its page for people.
    pub url: String,
    /// Its picture's address.
    pub icon: Option<String>,
    /// Its own inbox.
    pub inbox: String,
    /// The inbox of its whole server.
    pub shared_inbox: Option<String>,
    /// Its outbox.
    pub outbox: Option<String>,
    /// Its followers collection.
    pub followers: Option<String>,
    /// What it has pinned.
    pub featured: Option<String>,
    /// Its keys, each claimed by it and living on its host.
    pub keys: Vec<ActorKey>,
    /// Our own extension properties (`egov:…`), if it has any.
    pub egov: Option<Value>,
    /// The whole document.
    pub document: Value,
    /// `user@host` that WebFinger confirmed, when it was asked.
    pub confirmed: Option<String>,
    /// When it was read at its origin.
    pub fetched_at: Timestamp,
    /// When it was deleted.
    pub gone_at: Option<Timestamp>,
}

impl RemoteActor {
    /// `@user@host`.
    #[must_use]
    pub fn handle(&self) -> String {
        match &self.confirmed {
            Some(handle) => format!("@{handle}"),
            None => format!("@{}@{}", self.username, self.host),
        }
    }

    /// Where to deliver: the shared inbox where there is one.
    #[must_use]
    pub fn delivery_inbox(&self) -> Option<crate::Inbox> {
        crate::Inbox::new(self.shared_inbox.as_deref().unwrap_or(&self.inbox))
    }

    /// The key with the address `key_id`.
    #[must_use]
    pub fn key(&self, key_id: &str) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.id == key_id).map(|key| &key.key)
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        // The document holds nearly everything that stands beside it once more, and each key is parsed twice.
        2 * wire::weight(&self.document) + self.keys.len() * 4096 + 1024
    }

    fn egov_of(document: &Value) -> Option<Value> {
        let found: Map<String, Value> = document
            .as_object()?
            .iter()
            .filter(|(name, _)| name.starts_with("egov:"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        (!found.is_empty()).then_some(Value::Object(found))
    }
}

/// The actor as it stands in our database; never asks the network.
///
/// # Errors
/// Internal, from the database.
pub async fn find_remote_actor(conn: &mut Conn, id: &str) -> AppResult<Option<RemoteActor>> {
    Ok(store::find_remote_actor(conn, id).await?)
}

/// The actor `id`: from memory, from the database, or signed for by `tenant` from its origin.
/// Never inside a unit of work.
///
/// # Errors
/// Invalid for what is no address of an actor elsewhere, forbidden for a blocked host, not found
/// when its origin has none, unavailable when the origin is out of reach.
pub async fn remote_actor(ctx: &Ctx, tenant: &TenantId, id: &str) -> AppResult<RemoteActor> {
    let federation = ctx.service::<Federation>()?;
    if let Some(actor) = known_actor(ctx, &federation, id).await? {
        return if actor.gone_at.is_some() { Err(AppError::new(Kind::Gone, "federation.actor_gone")) } else { Ok((*actor).clone()) };
    }
    Ok((*refresh_actor(ctx, &federation, tenant, id).await?).clone())
}

/// From memory or from the database.
pub(crate) async fn known_actor(ctx: &Ctx, federation: &Federation, id: &str) -> AppResult<Option<Arc<RemoteActor>>> {
    if let Some(actor) = federation.actors.get(id) {
        return Ok(Some(actor));
    }
    let mut conn = ctx.db().read().await?;
    let Some(actor) = store::find_remote_actor(&mut conn, id).await? else { return Ok(None) };
    let actor = Arc::new(actor);
    federation.actors.insert(id.to_owned(), actor.clone());
    Ok(Some(actor))
}

/// Reads the actor at its origin and keeps it; failures are remembered for five minutes.
pub(crate) async fn refresh_actor(ctx: &Ctx, federation: &Federation, tenant: &TenantId, id: &str) -> AppResult<Arc<RemoteActor>> {
    let now = ctx.now();
    // Many deliveries of one unknown actor at once cause one fetch.
    let gate = federation.gates.get_with(id.to_owned(), Arc::default);
    let _turn = gate.lock().await;
    if let Some(actor) = federation.actors.get(id).filter(|actor| actor.fetched_at >= now && actor.gone_at.is_none()) {
        return Ok(actor);
    }
    if let Some((at, kind)) = federation.failed_fetches.get(id)
        && (0..NEGATIVE_MS).contains(&(now.0 - at.0))
    {
        return Err(AppError::new(kind, "federation.unreachable"));
    }
    // Strangers decide what is fetched here, so its cost has an upper end.
    let Ok(_permit) = federation.fetching.try_acquire() else {
        return Err(AppError::new(Kind::Unavailable, "federation.unreachable"));
    };
    let failed = |error: AppError| {
        federation.failed_fetches.insert(id.to_owned(), (now, error.kind));
        error
    };
    let document = federation.fetch(ctx, tenant, id).await.map_err(|problem| failed(problem.into()))?;
    let actor = parse_actor(&document, now).ok().filter(|actor| same_address(&actor.id, id));
    let actor = actor.ok_or_else(|| failed(AppError::new(Kind::Invalid, "federation.not_an_actor")))?;
    keep(ctx, federation, tenant, actor).await
}

/// Reads the actor again in the background when what we know is old, so that a key that its origin
/// took back does not hold for ever.
pub(crate) fn renew_old(ctx: &Ctx, federation: &Arc<Federation>, tenant: &TenantId, actor: &RemoteActor) {
    if ctx.now().0 - actor.fetched_at.0 < RENEW_MS || !federation.renewed.entry(actor.id.clone()).or_insert(()).is_fresh() {
        return;
    }
    let (ctx, federation, tenant, id) = (ctx.clone(), federation.clone(), tenant.clone(), actor.id.clone());
    tokio::spawn(async move {
        if let Err(error) = refresh_actor(&ctx, &federation, &tenant, &id).await {
            tracing::info!(actor = %id, error = %error.chain(), "an actor cannot be read again");
        }
    });
}

async fn keep(ctx: &Ctx, federation: &Federation, tenant: &TenantId, actor: RemoteActor) -> AppResult<Arc<RemoteActor>> {
    let mut uow = ctx.begin(tenant, "federation").await?;
    let kept = store::put_remote_actor(uow.conn(), &actor).await?;
    federation.directory.actor_changed(&mut uow, &kept).await?;
    uow.commit().await?;
    let kept = Arc::new(kept);
    federation.failed_fetches.invalidate(&actor.id);
    federation.actors.insert(actor.id, kept.clone());
    Ok(kept)
}

/// Finds `@user@host` by WebFinger and reads the actor; the answer must name the same address
/// when it is asked about the actor itself.
///
/// # Errors
/// Invalid for what is no address, not found when there is none or the two sides disagree,
/// unavailable when the server is out of reach.
pub async fn lookup_handle(ctx: &Ctx, tenant: &TenantId, handle: &str) -> AppResult<RemoteActor> {
    let federation = ctx.service::<Federation>()?;
    let not_found = || AppError::new(Kind::NotFound, "federation.handle_not_found");
    let (user, host) = split_handle(handle).ok_or_else(|| AppError::new(Kind::Invalid, "federation.handle"))?;
    refuse_blocked(ctx, &federation, tenant, &host).await?;
    let found = federation.webfinger(ctx, tenant, &host, &format!("acct:{user}@{host}")).await?;
    let id = found.actors.first().map(Url::to_string).ok_or_else(not_found)?;
    let actor = remote_actor(ctx, tenant, &id).await?;
    // What the answer calls itself must lead back to the same actor, and the actor's own server
    // must call it so too, or anybody could take any name.
    let canonical = split_handle(&found.subject).ok_or_else(not_found)?;
    let confirmed = format!("{}@{}", canonical.0, canonical.1);
    let mut witnesses = Vec::new();
    if canonical.1 != host {
        witnesses.push((canonical.1.clone(), confirmed.clone()));
    }
    if canonical.1 != actor.host {
        witnesses.push((actor.host.clone(), format!("{}@{}", actor.username, actor.host)));
    }
    for (host, account) in witnesses {
        let again = federation.webfinger(ctx, tenant, &host, &format!("acct:{account}")).await?;
        let same = again.actors.iter().any(|actor| actor.as_str() == id) && split_handle(&again.subject).as_ref() == Some(&canonical);
        if !same {
            return Err(not_found());
        }
    }
    let actor = RemoteActor { confirmed: Some(confirmed), ..actor };
    Ok((*keep(ctx, &federation, tenant, actor).await?).clone())
}

/// `@user@host`, `user@host` or `acct:user@host` in two parts, the host in one form.
fn split_handle(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let text = text.strip_prefix("acct:").unwrap_or(text);
    let text = text.strip_prefix('@').unwrap_or(text);
    let (user, host) = text.rsplit_once('@')?;
    let fits = !user.is_empty() && user.len() <= 128 && user.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+'));
    let url = Url::parse(&format!("https://{host}/")).ok().filter(wire::ids::valid_remote_id)?;
    (fits && url.path() == "/" && url.query().is_none() && url.fragment().is_none())
        .then(|| wire::ids::host_key(&url).map(|host| (user.to_owned(), host)))
        .flatten()
}

pub(crate) async fn refuse_blocked(ctx: &Ctx, federation: &Federation, tenant: &TenantId, host: &str) -> AppResult<()> {
    let mut conn = ctx.db().read().await?;
    if federation.directory.blocked(&mut conn, tenant, host).await? {
        return Err(AppError::new(Kind::Forbidden, "federation.blocked"));
    }
    Ok(())
}

impl From<FetchProblem> for AppError {
    fn from(problem: FetchProblem) -> Self {
        let error = match &problem {
            FetchProblem::Missing => Self::new(Kind::NotFound, "federation.not_there"),
            FetchProblem::Refused(_) => Self::new(Kind::Invalid, "federation.refused"),
            FetchProblem::Blocked => Self::new(Kind::Forbidden, "federation.blocked"),
            FetchProblem::Unreachable(_) => Self::new(Kind::Unavailable, "federation.unreachable"),
        };
        error.because(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_read_in_its_three_spellings() {
        for text in ["@kyiv@City.example", "kyiv@city.example", "acct:kyiv@city.example."] {
            assert_eq!(split_handle(text), Some(("kyiv".into(), "city.example".into())), "{text}");
        }
        assert_eq!(split_handle("@lviv@lviv.localhost:8081"), Some(("lviv".into(), "lviv.localhost:8081".into())));
        for bad in ["kyiv", "@@x", "a b@c.example", "a@b/c", "a@", "a@127.0.0.1", "a@b?c"] {
            assert_eq!(split_handle(bad), None, "{bad}");
        }
    }
}
