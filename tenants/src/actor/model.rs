//! What an actor of ours is.

use std::sync::Arc;

use ratusha_federation::{LocalActor, signatures::SigningKeys};
use ratusha_platform::{TenantId, Timestamp};

use crate::account::AccountId;

/// What an actor stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// The community or the hub itself.
    Community,
    /// A desk of the hub that people follow for one kind of news.
    Desk,
    /// A person.
    Person,
    /// The server, which signs what nobody else does.
    Server,
}

impl ActorKind {
    /// Stored form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Desk => "desk",
            Self::Person => "person",
            Self::Server => "server",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Community, Self::Desk, Self::Person, Self::Server].into_iter().find(|kind| kind.name() == text)
    }

    /// Its type in ActivityStreams.
    #[must_use]
    pub fn as_type(self) -> &'static str {
        match self {
            Self::Community => "Organization",
            Self::Desk => "Service",
            Self::Person => "Person",
            Self::Server => "Application",
        }
    }
}

/// A desk of the hub.
#[derive(Debug)]
pub struct Desk {
    /// Its handle and the last part of its address.
    pub name: &'static str,
    /// Locale key of its name.
    pub key: &'static str,
    /// Locale key of what it is for.
    pub about_key: &'static str,
    /// The page of what it announces.
    pub path: &'static str,
}

/// Every desk; a hub gets those it lacks when it starts.
pub const DESKS: &[Desk] =
    &[Desk { name: "practices", key: "tenants-desk-practices", about_key: "tenants-desk-practices-about", path: "/practices" }];

/// The desk of that name.
#[must_use]
pub fn desk(name: &str) -> Option<&'static Desk> {
    DESKS.iter().find(|desk| desk.name == name)
}

/// An actor of ours, its keys ready for use.
#[derive(Debug, Clone)]
pub struct KnownActor {
    /// Its address.
    pub id: String,
    /// Whose it is.
    pub tenant: TenantId,
    /// What it stands for.
    pub kind: ActorKind,
    /// Last part of its address: the desk's name, the person's id.
    pub name: String,
    /// `preferredUsername`.
    pub username: String,
    /// Whose it is, for a person.
    pub account: Option<AccountId>,
    /// Its keys, parsed once.
    pub keys: Arc<SigningKeys>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl KnownActor {
    /// In the form in which the protocol asks for it.
    #[must_use]
    pub fn local(&self) -> LocalActor {
        LocalActor { tenant: self.tenant.clone(), id: self.id.clone(), keys: self.keys.clone() }
    }
}
