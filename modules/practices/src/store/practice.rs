//! Practices written here and the versions of their cards.

use ratusha_platform::{Conn, Sql, TenantId, Timestamp};
use serde_json::Value;
use sqlx::FromRow;

use crate::{
    ap,
    model::{Card, Evidence, Practice, PracticeId, Revision, State},
};

#[derive(FromRow)]
struct PracticeRow {
    id: String,
    state: String,
    version: i64,
    revision: i64,
    author: String,
    evidence: String,
    evidence_note: String,
    remarks: String,
    external_id: Option<String>,
    adopted_from: Option<String>,
    activity: Option<String>,
    review_due: Option<i64>,
    created_at: i64,
    updated_at: i64,
    published_at: Option<i64>,
    card: String,
}

/// A card as it stands in the database.
pub(super) fn card_of(json: &str) -> Card {
    // Only what this module wrote is read here, so an unreadable text cannot be but an erased one.
    ap::read_card(&serde_json::from_str::<Value>(json).unwrap_or(Value::Null))
}

pub(super) fn json_of(card: &Card) -> String {
    Value::Object(ap::write_card(card, str::to_owned)).to_string()
}

impl PracticeRow {
    fn practice(self) -> Practice {
        Practice {
            id: PracticeId::trusted(self.id),
            // What cannot be read is shown to nobody.
            state: State::parse(&self.state).unwrap_or(State::Draft),
            version: self.version,
            revision: self.revision,
            author: self.author,
            evidence: Evidence::parse(&self.evidence).unwrap_or(Evidence::E0),
            evidence_note: self.evidence_note,
            remarks: self.remarks,
            external_id: self.external_id,
            adopted_from: self.adopted_from,
            activity: self.activity,
            review_due: self.review_due.map(Timestamp),
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
            published_at: self.published_at.map(Timestamp),
            card: card_of(&self.card),
        }
    }
}

const SELECT: &str = "SELECT p.id, p.state, p.version, p.revision, p.author, p.evidence, p.evidence_note, p.remarks, p.external_id, \
     p.adopted_from, p.activity, p.review_due, p.created_at, p.updated_at, p.published_at, r.card FROM practices_practice p \
     JOIN practices_revision r ON r.tenant_id = p.tenant_id AND r.practice = p.id AND r.number = p.revision WHERE p.tenant_id = ";

/// The practice with this id, with its newest card.
pub async fn find_practice(conn: &mut Conn, tenant: &TenantId, id: &PracticeId) -> sqlx::Result<Option<Practice>> {
    let row: Option<PracticeRow> =
        Sql::new(SELECT).bind(tenant.as_str().to_owned()).push(" AND p.id = ").bind(id.as_str().to_owned()).optional(conn).await?;
    Ok(row.map(PracticeRow::practice))
}

/// Practices with these ids, in the order of their ids.
pub async fn list_practices(conn: &mut Conn, tenant: &TenantId, ids: &[String]) -> sqlx::Result<Vec<Practice>> {
    let rows: Vec<PracticeRow> = Sql::new(SELECT)
        .bind(tenant.as_str().to_owned())
        .push(" AND p.id IN ")
        .list(ids.iter().cloned())
        .push(" ORDER BY p.id")
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(PracticeRow::practice).collect())
}

/// Practices in one of `states`, of `author` only if one is given, the last changed first, behind `before`.
pub async fn list_by_state(
    conn: &mut Conn,
    tenant: &TenantId,
    states: &[State],
    author: Option<&str>,
    before: Option<(i64, String)>,
    limit: i64,
) -> sqlx::Result<Vec<Practice>> {
    let mut sql = Sql::new(SELECT).bind(tenant.as_str().to_owned()).push(" AND p.state IN ").list(states.iter().map(|s| s.as_str()));
    if let Some(author) = author {
        sql = sql.push(" AND p.author = ").bind(author.to_owned());
    }
    if let Some((at, id)) = before {
        sql = sql.push(" AND (p.updated_at, p.id) < (").bind(at).push(", ").bind(id).push(")");
    }
    let rows: Vec<PracticeRow> = sql.push(" ORDER BY p.updated_at DESC, p.id DESC LIMIT ").bind(limit).all(conn).await?;
    Ok(rows.into_iter().map(PracticeRow::practice).collect())
}

/// How many practices there are in each state.
pub async fn count_states(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<Vec<(String, i64)>> {
    Sql::new("SELECT state, COUNT(*) FROM practices_practice WHERE tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" GROUP BY state ORDER BY state")
        .all(conn)
        .await
}

/// How many public practices wait for their yearly confirmation at `now`.
pub async fn count_due(conn: &mut Conn, tenant: &TenantId, now: Timestamp) -> sqlx::Result<i64> {
    let row: Option<(i64,)> = Sql::new("SELECT COUNT(*) FROM practices_practice WHERE tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND state = 'validated' AND review_due <= ")
        .bind(now.0)
        .optional(conn)
        .await?;
    Ok(row.map_or(0, |row| row.0))
}

/// Ids of practices that came from a file under one of these names there.
pub async fn list_external(conn: &mut Conn, tenant: &TenantId, names: &[String]) -> sqlx::Result<Vec<(String, String)>> {
    Sql::new("SELECT external_id, id FROM practices_practice WHERE tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND external_id IN ")
        .list(names.iter().cloned())
        .push(" ORDER BY external_id")
        .all(conn)
        .await
}

/// Adds a practice; its card is added by [`insert_revision`].
pub async fn insert_practice(conn: &mut Conn, tenant: &TenantId, p: &Practice) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO practices_practice (tenant_id, id, state, version, revision, title, author, evidence, evidence_note, remarks, \
         external_id, adopted_from, activity, review_due, created_at, updated_at, published_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(tenant.as_str().to_owned())
    .bind(p.id.as_str().to_owned())
    .bind(p.state.as_str())
    .bind(p.version)
    .bind(p.revision)
    .bind(p.card.title.clone())
    .bind(p.author.clone())
    .bind(p.evidence.as_str())
    .bind(p.evidence_note.clone())
    .bind(p.remarks.clone())
    .bind(p.external_id.clone())
    .bind(p.adopted_from.clone())
    .bind(p.activity.clone())
    .bind(p.review_due.map(|at| at.0))
    .bind(p.created_at.0)
    .bind(p.updated_at.0)
    .bind(p.published_at.map(|at| at.0))
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes everything but the card, under the next version; false when somebody else was faster than `expected`.
pub async fn update_practice(conn: &mut Conn, tenant: &TenantId, p: &Practice, expected: i64) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE practices_practice SET state = $1, version = $2, revision = $3, title = $4, evidence = $5, evidence_note = $6, \
         remarks = $7, activity = $8, review_due = $9, updated_at = $10, published_at = $11 \
         WHERE tenant_id = $12 AND id = $13 AND version = $14",
    )
    .bind(p.state.as_str())
    .bind(p.version)
    .bind(p.revision)
    .bind(p.card.title.clone())
    .bind(p.evidence.as_str())
    .bind(p.evidence_note.clone())
    .bind(p.remarks.clone())
    .bind(p.activity.clone())
    .bind(p.review_due.map(|at| at.0))
    .bind(p.updated_at.0)
    .bind(p.published_at.map(|at| at.0))
    .bind(tenant.as_str().to_owned())
    .bind(p.id.as_str().to_owned())
    .bind(expected)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(FromRow)]
struct RevisionRow {
    number: i64,
    card: String,
    saved_by: String,
    note: String,
    published: i64,
    saved_at: i64,
}

impl RevisionRow {
    fn revision(self) -> Revision {
        Revision {
            number: self.number,
            card: card_of(&self.card),
            saved_by: self.saved_by,
            note: self.note,
            published: self.published != 0,
            saved_at: Timestamp(self.saved_at),
        }
    }
}

const REVISION: &str = "SELECT number, card, saved_by, note, CAST(published AS BIGINT) AS published, saved_at FROM practices_revision \
     WHERE tenant_id = ";

/// Adds a version of a card.
pub async fn insert_revision(conn: &mut Conn, tenant: &TenantId, practice: &PracticeId, r: &Revision) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO practices_revision (tenant_id, practice, number, card, saved_by, note, published, saved_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tenant.as_str().to_owned())
    .bind(practice.as_str().to_owned())
    .bind(r.number)
    .bind(json_of(&r.card))
    .bind(r.saved_by.clone())
    .bind(r.note.clone())
    .bind(i64::from(r.published))
    .bind(r.saved_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// One version.
pub async fn find_revision(conn: &mut Conn, tenant: &TenantId, practice: &PracticeId, number: i64) -> sqlx::Result<Option<Revision>> {
    let row: Option<RevisionRow> = Sql::new(REVISION)
        .bind(tenant.as_str().to_owned())
        .push(" AND practice = ")
        .bind(practice.as_str().to_owned())
        .push(" AND number = ")
        .bind(number)
        .optional(conn)
        .await?;
    Ok(row.map(RevisionRow::revision))
}

/// Up to `limit` versions, the newest first; only those that were public if `public` is set.
pub async fn list_revisions(
    conn: &mut Conn,
    tenant: &TenantId,
    practice: &PracticeId,
    public: bool,
    limit: i64,
) -> sqlx::Result<Vec<Revision>> {
    let mut sql = Sql::new(REVISION).bind(tenant.as_str().to_owned()).push(" AND practice = ").bind(practice.as_str().to_owned());
    if public {
        sql = sql.push(" AND published = 1");
    }
    let rows: Vec<RevisionRow> = sql.push(" ORDER BY number DESC LIMIT ").bind(limit).all(conn).await?;
    Ok(rows.into_iter().map(RevisionRow::revision).collect())
}

/// Notes that a version has become public; what has been read cannot be made unread.
pub async fn mark_published(conn: &mut Conn, tenant: &TenantId, practice: &PracticeId, number: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE practices_revision SET published = 1 WHERE tenant_id = $1 AND practice = $2 AND number = $3")
        .bind(tenant.as_str().to_owned())
        .bind(practice.as_str().to_owned())
        .bind(number)
        .execute(conn)
        .await?;
    Ok(())
}

/// Empties all versions of a deleted practice; their numbers stay.
pub async fn erase_revisions(conn: &mut Conn, tenant: &TenantId, practice: &PracticeId) -> sqlx::Result<()> {
    sqlx::query("UPDATE practices_revision SET card = '{}', note = '' WHERE tenant_id = $1 AND practice = $2")
        .bind(tenant.as_str().to_owned())
        .bind(practice.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}
