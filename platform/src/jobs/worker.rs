//! Runs jobs: claims what is due, runs it, retries with growing pauses, lays down what never succeeds.

use std::{collections::HashMap, future::Future, panic::AssertUnwindSafe, pin::Pin, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

use super::{Job, JobError, store};
use crate::{
    clock::Timestamp,
    ctx::Ctx,
    db::Engine,
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
                // It took the process down every time: counted on claiming, seen here.
                _ if row.attempts > TRIES => Err(JobError::Fail(AppError::broken("it never came to an end"))),
                Some(run) => AssertUnwindSafe(run(self.ctx.clone(), tenant, row.payload))
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_| Err(JobError::Retry(AppError::broken("the job panicked")))),
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

    async fn release_all(&self) -> AppResult<()> {
        let mut tx = self.ctx.db().write().await?;
        store::release_all(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// Runs jobs until `stop`; looks at once when woken, every second otherwise.
    pub async fn run(self, stop: CancellationToken) {
        // Only one process works on an embedded database, so what is running was left by a dead one.
        if self.ctx.db().engine() == Engine::Sqlite
            && let Err(error) = self.release_all().await
        {
            tracing::error!(error = %error.chain(), "jobs cannot be released");
        }
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::{TenantId, testkit::context};

    /// What ran, by payload; each test uses payloads of its own.
    static RAN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    #[derive(Serialize, Deserialize)]
    struct Note(String);

    #[async_trait::async_trait]
    impl Job for Note {
        const NAME: &'static str = "test.note";
        const DEDUPLICATED: bool = true;

        async fn run(self, _: &Ctx, _: &TenantId) -> Result<(), JobError> {
            assert!(!self.0.starts_with("panic"), "{}", self.0);
            RAN.lock().unwrap().push(self.0);
            Ok(())
        }
    }

    fn ran(payload: &str) -> usize {
        RAN.lock().unwrap().iter().filter(|ran| *ran == payload).count()
    }

    fn worker(ctx: &Ctx) -> Worker {
        let mut registry = JobRegistry::default();
        registry.add::<Note>();
        Worker::new(ctx.clone(), registry)
    }

    async fn enqueue(ctx: &Ctx, payload: &str, at: Timestamp) {
        let mut uow = ctx.begin(&TenantId::trusted("t"), "test").await.unwrap();
        uow.enqueue_at(&Note(payload.to_owned()), at).await.unwrap();
        uow.commit().await.unwrap();
    }

    async fn counts(ctx: &Ctx) -> (i64, i64) {
        store::count(&mut ctx.db().read().await.unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn r01_a_job_that_panics_does_not_stop_the_worker_and_is_laid_down_in_the_end() {
        let (ctx, _db) = context(&[]).await;
        enqueue(&ctx, "panic", ctx.now()).await;
        enqueue(&ctx, "after the panic", ctx.now()).await;
        assert_eq!(worker(&ctx).step().await.unwrap(), 2);
        assert_eq!(ran("after the panic"), 1);
        for _ in 0..20 {
            ctx.clock().advance(2 * 60 * 60 * 1000);
            worker(&ctx).step().await.unwrap();
        }
        assert_eq!(counts(&ctx).await, (0, 1));
    }

    #[tokio::test]
    async fn r01_a_job_whose_process_died_is_run_again_but_not_for_ever() {
        let (ctx, _db) = context(&[]).await;
        enqueue(&ctx, "killer", ctx.now()).await;
        for n in 0..TRIES {
            // The process claims the job and dies before it can say what became of it.
            let mut tx = ctx.db().write().await.unwrap();
            let rows = store::claim(&mut tx, ctx.db().engine(), ctx.now(), ctx.now().plus_ms(HOLD_MS), 16).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(rows.len(), 1, "{n}");
            ctx.clock().advance(HOLD_MS);
        }
        worker(&ctx).step().await.unwrap();
        assert_eq!((ran("killer"), counts(&ctx).await), (0, (0, 1)));
    }

    #[tokio::test]
    async fn r01_what_a_dead_process_was_running_is_run_at_the_next_start() {
        let (ctx, _db) = context(&[]).await;
        enqueue(&ctx, "left behind", ctx.now()).await;
        let mut tx = ctx.db().write().await.unwrap();
        store::claim(&mut tx, ctx.db().engine(), ctx.now(), ctx.now().plus_ms(HOLD_MS), 16).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(worker(&ctx).step().await.unwrap(), 0);
        worker(&ctx).release_all().await.unwrap();
        assert_eq!((worker(&ctx).step().await.unwrap(), ran("left behind")), (1, 1));
    }

    #[tokio::test]
    async fn r09_a_clock_that_is_set_back_does_not_leave_a_job_running_for_ever() {
        let (ctx, _db) = context(&[]).await;
        enqueue(&ctx, "set back", ctx.now().plus_days(-10)).await;
        let mut tx = ctx.db().write().await.unwrap();
        store::claim(&mut tx, ctx.db().engine(), ctx.now(), ctx.now().plus_ms(HOLD_MS), 16).await.unwrap();
        tx.commit().await.unwrap();
        ctx.clock().advance(-5 * 24 * 60 * 60 * 1000);
        assert_eq!((worker(&ctx).step().await.unwrap(), ran("set back")), (1, 1));
    }

    #[tokio::test]
    async fn one_that_is_due_earlier_moves_the_waiting_one_forward() {
        let (ctx, _db) = context(&[]).await;
        enqueue(&ctx, "sooner", ctx.now().plus_days(7)).await;
        enqueue(&ctx, "sooner", ctx.now()).await;
        enqueue(&ctx, "sooner", ctx.now().plus_days(7)).await;
        assert_eq!(counts(&ctx).await, (1, 0));
        assert_eq!((worker(&ctx).step().await.unwrap(), ran("sooner")), (1, 1));
    }

    #[tokio::test]
    async fn r11_news_are_not_lost_when_the_waiting_job_runs_before_they_are_committed() {
        let (ctx, _db) = context(&[]).await;
        enqueue(&ctx, "news", ctx.now()).await;
        let mut uow = ctx.begin(&TenantId::trusted("t"), "test").await.unwrap();
        uow.enqueue(&Note("news".to_owned())).await.unwrap();
        // On SQLite the one writer waits for us anyway.
        if ctx.db().engine() == Engine::Postgres {
            assert_eq!(worker(&ctx).step().await.unwrap(), 0);
        }
        uow.commit().await.unwrap();
        assert_eq!((worker(&ctx).step().await.unwrap(), ran("news")), (1, 1));
    }
}
