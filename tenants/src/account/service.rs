//! Use cases of people: registering, signing in and out, roles, sessions.

use std::net::IpAddr;

use ratusha_platform::{
    AppError, AppResult, Conn, Ctx, FieldError, Kind, TenantId, Timestamp, Uow,
    db::is_unique_violation,
    http::cursor::{Cursor, Page},
    secret::Keyring,
    text,
};
use serde_json::json;

use super::{
    Account, AccountId, AccountState, Member,
    model::normal_email,
    password,
    session::{self, Begun},
    store,
    throttle::{self, Limit},
};
use crate::{
    audit::Audit,
    policy,
    principal::{Grant, Principal},
    roles,
    tenant::{Tenant, Tenants},
};

const EMAIL: &str = "account-email";
/// People on a page of a list.
const PEOPLE: i64 = 50;

/// What somebody types to register.
#[derive(Clone, Default)]
pub struct NewAccount {
    /// E-mail address.
    pub email: String,
    /// Name in bylines.
    pub name: String,
    /// Password.
    pub password: String,
}

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewAccount(…)")
    }
}

/// From where somebody signs in.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// The address of the network, if known.
    pub ip: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: String,
    /// Token of the session that is there already; it ends.
    pub token: Option<String>,
}

/// A checked and hashed new account, made before any unit of work is opened.
#[derive(Clone)]
pub struct Prepared {
    email_hash: String,
    email_sealed: Vec<u8>,
    name: String,
    password: String,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Prepared(…)")
    }
}

fn email_hash(keyring: &Keyring, email: &str) -> AppResult<String> {
    keyring.hash(EMAIL, email).map_err(AppError::internal)
}

/// Checks what was typed and hashes the password; outside any unit of work.
///
/// # Errors
/// Invalid with messages by field (`email`, `name`, `password`).
pub async fn prepare(ctx: &Ctx, new: &NewAccount) -> AppResult<Prepared> {
    let (email, name) = checked(new)?;
    let keyring = ctx.keyring();
    Ok(Prepared {
        email_hash: email_hash(keyring, &email)?,
        email_sealed: keyring.seal(ctx.rng(), EMAIL, email.as_bytes()).map_err(AppError::internal)?,
        password: password::hash(ctx.rng(), &new.password).await?,
        name,
    })
}

/// The address and the name as they are kept, or what is wrong with what was typed.
fn checked(new: &NewAccount) -> AppResult<(String, String)> {
    let mut errors = Vec::new();
    let email = normal_email(&new.email);
    if email.is_none() {
        errors.push(FieldError::new("email", "account-email-invalid"));
    }
    let name = text::clean_line(&new.name);
    check_name(&mut errors, &name);
    errors.extend(password::weakness("password", &new.password, email.as_deref().unwrap_or("")));
    email.filter(|_| errors.is_empty()).map(|email| (email, name)).ok_or_else(|| AppError::invalid(errors))
}

/// A prepared account with a password that is hashed already, for tests.
#[cfg(any(test, feature = "testkit"))]
pub(crate) fn prepared(ctx: &Ctx, email: &str, name: &str, password: String) -> Prepared {
    let (ring, rng) = (ctx.keyring(), ctx.rng());
    let email = normal_email(email).unwrap_or_default();
    Prepared {
        email_hash: ring.hash(EMAIL, &email).unwrap_or_default(),
        email_sealed: ring.seal(rng, EMAIL, email.as_bytes()).unwrap_or_default(),
        name: name.to_owned(),
        password,
    }
}

fn check_name(errors: &mut Vec<FieldError>, name: &str) {
    let count = name.chars().count();
    if count < 2 {
        errors.push(FieldError::new("name", "account-name-required"));
    } else if count > 80 {
        errors.push(FieldError::new("name", "account-name-long").arg("n", 80));
    }
}

/// Adds a prepared account with its home in the tenant of `uow`; it has no role yet.
///
/// # Errors
/// Invalid (`email`) when the address is taken.
pub(crate) async fn insert(uow: &mut Uow, prepared: Prepared) -> AppResult<AccountId> {
    let id = AccountId::trusted(uow.new_id());
    let account =
        Account { id: id.clone(), home: uow.tenant().clone(), name: prepared.name, state: AccountState::Active, created_at: uow.now() };
    let taken = || AppError::invalid(vec![FieldError::new("email", "account-email-taken")]);
    if store::find_by_email(uow.conn(), &prepared.email_hash).await?.is_some() {
        return Err(taken());
    }
    let refused = |error: sqlx::Error| if is_unique_violation(&error) { taken() } else { error.into() };
    store::insert_account(uow.conn(), &account, prepared.email_sealed, &prepared.email_hash, &prepared.password).await.map_err(refused)?;
    uow.audit("account.created", id.as_str(), json!({})).await?;
    Ok(id)
}

/// A citizen registers at `tenant`, and signs in afterwards. Somebody who has an account on this node and gives its
/// password joins with it.
///
/// Whether the address was known is told neither by words nor by time: a known one with another password ends alike.
///
/// # Errors
/// Forbidden when the community does not take registrations; invalid with messages by field; too many.
pub async fn register(ctx: &Ctx, tenant: &Tenant, new: &NewAccount, visit: &Visit) -> AppResult<()> {
    if !tenant.registration {
        return Err(AppError::new(Kind::Forbidden, "account.registration_closed"));
    }
    let (email, _) = checked(new)?;
    let tries = [Limit::account(ctx, &email, visit.ip)?, Limit::registrations(ctx, visit.ip)?];
    let [guesses, _] = &tries;
    throttle::take(ctx, &tenant.id, &tries).await?;
    let mut conn = ctx.db().read().await?;
    let known = store::find_by_email(&mut conn, &email_hash(ctx.keyring(), &email)?).await?;
    let stored = match &known {
        Some(known) => store::find_password(&mut conn, &known.id).await?,
        None => None,
    };
    drop(conn);
    let (account, prepared) = match known {
        None => (None, Some(prepare(ctx, new).await?)),
        Some(known) => {
            let fits = password::verify(&new.password, stored).await? && known.state == AccountState::Active;
            (fits.then_some(known.id), None)
        }
    };
    let mut uow = ctx.begin(&tenant.id, account.as_ref().map_or("visitor", AccountId::as_str)).await?;
    match (account, prepared) {
        (Some(account), _) => join(&mut uow, &account, "account.joined").await?,
        (None, Some(prepared)) => {
            let account = match insert(&mut uow, prepared).await {
                Ok(account) => account,
                // Somebody else has just registered the same address.
                Err(error) if error.kind == Kind::Invalid => return Ok(()),
                Err(error) => return Err(error),
            };
            uow.turn_to(&tenant.id, account.as_str());
            join(&mut uow, &account, "account.registered").await?;
        }
        (None, None) => return Ok(()),
    }
    store::delete_failures(uow.conn(), &tenant.id, &guesses.key).await?;
    uow.commit().await
}

/// Makes `account` a citizen of the tenant of `uow`, unless it is one.
async fn join(uow: &mut Uow, account: &AccountId, action: &'static str) -> AppResult<()> {
    let (tenant, now) = (uow.tenant().clone(), uow.now());
    if store::list_grants(uow.conn(), &tenant, account, now).await?.iter().any(|grant| grant.role == roles::CITIZEN) {
        return Ok(());
    }
    store::put_membership(uow.conn(), &tenant, account, roles::CITIZEN, None, account.as_str(), now).await?;
    uow.audit(action, account.as_str(), json!({})).await
}

/// Signs somebody in at `tenant`. An unknown address, a wrong password, a blocked account and one without a role here
/// are told apart neither by words nor by time.
///
/// # Errors
/// Invalid (`email`: `account-sign-in-failed`); too many tries.
pub async fn sign_in(ctx: &Ctx, tenant: &Tenant, email: &str, password: &str, visit: &Visit) -> AppResult<Begun> {
    let failed = || AppError::invalid(vec![FieldError::new("email", "account-sign-in-failed")]);
    let email = normal_email(email).unwrap_or_default();
    let limits = [Limit::account(ctx, &email, visit.ip)?, Limit::guesses(ctx, visit.ip)?];
    let [own, guesses] = &limits;
    let hash = email_hash(ctx.keyring(), &email)?;
    let now = ctx.now();
    throttle::take(ctx, &tenant.id, &limits).await?;
    let mut conn = ctx.db().read().await?;
    let account = store::find_by_email(&mut conn, &hash).await?.filter(|account| account.state == AccountState::Active);
    let (mut stored, mut grants) = (None, Vec::new());
    if let Some(account) = &account {
        grants = store::list_grants(&mut conn, &tenant.id, &account.id, now).await?;
        if !grants.is_empty() {
            stored = store::find_password(&mut conn, &account.id).await?;
        }
    }
    drop(conn);
    let fits = password.chars().count() <= password::MAX && password::verify(password, stored).await?;
    let Some(account) = account.filter(|_| fits) else {
        tracing::info!(tenant = %tenant.id, "a sign-in failed");
        return Err(failed());
    };
    let mut uow = ctx.begin(&tenant.id, account.id.as_str()).await?;
    store::delete_failures(uow.conn(), &tenant.id, &own.key).await?;
    store::change_failures(uow.conn(), &tenant.id, &guesses.key, -1, now).await?;
    let begun = session::begin(&mut uow, &account.id, &grants, &visit.agent, visit.token.as_deref()).await?;
    uow.audit("account.signed_in", account.id.as_str(), json!({})).await?;
    uow.commit().await?;
    Ok(begun)
}

/// Ends the session behind `token`.
///
/// # Errors
/// Internal, from the database.
pub async fn sign_out(uow: &mut Uow, who: &Principal, token: &str) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    store::delete_token(uow.conn(), &tenant, &session::token_hash(token)).await?;
    if let Some(account) = &who.account {
        uow.audit("account.signed_out", account.as_str(), json!({})).await?;
    }
    Ok(())
}

fn own(who: &Principal) -> AppResult<AccountId> {
    policy::own_account(who).require()?;
    who.account.clone().ok_or_else(AppError::unauthorized)
}

/// Live sessions of whoever asks, in this tenant.
///
/// # Errors
/// Unauthorized.
pub async fn sessions(conn: &mut Conn, who: &Principal, now: Timestamp) -> AppResult<Vec<store::SessionRow>> {
    let account = own(who)?;
    Ok(store::list_sessions(conn, &who.tenant, &account, now).await?)
}

/// Ends one of the own sessions.
///
/// # Errors
/// Unauthorized; not found for what is no session of one's own.
pub async fn end_session(uow: &mut Uow, who: &Principal, token_hash: &str) -> AppResult<()> {
    let account = own(who)?;
    let tenant = uow.tenant().clone();
    if !store::delete_session(uow.conn(), &tenant, &account, token_hash).await? {
        return Err(AppError::not_found());
    }
    uow.audit("account.session_ended", account.as_str(), json!({})).await
}

/// Changes the name in bylines.
///
/// # Errors
/// Unauthorized; invalid (`name`).
pub async fn rename(uow: &mut Uow, who: &Principal, name: &str) -> AppResult<()> {
    let account = own(who)?;
    let name = text::clean_line(name);
    let mut errors = Vec::new();
    check_name(&mut errors, &name);
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    store::update_name(uow.conn(), &account, &name).await?;
    uow.audit("account.renamed", account.as_str(), json!({})).await
}

/// Changes the password and ends every other session; opens its own unit of work.
///
/// # Errors
/// Unauthorized; invalid (`current`, `password`).
pub async fn change_password(ctx: &Ctx, who: &Principal, current: &str, new: &str, token: &str) -> AppResult<()> {
    let account = own(who)?;
    let mut conn = ctx.db().read().await?;
    let stored = store::find_password(&mut conn, &account).await?;
    let email =
        emails(ctx, &mut conn, std::slice::from_ref(&account)).await?.into_iter().next().map(|(_, email)| email).unwrap_or_default();
    drop(conn);
    let mut errors = Vec::new();
    if current.chars().count() > password::MAX || !password::verify(current, stored).await? {
        errors.push(FieldError::new("current", "account-password-wrong"));
    }
    errors.extend(password::weakness("password", new, &email));
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let hashed = password::hash(ctx.rng(), new).await?;
    let mut uow = ctx.begin(&who.tenant, who.by()).await?;
    store::update_password(uow.conn(), &account, &hashed).await?;
    store::delete_other_sessions(uow.conn(), &account, &session::token_hash(token)).await?;
    uow.audit("account.password_changed", account.as_str(), json!({})).await?;
    uow.commit().await
}

/// The e-mail addresses of several accounts, opened for those who may see them.
pub(crate) async fn emails(ctx: &Ctx, conn: &mut Conn, accounts: &[AccountId]) -> AppResult<Vec<(AccountId, String)>> {
    let rows = store::list_emails(conn, accounts).await?;
    let mut out = Vec::with_capacity(rows.len());
    for (id, sealed) in rows {
        let plain = ctx.keyring().open_sealed(EMAIL, &sealed).map_err(AppError::internal)?;
        out.push((AccountId::trusted(id), String::from_utf8_lossy(&plain).into_owned()));
    }
    Ok(out)
}

/// People of the tenant with their roles, in order of registration.
///
/// # Errors
/// Forbidden; internal, from the database.
pub async fn people(conn: &mut Conn, who: &Principal, cursor: Option<&Cursor>, now: Timestamp) -> AppResult<Page<Member>> {
    policy::administer(who).require()?;
    let after = cursor.map(|cursor| cursor.id.as_str());
    let rows = store::list_members(conn, &who.tenant, after, PEOPLE + 1, now).await?;
    let mut members: Vec<Member> = Vec::new();
    for (account, grant) in rows {
        match members.last_mut() {
            Some(last) if last.account.id == account.id => last.grants.push(grant),
            _ => members.push(Member { account, grants: vec![grant] }),
        }
    }
    let size = usize::try_from(PEOPLE).unwrap_or(usize::MAX);
    Ok(Page::cut(members, size, |member| Cursor { key: 0, id: member.account.id.as_str().to_owned() }))
}

/// The names of several accounts for bylines, without asking who wants to know: names are public where they stand.
///
/// # Errors
/// Internal, from the database.
pub async fn name_of(conn: &mut Conn, account: &AccountId) -> AppResult<Option<String>> {
    Ok(store::find_account(conn, account).await?.map(|account| account.name))
}

/// Gives `role` in the tenant of `uow` to the account behind `email`, until `until` if given.
///
/// # Errors
/// Forbidden; invalid (`email`, `role`, `until`).
pub async fn grant_by_email(uow: &mut Uow, who: &Principal, email: &str, role: &str, until: Option<Timestamp>) -> AppResult<()> {
    policy::administer(who).require()?;
    policy::within(who, uow.tenant()).require()?;
    let hash = match normal_email(email) {
        Some(email) => email_hash(uow.ctx().keyring(), &email)?,
        None => return Err(AppError::invalid(vec![FieldError::new("email", "account-email-invalid")])),
    };
    let account = store::find_by_email(uow.conn(), &hash).await?;
    let account = account.ok_or_else(|| AppError::invalid(vec![FieldError::new("email", "account-email-unknown")]))?;
    grant(uow, who, &account.id, role, until).await
}

/// Gives `role` in the tenant of `uow`; the person's sessions there end, so that a new one begins with the new rights.
///
/// # Errors
/// Forbidden; invalid (`role`, `until`).
pub async fn grant(uow: &mut Uow, who: &Principal, account: &AccountId, role: &str, until: Option<Timestamp>) -> AppResult<()> {
    let ctx = uow.ctx().clone();
    let (id, by, now) = (uow.tenant().clone(), uow.by().to_owned(), uow.now());
    let kind = match ctx.service::<Tenants>()?.by_id(&id) {
        Some(tenant) => tenant.kind,
        // The tenant is being made in this very unit of work.
        None => {
            crate::tenant::store::list_tenants(uow.conn(), "")
                .await?
                .into_iter()
                .find(|tenant| tenant.id == id)
                .ok_or_else(AppError::not_found)?
                .kind
        }
    };
    let def = roles::of(kind)
        .find(|def| def.name == role)
        .ok_or_else(|| AppError::invalid(vec![FieldError::new("role", "account-role-unknown")]))?;
    policy::grant(who, def).require()?;
    policy::within(who, &id).require()?;
    if until.is_some_and(|until| until <= now) {
        return Err(AppError::invalid(vec![FieldError::new("until", "account-until-past")]));
    }
    store::lock_members(uow.conn(), &id).await?;
    store::put_membership(uow.conn(), &id, account, def.name, until, &by, now).await?;
    if def.name == roles::ADMIN && until.is_some() {
        keep_an_administrator(uow).await?;
    }
    end_sessions_of(uow, who, account).await?;
    uow.audit("account.granted", account.as_str(), json!({"role": def.name, "until": until.map(|until| until.0)})).await
}

/// Takes `role` away in the tenant of `uow`.
///
/// # Errors
/// Forbidden; not found when it is not held; conflict for the last administrator.
pub async fn revoke(uow: &mut Uow, who: &Principal, account: &AccountId, role: &str) -> AppResult<()> {
    let def = roles::find(role).ok_or_else(AppError::not_found)?;
    policy::grant(who, def).require()?;
    policy::within(who, uow.tenant()).require()?;
    let tenant = uow.tenant().clone();
    store::lock_members(uow.conn(), &tenant).await?;
    if !store::delete_membership(uow.conn(), &tenant, account, def.name).await? {
        return Err(AppError::not_found());
    }
    if def.name == roles::ADMIN {
        keep_an_administrator(uow).await?;
    }
    end_sessions_of(uow, who, account).await?;
    uow.audit("account.revoked", account.as_str(), json!({"role": def.name})).await
}

/// Refuses what would leave the tenant of `uow`, now or some day, to nobody.
async fn keep_an_administrator(uow: &mut Uow) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    if store::count_lasting(uow.conn(), &tenant, roles::ADMIN).await? == 0 {
        return Err(AppError::new(Kind::Conflict, "account.last_admin"));
    }
    Ok(())
}

async fn end_sessions_of(uow: &mut Uow, who: &Principal, account: &AccountId) -> AppResult<()> {
    if who.account.as_ref() != Some(account) {
        let tenant = uow.tenant().clone();
        store::delete_sessions_in(uow.conn(), &tenant, account).await?;
    }
    Ok(())
}

/// Makes `account` an administrator of the node.
///
/// # Errors
/// Forbidden.
pub async fn add_node_admin(uow: &mut Uow, who: &Principal, account: &AccountId) -> AppResult<()> {
    policy::run_node(who).require()?;
    let (by, now) = (uow.by().to_owned(), uow.now());
    store::insert_node_admin(uow.conn(), account, &by, now).await?;
    if who.account.as_ref() != Some(account) {
        // Sessions of before last longer than those of administrators may.
        store::delete_other_sessions(uow.conn(), account, "").await?;
    }
    uow.audit("account.granted", account.as_str(), json!({"role": roles::NODE_ADMIN})).await
}

/// Ends the administration of the node by `account`.
///
/// # Errors
/// Forbidden; not found; conflict for the last one.
pub async fn remove_node_admin(uow: &mut Uow, who: &Principal, account: &AccountId) -> AppResult<()> {
    policy::run_node(who).require()?;
    store::lock_node_admins(uow.conn()).await?;
    if !store::delete_node_admin(uow.conn(), account).await? {
        return Err(AppError::not_found());
    }
    if store::count_node_admins(uow.conn()).await? == 0 {
        return Err(AppError::new(Kind::Conflict, "account.last_node_admin"));
    }
    uow.audit("account.revoked", account.as_str(), json!({"role": roles::NODE_ADMIN})).await
}

/// Adds an account with `roles` at `tenant` in one commit, for commands, seeds and tests; an address that is known
/// keeps its name and password and gets the roles.
///
/// # Errors
/// Forbidden; invalid with messages by field (`email`, `name`, `password`, `role`).
pub async fn create(
    ctx: &Ctx,
    who: &Principal,
    tenant: &Tenant,
    email: &str,
    name: &str,
    password: &str,
    roles: &[&str],
) -> AppResult<AccountId> {
    policy::administer(who).require()?;
    let address = normal_email(email).ok_or_else(|| AppError::invalid(vec![FieldError::new("email", "account-email-invalid")]))?;
    let mut conn = ctx.db().read().await?;
    let known = store::find_by_email(&mut conn, &email_hash(ctx.keyring(), &address)?).await?;
    drop(conn);
    let new = NewAccount { email: address, name: name.to_owned(), password: password.to_owned() };
    let prepared = if known.is_some() { None } else { Some(prepare(ctx, &new).await?) };
    let mut uow = ctx.begin(&tenant.id, who.by()).await?;
    let account = create_within(&mut uow, who, known.map(|known| known.id), prepared, roles).await?;
    uow.commit().await?;
    Ok(account)
}

/// [`create`] inside an open unit of work, for an account that is `known` or `prepared`.
pub(crate) async fn create_within(
    uow: &mut Uow,
    who: &Principal,
    known: Option<AccountId>,
    prepared: Option<Prepared>,
    roles: &[&str],
) -> AppResult<AccountId> {
    let account = match (known, prepared) {
        (Some(known), _) => known,
        (None, Some(prepared)) => insert(uow, prepared).await?,
        (None, None) => return Err(AppError::broken("an account neither known nor prepared")),
    };
    for role in roles {
        if *role == roles::NODE_ADMIN {
            add_node_admin(uow, who, &account).await?;
        } else {
            grant(uow, who, &account, role, None).await?;
        }
    }
    Ok(account)
}

/// What `account` may do in `tenant` now, for jobs and feeds that act for somebody who is not there.
///
/// # Errors
/// Not found for an unknown account.
pub async fn principal(conn: &mut Conn, tenant: &TenantId, account: &AccountId, now: Timestamp) -> AppResult<Principal> {
    let found =
        store::find_account(conn, account).await?.filter(|found| found.state == AccountState::Active).ok_or_else(AppError::not_found)?;
    let grants: Vec<Grant> = store::list_grants(conn, tenant, account, now).await?;
    Ok(Principal::account(tenant, found.id, &found.name, grants))
}
