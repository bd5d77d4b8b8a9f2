//! Our own comments as the fediverse reads them.

use ratusha_federation::{RemoteActor, wire};
use ratusha_tenants::Tenant;
use serde_json::{Value, json};

use super::model::Comment;
use crate::index::Hit;

/// What a note of ours answers, and to whom it goes besides the public.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// ActivityPub id of what it answers.
    pub in_reply_to: String,
    /// The author of what it answers, if it came from another server.
    pub answered: Option<RemoteActor>,
}

/// Collections of an object: `…/replies` and `…/context`.
pub(super) fn collection(ap_id: &str, name: &str) -> String {
    format!("{ap_id}/{name}")
}

/// The Note of `comment` without the context; the activity that carries it brings its own.
pub(super) fn note(tenant: &Tenant, about: &Hit, comment: &Comment, place: &Place) -> Value {
    let mention: Vec<Value> =
        place.answered.iter().map(|actor| json!({"type": "Mention", "href": actor.id, "name": actor.handle()})).collect();
    let mut cc = vec![format!("{}/followers", tenant.actor_id())];
    cc.extend(place.answered.iter().map(|actor| actor.id.clone()));
    let mut note = json!({
        "id": comment.ap_id,
        "type": "Note",
        "attributedTo": comment.actor,
        "inReplyTo": place.in_reply_to,
        "content": comment.body,
        "url": tenant.url(&format!("/discussion/comments/{}", comment.id)),
        "published": comment.published_at.to_rfc3339(),
        "to": [wire::PUBLIC],
        "cc": cc,
        "tag": mention,
        "replies": collection(&comment.ap_id, "replies"),
        "context": collection(&about.ap_id, "context"),
    });
    if let (Some(lang), Some(map)) = (&comment.lang, note.as_object_mut()) {
        map.insert("contentMap".to_owned(), json!({lang.as_str(): comment.body}));
    }
    note
}

/// `Create` of a note; its public is the note's.
pub(super) fn create(note: Value) -> Value {
    json!({"type": "Create", "to": note.get("to"), "cc": note.get("cc"), "object": note})
}

/// `Delete` of a note that was public.
pub(super) fn delete(tenant: &Tenant, comment: &Comment) -> Value {
    json!({
        "type": "Delete",
        "to": [wire::PUBLIC],
        "cc": [format!("{}/followers", tenant.actor_id())],
        "object": tombstone(comment),
    })
}

/// What stands at the address of a note that is no more.
pub(super) fn tombstone(comment: &Comment) -> Value {
    json!({"id": comment.ap_id, "type": "Tombstone", "formerType": "Note"})
}
