//! A database for every node of a story: a copy of one that was migrated and given its territory once
//! per process; SQLite, or PostgreSQL where `RATUSHA_TEST_DB` names an administrator's address.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use ratusha_node::{Settings, settings::NodeSection};
use ratusha_platform::{Clock, Timestamp, ids::Rng};
use sqlx::Executor;
use tokio::sync::OnceCell;

/// Monday 23 November 2026, 09:00 in Kyiv: when every story begins.
pub const NOW: Timestamp = Timestamp(1_795_417_200_000);

/// The folder of a process's templates is called so, and its number.
const PREFIX: &str = "ratusha-stories-";
static SQLITE: OnceCell<String> = OnceCell::const_new();
static POSTGRES: OnceCell<String> = OnceCell::const_new();
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// Address of the administrator's database, if the stories run on PostgreSQL.
#[must_use]
pub fn postgres() -> Option<String> {
    std::env::var("RATUSHA_TEST_DB").ok().filter(|url| !url.is_empty())
}

/// A database of its own; it goes when this is dropped.
#[derive(Debug)]
pub struct Database {
    /// Its address.
    pub url: String,
    /// The administrator and the database's name, on PostgreSQL.
    server: Option<(String, String)>,
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((admin, name)) = self.server.take() else { return };
        // A thread of its own, because whoever drops this may stand inside a runtime.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let pool = sqlx::PgPool::connect(&admin).await.ok()?;
                pool.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.ok()?;
                pool.close().await;
                Some(())
            })
        });
        let _ = dropped.join();
    }
}

/// A fresh database with the territory in it; SQLite's file lies in `dir`.
pub async fn fresh(dir: &Path) -> Database {
    fresh_on(postgres().as_deref(), dir).await
}

/// [`fresh`] on an engine of the caller's choice: `admin` is the address of a PostgreSQL administrator, `None` SQLite.
pub async fn fresh_on(admin: Option<&str>, dir: &Path) -> Database {
    std::fs::create_dir_all(dir).expect("a folder");
    match admin {
        None => {
            let template = SQLITE.get_or_init(|| make_template(None)).await;
            let copy = dir.join("node.sqlite");
            std::fs::copy(template, &copy).expect("the template is copied");
            Database { url: format!("sqlite:{}", copy.display()), server: None }
        }
        Some(admin) => {
            let template = POSTGRES.get_or_init(|| make_template(Some(admin.to_owned()))).await;
            let name = format!("ratusha_story_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::SeqCst));
            create_database(admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
            Database { url: address(admin, &name), server: Some((admin.to_owned(), name)) }
        }
    }
}

/// Removes what earlier processes left behind.
fn sweep() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        if !Path::new("/proc").join(process).exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// The path of the file, or the name of the database, that is copied.
async fn make_template(admin: Option<String>) -> String {
    sweep();
    let dir: PathBuf = std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a temporary folder");
    let (url, template) = match &admin {
        None => {
            let path = dir.join("template.sqlite");
            let _ = std::fs::remove_file(&path);
            (format!("sqlite:{}", path.display()), path.display().to_string())
        }
        Some(admin) => {
            let name = format!("ratusha_stories_{}", std::process::id());
            create_database(admin, &format!("CREATE DATABASE {name}")).await;
            (address(admin, &name), name)
        }
    };
    let settings =
        Settings { node: NodeSection { data: dir.join("data"), database: Some(url), ..NodeSection::default() }, ..Settings::default() };
    let node = ratusha_node::build_with(&settings, Clock::manual(NOW), Rng::seeded(0)).await.expect("the template is made");
    node.ctx.db().close().await;
    template
}

async fn create_database(admin: &str, statement: &str) {
    let pool = sqlx::PgPool::connect(admin).await.expect("the test cluster answers");
    pool.execute(sqlx::AssertSqlSafe(statement.to_owned())).await.expect("a database is made");
    pool.close().await;
}

fn address(admin: &str, name: &str) -> String {
    let base = admin.rsplit_once('/').map_or(admin, |(base, _)| base);
    format!("{base}/{name}")
}
