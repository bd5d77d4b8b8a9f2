//! What became of what was sent, for its author, for the administrator, and for whoever reads the log.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::header;
use ratusha_platform::{
    AppError, AppResult, Conn, Ctx, TenantId, Timestamp, Uow,
    http::{routes::Routes, site::Site},
};

use super::{LogRow, Stream, store};
use crate::{Inbox, service::Federation, signatures::digest::sha256, wire::ACTIVITY_JSON};

/// What became of one activity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    /// For how many inboxes it was when it was written.
    pub receivers: i64,
    /// How many took it.
    pub delivered: i64,
    /// How many have not been reached yet.
    pub waiting: i64,
    /// The hosts of those, sorted.
    pub waiting_hosts: Vec<String>,
    /// Who did not want it.
    pub refused: Vec<Refused>,
}

/// A server that did not take an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its host.
    pub host: String,
    /// Its answer; 0 when it was not asked.
    pub status: i64,
    /// Its words.
    pub error: String,
}

/// What became of `activity_id`; all zero when this tenant never sent it.
///
/// # Errors
/// Internal, from the database.
pub async fn delivery(conn: &mut Conn, ctx: &Ctx, tenant: &TenantId, activity_id: &str) -> AppResult<Delivery> {
    let federation = ctx.service::<Federation>()?;
    let Some((line, stream, _)) = store::find_line(conn, tenant, activity_id).await? else { return Ok(Delivery::default()) };
    let mut inboxes: BTreeSet<Inbox> = line.rule.direct.iter().filter_map(|url| Inbox::new(url)).collect();
    for actor in &line.rule.followers_of {
        inboxes.extend(federation.directory.follower_inboxes(conn, tenant, actor, line.seq).await?);
    }
    let acked: HashMap<String, i64> =
        store::list_cursors(conn, tenant, &stream).await?.into_iter().map(|(inbox, _, acked)| (inbox, acked)).collect();
    let mut failures: BTreeMap<String, (i64, String)> = store::list_failures(conn, tenant, &stream, line.seq)
        .await?
        .into_iter()
        .map(|(inbox, status, error)| (inbox, (status, error)))
        .collect();
    let mut report = Delivery { receivers: line.receivers, ..Delivery::default() };
    let mut waiting_hosts = BTreeSet::new();
    for inbox in inboxes {
        if let Some((status, error)) = failures.remove(&inbox.url) {
            report.refused.push(Refused { host: inbox.host, status, error });
        } else if acked.get(&inbox.url).is_none_or(|acked| *acked < line.seq) {
            report.waiting += 1;
            waiting_hosts.insert(inbox.host);
        }
    }
    for (inbox, (status, error)) in failures {
        let host = Inbox::new(&inbox).map(|inbox| inbox.host).unwrap_or(inbox);
        report.refused.push(Refused { host, status, error });
    }
    let refused = i64::try_from(report.refused.len()).unwrap_or(i64::MAX);
    report.waiting_hosts = waiting_hosts.into_iter().collect();
    report.delivered = (report.receivers - report.waiting - refused).max(0);
    Ok(report)
}

/// The number of the last line of the public log, for rows that say from when a follow counts.
///
/// # Errors
/// Internal, from the database.
pub async fn current_seq(conn: &mut Conn, tenant: &TenantId) -> AppResult<i64> {
    Ok(store::head_seq(conn, tenant, &Stream::Public.name()).await?)
}

/// Public activities of `actor` with numbers below `before` (all when `None`), the newest first.
///
/// # Errors
/// Internal, from the database.
pub async fn log_page(conn: &mut Conn, tenant: &TenantId, actor: &str, before: Option<i64>, limit: i64) -> AppResult<Vec<LogRow>> {
    Ok(store::list_public(conn, tenant, actor, before.unwrap_or(i64::MAX), limit).await?)
}

/// The public activity with this address.
///
/// # Errors
/// Internal, from the database.
pub async fn find_public(conn: &mut Conn, tenant: &TenantId, activity_id: &str) -> AppResult<Option<LogRow>> {
    let found = store::find_line(conn, tenant, activity_id).await?;
    Ok(found.and_then(|(line, _, public)| (public && !line.bytes.is_empty()).then_some(line)))
}

/// Reads a whole log and checks each line's hash and chain value.
///
/// # Errors
/// Internal when a line does not fit, or from the database.
pub async fn verify_chain(conn: &mut Conn, tenant: &TenantId, stream: &Stream) -> AppResult<i64> {
    let stream = stream.name();
    let (mut seq, mut chain) = (0, vec![0_u8; 32]);
    loop {
        let lines = store::list_after(conn, tenant, &stream, seq, 200).await?;
        if lines.is_empty() {
            return Ok(seq);
        }
        for line in lines {
            let erased = line.bytes.is_empty();
            let hash_fits = erased || sha256(&line.bytes).as_slice() == line.sha256.as_slice();
            let chain_fits = sha256(&[chain.as_slice(), line.sha256.as_slice()].concat()).as_slice() == line.chain.as_slice();
            if line.seq != seq + 1 || !hash_fits || !chain_fits {
                return Err(AppError::broken(format!("the log of {tenant} breaks at {stream} {}", line.seq)));
            }
            seq = line.seq;
            chain = line.chain;
        }
    }
}

/// A server that we deliver to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its host.
    pub host: String,
    /// Whether deliveries to it are held back.
    pub open: bool,
    /// At most so many lines wait for it.
    pub waiting: i64,
    /// When it last took something.
    pub last_ok: Option<Timestamp>,
    /// What it last said when it did not; `None` when all is well.
    pub last_error: Option<String>,
    /// When it is asked again.
    pub next_try: Option<Timestamp>,
}

/// All servers that this node delivers to, by name.
///
/// # Errors
/// Internal, from the database.
pub async fn peers(conn: &mut Conn) -> AppResult<Vec<Peer>> {
    let lines = store::list_peers(conn).await?;
    Ok(lines
        .into_iter()
        .map(|line| Peer {
            host: line.host,
            open: line.state.as_deref() == Some("open"),
            waiting: line.waiting,
            last_ok: line.last_ok.map(Timestamp),
            last_error: line.last_error,
            next_try: line.next_try.filter(|at| *at > 0).map(Timestamp),
        })
        .collect())
}

/// `GET /ap/activity/{id}`: public activities under their own address, byte for byte as they were sent.
#[must_use]
pub fn activity_routes() -> Routes {
    Routes::new().get("/ap/activity/{id}", show)
}

async fn show(State(ctx): State<Ctx>, axum::Extension(site): axum::Extension<Site>, Path(id): Path<String>) -> AppResult<Response> {
    ratusha_platform::ids::check(&id).map_err(|_| AppError::not_found())?;
    let mut conn = ctx.db().read().await?;
    let address = format!("{}/ap/activity/{id}", site.base_url);
    let line = find_public(&mut conn, &site.tenant, &address).await?.ok_or_else(AppError::not_found)?;
    Ok(([(header::CONTENT_TYPE, ACTIVITY_JSON), (header::VARY, "Accept")], line.bytes).into_response())
}

/// Empties what the log holds of `object_id`; the hashes and so the chain stay.
///
/// # Errors
/// Internal, from the database.
pub async fn erase(uow: &mut Uow, object_id: &str) -> AppResult<u64> {
    let tenant = uow.tenant().clone();
    Ok(store::erase_object(uow.conn(), &tenant, object_id).await?)
}
