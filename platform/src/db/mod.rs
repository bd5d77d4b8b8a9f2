//! The one way to the database: SQLite or PostgreSQL behind the same SQL text.
//!
//! SQLite gets one writing connection (WAL, `synchronous=FULL`) and a pool of readers;
//! PostgreSQL gets one pool for both.

mod migrate;
mod sql;

use sqlx::{
    Any, AnyConnection, AnyPool, Connection, Executor, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
    pool::PoolConnection,
};
use std::str::FromStr;

pub use sql::Sql;

/// What store functions take: a connection, inside or outside a transaction.
pub type Conn = AnyConnection;

/// Which database engine is behind the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl Engine {
    /// The engine's own text where the two dialects differ.
    #[must_use]
    pub fn pick<T>(self, sqlite: T, postgres: T) -> T {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }
}

/// Why the database could not be opened; each sentence is fit for the person who started us.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is none we understand.
    #[error("database address must start with sqlite: or postgres:, got {0:?}")]
    Address(String),
    /// No connection could be made.
    #[error("cannot open the database {url}")]
    Connect {
        /// The address without its password.
        url: String,
        /// What the driver said.
        #[source]
        source: sqlx::Error,
    },
    /// The schema could not be brought up to date.
    #[error("cannot bring the database {url} up to date")]
    Migrate {
        /// The address without its password.
        url: String,
        /// What the migrator said.
        #[source]
        source: Box<sqlx::migrate::MigrateError>,
    },
}

/// A handle to the database; clones share the pools.
#[derive(Debug, Clone)]
pub struct Db {
    reader: AnyPool,
    writer: AnyPool,
    engine: Engine,
}

impl Db {
    /// Opens `url` (`sqlite:PATH` or `postgres://…`), creating a SQLite file that is missing, and
    /// brings the schema up to date.
    ///
    /// # Errors
    /// [`OpenError`] when the address is bad, the file or server is out of reach, or a migration fails.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Self::open_sized(url, 8).await
    }

    /// [`Db::open`] with at most `connections` connections (readers on SQLite).
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn open_sized(url: &str, connections: u32) -> Result<Self, OpenError> {
        let db = Self::connect(url, connections).await?;
        migrate::run(&db).await.map_err(|source| OpenError::Migrate { url: without_password(url), source: Box::new(source) })?;
        Ok(db)
    }

    /// Connects without touching the schema.
    async fn connect(url: &str, connections: u32) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let engine = if url.starts_with("sqlite:") {
            Engine::Sqlite
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Engine::Postgres
        } else {
            return Err(OpenError::Address(without_password(url)));
        };
        let connect = |source| OpenError::Connect { url: without_password(url), source };
        match engine {
            Engine::Sqlite => {
                let mode = if url.contains('?') { url.to_owned() } else { format!("{url}?mode=rwc") };
                let options = AnyConnectOptions::from_str(&mode).map_err(connect)?;
                let pool = |size: u32| {
                    AnyPoolOptions::new().max_connections(size).after_connect(|conn, _| {
                        Box::pin(async move {
                            conn.execute(
                                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000; \
                                 PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; \
                                 PRAGMA mmap_size=268435456; PRAGMA journal_size_limit=67108864",
                            )
                            .await?;
                            Ok(())
                        })
                    })
                };
                // A pool would try a damaged file again and again until its time is up.
                let mut probe = AnyConnection::connect_with(&options).await.map_err(connect)?;
                probe.execute("PRAGMA journal_mode=WAL").await.map_err(connect)?;
                probe.close().await.map_err(connect)?;
                let writer = pool(1).connect_with(options.clone()).await.map_err(connect)?;
                let reader = pool(connections.max(1)).connect_lazy_with(options);
                Ok(Self { reader, writer, engine })
            }
            Engine::Postgres => {
                let options = AnyConnectOptions::from_str(url).map_err(connect)?;
                let pool = AnyPoolOptions::new().max_connections(connections.max(2)).connect_with(options).await.map_err(connect)?;
                Ok(Self { reader: pool.clone(), writer: pool, engine })
            }
        }
    }

    /// Which engine answers.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// A connection for reading outside any transaction.
    ///
    /// # Errors
    /// The driver's, when no connection is to be had.
    pub async fn read(&self) -> sqlx::Result<PoolConnection<Any>> {
        self.reader.acquire().await
    }

    /// A writing transaction; on SQLite it takes the write lock at once, so that it cannot fail later
    /// because somebody else wrote in between.
    ///
    /// # Errors
    /// The driver's, when the lock or a connection is not to be had in time.
    pub async fn write(&self) -> sqlx::Result<Transaction<'static, Any>> {
        self.writer.begin_with(self.engine.pick("BEGIN IMMEDIATE", "BEGIN")).await
    }

    /// Looks a SQLite file through for damage; `None` when it is sound (a server looks after itself).
    ///
    /// # Errors
    /// The driver's, when the file cannot even be read.
    pub async fn damage(&self) -> sqlx::Result<Option<String>> {
        if self.engine == Engine::Postgres {
            return Ok(None);
        }
        let mut conn = self.read().await?;
        let verdict: (String,) = sqlx::query_as("PRAGMA quick_check(1)").fetch_one(&mut *conn).await?;
        Ok((verdict.0 != "ok").then_some(verdict.0))
    }

    /// Writes all that is in memory to the main file and closes the pools.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// The address fit for a log or an error message.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(at)) if start < at => {
            format!("{}://…{}", url.get(..start).unwrap_or(""), url.get(at..).unwrap_or(""))
        }
        _ => url.to_owned(),
    }
}

/// True when `error` is a violated UNIQUE constraint, on either engine.
#[must_use]
pub fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_reaches_a_message() {
        assert_eq!(without_password("postgres://u:secret@h/db"), "postgres://…@h/db");
        assert_eq!(without_password("sqlite:data/node.sqlite"), "sqlite:data/node.sqlite");
    }

    #[tokio::test]
    async fn r10_a_damaged_file_is_told_in_one_sentence() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("node.sqlite");
        std::fs::write(&path, "this is no database, but it is long enough to look like one".repeat(200)).unwrap();
        let error = Db::open(&format!("sqlite:{}", path.display())).await.unwrap_err();
        assert!(error.to_string().starts_with("cannot open the database sqlite:"), "{error}");
    }

    #[tokio::test]
    async fn a_foreign_address_is_refused_with_a_sentence() {
        let error = Db::open("mysql://x").await.unwrap_err();
        assert!(error.to_string().contains("sqlite: or postgres:"));
    }
}
