//! Roles as a table: a new role is a new row, not a new type.

use crate::tenant::TenantKind;

/// A registered person.
pub const CITIZEN: &str = "citizen";
/// Writes and publishes for the community.
pub const EDITOR: &str = "editor";
/// Decides at the hub what enters the national depository.
pub const CURATOR: &str = "curator";
/// Runs one community: its people, settings and moderation.
pub const ADMIN: &str = "admin";
/// Runs the node: tenants and node administrators.
pub const NODE_ADMIN: &str = "node_admin";

/// What a role is.
#[derive(Debug, PartialEq, Eq)]
pub struct RoleDef {
    /// Stable name, stored with each grant.
    pub name: &'static str,
    /// Locale key of its name for people.
    pub key: &'static str,
    /// True when only the hub has it.
    pub hub_only: bool,
    /// Roles whose holders may give and take it.
    pub granted_by: &'static [&'static str],
}

/// Every role there is.
pub const ROLES: &[RoleDef] = &[
    RoleDef { name: CITIZEN, key: "tenants-role-citizen", hub_only: false, granted_by: &[ADMIN, NODE_ADMIN] },
    RoleDef { name: EDITOR, key: "tenants-role-editor", hub_only: false, granted_by: &[ADMIN, NODE_ADMIN] },
    RoleDef { name: CURATOR, key: "tenants-role-curator", hub_only: true, granted_by: &[ADMIN, NODE_ADMIN] },
    RoleDef { name: ADMIN, key: "tenants-role-admin", hub_only: false, granted_by: &[ADMIN, NODE_ADMIN] },
    RoleDef { name: NODE_ADMIN, key: "tenants-role-node-admin", hub_only: false, granted_by: &[NODE_ADMIN] },
];

/// The role of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static RoleDef> {
    ROLES.iter().find(|role| role.name == name)
}

/// Roles that can be given within a tenant of `kind`; node administrators belong to no tenant.
pub fn of(kind: TenantKind) -> impl Iterator<Item = &'static RoleDef> {
    ROLES.iter().filter(move |role| role.name != NODE_ADMIN && (!role.hub_only || kind == TenantKind::Hub))
}
