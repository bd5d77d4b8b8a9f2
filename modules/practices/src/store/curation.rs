//! What the hub's curators think of remote practices: the queue, and each decision.

use ratusha_platform::{Conn, Sql, TenantId, Timestamp};
use sqlx::FromRow;

use crate::model::{Curation, CurationRow, CurationStep, PracticeId};

#[derive(FromRow)]
struct Row {
    id: String,
    ap_id: String,
    state: String,
    version: i64,
    title: String,
    community: String,
    class: String,
    note: String,
    curator: String,
    seen_number: i64,
    announce: Option<String>,
    add_activity: Option<String>,
    queued_at: i64,
    decided_at: Option<i64>,
}

impl Row {
    fn curation(self) -> CurationRow {
        CurationRow {
            id: PracticeId::trusted(self.id),
            ap_id: self.ap_id,
            // What cannot be read stands in no list.
            state: Curation::parse(&self.state).unwrap_or(Curation::Waiting),
            version: self.version,
            title: self.title,
            community: self.community,
            class: self.class,
            note: self.note,
            curator: self.curator,
            seen_number: self.seen_number,
            announce: self.announce,
            add_activity: self.add_activity,
            queued_at: Timestamp(self.queued_at),
            decided_at: self.decided_at.map(Timestamp),
        }
    }
}

const SELECT: &str = "SELECT id, ap_id, state, version, title, community, class, note, curator, seen_number, announce, add_activity, \
     queued_at, decided_at FROM practices_curation WHERE tenant_id = ";

/// The row with this id.
pub async fn find_curation(conn: &mut Conn, tenant: &TenantId, id: &PracticeId) -> sqlx::Result<Option<CurationRow>> {
    let row: Option<Row> =
        Sql::new(SELECT).bind(tenant.as_str().to_owned()).push(" AND id = ").bind(id.as_str().to_owned()).optional(conn).await?;
    Ok(row.map(Row::curation))
}

/// The row of the remote practice with this address.
pub async fn find_curation_of(conn: &mut Conn, tenant: &TenantId, ap_id: &str) -> sqlx::Result<Option<CurationRow>> {
    let row: Option<Row> =
        Sql::new(SELECT).bind(tenant.as_str().to_owned()).push(" AND ap_id = ").bind(ap_id.to_owned()).optional(conn).await?;
    Ok(row.map(Row::curation))
}

/// The rows with these ids.
pub async fn list_curations(conn: &mut Conn, tenant: &TenantId, ids: &[String]) -> sqlx::Result<Vec<CurationRow>> {
    let rows: Vec<Row> = Sql::new(SELECT)
        .bind(tenant.as_str().to_owned())
        .push(" AND id IN ")
        .list(ids.iter().cloned())
        .push(" ORDER BY id")
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Row::curation).collect())
}

/// Rows in one of `states`, those that came first on top, behind `after`.
pub async fn list_queue(
    conn: &mut Conn,
    tenant: &TenantId,
    states: &[Curation],
    after: Option<(i64, String)>,
    limit: i64,
) -> sqlx::Result<Vec<CurationRow>> {
    let mut sql = Sql::new(SELECT).bind(tenant.as_str().to_owned()).push(" AND state IN ").list(states.iter().map(|s| s.as_str()));
    if let Some((at, id)) = after {
        sql = sql.push(" AND (queued_at, id) > (").bind(at).push(", ").bind(id).push(")");
    }
    let rows: Vec<Row> = sql.push(" ORDER BY queued_at, id LIMIT ").bind(limit).all(conn).await?;
    Ok(rows.into_iter().map(Row::curation).collect())
}

/// How many rows there are in each state.
pub async fn count_curations(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<Vec<(String, i64)>> {
    Sql::new("SELECT state, COUNT(*) FROM practices_curation WHERE tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" GROUP BY state ORDER BY state")
        .all(conn)
        .await
}

/// Adds a row.
pub async fn insert_curation(conn: &mut Conn, tenant: &TenantId, c: &CurationRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO practices_curation (tenant_id, id, ap_id, state, version, title, community, class, note, curator, seen_number, \
         announce, add_activity, queued_at, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(tenant.as_str().to_owned())
    .bind(c.id.as_str().to_owned())
    .bind(c.ap_id.clone())
    .bind(c.state.as_str())
    .bind(c.version)
    .bind(c.title.clone())
    .bind(c.community.clone())
    .bind(c.class.clone())
    .bind(c.note.clone())
    .bind(c.curator.clone())
    .bind(c.seen_number)
    .bind(c.announce.clone())
    .bind(c.add_activity.clone())
    .bind(c.queued_at.0)
    .bind(c.decided_at.map(|at| at.0))
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the row under its version; false when somebody else was faster than `expected`.
pub async fn update_curation(conn: &mut Conn, tenant: &TenantId, c: &CurationRow, expected: i64) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE practices_curation SET state = $1, version = $2, title = $3, community = $4, class = $5, note = $6, curator = $7, \
         seen_number = $8, announce = $9, add_activity = $10, queued_at = $11, decided_at = $12 \
         WHERE tenant_id = $13 AND id = $14 AND version = $15",
    )
    .bind(c.state.as_str())
    .bind(c.version)
    .bind(c.title.clone())
    .bind(c.community.clone())
    .bind(c.class.clone())
    .bind(c.note.clone())
    .bind(c.curator.clone())
    .bind(c.seen_number)
    .bind(c.announce.clone())
    .bind(c.add_activity.clone())
    .bind(c.queued_at.0)
    .bind(c.decided_at.map(|at| at.0))
    .bind(tenant.as_str().to_owned())
    .bind(c.id.as_str().to_owned())
    .bind(expected)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds one decision to the history of a row.
pub async fn insert_step(conn: &mut Conn, tenant: &TenantId, curation: &PracticeId, id: &str, s: &CurationStep) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO practices_curation_step (tenant_id, curation, at, id, done_by, decision, class, note) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tenant.as_str().to_owned())
    .bind(curation.as_str().to_owned())
    .bind(s.at.0)
    .bind(id.to_owned())
    .bind(s.done_by.clone())
    .bind(s.decision.clone())
    .bind(s.class.clone())
    .bind(s.note.clone())
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct StepRow {
    at: i64,
    done_by: String,
    decision: String,
    class: String,
    note: String,
}

/// The history of a row, the oldest first.
pub async fn list_steps(conn: &mut Conn, tenant: &TenantId, curation: &PracticeId) -> sqlx::Result<Vec<CurationStep>> {
    let rows: Vec<StepRow> = sqlx::query_as(
        "SELECT at, done_by, decision, class, note FROM practices_curation_step WHERE tenant_id = $1 AND curation = $2 ORDER BY at, id LIMIT 200",
    )
    .bind(tenant.as_str().to_owned())
    .bind(curation.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| CurationStep { at: Timestamp(r.at), done_by: r.done_by, decision: r.decision, class: r.class, note: r.note })
        .collect())
}
