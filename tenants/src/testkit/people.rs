//! The people and towns that every test speaks of, once.

use ratusha_federation::{Received, RemoteActor, actors::parse_actor, testkit::signing_keys, wire::ids};
use ratusha_platform::{TenantId, Timestamp, testkit::NOW};
use serde_json::{Value, json};

use crate::{roles, tenant::TenantKind};

/// A tenant of the test world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Town {
    /// Hub or community.
    pub kind: TenantKind,
    /// Its host.
    pub host: &'static str,
    /// Its user name in the fediverse.
    pub handle: &'static str,
    /// Its code in the codifier.
    pub katottg: Option<&'static str>,
    /// Its name in Ukrainian.
    pub name: &'static str,
}

/// The national hub.
pub const HUB: Town = Town {
    kind: TenantKind::Hub, host: "hub.example", handle: "hub", katottg: None, name: "Національний депозитарій"
};
/// Lviv.
pub const LVIV: Town = Town {
    kind: TenantKind::Community,
    host: "lviv.example",
    handle: "lviv",
    katottg: Some("UA46060250000025047"),
    name: "Львівська громада",
};
/// Poltava.
pub const POLTAVA: Town = Town {
    kind: TenantKind::Community,
    host: "poltava.example",
    handle: "poltava",
    katottg: Some("UA53080370000025447"),
    name: "Полтавська громада",
};
/// A host that every tenant of the test world has shut out.
pub const BLOCKED_HOST: &str = "spam.example";
/// The password of everybody in the test world.
pub const PASSWORD: &str = "три тополі та явір";

/// Somebody of the test world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Their name.
    pub name: &'static str,
    /// Their e-mail address.
    pub email: &'static str,
    /// Where they belong.
    pub town: Town,
    /// What they may do there.
    pub roles: &'static [&'static str],
}

/// Curator at the hub.
pub const OLENA: Person =
    Person { name: "Олена Кравець", email: "olena@hub.example", town: HUB, roles: &[roles::CURATOR, roles::EDITOR] };
/// Editor in Lviv.
pub const TARAS: Person = Person { name: "Тарас Бойко", email: "taras@lviv.example", town: LVIV, roles: &[roles::EDITOR] };
/// Citizen of Lviv.
pub const IRYNA: Person = Person { name: "Ірина Мельник", email: "iryna@example.com", town: LVIV, roles: &[roles::CITIZEN] };
/// Administrator of Lviv.
pub const SOLOMIIA: Person =
    Person { name: "Соломія Гнатюк", email: "solomiia@lviv.example", town: LVIV, roles: &[roles::ADMIN] };
/// Editor in Poltava.
pub const PETRO: Person =
    Person { name: "Петро Лисенко", email: "petro@poltava.example", town: POLTAVA, roles: &[roles::EDITOR] };
/// Administrator of the hub and of the node.
pub const NADIIA: Person =
    Person { name: "Надія Савчук", email: "nadiia@hub.example", town: HUB, roles: &[roles::ADMIN, roles::NODE_ADMIN] };
/// Everybody.
pub const EVERYBODY: [Person; 6] = [OLENA, TARAS, IRYNA, SOLOMIIA, PETRO, NADIIA];

/// The document of Marek, a citizen on Mastodon.
#[must_use]
pub fn marek_document() -> Value {
    let id = "https://mastodon.example/users/marek";
    let keys = signing_keys(3).expect("test keys");
    json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": id, "type": "Person", "preferredUsername": "marek", "name": "Марек",
        "summary": "<p>Живу поруч</p>", "url": "https://mastodon.example/@marek",
        "inbox": format!("{id}/inbox"), "outbox": format!("{id}/outbox"), "followers": format!("{id}/followers"),
        "endpoints": {"sharedInbox": "https://mastodon.example/inbox"},
        "publicKey": {"id": format!("{id}#main-key"), "owner": id, "publicKeyPem": keys.rsa_public_pem().expect("a key")}
    })
}

/// Marek, a citizen on Mastodon, as read at his origin.
#[must_use]
pub fn marek() -> RemoteActor {
    stranger(&marek_document())
}

/// The actor that `document` describes.
#[must_use]
pub fn stranger(document: &Value) -> RemoteActor {
    parse_actor(document, NOW).expect("an actor")
}

/// `activity` by `actor` as a handler gets it, in the inbox of `tenant`.
#[must_use]
pub fn received(tenant: &TenantId, actor: &RemoteActor, activity: Value, at: Timestamp) -> Received {
    Received {
        tenant: tenant.clone(),
        id: activity.get("id").and_then(ids::id_of).map(String::from).unwrap_or_default(),
        kind: activity.get("type").and_then(Value::as_str).unwrap_or_default().to_owned(),
        actor: actor.clone(),
        object: activity.get("object").cloned().unwrap_or(Value::Null),
        activity,
        fetched: std::collections::HashMap::new(),
        received_at: at,
    }
}
