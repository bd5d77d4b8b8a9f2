//! Tolerant reading of the many shapes in which ActivityStreams writes one thing, and exact
//! comparison of where things live.

use serde_json::Value;
use url::{Host, Url};

/// The longest address that is taken.
pub const MAX_ID: usize = 2048;
/// The longest host name (RFC 1035).
const MAX_HOST: usize = 253;

/// The address of a thing: a string, an object with `id`, a `Link` with `href`, or an array of
/// exactly one of these.
#[must_use]
pub fn id_of(value: &Value) -> Option<Url> {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Object(object) => object.get("id").or_else(|| object.get("@id")).or_else(|| object.get("href")).and_then(Value::as_str)?,
        Value::Array(items) => {
            let [one] = items.as_slice() else { return None };
            // One level only: an array in an array has no meaning here.
            return if one.is_array() { None } else { id_of(one) };
        }
        _ => return None,
    };
    if text.len() > MAX_ID {
        return None;
    }
    Url::parse(text).ok()
}

/// One thing, many things or none, always as a slice.
#[must_use]
pub fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// All addresses of a field such as `to`; what is not an address is left out.
#[must_use]
pub fn ids_of(value: &Value) -> Vec<Url> {
    one_or_many(value).iter().filter_map(id_of).collect()
}

/// A text: a string, `{"@value": …}`, or the first text of an array.
#[must_use]
pub fn string_of(value: &Value) -> Option<&str> {
    one_or_many(value).iter().find_map(|v| match v {
        Value::String(text) => Some(text.as_str()),
        Value::Object(object) => object.get("@value").and_then(Value::as_str),
        _ => None,
    })
}

/// Whether `value["type"]` is, or holds, `wanted`.
#[must_use]
pub fn has_type(value: &Value, wanted: &str) -> bool {
    value.get("type").is_some_and(|t| one_or_many(t).iter().any(|t| t == wanted))
}

/// The first language of a `contentMap` or `nameMap`, and the text in it.
#[must_use]
pub fn first_language(map: &Value) -> Option<(&str, &str)> {
    map.as_object()?.iter().find_map(|(lang, text)| Some((lang.as_str(), text.as_str()?)))
}

/// Where an address lives: `host` or `host:port` in one form (lower case, punycode, no trailing
/// dot, no default port).
#[must_use]
pub fn host_key(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

/// Whether two addresses live on exactly the same host and port, after IDNA, letter case and a
/// trailing dot; never by suffix.
#[must_use]
pub fn same_host(a: &Url, b: &Url) -> bool {
    let port = Url::port_or_known_default;
    match (host_key(a), host_key(b)) {
        (Some(x), Some(y)) => bare(&x) == bare(&y) && port(a) == port(b),
        _ => false,
    }
}

fn bare(host: &str) -> &str {
    // An IPv6 host ends in a bracket, so a colon after it is the port's.
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    }
}

/// Reads text that is to be the id of something on another server. White space, control characters
/// and backslashes are refused, because the reader of addresses would pass over them and another would not.
#[must_use]
pub fn remote_id(text: &str) -> Option<Url> {
    let plain = text.len() <= MAX_ID && !text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\');
    if plain { Url::parse(text).ok().filter(valid_remote_id) } else { None }
}

/// Whether an address can be the id of something on another server: web, a host name, no
/// credentials, not too long. Whether it may be *fetched* is decided by [`crate::fetch`].
#[must_use]
pub fn valid_remote_id(url: &Url) -> bool {
    let named = match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            !name.is_empty() && name.len() <= MAX_HOST && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        }
        _ => false,
    };
    named
        && matches!(url.scheme(), "https" | "http")
        && url.username().is_empty()
        && url.password().is_none()
        && url.as_str().len() <= MAX_ID
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn one_thing_is_read_in_all_its_shapes() {
        let wanted = Some(url("https://a.example/1"));
        for shape in [
            json!("https://a.example/1"),
            json!({"id": "https://a.example/1", "type": "Note"}),
            json!({"@id": "https://a.example/1"}),
            json!({"type": "Link", "href": "https://a.example/1"}),
            json!(["https://a.example/1"]),
        ] {
            assert_eq!(id_of(&shape), wanted, "{shape}");
        }
    }

    #[test]
    fn s14_numbers_relative_addresses_and_several_owners_are_no_id() {
        for shape in [
            json!(1),
            json!("1"),
            json!("/users/admin"),
            json!(null),
            json!(["https://a.example/1", "https://b.example/1"]),
            json!([["https://a.example/1"]]),
            json!({"name": "x"}),
            json!(format!("https://a.example/{}", "a".repeat(MAX_ID))),
        ] {
            assert_eq!(id_of(&shape), None, "{shape}");
        }
    }

    #[test]
    fn texts_and_languages_are_read() {
        assert_eq!(string_of(&json!("a")), Some("a"));
        assert_eq!(string_of(&json!([{"@value": "b", "@language": "uk"}])), Some("b"));
        assert_eq!(string_of(&json!({"x": 1})), None);
        assert_eq!(first_language(&json!({"uk": "так", "en": "yes"})), Some(("uk", "так")));
        assert_eq!(first_language(&json!("x")), None);
        assert!(one_or_many(&Value::Null).is_empty());
        assert!(has_type(&json!({"type": ["Article", "x"]}), "Article"));
        assert_eq!(ids_of(&json!(["https://a.example/", 3, {"id": "https://b.example/"}])).len(), 2);
    }

    #[test]
    fn s12_hosts_are_compared_exactly() {
        for same in ["https://A.example/x", "https://a.example./y", "https://a.example:443/"] {
            assert!(same_host(&url(same), &url("https://a.example/")), "{same}");
        }
        assert!(same_host(&url("https://львів.укр/"), &url("https://xn--b1aaz2e7b.xn--j1amh/")));
        for other in [
            "https://a.example.evil/",
            "https://evil-a.example/",
            "https://b.a.example/",
            "https://a.example:8443/",
            "http://a.example/",
            "https://a.example@evil.example/",
        ] {
            assert!(!same_host(&url(other), &url("https://a.example/")), "{other}");
        }
        assert!(!same_host(&url("http://hub.localhost:1/"), &url("http://hub.localhost:2/")));
        assert_eq!(host_key(&url("http://HUB.localhost:80/")).as_deref(), Some("hub.localhost"));
    }

    #[test]
    fn s12_an_id_that_two_readers_read_differently_is_none() {
        assert_eq!(remote_id("https://a.example/їжак?x=1#y").unwrap().host_str(), Some("a.example"));
        for bad in [
            " https://a.example/",
            "https://a.exa\tmple/",
            "https://a.example/\n",
            "https://a.example/\0",
            "https://a.example\\@b.example/",
            "https://a.example/ b",
        ] {
            assert_eq!(remote_id(bad), None, "{bad:?}");
        }
        assert_eq!(remote_id(&format!("https://{}.example/", "a".repeat(250))), None);
    }

    #[test]
    fn s14_only_named_web_addresses_are_remote_ids() {
        assert!(valid_remote_id(&url("https://wp.example/?author=1#x")));
        assert!(valid_remote_id(&url("http://hub.localhost:8080/ap/actor")));
        for bad in ["https://127.0.0.1/", "https://[::1]/", "ftp://a.example/", "data:text/plain,x", "https://u:p@a.example/", "urn:x:y"] {
            assert!(!valid_remote_id(&url(bad)), "{bad}");
        }
    }
}
