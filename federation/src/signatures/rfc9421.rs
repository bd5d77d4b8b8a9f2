//! HTTP Message Signatures (RFC 9421) in the profile that the fediverse uses.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    Algorithm, Claim, Incoming, Outgoing, Refusal, Scheme, SignError, SigningKey, check_clock, check_expires,
    sf::{self, Bare, Item, Member, Params},
    verify::{authority, has_body, key_id, single},
};

/// The two headers of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// `Signature-Input`
    pub input: String,
    /// `Signature`
    pub signature: String,
}

/// Signs method, target, authority and, with a body, its content digest and type.
///
/// `created` is in seconds.
pub fn sign(
    key: &SigningKey,
    key_id: &str,
    request: &Outgoing<'_>,
    content_digest: Option<&str>,
    created: i64,
) -> Result<Signed, SignError> {
    let target = format!("{}://{}{}", request.url.scheme(), request.host(), request.path_and_query());
    let mut parts = vec![("@method", request.method.as_str().to_owned()), ("@target-uri", target), ("@authority", request.host())];
    if let Some(digest) = content_digest {
        parts.push(("content-digest", digest.to_owned()));
    }
    if let (Some(_), Some(content_type)) = (request.body, request.content_type) {
        parts.push(("content-type", content_type.to_owned()));
    }
    let items: Vec<Item> = parts.iter().map(|(name, _)| Item { value: Bare::Text((*name).to_owned()), params: Vec::new() }).collect();
    let algorithm = if key.is_ed25519() { "ed25519" } else { "rsa-v1_5-sha256" };
    let params: Params = vec![
        ("created".to_owned(), Bare::Integer(created)),
        ("keyid".to_owned(), Bare::Text(key_id.to_owned())),
        ("alg".to_owned(), Bare::Text(algorithm.to_owned())),
    ];
    let input = sf::write_list(&items, &params);
    let base = base(parts.iter().map(|(n, v)| (*n, v.as_str())), &input);
    let signature = key.sign(base.as_bytes()).map_err(|_| SignError::Key)?;
    Ok(Signed { input: format!("sig1={input}"), signature: format!("sig1=:{}:", STANDARD.encode(signature)) })
}

/// The checks that need no key.
pub(crate) fn prepare(request: &Incoming<'_>, now_ms: i64) -> Result<Claim, Refusal> {
    let malformed = || Refusal::Malformed("the signature input");
    let input = single(request.headers, "signature-input")?.ok_or(Refusal::Missing)?;
    let value = single(request.headers, "signature")?.ok_or(Refusal::Missing)?;
    let (label, items, params) = only_list(input)?;
    let signature = only_bytes(value, &label)?;

    let mut names: Vec<&str> = Vec::with_capacity(items.len());
    for item in &items {
        match item {
            // A parameter changes what the component means, and nobody here needs one.
            Item { value: Bare::Text(name), params } if params.is_empty() => {
                if names.contains(&name.as_str()) {
                    return Err(Refusal::Ambiguous(name.clone()));
                }
                names.push(name);
            }
            _ => return Err(malformed()),
        }
    }
    let covers = |name: &str| names.contains(&name);
    if !covers("@method") {
        return Err(Refusal::NotCovered("@method"));
    }
    let has_query = request.path_and_query.contains('?');
    let target = covers("@request-target") || (covers("@path") && (!has_query || covers("@query")));
    let host = covers("@authority") || covers("host");
    if !(covers("@target-uri") || target && host) {
        return Err(Refusal::NotCovered("@target-uri"));
    }
    if has_body(request.method) && !covers("content-digest") {
        return Err(Refusal::NotCovered("content-digest"));
    }

    let mut created = None;
    let mut expires = None;
    let mut key = None;
    let mut algorithm = Algorithm::ByKey;
    for (name, value) in &params {
        match (name.as_str(), value) {
            ("created", Bare::Integer(at)) => created = Some(*at),
            ("expires", Bare::Integer(at)) => expires = Some(*at),
            ("keyid", Bare::Text(id)) => key = Some(key_id(id)?),
            ("alg", Bare::Text(alg)) => {
                algorithm = match alg.as_str() {
                    "rsa-v1_5-sha256" => Algorithm::RsaSha256,
                    "rsa-v1_5-sha512" => Algorithm::RsaSha512,
                    "ed25519" => Algorithm::Ed25519,
                    other => return Err(Refusal::Algorithm(other.to_owned())),
                }
            }
            ("created" | "expires" | "keyid" | "alg", _) => return Err(malformed()),
            _ => {}
        }
    }
    let created_ms = created.ok_or(Refusal::NotCovered("created"))?.checked_mul(1000).ok_or(Refusal::DateUnreadable)?;
    check_clock(created_ms, now_ms)?;
    if let Some(expires) = expires {
        check_expires(expires.checked_mul(1000).ok_or(Refusal::DateUnreadable)?, now_ms)?;
    }

    let mut parts = Vec::with_capacity(names.len());
    for name in &names {
        parts.push((*name, component(request, name)?));
    }
    Ok(Claim {
        key_id: key.ok_or(Refusal::KeyId)?,
        scheme: Scheme::Rfc9421,
        algorithm,
        signed_at_ms: created_ms,
        base: base(parts.iter().map(|(n, v)| (*n, v.as_str())), &sf::write_list(&items, &params)),
        signature,
    })
}

/// The one signature of the request; several would leave open which of them is meant.
fn only_list(input: &str) -> Result<(String, Vec<Item>, Params), Refusal> {
    let mut members = sf::dictionary(input).ok_or(Refusal::Malformed("the signature input"))?.into_iter();
    match (members.next(), members.next()) {
        (Some((label, Member::List(items, params))), None) => Ok((label, items, params)),
        (Some(_), Some(_)) => Err(Refusal::Ambiguous("signature-input".to_owned())),
        _ => Err(Refusal::Malformed("the signature input")),
    }
}

fn only_bytes(value: &str, label: &str) -> Result<Vec<u8>, Refusal> {
    let mut members = sf::dictionary(value).ok_or(Refusal::Malformed("the signature"))?.into_iter();
    match (members.next(), members.next()) {
        (Some((name, Member::Item(Item { value: Bare::Bytes(bytes), .. }))), None) if name == label => Ok(bytes),
        (Some(_), Some(_)) => Err(Refusal::Ambiguous("signature".to_owned())),
        _ => Err(Refusal::Malformed("the signature")),
    }
}

fn component(request: &Incoming<'_>, name: &str) -> Result<String, Refusal> {
    let authority = || authority(request.host, request.scheme).ok_or(Refusal::HostMismatch);
    let (path, query) = request.path_and_query.split_once('?').unwrap_or((request.path_and_query, ""));
    Ok(match name {
        "@method" => request.method.as_str().to_owned(),
        "@target-uri" => {
            format!("{}://{}{}", request.scheme, authority()?, request.path_and_query)
        }
        "@authority" => authority()?,
        "@scheme" => request.scheme.to_ascii_lowercase(),
        "@request-target" => request.path_and_query.to_owned(),
        "@path" => path.to_owned(),
        "@query" => format!("?{query}"),
        other if other.starts_with('@') => {
            return Err(Refusal::Malformed("a derived component"));
        }
        other if other.chars().any(|c| c.is_ascii_uppercase()) => {
            return Err(Refusal::Malformed("a component name"));
        }
        other => single(request.headers, other)?.ok_or_else(|| Refusal::HeaderMissing(other.to_owned()))?.to_owned(),
    })
}

fn base<'a>(parts: impl Iterator<Item = (&'a str, &'a str)>, params: &str) -> String {
    let mut out = String::new();
    for (name, value) in parts {
        out.push_str(&format!("\"{name}\": {value}\n"));
    }
    out.push_str(&format!("\"@signature-params\": {params}"));
    out
}

#[cfg(test)]
mod tests;
