//! Our practices as the fediverse reads them: an Article that any server shows, with the whole card in one property.

use std::fmt::Write;

use ratusha_content::classifier::Scheme;
use ratusha_federation::wire;
use ratusha_platform::{Lang, Timestamp, text::markdown};
use ratusha_templates::Html;
use ratusha_tenants::Tenant;
use serde_json::{Map, Value, json};

use super::{practice_path, record};
use crate::model::{Card, Evidence, PracticeId, State};

/// The hub's desk of practices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Its actor's id.
    pub actor: String,
    /// `@practices@hub.example`.
    pub handle: String,
}

/// One state of a practice, ready to be written down.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// Whose it is.
    pub tenant: &'a Tenant,
    /// Its id.
    pub id: &'a PracticeId,
    /// The card.
    pub card: &'a Card,
    /// Number of the card's version.
    pub revision: i64,
    /// Where it stands.
    pub state: State,
    /// How well it is proven.
    pub evidence: Evidence,
    /// When it has to be confirmed again.
    pub review_due: Option<Timestamp>,
    /// When it became public.
    pub published_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Files as they stand in `attachment`, pictures first.
    pub attachments: &'a [Value],
    /// The classifier in force.
    pub scheme: &'a Scheme,
    /// Where concepts have their addresses.
    pub class_base: &'a str,
    /// The hub's desk, if it is known.
    pub desk: Option<&'a Desk>,
}

impl Document<'_> {
    /// Its address.
    #[must_use]
    pub fn ap_id(&self) -> String {
        self.tenant.ap_url(&practice_path(self.id))
    }

    fn cc(&self) -> Vec<String> {
        let mut cc = vec![format!("{}/followers", self.tenant.actor_id())];
        cc.extend(self.desk.map(|desk| desk.actor.clone()));
        cc
    }

    /// The Article without a context; the activity that carries it brings its own.
    #[must_use]
    pub fn article(&self) -> Value {
        let ap_id = self.ap_id();
        let content = content(self.card);
        let title = &self.card.title;
        let summary = &self.card.summary;
        let mut article = Map::new();
        let mut put = |name: &str, value: Value| {
            article.insert(name.to_owned(), value);
        };
        put("id", json!(ap_id));
        put("type", json!("Article"));
        put("attributedTo", json!(self.tenant.actor_id()));
        put("url", json!(self.tenant.url(&format!("/practices/{}", self.id))));
        put("name", json!(title));
        if !self.card.title_en.is_empty() {
            put("nameMap", json!({"uk": title, "en": self.card.title_en}));
        }
        put("summary", json!(summary));
        put("content", json!(content));
        // The first language counts for Mastodon, so it stands first and says the same.
        put("contentMap", json!({"uk": content}));
        put("language", json!({"identifier": "uk", "name": "Українська"}));
        put("published", json!(self.published_at.to_rfc3339()));
        put("updated", json!(self.updated_at.max(self.published_at).to_rfc3339()));
        put("to", json!([wire::PUBLIC]));
        put("cc", json!(self.cc()));
        put("attachment", Value::Array(self.attachments.to_vec()));
        put("tag", self.tags());
        put("preview", json!({"type": "Note", "content": preview(title, summary)}));
        put("context", json!(format!("{ap_id}/context")));
        put("replies", json!(format!("{ap_id}/replies")));
        put(record::PROPERTY, Value::Object(self.property()));
        Value::Object(article)
    }

    /// One version under its own address; it never changes.
    #[must_use]
    pub fn revision(&self) -> Value {
        let ap_id = self.ap_id();
        let mut article = match self.article() {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        article.insert("id".to_owned(), json!(format!("{ap_id}/rev/{}", self.revision)));
        for name in ["context", "replies", "tag", "cc", "attachment"] {
            article.shift_remove(name);
        }
        article.insert("egov:revisionOf".to_owned(), json!(ap_id));
        Value::Object(wire::context::with_context(article))
    }

    fn property(&self) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("type".to_owned(), json!("egov:BestPractice"));
        out.insert("revision".to_owned(), json!(self.revision));
        out.insert("state".to_owned(), json!(self.state.as_str()));
        out.insert("evidence".to_owned(), json!(self.evidence.as_str()));
        if let Some(due) = self.review_due {
            out.insert("reviewDue".to_owned(), json!(due.to_rfc3339()));
        }
        let mut card = record::write_card(self.card, |notation| format!("{}/classifier/{notation}", self.class_base));
        // The title and the summary stand in the Article.
        card.shift_remove("title");
        card.shift_remove("summary");
        if self.card.territories.is_empty()
            && let Some(code) = &self.tenant.katottg
        {
            card.insert("katottg".to_owned(), json!([code]));
        }
        out.append(&mut card);
        out.insert("history".to_owned(), json!(format!("{}/history", self.ap_id())));
        out
    }

    fn tags(&self) -> Value {
        let mut tags: Vec<Value> = self
            .card
            .concepts
            .iter()
            .map(|notation| {
                let name = hashtag(self.scheme.label(notation, Lang::Uk));
                json!({"type": "Hashtag", "name": name, "href": self.tenant.url(&format!("/classifier/{notation}"))})
            })
            .collect();
        tags.extend(self.desk.map(|desk| json!({"type": "Mention", "name": desk.handle, "href": desk.actor})));
        Value::Array(tags)
    }

    fn activity(&self, kind: &str) -> Value {
        json!({"type": kind, "to": [wire::PUBLIC], "cc": self.cc(), "object": self.article()})
    }
}

/// `Create` of the Article.
#[must_use]
pub fn create(document: &Document<'_>) -> Value {
    document.activity("Create")
}

/// `Update` of the Article.
#[must_use]
pub fn update(document: &Document<'_>) -> Value {
    document.activity("Update")
}

/// `Delete` with what stands at the address from now on.
#[must_use]
pub fn delete(tenant: &Tenant, id: &PracticeId, desk: Option<&Desk>, at: Timestamp) -> Value {
    let mut cc = vec![format!("{}/followers", tenant.actor_id())];
    cc.extend(desk.map(|desk| desk.actor.clone()));
    json!({"type": "Delete", "to": [wire::PUBLIC], "cc": cc, "object": tombstone(tenant, id, at)})
}

/// What stands at the address of a practice that is no more.
#[must_use]
pub fn tombstone(tenant: &Tenant, id: &PracticeId, at: Timestamp) -> Value {
    json!({
        "id": tenant.ap_url(&practice_path(id)),
        "type": "Tombstone",
        "formerType": "Article",
        "deleted": at.to_rfc3339(),
    })
}

/// `#ЕлектроннаЧерга`: the words of a label in one, each with a capital.
fn hashtag(label: &str) -> String {
    let mut tag = String::from("#");
    for word in label.split(|c: char| !c.is_alphanumeric() && !"ʼ’'".contains(c)) {
        // The apostrophe letter counts as a letter, and servers cut a tag at it.
        let mut letters = word.chars().filter(|c| c.is_alphanumeric() && *c != 'ʼ');
        if let Some(first) = letters.next() {
            tag.extend(first.to_uppercase());
            tag.extend(letters);
        }
    }
    tag
}

fn preview(title: &str, summary: &str) -> String {
    format!("<p><strong>{}</strong><br>{}</p>", Html::text(title), Html::text(summary))
}

/// The card as HTML that every server shows: paragraphs, headings and lists only.
#[must_use]
pub fn content(card: &Card) -> String {
    let mut html = String::new();
    let mut part = |heading: &str, body: String| {
        if !body.trim().is_empty() {
            // Writing into a string cannot fail.
            let _ = write!(html, "<h2>{heading}</h2>{body}");
        }
    };
    let prose = |markdown: &str| markdown::to_html(markdown).replace('\n', "");
    let list = |tag: &str, items: Vec<String>| {
        if items.is_empty() {
            String::new()
        } else {
            format!("<{tag}>{}</{tag}>", items.iter().map(|i| format!("<li>{i}</li>")).collect::<String>())
        }
    };
    let text = |t: &String| Html::text(t).to_string();
    let results = card.outcomes.iter().map(|o| {
        let unit = if o.unit.is_empty() { String::new() } else { format!(" {}", Html::text(&o.unit)) };
        let source = if o.source.is_empty() { String::new() } else { format!(" ({})", Html::text(&o.source)) };
        format!("{}: {} → {}{unit}{source}", Html::text(&o.metric), Html::text(&o.before), Html::text(&o.after))
    });
    part("Проблема", prose(&card.problem));
    part("Рішення", prose(&card.solution));
    part("Кроки", list("ol", card.steps.iter().map(text).collect()));
    part("Результати", list("ul", results.collect()));
    part("Умови", prose(&card.context));
    part("Технології", prose(&card.technology));
    part("Ризики й невдачі", prose(&card.risks));
    part("Уроки", prose(&card.lessons));
    part("Як повторити", prose(&card.replicability));
    part("Чому зупинили", prose(&card.stop_reason));
    part("Правова основа", list("ul", card.legal_base.iter().map(text).collect()));
    part("Контакт", prose(&card.contact));
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_hashtags_that_servers_take() {
        assert_eq!(hashtag("Електронна черга та запис на прийом"), "#ЕлектроннаЧергаТаЗаписНаПрийом");
        assert_eq!(hashtag("Охорона здоровʼя"), "#ОхоронаЗдоровя");
        assert_eq!(hashtag("Адреси, довідники"), "#АдресиДовідники");
    }

    #[test]
    fn the_content_escapes_what_people_typed() {
        let card = Card { problem: "<script>x</script>".into(), steps: vec!["a<b>".into()], ..Card::default() };
        let html = content(&card);
        assert!(!html.contains("<script") && html.contains("<li>a&lt;b&gt;</li>"), "{html}");
    }
}
