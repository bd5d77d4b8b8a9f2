//! SQL of followers, of those followed, and of hosts shut out.

use ratusha_platform::{Conn, Sql, TenantId, Timestamp};
use sqlx::FromRow;

/// The tenant of rows that hold for the whole node.
pub(crate) const NODE: &str = "*";

/// A follow of one of our actors.
#[derive(Debug, Clone)]
pub struct Follower {
    /// Our actor.
    pub actor_id: String,
    /// Who follows.
    pub remote_actor: String,
    /// Where to deliver; shared where there is one.
    pub inbox: String,
    /// Host of the inbox.
    pub host: String,
    /// Address of their Follow.
    pub follow_id: String,
}

/// True when `remote` follows `actor` now.
pub async fn is_follower(conn: &mut Conn, tenant: &TenantId, actor: &str, remote: &str) -> sqlx::Result<bool> {
    let found: Option<String> =
        sqlx::query_scalar("SELECT id FROM follower WHERE tenant_id = $1 AND actor_id = $2 AND remote_actor = $3 AND until_seq IS NULL")
            .bind(tenant.as_str().to_owned())
            .bind(actor.to_owned())
            .bind(remote.to_owned())
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

/// Adds a follow that counts from the number after `since_seq`; nothing when there is a live one.
pub async fn insert_follower(
    conn: &mut Conn,
    tenant: &TenantId,
    id: &str,
    follower: &Follower,
    since_seq: i64,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO follower (id, tenant_id, actor_id, remote_actor, inbox, host, follow_id, since_seq, until_seq, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9) ON CONFLICT (tenant_id, actor_id, remote_actor) WHERE until_seq IS NULL DO NOTHING",
    )
    .bind(id.to_owned())
    .bind(tenant.as_str().to_owned())
    .bind(follower.actor_id.clone())
    .bind(follower.remote_actor.clone())
    .bind(follower.inbox.clone())
    .bind(follower.host.clone())
    .bind(follower.follow_id.clone())
    .bind(since_seq)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends the follow of `actor` by `remote` (of all our actors for `None`) with number `until_seq`; tells how many ended.
pub async fn end_follower(conn: &mut Conn, tenant: &TenantId, actor: Option<&str>, remote: &str, until_seq: i64) -> sqlx::Result<u64> {
    let sql = Sql::new("UPDATE follower SET until_seq = ")
        .bind(until_seq)
        .push(" WHERE until_seq IS NULL AND tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND remote_actor = ")
        .bind(remote.to_owned());
    match actor {
        Some(actor) => sql.push(" AND actor_id = ").bind(actor.to_owned()).execute(conn).await,
        None => sql.execute(conn).await,
    }
}

/// Ends every follow from `host` with number `until_seq`; tells how many ended.
pub async fn end_followers_of_host(conn: &mut Conn, tenant: &TenantId, host: &str, until_seq: i64) -> sqlx::Result<u64> {
    let done = sqlx::query("UPDATE follower SET until_seq = $1 WHERE until_seq IS NULL AND tenant_id = $2 AND host = $3")
        .bind(until_seq)
        .bind(tenant.as_str().to_owned())
        .bind(host.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

/// Ends every follow behind `inbox` with number `until_seq`; tells how many ended.
pub async fn end_followers_of_inbox(conn: &mut Conn, tenant: &TenantId, inbox: &str, until_seq: i64) -> sqlx::Result<u64> {
    let done = sqlx::query("UPDATE follower SET until_seq = $1 WHERE until_seq IS NULL AND tenant_id = $2 AND inbox = $3")
        .bind(until_seq)
        .bind(tenant.as_str().to_owned())
        .bind(inbox.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

/// Tenants with live followers behind `inbox`; node-wide.
pub async fn list_tenants_of_inbox(conn: &mut Conn, inbox: &str) -> sqlx::Result<Vec<TenantId>> {
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT tenant_id FROM follower WHERE inbox = $1 AND until_seq IS NULL ORDER BY tenant_id")
            .bind(inbox.to_owned())
            .fetch_all(conn)
            .await?;
    Ok(ids.into_iter().map(TenantId::trusted).collect())
}

/// Tenants that `remote` follows now; node-wide.
pub async fn list_tenants_of_follower(conn: &mut Conn, remote: &str) -> sqlx::Result<Vec<TenantId>> {
    let sql = "SELECT DISTINCT tenant_id FROM follower WHERE remote_actor = $1 AND until_seq IS NULL ORDER BY tenant_id";
    let ids: Vec<String> = sqlx::query_scalar(sql).bind(remote.to_owned()).fetch_all(conn).await?;
    Ok(ids.into_iter().map(TenantId::trusted).collect())
}

/// Our actors that `remote` follows by another inbox than `inbox`, each with the address of its Follow.
pub async fn list_moved(conn: &mut Conn, tenant: &TenantId, remote: &str, inbox: &str) -> sqlx::Result<Vec<(String, String)>> {
    sqlx::query_as(
        "SELECT actor_id, follow_id FROM follower WHERE tenant_id = $1 AND remote_actor = $2 AND until_seq IS NULL AND inbox <> $3 ORDER BY actor_id",
    )
    .bind(tenant.as_str().to_owned())
    .bind(remote.to_owned())
    .bind(inbox.to_owned())
    .fetch_all(conn)
    .await
}

/// Distinct inboxes with their hosts of those for whom number `at_seq` of the log is, if it is by `actor`.
pub async fn list_inboxes(conn: &mut Conn, tenant: &TenantId, actor: &str, at_seq: i64) -> sqlx::Result<Vec<(String, String)>> {
    sqlx::query_as(
        "SELECT DISTINCT inbox, host FROM follower WHERE tenant_id = $1 AND actor_id = $2 AND since_seq < $3 AND (until_seq IS NULL OR until_seq >= $3) ORDER BY inbox",
    )
    .bind(tenant.as_str().to_owned())
    .bind(actor.to_owned())
    .bind(at_seq)
    .fetch_all(conn)
    .await
}

/// True when number `at_seq` of the log, if it is by `actor`, is for `inbox`.
pub async fn is_inbox(conn: &mut Conn, tenant: &TenantId, actor: &str, inbox: &str, at_seq: i64) -> sqlx::Result<bool> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT id FROM follower WHERE tenant_id = $1 AND actor_id = $2 AND inbox = $3 AND since_seq < $4 AND (until_seq IS NULL OR until_seq >= $4) LIMIT 1",
    )
    .bind(tenant.as_str().to_owned())
    .bind(actor.to_owned())
    .bind(inbox.to_owned())
    .bind(at_seq)
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}

/// How many follow `actor` now.
pub async fn count_followers(conn: &mut Conn, tenant: &TenantId, actor: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM follower WHERE tenant_id = $1 AND actor_id = $2 AND until_seq IS NULL")
        .bind(tenant.as_str().to_owned())
        .bind(actor.to_owned())
        .fetch_one(conn)
        .await
}

/// A follow by one of our actors.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Followed {
    /// Our actor.
    pub actor_id: String,
    /// Whom it follows.
    pub remote_actor: String,
    /// Where the Follow went.
    pub inbox: String,
    /// Host of the inbox.
    pub host: String,
    /// Address of our Follow.
    pub follow_id: String,
    /// `pending`, `accepted` or `rejected`.
    pub state: String,
}

const FOLLOWED: &str = "SELECT actor_id, remote_actor, inbox, host, follow_id, state FROM following WHERE tenant_id = ";

/// How `actor` stands to `remote`.
pub async fn find_followed(conn: &mut Conn, tenant: &TenantId, actor: &str, remote: &str) -> sqlx::Result<Option<Followed>> {
    Sql::new(FOLLOWED)
        .bind(tenant.as_str().to_owned())
        .push(" AND actor_id = ")
        .bind(actor.to_owned())
        .push(" AND remote_actor = ")
        .bind(remote.to_owned())
        .optional(conn)
        .await
}

/// The follow with this address.
pub async fn find_followed_by_id(conn: &mut Conn, tenant: &TenantId, follow_id: &str) -> sqlx::Result<Option<Followed>> {
    Sql::new(FOLLOWED).bind(tenant.as_str().to_owned()).push(" AND follow_id = ").bind(follow_id.to_owned()).optional(conn).await
}

/// Writes that `row.actor_id` asks to follow, whatever there was before.
pub async fn put_followed(conn: &mut Conn, tenant: &TenantId, id: &str, row: &Followed, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO following (id, tenant_id, actor_id, remote_actor, inbox, host, follow_id, state, created_at, answered_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL) ON CONFLICT (tenant_id, actor_id, remote_actor) DO UPDATE SET \
         inbox = excluded.inbox, host = excluded.host, follow_id = excluded.follow_id, state = excluded.state, \
         created_at = excluded.created_at, answered_at = NULL",
    )
    .bind(id.to_owned())
    .bind(tenant.as_str().to_owned())
    .bind(row.actor_id.clone())
    .bind(row.remote_actor.clone())
    .bind(row.inbox.clone())
    .bind(row.host.clone())
    .bind(row.follow_id.clone())
    .bind(row.state.clone())
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the answer to our Follow.
pub async fn answer_followed(
    conn: &mut Conn,
    tenant: &TenantId,
    actor: &str,
    remote: &str,
    state: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE following SET state = $1, answered_at = $2 WHERE tenant_id = $3 AND actor_id = $4 AND remote_actor = $5")
        .bind(state.to_owned())
        .bind(now.0)
        .bind(tenant.as_str().to_owned())
        .bind(actor.to_owned())
        .bind(remote.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Addresses that `actor` follows with consent, after `after` in order of address.
pub async fn list_followed(conn: &mut Conn, tenant: &TenantId, actor: &str, after: &str, limit: i64) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar("SELECT remote_actor FROM following WHERE tenant_id = $1 AND actor_id = $2 AND state = 'accepted' AND remote_actor > $3 ORDER BY remote_actor LIMIT $4")
        .bind(tenant.as_str().to_owned())
        .bind(actor.to_owned())
        .bind(after.to_owned())
        .bind(limit)
        .fetch_all(conn)
        .await
}

/// How many `actor` follows with consent.
pub async fn count_followed(conn: &mut Conn, tenant: &TenantId, actor: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM following WHERE tenant_id = $1 AND actor_id = $2 AND state = 'accepted'")
        .bind(tenant.as_str().to_owned())
        .bind(actor.to_owned())
        .fetch_one(conn)
        .await
}

/// Live followers by host, the most first.
pub async fn list_follower_hosts(conn: &mut Conn, tenant: &TenantId, limit: i64) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "SELECT host, COUNT(*) AS n FROM follower WHERE tenant_id = $1 AND until_seq IS NULL GROUP BY host ORDER BY n DESC, host LIMIT $2",
    )
    .bind(tenant.as_str().to_owned())
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// True when one of `names` is shut out by the node or by `tenant`.
pub async fn is_blocked(conn: &mut Conn, tenant: &TenantId, names: &[String]) -> sqlx::Result<bool> {
    let row: Option<(String,)> = Sql::new("SELECT host FROM domain_block WHERE tenant_id IN ")
        .list([tenant.as_str().to_owned(), NODE.to_owned()])
        .push(" AND host IN ")
        .list(names.iter().cloned())
        .push(" LIMIT 1")
        .optional(conn)
        .await?;
    Ok(row.is_some())
}

/// Shuts `host` out.
pub async fn insert_block(conn: &mut Conn, tenant: &TenantId, host: &str, by: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO domain_block (tenant_id, host, created_by, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, host) DO NOTHING")
        .bind(tenant.as_str().to_owned())
        .bind(host.to_owned())
        .bind(by.to_owned())
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets `host` in again; false when it was not shut out.
pub async fn delete_block(conn: &mut Conn, tenant: &TenantId, host: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM domain_block WHERE tenant_id = $1 AND host = $2")
        .bind(tenant.as_str().to_owned())
        .bind(host.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Hosts shut out by `tenant` (true) and by the node (false), in order.
pub async fn list_blocks(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<Vec<(String, bool)>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT host, tenant_id FROM domain_block WHERE tenant_id IN ($1, '*') ORDER BY host, tenant_id")
            .bind(tenant.as_str().to_owned())
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|(host, owner)| (host, owner != NODE)).collect())
}
