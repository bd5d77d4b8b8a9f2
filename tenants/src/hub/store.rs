//! SQL of admitted communities and of links to the hub.

use ratusha_platform::{Conn, TenantId, Timestamp};
use sqlx::FromRow;

use super::Community;

#[derive(FromRow)]
struct Row {
    host: String,
    actor_id: String,
    name: String,
    katottg: Option<String>,
    state: String,
    admitted_at: i64,
}

impl From<Row> for Community {
    fn from(row: Row) -> Self {
        Self {
            host: row.host,
            actor_id: row.actor_id,
            name: row.name,
            katottg: row.katottg,
            admitted: row.state == "admitted",
            admitted_at: Timestamp(row.admitted_at),
        }
    }
}

/// Writes that a community is admitted.
pub async fn put_community(conn: &mut Conn, tenant: &TenantId, community: &Community, by: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO hub_community (tenant_id, host, actor_id, name, katottg, state, admitted_by, admitted_at) VALUES ($1, $2, $3, $4, $5, 'admitted', $6, $7) \
         ON CONFLICT (tenant_id, host) DO UPDATE SET actor_id = excluded.actor_id, name = excluded.name, katottg = excluded.katottg, \
         state = excluded.state, admitted_by = excluded.admitted_by, admitted_at = excluded.admitted_at",
    )
    .bind(tenant.as_str().to_owned())
    .bind(community.host.clone())
    .bind(community.actor_id.clone())
    .bind(community.name.clone())
    .bind(community.katottg.clone())
    .bind(by.to_owned())
    .bind(community.admitted_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Withdraws an admission; false when there was none.
pub async fn withdraw_community(conn: &mut Conn, tenant: &TenantId, host: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE hub_community SET state = 'withdrawn' WHERE tenant_id = $1 AND host = $2 AND state = 'admitted'")
        .bind(tenant.as_str().to_owned())
        .bind(host.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The community behind a host, withdrawn ones too.
pub async fn find_community(conn: &mut Conn, tenant: &TenantId, host: &str) -> sqlx::Result<Option<Community>> {
    let row: Option<Row> =
        sqlx::query_as("SELECT host, actor_id, name, katottg, state, admitted_at FROM hub_community WHERE tenant_id = $1 AND host = $2")
            .bind(tenant.as_str().to_owned())
            .bind(host.to_owned())
            .fetch_optional(conn)
            .await?;
    Ok(row.map(Community::from))
}

/// Another admitted community with the same unit.
pub async fn find_by_unit(conn: &mut Conn, tenant: &TenantId, katottg: &str, not_host: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT host FROM hub_community WHERE tenant_id = $1 AND katottg = $2 AND host <> $3 AND state = 'admitted'")
        .bind(tenant.as_str().to_owned())
        .bind(katottg.to_owned())
        .bind(not_host.to_owned())
        .fetch_optional(conn)
        .await
}

/// All communities, by host, withdrawn ones too.
pub async fn list_communities(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<Vec<Community>> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT host, actor_id, name, katottg, state, admitted_at FROM hub_community WHERE tenant_id = $1 ORDER BY host")
            .bind(tenant.as_str().to_owned())
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(Community::from).collect())
}

/// A desk of the hub as it was last seen.
#[derive(Debug, Clone, FromRow)]
pub struct LinkRow {
    /// The hub, scheme and host.
    pub url: String,
    /// The desk's name.
    pub desk: String,
    /// The desk's address.
    pub actor_id: String,
    /// Where to deliver.
    pub inbox: String,
    /// Host of the inbox.
    pub host: String,
    /// Ed25519 key of the hub's actor (`z6Mk…`) when it was first seen.
    pub authority_key: String,
    /// When it was last seen, in milliseconds.
    pub seen_at: i64,
}

/// Keeps a link; the first key seen stays; node-wide.
pub async fn put_link(conn: &mut Conn, row: &LinkRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO hub_link (url, desk, actor_id, inbox, host, authority_key, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (url, desk) DO UPDATE SET actor_id = excluded.actor_id, inbox = excluded.inbox, host = excluded.host, \
         authority_key = excluded.authority_key, seen_at = excluded.seen_at",
    )
    .bind(row.url.clone())
    .bind(row.desk.clone())
    .bind(row.actor_id.clone())
    .bind(row.inbox.clone())
    .bind(row.host.clone())
    .bind(row.authority_key.clone())
    .bind(row.seen_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// The link to a desk of the hub at `url`; node-wide.
pub async fn find_link(conn: &mut Conn, url: &str, desk: &str) -> sqlx::Result<Option<LinkRow>> {
    sqlx::query_as("SELECT url, desk, actor_id, inbox, host, authority_key, seen_at FROM hub_link WHERE url = $1 AND desk = $2")
        .bind(url.to_owned())
        .bind(desk.to_owned())
        .fetch_optional(conn)
        .await
}

/// The link to a desk of the hub, unless the desk is the tenant's own.
pub async fn find_desk(conn: &mut Conn, tenant: &TenantId, desk: &str) -> sqlx::Result<Option<LinkRow>> {
    sqlx::query_as(
        "SELECT url, desk, actor_id, inbox, host, authority_key, seen_at FROM hub_link WHERE desk = $1 \
         AND actor_id NOT IN (SELECT id FROM local_actor WHERE tenant_id = $2) ORDER BY seen_at DESC LIMIT 1",
    )
    .bind(desk.to_owned())
    .bind(tenant.as_str().to_owned())
    .fetch_optional(conn)
    .await
}

/// Forgets links to other hubs than the one at `url`; node-wide.
pub async fn delete_other_links(conn: &mut Conn, url: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM hub_link WHERE url <> $1").bind(url.to_owned()).execute(conn).await?;
    Ok(())
}
