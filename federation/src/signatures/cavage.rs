//! draft-cavage HTTP signatures: what most of the fediverse signs with.
//!
//! The signing string that we send is built by `http-signature-normalization`; what we receive is
//! read by our own strict reader, because the library's takes the clock of the machine, passes
//! over a date that it cannot read, and splits parameters without regard to quotes.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_signature_normalization::Config;

use super::{
    Algorithm, Claim, Incoming, Refusal, Scheme, SignError, SigningKey, check_clock, check_expires,
    digest::BASE64,
    verify::{has_body, key_id, single},
};

const MAX_HEADER: usize = 8 * 1024;
const MAX_COVERED: usize = 32;

/// Signs `headers` (lower-case names; `host`, `date` and, with a body, `digest`) and the request
/// target; returns the value of the `Signature` header.
pub fn sign(
    key: &SigningKey,
    key_id: &str,
    method: &str,
    path_and_query: &str,
    headers: BTreeMap<String, String>,
) -> Result<String, SignError> {
    let covered: Vec<&str> = std::iter::once("(request-target)").chain(headers.keys().map(String::as_str)).collect();
    let covered = covered.join(" ");
    let unsigned = Config::new().mastodon_compat().begin_sign(method, path_and_query, headers).map_err(|_| SignError::Header)?;
    let mut signature = String::new();
    unsigned.sign(key_id.to_owned(), |base| {
        signature = STANDARD.encode(key.sign(base.as_bytes()).map_err(|_| SignError::Key)?);
        Ok::<_, SignError>(String::new())
    })?;
    // The library always writes `hs2019`, which some servers do not know; `rsa-sha256` all do.
    let algorithm = if key.is_ed25519() { "hs2019" } else { "rsa-sha256" };
    Ok(format!(r#"keyId="{key_id}",algorithm="{algorithm}",headers="{covered}",signature="{signature}""#))
}

/// The checks that need no key.
pub(crate) fn prepare(request: &Incoming<'_>, now_ms: i64) -> Result<Claim, Refusal> {
    let header = single(request.headers, "signature")?.ok_or(Refusal::Missing)?;
    let params = Params::parse(header)?;
    let algorithm = match params.algorithm.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("hs2019") => Algorithm::ByKey,
        Some("rsa-sha256") => Algorithm::RsaSha256,
        Some("rsa-sha512") => Algorithm::RsaSha512,
        Some("ed25519" | "ed25519-sha512") => Algorithm::Ed25519,
        Some(other) => return Err(Refusal::Algorithm(other.to_owned())),
    };
    let key_id = key_id(&params.key_id)?;

    let covers = |name: &str| params.covered.iter().any(|c| c == name);
    if !covers("(request-target)") {
        return Err(Refusal::NotCovered("(request-target)"));
    }
    if !covers("host") {
        return Err(Refusal::NotCovered("host"));
    }
    if !covers("date") && !covers("(created)") {
        return Err(Refusal::NotCovered("date"));
    }
    if has_body(request.method) && !covers("digest") && !covers("content-digest") {
        return Err(Refusal::NotCovered("digest"));
    }

    let mut signed_at_ms = None;
    if covers("(created)") {
        let created = params.created.ok_or(Refusal::Malformed("created"))?;
        let created_ms = created.checked_mul(1000).ok_or(Refusal::DateUnreadable)?;
        check_clock(created_ms, now_ms)?;
        signed_at_ms = Some(created_ms);
    }
    if covers("date") {
        let date = single(request.headers, "date")?.ok_or_else(|| Refusal::HeaderMissing("date".to_owned()))?;
        let date_ms = parse_date(date).ok_or(Refusal::DateUnreadable)?;
        check_clock(date_ms, now_ms)?;
        signed_at_ms.get_or_insert(date_ms);
    }
    if let Some(expires) = params.expires {
        check_expires(expires.checked_mul(1000).ok_or(Refusal::DateUnreadable)?, now_ms)?;
    }

    Ok(Claim {
        key_id,
        scheme: Scheme::Cavage,
        algorithm,
        signed_at_ms: signed_at_ms.ok_or(Refusal::NotCovered("date"))?,
        base: signing_string(request, &params)?,
        signature: BASE64.decode(&params.signature).map_err(|_| Refusal::Malformed("the signature"))?,
    })
}

fn signing_string(request: &Incoming<'_>, params: &Params) -> Result<String, Refusal> {
    let mut lines = Vec::with_capacity(params.covered.len());
    for name in &params.covered {
        let value = match name.as_str() {
            "(request-target)" => {
                let method = request.method.as_str().to_ascii_lowercase();
                format!("{method} {}", request.path_and_query)
            }
            "(created)" => params.created.ok_or(Refusal::Malformed("created"))?.to_string(),
            "(expires)" => params.expires.ok_or(Refusal::Malformed("expires"))?.to_string(),
            other if other.starts_with('(') => {
                return Err(Refusal::Malformed("a signed pseudo-header"));
            }
            other => single(request.headers, other)?.ok_or_else(|| Refusal::HeaderMissing(other.to_owned()))?.to_owned(),
        };
        lines.push(format!("{name}: {value}"));
    }
    Ok(lines.join("\n"))
}

/// An HTTP date in milliseconds; `None` for anything that is not one.
pub(crate) fn parse_date(text: &str) -> Option<i64> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok().map(jiff::Timestamp::as_millisecond)
}

/// An HTTP date for `ms`.
pub(crate) fn write_date(ms: i64) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(ms).ok()?;
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()
}

#[derive(Debug, Default)]
struct Params {
    key_id: String,
    algorithm: Option<String>,
    created: Option<i64>,
    expires: Option<i64>,
    covered: Vec<String>,
    signature: String,
}

impl Params {
    fn parse(header: &str) -> Result<Self, Refusal> {
        let malformed = || Refusal::Malformed("the signature header");
        if header.len() > MAX_HEADER {
            return Err(malformed());
        }
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        let mut rest = header.trim();
        while !rest.is_empty() {
            let (name, after) = rest.split_once('=').ok_or_else(malformed)?;
            let name = name.trim();
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
                return Err(malformed());
            }
            let (value, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or_else(malformed)?,
                None => {
                    let end = after.find(',').unwrap_or(after.len());
                    after.split_at_checked(end).ok_or_else(malformed)?
                }
            };
            if value.contains('\\') {
                return Err(malformed());
            }
            if found.insert(name, value.trim()).is_some() {
                return Err(Refusal::Ambiguous(name.to_owned()));
            }
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                Some(more) if !more.trim().is_empty() => more.trim_start(),
                None if after.is_empty() => "",
                _ => return Err(malformed()),
            };
        }
        let text = |name: &str| found.get(name).map(|v| (*v).to_owned());
        let number = |name: &str| match found.get(name) {
            None => Ok(None),
            Some(v) => v.parse::<i64>().map(Some).map_err(|_| Refusal::DateUnreadable),
        };
        let mut covered: Vec<String> = Vec::new();
        for name in found.get("headers").copied().unwrap_or_default().split_ascii_whitespace() {
            let name = name.to_ascii_lowercase();
            if covered.len() == MAX_COVERED {
                return Err(malformed());
            }
            if covered.contains(&name) {
                return Err(Refusal::Ambiguous(name));
            }
            covered.push(name);
        }
        Ok(Self {
            key_id: text("keyId").ok_or_else(malformed)?,
            algorithm: text("algorithm"),
            created: number("created")?,
            expires: number("expires")?,
            covered,
            signature: text("signature").ok_or_else(malformed)?,
        })
    }
}

#[cfg(test)]
mod tests;
