//! SQL of the job table.

use sqlx::FromRow;

use super::Job;
use crate::{
    clock::Timestamp,
    db::{Conn, Engine},
    http::error::{AppError, AppResult},
    ids::TenantId,
};

/// A claimed job.
#[derive(Debug, FromRow)]
pub(super) struct JobRow {
    pub id: String,
    pub tenant_id: String,
    pub name: String,
    pub payload: String,
    pub attempts: i64,
}

/// Adds a job; a deduplicated one that already waits stays, moved forward if this one is due earlier.
///
/// The row is written in any case: so it is held until the commit, and nobody runs it before what
/// this unit of work changes can be seen.
pub(crate) async fn insert_job<J: Job>(
    conn: &mut Conn,
    tenant: &TenantId,
    id: &str,
    job: &J,
    now: Timestamp,
    at: Timestamp,
) -> AppResult<()> {
    let payload = serde_json::to_string(job).map_err(AppError::internal)?;
    let dedupe = J::DEDUPLICATED.then(|| format!("{tenant} {} {payload}", J::NAME));
    sqlx::query(
        "INSERT INTO job (id, tenant_id, name, payload, dedupe, state, attempts, run_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $7) ON CONFLICT (dedupe) DO UPDATE SET \
         run_at = CASE WHEN excluded.run_at < job.run_at THEN excluded.run_at ELSE job.run_at END",
    )
    .bind(id.to_owned())
    .bind(tenant.as_str().to_owned())
    .bind(J::NAME)
    .bind(payload)
    .bind(dedupe)
    .bind(at.0)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes up to `limit` jobs that are due, the earliest first, and holds them until `until`.
/// One held beyond that was held by a clock that has been set back since.
pub(super) async fn claim(conn: &mut Conn, engine: Engine, now: Timestamp, until: Timestamp, limit: i64) -> sqlx::Result<Vec<JobRow>> {
    // The dedupe key is freed on claiming, so that news arriving during a run gets a run of its own.
    sqlx::query_as(engine.pick(
        "UPDATE job SET state = 'running', attempts = attempts + 1, locked_until = $1, dedupe = NULL WHERE id IN \
         (SELECT id FROM job WHERE (state = 'waiting' AND run_at <= $2) OR (state = 'running' AND (locked_until <= $2 OR locked_until > $1)) \
          ORDER BY run_at, id LIMIT $3) RETURNING id, tenant_id, name, payload, attempts",
        "UPDATE job SET state = 'running', attempts = attempts + 1, locked_until = $1, dedupe = NULL WHERE id IN \
         (SELECT id FROM job WHERE (state = 'waiting' AND run_at <= $2) OR (state = 'running' AND (locked_until <= $2 OR locked_until > $1)) \
          ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING id, tenant_id, name, payload, attempts",
    ))
    .bind(until.0)
    .bind(now.0)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// Lets all jobs go that a process before us was running.
pub(super) async fn release_all(conn: &mut Conn) -> sqlx::Result<()> {
    sqlx::query("UPDATE job SET locked_until = 0 WHERE state = 'running'").execute(conn).await?;
    Ok(())
}

/// Removes a finished job.
pub(super) async fn finish(conn: &mut Conn, id: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM job WHERE id = $1").bind(id.to_owned()).execute(conn).await?;
    Ok(())
}

/// Puts a job back for `at`, or lays it down for good when `at` is `None`.
pub(super) async fn put_back(conn: &mut Conn, id: &str, at: Option<Timestamp>, error: &str) -> sqlx::Result<()> {
    let state = if at.is_some() { "waiting" } else { "dead" };
    sqlx::query("UPDATE job SET state = $1, run_at = COALESCE($2, run_at), locked_until = NULL, last_error = $3 WHERE id = $4")
        .bind(state)
        .bind(at.map(|at| at.0))
        .bind(error.to_owned())
        .bind(id.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// How many jobs wait or run, and how many are dead.
///
/// # Errors
/// The driver's.
pub async fn count(conn: &mut Conn) -> sqlx::Result<(i64, i64)> {
    sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'dead' THEN 0 ELSE 1 END), 0) AS BIGINT), \
         CAST(COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS BIGINT) FROM job",
    )
    .fetch_one(conn)
    .await
}

/// How many jobs are due at `now`, have failed at least once, or are dead; jobs set for later are at rest.
///
/// # Errors
/// The driver's.
pub async fn count_unsettled(conn: &mut Conn, now: Timestamp) -> sqlx::Result<i64> {
    let row: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM job WHERE run_at <= $1 OR attempts > 0").bind(now.0).fetch_one(conn).await?;
    Ok(row.0)
}
