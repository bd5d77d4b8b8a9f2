//! Signing what we send: one trait that the guarded client calls for every hop.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue, Method, header};
use url::Url;

use super::{Scheme, SigningKey, cavage, digest, rfc9421};

/// Why a request could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The private key failed.
    #[error("the key cannot sign")]
    Key,
    /// A value does not fit into a header.
    #[error("a header cannot be written")]
    Header,
}

/// A request before it leaves.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// The method.
    pub method: &'a Method,
    /// Where it goes.
    pub url: &'a Url,
    /// The body, if it has one.
    pub body: Option<&'a [u8]>,
    /// The media type of the body.
    pub content_type: Option<&'a str>,
}

impl Outgoing<'_> {
    /// `host[:port]` as it stands in the `Host` header.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Path and query as they stand in the request line.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }
}

/// Whoever can sign a request.
pub trait RequestSigner: Send + Sync {
    /// The headers to send with it, `Host` and `Date` among them.
    fn sign(&self, request: &Outgoing<'_>) -> Result<Vec<(HeaderName, HeaderValue)>, SignError>;
}

/// Signs as an actor, at a given moment.
#[derive(Debug, Clone)]
pub struct ActorSigner {
    key: SigningKey,
    key_id: String,
    scheme: Scheme,
    now_ms: i64,
}

impl ActorSigner {
    /// `key_id` is the address of the key (`…/ap/actor#main-key`), `now_ms` the time now.
    #[must_use]
    pub fn new(key: SigningKey, key_id: impl Into<String>, scheme: Scheme, now_ms: i64) -> Self {
        Self { key, key_id: key_id.into(), scheme, now_ms }
    }
}

impl RequestSigner for ActorSigner {
    fn sign(&self, request: &Outgoing<'_>) -> Result<Vec<(HeaderName, HeaderValue)>, SignError> {
        let date = cavage::write_date(self.now_ms).ok_or(SignError::Header)?;
        let mut out = vec![(header::HOST, value(&request.host())?), (header::DATE, value(&date)?)];
        match self.scheme {
            Scheme::Cavage => {
                let mut covered = BTreeMap::from([("host".to_owned(), request.host()), ("date".to_owned(), date)]);
                if let Some(body) = request.body {
                    let digest = digest::digest_header(body);
                    out.push((HeaderName::from_static("digest"), value(&digest)?));
                    covered.insert("digest".to_owned(), digest);
                }
                let signature = cavage::sign(&self.key, &self.key_id, request.method.as_str(), &request.path_and_query(), covered)?;
                out.push((HeaderName::from_static("signature"), value(&signature)?));
            }
            Scheme::Rfc9421 => {
                let digest = request.body.map(digest::content_digest_header);
                if let Some(digest) = &digest {
                    out.push((HeaderName::from_static("content-digest"), value(digest)?));
                }
                let signed = rfc9421::sign(&self.key, &self.key_id, request, digest.as_deref(), self.now_ms.div_euclid(1000))?;
                out.push((HeaderName::from_static("signature-input"), value(&signed.input)?));
                out.push((HeaderName::from_static("signature"), value(&signed.signature)?));
            }
        }
        Ok(out)
    }
}

fn value(text: &str) -> Result<HeaderValue, SignError> {
    HeaderValue::from_str(text).map_err(|_| SignError::Header)
}
