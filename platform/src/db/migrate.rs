//! Migrations: one version space over `migrations/common` and the engine's own folder.

use std::borrow::Cow;

use sqlx::migrate::{MigrateError, Migration, Migrator};

use super::{Db, Engine};

static COMMON: Migrator = sqlx::migrate!("../migrations/common");
static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// Applies what is missing, in version order, under the engine's own migration lock.
pub(super) async fn run(db: &Db) -> Result<(), MigrateError> {
    let own = match db.engine {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
    };
    let mut all: Vec<Migration> = COMMON.iter().chain(own.iter()).cloned().collect();
    all.sort_by_key(|m| m.version);
    let migrator = Migrator { migrations: Cow::Owned(all), ..Migrator::DEFAULT };
    migrator.run(&db.writer).await
}
