//! SQL of the inbox.

use ratusha_platform::{Conn, Engine, Sql, TenantId, Timestamp};
use sqlx::FromRow;

use super::writer::Item;

/// node-wide: one statement takes deliveries of several tenants, each row with its own.
/// Stores deliveries in one statement; returns the ids of those whose address is new to their tenant.
pub(crate) async fn insert_items(conn: &mut Conn, items: &[(&Item, i64)]) -> sqlx::Result<Vec<String>> {
    let mut sql = Sql::new(
        "INSERT INTO inbox_item (id, tenant_id, activity_id, sha256, body, actor, host, state, position, attempts, next_try, received_at) VALUES ",
    );
    for (n, (item, position)) in items.iter().enumerate() {
        sql = sql
            .push(if n == 0 { "(" } else { ", (" })
            .bind(item.id.clone())
            .push(", ")
            .bind(item.tenant.as_str().to_owned())
            .push(", ")
            .bind(item.activity_id.clone())
            .push(", ")
            .bind(item.sha256.to_vec())
            .push(", ")
            .bind(item.body.clone())
            .push(", ")
            .bind(item.actor.clone())
            .push(", ")
            .bind(item.host.clone())
            .push(", 'waiting', ")
            .bind(*position)
            .push(", 0, ")
            .bind(item.received_at.0)
            .push(", ")
            .bind(item.received_at.0)
            .push(")");
    }
    let rows: Vec<(String,)> = sql.push(" ON CONFLICT (tenant_id, activity_id) DO NOTHING RETURNING id").all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The hash of the bytes under which `activity_id` stands in the inbox of `tenant`.
pub(crate) async fn find_hash(conn: &mut Conn, tenant: &TenantId, activity_id: &str) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar("SELECT sha256 FROM inbox_item WHERE tenant_id = $1 AND activity_id = $2")
        .bind(tenant.as_str().to_owned())
        .bind(activity_id.to_owned())
        .fetch_optional(conn)
        .await
}

/// node-wide: the item names its tenant.
/// Lays aside other bytes under a known address; one copy is enough to look at.
pub(crate) async fn quarantine(conn: &mut Conn, item: &Item) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO inbox_quarantine (tenant_id, activity_id, sha256, body, actor, received_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (tenant_id, activity_id) DO NOTHING",
    )
    .bind(item.tenant.as_str().to_owned())
    .bind(item.activity_id.clone())
    .bind(item.sha256.to_vec())
    .bind(item.body.clone())
    .bind(item.actor.clone())
    .bind(item.received_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// A stored delivery on its way to its effect.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Waiting {
    pub id: String,
    pub tenant_id: String,
    pub activity_id: String,
    pub body: Vec<u8>,
    pub actor: String,
    pub attempts: i64,
    pub received_at: i64,
}

/// node-wide: one worker serves all tenants.
/// Whether anything is due.
pub(crate) async fn anything_due(conn: &mut Conn, now: Timestamp) -> sqlx::Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT position FROM inbox_item WHERE state = 'waiting' OR (state = 'later' AND next_try <= $1) LIMIT 1")
            .bind(now.0)
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

/// node-wide: one worker serves all tenants.
/// Up to `limit` due deliveries in the order in which they came, held by this transaction.
pub(crate) async fn list_due(conn: &mut Conn, engine: Engine, now: Timestamp, limit: i64) -> sqlx::Result<Vec<Waiting>> {
    // Each state is read from its own end of the index, so that a long queue is not sorted for every batch.
    sqlx::query_as(engine.pick(
        "SELECT id, tenant_id, activity_id, body, actor, attempts, received_at FROM inbox_item WHERE id IN (\
         SELECT id FROM (SELECT id FROM inbox_item WHERE state = 'waiting' ORDER BY position LIMIT $2) AS fresh UNION ALL \
         SELECT id FROM (SELECT id FROM inbox_item WHERE state = 'later' AND next_try <= $1 ORDER BY position LIMIT $2) AS again) \
         ORDER BY position LIMIT $2",
        "SELECT id, tenant_id, activity_id, body, actor, attempts, received_at FROM inbox_item WHERE id IN (\
         SELECT id FROM (SELECT id FROM inbox_item WHERE state = 'waiting' ORDER BY position LIMIT $2 FOR UPDATE SKIP LOCKED) AS fresh UNION ALL \
         SELECT id FROM (SELECT id FROM inbox_item WHERE state = 'later' AND next_try <= $1 ORDER BY position LIMIT $2 FOR UPDATE SKIP LOCKED) AS again) \
         ORDER BY position LIMIT $2",
    ))
    .bind(now.0)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// One delivery, if it has still no effect.
pub(crate) async fn find_waiting(conn: &mut Conn, tenant: &TenantId, id: &str) -> sqlx::Result<Option<Waiting>> {
    sqlx::query_as(
        "SELECT id, tenant_id, activity_id, body, actor, attempts, received_at FROM inbox_item \
         WHERE id = $1 AND tenant_id = $2 AND state IN ('waiting', 'later')",
    )
    .bind(id.to_owned())
    .bind(tenant.as_str().to_owned())
    .fetch_optional(conn)
    .await
}

/// node-wide: the delivery names its tenant.
/// Notes that a delivery is dealt with: `done`, `ignored` or `dead`.
pub(crate) async fn finish(conn: &mut Conn, item: &Waiting, state: &str, reason: Option<&str>, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE inbox_item SET state = $1, reason = $2, finished_at = $3 WHERE id = $4")
        .bind(state.to_owned())
        .bind(reason.map(str::to_owned))
        .bind(now.0)
        .bind(item.id.clone())
        .execute(conn)
        .await?;
    Ok(())
}

/// node-wide: the delivery names its tenant.
/// Puts a delivery back until `at`.
pub(crate) async fn put_back(conn: &mut Conn, item: &Waiting, attempts: i64, at: Timestamp, error: Option<&str>) -> sqlx::Result<()> {
    sqlx::query("UPDATE inbox_item SET state = 'later', attempts = $1, next_try = $2, last_error = COALESCE($3, last_error) WHERE id = $4")
        .bind(attempts)
        .bind(at.0)
        .bind(error.map(str::to_owned))
        .bind(item.id.clone())
        .execute(conn)
        .await?;
    Ok(())
}

/// What became of a delivery: its state and why.
///
/// # Errors
/// The driver's.
pub async fn find_state(conn: &mut Conn, tenant: &TenantId, activity_id: &str) -> sqlx::Result<Option<(String, Option<String>)>> {
    sqlx::query_as("SELECT state, COALESCE(reason, last_error) FROM inbox_item WHERE tenant_id = $1 AND activity_id = $2")
        .bind(tenant.as_str().to_owned())
        .bind(activity_id.to_owned())
        .fetch_optional(conn)
        .await
}

/// node-wide: figures for whoever runs the node.
/// How many deliveries of the node wait, and how many were given up.
///
/// # Errors
/// The driver's.
pub async fn count_all(conn: &mut Conn) -> sqlx::Result<(i64, i64)> {
    sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(CASE WHEN state IN ('waiting', 'later') THEN 1 ELSE 0 END), 0) AS BIGINT), \
         CAST(COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS BIGINT) FROM inbox_item \
         WHERE state IN ('waiting', 'later', 'dead')",
    )
    .fetch_one(conn)
    .await
}
