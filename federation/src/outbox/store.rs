//! SQL of the log, the cursors, what was refused, and the peers.

use std::collections::HashMap;

use ratusha_platform::{Conn, Engine, Sql, TenantId, Timestamp};
use sqlx::FromRow;

use super::{LogRow, Rule, breaker::PUT_OFF_MS};
use crate::Inbox;

/// The end of a log.
#[derive(Debug, FromRow)]
pub(crate) struct Head {
    pub seq: i64,
    pub chain: Vec<u8>,
}

/// Takes the end of a log for this transaction; others that want it wait.
pub(crate) async fn lock_head(conn: &mut Conn, engine: Engine, tenant: &TenantId, stream: &str) -> sqlx::Result<Head> {
    sqlx::query(
        "INSERT INTO outbox_head (tenant_id, stream, seq, chain) VALUES ($1, $2, 0, $3) ON CONFLICT (tenant_id, stream) DO NOTHING",
    )
    .bind(tenant.as_str().to_owned())
    .bind(stream.to_owned())
    .bind(vec![0_u8; 32])
    .execute(&mut *conn)
    .await?;
    sqlx::query_as(engine.pick(
        "SELECT seq, chain FROM outbox_head WHERE tenant_id = $1 AND stream = $2",
        "SELECT seq, chain FROM outbox_head WHERE tenant_id = $1 AND stream = $2 FOR UPDATE",
    ))
    .bind(tenant.as_str().to_owned())
    .bind(stream.to_owned())
    .fetch_one(conn)
    .await
}

/// The number of the last line of a log; 0 when it is empty.
pub(crate) async fn head_seq(conn: &mut Conn, tenant: &TenantId, stream: &str) -> sqlx::Result<i64> {
    let seq: Option<i64> = sqlx::query_scalar("SELECT seq FROM outbox_head WHERE tenant_id = $1 AND stream = $2")
        .bind(tenant.as_str().to_owned())
        .bind(stream.to_owned())
        .fetch_optional(conn)
        .await?;
    Ok(seq.unwrap_or(0))
}

/// Writes the next line and moves the end of the log to it.
pub(crate) async fn append(conn: &mut Conn, tenant: &TenantId, stream: &str, row: &LogRow, public: bool) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO outbox_log (tenant_id, stream, seq, activity_id, object_id, actor, kind, public, bytes, sha256, chain, \
         audience, receivers, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(tenant.as_str().to_owned())
    .bind(stream.to_owned())
    .bind(row.seq)
    .bind(row.activity_id.clone())
    .bind(row.object_id.clone())
    .bind(row.actor.clone())
    .bind(row.kind.clone())
    .bind(i64::from(public))
    .bind(row.bytes.clone())
    .bind(row.sha256.clone())
    .bind(row.chain.clone())
    .bind(serde_json::to_string(&row.rule).unwrap_or_default())
    .bind(row.receivers)
    .bind(row.created_at)
    .execute(&mut *conn)
    .await?;
    sqlx::query("UPDATE outbox_head SET seq = $1, chain = $2 WHERE tenant_id = $3 AND stream = $4")
        .bind(row.seq)
        .bind(row.chain.clone())
        .bind(tenant.as_str().to_owned())
        .bind(stream.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Raises what each receiver is to get; one that has got everything skips what was not for it.
pub(crate) async fn want(conn: &mut Conn, tenant: &TenantId, stream: &str, seq: i64, receivers: &[Inbox]) -> sqlx::Result<()> {
    for part in receivers.chunks(100) {
        let mut sql = Sql::new("INSERT INTO outbox_cursor (inbox, host, tenant_id, stream, acked_seq, wanted_seq) VALUES ");
        for (n, inbox) in part.iter().enumerate() {
            sql = sql
                .push(if n == 0 { "(" } else { ", (" })
                .bind(inbox.url.clone())
                .push(", ")
                .bind(inbox.host.clone())
                .push(", ")
                .bind(tenant.as_str().to_owned())
                .push(", ")
                .bind(stream.to_owned())
                .push(", ")
                .bind(seq - 1)
                .push(", ")
                .bind(seq)
                .push(")");
        }
        sql.push(
            " ON CONFLICT (inbox, tenant_id, stream) DO UPDATE SET wanted_seq = excluded.wanted_seq, \
             acked_seq = CASE WHEN outbox_cursor.acked_seq = outbox_cursor.wanted_seq THEN excluded.wanted_seq - 1 \
             ELSE outbox_cursor.acked_seq END",
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

#[derive(FromRow)]
struct Line {
    seq: i64,
    activity_id: String,
    object_id: Option<String>,
    actor: String,
    kind: String,
    bytes: Vec<u8>,
    sha256: Vec<u8>,
    chain: Vec<u8>,
    audience: String,
    receivers: i64,
    created_at: i64,
}

impl From<Line> for LogRow {
    fn from(line: Line) -> Self {
        Self {
            seq: line.seq,
            activity_id: line.activity_id,
            object_id: line.object_id,
            actor: line.actor,
            kind: line.kind,
            bytes: line.bytes,
            sha256: line.sha256,
            chain: line.chain,
            receivers: line.receivers,
            created_at: line.created_at,
            rule: serde_json::from_str::<Rule>(&line.audience).unwrap_or_default(),
        }
    }
}

const LINE: &str = "SELECT seq, activity_id, object_id, actor, kind, bytes, sha256, chain, audience, receivers, created_at FROM outbox_log";

/// Lines of one log after `after`, in order.
///
/// # Errors
/// The driver's.
pub async fn list_after(conn: &mut Conn, tenant: &TenantId, stream: &str, after: i64, limit: i64) -> sqlx::Result<Vec<LogRow>> {
    let sql = format!("{LINE} WHERE tenant_id = $1 AND stream = $2 AND seq > $3 ORDER BY seq LIMIT $4");
    let rows: Vec<Line> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str().to_owned())
        .bind(stream.to_owned())
        .bind(after)
        .bind(limit)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Public lines of `actor` before `before`, the newest first.
pub(crate) async fn list_public(conn: &mut Conn, tenant: &TenantId, actor: &str, before: i64, limit: i64) -> sqlx::Result<Vec<LogRow>> {
    let sql =
        format!("{LINE} WHERE tenant_id = $1 AND actor = $2 AND public = 1 AND stream = 'public' AND seq < $3 ORDER BY seq DESC LIMIT $4");
    let rows: Vec<Line> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str().to_owned())
        .bind(actor.to_owned())
        .bind(before)
        .bind(limit)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// How many public lines of `actor` there are.
///
/// # Errors
/// The driver's.
pub async fn count_public(conn: &mut Conn, tenant: &TenantId, actor: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM outbox_log WHERE tenant_id = $1 AND actor = $2 AND public = 1 AND stream = 'public'")
        .bind(tenant.as_str().to_owned())
        .bind(actor.to_owned())
        .fetch_one(conn)
        .await
}

/// The line of `activity_id` with the name of its stream and whether everybody may read it.
pub(crate) async fn find_line(conn: &mut Conn, tenant: &TenantId, activity_id: &str) -> sqlx::Result<Option<(LogRow, String, bool)>> {
    let place: Option<(String, i64, i64)> =
        sqlx::query_as("SELECT stream, seq, CAST(public AS BIGINT) FROM outbox_log WHERE activity_id = $1 AND tenant_id = $2")
            .bind(activity_id.to_owned())
            .bind(tenant.as_str().to_owned())
            .fetch_optional(&mut *conn)
            .await?;
    let Some((stream, seq, public)) = place else { return Ok(None) };
    let line = list_after(conn, tenant, &stream, seq - 1, 1).await?.pop();
    Ok(line.map(|line| (line, stream, public == 1)))
}

/// Empties the bytes of all lines about `object_id`: the hashes and so the chain stay.
pub(crate) async fn erase_object(conn: &mut Conn, tenant: &TenantId, object_id: &str) -> sqlx::Result<u64> {
    let done = sqlx::query("UPDATE outbox_log SET bytes = $1 WHERE tenant_id = $2 AND object_id = $3 AND kind IN ('Create', 'Update')")
        .bind(Vec::<u8>::new())
        .bind(tenant.as_str().to_owned())
        .bind(object_id.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

/// How far one inbox has been served.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Cursor {
    pub inbox: String,
    pub host: String,
    pub tenant_id: String,
    pub stream: String,
    pub acked_seq: i64,
    pub wanted_seq: i64,
}

/// One host gets so many requests at a time, and a little more when a free place is filled.
const PER_HOST: usize = 16;

/// Which cursors may be worked on at `$1`. What is put off beyond `$2` was put off by a clock that has
/// been set back since.
macro_rules! due {
    () => {
        "FROM outbox_cursor c LEFT JOIN peer p ON p.host = c.host WHERE c.acked_seq < c.wanted_seq \
         AND (c.locked_until IS NULL OR c.locked_until <= $1 OR c.locked_until > $2) \
         AND (p.next_try IS NULL OR p.next_try <= $1 OR p.next_try > $2)"
    };
}

/// Hosts with their hands full are left out; one that is held back gets one request at a time, that of its first cursor.
macro_rules! claimable {
    () => {
        concat!(
            "SELECT c.inbox, c.tenant_id, c.stream, c.host ",
            due!(),
            " AND c.host NOT IN (SELECT o.host FROM outbox_cursor o LEFT JOIN peer q ON q.host = o.host \
               WHERE o.acked_seq < o.wanted_seq AND o.locked_until > $1 AND o.locked_until <= $2 \
               GROUP BY o.host, q.state HAVING COUNT(*) >= CASE WHEN q.state = 'open' THEN 1 ELSE $3 END) \
              AND (p.state IS NULL OR p.state <> 'open' OR NOT EXISTS (SELECT 1 FROM outbox_cursor o WHERE o.host = c.host \
               AND o.acked_seq < o.wanted_seq AND (o.tenant_id, o.inbox, o.stream) < (c.tenant_id, c.inbox, c.stream))) \
              ORDER BY c.host, c.tenant_id LIMIT $4"
        )
    };
}

/// node-wide: one deliverer serves all tenants, each cursor names its own.
/// Takes up to `limit` cursors that have something to do and whose peer may be asked, until `until`.
pub(crate) async fn claim(conn: &mut Conn, engine: Engine, now: Timestamp, until: Timestamp, limit: usize) -> sqlx::Result<Vec<Cursor>> {
    let mut taken: Vec<Cursor> = Vec::new();
    let mut per_host: HashMap<String, usize> = HashMap::new();
    loop {
        let due: Vec<(String, String, String, String)> =
            sqlx::query_as(engine.pick(claimable!(), concat!(claimable!(), " FOR UPDATE OF c SKIP LOCKED")))
                .bind(now.0)
                .bind(now.plus_ms(PUT_OFF_MS).0)
                .bind(i64::try_from(PER_HOST).unwrap_or(i64::MAX))
                .bind(i64::try_from(limit.saturating_sub(taken.len())).unwrap_or(0))
                .fetch_all(&mut *conn)
                .await?;
        let mut skipped = false;
        for (inbox, tenant, stream, host) in due {
            let count = per_host.entry(host).or_default();
            if *count >= PER_HOST {
                skipped = true;
                continue;
            }
            *count += 1;
            let cursor: Cursor = sqlx::query_as(
                "UPDATE outbox_cursor SET locked_until = $1 WHERE inbox = $2 AND tenant_id = $3 AND stream = $4 \
                 RETURNING inbox, host, tenant_id, stream, acked_seq, wanted_seq",
            )
            .bind(until.0)
            .bind(inbox)
            .bind(tenant)
            .bind(stream)
            .fetch_one(&mut *conn)
            .await?;
            taken.push(cursor);
        }
        // A host with its hands full is left out the next time, so that others come after it.
        if !skipped || taken.len() >= limit {
            return Ok(taken);
        }
    }
}

/// node-wide: the cursor names its tenant.
/// Notes how far a cursor came and lets it go.
pub(crate) async fn release(conn: &mut Conn, cursor: &Cursor, acked: i64) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE outbox_cursor SET acked_seq = CASE WHEN acked_seq < $1 THEN $1 ELSE acked_seq END, locked_until = NULL \
         WHERE inbox = $2 AND tenant_id = $3 AND stream = $4",
    )
    .bind(acked)
    .bind(cursor.inbox.clone())
    .bind(cursor.tenant_id.clone())
    .bind(cursor.stream.clone())
    .execute(conn)
    .await?;
    Ok(())
}

/// node-wide: one deliverer serves all tenants.
/// Lets all cursors go that a process before us held.
pub(crate) async fn release_all(conn: &mut Conn) -> sqlx::Result<()> {
    sqlx::query("UPDATE outbox_cursor SET locked_until = NULL WHERE locked_until IS NOT NULL").execute(conn).await?;
    Ok(())
}

/// node-wide: the cursor names its tenant.
/// Remembers that an inbox did not take line `seq`.
pub(crate) async fn put_failure(conn: &mut Conn, cursor: &Cursor, seq: i64, status: i64, error: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO outbox_failure (inbox, tenant_id, stream, seq, status, error, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (tenant_id, stream, seq, inbox) DO NOTHING",
    )
    .bind(cursor.inbox.clone())
    .bind(cursor.tenant_id.clone())
    .bind(cursor.stream.clone())
    .bind(seq)
    .bind(status)
    .bind(error.to_owned())
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// A server, as far as delivering to it goes.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct PeerRow {
    pub host: String,
    pub state: String,
    pub fail_count: i64,
    pub window_start: i64,
    pub opened_at: Option<i64>,
    pub next_try: i64,
    pub last_ok: Option<i64>,
    pub last_error: Option<String>,
    pub last_status: Option<i64>,
}

impl PeerRow {
    pub(crate) fn new(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            state: "closed".to_owned(),
            fail_count: 0,
            window_start: 0,
            opened_at: None,
            next_try: 0,
            last_ok: None,
            last_error: None,
            last_status: None,
        }
    }
}

/// node-wide: peers are the node's.
/// What is known about `host`.
pub(crate) async fn find_peer(conn: &mut Conn, host: &str) -> sqlx::Result<Option<PeerRow>> {
    sqlx::query_as(
        "SELECT host, state, fail_count, window_start, opened_at, next_try, last_ok, last_error, last_status FROM peer WHERE host = $1",
    )
    .bind(host.to_owned())
    .fetch_optional(conn)
    .await
}

/// node-wide: peers are the node's.
/// Writes what is known about a host.
pub(crate) async fn put_peer(conn: &mut Conn, peer: &PeerRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO peer (host, state, fail_count, window_start, opened_at, next_try, last_ok, last_error, last_status) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (host) DO UPDATE SET state = excluded.state, \
         fail_count = excluded.fail_count, window_start = excluded.window_start, opened_at = excluded.opened_at, \
         next_try = excluded.next_try, last_ok = excluded.last_ok, last_error = excluded.last_error, last_status = excluded.last_status",
    )
    .bind(peer.host.clone())
    .bind(peer.state.clone())
    .bind(peer.fail_count)
    .bind(peer.window_start)
    .bind(peer.opened_at)
    .bind(peer.next_try)
    .bind(peer.last_ok)
    .bind(peer.last_error.clone())
    .bind(peer.last_status)
    .execute(conn)
    .await?;
    Ok(())
}

/// node-wide: peers are the node's.
/// The host was heard from: the next try is now.
pub(crate) async fn probe_now(conn: &mut Conn, host: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE peer SET next_try = $1 WHERE host = $2 AND next_try > $1").bind(now.0).bind(host.to_owned()).execute(conn).await?;
    Ok(())
}

/// All peers with how many lines wait for them at most, by name.
#[derive(Debug, FromRow)]
pub(crate) struct PeerLine {
    pub host: String,
    pub state: Option<String>,
    pub waiting: i64,
    pub last_ok: Option<i64>,
    pub last_error: Option<String>,
    pub next_try: Option<i64>,
}

/// node-wide: peers are the node's.
/// Every peer with what waits for it.
pub(crate) async fn list_peers(conn: &mut Conn) -> sqlx::Result<Vec<PeerLine>> {
    sqlx::query_as(
        "SELECT c.host AS host, p.state AS state, CAST(SUM(c.wanted_seq - c.acked_seq) AS BIGINT) AS waiting, \
         p.last_ok AS last_ok, p.last_error AS last_error, p.next_try AS next_try \
         FROM outbox_cursor c LEFT JOIN peer p ON p.host = c.host \
         GROUP BY c.host, p.state, p.last_ok, p.last_error, p.next_try ORDER BY c.host",
    )
    .fetch_all(conn)
    .await
}

/// Of all inboxes of a log: address, host, how far it came.
pub(crate) async fn list_cursors(conn: &mut Conn, tenant: &TenantId, stream: &str) -> sqlx::Result<Vec<(String, String, i64)>> {
    sqlx::query_as("SELECT inbox, host, acked_seq FROM outbox_cursor WHERE tenant_id = $1 AND stream = $2")
        .bind(tenant.as_str().to_owned())
        .bind(stream.to_owned())
        .fetch_all(conn)
        .await
}

/// Who refused line `seq`: inbox, status, error.
pub(crate) async fn list_failures(conn: &mut Conn, tenant: &TenantId, stream: &str, seq: i64) -> sqlx::Result<Vec<(String, i64, String)>> {
    sqlx::query_as("SELECT inbox, status, error FROM outbox_failure WHERE tenant_id = $1 AND stream = $2 AND seq = $3 ORDER BY inbox")
        .bind(tenant.as_str().to_owned())
        .bind(stream.to_owned())
        .bind(seq)
        .fetch_all(conn)
        .await
}

/// node-wide: one deliverer serves all tenants.
/// Whether any cursor may be worked on now.
pub(crate) async fn anything_due(conn: &mut Conn, now: Timestamp) -> sqlx::Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(concat!("SELECT c.wanted_seq ", due!(), " LIMIT 1"))
        .bind(now.0)
        .bind(now.plus_ms(PUT_OFF_MS).0)
        .fetch_optional(conn)
        .await?;
    Ok(found.is_some())
}
