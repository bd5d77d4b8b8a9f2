//! Runs jobs: claims what is due, runs it, retries with growing pauses, lays down what never succeeds.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{Job, JobError, store};
use crate::{
    clock::Timestamp,
    ctx::Ctx,
    http::error::{AppError, AppResult},
    ids::TenantId,
};

/// A run may take this long before another process may take the job over.
const HOLD_MS: i64 = 10 * 60 * 1000;
/// After this many runs a job is laid down.
const TRIES: i64 = 10;

type Run = Arc<dyn Fn(Ctx, TenantId, String) -> Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>> + Send + Sync>;

/// Which code runs which name.
#[derive(Default, Clone)]
pub struct JobRegistry {
    runs: HashMap<&'static str, Run>,
}

impl std::fmt::Debug for JobRegistry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl JobRegistry {
    /// Makes `J` runnable.
    pub fn add<J: Job>(&mut self) {
        let run: Run = Arc::new(|ctx, tenant, payload| {
            Box::pin(async move {
                let job: J = serde_json::from_str(&payload).map_err(|e| JobError::Fail(AppError::internal(e)))?;
                job.run(&ctx, &tenant).await
            })
        });
        self.runs.insert(J::NAME, run);
    }

    /// All names, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.runs.keys().copied().collect();
        names.sort_unstable();
        names
    }
}

/// Runs the jobs of one node.
#[derive(Debug, Clone)]
pub struct Worker {
    ctx: Ctx,
    registry: JobRegistry,
}

impl Worker {
    /// A worker over the jobs of `ctx`.
    #[must_use]
    pub fn new(ctx: Ctx, registry: JobRegistry) -> Self {
        Self { ctx, registry }
    }

    /// Runs what is due now, once; returns how many jobs were run.
    ///
    /// # Errors
    /// The database's; a failing job is no error of the worker.
    pub async fn step(&self) -> AppResult<usize> {
        let now = self.ctx.now();
        let db = self.ctx.db();
        let mut tx = db.write().await?;
        let rows = store::claim(&mut tx, db.engine(), now, now.plus_ms(HOLD_MS), 16).await?;
        tx.commit().await?;
        let count = rows.len();
        for row in rows {
            let tenant = TenantId::trusted(row.tenant_id);
            let outcome = match self.registry.runs.get(row.name.as_str()) {
                Some(run) => run(self.ctx.clone(), tenant, row.payload).await,
                None => Err(JobError::Fail(AppError::broken(format!("no code for job {}", row.name)))),
            };
            let mut tx = db.write().await?;
            match outcome {
                Ok(()) => store::finish(&mut tx, &row.id).await?,
                Err(error) => {
                    let (again, error) = match error {
                        JobError::Retry(error) if row.attempts < TRIES => (Some(pause(self.ctx.now(), row.attempts)), error),
                        JobError::Retry(error) | JobError::Fail(error) => (None, error),
                    };
                    tracing::warn!(job = %row.name, id = %row.id, attempts = row.attempts, dead = again.is_none(), error = %error.chain(), "job failed");
                    store::put_back(&mut tx, &row.id, again, &error.chain()).await?;
                }
            }
            tx.commit().await?;
        }
        Ok(count)
    }

    /// Runs jobs until `stop`; looks at once when woken, every second otherwise.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            let woken = self.ctx.wake().notified();
            let ran = match self.step().await {
                Ok(ran) => ran,
                Err(error) => {
                    tracing::error!(error = %error.chain(), "jobs cannot be read");
                    0
                }
            };
            if stop.is_cancelled() {
                return;
            }
            if ran == 0 {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = woken => {}
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
            }
        }
    }
}

/// 5 s, 10 s, 20 s … after the first, second, third failure.
fn pause(now: Timestamp, attempts: i64) -> Timestamp {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or(0);
    now.plus_ms(5_000 * 2_i64.pow(doublings))
}
