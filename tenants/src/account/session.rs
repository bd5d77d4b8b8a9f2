//! Sessions: an opaque token in a cookie, its hash in the database, an end by idleness and one in any case.

use ratusha_platform::{AppResult, Ctx, Timestamp, Uow};
use sha2::{Digest, Sha256};

use super::{
    AccountId,
    store::{self, SessionRow},
};
use crate::{
    principal::{Grant, Principal},
    roles,
    tenant::Tenant,
    web::set_cookie,
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// Last use is written at most this often.
const TOUCH_MS: i64 = MINUTE;

/// The cookie's name: bound to host, path and TLS where there is TLS.
#[must_use]
pub fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

/// What is stored for a token.
#[must_use]
pub fn token_hash(token: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(token.as_bytes()).iter().fold(String::with_capacity(64), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// A live session.
#[derive(Debug, Clone)]
pub struct Found {
    /// Who is signed in, with the grants of this moment.
    pub who: Principal,
    /// Token of the session's forms.
    pub csrf: String,
}

/// Who holds `token` in `tenant`, if anybody.
///
/// # Errors
/// From the database.
pub async fn find(ctx: &Ctx, tenant: &Tenant, token: &str) -> AppResult<Option<Found>> {
    if token.len() != 64 {
        return Ok(None);
    }
    let (hash, now) = (token_hash(token), ctx.now());
    let mut conn = ctx.db().read().await?;
    let Some((row, name)) = store::find_session(&mut conn, &tenant.id, &hash, now).await? else {
        return Ok(None);
    };
    let account = AccountId::trusted(row.account_id);
    let grants = store::list_grants(&mut conn, &tenant.id, &account, now).await?;
    drop(conn);
    if now.0.saturating_sub(row.seen_at) >= TOUCH_MS {
        let mut tx = ctx.db().write().await?;
        store::touch_session(&mut tx, &tenant.id, &hash, now).await?;
        tx.commit().await?;
    }
    Ok(Some(Found { who: Principal::account(&tenant.id, account, &name, grants), csrf: row.csrf }))
}

/// How long a session lasts: administrators half an hour idle and 12 hours in all, others 12 hours and 7 days.
#[must_use]
pub fn lifetime(grants: &[Grant]) -> (i64, i64) {
    let powerful = grants.iter().any(|grant| matches!(grant.role, roles::ADMIN | roles::NODE_ADMIN));
    if powerful { (30 * MINUTE, 12 * HOUR) } else { (12 * HOUR, 7 * 24 * HOUR) }
}

/// A session that has just begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The secret for the cookie; stored nowhere.
    pub token: String,
    /// Seconds until it ends in any case.
    pub max_age: i64,
}

impl Begun {
    /// The value of `Set-Cookie`.
    #[must_use]
    pub fn cookie(&self, secure: bool) -> String {
        set_cookie(cookie_name(secure), &self.token, secure, Some(self.max_age))
    }
}

/// The value of `Set-Cookie` that takes the cookie away.
#[must_use]
pub fn gone_cookie(secure: bool) -> String {
    set_cookie(cookie_name(secure), "", secure, Some(0))
}

/// Begins a session of `account` in the tenant of `uow`; the session in `old` (a cookie's token) ends, so that an
/// identifier known before signing in is worth nothing after it.
pub(crate) async fn begin(uow: &mut Uow, account: &AccountId, grants: &[Grant], agent: &str, old: Option<&str>) -> AppResult<Begun> {
    let now: Timestamp = uow.now();
    let tenant = uow.tenant().clone();
    if let Some(old) = old {
        store::delete_token(uow.conn(), &tenant, &token_hash(old)).await?;
    }
    store::delete_expired_sessions(uow.conn(), now).await?;
    let (idle_ms, total_ms) = lifetime(grants);
    let rng = uow.ctx().rng().clone();
    let token = rng.token();
    let row = SessionRow {
        token_hash: token_hash(&token),
        account_id: account.as_str().to_owned(),
        csrf: rng.token(),
        agent: ratusha_platform::text::truncate_chars(&ratusha_platform::text::clean_line(agent), 120),
        created_at: now.0,
        seen_at: now.0,
        idle_ms,
        expires_at: now.plus_ms(total_ms).0,
    };
    store::insert_session(uow.conn(), &tenant, &row).await?;
    Ok(Begun { token, max_age: total_ms / 1000 })
}
