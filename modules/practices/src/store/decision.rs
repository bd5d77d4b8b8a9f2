//! What the hub decided about practices of ours.

use ratusha_platform::{Conn, TenantId, Timestamp};
use sqlx::FromRow;

use crate::model::{Decision, PracticeId};

#[derive(FromRow)]
struct Row {
    decision: String,
    class: String,
    note: String,
    actor: String,
    decided_at: i64,
}

/// Adds a decision; false when its activity was here before.
pub async fn insert_decision(
    conn: &mut Conn,
    tenant: &TenantId,
    practice: &PracticeId,
    activity: &str,
    d: &Decision,
    received_at: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO practices_decision (tenant_id, activity, practice, decision, class, note, actor, decided_at, received_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, activity) DO NOTHING",
    )
    .bind(tenant.as_str().to_owned())
    .bind(activity.to_owned())
    .bind(practice.as_str().to_owned())
    .bind(d.decision.clone())
    .bind(d.class.clone())
    .bind(d.note.clone())
    .bind(d.actor.clone())
    .bind(d.decided_at.0)
    .bind(received_at.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What the hub decided about a practice, the newest first; of one moment, what came of it before what it ended.
pub async fn list_decisions(conn: &mut Conn, tenant: &TenantId, practice: &PracticeId) -> sqlx::Result<Vec<Decision>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT decision, class, note, actor, decided_at FROM practices_decision WHERE tenant_id = $1 AND practice = $2 \
         ORDER BY decided_at DESC, CASE decision WHEN 'withdrawn' THEN 1 ELSE 0 END, received_at DESC, activity DESC LIMIT 50",
    )
    .bind(tenant.as_str().to_owned())
    .bind(practice.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Decision { decision: r.decision, class: r.class, note: r.note, actor: r.actor, decided_at: Timestamp(r.decided_at) })
        .collect())
}
