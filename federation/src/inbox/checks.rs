//! Everything about a delivery that can be said without a key, a database or the network.

use http::StatusCode;
use serde_json::Value;
use url::Url;

use crate::wire::{
    self,
    ids::{host_key, id_of, one_or_many, remote_id, same_host, valid_remote_id},
};

/// A delivery that is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refuse {
    pub status: StatusCode,
    pub code: &'static str,
    /// Seconds after which it is worth another try.
    pub retry_after: Option<u64>,
}

impl Refuse {
    pub(super) const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, retry_after: None }
    }
}

const fn bad(code: &'static str) -> Refuse {
    Refuse::new(StatusCode::BAD_REQUEST, code)
}

const fn forbidden(code: &'static str) -> Refuse {
    Refuse::new(StatusCode::FORBIDDEN, code)
}

/// The outside of an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Envelope {
    pub id: String,
    pub kind: String,
    pub actor: String,
    pub actor_url: Url,
    /// Where the actor lives, in one form.
    pub host: String,
    /// Whether the activity deletes or changes its own actor.
    pub about_itself: bool,
}

/// Reads a body; it says nothing yet about who sent it.
pub(super) fn read(body: &[u8]) -> Result<Envelope, Refuse> {
    let activity = wire::parse(body).map_err(|refusal| bad(refusal.code()))?;
    let map = activity.as_object().ok_or(bad("json_shape"))?;
    if wire::restructures(map) {
        return Err(bad("json_confusing"));
    }
    let id = map.get("id").and_then(Value::as_str).ok_or(bad("id"))?;
    let id_url = remote_id(id).ok_or(bad("id"))?;
    let kind = map.get("type").and_then(Value::as_str).filter(|kind| !kind.is_empty() && kind.len() <= 64).ok_or(bad("type"))?;
    let actor = map.get("actor").ok_or(bad("actor"))?;
    let actor = match actor {
        Value::String(text) => text.as_str(),
        other => other.get("id").and_then(Value::as_str).ok_or(bad("actor"))?,
    };
    let actor_url = remote_id(actor).ok_or(bad("actor"))?;
    let host = host_key(&actor_url).ok_or(bad("actor"))?;
    if !same_host(&id_url, &actor_url) {
        return Err(forbidden("id_host"));
    }
    let object = map.get("object").unwrap_or(&Value::Null);
    check_object(kind, object, actor, &actor_url)?;
    let about_itself = matches!(kind, "Delete" | "Update") && id_of(object).is_some_and(|object| object == actor_url);
    Ok(Envelope { id: id.to_owned(), kind: kind.to_owned(), actor: actor.to_owned(), actor_url, host, about_itself })
}

/// What an actor may create, change, delete or take back is its own.
fn check_object(kind: &str, object: &Value, actor: &str, actor_url: &Url) -> Result<(), Refuse> {
    match kind {
        // Inside an array the checks below would look past what a handler finds.
        "Create" | "Update" | "Delete" | "Undo" if object.is_array() => Err(bad("object")),
        "Create" | "Update" | "Delete" => {
            let object_id = id_of(object).filter(valid_remote_id).ok_or(bad("object"))?;
            if !same_host(&object_id, actor_url) {
                return Err(forbidden("object_host"));
            }
            for owner in one_or_many(object.get("attributedTo").unwrap_or(&Value::Null)) {
                let owner = id_of(owner).filter(valid_remote_id).ok_or(forbidden("attributed_to"))?;
                if !same_host(&owner, actor_url) {
                    return Err(forbidden("attributed_to"));
                }
            }
            Ok(())
        }
        "Undo" => match object.get("actor") {
            Some(undone) if id_of(undone).is_none_or(|undone| undone.as_str() != actor && undone != *actor_url) => {
                Err(forbidden("undo_of_another"))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn create(object: &Value) -> Value {
        json!({"id": "https://a.example/1", "type": "Create", "actor": "https://a.example/u", "object": object})
    }

    fn code(activity: &Value) -> &'static str {
        read(activity.to_string().as_bytes()).map_or_else(|refuse| refuse.code, |_| "fine")
    }

    #[test]
    fn an_ordinary_activity_is_fine() {
        let note = json!({"id": "https://a.example/n", "type": "Note", "attributedTo": "https://a.example/u"});
        let envelope = read(create(&note).to_string().as_bytes()).unwrap();
        assert_eq!((envelope.host.as_str(), envelope.kind.as_str(), envelope.about_itself), ("a.example", "Create", false));
        assert_eq!(
            code(&json!({"id": "https://a.example/1", "type": "Delete", "actor": "https://a.example/u", "object": "https://a.example/u"})),
            "fine"
        );
    }

    #[test]
    fn recorded_deliveries_of_real_servers_pass() {
        let captures: Value = serde_json::from_str(include_str!("../../fixtures/wire/captures.json")).unwrap();
        let mut seen = 0;
        for capture in captures.as_array().unwrap() {
            let Some(body) = capture["b"].as_str().filter(|body| !body.is_empty()) else { continue };
            read(body.as_bytes()).unwrap_or_else(|refuse| panic!("{}: {body}", refuse.code));
            seen += 1;
        }
        assert!(seen > 5, "{seen}");
    }

    #[test]
    fn s12_what_is_created_changed_or_deleted_lives_with_its_actor() {
        for kind in ["Create", "Update", "Delete"] {
            for foreign in ["https://b.example/n", "https://a.example.b.example/n", "https://a.example:8443/n", "http://a.example/n"] {
                let activity =
                    json!({"id": "https://a.example/1", "type": kind, "actor": "https://a.example/u", "object": {"id": foreign}});
                assert_eq!(code(&activity), "object_host", "{kind} {foreign}");
            }
        }
        let id_elsewhere =
            json!({"id": "https://b.example/1", "type": "Like", "actor": "https://a.example/u", "object": "https://c.example/n"});
        assert_eq!(code(&id_elsewhere), "id_host");
    }

    #[test]
    fn s14_numbers_relative_addresses_and_foreign_owners_are_refused() {
        for owner in [json!("1"), json!(1), json!("/users/admin"), json!("https://b.example/u"), json!(["https://a.example/u", "1"])] {
            let note = json!({"id": "https://a.example/n", "attributedTo": owner});
            assert_eq!(code(&create(&note)), "attributed_to", "{note}");
        }
        for actor in [json!("1"), json!(7), json!(null), json!("acct:u@a.example"), json!("https://127.0.0.1/u")] {
            let activity = json!({"id": "https://a.example/1", "type": "Like", "actor": actor, "object": "https://a.example/n"});
            assert_eq!(code(&activity), "actor", "{activity}");
        }
    }

    #[test]
    fn nobody_takes_back_what_another_did() {
        let undo = |actor: &str| json!({"id": "https://a.example/1", "type": "Undo", "actor": "https://a.example/u", "object": {"id": "https://a.example/2", "type": "Follow", "actor": actor}});
        assert_eq!(code(&undo("https://a.example/u")), "fine");
        assert_eq!(code(&undo("https://a.example/v")), "undo_of_another");
    }

    #[test]
    fn s14_an_array_does_not_hide_an_owner_or_a_doer() {
        let note = json!([{"id": "https://a.example/n", "attributedTo": "https://b.example/u"}]);
        assert_eq!(code(&create(&note)), "object");
        let undo = json!({"id": "https://a.example/1", "type": "Undo", "actor": "https://a.example/u",
            "object": [{"id": "https://a.example/2", "type": "Follow", "actor": "https://a.example/v"}]});
        assert_eq!(code(&undo), "object");
    }

    #[test]
    fn r05_an_id_with_a_nul_or_white_space_is_refused() {
        for tail in ["\0", "\n", " x", "\t"] {
            let activity = json!({"id": format!("https://a.example/1{tail}"), "type": "Like", "actor": "https://a.example/u", "object": "https://c.example/n"});
            assert_eq!(code(&activity), "id", "{tail:?}");
            let activity = json!({"id": "https://a.example/1", "type": "Like", "actor": format!("https://a.example/u{tail}"), "object": "https://c.example/n"});
            assert_eq!(code(&activity), "actor", "{tail:?}");
        }
    }

    #[test]
    fn s23_depth_bombs_and_shapes_are_refused() {
        let bomb = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(read(format!("{{\"x\":{bomb}}}").as_bytes()).unwrap_err().code, "json_depth");
        assert_eq!(read(b"[]").unwrap_err().code, "json_shape");
        assert_eq!(read(b"\xff").unwrap_err().code, "json_syntax");
        assert_eq!(code(&json!({"id": "https://a.example/1", "type": ["Create"], "actor": "https://a.example/u"})), "type");
        assert_eq!(code(&json!({"@graph": [], "id": "https://a.example/1"})), "json_confusing");
    }

    proptest::proptest! {
        #[test]
        fn s34_no_body_makes_the_door_panic(text in r#"\{("(id|type|actor|object)":("[a-z:/.]{0,12}"|\[\]|\{\}|1|null),?){0,6}\}"#) {
            let _ = read(text.as_bytes());
        }
    }
}
