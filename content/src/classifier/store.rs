//! SQL of the classifier: editions, proposals, remarks and the history.

use ratusha_platform::{Conn, TenantId, Timestamp};
use sqlx::FromRow;

/// The head of an edition.
#[derive(Debug, Clone, FromRow)]
pub struct EditionRow {
    /// Its number.
    pub edition: i64,
    /// SHA-256 of its document in hex.
    pub sha256: String,
}

/// A proposal as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct ProposalRow {
    /// Its id.
    pub id: String,
    /// Kind of change.
    pub kind: String,
    /// The concept it changes.
    pub notation: Option<String>,
    /// The change as JSON.
    pub change: String,
    /// Why.
    pub reason: String,
    /// `proposed`, `discussed`, `accepted` or `declined`.
    pub state: String,
    /// Who proposed it, by name.
    pub by_name: String,
    /// When.
    pub created_at: i64,
    /// Who decided, by name.
    pub decided_name: Option<String>,
    /// Why it was decided so.
    pub decision: Option<String>,
    /// When it was decided.
    pub decided_at: Option<i64>,
}

/// A remark on a proposal.
#[derive(Debug, Clone, FromRow)]
pub struct RemarkRow {
    /// Who made it, by name.
    pub by_name: String,
    /// What it says.
    pub body: String,
    /// When.
    pub created_at: i64,
}

/// A line of the history.
#[derive(Debug, Clone, FromRow)]
pub struct ChangeRow {
    /// In which edition.
    pub edition: i64,
    /// Which concept.
    pub notation: String,
    /// Kind of change.
    pub kind: String,
    /// What exactly, as JSON.
    pub detail: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by_name: String,
    /// When.
    pub created_at: i64,
}

/// The newest edition of the tenant; none while the shipped one is in force.
pub async fn find_newest(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<Option<EditionRow>> {
    sqlx::query_as("SELECT edition, sha256 FROM classifier_edition WHERE tenant_id = $1 ORDER BY edition DESC LIMIT 1")
        .bind(tenant.as_str().to_owned())
        .fetch_optional(conn)
        .await
}

/// The document of an edition.
pub async fn find_body(conn: &mut Conn, tenant: &TenantId, edition: i64) -> sqlx::Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM classifier_edition WHERE tenant_id = $1 AND edition = $2")
        .bind(tenant.as_str().to_owned())
        .bind(edition)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| row.0))
}

/// Adds an edition; false when that number is taken.
pub async fn insert_edition(
    conn: &mut Conn,
    tenant: &TenantId,
    edition: i64,
    dated: &str,
    source: &str,
    sha256: &str,
    body: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO classifier_edition (tenant_id, edition, dated, source, sha256, body, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, edition) DO NOTHING",
    )
    .bind(tenant.as_str().to_owned())
    .bind(edition)
    .bind(dated.to_owned())
    .bind(source.to_owned())
    .bind(sha256.to_owned())
    .bind(body.to_owned())
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Adds a proposal.
pub async fn insert_proposal(conn: &mut Conn, tenant: &TenantId, row: &ProposalRow, by_account: Option<&str>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO classifier_proposal (tenant_id, id, kind, notation, change, reason, state, by_account, by_name, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(tenant.as_str().to_owned())
    .bind(row.id.clone())
    .bind(row.kind.clone())
    .bind(row.notation.clone())
    .bind(row.change.clone())
    .bind(row.reason.clone())
    .bind(row.state.clone())
    .bind(by_account.map(ToOwned::to_owned))
    .bind(row.by_name.clone())
    .bind(row.created_at)
    .execute(conn)
    .await?;
    Ok(())
}

const PROPOSAL: &str =
    "SELECT id, kind, notation, change, reason, state, by_name, created_at, decided_name, decision, decided_at FROM classifier_proposal ";

/// One proposal.
pub async fn find_proposal(conn: &mut Conn, tenant: &TenantId, id: &str) -> sqlx::Result<Option<ProposalRow>> {
    ratusha_platform::Sql::new(PROPOSAL)
        .push("WHERE tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND id = ")
        .bind(id.to_owned())
        .optional(conn)
        .await
}

/// Proposals, the open ones or the decided ones, the newest first, those with ids below `before`.
pub async fn list_proposals(conn: &mut Conn, tenant: &TenantId, open: bool, before: &str, limit: i64) -> sqlx::Result<Vec<ProposalRow>> {
    let states = if open { ["proposed", "discussed"] } else { ["accepted", "declined"] };
    ratusha_platform::Sql::new(PROPOSAL)
        .push("WHERE tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND state IN ")
        .list(states)
        .push(" AND id < ")
        .bind(before.to_owned())
        .push(" ORDER BY id DESC LIMIT ")
        .bind(limit)
        .all(conn)
        .await
}

/// How many proposals wait for a decision.
pub async fn count_open(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<i64> {
    let row: (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM classifier_proposal WHERE tenant_id = $1 AND state IN ('proposed', 'discussed')")
            .bind(tenant.as_str().to_owned())
            .fetch_one(conn)
            .await?;
    Ok(row.0)
}

/// Notes that a proposal is being discussed; nothing happens to one that is decided.
pub async fn mark_discussed(conn: &mut Conn, tenant: &TenantId, id: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE classifier_proposal SET state = 'discussed' WHERE tenant_id = $1 AND id = $2 AND state = 'proposed'")
        .bind(tenant.as_str().to_owned())
        .bind(id.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Decides an open proposal; false when it was decided already.
pub async fn decide(
    conn: &mut Conn,
    tenant: &TenantId,
    id: &str,
    state: &str,
    by: &str,
    by_name: &str,
    decision: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE classifier_proposal SET state = $1, decided_by = $2, decided_name = $3, decision = $4, decided_at = $5 \
         WHERE tenant_id = $6 AND id = $7 AND state IN ('proposed', 'discussed')",
    )
    .bind(state.to_owned())
    .bind(by.to_owned())
    .bind(by_name.to_owned())
    .bind(decision.to_owned())
    .bind(now.0)
    .bind(tenant.as_str().to_owned())
    .bind(id.to_owned())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Adds a remark.
pub async fn insert_remark(
    conn: &mut Conn,
    tenant: &TenantId,
    id: &str,
    proposal: &str,
    by_account: Option<&str>,
    by_name: &str,
    body: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO classifier_remark (tenant_id, id, proposal, by_account, by_name, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(tenant.as_str().to_owned())
        .bind(id.to_owned())
        .bind(proposal.to_owned())
        .bind(by_account.map(ToOwned::to_owned))
        .bind(by_name.to_owned())
        .bind(body.to_owned())
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// The remarks on a proposal, the oldest first, at most 500.
pub async fn list_remarks(conn: &mut Conn, tenant: &TenantId, proposal: &str) -> sqlx::Result<Vec<RemarkRow>> {
    sqlx::query_as("SELECT by_name, body, created_at FROM classifier_remark WHERE tenant_id = $1 AND proposal = $2 ORDER BY id LIMIT 500")
        .bind(tenant.as_str().to_owned())
        .bind(proposal.to_owned())
        .fetch_all(conn)
        .await
}

/// Adds a line to the history.
pub async fn insert_change(conn: &mut Conn, tenant: &TenantId, id: &str, row: &ChangeRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO classifier_change (tenant_id, id, edition, notation, kind, detail, reason, by_name, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(tenant.as_str().to_owned())
    .bind(id.to_owned())
    .bind(row.edition)
    .bind(row.notation.clone())
    .bind(row.kind.clone())
    .bind(row.detail.clone())
    .bind(row.reason.clone())
    .bind(row.by_name.clone())
    .bind(row.created_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// The history of one concept, the newest first, at most 100 lines.
pub async fn list_changes(conn: &mut Conn, tenant: &TenantId, notation: &str) -> sqlx::Result<Vec<ChangeRow>> {
    sqlx::query_as(
        "SELECT edition, notation, kind, detail, reason, by_name, created_at FROM classifier_change \
         WHERE tenant_id = $1 AND notation = $2 ORDER BY id DESC LIMIT 100",
    )
    .bind(tenant.as_str().to_owned())
    .bind(notation.to_owned())
    .fetch_all(conn)
    .await
}

/// The newest lines of the whole history.
pub async fn list_recent(conn: &mut Conn, tenant: &TenantId, limit: i64) -> sqlx::Result<Vec<ChangeRow>> {
    sqlx::query_as(
        "SELECT edition, notation, kind, detail, reason, by_name, created_at FROM classifier_change \
         WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(tenant.as_str().to_owned())
    .bind(limit)
    .fetch_all(conn)
    .await
}
