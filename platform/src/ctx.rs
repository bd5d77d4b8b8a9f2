//! What every use case stands in: the context of the process, and one unit of work.

use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
    sync::Arc,
};

use async_trait::async_trait;
use sqlx::Transaction;

use crate::{
    clock::{Clock, Timestamp},
    db::{Conn, Db},
    files::Files,
    http::error::{AppError, AppResult},
    i18n::Catalog,
    ids::{Rng, TenantId},
    jobs::{self, Job},
    secret::Keyring,
};

/// Things that upper layers hang into the context, found again by their type.
#[derive(Default)]
pub struct Services {
    map: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl Services {
    /// Adds one service of type `T`, replacing an earlier one.
    pub fn add<T: Any + Send + Sync>(&mut self, service: Arc<T>) {
        self.map.insert(TypeId::of::<T>(), service);
    }
}

struct Inner {
    db: Db,
    clock: Clock,
    rng: Rng,
    catalog: Arc<Catalog>,
    files: Files,
    keyring: Keyring,
    wake: tokio::sync::Notify,
    services: std::sync::OnceLock<Services>,
}

/// The context of one node; cloning is cheap.
#[derive(Clone)]
pub struct Ctx {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ctx")
    }
}

impl Ctx {
    /// A context over an open database.
    #[must_use]
    pub fn new(db: Db, clock: Clock, rng: Rng, catalog: Arc<Catalog>, files: Files, keyring: Keyring) -> Self {
        let wake = tokio::sync::Notify::new();
        let services = std::sync::OnceLock::new();
        Self { inner: Arc::new(Inner { db, clock, rng, catalog, files, keyring, wake, services }) }
    }

    /// Hangs in the services of the upper layers, once, while the node is put together.
    ///
    /// # Errors
    /// Internal, when it was done before.
    pub fn install(&self, services: Services) -> AppResult<()> {
        self.inner.services.set(services).map_err(|_| AppError::broken("services installed twice"))
    }

    /// The service of type `T`.
    ///
    /// # Errors
    /// Internal, when nobody installed it: a mistake in putting the node together.
    pub fn service<T: Any + Send + Sync>(&self) -> AppResult<Arc<T>> {
        self.inner
            .services
            .get()
            .and_then(|services| services.map.get(&TypeId::of::<T>()))
            .cloned()
            .and_then(|service| service.downcast::<T>().ok())
            .ok_or_else(|| AppError::broken(format!("service {} is not installed", type_name::<T>())))
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The clock itself, for whoever must hand it on.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Randomness.
    #[must_use]
    pub fn rng(&self) -> &Rng {
        &self.inner.rng
    }

    /// Every sentence in both languages.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.inner.catalog
    }

    /// Files on disk.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.inner.files
    }

    /// Sealing and keyed hashes.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.inner.keyring
    }

    /// Signalled after every commit that left work behind.
    #[must_use]
    pub fn wake(&self) -> &tokio::sync::Notify {
        &self.inner.wake
    }

    /// Opens a unit of work of `tenant` on behalf of `by` (an account id, an actor's address, or a command's name).
    ///
    /// # Errors
    /// Unavailable or internal, when the database cannot begin.
    pub async fn begin(&self, tenant: &TenantId, by: &str) -> AppResult<Uow> {
        let tx = self.inner.db.write().await?;
        Ok(Uow {
            ctx: self.clone(),
            tx,
            tenant: tenant.clone(),
            by: by.to_owned(),
            now: self.now(),
            before_commit: Vec::new(),
            after_commit: Vec::new(),
            savepoints: 0,
            wakes: false,
        })
    }
}

/// Work that belongs to the commit but must run last, such as taking the next number of a log.
#[async_trait]
pub trait BeforeCommit: Send {
    /// Lower ranks run first, so that every unit of work locks the heads of the audit and of the log in one order.
    fn rank(&self) -> u8 {
        100
    }

    /// What it locks; within a rank places are visited in one order too, because two units of work that
    /// lock the same two places the other way round would wait for each other.
    fn place(&self) -> String {
        String::new()
    }

    /// Runs inside the still open transaction, within its rank and place in the order in which it was deferred.
    async fn run(self: Box<Self>, uow: &mut Uow) -> AppResult<()>;
}

/// One commit: rows, audit, outgoing activities and jobs land together or not at all.
///
/// While it is open: no network, no second connection, no password hashing, no picture work.
pub struct Uow {
    ctx: Ctx,
    tx: Transaction<'static, sqlx::Any>,
    tenant: TenantId,
    by: String,
    now: Timestamp,
    before_commit: Vec<Box<dyn BeforeCommit>>,
    after_commit: Vec<Box<dyn FnOnce() + Send>>,
    savepoints: u32,
    wakes: bool,
}

/// A place inside a unit of work to which it can be taken back.
#[derive(Debug)]
pub struct Savepoint {
    name: String,
    before_commit: usize,
    after_commit: usize,
}

impl Uow {
    /// The process's context.
    #[must_use]
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// The connection that stores take.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.tx
    }

    /// Whose rows these are.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// On whose behalf.
    #[must_use]
    pub fn by(&self) -> &str {
        &self.by
    }

    /// The moment of this unit of work; one for all its rows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A new identifier's text.
    #[must_use]
    pub fn new_id(&self) -> String {
        self.ctx.rng().uuid(self.now)
    }

    /// Turns to another tenant of this node and another doer, for batches that serve several.
    pub fn turn_to(&mut self, tenant: &TenantId, by: &str) {
        self.tenant = tenant.clone();
        self.by = by.to_owned();
    }

    /// Adds a job that becomes visible with the commit.
    ///
    /// # Errors
    /// Internal, from the database.
    pub async fn enqueue<J: Job>(&mut self, job: &J) -> AppResult<()> {
        self.enqueue_at(job, self.now).await
    }

    /// Adds a job that is not to run before `at`.
    ///
    /// # Errors
    /// Internal, from the database.
    pub async fn enqueue_at<J: Job>(&mut self, job: &J, at: Timestamp) -> AppResult<()> {
        self.wakes = true;
        let id = self.new_id();
        jobs::store::insert_job(&mut self.tx, &self.tenant, &id, job, self.now, at).await
    }

    /// Runs `work` at the end, still inside the transaction.
    pub fn defer(&mut self, work: Box<dyn BeforeCommit>) {
        self.before_commit.push(work);
    }

    /// Runs `work` once the commit stands; for waking and caches only, never for effects that must happen.
    pub fn after_commit(&mut self, work: Box<dyn FnOnce() + Send>) {
        self.after_commit.push(work);
    }

    /// Marks a place to which this unit of work can be taken back.
    ///
    /// # Errors
    /// Internal, from the database.
    pub async fn savepoint(&mut self) -> AppResult<Savepoint> {
        self.savepoints += 1;
        let name = format!("sp{}", self.savepoints);
        sqlx::query(sqlx::AssertSqlSafe(format!("SAVEPOINT {name}"))).execute(&mut *self.tx).await?;
        Ok(Savepoint { name, before_commit: self.before_commit.len(), after_commit: self.after_commit.len() })
    }

    /// Keeps what was done since the savepoint.
    ///
    /// # Errors
    /// Internal, from the database.
    pub async fn release(&mut self, savepoint: Savepoint) -> AppResult<()> {
        let sql = format!("RELEASE SAVEPOINT {}", savepoint.name);
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Undoes what was done since the savepoint, deferred work included.
    ///
    /// # Errors
    /// Internal, from the database.
    pub async fn rollback_to(&mut self, savepoint: Savepoint) -> AppResult<()> {
        self.before_commit.truncate(savepoint.before_commit);
        self.after_commit.truncate(savepoint.after_commit);
        for verb in ["ROLLBACK TO", "RELEASE"] {
            let sql = format!("{verb} SAVEPOINT {}", savepoint.name);
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    /// Commits everything; dropping the unit of work instead takes everything back.
    ///
    /// # Errors
    /// What deferred work or the database says; then nothing has happened.
    pub async fn commit(mut self) -> AppResult<()> {
        // What is deferred by deferred work runs as well.
        while !self.before_commit.is_empty() {
            let mut deferred = std::mem::take(&mut self.before_commit);
            deferred.sort_by_cached_key(|work| (work.rank(), work.place()));
            for work in deferred {
                self.wakes = true;
                work.run(&mut self).await?;
            }
        }
        self.tx.commit().await?;
        for work in self.after_commit {
            work();
        }
        if self.wakes {
            self.ctx.inner.wake.notify_waiters();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::testkit::context;

    #[derive(Clone, Default)]
    struct Diary(Arc<Mutex<Vec<&'static str>>>);

    struct Step {
        diary: Diary,
        name: &'static str,
        rank: u8,
        place: &'static str,
        then: Option<&'static str>,
    }

    #[async_trait]
    impl BeforeCommit for Step {
        fn rank(&self) -> u8 {
            self.rank
        }

        fn place(&self) -> String {
            self.place.to_owned()
        }

        async fn run(self: Box<Self>, uow: &mut Uow) -> AppResult<()> {
            self.diary.0.lock().unwrap().push(self.name);
            if let Some(name) = self.then {
                uow.defer(Box::new(Self { name, then: None, ..*self }));
            }
            Ok(())
        }
    }

    #[tokio::test]
    async fn deferred_work_runs_by_rank_and_place_and_what_it_defers_runs_too() {
        let (ctx, _db) = context(&[]).await;
        let diary = Diary::default();
        let mut uow = ctx.begin(&TenantId::trusted("t"), "test").await.unwrap();
        for (name, rank, place, then) in
            [("b1", 100, "b", None), ("a1", 100, "a", Some("a3")), ("b2", 100, "b", None), ("first", 10, "z", None), ("a2", 100, "a", None)]
        {
            uow.defer(Box::new(Step { diary: diary.clone(), name, rank, place, then }));
        }
        uow.commit().await.unwrap();
        assert_eq!(*diary.0.lock().unwrap(), ["first", "a1", "a2", "b1", "b2", "a3"]);
    }

    #[tokio::test]
    async fn a_failing_deferred_work_takes_the_whole_unit_of_work_back() {
        struct Fails;
        #[async_trait]
        impl BeforeCommit for Fails {
            async fn run(self: Box<Self>, _: &mut Uow) -> AppResult<()> {
                Err(AppError::broken("no"))
            }
        }
        let (ctx, _db) = context(&[]).await;
        let (told, heard) = std::sync::mpsc::channel();
        let mut uow = ctx.begin(&TenantId::trusted("t"), "test").await.unwrap();
        sqlx::query("INSERT INTO tombstone (id, host, deleted_at) VALUES ('x', 'y', 1)").execute(uow.conn()).await.unwrap();
        uow.after_commit(Box::new(move || told.send(()).unwrap()));
        uow.defer(Box::new(Fails));
        assert!(uow.commit().await.is_err());
        assert!(heard.recv().is_err(), "nothing runs after a commit that was none");
        let count: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM tombstone").fetch_one(&mut *ctx.db().read().await.unwrap()).await.unwrap();
        assert_eq!(count, 0);
    }

    #[tokio::test]
    async fn savepoints_in_savepoints_take_back_only_their_own() {
        let (ctx, _db) = context(&[]).await;
        let diary = Diary::default();
        let step = |name| Box::new(Step { diary: diary.clone(), name, rank: 1, place: "", then: None });
        let mut uow = ctx.begin(&TenantId::trusted("t"), "test").await.unwrap();
        let outer = uow.savepoint().await.unwrap();
        uow.defer(step("kept"));
        let inner = uow.savepoint().await.unwrap();
        uow.defer(step("lost"));
        // An error inside leaves the outer one usable, also where an error spoils the transaction.
        assert!(sqlx::query("INSERT INTO no_such_table VALUES (1)").execute(uow.conn()).await.is_err());
        uow.rollback_to(inner).await.unwrap();
        uow.release(outer).await.unwrap();
        uow.commit().await.unwrap();
        assert_eq!(*diary.0.lock().unwrap(), ["kept"]);
    }
}
