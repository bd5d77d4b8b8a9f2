//! Reading an actor document in the dialects of Mastodon, GoToSocial, Lemmy, Pleroma, WordPress and others.

use ratusha_platform::{Timestamp, text};
use serde_json::Value;
use url::Url;

use super::{ActorKey, RemoteActor};
use crate::{
    signatures::PublicKey,
    wire::{
        ids::{host_key, id_of, one_or_many, remote_id, same_host, string_of, valid_remote_id},
        weight,
    },
};

const KINDS: [&str; 5] = ["Person", "Organization", "Group", "Service", "Application"];
const MAX_NAME: usize = 200;
const MAX_KEYS: usize = 8;
/// The largest document, in bytes of memory; real ones take a twentieth of that.
const MAX_WEIGHT: usize = 256 * 1024;

/// Why a document is no actor that we can deal with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActorRefusal {
    /// No usable `id`.
    #[error("the id is no address on another server")]
    Id,
    /// Its type is none of the five.
    #[error("the type is not that of an actor")]
    Type,
    /// No inbox on its own host.
    #[error("there is no inbox on its own host")]
    Inbox,
    /// No name to call it by.
    #[error("there is no preferredUsername")]
    Username,
    /// Larger than any honest actor.
    #[error("the document is too large")]
    TooLarge,
}

/// Reads `document`, which was fetched at `now` from its own address.
///
/// # Errors
/// [`ActorRefusal`] for what is no actor; what is merely missing or odd is left out.
pub fn parse_actor(document: &Value, now: Timestamp) -> Result<RemoteActor, ActorRefusal> {
    let id_text = document.get("id").and_then(Value::as_str).ok_or(ActorRefusal::Id)?;
    let id = remote_id(id_text).ok_or(ActorRefusal::Id)?;
    if weight(document) > MAX_WEIGHT {
        return Err(ActorRefusal::TooLarge);
    }
    let host = host_key(&id).ok_or(ActorRefusal::Id)?;
    let kind = one_or_many(document.get("type").unwrap_or(&Value::Null))
        .iter()
        .filter_map(Value::as_str)
        .find(|kind| KINDS.contains(kind))
        .ok_or(ActorRefusal::Type)?
        .to_owned();

    // What belongs to an actor lives where the actor lives; a foreign address is left out.
    let own = |value: Option<&Value>| {
        let url = value.and_then(id_of).filter(|url| valid_remote_id(url) && same_host(url, &id))?;
        Some(url.to_string())
    };
    let inbox = own(document.get("inbox")).ok_or(ActorRefusal::Inbox)?;
    let shared_inbox = own(document.get("endpoints").and_then(|e| e.get("sharedInbox"))).or_else(|| own(document.get("sharedInbox")));
    let username = document
        .get("preferredUsername")
        .and_then(string_of)
        .map(text::clean_line)
        .map(|name| text::truncate_chars(&name, MAX_NAME))
        .filter(|name| !name.is_empty() && !name.contains(['@', '/', ' ']))
        .ok_or(ActorRefusal::Username)?;
    let name = document
        .get("name")
        .and_then(string_of)
        .map(|name| text::truncate_chars(&text::clean_line(name), MAX_NAME))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| username.clone());
    let summary = document.get("summary").and_then(string_of).map(text::sanitize::remote_html).unwrap_or_default();
    let url = document
        .get("url")
        .and_then(|url| one_or_many(url).iter().find_map(id_of))
        // A page elsewhere could be anybody's; people would take it for the actor's own.
        .filter(|url| valid_remote_id(url) && same_host(url, &id))
        .map_or_else(|| id_text.to_owned(), String::from);
    let icon = document.get("icon").and_then(|icon| one_or_many(icon).iter().find_map(picture)).filter(valid_remote_id).map(String::from);

    Ok(RemoteActor {
        id: id_text.to_owned(),
        host,
        kind,
        username,
        name,
        summary,
        url,
        icon,
        inbox,
        shared_inbox,
        outbox: own(document.get("outbox")),
        followers: own(document.get("followers")),
        featured: own(document.get("featured")),
        keys: keys(document, &id, id_text),
        egov: RemoteActor::egov_of(document),
        document: document.clone(),
        confirmed: None,
        fetched_at: now,
        gone_at: None,
    })
}

/// An address, or an `Image` with one in `url` or `href`.
fn picture(value: &Value) -> Option<Url> {
    match value {
        Value::Object(object) => object.get("url").or_else(|| object.get("href")).and_then(|url| one_or_many(url).iter().find_map(id_of)),
        other => id_of(other),
    }
}

/// Keys that the actor lists as its own, each living on its host; the rest is not believed.
fn keys(document: &Value, id: &Url, id_text: &str) -> Vec<ActorKey> {
    let public = one_or_many(document.get("publicKey").unwrap_or(&Value::Null)).iter().map(|key| (key, "owner", "publicKeyPem"));
    let multi =
        one_or_many(document.get("assertionMethod").unwrap_or(&Value::Null)).iter().map(|key| (key, "controller", "publicKeyMultibase"));
    public
        .chain(multi)
        .take(MAX_KEYS)
        .filter_map(|(key, owner, material)| {
            let key_id = key.get("id").and_then(Value::as_str)?;
            let on_host = Url::parse(key_id).ok().is_some_and(|url| same_host(&url, id));
            let owned = key.get(owner).and_then(Value::as_str) == Some(id_text);
            let revoked = key.get("revoked").is_some_and(|at| !at.is_null());
            if !on_host || !owned || revoked {
                return None;
            }
            let text = key.get(material).and_then(Value::as_str)?;
            let parsed = if material == "publicKeyPem" { PublicKey::from_pem(text) } else { PublicKey::from_multibase(text) };
            Some(ActorKey { id: key_id.to_owned(), key: parsed.ok()? })
        })
        .collect()
}
