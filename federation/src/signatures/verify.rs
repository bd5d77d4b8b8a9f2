//! One entry for both schemes: `prepare` does all that needs no key, `Claim::verify` the rest.

use http::{HeaderMap, Method, header};
use url::Url;

use super::{Algorithm, PublicKey, Refusal, Scheme, cavage, digest, rfc9421};

/// The largest body that is looked at, in bytes.
pub const MAX_BODY: usize = 1024 * 1024;
const MAX_KEY_ID: usize = 2048;

/// A request as it came in, before anybody believes it.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query exactly as they stood in the request line.
    pub path_and_query: &'a str,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The raw body.
    pub body: &'a [u8],
    /// The scheme that the peer used: `https` behind a proxy that ends TLS.
    pub scheme: &'a str,
    /// The host (and port, if it is not the scheme's own) of the tenant that was asked.
    pub host: &'a str,
}

/// What a request says of itself; worth nothing until [`Claim::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Where the key is said to be.
    pub key_id: Url,
    /// Which scheme was used.
    pub scheme: Scheme,
    /// What it was signed with.
    pub algorithm: Algorithm,
    /// When it was signed, in milliseconds.
    pub signed_at_ms: i64,
    pub(crate) base: String,
    pub(crate) signature: Vec<u8>,
}

impl Claim {
    /// Checks the signature with the key that `key_id` turned out to be.
    pub fn verify(&self, key: &PublicKey) -> Result<(), Refusal> {
        key.verify(self.algorithm, self.base.as_bytes(), &self.signature)
    }
}

/// Everything that can be checked without a key: form, host, coverage, clock, digest.
///
/// `now_ms` is the time now in milliseconds. Does no I/O.
pub fn prepare(request: &Incoming<'_>, now_ms: i64) -> Result<Claim, Refusal> {
    if request.body.len() > MAX_BODY {
        return Err(Refusal::TooLarge);
    }
    let host = single(request.headers, header::HOST.as_str())?.ok_or(Refusal::HostMismatch)?;
    let wanted = authority(request.host, request.scheme);
    if wanted.is_none() || authority(host, request.scheme) != wanted {
        return Err(Refusal::HostMismatch);
    }
    let claim = if request.headers.contains_key("signature-input") {
        rfc9421::prepare(request, now_ms)?
    } else if request.headers.contains_key("signature") {
        cavage::prepare(request, now_ms)?
    } else {
        return Err(Refusal::Missing);
    };
    check_digests(request)?;
    Ok(claim)
}

/// Whether the method carries a body that must be signed.
pub(crate) fn has_body(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// The one value of a header; `None` if it is absent, a refusal if there are several.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refusal::Ambiguous(name.to_owned()));
    }
    first.to_str().map(|v| Some(v.trim())).map_err(|_| Refusal::Malformed("a signed header"))
}

/// Every digest that is there is compared, signed or not: a wrong one is never a good sign.
fn check_digests(request: &Incoming<'_>) -> Result<(), Refusal> {
    let old = single(request.headers, "digest")?;
    let new = single(request.headers, "content-digest")?;
    if let Some(value) = old {
        digest::check_digest(value, request.body)?;
    }
    if let Some(value) = new {
        digest::check_content_digest(value, request.body)?;
    }
    if has_body(request.method) && old.is_none() && new.is_none() {
        return Err(Refusal::DigestMissing);
    }
    Ok(())
}

/// A key id must be an address with a host and without credentials.
pub(crate) fn key_id(text: &str) -> Result<Url, Refusal> {
    if text.len() > MAX_KEY_ID {
        return Err(Refusal::KeyId);
    }
    let url = Url::parse(text).map_err(|_| Refusal::KeyId)?;
    let web = matches!(url.scheme(), "https" | "http");
    if web && url.has_host() && url.username().is_empty() && url.password().is_none() { Ok(url) } else { Err(Refusal::KeyId) }
}

/// `host[:port]` in its one form: lower case, punycode, no trailing dot, no default port.
pub(crate) fn authority(host: &str, scheme: &str) -> Option<String> {
    if host.is_empty() || host.contains(['/', '\\', '@', '?', '#', ' ', '\t']) {
        return None;
    }
    let url = Url::parse(&format!("{scheme}://{host}/")).ok()?;
    let name = url.host_str()?.trim_end_matches('.');
    Some(match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s12_an_authority_has_one_form() {
        for same in ["lviv.example", "LVIV.example", "lviv.example.", "lviv.example:443"] {
            assert_eq!(authority(same, "https").as_deref(), Some("lviv.example"), "{same}");
        }
        assert_eq!(authority("львів.укр", "https").as_deref(), Some("xn--b1aaz2e7b.xn--j1amh"));
        assert_eq!(authority("hub.localhost:8080", "http").as_deref(), Some("hub.localhost:8080"));
        assert_ne!(authority("lviv.example:8443", "https"), authority("lviv.example", "https"));
        for bad in ["", "a/b", "u@a", "a b", "a?b"] {
            assert_eq!(authority(bad, "https"), None, "{bad}");
        }
    }

    #[test]
    fn s08_a_key_id_must_be_an_address() {
        for bad in ["main-key", "did:key:z6Mk", "https://u:p@a.example/", "file:///etc/passwd", ""] {
            assert_eq!(key_id(bad), Err(Refusal::KeyId), "{bad}");
        }
        assert_eq!(key_id(&format!("https://a.example/{}", "a".repeat(2048))), Err(Refusal::KeyId));
        key_id("https://wp.example/?author=1#main-key").unwrap();
    }
}
