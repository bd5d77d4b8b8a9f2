//! Reading and delivering, whether the other side is another server or a tenant of this node.

use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use ratusha_platform::{AppError, AppResult, Ctx, TenantId};
use serde_json::Value;
use url::Url;

use crate::{
    fetch::{Expect, FetchError, Guarded, RetryAfter},
    service::Federation,
    signatures::{ActorSigner, Outgoing, RequestSigner},
    webfinger::Found,
    wire::{self, ACTIVITY_JSON, ids},
};

/// Why a document could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchProblem {
    /// Its origin says that there is none (404, 410).
    #[error("there is no such document")]
    Missing,
    /// What came is not what was asked for, or may not be asked for.
    #[error("the document is refused: {0}")]
    Refused(String),
    /// The host is shut out.
    #[error("the host is blocked")]
    Blocked,
    /// Out of reach for now.
    #[error("the origin is out of reach: {0}")]
    Unreachable(String),
}

/// The answer to a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivered {
    pub status: StatusCode,
    pub retry_after: Option<RetryAfter>,
    pub remark: String,
}

impl Federation {
    /// Whether `host` is one of this node's own.
    pub(crate) async fn is_ours(&self, host: &str) -> AppResult<bool> {
        Ok(self.directory.tenant_by_host(host).await?.is_some())
    }

    /// Reads the document `id` from its origin, signed as the server actor of `tenant`; what comes
    /// must call itself `id`.
    pub async fn fetch(&self, ctx: &Ctx, tenant: &TenantId, id: &str) -> Result<Value, FetchProblem> {
        let url = ids::remote_id(id).ok_or_else(|| FetchProblem::Refused("not an address".into()))?;
        let mut document = self.read(ctx, tenant, &url).await?;
        let named = |document: &Value| document.get("id").and_then(Value::as_str).map(str::to_owned);
        let Some(mut own_id) = named(&document) else { return Err(FetchProblem::Refused("it has no id".into())) };
        if !same_address(&own_id, id) {
            // Asked by another of its addresses; its own one, on the same host, is asked once.
            let own = Url::parse(&own_id).ok().filter(|own| ids::valid_remote_id(own) && ids::same_host(own, &url));
            let own = own.ok_or_else(|| FetchProblem::Refused("its id lives elsewhere".into()))?;
            document = self.read(ctx, tenant, &own).await?;
            own_id = named(&document).unwrap_or_default();
            if !same_address(&own_id, own.as_str()) {
                return Err(FetchProblem::Refused("its id leads elsewhere".into()));
            }
        }
        Ok(document)
    }

    async fn read(&self, ctx: &Ctx, tenant: &TenantId, url: &Url) -> Result<Value, FetchProblem> {
        let (bytes, at) = self.get(ctx, tenant, url, Expect::Activity).await?;
        // Behind an open redirect anybody could speak as the host that redirects.
        if !ids::same_host(&at, url) {
            return Err(FetchProblem::Refused("a redirect leads to another host".into()));
        }
        wire::parse(&bytes).map_err(|refusal| FetchProblem::Refused(refusal.code().into()))
    }

    /// Asks `host` about `resource`.
    pub(crate) async fn webfinger(&self, ctx: &Ctx, tenant: &TenantId, host: &str, resource: &str) -> Result<Found, FetchProblem> {
        let refused = |why: &str| FetchProblem::Refused(why.to_owned());
        let plain = Url::parse(&format!("http://{host}/.well-known/webfinger")).map_err(|_| refused("not a host"))?;
        let ours = self.is_ours(host).await.map_err(internal)?;
        // Plain http only where the rules of the client let it through: on loopback.
        let mut url = if ours || self.client.rules().check(&plain).is_ok() {
            plain
        } else {
            Url::parse(&format!("https://{host}/.well-known/webfinger")).map_err(|_| refused("not a host"))?
        };
        url.query_pairs_mut().append_pair("resource", resource);
        let (bytes, _) = self.get(ctx, tenant, &url, Expect::WebFinger).await?;
        let answer = wire::parse(&bytes).map_err(|refusal| refused(refusal.code()))?;
        let mut found = Found::parse(&answer).ok_or_else(|| refused("no answer"))?;
        found.actors.retain(ids::valid_remote_id);
        if found.actors.is_empty() { Err(refused("no actor")) } else { Ok(found) }
    }

    /// Reads a picture of at most `max` bytes; it is to be decoded and encoded anew before anybody sees it.
    pub async fn fetch_picture(&self, ctx: &Ctx, tenant: &TenantId, url: &Url, max: usize) -> Result<Bytes, FetchProblem> {
        let client = self.client.clone().with_max_body(max);
        let (bytes, _) = self.get_by(&client, ctx, tenant, url, Expect::Picture).await?;
        if bytes.len() > max { Err(FetchProblem::Refused("it is too large".into())) } else { Ok(bytes) }
    }

    async fn get(&self, ctx: &Ctx, tenant: &TenantId, url: &Url, expect: Expect) -> Result<(Bytes, Url), FetchProblem> {
        self.get_by(&self.client, ctx, tenant, url, expect).await
    }

    async fn get_by(
        &self,
        client: &Guarded,
        ctx: &Ctx,
        tenant: &TenantId,
        url: &Url,
        expect: Expect,
    ) -> Result<(Bytes, Url), FetchProblem> {
        let host = ids::host_key(url).ok_or_else(|| FetchProblem::Refused("no host".into()))?;
        let signer = {
            let mut conn = ctx.db().read().await.map_err(|error| internal(error.into()))?;
            if self.directory.blocked(&mut conn, tenant, &host).await.map_err(internal)? {
                return Err(FetchProblem::Blocked);
            }
            self.directory.server_actor(&mut conn, tenant).await.map_err(internal)?.signer(ctx.now().0)
        };
        if self.loopback.is_set() && self.is_ours(&host).await.map_err(internal)? {
            return self.get_in_process(url, expect, &signer).await;
        }
        match client.get_json(url, expect, Some(&signer)).await {
            Ok(fetched) => Ok((fetched.bytes, fetched.final_url)),
            Err(error) if error.is_gone() => Err(FetchProblem::Missing),
            Err(error) if error.is_temporary() => Err(FetchProblem::Unreachable(error.to_string())),
            Err(error) => Err(FetchProblem::Refused(error.to_string())),
        }
    }

    async fn get_in_process(&self, url: &Url, expect: Expect, signer: &ActorSigner) -> Result<(Bytes, Url), FetchProblem> {
        let unreachable = || FetchProblem::Unreachable("our own router".into());
        let request = in_process(&Method::GET, url, None, signer)
            .and_then(|builder| builder.header(header::ACCEPT, expect.accept()).body(Body::empty()).ok())
            .ok_or_else(unreachable)?;
        let answer = self.loopback.send(request).await.ok_or_else(unreachable)?;
        match answer.status.as_u16() {
            200..=299 => {}
            404 | 410 => return Err(FetchProblem::Missing),
            status @ (408 | 429 | 500..) => return Err(FetchProblem::Unreachable(status.to_string())),
            status => return Err(FetchProblem::Refused(status.to_string())),
        }
        let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !expect.takes(kind) {
            return Err(FetchProblem::Refused(format!("the media type is «{kind}»")));
        }
        Ok((answer.body, url.clone()))
    }

    /// Delivers `bytes` to `inbox`; an answer of any status is an answer, `Err` says in words why none came.
    pub(crate) async fn deliver(&self, inbox: &Url, bytes: Bytes, signer: &ActorSigner) -> Result<Delivered, String> {
        let host = ids::host_key(inbox).ok_or("no host")?;
        if self.loopback.is_set() && self.is_ours(&host).await.map_err(|error| error.chain())? {
            let request = in_process(&Method::POST, inbox, Some(&bytes), signer)
                .and_then(|builder| builder.header(header::CONTENT_TYPE, ACTIVITY_JSON).body(Body::from(bytes)).ok())
                .ok_or("the request cannot be built")?;
            let answer = self.loopback.send(request).await.ok_or("our own router is not there yet")?;
            let remark: String = String::from_utf8_lossy(&answer.body).chars().filter(|c| !c.is_control()).take(300).collect();
            return Ok(Delivered { status: answer.status, retry_after: RetryAfter::from_headers(&answer.headers), remark });
        }
        match self.client.post_activity(inbox, bytes, signer).await {
            Ok(outcome) => Ok(Delivered { status: outcome.status, retry_after: outcome.retry_after, remark: outcome.remark }),
            Err(FetchError::Status { status, retry_after }) => Ok(Delivered { status, retry_after, remark: String::new() }),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A signed request in the form in which the router gets it from the network.
fn in_process(method: &Method, url: &Url, body: Option<&[u8]>, signer: &ActorSigner) -> Option<http::request::Builder> {
    let content_type = body.map(|_| ACTIVITY_JSON);
    let outgoing = Outgoing { method, url, body, content_type };
    let path = outgoing.path_and_query();
    let mut builder = Request::builder().method(method).uri(path);
    builder.headers_mut()?.extend(signer.sign(&outgoing).ok()?);
    Some(builder)
}

/// Whether two texts are one address, however it is spelled.
pub(crate) fn same_address(a: &str, b: &str) -> bool {
    a == b || matches!((Url::parse(a), Url::parse(b)), (Ok(a), Ok(b)) if a == b)
}

fn internal(error: AppError) -> FetchProblem {
    FetchProblem::Unreachable(error.chain())
}
