//! Reading a practice of another node: tolerant in shape, strict in whose it is.

use ratusha_content::files::{self, RemoteFile};
use ratusha_federation::{Received, wire};
use ratusha_platform::{Timestamp, text};
use serde_json::{Map, Value};

use super::record;
use crate::model::{Card, Evidence, SUMMARY_MAX, State, TITLE_MAX};

/// What an Article of another node says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its address.
    pub ap_id: String,
    /// Where it lives.
    pub host: String,
    /// Its page for people.
    pub url: String,
    /// Where its replies are; empty when it does not say.
    pub replies: String,
    /// Validated or archived.
    pub state: State,
    /// What its community says of the proof.
    pub evidence: Evidence,
    /// When it has to be confirmed again.
    pub review_due: Option<Timestamp>,
    /// Its files.
    pub files: Vec<RemoteFile>,
    /// When it became public.
    pub published_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The card.
    pub card: Card,
}

/// The practice in a `Create` or `Update`, or why there is none.
///
/// # Errors
/// The reason, for the log.
pub fn read_article(received: &Received) -> Result<Article, &'static str> {
    let object = &received.object;
    let property = object.get(record::PROPERTY).filter(|v| v.is_object()).ok_or("no practice in it")?;
    let id = wire::ids::id_of(object).filter(wire::ids::valid_remote_id).ok_or("no address")?;
    let actor = url::Url::parse(&received.actor.id).map_err(|_| "no actor")?;
    if !wire::ids::same_host(&id, &actor) {
        return Err("lives on another host than its actor");
    }
    let owner = object.get("attributedTo").and_then(wire::ids::id_of).ok_or("nobody's")?;
    if owner != actor {
        return Err("somebody else's");
    }
    if !received.to_public() {
        return Err("not public");
    }
    let same_host = |name: &str| object.get(name).and_then(wire::ids::id_of).filter(|url| wire::ids::same_host(url, &id));
    let mut whole = property.as_object().cloned().unwrap_or_else(Map::new);
    let line = |name: &str, max: usize| {
        let text = object.get(name).and_then(wire::ids::string_of).unwrap_or("");
        text::truncate_chars(&text::sanitize::plain(text), max)
    };
    whole.insert("title".to_owned(), Value::String(line("name", TITLE_MAX)));
    whole.insert("summary".to_owned(), Value::String(line("summary", SUMMARY_MAX)));
    let card = record::read_card(&Value::Object(whole));
    if card.title.is_empty() {
        return Err("without a title");
    }
    if card.problem.is_empty() && card.solution.is_empty() {
        return Err("without a problem and a solution");
    }
    let word = |name: &str| property.get(name).and_then(Value::as_str).unwrap_or("");
    let moment = |name: &str| object.get(name).and_then(Value::as_str).and_then(Timestamp::parse);
    // Nobody publishes in the future; a clock that runs ahead must not win over every later edit.
    let now = received.received_at;
    let published_at = moment("published").unwrap_or(now).min(now);
    Ok(Article {
        host: wire::ids::host_key(&id).ok_or("no host")?,
        url: same_host("url").unwrap_or_else(|| id.clone()).to_string(),
        replies: same_host("replies").map(String::from).unwrap_or_default(),
        ap_id: id.to_string(),
        state: if word("state") == "archived" { State::Archived } else { State::Validated },
        evidence: Evidence::parse(word("evidence")).unwrap_or(Evidence::E0),
        review_due: Timestamp::parse(word("reviewDue")),
        files: object.get("attachment").map(files::read_attachments).unwrap_or_default(),
        published_at,
        updated_at: moment("updated").unwrap_or(published_at).min(now).max(published_at),
        card,
    })
}
