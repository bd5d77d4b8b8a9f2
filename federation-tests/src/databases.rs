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

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// Address of the administrator's database, if the stories run on PostgreSQL.
#[must_use]
pub fn postgres() -> Option<String> {
    std::env::var("RATUSHA_TEST_DB").ok().filter(|url| !url.is_empty())
}

/// The address of a fresh database with the territory in it; SQLite's file lies in `dir`.
pub async fn fresh(dir: &Path) -> String {
    fresh_on(postgres().as_deref(), dir).await
}

/// [`fresh`] on an engine of the caller's choice: `admin` is the address of a PostgreSQL administrator, `None` SQLite.
pub async fn fresh_on(admin: Option<&str>, dir: &Path) -> String {
    std::fs::create_dir_all(dir).expect("a folder");
    let template = TEMPLATE.get_or_init(|| make_template(admin.map(ToOwned::to_owned))).await;
    match admin {
        None => {
            let copy = dir.join("node.sqlite");
            std::fs::copy(template, &copy).expect("the template is copied");
            format!("sqlite:{}", copy.display())
        }
        Some(admin) => {
            let name = format!("ratusha_story_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::SeqCst));
            create_database(admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
            address(admin, &name)
        }
    }
}

/// The path of the file, or the name of the database, that is copied.
async fn make_template(admin: Option<String>) -> String {
    let dir: PathBuf = std::env::temp_dir().join(format!("ratusha-stories-{}", std::process::id()));
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
