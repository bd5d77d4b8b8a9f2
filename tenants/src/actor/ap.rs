//! Actors as documents: what Mastodon shows, what Lemmy demands, and what our own nodes read besides.

use ratusha_federation::{
    signatures::keys::KeyError,
    wire::{ACTIVITY_JSON, context::with_context},
};
use ratusha_platform::{AppError, AppResult, Catalog, Lang};
use serde::Serialize;
use serde_json::{Map, Value, json, value::RawValue};

use super::{ActorKind, KnownActor, desk};
use crate::{tenant::Tenant, territory::Unit};

/// The media type, exactly as Lemmy compares it.
pub(crate) const MEDIA_TYPE: &str = ACTIVITY_JSON;

/// Escapes text for HTML.
fn escape(text: &str) -> String {
    ratusha_templates::Html::text(text).as_str().to_owned()
}

/// What every server of ours can do, as FEP-844e lists it.
fn abilities() -> Value {
    json!([
        {"type": "Link", "href": "https://datatracker.ietf.org/doc/html/rfc9421", "name": "RFC-9421: HTTP Message Signatures"},
        {"type": "Link", "href": "https://w3id.org/fep/8b32", "name": "FEP-8b32: Object Integrity Proofs"}
    ])
}

/// The document of an actor.
///
/// `person` is the display name of a person; `unit` the territorial unit of the tenant.
///
/// # Errors
/// Internal, when its keys cannot be written.
pub fn document(catalog: &Catalog, tenant: &Tenant, actor: &KnownActor, person: Option<&str>, unit: Option<&Unit>) -> AppResult<Value> {
    let broken = |error: KeyError| AppError::internal(error);
    let id = &actor.id;
    let (name_uk, name_en) = names(catalog, tenant, actor, person);
    let (about_uk, about_en) = about(catalog, tenant, actor);
    let mut doc = Map::new();
    let mut put = |name: &str, value: Value| {
        doc.insert(name.to_owned(), value);
    };
    put("id", json!(id));
    put("type", json!(actor.kind.as_type()));
    put("preferredUsername", json!(actor.username));
    put("name", json!(name_uk));
    if name_en != name_uk {
        put("nameMap", json!({"uk": name_uk, "en": name_en}));
    }
    if !about_uk.is_empty() {
        put("summary", json!(paragraphs(&about_uk)));
        if about_en != about_uk {
            put("summaryMap", json!({"uk": paragraphs(&about_uk), "en": paragraphs(&about_en)}));
        }
    }
    put("url", json!(page(tenant, actor)));
    put("inbox", json!(format!("{id}/inbox")));
    put("outbox", json!(format!("{id}/outbox")));
    put("followers", json!(format!("{id}/followers")));
    put("following", json!(format!("{id}/following")));
    if actor.kind != ActorKind::Server {
        put("featured", json!(format!("{id}/featured")));
    }
    put("endpoints", json!({"sharedInbox": tenant.ap_url("/ap/inbox")}));
    put("manuallyApprovesFollowers", json!(false));
    // A person is found only if they ask for it; offices exist to be found.
    let public = actor.kind != ActorKind::Person;
    put("discoverable", json!(public));
    put("indexable", json!(public));
    put("published", json!(actor.created_at.to_rfc3339()));
    put("webfinger", json!(format!("{}@{}", actor.username, tenant.birth_host())));
    if matches!(actor.kind, ActorKind::Community | ActorKind::Desk) {
        put("attributionDomains", json!(tenant.hosts));
    }
    let fields = fields(tenant, actor);
    if !fields.is_empty() {
        put("attachment", Value::Array(fields));
    }
    if actor.kind == ActorKind::Community
        && let Some(territory) = territory(tenant, unit)
    {
        put("egov:territory", territory);
    }
    if actor.kind == ActorKind::Server {
        put("implements", abilities());
    } else {
        put("generator", json!({"type": "Application", "id": tenant.server_id(), "name": "Ratusha", "implements": abilities()}));
    }
    put("publicKey", json!({"id": format!("{id}#main-key"), "owner": id, "publicKeyPem": actor.keys.rsa_public_pem().map_err(broken)?}));
    put(
        "assertionMethod",
        json!([{
            "id": format!("{id}#ed25519-key"),
            "type": "Multikey",
            "controller": id,
            "publicKeyMultibase": actor.keys.ed25519_multibase().map_err(broken)?
        }]),
    );
    Ok(Value::Object(with_context(doc)))
}

/// The page for people that shows this actor.
#[must_use]
pub fn page(tenant: &Tenant, actor: &KnownActor) -> String {
    match actor.kind {
        ActorKind::Desk => tenant.url(desk(&actor.name).map_or("/", |desk| desk.path)),
        ActorKind::Community | ActorKind::Person => tenant.url("/"),
        ActorKind::Server => tenant.url("/about"),
    }
}

fn names(catalog: &Catalog, tenant: &Tenant, actor: &KnownActor, person: Option<&str>) -> (String, String) {
    let both = |make: &dyn Fn(Lang) -> String| (make(Lang::Uk), make(Lang::En));
    match actor.kind {
        ActorKind::Community => both(&|lang| tenant.name(lang).to_owned()),
        ActorKind::Desk => both(&|lang| desk(&actor.name).map_or_else(|| actor.name.clone(), |desk| catalog.t(lang, desk.key))),
        ActorKind::Person => both(&|_| person.unwrap_or(&actor.username).to_owned()),
        ActorKind::Server => both(&|_| tenant.birth_host().to_owned()),
    }
}

fn about(catalog: &Catalog, tenant: &Tenant, actor: &KnownActor) -> (String, String) {
    match actor.kind {
        ActorKind::Community => (tenant.about(Lang::Uk).to_owned(), tenant.about(Lang::En).to_owned()),
        ActorKind::Desk => match desk(&actor.name) {
            Some(desk) => (catalog.t(Lang::Uk, desk.about_key), catalog.t(Lang::En, desk.about_key)),
            None => Default::default(),
        },
        ActorKind::Person | ActorKind::Server => Default::default(),
    }
}

/// Plain text as paragraphs of HTML.
fn paragraphs(text: &str) -> String {
    text.split("\n\n").map(|part| format!("<p>{}</p>", escape(part.trim()).replace('\n', "<br>"))).collect()
}

/// What Mastodon shows as a table in the profile.
fn fields(tenant: &Tenant, actor: &KnownActor) -> Vec<Value> {
    if !matches!(actor.kind, ActorKind::Community | ActorKind::Desk) {
        return Vec::new();
    }
    let mut fields = Vec::new();
    if actor.kind == ActorKind::Community
        && let Some(code) = &tenant.katottg
    {
        fields.push(json!({"type": "PropertyValue", "name": "КАТОТТГ", "value": code}));
    }
    let site = escape(&page(tenant, actor));
    fields.push(
        json!({"type": "PropertyValue", "name": "Сайт", "value": format!("<a href=\"{site}\" rel=\"me\">{}</a>", escape(&tenant.host))}),
    );
    fields
}

/// The territory for our own nodes.
fn territory(tenant: &Tenant, unit: Option<&Unit>) -> Option<Value> {
    let code = tenant.katottg.as_ref()?;
    let mut territory = Map::new();
    territory.insert("katottg".to_owned(), json!(code));
    if let Some(unit) = unit {
        territory.insert("name".to_owned(), json!(unit.name));
        territory.insert("level".to_owned(), json!(unit.category.letter()));
    }
    Some(Value::Object(territory))
}

/// A collection of which only the number is told.
#[must_use]
pub fn counted(id: &str, total: i64) -> Value {
    let mut doc = Map::new();
    doc.insert("id".to_owned(), json!(id));
    doc.insert("type".to_owned(), json!("OrderedCollection"));
    doc.insert("totalItems".to_owned(), json!(total));
    doc.insert("first".to_owned(), json!(format!("{id}?page=1")));
    Value::Object(with_context(doc))
}

/// A collection with everything in it.
#[must_use]
pub fn whole(id: &str, items: &[Value]) -> Value {
    let mut doc = Map::new();
    doc.insert("id".to_owned(), json!(id));
    doc.insert("type".to_owned(), json!("OrderedCollection"));
    doc.insert("totalItems".to_owned(), json!(items.len()));
    doc.insert("orderedItems".to_owned(), json!(items));
    Value::Object(with_context(doc))
}

/// One page of a collection of addresses.
#[must_use]
pub fn page_of(id: &str, page: &str, items: &[String], next: Option<String>) -> Value {
    let mut doc = Map::new();
    doc.insert("id".to_owned(), json!(format!("{id}?{page}")));
    doc.insert("type".to_owned(), json!("OrderedCollectionPage"));
    doc.insert("partOf".to_owned(), json!(id));
    if let Some(next) = next {
        doc.insert("next".to_owned(), json!(next));
    }
    doc.insert("orderedItems".to_owned(), json!(items));
    Value::Object(with_context(doc))
}

/// One page of an outbox, its activities byte for byte as they were sent.
#[derive(Serialize)]
pub(crate) struct OutboxPage<'a> {
    #[serde(rename = "@context")]
    pub context: &'a Value,
    pub id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(rename = "partOf")]
    pub part_of: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    #[serde(rename = "orderedItems")]
    pub items: Vec<Box<RawValue>>,
}

/// The instance document that Mastodon's programs and other servers ask for; small, and true.
#[must_use]
pub fn instance(tenant: &Tenant, version: &str, people: i64, posts: i64) -> Value {
    json!({
        "uri": tenant.birth_host(),
        "title": tenant.name(Lang::Uk),
        "short_description": tenant.about(Lang::Uk),
        "description": tenant.about(Lang::Uk),
        "email": if tenant.contact.contains('@') { tenant.contact.as_str() } else { "" },
        // The form that readers of this document parse; the program after it is what answers.
        "version": format!("4.0.0 (compatible; Ratusha {version})"),
        "languages": ["uk", "en"],
        "registrations": tenant.registration,
        "approval_required": false,
        "invites_enabled": false,
        "stats": {"user_count": people, "status_count": posts, "domain_count": 0},
        "urls": {},
        "rules": [],
    })
}
