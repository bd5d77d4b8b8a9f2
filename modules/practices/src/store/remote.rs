//! Practices of other nodes, kept once per node under their address, with the versions that came in.

use ratusha_platform::{Conn, Sql, Timestamp};
use sqlx::FromRow;

use super::practice::{card_of, json_of};
use crate::model::{Card, Evidence, Remote, State};

#[derive(FromRow)]
struct Row {
    ap_id: String,
    host: String,
    actor: String,
    actor_name: String,
    actor_handle: String,
    url: String,
    replies: String,
    state: String,
    evidence: String,
    number: i64,
    review_due: Option<i64>,
    published_at: i64,
    updated_at: i64,
    deleted_at: Option<i64>,
    card: String,
}

impl Row {
    fn remote(self) -> Remote {
        Remote {
            ap_id: self.ap_id,
            host: self.host,
            actor: self.actor,
            actor_name: self.actor_name,
            actor_handle: self.actor_handle,
            url: self.url,
            replies: self.replies,
            state: State::parse(&self.state).unwrap_or(State::Archived),
            evidence: Evidence::parse(&self.evidence).unwrap_or(Evidence::E0),
            number: self.number,
            review_due: self.review_due.map(Timestamp),
            published_at: Timestamp(self.published_at),
            updated_at: Timestamp(self.updated_at),
            deleted_at: self.deleted_at.map(Timestamp),
            card: card_of(&self.card),
        }
    }
}

const SELECT: &str = "SELECT p.ap_id, p.host, p.actor, p.actor_name, p.actor_handle, p.url, p.replies, p.state, p.evidence, p.number, \
     p.review_due, p.published_at, p.updated_at, p.deleted_at, r.card FROM practices_remote p \
     JOIN practices_remote_revision r ON r.ap_id = p.ap_id AND r.number = p.number WHERE p.ap_id ";

/// The practice with this address; node-wide, because remote things are kept once per node.
pub async fn find_remote(conn: &mut Conn, ap_id: &str) -> sqlx::Result<Option<Remote>> {
    let row: Option<Row> = Sql::new(SELECT).push("= ").bind(ap_id.to_owned()).optional(conn).await?;
    Ok(row.map(Row::remote))
}

/// The practices with these addresses; node-wide, because remote things are kept once per node.
pub async fn list_remotes(conn: &mut Conn, ap_ids: &[String]) -> sqlx::Result<Vec<Remote>> {
    let rows: Vec<Row> = Sql::new(SELECT).push("IN ").list(ap_ids.iter().cloned()).push(" ORDER BY p.ap_id").all(conn).await?;
    Ok(rows.into_iter().map(Row::remote).collect())
}

/// The card of one version; node-wide, because remote things are kept once per node.
pub async fn find_remote_card(conn: &mut Conn, ap_id: &str, number: i64) -> sqlx::Result<Option<Card>> {
    let row: Option<(String,)> = Sql::new("SELECT card FROM practices_remote_revision WHERE ap_id = ")
        .bind(ap_id.to_owned())
        .push(" AND number = ")
        .bind(number)
        .optional(conn)
        .await?;
    Ok(row.map(|row| card_of(&row.0)))
}

/// Writes the practice under its address in place of what was there, and its card as the version `number`;
/// node-wide, because remote things are kept once per node.
pub async fn upsert_remote(conn: &mut Conn, r: &Remote, received_at: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO practices_remote (ap_id, host, actor, actor_name, actor_handle, url, replies, state, evidence, number, review_due, \
         published_at, updated_at, received_at, deleted_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         ON CONFLICT (ap_id) DO UPDATE SET actor_name = excluded.actor_name, actor_handle = excluded.actor_handle, url = excluded.url, \
         replies = excluded.replies, state = excluded.state, evidence = excluded.evidence, number = excluded.number, \
         review_due = excluded.review_due, updated_at = excluded.updated_at, \
         received_at = excluded.received_at, deleted_at = excluded.deleted_at",
    )
    .bind(r.ap_id.clone())
    .bind(r.host.clone())
    .bind(r.actor.clone())
    .bind(r.actor_name.clone())
    .bind(r.actor_handle.clone())
    .bind(r.url.clone())
    .bind(r.replies.clone())
    .bind(r.state.as_str())
    .bind(r.evidence.as_str())
    .bind(r.number)
    .bind(r.review_due.map(|at| at.0))
    .bind(r.published_at.0)
    .bind(r.updated_at.0)
    .bind(received_at.0)
    .bind(r.deleted_at.map(|at| at.0))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO practices_remote_revision (ap_id, number, card, updated_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (ap_id, number) DO UPDATE SET card = excluded.card, updated_at = excluded.updated_at",
    )
    .bind(r.ap_id.clone())
    .bind(r.number)
    .bind(json_of(&r.card))
    .bind(r.updated_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Empties all versions of a practice that its origin deleted; node-wide, because remote things are kept once per node.
pub async fn erase_remote(conn: &mut Conn, ap_id: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE practices_remote_revision SET card = '{}' WHERE ap_id = $1").bind(ap_id.to_owned()).execute(&mut *conn).await?;
    sqlx::query("UPDATE practices_remote SET state = 'deleted', deleted_at = $1 WHERE ap_id = $2")
        .bind(now.0)
        .bind(ap_id.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}
