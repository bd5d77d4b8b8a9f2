//! The audit: one row per change of state, in a chain per tenant, so that a row changed, removed or
//! moved later is found. The chain runs over a hash of the detail, so that a detail can be erased.

pub mod store;

use async_trait::async_trait;
use ratusha_platform::{AppResult, BeforeCommit, Conn, TenantId, Timestamp, Uow};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use store::AuditRow;

/// Writing into the audit.
#[async_trait]
pub trait Audit {
    /// Notes that whoever this unit of work is for did `action` (`practices.published`) to `object` (an id), with
    /// `detail` as JSON; it lands with the commit or not at all. No personal data but ids in `detail`.
    ///
    /// # Errors
    /// None now; those of the database come with the commit.
    async fn audit(&mut self, action: &'static str, object: &str, detail: Value) -> AppResult<()>;
}

#[async_trait]
impl Audit for Uow {
    async fn audit(&mut self, action: &'static str, object: &str, detail: Value) -> AppResult<()> {
        let entry = Entry {
            tenant: self.tenant().clone(),
            by: self.by().to_owned(),
            at: self.now(),
            action,
            object: object.to_owned(),
            detail: detail.to_string(),
        };
        self.defer(Box::new(entry));
        Ok(())
    }
}

struct Entry {
    tenant: TenantId,
    by: String,
    at: Timestamp,
    action: &'static str,
    object: String,
    detail: String,
}

#[async_trait]
impl BeforeCommit for Entry {
    fn rank(&self) -> u8 {
        // Before the log, whose head every unit of work locks last.
        10
    }

    async fn run(self: Box<Self>, uow: &mut Uow) -> AppResult<()> {
        let (seq, before) = store::next_seq(uow.conn(), &self.tenant).await?;
        let detail_hash = hex(&Sha256::digest(self.detail.as_bytes()));
        let mut row = AuditRow {
            seq,
            at: self.at.0,
            done_by: self.by,
            action: self.action.to_owned(),
            object: self.object,
            detail: self.detail,
            detail_hash,
            hash: String::new(),
        };
        row.hash = seal(&before, &row);
        store::insert_row(uow.conn(), &self.tenant, &row).await?;
        Ok(())
    }
}

/// The seal of `row` behind a row sealed with `before`; lengths stand before texts, so that no two rows read alike.
fn seal(before: &str, row: &AuditRow) -> String {
    let mut hasher = Sha256::new();
    let (seq, at) = (row.seq.to_string(), row.at.to_string());
    for part in [before, &seq, &at, &row.done_by, &row.action, &row.object, &row.detail_hash] {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// What checking a chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many rows were read.
    pub rows: i64,
    /// The hash of the head.
    pub head: String,
    /// The number of the first row that does not fit, if any.
    pub broken_at: Option<i64>,
}

/// Reads the whole chain of `tenant` and recomputes every seal.
///
/// # Errors
/// From the database.
pub async fn verify_chain(conn: &mut Conn, tenant: &TenantId) -> AppResult<Verified> {
    let (mut before, mut at) = (String::new(), 0);
    let mut broken = None;
    let mut known = (-1, String::new());
    let (last, head) = loop {
        let rows = store::list_after(conn, tenant, at, 1_000).await?;
        if rows.is_empty() {
            let head = store::head(conn, tenant).await?;
            // The head may have moved on since the rows were read; rows that are missing are missing twice.
            if head.0 <= at || head == known {
                break head;
            }
            known = head;
        }
        for row in rows {
            let detail_fits = row.detail.is_empty() || hex(&Sha256::digest(row.detail.as_bytes())) == row.detail_hash;
            if broken.is_none() && (row.seq != at + 1 || !detail_fits || seal(&before, &row) != row.hash) {
                broken = Some(row.seq);
            }
            at = row.seq;
            before = row.hash;
        }
    };
    // Rows cut off at the end leave the head behind.
    if broken.is_none() && (at != last || before != head) {
        broken = Some(at + 1);
    }
    Ok(Verified { rows: at, head, broken_at: broken })
}

/// The newest rows before number `before` (all of them for `None`), at most `limit`.
///
/// # Errors
/// From the database.
pub async fn newest(conn: &mut Conn, tenant: &TenantId, before: Option<i64>, limit: i64) -> AppResult<Vec<AuditRow>> {
    Ok(store::list_before(conn, tenant, before.unwrap_or(i64::MAX), limit).await?)
}

/// What was done to `object`, the oldest first, at most `limit` rows.
///
/// # Errors
/// From the database.
pub async fn of_object(conn: &mut Conn, tenant: &TenantId, object: &str, limit: i64) -> AppResult<Vec<AuditRow>> {
    Ok(store::list_of_object(conn, tenant, object, limit).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratusha_platform::testkit;
    use serde_json::json;

    async fn chain(n: i64) -> (ratusha_platform::Ctx, testkit::TestDb, TenantId) {
        let (ctx, db) = testkit::context(&[]).await;
        let tenant = TenantId::new(ctx.rng(), ctx.now());
        let mut uow = ctx.begin(&tenant, "system").await.unwrap();
        for i in 0..n {
            uow.audit("test.done", "object", json!({"i": i})).await.unwrap();
        }
        uow.commit().await.unwrap();
        (ctx, db, tenant)
    }

    #[tokio::test]
    async fn r27_an_untouched_chain_is_whole() {
        let (ctx, _db, tenant) = chain(3).await;
        let mut conn = ctx.db().read().await.unwrap();
        let found = verify_chain(&mut conn, &tenant).await.unwrap();
        assert_eq!((found.rows, found.broken_at), (3, None));
        let other = TenantId::new(ctx.rng(), ctx.now());
        assert_eq!(verify_chain(&mut conn, &other).await.unwrap().rows, 0);
        assert_eq!(of_object(&mut conn, &tenant, "object", 10).await.unwrap().len(), 3);
        assert!(of_object(&mut conn, &other, "object", 10).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn r27_a_changed_row_is_found() {
        let (ctx, _db, tenant) = chain(3).await;
        let mut tx = ctx.db().write().await.unwrap();
        store::tamper(&mut tx, &tenant, 2, "somebody else").await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = ctx.db().read().await.unwrap();
        assert_eq!(verify_chain(&mut conn, &tenant).await.unwrap().broken_at, Some(2));
    }

    #[tokio::test]
    async fn r27_a_removed_row_is_found_in_the_middle_and_at_the_end() {
        for gone in [2, 3] {
            let (ctx, _db, tenant) = chain(3).await;
            let mut tx = ctx.db().write().await.unwrap();
            store::remove(&mut tx, &tenant, gone).await.unwrap();
            tx.commit().await.unwrap();
            let mut conn = ctx.db().read().await.unwrap();
            assert_eq!(verify_chain(&mut conn, &tenant).await.unwrap().broken_at, Some(3));
        }
    }

    #[tokio::test]
    async fn nothing_is_audited_when_nothing_is_committed() {
        let (ctx, _db, tenant) = chain(0).await;
        let mut uow = ctx.begin(&tenant, "system").await.unwrap();
        uow.audit("test.done", "object", json!({})).await.unwrap();
        drop(uow);
        let mut conn = ctx.db().read().await.unwrap();
        assert_eq!(verify_chain(&mut conn, &tenant).await.unwrap().rows, 0);
    }
}
