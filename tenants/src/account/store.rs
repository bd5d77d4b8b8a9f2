//! SQL of accounts, memberships, sessions and failed sign-ins.
//!
//! Accounts and node administrators are node-wide: one person may serve two communities of a node.

use ratusha_platform::{Conn, Sql, TenantId, Timestamp};
use sqlx::FromRow;

use super::{Account, AccountId, AccountState};
use crate::{principal::Grant, roles};

#[derive(FromRow)]
struct AccountRow {
    id: String,
    tenant_id: String,
    name: String,
    state: String,
    created_at: i64,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: AccountId::trusted(row.id),
            home: TenantId::trusted(row.tenant_id),
            name: row.name,
            state: AccountState::parse(&row.state),
            created_at: Timestamp(row.created_at),
        }
    }
}

const ACCOUNT: &str = "SELECT id, tenant_id, name, state, created_at FROM account WHERE ";

/// Adds an account; `account.home` is its tenant.
pub async fn insert_account(
    conn: &mut Conn,
    account: &Account,
    email_sealed: Vec<u8>,
    email_hash: &str,
    password: &str,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO account (id, tenant_id, email_sealed, email_hash, name, password, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(account.id.as_str().to_owned())
        .bind(account.home.as_str().to_owned())
        .bind(email_sealed)
        .bind(email_hash.to_owned())
        .bind(account.name.clone())
        .bind(password.to_owned())
        .bind(account.state.name())
        .bind(account.created_at.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// The account behind a hashed address; node-wide.
pub async fn find_by_email(conn: &mut Conn, email_hash: &str) -> sqlx::Result<Option<Account>> {
    let row: Option<AccountRow> = Sql::new(ACCOUNT).push("email_hash = ").bind(email_hash.to_owned()).optional(conn).await?;
    Ok(row.map(Account::from))
}

/// One account; node-wide.
pub async fn find_account(conn: &mut Conn, id: &AccountId) -> sqlx::Result<Option<Account>> {
    let row: Option<AccountRow> = Sql::new(ACCOUNT).push("id = ").bind(id.as_str().to_owned()).optional(conn).await?;
    Ok(row.map(Account::from))
}

/// The stored password of one account; node-wide.
pub async fn find_password(conn: &mut Conn, id: &AccountId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT password FROM account WHERE id = $1").bind(id.as_str().to_owned()).fetch_optional(conn).await
}

/// The sealed addresses of several accounts; node-wide.
pub async fn list_emails(conn: &mut Conn, ids: &[AccountId]) -> sqlx::Result<Vec<(String, Vec<u8>)>> {
    Sql::new("SELECT id, email_sealed FROM account WHERE id IN ").list(ids.iter().map(|id| id.as_str().to_owned())).all(conn).await
}

/// The names of several accounts; node-wide.
pub async fn list_names(conn: &mut Conn, ids: &[AccountId]) -> sqlx::Result<Vec<(String, String)>> {
    Sql::new("SELECT id, name FROM account WHERE id IN ").list(ids.iter().map(|id| id.as_str().to_owned())).all(conn).await
}

/// Changes the name in bylines; node-wide.
pub async fn update_name(conn: &mut Conn, id: &AccountId, name: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE account SET name = $1 WHERE id = $2").bind(name.to_owned()).bind(id.as_str().to_owned()).execute(conn).await?;
    Ok(())
}

/// Changes the password; node-wide.
pub async fn update_password(conn: &mut Conn, id: &AccountId, password: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE account SET password = $1 WHERE id = $2")
        .bind(password.to_owned())
        .bind(id.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives `role` in `tenant`, or changes when it ends.
pub async fn put_membership(
    conn: &mut Conn,
    tenant: &TenantId,
    account: &AccountId,
    role: &str,
    until: Option<Timestamp>,
    by: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO membership (tenant_id, account_id, role, until_at, granted_by, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (tenant_id, account_id, role) DO UPDATE SET until_at = excluded.until_at, granted_by = excluded.granted_by",
    )
    .bind(tenant.as_str().to_owned())
    .bind(account.as_str().to_owned())
    .bind(role.to_owned())
    .bind(until.map(|until| until.0))
    .bind(by.to_owned())
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes `role` away; false when it was not held.
pub async fn delete_membership(conn: &mut Conn, tenant: &TenantId, account: &AccountId, role: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM membership WHERE tenant_id = $1 AND account_id = $2 AND role = $3")
        .bind(tenant.as_str().to_owned())
        .bind(account.as_str().to_owned())
        .bind(role.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// How many people hold `role` in `tenant` without an end.
pub async fn count_lasting(conn: &mut Conn, tenant: &TenantId, role: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM membership m JOIN account a ON a.id = m.account_id \
         WHERE m.tenant_id = $1 AND m.role = $2 AND m.until_at IS NULL AND a.state = 'active'",
    )
    .bind(tenant.as_str().to_owned())
    .bind(role.to_owned())
    .fetch_one(conn)
    .await
}

/// Lets changes of the roles in `tenant` wait for each other, so that each counts what the other left.
pub async fn lock_members(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<()> {
    sqlx::query("UPDATE tenant SET state = state WHERE id = $1").bind(tenant.as_str().to_owned()).execute(conn).await?;
    Ok(())
}

/// The same for the administrators of the node; node-wide.
pub async fn lock_node_admins(conn: &mut Conn) -> sqlx::Result<()> {
    sqlx::query("UPDATE node_admin SET created_at = created_at WHERE account_id = (SELECT MIN(account_id) FROM node_admin)")
        .execute(conn)
        .await?;
    Ok(())
}

fn grants(rows: Vec<(String, Option<i64>)>) -> Vec<Grant> {
    rows.into_iter()
        .filter_map(|(role, until)| roles::find(&role).map(|def| Grant { role: def.name, until: until.map(Timestamp) }))
        .collect()
}

/// What `account` may do in `tenant` at `now`, node administration included.
pub async fn list_grants(conn: &mut Conn, tenant: &TenantId, account: &AccountId, now: Timestamp) -> sqlx::Result<Vec<Grant>> {
    let rows: Vec<(String, Option<i64>)> = sqlx::query_as(
        "SELECT role, until_at FROM membership WHERE tenant_id = $1 AND account_id = $2 AND (until_at IS NULL OR until_at > $3) \
         UNION ALL SELECT 'node_admin' AS role, CAST(NULL AS BIGINT) AS until_at FROM node_admin WHERE account_id = $2",
    )
    .bind(tenant.as_str().to_owned())
    .bind(account.as_str().to_owned())
    .bind(now.0)
    .fetch_all(conn)
    .await?;
    Ok(grants(rows))
}

#[derive(FromRow)]
struct MemberRow {
    id: String,
    tenant_id: String,
    name: String,
    state: String,
    created_at: i64,
    role: String,
    until_at: Option<i64>,
}

/// Members of `tenant` by id, after `after`, with every grant that holds at `now`; one row per grant, at most `people` people.
pub async fn list_members(
    conn: &mut Conn,
    tenant: &TenantId,
    after: Option<&str>,
    people: i64,
    now: Timestamp,
) -> sqlx::Result<Vec<(Account, Grant)>> {
    let rows: Vec<MemberRow> = sqlx::query_as(
        "SELECT a.id, a.tenant_id, a.name, a.state, a.created_at, m.role, m.until_at FROM membership m JOIN account a ON a.id = m.account_id \
         WHERE m.tenant_id = $1 AND (m.until_at IS NULL OR m.until_at > $2) AND m.account_id IN \
         (SELECT account_id FROM membership WHERE tenant_id = $1 AND account_id > $3 AND (until_at IS NULL OR until_at > $2) \
          GROUP BY account_id ORDER BY account_id LIMIT $4) ORDER BY a.id, m.role",
    )
    .bind(tenant.as_str().to_owned())
    .bind(now.0)
    .bind(after.unwrap_or("").to_owned())
    .bind(people)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let role = roles::find(&row.role)?.name;
            let grant = Grant { role, until: row.until_at.map(Timestamp) };
            let account = AccountRow { id: row.id, tenant_id: row.tenant_id, name: row.name, state: row.state, created_at: row.created_at };
            Some((account.into(), grant))
        })
        .collect())
}

/// Makes an account an administrator of the node; node-wide.
pub async fn insert_node_admin(conn: &mut Conn, account: &AccountId, by: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO node_admin (account_id, granted_by, created_at) VALUES ($1, $2, $3) ON CONFLICT (account_id) DO NOTHING")
        .bind(account.as_str().to_owned())
        .bind(by.to_owned())
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the administration of the node by an account; node-wide.
pub async fn delete_node_admin(conn: &mut Conn, account: &AccountId) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM node_admin WHERE account_id = $1").bind(account.as_str().to_owned()).execute(conn).await?;
    Ok(done.rows_affected() > 0)
}

/// How many administrators the node has; node-wide.
pub async fn count_node_admins(conn: &mut Conn) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM node_admin").fetch_one(conn).await
}

/// True for an administrator of the node; node-wide.
pub async fn is_node_admin(conn: &mut Conn, account: &AccountId) -> sqlx::Result<bool> {
    let found: Option<String> = sqlx::query_scalar("SELECT account_id FROM node_admin WHERE account_id = $1")
        .bind(account.as_str().to_owned())
        .fetch_optional(conn)
        .await?;
    Ok(found.is_some())
}

/// A session as stored.
#[derive(Debug, Clone, FromRow)]
pub struct SessionRow {
    /// SHA-256 of the cookie's token, in hex.
    pub token_hash: String,
    /// Whose it is.
    pub account_id: String,
    /// Token of its forms.
    pub csrf: String,
    /// What the browser calls itself, shortened.
    pub agent: String,
    /// When it began, in milliseconds.
    pub created_at: i64,
    /// When it was last used, to the minute, in milliseconds.
    pub seen_at: i64,
    /// After how long without use it ends, in milliseconds.
    pub idle_ms: i64,
    /// When it ends in any case, in milliseconds.
    pub expires_at: i64,
}

/// Adds a session of `tenant`.
pub async fn insert_session(conn: &mut Conn, tenant: &TenantId, row: &SessionRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO session (token_hash, tenant_id, account_id, csrf, agent, created_at, seen_at, idle_ms, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(row.token_hash.clone())
    .bind(tenant.as_str().to_owned())
    .bind(row.account_id.clone())
    .bind(row.csrf.clone())
    .bind(row.agent.clone())
    .bind(row.created_at)
    .bind(row.seen_at)
    .bind(row.idle_ms)
    .bind(row.expires_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// The live session behind a token's hash, with its active account.
pub async fn find_session(
    conn: &mut Conn,
    tenant: &TenantId,
    token_hash: &str,
    now: Timestamp,
) -> sqlx::Result<Option<(SessionRow, String)>> {
    #[derive(FromRow)]
    struct Row {
        token_hash: String,
        account_id: String,
        csrf: String,
        agent: String,
        created_at: i64,
        seen_at: i64,
        idle_ms: i64,
        expires_at: i64,
        name: String,
    }
    let row: Option<Row> = sqlx::query_as(
        "SELECT s.token_hash, s.account_id, s.csrf, s.agent, s.created_at, s.seen_at, s.idle_ms, s.expires_at, a.name \
         FROM session s JOIN account a ON a.id = s.account_id \
         WHERE s.token_hash = $1 AND s.tenant_id = $2 AND s.expires_at > $3 AND s.seen_at + s.idle_ms > $3 AND a.state = 'active'",
    )
    .bind(token_hash.to_owned())
    .bind(tenant.as_str().to_owned())
    .bind(now.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let session = SessionRow {
            token_hash: row.token_hash,
            account_id: row.account_id,
            csrf: row.csrf,
            agent: row.agent,
            created_at: row.created_at,
            seen_at: row.seen_at,
            idle_ms: row.idle_ms,
            expires_at: row.expires_at,
        };
        (session, row.name)
    }))
}

/// Notes that a session was used.
pub async fn touch_session(conn: &mut Conn, tenant: &TenantId, token_hash: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE session SET seen_at = $1 WHERE token_hash = $2 AND tenant_id = $3")
        .bind(now.0)
        .bind(token_hash.to_owned())
        .bind(tenant.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends one session of an account by its hash; false when there is none.
pub async fn delete_session(conn: &mut Conn, tenant: &TenantId, account: &AccountId, token_hash: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM session WHERE token_hash = $1 AND account_id = $2 AND tenant_id = $3")
        .bind(token_hash.to_owned())
        .bind(account.as_str().to_owned())
        .bind(tenant.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends the session behind a token, whoever's it is.
pub async fn delete_token(conn: &mut Conn, tenant: &TenantId, token_hash: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM session WHERE token_hash = $1 AND tenant_id = $2")
        .bind(token_hash.to_owned())
        .bind(tenant.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends all sessions of an account in `tenant`.
pub async fn delete_sessions_in(conn: &mut Conn, tenant: &TenantId, account: &AccountId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM session WHERE account_id = $1 AND tenant_id = $2")
        .bind(account.as_str().to_owned())
        .bind(tenant.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends all sessions of an account but one, on every host of the node; node-wide.
pub async fn delete_other_sessions(conn: &mut Conn, account: &AccountId, keep: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM session WHERE account_id = $1 AND token_hash <> $2")
        .bind(account.as_str().to_owned())
        .bind(keep.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Sweeps out sessions that are over.
pub async fn delete_expired_sessions(conn: &mut Conn, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM session WHERE expires_at <= $1").bind(now.0).execute(conn).await?;
    Ok(())
}

/// Live sessions of an account in `tenant`, the newest first.
pub async fn list_sessions(conn: &mut Conn, tenant: &TenantId, account: &AccountId, now: Timestamp) -> sqlx::Result<Vec<SessionRow>> {
    sqlx::query_as(
        "SELECT token_hash, account_id, csrf, agent, created_at, seen_at, idle_ms, expires_at FROM session \
         WHERE account_id = $1 AND tenant_id = $2 AND expires_at > $3 AND seen_at + idle_ms > $3 ORDER BY created_at DESC, token_hash",
    )
    .bind(account.as_str().to_owned())
    .bind(tenant.as_str().to_owned())
    .bind(now.0)
    .fetch_all(conn)
    .await
}

/// Locks the count under a key and gives it, with when it was last changed; those older than `forget_before` no longer count.
pub async fn lock_failures(
    conn: &mut Conn,
    tenant: &TenantId,
    key_hash: &str,
    now: Timestamp,
    forget_before: Timestamp,
) -> sqlx::Result<(i64, i64)> {
    sqlx::query("DELETE FROM sign_in_failure WHERE last_at < $1").bind(forget_before.0).execute(&mut *conn).await?;
    sqlx::query_as(
        "INSERT INTO sign_in_failure (tenant_id, key_hash, failures, last_at) VALUES ($1, $2, 0, $3) \
         ON CONFLICT (tenant_id, key_hash) DO UPDATE SET failures = sign_in_failure.failures \
         RETURNING CAST(failures AS BIGINT), last_at",
    )
    .bind(tenant.as_str().to_owned())
    .bind(key_hash.to_owned())
    .bind(now.0)
    .fetch_one(conn)
    .await
}

/// Adds `step` (1 or -1) to the count under a key.
pub async fn change_failures(conn: &mut Conn, tenant: &TenantId, key_hash: &str, step: i64, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE sign_in_failure SET failures = failures + $1, last_at = $2 WHERE tenant_id = $3 AND key_hash = $4")
        .bind(step)
        .bind(now.0)
        .bind(tenant.as_str().to_owned())
        .bind(key_hash.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets failures after a success.
pub async fn delete_failures(conn: &mut Conn, tenant: &TenantId, key_hash: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM sign_in_failure WHERE tenant_id = $1 AND key_hash = $2")
        .bind(tenant.as_str().to_owned())
        .bind(key_hash.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}
