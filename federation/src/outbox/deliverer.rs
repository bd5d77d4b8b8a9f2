//! Delivering: each inbox gets its lines in order, many inboxes at the same time, and what became
//! of them is written in batches.

use std::{collections::HashMap, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use ratusha_platform::{AppResult, Ctx, Engine, TenantId, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    LogRow,
    breaker::{self, Failure},
    store::{self, Cursor, PeerRow},
};
use crate::{LocalActor, service::Federation};

/// Another process may take a cursor over after so long.
const HOLD_MS: i64 = 5 * 60 * 1000;
/// A turn at one inbox ends after so many lines, or after so long.
const TURN_LINES: i64 = 16;
const TURN_MS: i64 = 60 * 1000;
/// A peer that always works is noted that often.
const NOTE_MS: i64 = 60 * 1000;
/// The public log is no longer pushed to a peer that has been away for so long; it may pull.
const DROP_MS: i64 = 90 * 24 * 60 * 60 * 1000;
const LONGEST_ERROR: usize = 300;

/// Delivers what stands in the log; there may be several in several processes.
#[derive(Debug, Clone)]
pub struct Deliverer {
    ctx: Ctx,
}

/// How a turn at one inbox ended.
enum End {
    /// Everything it was asked to take, it took or refused for good.
    Well,
    /// It must be asked again later.
    Failed(Failure),
    /// It answered 410.
    Gone,
    /// Nothing was asked of it.
    Silent,
}

struct Turn {
    cursor: Cursor,
    acked: i64,
    refused: Vec<(i64, i64, String)>,
    attempts: usize,
    end: End,
}

impl Deliverer {
    /// A deliverer for the logs of this node.
    #[must_use]
    pub fn new(ctx: Ctx) -> Self {
        Self { ctx }
    }

    /// Delivers everything that is due now; returns how many requests were made.
    ///
    /// # Errors
    /// The database's; a failing peer is no error.
    pub async fn step(&self) -> AppResult<usize> {
        let federation = self.ctx.service::<Federation>()?;
        let mut turns = JoinSet::new();
        let mut attempts = 0;
        loop {
            for cursor in self.claim(federation.limits.outgoing.saturating_sub(turns.len())).await? {
                self.start(&mut turns, &federation, cursor);
            }
            let done = wait_for_some(&mut turns).await;
            if done.is_empty() && turns.is_empty() {
                return Ok(attempts);
            }
            attempts += done.iter().map(|turn| turn.attempts).sum::<usize>();
            self.record(&federation, done).await?;
        }
    }

    /// Delivers until `stop`; looks at once when woken, every second otherwise.
    pub async fn run(self, stop: CancellationToken) {
        let Ok(federation) = self.ctx.service::<Federation>() else {
            tracing::error!("nothing is delivered: the federation service is not installed");
            return;
        };
        // Only one process works on an embedded database, so what is held was left by a dead one.
        if self.ctx.db().engine() == Engine::Sqlite
            && let Err(error) = self.release_all().await
        {
            tracing::error!(error = %error.chain(), "cursors cannot be released");
        }
        let mut turns = JoinSet::new();
        loop {
            let mut woken = pin!(self.ctx.wake().notified());
            woken.as_mut().enable();
            if stop.is_cancelled() {
                break;
            }
            match self.claim(federation.limits.outgoing.saturating_sub(turns.len())).await {
                Ok(cursors) => cursors.into_iter().for_each(|cursor| self.start(&mut turns, &federation, cursor)),
                Err(error) => tracing::error!(error = %error.chain(), "the outbox cannot be read"),
            }
            tokio::select! {
                () = stop.cancelled() => break,
                done = wait_for_some(&mut turns), if !turns.is_empty() => self.record_or_log(&federation, done).await,
                () = woken => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
        // What is on its way may arrive; then it should also be noted.
        let rest = async {
            while !turns.is_empty() {
                let done = wait_for_some(&mut turns).await;
                self.record_or_log(&federation, done).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(5), rest).await;
    }

    /// Each turn is a task of its own: one that holds a connection must go on while others are noted.
    fn start(&self, turns: &mut JoinSet<Turn>, federation: &Arc<Federation>, cursor: Cursor) {
        let (deliverer, federation) = (self.clone(), federation.clone());
        turns.spawn(async move { deliverer.turn(&federation, cursor).await });
    }

    async fn release_all(&self) -> AppResult<()> {
        let mut tx = self.ctx.db().write().await?;
        store::release_all(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn claim(&self, room: usize) -> AppResult<Vec<Cursor>> {
        if room == 0 {
            return Ok(Vec::new());
        }
        let (db, now) = (self.ctx.db(), self.ctx.now());
        // A look at a reader first: the one writer is not troubled when there is nothing to do.
        if !store::anything_due(&mut *db.read().await?, now).await? {
            return Ok(Vec::new());
        }
        let mut tx = db.write().await?;
        let cursors = store::claim(&mut tx, db.engine(), now, now.plus_ms(HOLD_MS), room).await?;
        tx.commit().await?;
        Ok(cursors)
    }

    /// Serves one inbox; never fails itself, so that its cursor is always let go.
    async fn turn(&self, federation: &Federation, cursor: Cursor) -> Turn {
        let mut turn = Turn { acked: cursor.acked_seq, refused: Vec::new(), attempts: 0, end: End::Silent, cursor };
        if let Err(error) = self.serve(federation, &mut turn).await {
            tracing::error!(inbox = %turn.cursor.inbox, error = %error.chain(), "an inbox cannot be served");
            turn.end = End::Failed(Failure { status: None, error: error.code.to_owned(), wait_ms: None });
        }
        turn
    }

    async fn serve(&self, federation: &Federation, turn: &mut Turn) -> AppResult<()> {
        let started = self.ctx.now();
        let tenant = TenantId::trusted(turn.cursor.tenant_id.clone());
        let cursor = turn.cursor.clone();
        let (lines, signers) = self.prepare(federation, &tenant, &cursor).await?;
        let Ok(inbox) = Url::parse(&cursor.inbox) else {
            turn.refused.extend(lines.iter().map(|(line, _)| (line.seq, 0, "not an address".to_owned())));
            turn.acked = cursor.wanted_seq;
            return Ok(());
        };
        let blocked = federation.directory.blocked(&mut *self.ctx.db().read().await?, &tenant, &cursor.host).await?;
        let whole = i64::try_from(lines.len()).unwrap_or(0) < TURN_LINES;
        for (line, wanted) in lines {
            if !wanted || line.bytes.is_empty() {
                turn.acked = line.seq;
                continue;
            }
            if blocked {
                turn.refused.push((line.seq, 0, "blocked here".to_owned()));
                turn.acked = line.seq;
                continue;
            }
            let Some(actor) = signers.get(&line.actor) else {
                turn.refused.push((line.seq, 0, "its actor is gone".to_owned()));
                turn.acked = line.seq;
                continue;
            };
            let now = self.ctx.now();
            if now.0 - started.0 > TURN_MS {
                return Ok(());
            }
            turn.attempts += 1;
            let answer = federation.deliver(&inbox, Bytes::from(line.bytes), &actor.signer(now.0)).await;
            match answer {
                Ok(answer) if answer.status.is_success() => {
                    federation.counters.bump_delivered();
                    turn.end = End::Well;
                    turn.acked = line.seq;
                }
                Ok(answer) => {
                    federation.counters.bump_failed();
                    let status = i64::from(answer.status.as_u16());
                    let error: String = format!("{status} {}", answer.remark).trim().chars().take(LONGEST_ERROR).collect();
                    tracing::info!(inbox = %cursor.inbox, activity = %line.activity_id, status, "a delivery was not taken");
                    match status {
                        410 => {
                            turn.end = End::Gone;
                            return Ok(());
                        }
                        // A redirect is not followed with a body, so nothing was delivered.
                        401 | 408 | 429 | 300..=399 | 500.. => {
                            let wait_ms = answer.retry_after.map(|wait| wait.delay_ms(now.0));
                            turn.end = End::Failed(Failure { status: Some(status), error, wait_ms });
                            return Ok(());
                        }
                        _ => {
                            turn.refused.push((line.seq, status, error));
                            turn.end = End::Well;
                            turn.acked = line.seq;
                        }
                    }
                }
                Err(error) => {
                    federation.counters.bump_failed();
                    tracing::info!(inbox = %cursor.inbox, activity = %line.activity_id, %error, "a delivery found nobody");
                    let error = error.chars().take(LONGEST_ERROR).collect();
                    turn.end = End::Failed(Failure { status: None, error, wait_ms: None });
                    return Ok(());
                }
            }
        }
        // Nothing is left below what is wanted: lines that are not there any more count as done.
        if whole {
            turn.acked = turn.acked.max(cursor.wanted_seq);
        }
        Ok(())
    }

    /// The next lines with whether this inbox is to get them, and who signs.
    async fn prepare(
        &self,
        federation: &Federation,
        tenant: &TenantId,
        cursor: &Cursor,
    ) -> AppResult<(Vec<(LogRow, bool)>, HashMap<String, LocalActor>)> {
        let mut conn = self.ctx.db().read().await?;
        let mut lines = Vec::new();
        let mut signers = HashMap::new();
        for line in store::list_after(&mut conn, tenant, &cursor.stream, cursor.acked_seq, TURN_LINES).await? {
            if line.seq > cursor.wanted_seq {
                break;
            }
            let wanted = wants(federation, &mut conn, tenant, &line, &cursor.inbox).await?;
            if wanted
                && !signers.contains_key(&line.actor)
                && let Some(actor) = federation.directory.local_actor(&mut conn, &line.actor).await?
            {
                signers.insert(line.actor.clone(), actor);
            }
            lines.push((line, wanted));
        }
        Ok((lines, signers))
    }

    async fn record_or_log(&self, federation: &Federation, turns: Vec<Turn>) {
        if let Err(error) = self.record(federation, turns).await {
            tracing::error!(error = %error.chain(), "deliveries cannot be noted and will be made again");
        }
    }

    /// Notes the ends of several turns; an inbox that is gone gets a unit of work of its own.
    async fn record(&self, federation: &Federation, turns: Vec<Turn>) -> AppResult<()> {
        let (gone, mut turns): (Vec<Turn>, Vec<Turn>) = turns.into_iter().partition(|turn| matches!(turn.end, End::Gone));
        if !turns.is_empty() {
            // In the order in which units of work raise the cursors, so that two rarely wait for each other.
            turns.sort_by(|a, b| {
                let place = |turn: &Turn| (turn.cursor.tenant_id.clone(), turn.cursor.stream.clone(), turn.cursor.inbox.clone());
                place(a).cmp(&place(b))
            });
            if let Err(error) = self.record_ends(federation, &turns).await {
                tracing::warn!(error = %error.chain(), "deliveries cannot be noted; once more");
                self.record_ends(federation, &turns).await?;
            }
        }
        for turn in gone {
            self.record_gone(federation, turn).await?;
        }
        Ok(())
    }

    async fn record_ends(&self, federation: &Federation, turns: &[Turn]) -> AppResult<()> {
        let now = self.ctx.now();
        let mut tx = self.ctx.db().write().await?;
        let mut peers: HashMap<String, PeerRow> = HashMap::new();
        let mut dropped = Vec::new();
        for turn in turns {
            store::release(&mut tx, &turn.cursor, turn.acked).await?;
            for (seq, status, error) in &turn.refused {
                store::put_failure(&mut tx, &turn.cursor, *seq, *status, error, now).await?;
            }
            let host = &turn.cursor.host;
            if matches!(turn.end, End::Silent) {
                continue;
            }
            if !peers.contains_key(host) {
                let peer = store::find_peer(&mut tx, host).await?.unwrap_or_else(|| PeerRow::new(host));
                peers.insert(host.clone(), peer);
            }
            let Some(peer) = peers.get_mut(host) else { continue };
            match &turn.end {
                End::Failed(failure) => {
                    let dice = u64::from_le_bytes(self.ctx.rng().bytes::<8>());
                    breaker::failed(peer, failure, dice, now);
                    let away = peer.opened_at.is_some_and(|at| now.0 - peer.last_ok.unwrap_or(at).min(at) > DROP_MS);
                    if away && turn.cursor.stream == "public" {
                        dropped.push(turn.cursor.clone());
                    }
                    store::put_peer(&mut tx, peer).await?;
                }
                _ if peer.fail_count > 0 || peer.next_try > 0 || peer.last_ok.is_none_or(|at| now.0 - at > NOTE_MS) => {
                    breaker::succeeded(peer, now);
                    store::put_peer(&mut tx, peer).await?;
                }
                _ => {}
            }
        }
        for cursor in &dropped {
            self.give_up(federation, &mut tx, cursor, 0, "away for 90 days", now).await?;
        }
        tx.commit().await?;
        for peer in peers.values() {
            federation.note_breaker(&peer.host, breaker::is_open(peer));
        }
        Ok(())
    }

    /// Nobody is behind this inbox any more.
    async fn record_gone(&self, federation: &Federation, turn: Turn) -> AppResult<()> {
        let now = self.ctx.now();
        let tenant = TenantId::trusted(turn.cursor.tenant_id.clone());
        let mut uow = self.ctx.begin(&tenant, "federation").await?;
        for (seq, status, error) in &turn.refused {
            store::put_failure(uow.conn(), &turn.cursor, *seq, *status, error, now).await?;
        }
        let mut cursor = turn.cursor;
        cursor.acked_seq = turn.acked;
        self.give_up(federation, uow.conn(), &cursor, 410, "410", now).await?;
        federation.directory.end_follows(&mut uow, &cursor.inbox).await?;
        uow.commit().await
    }

    /// Writes off everything that still waits for this inbox.
    async fn give_up(
        &self,
        federation: &Federation,
        conn: &mut ratusha_platform::Conn,
        cursor: &Cursor,
        status: i64,
        error: &str,
        now: Timestamp,
    ) -> AppResult<()> {
        let tenant = TenantId::trusted(cursor.tenant_id.clone());
        let mut after = cursor.acked_seq;
        while after < cursor.wanted_seq {
            let lines = store::list_after(conn, &tenant, &cursor.stream, after, 100).await?;
            let Some(last) = lines.last().map(|line| line.seq) else { break };
            for line in lines.iter().filter(|line| line.seq <= cursor.wanted_seq) {
                if wants(federation, conn, &tenant, line, &cursor.inbox).await? {
                    store::put_failure(conn, cursor, line.seq, status, error, now).await?;
                }
            }
            after = last;
        }
        store::release(conn, cursor, cursor.wanted_seq).await?;
        Ok(())
    }
}

/// The next turn that ends, and all that have ended meanwhile; none when there are none.
async fn wait_for_some(turns: &mut JoinSet<Turn>) -> Vec<Turn> {
    let mut done = Vec::new();
    let mut next = turns.join_next().await;
    while let Some(ended) = next {
        match ended {
            Ok(turn) => done.push(turn),
            Err(error) => tracing::error!(%error, "a turn broke off; its inbox is served again when its hold ends"),
        }
        next = turns.try_join_next();
    }
    done
}

/// Whether `line` is for `inbox`, by the rule and by who followed when it was written.
async fn wants(
    federation: &Federation,
    conn: &mut ratusha_platform::Conn,
    tenant: &TenantId,
    line: &LogRow,
    inbox: &str,
) -> AppResult<bool> {
    if line.rule.direct.iter().any(|direct| direct == inbox) {
        return Ok(true);
    }
    for actor in &line.rule.followers_of {
        if federation.directory.follows(conn, tenant, actor, inbox, line.seq).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
