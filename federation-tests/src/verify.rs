//! Checking what our nodes sign with code that is not ours: the way Mastodon does it, with the `rsa` crate.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use rsa::{Pkcs1v15Sign, RsaPublicKey, pkcs8::DecodePublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The DER of a SHA-256 `DigestInfo` up to the hash.
const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// Who signed a request, or in words why it is not believed.
///
/// Fetches the key's document over HTTP; `own_host` is what the request must have been signed for.
///
/// # Errors
/// Any departure from what Mastodon demands.
pub async fn signer(
    http: &reqwest::Client,
    own_host: &str,
    method: &str,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<String, String> {
    let header = |name: &str| -> Result<&str, String> {
        let mut all = headers.get_all(name).iter();
        let first = all.next().ok_or(format!("no {name}"))?;
        if all.next().is_some() {
            return Err(format!("{name} twice"));
        }
        first.to_str().map_err(|_| format!("{name} is no text"))
    };
    let parameters: HashMap<&str, &str> = header("signature")?
        .split(',')
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim_matches('"')))
        .collect();
    let part = |name: &str| parameters.get(name).copied().ok_or(format!("the signature has no {name}"));
    let (key_id, covered) = (part("keyId")?, part("headers")?);
    if part("algorithm")? != "rsa-sha256" && part("algorithm")? != "hs2019" {
        return Err("unknown algorithm".into());
    }
    let covered: Vec<&str> = covered.split(' ').collect();
    let mut needed = vec!["(request-target)", "host", "date"];
    if method == "post" {
        needed.push("digest");
        let digest = format!("SHA-256={}", STANDARD.encode(Sha256::digest(body)));
        if header("digest")? != digest {
            return Err("the digest is of another body".into());
        }
    }
    if let Some(missing) = needed.iter().find(|name| !covered.contains(name)) {
        return Err(format!("{missing} is not signed"));
    }
    if header("host")? != own_host {
        return Err(format!("signed for {}", header("host")?));
    }
    let mut base = Vec::new();
    for name in &covered {
        let value = if *name == "(request-target)" { format!("{method} {path}") } else { header(name)?.to_owned() };
        base.push(format!("{name}: {value}"));
    }
    let (document_url, _) = key_id.split_once('#').ok_or("the key has no fragment")?;
    let document = fetch(http, document_url).await?;
    let key = &document["publicKey"];
    if key["id"] != key_id || key["owner"] != document["id"] || document["id"] != document_url {
        return Err("the key is not its owner's".into());
    }
    let key = RsaPublicKey::from_public_key_pem(key["publicKeyPem"].as_str().unwrap_or_default()).map_err(|e| e.to_string())?;
    let signature = STANDARD.decode(part("signature")?).map_err(|e| e.to_string())?;
    let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: Box::new(SHA256_PREFIX) };
    key.verify(scheme, &Sha256::digest(base.join("\n").as_bytes()), &signature).map_err(|e| e.to_string())?;
    Ok(document_url.to_owned())
}

/// Reads a document of ActivityPub and insists on the media type that Lemmy compares.
///
/// # Errors
/// In words.
pub async fn fetch(http: &reqwest::Client, url: &str) -> Result<Value, String> {
    let answer = http.get(url).header("accept", "application/activity+json").send().await.map_err(|e| e.to_string())?;
    if answer.status() != 200 {
        return Err(format!("{url} answers {}", answer.status()));
    }
    let kind = answer.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    if kind != "application/activity+json" {
        return Err(format!("{url} is {kind}"));
    }
    let bytes = answer.bytes().await.map_err(|e| e.to_string())?;
    serde_json::from_slice(&bytes).map_err(|e| e.to_string())
}
