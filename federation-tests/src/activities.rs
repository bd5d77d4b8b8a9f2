//! Activities in the shape in which Mastodon writes them.

use ratusha_federation::wire::PUBLIC;
use serde_json::{Value, json};

use crate::FakePeer;

/// A note to be published.
#[derive(Debug, Clone)]
pub struct Note<'a> {
    /// Who writes.
    pub actor: &'a str,
    /// What it answers.
    pub in_reply_to: Option<&'a str>,
    /// Whom it names: `(handle, id)`.
    pub mentions: &'a [(&'a str, &'a str)],
    /// HTML as Mastodon would send it.
    pub content: &'a str,
    /// The content warning.
    pub warning: Option<&'a str>,
}

impl FakePeer {
    /// `actor` wants to follow `target`.
    #[must_use]
    pub fn follow(&self, actor: &str, target: &str) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.url(&format!("/follow-{}", self.next_number())),
            "type": "Follow",
            "actor": actor,
            "object": target
        })
    }

    /// Takes `activity` (a Follow, Like or Announce of the same actor) back.
    #[must_use]
    pub fn undo(&self, activity: &Value) -> Value {
        let mut inner = activity.clone();
        inner.as_object_mut().expect("an activity").remove("@context");
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{}#undo-{}", activity["actor"].as_str().expect("an actor"), self.next_number()),
            "type": "Undo",
            "actor": activity["actor"],
            "object": inner
        })
    }

    /// The note alone, under a fresh id; also served there.
    pub fn note(&self, note: &Note<'_>) -> Value {
        let id = format!("{}/statuses/{}", note.actor, self.next_number());
        let tags: Vec<Value> = note.mentions.iter().map(|(name, href)| json!({"type": "Mention", "href": href, "name": name})).collect();
        let mut cc = vec![json!(format!("{}/followers", note.actor))];
        cc.extend(note.mentions.iter().map(|(_, href)| json!(href)));
        let object = json!({
            "id": id,
            "type": "Note",
            "summary": note.warning,
            "inReplyTo": note.in_reply_to,
            "published": self.now(),
            "url": id.replace("/users/", "/@").replace("/statuses/", "/"),
            "attributedTo": note.actor,
            "to": [PUBLIC],
            "cc": cc,
            "sensitive": note.warning.is_some(),
            "atomUri": id,
            "inReplyToAtomUri": note.in_reply_to,
            "conversation": format!("tag:{},2026-11-23:objectId=1:objectType=Conversation", self.host),
            "content": note.content,
            "contentMap": {"uk": note.content},
            "attachment": [],
            "tag": tags,
            "replies": {"id": format!("{id}/replies"), "type": "Collection",
                "first": {"type": "CollectionPage", "next": format!("{id}/replies?only_other_accounts=true&page=true"), "partOf": format!("{id}/replies"), "items": []}},
            "likes": {"id": format!("{id}/likes"), "type": "Collection", "totalItems": 0},
            "shares": {"id": format!("{id}/shares"), "type": "Collection", "totalItems": 0}
        });
        self.serve(&id, in_context(&object));
        object
    }

    /// Publishes a note.
    #[must_use]
    pub fn create(&self, object: &Value) -> Value {
        self.about("Create", "/activity", object)
    }

    /// Publishes a changed note: other words, a newer `updated`.
    #[must_use]
    pub fn update(&self, object: &Value, content: &str) -> Value {
        let mut object = object.clone();
        object["content"] = json!(content);
        object["contentMap"] = json!({"uk": content});
        object["updated"] = json!(self.now());
        self.serve(object["id"].as_str().expect("an id"), in_context(&object));
        self.about("Update", &format!("#updates/{}", self.next_number()), &object)
    }

    /// Deletes a note; what was there answers 410 from now on.
    #[must_use]
    pub fn delete(&self, object: &Value) -> Value {
        let id = object["id"].as_str().expect("an id");
        let path = id.strip_prefix(&self.url("")).expect("our own");
        self.serve_as(path, 410, "application/activity+json", json!({}));
        let tombstone = json!({"id": id, "type": "Tombstone", "atomUri": id});
        let mut activity =
            self.about("Delete", "#delete", &json!({"id": id, "attributedTo": object["attributedTo"], "to": [PUBLIC], "cc": []}));
        activity["object"] = tombstone;
        activity
    }

    /// `actor` likes the object `id`.
    #[must_use]
    pub fn like(&self, actor: &str, id: &str) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{actor}#likes/{}", self.next_number()),
            "type": "Like",
            "actor": actor,
            "object": id
        })
    }

    /// `actor` boosts the object `id`.
    #[must_use]
    pub fn boost(&self, actor: &str, id: &str) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{actor}/statuses/{}/activity", self.next_number()),
            "type": "Announce",
            "actor": actor,
            "published": self.now(),
            "to": [PUBLIC],
            "cc": [format!("{actor}/followers")],
            "object": id
        })
    }

    fn about(&self, kind: &str, suffix: &str, object: &Value) -> Value {
        json!({
            "@context": context(),
            "id": format!("{}{suffix}", object["id"].as_str().expect("an id")),
            "type": kind,
            "actor": object["attributedTo"],
            "published": self.now(),
            "to": object["to"],
            "cc": object["cc"],
            "object": object
        })
    }
}

fn context() -> Value {
    json!(["https://www.w3.org/ns/activitystreams", {
        "ostatus": "http://ostatus.org#", "atomUri": "ostatus:atomUri", "inReplyToAtomUri": "ostatus:inReplyToAtomUri",
        "conversation": "ostatus:conversation", "sensitive": "as:sensitive", "toot": "http://joinmastodon.org/ns#", "votersCount": "toot:votersCount"
    }])
}

fn in_context(object: &Value) -> Value {
    let mut whole = serde_json::Map::new();
    whole.insert("@context".to_owned(), context());
    whole.extend(object.as_object().expect("an object").clone());
    Value::Object(whole)
}
