//! What the protocol must ask the layer above: whose host, whose keys, who follows.

use std::sync::Arc;

use async_trait::async_trait;
use ratusha_platform::{AppResult, Conn, TenantId, Uow};
use url::Url;

use crate::{
    actors::RemoteActor,
    signatures::{ActorSigner, Scheme, SigningKeys},
    wire,
};

/// An actor whose private keys this node holds.
#[derive(Debug, Clone)]
pub struct LocalActor {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its address.
    pub id: String,
    /// Its two private keys, parsed once.
    pub keys: Arc<SigningKeys>,
}

impl LocalActor {
    /// Address of the RSA key, as it stands in `publicKey.id`.
    #[must_use]
    pub fn key_id(&self) -> String {
        format!("{}#main-key", self.id)
    }

    /// Address of the Ed25519 key, as it stands in `assertionMethod`.
    #[must_use]
    pub fn proof_key_id(&self) -> String {
        format!("{}#ed25519-key", self.id)
    }

    /// Signs requests as this actor at `now_ms`, in the scheme that every server knows.
    #[must_use]
    pub fn signer(&self, now_ms: i64) -> ActorSigner {
        ActorSigner::new(self.keys.rsa.clone(), self.key_id(), Scheme::Cavage, now_ms)
    }
}

/// Where activities for one or several actors are delivered; the shared inbox where there is one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Inbox {
    /// The address.
    pub url: String,
    /// Its host in one form, with a port when it is not the scheme's own.
    pub host: String,
}

impl Inbox {
    /// Reads an address; `None` when nothing could be delivered there.
    #[must_use]
    pub fn new(url: &str) -> Option<Self> {
        let parsed = Url::parse(url).ok().filter(wire::ids::valid_remote_id)?;
        Some(Self { url: url.to_owned(), host: wire::ids::host_key(&parsed)? })
    }
}

/// What the layer of tenants answers.
///
/// `at_seq` is a number of the tenant's public log: a follow counts from the number after the one
/// that stood when it was accepted, up to and with the one that stood when it ended.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Which tenant of this node is called by `host` (one form, port included if not the default).
    async fn tenant_by_host(&self, host: &str) -> AppResult<Option<TenantId>>;
    /// The actor of this node with the address `actor`.
    async fn local_actor(&self, conn: &mut Conn, actor: &str) -> AppResult<Option<LocalActor>>;
    /// The actor that signs this tenant's reading requests.
    async fn server_actor(&self, conn: &mut Conn, tenant: &TenantId) -> AppResult<LocalActor>;
    /// Distinct inboxes of those who followed `actor` at `at_seq`.
    async fn follower_inboxes(&self, conn: &mut Conn, tenant: &TenantId, actor: &str, at_seq: i64) -> AppResult<Vec<Inbox>>;
    /// Whether somebody behind `inbox` followed `actor` at `at_seq`.
    async fn follows(&self, conn: &mut Conn, tenant: &TenantId, actor: &str, inbox: &str, at_seq: i64) -> AppResult<bool>;
    /// Whether the node or this tenant has shut out `host`.
    async fn blocked(&self, conn: &mut Conn, tenant: &TenantId, host: &str) -> AppResult<bool>;
    /// An actor of another server was read again at its origin; its inbox may be another one now.
    async fn actor_changed(&self, _uow: &mut Uow, _actor: &RemoteActor) -> AppResult<()> {
        Ok(())
    }
    /// An actor of another server was deleted: it follows nobody any more.
    async fn actor_gone(&self, _uow: &mut Uow, _actor: &str) -> AppResult<()> {
        Ok(())
    }
    /// The inbox answered 410: whoever was behind it follows nobody any more.
    async fn end_follows(&self, uow: &mut Uow, inbox: &str) -> AppResult<()>;
}
