//! Reading a note of another server; everything in it is cleaned here, once.

use ratusha_federation::wire::{self, ids};
use ratusha_platform::{Timestamp, text};
use serde_json::Value;
use url::Url;

/// The longest text of a remote comment, in bytes of HTML before cleaning.
const MAX_HTML: usize = 50_000;
/// The longest warning, in characters.
const MAX_WARNING: usize = 300;

/// Types of things that may be comments when they answer something.
const KINDS: [&str; 5] = ["Note", "Article", "Page", "Question", "Video"];

/// A note as it came, cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RemoteNote {
    pub id: Url,
    pub author: Url,
    pub in_reply_to: Option<Url>,
    pub url: Option<String>,
    pub body: String,
    pub warning: Option<String>,
    pub lang: Option<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub public: bool,
    /// Everybody it names: receivers and mentions.
    pub named: Vec<Url>,
}

/// True for something that may be a comment: one of the types, and an answer to something.
pub(super) fn may_be_comment(object: &Value) -> bool {
    KINDS.iter().any(|kind| ids::has_type(object, kind)) && object.get("inReplyTo").is_some_and(|v| ids::id_of(v).is_some())
}

/// Reads `object`; `None` for what is no note of its author's own server.
pub(super) fn read(object: &Value) -> Option<RemoteNote> {
    if !KINDS.iter().any(|kind| ids::has_type(object, kind)) {
        return None;
    }
    let field = |name: &str| object.get(name);
    let id = field("id").and_then(ids::id_of).filter(ids::valid_remote_id)?;
    let author = field("attributedTo").or_else(|| field("actor")).and_then(ids::id_of)?;
    if !ids::same_host(&id, &author) {
        return None;
    }
    let (lang, from_map) = match field("contentMap").and_then(ids::first_language) {
        Some((lang, text)) => (language(lang), Some(text)),
        None => (None, None),
    };
    let html = field("content").and_then(ids::string_of).or(from_map).unwrap_or_default();
    let mut body = text::sanitize::remote_html(text::clean::truncate_bytes(html, MAX_HTML));
    if let Some(name) = field("name").and_then(ids::string_of).map(text::sanitize::plain).filter(|name| !name.is_empty()) {
        // A long answer with a title, or a choice in a poll; the title is part of what was said.
        body = format!("<p><strong>{}</strong></p>{body}", ratusha_templates::Html::text(&text::truncate_chars(&name, 300)));
    }
    let warning = field("summary")
        .and_then(ids::string_of)
        .map(|summary| text::truncate_chars(&text::sanitize::plain(summary), MAX_WARNING))
        .filter(|warning| !warning.is_empty());
    let time = |name: &str| field(name).and_then(ids::string_of).and_then(Timestamp::parse);
    let page = field("url").map(ids::ids_of).unwrap_or_default();
    let receivers = ["to", "cc"].iter().filter_map(|name| field(name)).flat_map(ids::ids_of);
    let mentions = field("tag")
        .map(ids::one_or_many)
        .unwrap_or_default()
        .iter()
        .filter(|tag| ids::has_type(tag, "Mention"))
        .filter_map(|tag| tag.get("href").and_then(ids::id_of));
    Some(RemoteNote {
        in_reply_to: field("inReplyTo").and_then(ids::id_of),
        // A page on another host than the note's could pretend to be its origin.
        url: page.into_iter().find(|page| ids::same_host(page, &id) && matches!(page.scheme(), "https" | "http")).map(String::from),
        public: ["to", "cc"].iter().any(|name| field(name).is_some_and(wire::is_public)),
        named: receivers.chain(mentions).take(200).collect(),
        published: time("published"),
        updated: time("updated"),
        id,
        author,
        body,
        warning,
        lang,
    })
}

/// `uk` of `uk-UA`; `None` for what is no language.
fn language(tag: &str) -> Option<String> {
    let plain = (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && tag != "und").then(|| tag.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn note() -> Value {
        json!({
            "id": "https://mastodon.example/users/marek/statuses/1",
            "type": "Note",
            "summary": "<b>довго</b>",
            "inReplyTo": "https://lviv.example/ap/practice/1",
            "published": "2026-11-23T07:00:00Z",
            "url": "https://mastodon.example/@marek/1",
            "attributedTo": "https://mastodon.example/users/marek",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": ["https://mastodon.example/users/marek/followers", "https://lviv.example/ap/actor"],
            "content": "<p>Чудово<script>alert(1)</script></p>",
            "contentMap": {"uk": "<p>Чудово</p>"},
            "tag": [{"type": "Mention", "href": "https://lviv.example/ap/actor", "name": "@lviv@lviv.example"}]
        })
    }

    #[test]
    fn a_mastodon_reply_is_read_and_cleaned() {
        let read = read(&note()).unwrap();
        assert_eq!(read.body, "<p>Чудово</p>");
        assert_eq!((read.warning.as_deref(), read.lang.as_deref()), (Some("довго"), Some("uk")));
        assert_eq!(read.url.as_deref(), Some("https://mastodon.example/@marek/1"));
        assert!(read.public && read.named.iter().any(|u| u.as_str() == "https://lviv.example/ap/actor"));
    }

    #[test]
    fn s12_a_note_of_another_hosts_author_is_refused() {
        let mut forged = note();
        forged["attributedTo"] = json!("https://lviv.example/ap/actor");
        assert_eq!(read(&forged), None);
        let mut relative = note();
        relative["id"] = json!("1");
        assert_eq!(read(&relative), None);
    }

    #[test]
    fn a_page_on_a_foreign_host_is_not_taken_as_the_origin() {
        let mut note = note();
        note["url"] = json!([{"type": "Link", "href": "https://evil.example/1"}, "javascript:alert(1)"]);
        assert_eq!(read(&note).unwrap().url, None);
    }

    #[test]
    fn what_is_not_public_is_known_as_such() {
        let mut direct = note();
        direct["to"] = json!(["https://lviv.example/ap/actor"]);
        direct["cc"] = json!([]);
        assert!(!read(&direct).unwrap().public);
    }

    #[test]
    fn odd_shapes_never_break_reading() {
        for odd in [
            json!(null),
            json!([]),
            json!({"type": "Note"}),
            json!({"type": ["Note"], "id": 5}),
            json!({"type": "Note", "id": "https://a.example/1", "attributedTo": {"id": "https://a.example/u"}, "content": {"a": 1}, "tag": "x", "url": 7, "to": {"a": []}, "contentMap": []}),
        ] {
            let _ = read(&odd);
            let _ = may_be_comment(&odd);
        }
    }
}
