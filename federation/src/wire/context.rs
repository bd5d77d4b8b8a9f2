//! The JSON-LD context of everything that we send: three addresses that every server has built in,
//! and every other term inline, because some servers fail on a context that they cannot load.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::ids;

/// The collection that means everybody.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
/// Our namespace; no server owns it and nobody dereferences it.
pub const EGOV: &str = "urn:ratusha:ns:";

static CONTEXT: LazyLock<Value> = LazyLock::new(|| {
    json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
        "https://w3id.org/security/data-integrity/v1",
        {
            "egov": EGOV,
            "schema": "http://schema.org#",
            "toot": "http://joinmastodon.org/ns#",
            "lemmy": "https://join-lemmy.org/ns#",
            "Multikey": "https://w3id.org/security#Multikey",
            "assertionMethod": {
                "@id": "https://w3id.org/security#assertionMethod",
                "@type": "@id",
                "@container": "@set"
            },
            "controller": {"@id": "https://w3id.org/security#controller", "@type": "@id"},
            "publicKeyMultibase": {
                "@id": "https://w3id.org/security#publicKeyMultibase",
                "@type": "https://w3id.org/security#multibase"
            },
            "PropertyValue": "schema:PropertyValue",
            "value": "schema:value",
            "language": "http://schema.org/inLanguage",
            "identifier": "http://schema.org/identifier",
            "Hashtag": "as:Hashtag",
            "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
            "movedTo": {"@id": "as:movedTo", "@type": "@id"},
            "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
            "sensitive": "as:sensitive",
            "discoverable": "toot:discoverable",
            "indexable": "toot:indexable",
            "featured": {"@id": "toot:featured", "@type": "@id"},
            "attributionDomains": {"@id": "toot:attributionDomains", "@type": "@id"},
            "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
            "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
            "implements": {
                "@id": "https://w3id.org/fep/844e/implements",
                "@type": "@id",
                "@container": "@list"
            },
            "orderType": "https://w3id.org/fep/1985/orderType"
        }
    ])
});

/// The constant context.
#[must_use]
pub fn context() -> &'static Value {
    &CONTEXT
}

/// `body` with the context in front; the context of `body`, if any, gives way.
#[must_use]
pub fn with_context(mut body: Map<String, Value>) -> Map<String, Value> {
    body.shift_remove("@context");
    let mut out = Map::with_capacity(body.len() + 1);
    out.insert("@context".to_owned(), CONTEXT.clone());
    out.append(&mut body);
    out
}

/// Whether an addressing field (`to`, `cc`, …) names everybody, in any of its three spellings.
#[must_use]
pub fn is_public(value: &Value) -> bool {
    ids::one_or_many(value).iter().any(|v| {
        let text = v.as_str().or_else(|| v.get("id").and_then(Value::as_str));
        matches!(text, Some(PUBLIC | "as:Public" | "Public"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_contexts_that_everybody_has_are_named_by_address() {
        let addresses: Vec<&str> = context().as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(
            addresses,
            ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1", "https://w3id.org/security/data-integrity/v1"]
        );
        assert!(!context().to_string().contains("cid/v1"));
    }

    #[test]
    fn s17_our_own_context_does_not_redefine_anything() {
        let document = with_context(Map::new());
        assert!(!crate::wire::restructures(&document));
    }

    #[test]
    fn the_context_stands_first_and_once() {
        let body = json!({"id": "https://a.example/", "@context": "x"});
        let out = with_context(body.as_object().unwrap().clone());
        assert_eq!(out.keys().collect::<Vec<_>>(), ["@context", "id"]);
        assert_eq!(&out["@context"], context());
    }

    #[test]
    fn everybody_is_recognised_in_every_spelling() {
        for yes in [json!(PUBLIC), json!("as:Public"), json!(["x", "Public"]), json!({"id": PUBLIC})] {
            assert!(is_public(&yes), "{yes}");
        }
        for no in [json!(null), json!([]), json!("https://a.example/Public"), json!({"x": PUBLIC})] {
            assert!(!is_public(&no), "{no}");
        }
    }
}
