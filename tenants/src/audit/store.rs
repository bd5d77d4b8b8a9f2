//! SQL of the audit.

use ratusha_platform::{Conn, TenantId, Timestamp};
use sqlx::FromRow;

/// One row as stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AuditRow {
    /// Its number in the tenant's chain, from 1.
    pub seq: i64,
    /// When, in milliseconds.
    pub at: i64,
    /// Account id, actor id or command.
    pub done_by: String,
    /// Such as `tenants.profile_changed`.
    pub action: String,
    /// Id of what it was done to.
    pub object: String,
    /// JSON.
    pub detail: String,
    /// SHA-256 of `detail` in hex; stays when the detail is erased.
    pub detail_hash: String,
    /// Seals this row and the one before it.
    pub hash: String,
}

/// Takes the next number of the tenant's chain and locks its head; gives the number and the hash before it.
pub(super) async fn next_seq(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<(i64, String)> {
    sqlx::query_as(
        "INSERT INTO audit_head (tenant_id, seq, hash) VALUES ($1, 1, '') \
         ON CONFLICT (tenant_id) DO UPDATE SET seq = audit_head.seq + 1 RETURNING seq, hash",
    )
    .bind(tenant.as_str().to_owned())
    .fetch_one(conn)
    .await
}

/// Appends `row` and moves the head to it.
pub(super) async fn insert_row(conn: &mut Conn, tenant: &TenantId, row: &AuditRow) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO audit_row (tenant_id, seq, at, done_by, action, object, detail, detail_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(tenant.as_str().to_owned())
        .bind(row.seq)
        .bind(row.at)
        .bind(row.done_by.clone())
        .bind(row.action.clone())
        .bind(row.object.clone())
        .bind(row.detail.clone())
        .bind(row.detail_hash.clone())
        .bind(row.hash.clone())
        .execute(&mut *conn)
        .await?;
    sqlx::query("UPDATE audit_head SET hash = $1 WHERE tenant_id = $2")
        .bind(row.hash.clone())
        .bind(tenant.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// The number and hash of the last row; `(0, "")` before the first.
pub(super) async fn head(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<(i64, String)> {
    let head = sqlx::query_as("SELECT seq, hash FROM audit_head WHERE tenant_id = $1")
        .bind(tenant.as_str().to_owned())
        .fetch_optional(conn)
        .await?;
    Ok(head.unwrap_or((0, String::new())))
}

/// Rows after `seq`, in order.
pub(super) async fn list_after(conn: &mut Conn, tenant: &TenantId, seq: i64, limit: i64) -> sqlx::Result<Vec<AuditRow>> {
    sqlx::query_as(
        "SELECT seq, at, done_by, action, object, detail, detail_hash, hash FROM audit_row WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(tenant.as_str().to_owned())
    .bind(seq)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// Rows before `seq`, the newest first.
pub(super) async fn list_before(conn: &mut Conn, tenant: &TenantId, seq: i64, limit: i64) -> sqlx::Result<Vec<AuditRow>> {
    sqlx::query_as(
        "SELECT seq, at, done_by, action, object, detail, detail_hash, hash FROM audit_row WHERE tenant_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
    )
    .bind(tenant.as_str().to_owned())
    .bind(seq)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// What was done to `object`, the oldest first.
pub(super) async fn list_of_object(conn: &mut Conn, tenant: &TenantId, object: &str, limit: i64) -> sqlx::Result<Vec<AuditRow>> {
    sqlx::query_as(
        "SELECT seq, at, done_by, action, object, detail, detail_hash, hash FROM audit_row WHERE tenant_id = $1 AND object = $2 ORDER BY seq LIMIT $3",
    )
    .bind(tenant.as_str().to_owned())
    .bind(object.to_owned())
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// Changes a stored row behind the chain's back, to prove that it is noticed.
#[cfg(test)]
pub(super) async fn tamper(conn: &mut Conn, tenant: &TenantId, seq: i64, done_by: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE audit_row SET done_by = $1 WHERE tenant_id = $2 AND seq = $3")
        .bind(done_by.to_owned())
        .bind(tenant.as_str().to_owned())
        .bind(seq)
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes a stored row away behind the chain's back.
#[cfg(test)]
pub(super) async fn remove(conn: &mut Conn, tenant: &TenantId, seq: i64) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM audit_row WHERE tenant_id = $1 AND seq = $2").bind(tenant.as_str().to_owned()).bind(seq).execute(conn).await?;
    Ok(())
}

impl AuditRow {
    /// The moment.
    #[must_use]
    pub fn moment(&self) -> Timestamp {
        Timestamp(self.at)
    }
}
