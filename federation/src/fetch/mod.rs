//! The one client for everything that leaves the node: addresses are checked at the moment of
//! connecting, redirects one by one, sizes and times while reading.

pub mod limits;
pub mod resolver;
pub mod ssrf;

use std::{collections::HashMap, error::Error as StdError, net::SocketAddr, sync::Arc};
use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use reqwest::{Certificate, Client, Request, Response, redirect::Policy};
use url::Url;

pub use limits::{Budget, Expect, RetryAfter};
pub use resolver::{Lookup, SystemLookup};
pub use ssrf::{BadPattern, Blocked, HostPattern, Rules};

use crate::signatures::{Outgoing, RequestSigner, SignError};
use crate::wire::{ACTIVITY_JSON, ids};

/// How many redirects a GET follows.
pub const MAX_REDIRECTS: usize = 3;
/// How much of the answer to a delivery is kept for the log.
const MAX_REMARK: usize = 500;
/// How much of it is read at all, so that the connection can be used again.
const MAX_ANSWER: usize = 64 * 1024;
/// How long it may take: the status is there, and that is what counts.
const ANSWER_TIME: Duration = Duration::from_secs(3);

/// How the client is set up.
#[derive(Clone)]
pub struct GuardSettings {
    /// Sent with every request; some servers refuse a request without one.
    pub user_agent: String,
    /// Hosts that are exempt from the checks of scheme, port and address.
    pub allow_loopback_hosts: Vec<HostPattern>,
    /// Addresses of host names that are not looked up; they are checked like any other.
    pub fixed_addresses: HashMap<String, SocketAddr>,
    /// Further certificate authorities, PEM.
    pub extra_ca: Vec<Vec<u8>>,
    /// Time to connect, name lookup and TLS included.
    pub connect_timeout: Duration,
    /// The longest silence while an answer is read.
    pub read_timeout: Duration,
    /// Time for a whole request with its redirects.
    pub total_deadline: Duration,
    /// The largest body after decompression, in bytes.
    pub max_body: usize,
    /// Where addresses come from.
    pub lookup: Arc<dyn Lookup>,
}

impl GuardSettings {
    /// The limits that hold everywhere; no host is exempt.
    #[must_use]
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self {
            user_agent: user_agent.into(),
            allow_loopback_hosts: Vec::new(),
            fixed_addresses: HashMap::new(),
            extra_ca: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(10),
            total_deadline: Duration::from_secs(30),
            max_body: 1024 * 1024,
            lookup: Arc::new(SystemLookup),
        }
    }
}

/// The client; a clone shares its connections.
#[derive(Clone)]
pub struct Guarded {
    client: Client,
    rules: Arc<Rules>,
    total_deadline: Duration,
    answer_time: Duration,
    max_body: usize,
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// The client could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// An extra authority is not a PEM certificate.
    #[error("an extra certificate authority cannot be read")]
    Certificate,
    /// TLS or the user agent could not be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(String),
}

/// What was fetched.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where it was in the end.
    pub final_url: Url,
    /// Its media type as the server wrote it.
    pub content_type: String,
    /// The whole body.
    pub bytes: Bytes,
}

/// What became of a delivery; whether that is good is for the caller to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostOutcome {
    /// The status; a redirect is not followed and stands here.
    pub status: StatusCode,
    /// When the peer wants to be asked again.
    pub retry_after: Option<RetryAfter>,
    /// The beginning of the answer when it was not a success, printable, for the log.
    pub remark: String,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The guard did not let it out.
    #[error(transparent)]
    Blocked(#[from] Blocked),
    /// The name has no address, or nobody answers there.
    #[error("no connection: {0}")]
    Connect(String),
    /// It took too long.
    #[error("the peer is too slow")]
    Timeout,
    /// The connection broke or the answer is not HTTP.
    #[error("the transfer failed: {0}")]
    Transfer(String),
    /// The answer is larger than what is read.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer is of another kind than asked for.
    #[error("the answer has the media type «{0}»")]
    ContentType(String),
    /// The answer is not a success.
    #[error("the peer answers {status}")]
    Status {
        /// The status.
        status: StatusCode,
        /// When to come back.
        retry_after: Option<RetryAfter>,
    },
    /// More than [`MAX_REDIRECTS`], or in a circle.
    #[error("too many redirects")]
    Redirects,
    /// A redirect from `https` to `http`, or to nowhere.
    #[error("the redirect leads nowhere safe")]
    BadRedirect,
    /// The request could not be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The activity has caused enough fetches.
    #[error("the fetch budget is used up")]
    Budget,
}

impl FetchError {
    /// A stable name for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Blocked(_) => "blocked",
            Self::Connect(_) => "connect",
            Self::Timeout => "timeout",
            Self::Transfer(_) => "transfer",
            Self::TooLarge => "too_large",
            Self::ContentType(_) => "content_type",
            Self::Status { .. } => "status",
            Self::Redirects => "redirects",
            Self::BadRedirect => "bad_redirect",
            Self::Sign(_) => "sign",
            Self::Budget => "budget",
        }
    }

    /// Whether trying again later may help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Connect(_) | Self::Timeout | Self::Transfer(_) => true,
            Self::Status { status, .. } => status.is_server_error() || matches!(status.as_u16(), 408 | 429),
            _ => false,
        }
    }

    /// Whether the thing is gone for good (410) or was never there (404).
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Status { status, .. } if matches!(status.as_u16(), 404 | 410))
    }

    pub(crate) fn from_reqwest(error: reqwest::Error) -> Self {
        let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
        let mut last = String::new();
        while let Some(e) = cause {
            if let Some(blocked) = e.downcast_ref::<Blocked>() {
                return Self::Blocked(blocked.clone());
            }
            last = e.to_string();
            cause = e.source();
        }
        if error.is_timeout() {
            Self::Timeout
        } else if error.is_connect() {
            Self::Connect(last)
        } else {
            Self::Transfer(last)
        }
    }
}

impl Guarded {
    /// Sets the client up; reads the system's certificate authorities.
    pub fn new(settings: GuardSettings) -> Result<Self, SetupError> {
        let rules = Arc::new(Rules::new(settings.allow_loopback_hosts.clone()));
        let mut authorities = Vec::new();
        for pem in &settings.extra_ca {
            let read = Certificate::from_pem_bundle(pem).map_err(|_| SetupError::Certificate)?;
            if read.is_empty() {
                return Err(SetupError::Certificate);
            }
            authorities.extend(read);
        }
        let build = |only: bool| {
            let builder = Self::builder(&settings, &rules);
            let extra = authorities.clone();
            if only { builder.tls_certs_only(extra) } else { builder.tls_certs_merge(extra) }.build()
        };
        let client = match build(false) {
            Ok(client) => client,
            // A bare machine has no authorities; peers over plain loopback still work.
            Err(error) => {
                let client = build(true).map_err(|e| SetupError::Client(e.to_string()))?;
                tracing::warn!(%error, "no certificate authorities on this machine");
                client
            }
        };
        let answer_time = ANSWER_TIME.min(settings.total_deadline / 4);
        Ok(Self { client, rules, total_deadline: settings.total_deadline, answer_time, max_body: settings.max_body })
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one guarded client for all")]
    fn builder(settings: &GuardSettings, rules: &Arc<Rules>) -> reqwest::ClientBuilder {
        Client::builder()
            .user_agent(settings.user_agent.clone())
            .redirect(Policy::none())
            .referer(false)
            // A proxy would connect where nobody has checked.
            .no_proxy()
            .connect_timeout(settings.connect_timeout)
            .read_timeout(settings.read_timeout)
            .timeout(settings.total_deadline)
            .pool_max_idle_per_host(8)
            .pool_idle_timeout(Duration::from_secs(60))
            .http1_max_headers(100)
            .tcp_nodelay(true)
            .dns_resolver(resolver::GuardedResolver {
                rules: Arc::clone(rules),
                fixed: settings.fixed_addresses.iter().map(|(host, address)| (ssrf::normal_host(host), *address)).collect(),
                lookup: Arc::clone(&settings.lookup),
            })
    }

    /// This client with another limit for the body, in bytes after decompression.
    #[must_use]
    pub fn with_max_body(mut self, max_body: usize) -> Self {
        self.max_body = max_body;
        self
    }

    /// The rules by which URLs are let out.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Fetches `url`, following up to [`MAX_REDIRECTS`] redirects.
    ///
    /// A redirect to another host is asked without a signature. The answer must be a success of
    /// the expected media type. That its `id` is the address it was fetched from is for the
    /// caller to check against [`Fetched::final_url`].
    pub async fn get_json(&self, url: &Url, expect: Expect, signer: Option<&dyn RequestSigner>) -> Result<Fetched, FetchError> {
        let work = self.follow(url, expect, signer);
        tokio::time::timeout(self.total_deadline, work).await.map_err(|_| FetchError::Timeout)?
    }

    async fn follow(&self, url: &Url, expect: Expect, signer: Option<&dyn RequestSigner>) -> Result<Fetched, FetchError> {
        let mut at = url.clone();
        at.set_fragment(None);
        let mut seen = vec![at.clone()];
        loop {
            let signer = signer.filter(|_| ids::same_host(&at, url));
            let mut request = Request::new(Method::GET, at.clone());
            request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(expect.accept()));
            let mut response = self.send(request, signer).await?;
            let status = response.status();
            if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                let next = redirect_target(&at, &response)?;
                if seen.len() > MAX_REDIRECTS || seen.contains(&next) {
                    return Err(FetchError::Redirects);
                }
                seen.push(next.clone());
                at = next;
                continue;
            }
            if !status.is_success() {
                let retry_after = RetryAfter::from_headers(response.headers());
                return Err(FetchError::Status { status, retry_after });
            }
            let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            if !expect.takes(&content_type) {
                return Err(FetchError::ContentType(printable(content_type.as_bytes(), 100)));
            }
            let bytes = limits::read_body(&mut response, self.max_body).await?;
            return Ok(Fetched { final_url: at, content_type, bytes });
        }
    }

    /// Delivers an activity. Redirects are not followed: a body goes only where it was meant to.
    pub async fn post_activity(&self, url: &Url, bytes: Bytes, signer: &dyn RequestSigner) -> Result<PostOutcome, FetchError> {
        let work = async {
            let mut request = Request::new(Method::POST, url.clone());
            request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(ACTIVITY_JSON));
            request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(ACTIVITY_JSON));
            *request.body_mut() = Some(bytes.into());
            let mut response = self.send(request, Some(signer)).await?;
            let status = response.status();
            let retry_after = RetryAfter::from_headers(response.headers());
            // The answer is only for the log, so trouble in it does not undo the delivery.
            let answer = tokio::time::timeout(self.answer_time, limits::read_body(&mut response, MAX_ANSWER)).await;
            let answer = answer.unwrap_or(Ok(Bytes::new())).unwrap_or_default();
            let remark = if status.is_success() { String::new() } else { printable(&answer, MAX_REMARK) };
            Ok(PostOutcome { status, retry_after, remark })
        };
        tokio::time::timeout(self.total_deadline, work).await.map_err(|_| FetchError::Timeout)?
    }

    /// One request to one place: checked, signed, sent.
    async fn send(&self, mut request: Request, signer: Option<&dyn RequestSigner>) -> Result<Response, FetchError> {
        self.rules.check(request.url())?;
        if let Some(signer) = signer {
            let signed = signer.sign(&Outgoing {
                method: request.method(),
                url: request.url(),
                body: request.body().and_then(reqwest::Body::as_bytes),
                content_type: request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()),
            })?;
            request.headers_mut().extend(signed);
        }
        self.client.execute(request).await.map_err(FetchError::from_reqwest)
    }

    /// This client in the clothes that `activitypub_federation` wants for its configuration, with
    /// the same guards on every request.
    #[must_use]
    pub fn for_library(&self) -> reqwest_middleware::ClientWithMiddleware {
        reqwest_middleware::ClientBuilder::new(self.client.clone()).with(GuardEveryRequest(Arc::clone(&self.rules))).build()
    }
}

struct GuardEveryRequest(Arc<Rules>);

#[async_trait::async_trait]
impl reqwest_middleware::Middleware for GuardEveryRequest {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut http::Extensions,
        next: reqwest_middleware::Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        self.0.check(request.url()).map_err(reqwest_middleware::Error::middleware)?;
        next.run(request, extensions).await
    }
}

/// Where a redirect leads; it may not leave `https` for `http`.
fn redirect_target(from: &Url, response: &Response) -> Result<Url, FetchError> {
    let location = response
        .headers()
        .get(header::LOCATION)
        .and_then(|v| v.to_str().ok())
        .filter(|l| l.len() <= ids::MAX_ID)
        .ok_or(FetchError::BadRedirect)?;
    let mut next = from.join(location).map_err(|_| FetchError::BadRedirect)?;
    next.set_fragment(None);
    if from.scheme() == "https" && next.scheme() != "https" {
        return Err(FetchError::BadRedirect);
    }
    Ok(next)
}

/// The beginning of a foreign text without control characters.
fn printable(bytes: &[u8], max: usize) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).take(max).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests;
