//! SQL of our actors.

use ratusha_platform::{Conn, Sql, TenantId, Timestamp};
use sqlx::FromRow;

use super::ActorKind;

/// An actor as stored, its keys still sealed.
#[derive(Debug, Clone, FromRow)]
pub struct ActorRow {
    /// Its address.
    pub id: String,
    /// Whose it is.
    pub tenant_id: String,
    /// What it stands for.
    pub kind: String,
    /// Last part of its address.
    pub name: String,
    /// `preferredUsername`.
    pub username: String,
    /// The account of a person.
    pub account_id: Option<String>,
    /// Sealed key pair.
    pub keys: Vec<u8>,
    /// When it was made, in milliseconds.
    pub created_at: i64,
}

const ACTOR: &str = "SELECT id, tenant_id, kind, name, username, account_id, keys, created_at FROM local_actor WHERE ";

/// Adds an actor.
pub async fn insert_actor(conn: &mut Conn, tenant: &TenantId, row: &ActorRow) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO local_actor (id, tenant_id, kind, name, username, account_id, keys, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(row.id.clone())
        .bind(tenant.as_str().to_owned())
        .bind(row.kind.clone())
        .bind(row.name.clone())
        .bind(row.username.clone())
        .bind(row.account_id.clone())
        .bind(row.keys.clone())
        .bind(row.created_at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The actor with this address, whichever tenant it belongs to: an address is its own key; node-wide.
pub async fn find_by_id(conn: &mut Conn, id: &str) -> sqlx::Result<Option<ActorRow>> {
    Sql::new(ACTOR).push("id = ").bind(id.to_owned()).optional(conn).await
}

/// The address of a tenant's actor by kind and name.
pub async fn find_id(conn: &mut Conn, tenant: &TenantId, kind: ActorKind, name: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT id FROM local_actor WHERE tenant_id = $1 AND kind = $2 AND name = $3")
        .bind(tenant.as_str().to_owned())
        .bind(kind.name())
        .bind(name.to_owned())
        .fetch_optional(conn)
        .await
}

/// The address of a tenant's actor by its user name.
pub async fn find_id_by_username(conn: &mut Conn, tenant: &TenantId, username: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT id FROM local_actor WHERE tenant_id = $1 AND username = $2")
        .bind(tenant.as_str().to_owned())
        .bind(username.to_owned())
        .fetch_optional(conn)
        .await
}

/// The address of a person's actor.
pub async fn find_id_by_account(conn: &mut Conn, tenant: &TenantId, account: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT id FROM local_actor WHERE tenant_id = $1 AND account_id = $2")
        .bind(tenant.as_str().to_owned())
        .bind(account.to_owned())
        .fetch_optional(conn)
        .await
}

/// People who can sign in at `tenant`, those seen since `month`, and those seen since `half_year`.
pub async fn count_people(conn: &mut Conn, tenant: &TenantId, month: Timestamp, half_year: Timestamp) -> sqlx::Result<(i64, i64, i64)> {
    let total: i64 = sqlx::query_scalar("SELECT COUNT(DISTINCT account_id) FROM membership WHERE tenant_id = $1")
        .bind(tenant.as_str().to_owned())
        .fetch_one(&mut *conn)
        .await?;
    let seen = "SELECT COUNT(DISTINCT account_id) FROM session WHERE tenant_id = $1 AND seen_at >= $2";
    let month: i64 = sqlx::query_scalar(seen).bind(tenant.as_str().to_owned()).bind(month.0).fetch_one(&mut *conn).await?;
    let half_year: i64 = sqlx::query_scalar(seen).bind(tenant.as_str().to_owned()).bind(half_year.0).fetch_one(conn).await?;
    Ok((total, month, half_year))
}
