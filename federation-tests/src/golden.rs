//! Golden JSON: what goes over the wire, compared with a file of the repository, with ids, keys and
//! signatures made stable first. `UPDATE_GOLDEN=1` writes the files.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// The file that shows our context in full; the others name it.
const SHOWN_WITH: &str = "actor.json";

/// Puts a word in the place of our context, which is the same everywhere and as long as a page.
fn abbreviate(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (name, value) in map.iter_mut() {
                if name == "@context" && value == ratusha_federation::wire::context::context() {
                    *value = Value::String("(as shown with the actor)".to_owned());
                } else {
                    abbreviate(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(abbreviate),
        _ => {}
    }
}

/// Compares `document` with the file `fixtures/<name>` of this crate.
///
/// # Panics
/// When they differ, or the file is missing and `UPDATE_GOLDEN` is not set.
pub fn check(name: &str, document: &Value, hosts: &[(&str, &str)]) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    let mut stable = stable(document, hosts);
    if name != SHOWN_WITH {
        abbreviate(&mut stable);
    }
    let text = format!("{}\n", serde_json::to_string_pretty(&stable).expect("JSON"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).expect("the golden file is written");
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is missing; run with UPDATE_GOLDEN=1", path.display()));
    assert_eq!(text, golden, "{name} differs; if that is meant, run with UPDATE_GOLDEN=1 and `cargo xtask docs`");
}

/// The document with real hosts for those of the story, and with ids, keys and signatures that do not change from run to run.
#[must_use]
pub fn stable(document: &Value, hosts: &[(&str, &str)]) -> Value {
    let mut seen = HashMap::new();
    walk(document, None, hosts, &mut seen)
}

fn walk(value: &Value, name: Option<&str>, hosts: &[(&str, &str)], seen: &mut HashMap<String, usize>) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.iter().map(|(name, value)| (name.clone(), walk(value, Some(name), hosts, seen))).collect()),
        Value::Array(items) => Value::Array(items.iter().map(|item| walk(item, name, hosts, seen)).collect()),
        Value::String(text) => Value::String(match name {
            Some("publicKeyPem") => "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A…\n-----END PUBLIC KEY-----\n".to_owned(),
            Some("publicKeyMultibase") => "z6Mk…".to_owned(),
            Some("proofValue") => "z…".to_owned(),
            _ => replace_ids(&replace_hosts(text, hosts), seen),
        }),
        other => other.clone(),
    }
}

fn replace_hosts(text: &str, hosts: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (host, shown) in hosts {
        text = text.replace(&format!("http://{host}"), &format!("https://{shown}")).replace(host, shown);
    }
    text
}

/// Numbers every UUID by its first appearance.
fn replace_ids(text: &str, seen: &mut HashMap<String, usize>) -> String {
    let bytes = text.as_bytes();
    let is_id = |at: usize| {
        bytes.get(at..at + 36).is_some_and(|part| {
            part.iter().enumerate().all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() })
        })
    };
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if is_id(at) {
            let id = text[at..at + 36].to_owned();
            let next = seen.len() + 1;
            let number = *seen.entry(id).or_insert(next);
            out.extend_from_slice(format!("01936a1e-0000-7000-8000-{number:012}").as_bytes());
            at += 36;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).expect("UTF-8 stays UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_of_two_runs_become_one() {
        let one =
            json!({"id": "http://lviv.localhost:1/ap/practice/01936a1e-5d2e-7f00-8a00-0123456789ab", "proof": {"proofValue": "zABC"}});
        let two =
            json!({"id": "http://lviv.localhost:2/ap/practice/01936a1e-5d2e-7f00-8a00-ba9876543210", "proof": {"proofValue": "zDEF"}});
        let a = stable(&one, &[("lviv.localhost:1", "lviv.example")]);
        assert_eq!(a, stable(&two, &[("lviv.localhost:2", "lviv.example")]));
        assert_eq!(a["id"], "https://lviv.example/ap/practice/01936a1e-0000-7000-8000-000000000001");
    }
}
