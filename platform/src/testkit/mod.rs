//! What the tests of every crate share: a fresh database of the engine under test, and a context over it.
//!
//! `RATUSHA_TEST_DB=postgres://…` (an administrator's address) runs the same tests on PostgreSQL.

#![expect(clippy::expect_used, reason = "a test that cannot get its database has nothing to test")]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sqlx::Executor;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::{
    clock::{Clock, Timestamp},
    ctx::Ctx,
    db::Db,
    files::Files,
    i18n::{Catalog, Locales},
    ids::Rng,
    secret::Keyring,
};

/// Monday 23 November 2026, 09:00 in Kyiv: when every test begins.
pub const NOW: Timestamp = Timestamp(1_795_417_200_000);

/// A database of its own for one test; it goes when this is dropped (SQLite) or with the test cluster (PostgreSQL).
#[derive(Debug)]
pub struct TestDb {
    /// The open database.
    pub db: Db,
    /// A folder for the test's files.
    pub dir: TempDir,
}

/// A template is migrated once per process; every test gets a copy of it.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// A fresh, migrated, empty database.
///
/// # Panics
/// When the machine cannot give one: there is nothing to test then.
pub async fn database() -> TestDb {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let url = match std::env::var("RATUSHA_TEST_DB") {
        Ok(admin) => postgres(&admin).await,
        Err(_) => sqlite(&dir).await,
    };
    let db = Db::open_sized(&url, 4).await.expect("the test database opens");
    TestDb { db, dir }
}

async fn sqlite(dir: &TempDir) -> String {
    let template = TEMPLATE
        .get_or_init(|| async {
            let path = std::env::temp_dir().join(format!("ratusha-template-{}.sqlite", std::process::id()));
            let _ = std::fs::remove_file(&path);
            let db = Db::open_sized(&format!("sqlite:{}", path.display()), 1).await.expect("the template opens");
            let mut tx = db.write().await.expect("the template is written");
            tx.execute("SELECT 1").await.expect("the template answers");
            tx.commit().await.expect("the template commits");
            db.close().await;
            path.display().to_string()
        })
        .await;
    let copy = dir.path().join("node.sqlite");
    std::fs::copy(template, &copy).expect("the template is copied");
    format!("sqlite:{}", copy.display())
}

async fn postgres(admin: &str) -> String {
    let base = admin.rsplit_once('/').map_or(admin, |(base, _)| base).to_owned();
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = format!("ratusha_template_{}", std::process::id());
            let pool = sqlx::PgPool::connect(admin).await.expect("the test cluster answers");
            pool.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a template database");
            pool.close().await;
            let db = Db::open_sized(&format!("{base}/{name}"), 2).await.expect("the template is migrated");
            db.close().await;
            name
        })
        .await;
    let name = format!("ratusha_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::SeqCst));
    let pool = sqlx::PgPool::connect(admin).await.expect("the test cluster answers");
    pool.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}"))).await.expect("a copy of the template");
    pool.close().await;
    format!("{base}/{name}")
}

/// A context over a fresh database with a clock that stands still, seeded randomness and the given locales.
///
/// # Panics
/// When the machine cannot give a database or a locale does not parse.
pub async fn context(locales: &[Locales]) -> (Ctx, TestDb) {
    let test = database().await;
    let catalog = Arc::new(Catalog::new(locales).expect("locales parse"));
    let seed = COUNTER.fetch_add(1, Ordering::SeqCst);
    let files = Files::new(test.dir.path().join("files"));
    let ctx = Ctx::new(test.db.clone(), Clock::manual(NOW), Rng::seeded(seed), catalog, files, Keyring::new(&[7; 32]));
    (ctx, test)
}
