//! The door: cheap refusals first, then the signature, and 202 only when the bytes are on disk.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension,
    body::Body,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use ratusha_platform::{AppError, Ctx, Kind, http::site::Site};
use serde_json::json;
use url::Url;

use super::{
    MAX_BODY,
    checks::{self, Envelope, Refuse},
    store,
    writer::{Item, Stored},
};
use crate::{
    actors::{self, RemoteActor},
    fetch::Expect,
    loopback::InProcess,
    outbox,
    service::Federation,
    signatures::{Claim, Incoming, digest::sha256, prepare},
    wire::ids::same_host,
};

/// A body must be there within this time, however slowly it trickles.
const BODY_TIME: Duration = Duration::from_secs(30);
/// An actor whose key does not fit is read again at most this often.
const REFETCH_MS: i64 = 5 * 60 * 1000;
/// When to come back after the key could not be had, in seconds.
const KEY_RETRY_S: u64 = 300;

/// `POST` to an inbox.
pub(super) async fn receive(
    State(ctx): State<Ctx>,
    site: Option<Extension<Site>>,
    in_process: Option<Extension<InProcess>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(federation) = ctx.service::<Federation>() else {
        return AppError::broken("the federation service is not installed").into_response();
    };
    let mut host = None;
    let request = Request {
        ctx: &ctx,
        federation: &federation,
        site: site.as_ref().map(|Extension(site)| site),
        in_process: in_process.is_some(),
        method: &method,
        path: uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str),
        headers: &headers,
    };
    match request.take(body, &mut host).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(refuse) => {
            federation.counters.bump_refused(refuse.code);
            let tenant = site.as_ref().map_or("-", |Extension(site)| site.tenant.as_str());
            tracing::warn!(tenant, host = host.as_deref().unwrap_or("-"), code = refuse.code, "inbox refused");
            answer(refuse)
        }
    }
}

/// RFC 9457 in the one language that programs read.
fn answer(refuse: Refuse) -> Response {
    let problem = json!({
        "type": format!("urn:ratusha:problem:federation.{}", refuse.code),
        "title": refuse.code,
        "status": refuse.status.as_u16(),
    });
    let mut response = (refuse.status, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response();
    if let Some(seconds) = refuse.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

struct Request<'a> {
    ctx: &'a Ctx,
    federation: &'a Arc<Federation>,
    site: Option<&'a Site>,
    in_process: bool,
    method: &'a Method,
    path: &'a str,
    headers: &'a HeaderMap,
}

impl Request<'_> {
    async fn take(&self, body: Body, host: &mut Option<String>) -> Result<(), Refuse> {
        let site = self.site.ok_or(Refuse::new(StatusCode::MISDIRECTED_REQUEST, "unknown_host"))?;
        let body = self.read_body(body).await?;
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !Expect::Activity.takes(kind) {
            return Err(Refuse::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type"));
        }
        if !self.headers.contains_key("signature") {
            return Err(Refuse::new(StatusCode::UNAUTHORIZED, "signature_missing"));
        }
        let mut envelope = checks::read(&body)?;
        *host = Some(envelope.host.clone());
        let ours = self.federation.directory.tenant_by_host(&envelope.host).await.map_err(|error| unavailable(&error))?;
        // Nobody speaks to us in our own name from outside.
        if ours.as_ref() == Some(&site.tenant) && !self.in_process {
            return Err(Refuse::new(StatusCode::FORBIDDEN, "own_host"));
        }
        // Nothing of the database is asked for what does not even claim to be signed for us.
        let claim = self.claim(site, &body)?;
        if !same_host(&claim.key_id, &envelope.actor_url) {
            return Err(Refuse::new(StatusCode::UNAUTHORIZED, "key_host"));
        }
        let hash = sha256(&body);
        if self.known_already(site, &envelope, &hash).await? {
            self.federation.counters.bump_duplicates();
            return Ok(());
        }
        let Some(actor) = self.verify(site, &envelope, &claim).await? else { return Ok(()) };
        // As its origin spells it, so that it is found again.
        envelope.actor.clone_from(&actor.id);
        self.federation.host_limits.delivery(&envelope.host).map_err(too_many)?;
        self.store(site, envelope, hash, body).await
    }

    async fn read_body(&self, body: Body) -> Result<Bytes, Refuse> {
        let too_large = Refuse::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
        let announced = self.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
        if announced.is_some_and(|length| length > MAX_BODY as u64) {
            return Err(too_large);
        }
        match tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, MAX_BODY)).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(_)) => Err(too_large),
            Err(_) => Err(Refuse::new(StatusCode::REQUEST_TIMEOUT, "too_slow")),
        }
    }

    /// Whether these very bytes are here; a shut-out host is told so first.
    async fn known_already(&self, site: &Site, envelope: &Envelope, hash: &[u8]) -> Result<bool, Refuse> {
        let mut conn = self.ctx.db().read().await.map_err(|error| unavailable(&error.into()))?;
        let blocked = self.federation.directory.blocked(&mut conn, &site.tenant, &envelope.host).await;
        if blocked.map_err(|error| unavailable(&error))? {
            return Err(Refuse::new(StatusCode::FORBIDDEN, "blocked"));
        }
        let known = store::find_hash(&mut conn, &site.tenant, &envelope.id).await;
        Ok(known.map_err(|error| unavailable(&error.into()))?.as_deref() == Some(hash))
    }

    fn claim(&self, site: &Site, body: &[u8]) -> Result<Claim, Refuse> {
        let incoming = Incoming {
            method: self.method,
            path_and_query: self.path,
            headers: self.headers,
            body,
            scheme: site.base_url.split_once("://").map_or("https", |(scheme, _)| scheme),
            host: &site.host,
        };
        prepare(&incoming, self.ctx.now().0).map_err(|refusal| Refuse::new(refusal.status(), refusal.code()))
    }

    /// Who signed; `None`: nothing to do, and not worth finding out who asks.
    async fn verify(&self, site: &Site, envelope: &Envelope, claim: &Claim) -> Result<Option<Arc<RemoteActor>>, Refuse> {
        let known = actors::known_actor(self.ctx, self.federation, &envelope.actor).await.map_err(|error| unavailable(&error))?;
        let known = known.filter(|actor| actor.gone_at.is_none());
        if let Some(actor) = known.as_ref().filter(|actor| fits(actor, claim)) {
            actors::renew_old(self.ctx, self.federation, &site.tenant, actor);
            return Ok(known);
        }
        if known.is_none() && envelope.about_itself {
            return Ok(None);
        }
        self.federation.host_limits.stranger(&envelope.host).map_err(too_many)?;
        let bad = Refuse::new(StatusCode::UNAUTHORIZED, "signature_bad");
        if known.is_some_and(|actor| (0..REFETCH_MS).contains(&(self.ctx.now().0 - actor.fetched_at.0))) {
            return Err(bad);
        }
        let actor = actors::refresh_actor(self.ctx, self.federation, &site.tenant, &envelope.actor).await.map_err(|error| {
            tracing::debug!(actor = %envelope.actor, error = %error.chain(), "a key cannot be had");
            // Some servers never try again after a 4xx, so what may pass is no 4xx.
            match error.kind {
                Kind::Unavailable => {
                    Refuse { retry_after: Some(KEY_RETRY_S), ..Refuse::new(StatusCode::SERVICE_UNAVAILABLE, "key_unreachable") }
                }
                _ => Refuse::new(StatusCode::UNAUTHORIZED, "key_unreachable"),
            }
        })?;
        if fits(&actor, claim) { Ok(Some(actor)) } else { Err(bad) }
    }

    async fn store(&self, site: &Site, envelope: Envelope, sha256: [u8; 32], body: Bytes) -> Result<(), Refuse> {
        let now = self.ctx.now();
        let host = envelope.host.clone();
        let item = Item {
            id: self.ctx.rng().uuid(now),
            tenant: site.tenant.clone(),
            activity_id: envelope.id,
            sha256,
            body: body.to_vec(),
            actor: envelope.actor,
            host: envelope.host,
            received_at: now,
        };
        let activity = item.activity_id.clone();
        match self.federation.writer.store(self.ctx, item).await.map_err(|error| unavailable(&error))? {
            Stored::New => {
                self.federation.counters.bump_accepted();
                self.ctx.wake().notify_waiters();
            }
            Stored::Known => self.federation.counters.bump_duplicates(),
            Stored::Quarantined => {
                self.federation.counters.bump_refused("quarantined");
                tracing::warn!(%host, %activity, kind = %envelope.kind, "a known address came with other bytes");
            }
        }
        if self.federation.take_open(&host)
            && let Err(error) = self.probe(&host).await
        {
            tracing::warn!(%host, error = %error.chain(), "an early try cannot be noted");
        }
        Ok(())
    }

    /// Whoever speaks to us is probably back: what waits for it is tried at once.
    async fn probe(&self, host: &str) -> Result<(), AppError> {
        let mut tx = self.ctx.db().write().await?;
        outbox::store::probe_now(&mut tx, host, self.ctx.now()).await?;
        tx.commit().await?;
        self.ctx.wake().notify_waiters();
        Ok(())
    }
}

/// Whether the actor lists the key, under exactly this address, and the key made the signature.
fn fits(actor: &RemoteActor, claim: &Claim) -> bool {
    actor.keys.iter().filter(|key| Url::parse(&key.id).is_ok_and(|id| id == claim.key_id)).any(|key| claim.verify(&key.key).is_ok())
}

fn too_many(seconds: u64) -> Refuse {
    Refuse { retry_after: Some(seconds), ..Refuse::new(StatusCode::TOO_MANY_REQUESTS, "rate") }
}

fn unavailable(error: &AppError) -> Refuse {
    tracing::error!(error = %error.chain(), "the inbox cannot work");
    Refuse { retry_after: Some(30), ..Refuse::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable") }
}
