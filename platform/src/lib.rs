//! The floor everything stands on: database, units of work, jobs, errors, languages, text, files, secrets.
//!
//! Nothing here knows a domain word such as "practice" or "follower"; what two layers above
//! share and no domain owns lives here.

pub mod clock;
pub mod ctx;
pub mod db;
pub mod files;
pub mod http;
pub mod i18n;
pub mod ids;
pub mod jobs;
pub mod secret;
pub mod text;

#[cfg(any(test, feature = "testkit"))]
pub mod testkit;

pub use clock::{Clock, Timestamp};
pub use ctx::{BeforeCommit, Ctx, Services, Uow};
pub use db::{Conn, Db, Engine, Sql};
pub use http::error::{AppError, AppResult, FieldError, Kind};
pub use i18n::{Catalog, Lang};
pub use ids::TenantId;
