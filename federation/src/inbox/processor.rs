//! From stored bytes to effects: batches in one unit of work, each activity in a savepoint; what
//! needs a remote document is fetched in between, never while a unit of work is open.

use std::{collections::HashMap, panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};

use futures_util::FutureExt;
use ratusha_platform::{AppError, AppResult, Ctx, TenantId, Timestamp, Uow};
use serde_json::Value;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::store::{self, Waiting};
use crate::{
    actors::{self, Before},
    fetch::Budget,
    registry::{Outcome, Received},
    service::Federation,
    transport::FetchProblem,
    wire,
};

const BATCH: i64 = 64;
/// What is being fetched at the same time.
const FETCHING: usize = 16;
const TRIES: i64 = 10;
const LONGEST_WAIT_MS: i64 = 24 * 60 * 60 * 1000;
/// While documents are fetched for an activity nobody else takes it for so long.
const HOLD_MS: i64 = 15 * 60 * 1000;
/// What has waited for so long may have been shut out meanwhile.
const BLOCK_AGAIN_MS: i64 = 1_000;
/// After so many failed attempts a document counts as not to be had.
const FETCH_TRIES: i64 = 5;

/// Brings stored activities to effect.
#[derive(Debug, Clone)]
pub struct InboxProcessor {
    ctx: Ctx,
}

/// An activity that needs a document before it can go on.
struct Errand {
    item: Waiting,
    url: String,
}

type Fetched = HashMap<String, Value>;

impl InboxProcessor {
    /// A processor for the inboxes of this node.
    #[must_use]
    pub fn new(ctx: Ctx) -> Self {
        Self { ctx }
    }

    /// Works on everything that is due now; returns how many times an activity was taken up.
    ///
    /// # Errors
    /// The database's; a failing activity is no error.
    pub async fn step(&self) -> AppResult<usize> {
        let federation = self.ctx.service::<Federation>()?;
        let mut total = 0;
        loop {
            let (count, errands) = self.batch(&federation).await?;
            total += count;
            let mut running = JoinSet::new();
            for errand in errands {
                if running.len() >= FETCHING {
                    log(running.join_next().await);
                }
                self.start(&mut running, &federation, errand);
            }
            while !running.is_empty() {
                log(running.join_next().await);
            }
            if count == 0 {
                return Ok(total);
            }
        }
    }

    /// Works until `stop`; looks at once when woken, every second otherwise.
    pub async fn run(self, stop: CancellationToken) {
        let Ok(federation) = self.ctx.service::<Federation>() else {
            tracing::error!("nothing that comes in has an effect: the federation service is not installed");
            return;
        };
        let mut running = JoinSet::new();
        loop {
            let mut woken = pin!(self.ctx.wake().notified());
            woken.as_mut().enable();
            if stop.is_cancelled() {
                return;
            }
            let mut count = 0;
            if running.len() < FETCHING {
                match self.batch(&federation).await {
                    Ok((taken, errands)) => {
                        count = taken;
                        errands.into_iter().for_each(|errand| self.start(&mut running, &federation, errand));
                    }
                    Err(error) => tracing::error!(error = %error.chain(), "the inbox cannot be read"),
                }
            }
            while let Some(done) = running.try_join_next() {
                log(Some(done));
            }
            if count > 0 {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                done = running.join_next(), if !running.is_empty() => log(done),
                () = woken => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }

    /// Each errand is a task of its own, so that slow servers hold up nobody else.
    fn start(&self, running: &mut JoinSet<AppResult<()>>, federation: &Arc<Federation>, errand: Errand) {
        let (processor, federation) = (self.clone(), federation.clone());
        running.spawn(async move { processor.run_errand(&federation, errand).await });
    }

    /// One batch in one unit of work. If that fails as a whole, each activity gets one of its own,
    /// so that a bad one does not hold up the others.
    async fn batch(&self, federation: &Arc<Federation>) -> AppResult<(usize, Vec<Errand>)> {
        let now = self.ctx.now();
        if !store::anything_due(&mut *self.ctx.db().read().await?, now).await? {
            return Ok((0, Vec::new()));
        }
        let mut uow = self.ctx.begin(&TenantId::trusted(""), "inbox").await?;
        let items = store::list_due(uow.conn(), self.ctx.db().engine(), now, BATCH).await?;
        match self.together(uow, federation, &items).await {
            Ok(errands) => Ok((items.len(), errands)),
            Err(error) => {
                tracing::warn!(error = %error.chain(), activities = items.len(), "a batch cannot be committed; one by one now");
                let mut errands = Vec::new();
                for item in &items {
                    if let Some(url) = self.alone(federation, &item.tenant_id, &item.id, &Fetched::new()).await? {
                        errands.push(Errand { item: item.clone(), url });
                    }
                }
                Ok((items.len(), errands))
            }
        }
    }

    async fn together(&self, mut uow: Uow, federation: &Arc<Federation>, items: &[Waiting]) -> AppResult<Vec<Errand>> {
        let mut errands = Vec::new();
        for item in items {
            if let Some(url) = self.work(&mut uow, federation, item, &Fetched::new()).await? {
                errands.push(Errand { item: item.clone(), url });
            }
        }
        uow.commit().await?;
        Ok(errands)
    }

    /// One activity in a unit of work of its own; whatever goes wrong in it counts as its failure.
    async fn alone(&self, federation: &Arc<Federation>, tenant: &str, id: &str, fetched: &Fetched) -> AppResult<Option<String>> {
        let tenant = TenantId::trusted(tenant);
        let mut uow = self.ctx.begin(&tenant, "inbox").await?;
        let Some(item) = store::find_waiting(uow.conn(), &tenant, id).await? else { return Ok(None) };
        let done = match self.work(&mut uow, federation, &item, fetched).await {
            Ok(wanted) => uow.commit().await.map(|()| wanted),
            Err(error) => {
                drop(uow);
                Err(error)
            }
        };
        match done {
            Ok(wanted) => Ok(wanted),
            Err(error) => {
                let mut uow = self.ctx.begin(&tenant, "inbox").await?;
                self.failed(&mut uow, federation, &item, &error.chain()).await?;
                uow.commit().await?;
                Ok(None)
            }
        }
    }

    /// Brings one activity to effect inside `uow` and notes what became of it; returns the address
    /// of the document that it needs first.
    async fn work(&self, uow: &mut Uow, federation: &Arc<Federation>, item: &Waiting, fetched: &Fetched) -> AppResult<Option<String>> {
        let savepoint = uow.savepoint().await?;
        let tenant = TenantId::trusted(item.tenant_id.clone());
        uow.turn_to(&tenant, &item.actor);
        let outcome = AssertUnwindSafe(self.effect(uow, federation, &tenant, item, fetched)).catch_unwind().await;
        // After a panic nobody knows what state the connection is in, so the whole unit of work goes.
        let outcome = outcome.map_err(|_| AppError::broken(format!("the handling of {} panicked", item.activity_id)))?;
        // The handler may have turned elsewhere.
        uow.turn_to(&tenant, &item.actor);
        let now = uow.now();
        match outcome {
            Ok(Outcome::Done) => {
                uow.release(savepoint).await?;
                federation.counters.bump_processed();
                store::finish(uow.conn(), item, "done", None, now).await?;
            }
            Ok(Outcome::Ignored(reason)) => {
                uow.release(savepoint).await?;
                federation.counters.bump_ignored();
                tracing::info!(activity = %item.activity_id, tenant = %tenant, reason, "an activity has no effect");
                store::finish(uow.conn(), item, "ignored", Some(reason), now).await?;
            }
            Ok(Outcome::Wait) => {
                uow.rollback_to(savepoint).await?;
                let waited = now.0 - item.received_at;
                if waited >= LONGEST_WAIT_MS {
                    federation.counters.bump_ignored();
                    store::finish(uow.conn(), item, "ignored", Some("what it speaks of never came"), now).await?;
                } else {
                    let pause = (waited / 2).clamp(2_000, 60 * 60 * 1000);
                    store::put_back(uow.conn(), item, item.attempts, now.plus_ms(pause), None).await?;
                }
            }
            Ok(Outcome::Fetch(url)) => {
                uow.rollback_to(savepoint).await?;
                store::put_back(uow.conn(), item, item.attempts, now.plus_ms(HOLD_MS), None).await?;
                return Ok(Some(url));
            }
            Err(error) => {
                uow.rollback_to(savepoint).await?;
                self.failed(uow, federation, item, &error.chain()).await?;
            }
        }
        Ok(None)
    }

    async fn effect(
        &self,
        uow: &mut Uow,
        federation: &Arc<Federation>,
        tenant: &TenantId,
        item: &Waiting,
        fetched: &Fetched,
    ) -> AppResult<Outcome> {
        let Ok(activity) = wire::parse(&item.body) else { return Ok(Outcome::Ignored("it cannot be read")) };
        let actor = match actors::store::find_remote_actor(uow.conn(), &item.actor).await? {
            Some(actor) => actor,
            None => match fetched.get(&item.actor) {
                None => return Ok(Outcome::Fetch(item.actor.clone())),
                Some(document) => match actors::remember(uow, document).await?.filter(|actor| actor.id == item.actor) {
                    Some(actor) => actor,
                    None => return Ok(Outcome::Ignored("its actor is not to be had")),
                },
            },
        };
        let kind = activity.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        if actor.gone_at.is_some() && kind != "Delete" {
            return Ok(Outcome::Ignored("its actor is gone"));
        }
        let late = uow.now().0 - item.received_at > BLOCK_AGAIN_MS;
        if late && federation.directory.blocked(uow.conn(), tenant, &actor.host).await? {
            return Ok(Outcome::Ignored("blocked meanwhile"));
        }
        let mut received = Received {
            tenant: tenant.clone(),
            id: item.activity_id.clone(),
            kind,
            actor,
            object: activity.get("object").cloned().unwrap_or_default(),
            activity,
            fetched: fetched.clone(),
            received_at: Timestamp(item.received_at),
        };
        let handled = match actors::before_dispatch(uow, federation, &received).await? {
            Before::Stop(outcome) => return Ok(outcome),
            Before::Go { actor, handled } => {
                if let Some(actor) = actor {
                    received.actor = *actor;
                }
                handled
            }
        };
        match federation.registry.find(&received) {
            Some(handler) => {
                let outcome = handler.receive(uow, &received).await?;
                tracing::debug!(activity = %received.id, handler = handler.name(), ?outcome, "an activity was handled");
                // What was deleted or read again stays so, whatever the handler makes of it.
                Ok(if handled && matches!(outcome, Outcome::Wait | Outcome::Ignored(_)) { Outcome::Done } else { outcome })
            }
            None if handled => Ok(Outcome::Done),
            None => Ok(Outcome::Ignored("nobody asked for it")),
        }
    }

    async fn failed(&self, uow: &mut Uow, federation: &Arc<Federation>, item: &Waiting, error: &str) -> AppResult<()> {
        let attempts = item.attempts + 1;
        let dead = attempts >= TRIES;
        tracing::warn!(activity = %item.activity_id, tenant = %item.tenant_id, attempts, dead, error, "an activity failed");
        let now = uow.now();
        let pause = 5_000_i64.saturating_mul(2_i64.saturating_pow(u32::try_from(attempts - 1).unwrap_or(0)));
        store::put_back(uow.conn(), item, attempts, now.plus_ms(pause), Some(error)).await?;
        if dead {
            federation.counters.bump_dead();
            store::finish(uow.conn(), item, "dead", None, now).await?;
        }
        Ok(())
    }

    /// Fetches what an activity needs, one document after the other, and takes it up again with them.
    async fn run_errand(&self, federation: &Arc<Federation>, errand: Errand) -> AppResult<()> {
        let Errand { item, mut url } = errand;
        let tenant = TenantId::trusted(item.tenant_id.clone());
        let budget = Budget::new(Budget::PER_ACTIVITY);
        let mut fetched = Fetched::new();
        loop {
            if fetched.contains_key(&url) || budget.spend().is_err() {
                return self.end(federation, &item, "it needs too many documents").await;
            }
            match federation.fetch(&self.ctx, &tenant, &url).await {
                Ok(document) => fetched.insert(url, document),
                Err(FetchProblem::Unreachable(error)) if item.attempts < FETCH_TRIES => {
                    let mut uow = self.ctx.begin(&tenant, "inbox").await?;
                    self.failed(&mut uow, federation, &item, &format!("{url}: {error}")).await?;
                    return uow.commit().await;
                }
                Err(problem) => {
                    tracing::info!(activity = %item.activity_id, %url, %problem, "a document is not to be had");
                    fetched.insert(url, Value::Null)
                }
            };
            match self.alone(federation, &item.tenant_id, &item.id, &fetched).await? {
                Some(next) => url = next,
                None => return Ok(()),
            }
        }
    }

    async fn end(&self, federation: &Arc<Federation>, item: &Waiting, reason: &'static str) -> AppResult<()> {
        let mut uow = self.ctx.begin(&TenantId::trusted(item.tenant_id.clone()), "inbox").await?;
        federation.counters.bump_ignored();
        store::finish(uow.conn(), item, "ignored", Some(reason), self.ctx.now()).await?;
        uow.commit().await
    }
}

fn log(done: Option<Result<AppResult<()>, JoinError>>) {
    match done {
        None | Some(Ok(Ok(()))) => {}
        Some(Ok(Err(error))) => tracing::error!(error = %error.chain(), "an activity cannot be worked on"),
        Some(Err(error)) => tracing::error!(%error, "an errand broke off; its activity is taken up again when its hold ends"),
    }
}
