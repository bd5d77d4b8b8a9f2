//! How others find us and how we find them: WebFinger, host-meta and NodeInfo, as documents in and
//! out; nothing here asks the network or a database.

use serde_json::{Map, Value, json};
use url::Url;

use crate::wire::{ACTIVITY_JSON, ids};

/// The media type of a WebFinger answer.
pub const JRD_JSON: &str = "application/jrd+json";
/// The media type of host-meta.
pub const XRD_XML: &str = "application/xrd+xml";

const MAX_RESOURCE: usize = 1024;
const REL_SELF: &str = "self";
const REL_PROFILE: &str = "http://webfinger.net/rel/profile-page";
const AS_TYPE: &str = "https://www.w3.org/ns/activitystreams#type";

/// Whom a WebFinger request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// `acct:name@host`
    Account {
        /// The name before the `@`, as written.
        name: String,
        /// `host` or `host:port` in its one form.
        host: String,
    },
    /// An address: of an actor, of its page, or of the site itself.
    Address(Url),
}

impl Resource {
    /// Reads the `resource` parameter; `acct:` may be missing and an `@` may stand in front.
    /// `scheme` is the one the node is reached by, so that its own port can be left out.
    #[must_use]
    pub fn parse(text: &str, scheme: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > MAX_RESOURCE {
            return None;
        }
        if text.starts_with("https://") || text.starts_with("http://") {
            return Url::parse(text).ok().filter(Url::has_host).map(Self::Address);
        }
        let handle = text.strip_prefix("acct:").unwrap_or(text);
        let handle = handle.strip_prefix('@').unwrap_or(handle);
        let (name, host) = handle.split_once('@')?;
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        let host = crate::signatures::verify::authority(host, scheme)?;
        Some(Self::Account { name: name.to_owned(), host })
    }

    /// `acct:name@host`, or the address.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::Account { name, host } => format!("acct:{name}@{host}"),
            Self::Address(url) => url.to_string(),
        }
    }

    /// Where the host of an account answers for it; `None` for an address that has no host.
    #[must_use]
    pub fn endpoint(&self, scheme: &str) -> Option<Url> {
        let base = match self {
            Self::Account { host, .. } => format!("{scheme}://{host}/"),
            Self::Address(url) => url.join("/").ok()?.to_string(),
        };
        let mut url = Url::parse(&base).ok()?.join("/.well-known/webfinger").ok()?;
        url.query_pairs_mut().append_pair("resource", &self.subject());
        Some(url)
    }
}

/// What we say about one of our actors.
#[derive(Debug, Clone)]
pub struct ActorCard<'a> {
    /// `acct:lviv@lviv.example`, the canonical handle whatever was asked for.
    pub subject: &'a str,
    /// The id of the actor.
    pub actor: &'a Url,
    /// `Organization`, `Group`, …; Lemmy tells groups from people by it.
    pub actor_type: &'a str,
    /// The page for people.
    pub page: &'a Url,
    /// Other addresses of the same actor.
    pub aliases: &'a [Url],
    /// Where a visitor of another server is sent to follow, with `{uri}` in it.
    pub subscribe: Option<&'a str>,
}

/// The WebFinger answer.
#[must_use]
pub fn jrd(card: &ActorCard<'_>) -> Value {
    let mut links = vec![
        json!({"rel": REL_PROFILE, "type": "text/html", "href": card.page}),
        json!({
            "rel": REL_SELF,
            "type": ACTIVITY_JSON,
            "href": card.actor,
            "properties": {AS_TYPE: card.actor_type},
        }),
    ];
    if let Some(template) = card.subscribe {
        links.push(json!({
            "rel": "http://ostatus.org/schema/1.0/subscribe",
            "template": template,
        }));
    }
    let mut aliases = vec![card.actor.clone()];
    if card.page != card.actor {
        aliases.push(card.page.clone());
    }
    aliases.extend_from_slice(card.aliases);
    json!({"subject": card.subject, "aliases": aliases, "links": links})
}

/// What a foreign WebFinger answer says; not believed until the actor says the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The canonical subject, usually `acct:…`.
    pub subject: String,
    /// The ids of actors, in the order of the answer.
    pub actors: Vec<Url>,
    /// The page for people.
    pub page: Option<Url>,
}

impl Found {
    /// Reads an answer in any of the shapes in which servers write it; what is malformed in it is
    /// passed over. `None` when it is not an answer at all.
    #[must_use]
    pub fn parse(jrd: &Value) -> Option<Self> {
        let subject = jrd.get("subject").and_then(Value::as_str)?.to_owned();
        let links = ids::one_or_many(jrd.get("links").unwrap_or(&Value::Null));
        let text = |link: &Value, name: &str| link.get(name).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        let href = |link: &Value| {
            let text = link.get("href").and_then(Value::as_str)?;
            Url::parse(text).ok().filter(|u| u.as_str().len() <= ids::MAX_ID)
        };
        let is_activity = |kind: &str| {
            kind.starts_with("application/activity+json") || kind.starts_with("application/ld+json") && kind.contains("activitystreams")
        };
        let actors = links
            .iter()
            .filter(|l| text(l, "rel") == REL_SELF && is_activity(&text(l, "type")))
            .filter_map(href)
            .filter(ids::valid_remote_id)
            .take(10)
            .collect();
        let page = links.iter().find(|l| text(l, "rel") == REL_PROFILE).and_then(href).filter(ids::valid_remote_id);
        Some(Self { subject, actors, page })
    }
}

/// host-meta: tells that WebFinger is where it should be.
#[must_use]
pub fn host_meta_xml(base: &Url) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" type=\"{JRD_JSON}\" template=\"{}\"/>\n</XRD>\n",
        escape_xml(&template(base))
    )
}

/// The same as JSON.
#[must_use]
pub fn host_meta_json(base: &Url) -> Value {
    json!({"links": [{"rel": "lrdd", "type": JRD_JSON, "template": template(base)}]})
}

fn template(base: &Url) -> String {
    let root = base.as_str().trim_end_matches('/');
    format!("{root}/.well-known/webfinger?resource={{uri}}")
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The versions of NodeInfo that we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeInfoVersion {
    /// 2.0, which everybody reads.
    V2_0,
    /// 2.1, which also names the source code.
    V2_1,
}

impl NodeInfoVersion {
    /// `2.0`, `2.1`
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2_0 => "2.0",
            Self::V2_1 => "2.1",
        }
    }

    /// Reads the last part of the path.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_suffix(".json").unwrap_or(text) {
            "2.0" => Some(Self::V2_0),
            "2.1" => Some(Self::V2_1),
            _ => None,
        }
    }
}

/// The index of NodeInfo documents; they live at `/nodeinfo/<version>`.
#[must_use]
pub fn nodeinfo_index(base: &Url) -> Value {
    let root = base.as_str().trim_end_matches('/');
    let link = |version: NodeInfoVersion| {
        let version = version.as_str();
        json!({
            "rel": format!("http://nodeinfo.diaspora.software/ns/schema/{version}"),
            "href": format!("{root}/nodeinfo/{version}"),
        })
    };
    json!({"links": [link(NodeInfoVersion::V2_0), link(NodeInfoVersion::V2_1)]})
}

/// What NodeInfo tells about a tenant; counts of people are of those who can sign in there.
#[derive(Debug, Clone, Default)]
pub struct NodeFacts<'a> {
    /// The version of the program.
    pub version: &'a str,
    /// Where its source code is (AGPL §13).
    pub repository: &'a str,
    /// The name of the community.
    pub name: &'a str,
    /// What it says of itself, plain text.
    pub description: &'a str,
    /// People.
    pub users: u64,
    /// People seen in the last 30 days.
    pub active_month: u64,
    /// People seen in the last 180 days.
    pub active_half_year: u64,
    /// Published things.
    pub posts: u64,
    /// Comments on them.
    pub comments: u64,
    /// Whether one can register.
    pub open_registrations: bool,
}

/// A NodeInfo document.
#[must_use]
pub fn nodeinfo(version: NodeInfoVersion, facts: &NodeFacts<'_>) -> Value {
    let mut software = Map::new();
    software.insert("name".to_owned(), json!("ratusha"));
    software.insert("version".to_owned(), json!(facts.version));
    if version == NodeInfoVersion::V2_1 {
        software.insert("repository".to_owned(), json!(facts.repository));
    }
    json!({
        "version": version.as_str(),
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0"]},
        "openRegistrations": facts.open_registrations,
        "usage": {
            "users": {
                "total": facts.users,
                "activeMonth": facts.active_month,
                "activeHalfyear": facts.active_half_year,
            },
            "localPosts": facts.posts,
            "localComments": facts.comments,
        },
        "metadata": {
            "nodeName": facts.name,
            "nodeDescription": facts.description,
        },
    })
}

/// The media type of a NodeInfo document.
#[must_use]
pub fn nodeinfo_type(version: NodeInfoVersion) -> String {
    let version = version.as_str();
    format!("application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/{version}#\"")
}

/// The name of the program behind a foreign NodeInfo document, lower case, for choosing how to
/// speak to it.
#[must_use]
pub fn software_of(nodeinfo: &Value) -> Option<(String, String)> {
    let software = nodeinfo.get("software")?;
    let text = |name: &str| {
        let text = software.get(name).and_then(Value::as_str)?;
        Some(text.chars().filter(|c| !c.is_control()).take(100).collect::<String>())
    };
    Some((text("name")?.to_lowercase(), text("version").unwrap_or_default()))
}

/// Where a foreign NodeInfo document is, by the index of its host: the newest version that we
/// read, and only on that host.
#[must_use]
pub fn nodeinfo_address(index: &Value, host: &Url) -> Option<Url> {
    let links = ids::one_or_many(index.get("links")?);
    ["2.1", "2.0"].iter().find_map(|version| {
        let rel = format!("http://nodeinfo.diaspora.software/ns/schema/{version}");
        links
            .iter()
            .filter(|l| l.get("rel").and_then(Value::as_str) == Some(rel.as_str()))
            .filter_map(|l| Url::parse(l.get("href")?.as_str()?).ok())
            .find(|url| ids::same_host(url, host))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use activitypub_federation::fetch::webfinger::Webfinger;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn account(name: &str, host: &str) -> Option<Resource> {
        Some(Resource::Account { name: name.into(), host: host.into() })
    }

    #[test]
    fn a_resource_is_read_in_every_spelling() {
        for text in ["acct:lviv@lviv.example", "lviv@lviv.example", "@lviv@LVIV.example", " acct:@lviv@lviv.example:443 "] {
            assert_eq!(Resource::parse(text, "https"), account("lviv", "lviv.example"), "{text}");
        }
        assert_eq!(Resource::parse("acct:hub@hub.localhost:8080", "http"), account("hub", "hub.localhost:8080"));
        assert_eq!(Resource::parse("acct:рада@львів.укр", "https").unwrap().subject(), "acct:рада@xn--b1aaz2e7b.xn--j1amh");
        assert_eq!(Resource::parse("https://lviv.example/", "https"), Some(Resource::Address(url("https://lviv.example/"))));
    }

    #[test]
    fn what_is_no_resource_is_refused() {
        for text in ["", "lviv", "acct:@x", "acct:a b@x.example", "acct:a@", "acct:a@x/y", "mailto:a"] {
            assert_eq!(Resource::parse(text, "https"), None, "{text}");
        }
        assert_eq!(Resource::parse(&format!("acct:a@{}", "b".repeat(2000)), "https"), None);
    }

    #[test]
    fn the_endpoint_of_an_account_is_on_its_host() {
        let resource = Resource::parse("acct:lviv@lviv.example", "https").unwrap();
        assert_eq!(
            resource.endpoint("https").unwrap().as_str(),
            "https://lviv.example/.well-known/webfinger?resource=acct%3Alviv%40lviv.example"
        );
        let resource = Resource::parse("https://lviv.example/ap/actor?x=1", "https").unwrap();
        assert!(
            resource.endpoint("https").unwrap().as_str().starts_with("https://lviv.example/.well-known/webfinger?resource=https%3A%2F%2F")
        );
    }

    fn our_answer() -> Value {
        jrd(&ActorCard {
            subject: "acct:lviv@lviv.example",
            actor: &url("https://lviv.example/ap/actor"),
            actor_type: "Organization",
            page: &url("https://lviv.example/"),
            aliases: &[],
            subscribe: Some("https://lviv.example/follow?uri={uri}"),
        })
    }

    #[test]
    fn our_answer_is_read_by_the_library_of_lemmy() {
        let theirs: Webfinger = serde_json::from_value(our_answer()).unwrap();
        assert_eq!(theirs.subject, "acct:lviv@lviv.example");
        let link = theirs.links.iter().find(|l| l.rel.as_deref() == Some("self")).unwrap();
        assert_eq!(link.kind.as_deref(), Some("application/activity+json"));
        assert_eq!(link.href, Some(url("https://lviv.example/ap/actor")));
        assert_eq!(link.properties[&url(AS_TYPE)], "Organization");
    }

    #[test]
    fn their_answer_is_read_by_us() {
        let theirs = activitypub_federation::fetch::webfinger::build_webfinger_response(
            "acct:rada@lemmy.example".into(),
            url("https://lemmy.example/c/rada"),
        );
        let found = Found::parse(&serde_json::to_value(theirs).unwrap()).unwrap();
        assert_eq!(found.subject, "acct:rada@lemmy.example");
        assert_eq!(found.actors, [url("https://lemmy.example/c/rada")]);
        assert_eq!(Found::parse(&our_answer()).unwrap().page, Some(url("https://lviv.example/")));
    }

    #[test]
    fn s15_a_strange_answer_is_passed_over_and_names_no_local_or_private_actor() {
        let found = Found::parse(&json!({
            "subject": "acct:x@x.example",
            "links": [
                1, null, {"rel": "self"},
                {"rel": "self", "type": ACTIVITY_JSON, "href": "/users/x"},
                {"rel": "self", "type": ACTIVITY_JSON, "href": "https://127.0.0.1/x"},
                {"rel": "self", "type": ACTIVITY_JSON, "href": "data:text/plain,x"},
                {"rel": "self", "type": "text/html", "href": "https://x.example/html"},
                {"rel": "self", "type": "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", "href": "https://x.example/x"},
            ]
        }))
        .unwrap();
        assert_eq!(found.actors, [url("https://x.example/x")]);
        assert_eq!(Found::parse(&json!({"links": []})), None);
        assert_eq!(Found::parse(&json!([])), None);
        assert_eq!(Found::parse(&json!({"subject": "x"})).unwrap().actors, []);
    }

    #[test]
    fn host_meta_points_to_webfinger() {
        let xml = host_meta_xml(&url("https://lviv.example/"));
        assert!(xml.contains("template=\"https://lviv.example/.well-known/webfinger?resource={uri}\""));
        assert!(xml.starts_with("<?xml"));
        let json = host_meta_json(&url("http://hub.localhost:8080"));
        assert_eq!(json["links"][0]["template"], "http://hub.localhost:8080/.well-known/webfinger?resource={uri}");
    }

    #[test]
    fn nodeinfo_is_found_by_its_own_index() {
        let base = url("https://lviv.example/");
        let index = nodeinfo_index(&base);
        assert_eq!(nodeinfo_address(&index, &base).unwrap().as_str(), "https://lviv.example/nodeinfo/2.1");
        let facts = NodeFacts { version: "0.1.0", users: 3, posts: 5, ..NodeFacts::default() };
        for version in [NodeInfoVersion::V2_0, NodeInfoVersion::V2_1] {
            let document = nodeinfo(version, &facts);
            assert_eq!(document["version"], version.as_str());
            assert_eq!(document["usage"]["users"]["total"], 3);
            assert_eq!(document["software"].get("repository").is_some(), version == NodeInfoVersion::V2_1);
            assert_eq!(software_of(&document), Some(("ratusha".into(), "0.1.0".into())));
            assert!(nodeinfo_type(version).contains(version.as_str()));
            assert_eq!(NodeInfoVersion::parse(version.as_str()), Some(version));
        }
        assert_eq!(NodeInfoVersion::parse("1.0"), None);
    }

    #[test]
    fn s04_a_nodeinfo_index_cannot_lead_elsewhere() {
        let host = url("https://peer.example/");
        for href in ["https://127.0.0.1/", "data:application/json,{}", "https://evil.example/x", "/x"] {
            let index = json!({"links": [
                {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": href}]});
            assert_eq!(nodeinfo_address(&index, &host), None, "{href}");
        }
        assert_eq!(nodeinfo_address(&json!({}), &host), None);
    }

    proptest::proptest! {
        #[test]
        fn s34_no_resource_makes_the_reader_panic(text in ".{0,80}") {
            let _ = Resource::parse(&text, "https");
            if let Some(r) = Resource::parse(&format!("acct:a@{text}"), "https") {
                let _ = r.endpoint("https");
            }
        }
    }
}
