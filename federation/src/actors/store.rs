//! SQL of remote actors and tombstones: node-wide tables, because what is remote is kept once per node.

use ratusha_platform::{Conn, Timestamp};
use serde_json::{Value, json};
use sqlx::FromRow;

use super::{ActorKey, RemoteActor};
use crate::signatures::PublicKey;

const COLUMNS: &str = "id, host, kind, username, name, summary, url, icon, inbox, shared_inbox, outbox, followers, \
    featured, handle, keys, document, fetched_at, gone_at";

#[derive(FromRow)]
struct Row {
    id: String,
    host: String,
    kind: String,
    username: String,
    name: String,
    summary: String,
    url: String,
    icon: Option<String>,
    inbox: String,
    shared_inbox: Option<String>,
    outbox: Option<String>,
    followers: Option<String>,
    featured: Option<String>,
    handle: Option<String>,
    keys: String,
    document: String,
    fetched_at: i64,
    gone_at: Option<i64>,
}

impl From<Row> for RemoteActor {
    fn from(row: Row) -> Self {
        let document: Value = serde_json::from_str(&row.document).unwrap_or_default();
        let keys: Vec<(String, String)> = serde_json::from_str(&row.keys).unwrap_or_default();
        Self {
            id: row.id,
            host: row.host,
            kind: row.kind,
            username: row.username,
            name: row.name,
            summary: row.summary,
            url: row.url,
            icon: row.icon,
            inbox: row.inbox,
            shared_inbox: row.shared_inbox,
            outbox: row.outbox,
            followers: row.followers,
            featured: row.featured,
            keys: keys.into_iter().filter_map(|(id, pem)| Some(ActorKey { id, key: PublicKey::from_pem(&pem).ok()? })).collect(),
            egov: Self::egov_of(&document),
            document,
            confirmed: row.handle,
            fetched_at: Timestamp(row.fetched_at),
            gone_at: row.gone_at.map(Timestamp),
        }
    }
}

/// The actor with the address `id`.
///
/// # Errors
/// The driver's.
pub async fn find_remote_actor(conn: &mut Conn, id: &str) -> sqlx::Result<Option<RemoteActor>> {
    let sql = format!("SELECT {COLUMNS} FROM remote_actor WHERE id = $1");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.to_owned()).fetch_optional(conn).await?;
    Ok(row.map(Into::into))
}

/// The actors with these addresses, in no order.
///
/// # Errors
/// The driver's.
pub async fn find_remote_actors(conn: &mut Conn, ids: &[String]) -> sqlx::Result<Vec<RemoteActor>> {
    let rows: Vec<Row> = ratusha_platform::Sql::new(
        "SELECT id, host, kind, username, name, summary, url, icon, inbox, shared_inbox, outbox, followers, \
         featured, handle, keys, document, fetched_at, gone_at FROM remote_actor WHERE id IN ",
    )
    .list(ids.iter().cloned())
    .all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Keeps what was read at the origin; a confirmed handle survives a later reading without one.
pub(crate) async fn put_remote_actor(conn: &mut Conn, actor: &RemoteActor) -> sqlx::Result<RemoteActor> {
    let keys: Value = actor.keys.iter().map(|key| json!([key.id, key.key.to_pem()])).collect();
    sqlx::query(
        "INSERT INTO remote_actor (id, host, kind, username, name, summary, url, icon, inbox, shared_inbox, outbox, followers, \
         featured, handle, keys, document, fetched_at, gone_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, NULL) \
         ON CONFLICT (id) DO UPDATE SET host = excluded.host, kind = excluded.kind, username = excluded.username, \
         name = excluded.name, summary = excluded.summary, url = excluded.url, icon = excluded.icon, inbox = excluded.inbox, \
         shared_inbox = excluded.shared_inbox, outbox = excluded.outbox, followers = excluded.followers, \
         featured = excluded.featured, keys = excluded.keys, document = excluded.document, \
         fetched_at = excluded.fetched_at, gone_at = NULL, \
         handle = CASE WHEN excluded.handle IS NOT NULL THEN excluded.handle \
                  WHEN excluded.username = remote_actor.username THEN remote_actor.handle ELSE NULL END",
    )
    .bind(actor.id.clone())
    .bind(actor.host.clone())
    .bind(actor.kind.clone())
    .bind(actor.username.clone())
    .bind(actor.name.clone())
    .bind(actor.summary.clone())
    .bind(actor.url.clone())
    .bind(actor.icon.clone())
    .bind(actor.inbox.clone())
    .bind(actor.shared_inbox.clone())
    .bind(actor.outbox.clone())
    .bind(actor.followers.clone())
    .bind(actor.featured.clone())
    .bind(actor.confirmed.clone())
    .bind(keys.to_string())
    .bind(actor.document.to_string())
    .bind(actor.fetched_at.0)
    .execute(&mut *conn)
    .await?;
    find_remote_actor(conn, &actor.id).await?.ok_or(sqlx::Error::RowNotFound)
}

/// The actor was deleted at its origin: its name and texts go, its address stays.
pub(crate) async fn mark_gone(conn: &mut Conn, id: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE remote_actor SET gone_at = $1, name = username, summary = '', icon = NULL, document = '{}' WHERE id = $2")
        .bind(now.0)
        .bind(id.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Remembers for good that `id` was deleted.
pub(crate) async fn put_tombstone(conn: &mut Conn, id: &str, host: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO tombstone (id, host, deleted_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
        .bind(id.to_owned())
        .bind(host.to_owned())
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether `id` was deleted at its origin.
///
/// # Errors
/// The driver's.
pub async fn is_tombstoned(conn: &mut Conn, id: &str) -> sqlx::Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT deleted_at FROM tombstone WHERE id = $1").bind(id.to_owned()).fetch_optional(conn).await?;
    Ok(found.is_some())
}
