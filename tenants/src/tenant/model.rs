//! A tenant: a community that is a territorial unit, or the national hub.

use ratusha_platform::{Lang, TenantId, Timestamp};

/// What a tenant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TenantKind {
    /// The national hub.
    Hub,
    /// A community, district or region of the codifier.
    Community,
}

impl TenantKind {
    /// Stored form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Community => "community",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Hub, Self::Community].into_iter().find(|kind| kind.name() == text)
    }
}

/// Whether a tenant is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TenantState {
    /// Served.
    Active,
    /// Closed for a while by the node's administrator.
    Suspended,
}

impl TenantState {
    /// Stored form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Suspended].into_iter().find(|state| state.name() == text)
    }
}

/// What happens to a reply before anybody has looked at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Moderation {
    /// It waits for a moderator.
    #[default]
    Hold,
    /// It is shown at once.
    Show,
}

impl Moderation {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Hold, Self::Show];

    /// Stored form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Show => "show",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|moderation| moderation.name() == text)
    }
}

/// Whose site, data and actors these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id, on every row.
    pub id: TenantId,
    /// Hub or community.
    pub kind: TenantKind,
    /// Served or suspended.
    pub state: TenantState,
    /// Name in Ukrainian.
    pub name_uk: String,
    /// Name in English.
    pub name_en: String,
    /// Its code in the codifier; the hub has none.
    pub katottg: Option<String>,
    /// Its first host, with a port where the scheme does not imply it.
    pub host: String,
    /// Every host under which it is served, the first one included.
    pub hosts: Vec<String>,
    /// `https://host` of the first host: where pages live now.
    pub base_url: String,
    /// `https://host` at its birth: where its actors and objects have their ids for ever.
    pub birth_url: String,
    /// `preferredUsername` of the community's actor; permanent.
    pub handle: String,
    /// Name of its accent colour.
    pub accent: String,
    /// What happens to new replies.
    pub moderation: Moderation,
    /// Whether people may register themselves.
    pub registration: bool,
    /// How to reach its people; empty when unknown.
    pub contact: String,
    /// About it, in Ukrainian, plain text.
    pub about_uk: String,
    /// About it, in English, plain text.
    pub about_en: String,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Tenant {
    /// Id of the community's actor.
    #[must_use]
    pub fn actor_id(&self) -> String {
        self.ap_url("/ap/actor")
    }

    /// Id of a desk's actor.
    #[must_use]
    pub fn desk_id(&self, name: &str) -> String {
        self.ap_url(&format!("/ap/desk/{name}"))
    }

    /// Id of the server's actor, which signs what no other does.
    #[must_use]
    pub fn server_id(&self) -> String {
        self.ap_url("/ap/server")
    }

    /// Id of a person's actor.
    #[must_use]
    pub fn person_id(&self, id: &str) -> String {
        self.ap_url(&format!("/ap/person/{id}"))
    }

    /// The id of an ActivityPub object at `path`: under the name at birth, so that it stays on its actors' host
    /// when the site moves.
    #[must_use]
    pub fn ap_url(&self, path: &str) -> String {
        format!("{}{path}", self.birth_url)
    }

    /// The address of a page at `path`, where the site lives now.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// True for the hub.
    #[must_use]
    pub fn is_hub(&self) -> bool {
        self.kind == TenantKind::Hub
    }

    /// True while it is served.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == TenantState::Active
    }

    /// Its name in `lang`.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if !self.name_en.is_empty() => &self.name_en,
            _ => &self.name_uk,
        }
    }

    /// What it says about itself in `lang`.
    #[must_use]
    pub fn about(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if !self.about_en.is_empty() => &self.about_en,
            _ => &self.about_uk,
        }
    }

    /// Host of its actors and their handles: the one it was born with.
    #[must_use]
    pub fn birth_host(&self) -> &str {
        self.birth_url.split_once("://").map_or(self.birth_url.as_str(), |(_, host)| host)
    }

    /// `@lviv@lviv.example`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("@{}@{}", self.handle, self.birth_host())
    }
}

/// True for a name that every server accepts as a user name: ASCII letters, digits, `_`, 2 to 30 of them.
#[must_use]
pub fn is_handle(text: &str) -> bool {
    (2..=30).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && text.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
}
