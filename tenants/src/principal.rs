//! Who is acting: an account with its grants, a remote actor, the system itself, or a visitor.

use ratusha_platform::{TenantId, Timestamp};

use crate::{account::AccountId, roles};

/// A role that holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Name from [`roles::ROLES`].
    pub role: &'static str,
    /// When it ends, if it does.
    pub until: Option<Timestamp>,
}

/// Whoever asks for something in one tenant.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The local account, if any.
    pub account: Option<AccountId>,
    /// The name to show in bylines; for the system, the name of the command or job.
    pub name: String,
    /// Where the grants hold.
    pub tenant: TenantId,
    /// Roles that hold at the moment of the request.
    pub grants: Vec<Grant>,
    /// The remote actor's id, if it is one.
    pub remote: Option<String>,
    system: bool,
}

impl Principal {
    /// A visitor.
    #[must_use]
    pub fn anonymous(tenant: &TenantId) -> Self {
        Self { account: None, name: String::new(), tenant: tenant.clone(), grants: Vec::new(), remote: None, system: false }
    }

    /// The node itself: a command or a job, which may do everything that its use case does.
    #[must_use]
    pub fn system(tenant: &TenantId, name: &str) -> Self {
        Self { name: name.to_owned(), system: true, ..Self::anonymous(tenant) }
    }

    /// An actor of another server.
    #[must_use]
    pub fn remote(tenant: &TenantId, actor_id: &str) -> Self {
        Self { name: actor_id.to_owned(), remote: Some(actor_id.to_owned()), ..Self::anonymous(tenant) }
    }

    /// Somebody signed in.
    #[must_use]
    pub fn account(tenant: &TenantId, account: AccountId, name: &str, grants: Vec<Grant>) -> Self {
        Self { account: Some(account), name: name.to_owned(), grants, ..Self::anonymous(tenant) }
    }

    /// Whoever stands for `role` in tables of rights: `anonymous`, `remote`, `system`, or a person with just that role.
    #[must_use]
    pub fn sample(role: &'static str) -> Self {
        let tenant = TenantId::trusted("00000000-0000-7000-8000-000000000000");
        match role {
            "anonymous" => Self::anonymous(&tenant),
            "remote" => Self::remote(&tenant, "https://mastodon.example/users/marek"),
            "system" => Self::system(&tenant, "system"),
            role => {
                Self::account(&tenant, AccountId::trusted("00000000-0000-7000-8000-000000000001"), role, vec![Grant { role, until: None }])
            }
        }
    }

    /// True for a holder of `role`; the system holds every role.
    #[must_use]
    pub fn has(&self, role: &str) -> bool {
        self.system || self.grants.iter().any(|grant| grant.role == role)
    }

    /// True when one of `roles` is held.
    #[must_use]
    pub fn has_any(&self, roles: &[&str]) -> bool {
        roles.iter().any(|role| self.has(role))
    }

    /// True for an account of this node.
    #[must_use]
    pub fn signed_in(&self) -> bool {
        self.account.is_some()
    }

    /// True for a command or a job.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.system
    }

    /// What the audit names: the account's id, the actor's id, the command, or `visitor`.
    #[must_use]
    pub fn by(&self) -> &str {
        match (&self.account, &self.remote) {
            (Some(account), _) => account.as_str(),
            (None, Some(remote)) => remote,
            (None, None) if self.system => &self.name,
            (None, None) => "visitor",
        }
    }

    /// Locale keys of the roles held.
    #[must_use]
    pub fn role_keys(&self) -> Vec<&'static str> {
        self.grants.iter().filter_map(|grant| roles::find(grant.role)).map(|role| role.key).collect()
    }
}
