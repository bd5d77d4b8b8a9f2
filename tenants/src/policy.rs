//! The kit for rights: a decision, its effect, and the rows of the golden matrix.

use ratusha_platform::{AppError, AppResult, Kind, TenantId};

use crate::{principal::Principal, roles};

/// The code of a refusal that signing in may lift.
pub const SIGN_IN: &str = "unauthorized";

/// May this principal do that?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allow,
    /// No, and the code says why; the thing itself is no secret.
    Deny(&'static str),
    /// No, and one may not know that there is such a thing.
    Hide,
}

impl Decision {
    /// Allowed if `yes`, refused with the common code otherwise.
    #[must_use]
    pub fn when(yes: bool) -> Self {
        if yes { Self::Allow } else { Self::Deny("forbidden") }
    }

    /// Allowed to holders of one of `roles`; visitors are asked to sign in first.
    #[must_use]
    pub fn to(who: &Principal, roles: &[&str]) -> Self {
        if who.has_any(roles) {
            Self::Allow
        } else if who.signed_in() || who.remote.is_some() {
            Self::Deny("forbidden")
        } else {
            Self::Deny(SIGN_IN)
        }
    }

    /// True when allowed; templates ask this to show a button.
    #[must_use]
    pub fn allowed(self) -> bool {
        self == Self::Allow
    }

    /// Goes on, or the right error.
    ///
    /// # Errors
    /// 401 when signing in may help, 403 for a refusal, 404 for what is hidden.
    pub fn require(self) -> AppResult<()> {
        match self {
            Self::Allow => Ok(()),
            Self::Deny(SIGN_IN) => Err(AppError::unauthorized()),
            Self::Deny(code) => Err(AppError::new(Kind::Forbidden, code)),
            Self::Hide => Err(AppError::not_found()),
        }
    }
}

/// One action of a module, with its row of the matrix role × state.
#[derive(Debug, Clone, Copy)]
pub struct ActionDef {
    /// `practices.publish`.
    pub name: &'static str,
    /// What a principal with just this role may do, state by state; `("", …)` where states do not matter.
    pub rows: fn(role: &'static str) -> Vec<(&'static str, Decision)>,
}

/// The columns of the matrix: strangers first, then every role.
#[must_use]
pub fn columns() -> Vec<&'static str> {
    ["anonymous", "remote"].into_iter().chain(roles::ROLES.iter().map(|role| role.name)).collect()
}

/// May look after one community: settings, people, federation, audit.
#[must_use]
pub fn administer(who: &Principal) -> Decision {
    Decision::to(who, &[roles::ADMIN, roles::NODE_ADMIN])
}

/// What is granted in one tenant is worth nothing in another; node administrators and the system stand above tenants.
#[must_use]
pub fn within(who: &Principal, tenant: &TenantId) -> Decision {
    if who.tenant == *tenant || who.has(roles::NODE_ADMIN) { Decision::Allow } else { Decision::Hide }
}

/// May run the node: tenants, node administrators, jobs.
#[must_use]
pub fn run_node(who: &Principal) -> Decision {
    Decision::to(who, &[roles::NODE_ADMIN])
}

/// May give and take `role`.
#[must_use]
pub fn grant(who: &Principal, role: &roles::RoleDef) -> Decision {
    Decision::to(who, role.granted_by)
}

/// May see and end the own sessions, change the own name and password.
#[must_use]
pub fn own_account(who: &Principal) -> Decision {
    if who.signed_in() { Decision::Allow } else { Decision::Deny(SIGN_IN) }
}

fn plain(decide: fn(&Principal) -> Decision, role: &'static str) -> Vec<(&'static str, Decision)> {
    vec![("", decide(&Principal::sample(role)))]
}

/// The actions of this crate.
pub const ACTIONS: &[ActionDef] = &[
    ActionDef { name: "account.own", rows: |role| plain(own_account, role) },
    ActionDef {
        name: "account.grant",
        rows: |role| roles::ROLES.iter().map(|def| (def.name, grant(&Principal::sample(role), def))).collect(),
    },
    ActionDef { name: "tenants.settings", rows: |role| plain(administer, role) },
    ActionDef { name: "tenants.people", rows: |role| plain(administer, role) },
    ActionDef { name: "tenants.federation", rows: |role| plain(administer, role) },
    ActionDef { name: "tenants.audit", rows: |role| plain(administer, role) },
    ActionDef { name: "tenants.admit", rows: |role| plain(administer, role) },
    ActionDef { name: "node.tenants", rows: |role| plain(run_node, role) },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r17_only_administrators_look_after_a_community_and_only_node_administrators_run_the_node() {
        let allowed = |action: &str| -> Vec<&str> {
            let def = ACTIONS.iter().find(|a| a.name == action).unwrap();
            columns().into_iter().filter(|role| (def.rows)(role).iter().all(|(_, d)| d.allowed())).collect()
        };
        assert_eq!(allowed("tenants.people"), ["admin", "node_admin"]);
        assert_eq!(allowed("node.tenants"), ["node_admin"]);
        assert_eq!(allowed("account.own"), ["citizen", "editor", "curator", "admin", "node_admin"]);
        assert_eq!(grant(&Principal::sample("admin"), roles::find("node_admin").unwrap()), Decision::Deny("forbidden"));
        assert_eq!(administer(&Principal::sample("anonymous")), Decision::Deny(SIGN_IN));
    }

    #[test]
    fn r16_rights_end_at_the_border_of_the_tenant() {
        let here = Principal::sample("admin").tenant;
        let there = TenantId::trusted("00000000-0000-7000-8000-00000000ffff");
        let decide = |role, tenant: &TenantId| within(&Principal::sample(role), tenant);
        assert_eq!((decide("admin", &here), decide("admin", &there)), (Decision::Allow, Decision::Hide));
        assert_eq!((decide("node_admin", &there), decide("system", &there)), (Decision::Allow, Decision::Allow));
    }

    #[test]
    fn a_refusal_becomes_the_right_error() {
        assert!(Decision::Allow.require().is_ok());
        assert_eq!(Decision::Deny(SIGN_IN).require().unwrap_err().kind, Kind::Unauthorized);
        assert_eq!(Decision::Deny("forbidden").require().unwrap_err().kind, Kind::Forbidden);
        assert_eq!(Decision::Hide.require().unwrap_err().kind, Kind::NotFound);
    }
}
