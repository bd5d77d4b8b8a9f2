//! Work that goes on after the answer: named jobs in a table, ids in the payload, safe to run twice.

pub mod store;
mod worker;

use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};

use crate::{ctx::Ctx, http::error::AppError, ids::TenantId};

pub use worker::{JobRegistry, Worker};

/// How a run of a job ended badly.
#[derive(Debug)]
pub enum JobError {
    /// Worth another try later.
    Retry(AppError),
    /// Never to succeed; kept for the administrator to see.
    Fail(AppError),
}

impl From<AppError> for JobError {
    fn from(error: AppError) -> Self {
        Self::Retry(error)
    }
}

/// A kind of job: its payload holds ids only, and running it twice does no harm.
#[async_trait]
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stable name such as `practices.notify_authors`; old names stay readable for ever.
    const NAME: &'static str;
    /// True: while one with the same payload waits, another is not added.
    const DEDUPLICATED: bool = false;

    /// Does the work.
    async fn run(self, ctx: &Ctx, tenant: &TenantId) -> Result<(), JobError>;
}
