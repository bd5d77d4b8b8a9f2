//! Use cases of tenants: adding, moving, suspending, and changing what they show of themselves.

use std::sync::Arc;

use ratusha_platform::{AppError, AppResult, Conn, Ctx, FieldError, Kind, TenantId, Uow, db::is_unique_violation, text};
use serde_json::json;

use super::{Moderation, Tenant, TenantHooks, TenantKind, TenantState, Tenants, is_handle, store};
use crate::{
    actor::{self, ActorKind, Actors, DESKS, NewKeys},
    audit::Audit,
    hub, policy,
    principal::Principal,
    settings::NodeSettings,
    territory,
};

/// What a tenant needs at its birth.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Hub or community.
    pub kind: TenantKind,
    /// Code of its unit; required for a community, absent for the hub.
    pub katottg: Option<String>,
    /// Its first host, with a port where the scheme does not imply it.
    pub host: String,
    /// `preferredUsername`; permanent.
    pub handle: String,
    /// Its name in Ukrainian; that of the unit when empty.
    pub name_uk: String,
    /// Its name in English; that of the unit when empty.
    pub name_en: String,
}

/// What the administrator of a tenant may change.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name in Ukrainian.
    pub name_uk: String,
    /// Its name in English.
    pub name_en: String,
    /// Name of its accent colour.
    pub accent: String,
    /// What happens to new replies.
    pub moderation: Moderation,
    /// Whether people may register themselves.
    pub registration: bool,
    /// How to reach its people.
    pub contact: String,
    /// About it, in Ukrainian.
    pub about_uk: String,
    /// About it, in English.
    pub about_en: String,
}

impl Profile {
    /// The profile that `tenant` has.
    #[must_use]
    pub fn of(tenant: &Tenant) -> Self {
        Self {
            name_uk: tenant.name_uk.clone(),
            name_en: tenant.name_en.clone(),
            accent: tenant.accent.clone(),
            moderation: tenant.moderation,
            registration: tenant.registration,
            contact: tenant.contact.clone(),
            about_uk: tenant.about_uk.clone(),
            about_en: tenant.about_en.clone(),
        }
    }
}

/// Key pairs that a tenant of `kind` needs, made before any unit of work is opened.
///
/// # Errors
/// Internal, when the cryptography fails.
pub async fn keys_for(ctx: &Ctx, kind: TenantKind) -> AppResult<NewKeys> {
    let desks = if kind == TenantKind::Hub { DESKS.len() } else { 0 };
    ctx.service::<Actors>()?.new_keys(ctx, 2 + desks).await
}

/// Adds a tenant with its actors and whatever the hooks seed, in one commit.
///
/// # Errors
/// Forbidden; invalid with messages by field (`katottg`, `host`, `handle`, `name_uk`); conflict when the unit or the
/// host is taken meanwhile.
pub async fn add(ctx: &Ctx, who: &Principal, new: &NewTenant) -> AppResult<Arc<Tenant>> {
    policy::run_node(who).require()?;
    let keys = keys_for(ctx, new.kind).await?;
    let id = TenantId::new(ctx.rng(), ctx.now());
    let mut uow = ctx.begin(&id, who.by()).await?;
    let tenant = add_within(&mut uow, who, new, keys).await?;
    uow.commit().await?;
    ctx.service::<Tenants>()?.get(&tenant.id)
}

/// [`add`] inside an open unit of work, which then stands for the new tenant; `keys` come from [`keys_for`].
///
/// # Errors
/// As [`add`].
pub async fn add_within(uow: &mut Uow, who: &Principal, new: &NewTenant, mut keys: NewKeys) -> AppResult<Tenant> {
    policy::run_node(who).require()?;
    let ctx = uow.ctx().clone();
    let (settings, tenants) = (ctx.service::<NodeSettings>()?, ctx.service::<Tenants>()?);
    let tenant = checked(uow, &settings, new).await?;
    let by = uow.by().to_owned();
    uow.turn_to(&tenant.id, &by);
    let taken =
        |error: sqlx::Error| if is_unique_violation(&error) { AppError::new(Kind::Conflict, "tenants.unit_taken") } else { error.into() };
    store::insert_tenant(uow.conn(), &tenant).await.map_err(taken)?;
    let now = uow.now();
    if !store::insert_host(uow.conn(), &tenant.id, &tenant.host, now).await? {
        return Err(AppError::invalid(vec![FieldError::new("host", "tenants-host-taken")]));
    }
    actor::service::insert(uow, &tenant, ActorKind::Community, "", &tenant.handle, None, keys.take()?).await?;
    actor::service::insert(uow, &tenant, ActorKind::Server, "", "server", None, keys.take()?).await?;
    if tenant.is_hub() {
        for desk in DESKS {
            actor::service::insert(uow, &tenant, ActorKind::Desk, desk.name, desk.name, None, keys.take()?).await?;
        }
    }
    uow.audit(
        "tenants.added",
        tenant.id.as_str(),
        json!({"kind": tenant.kind.name(), "katottg": tenant.katottg, "host": tenant.host, "handle": tenant.handle}),
    )
    .await?;
    if let Ok(hooks) = ctx.service::<TenantHooks>() {
        for hook in &hooks.0 {
            hook.created(uow, &tenant).await?;
        }
    }
    hub::schedule(uow, &tenant).await?;
    tenants.publish(uow).await?;
    Ok(tenant)
}

/// The tenant that `new` describes, or what is wrong with it.
async fn checked(uow: &mut Uow, settings: &NodeSettings, new: &NewTenant) -> AppResult<Tenant> {
    let mut errors = Vec::new();
    let existing = store::list_tenants(uow.conn(), settings.scheme).await?;
    let unit = match (new.kind, new.katottg.as_deref().map(str::trim).filter(|code| !code.is_empty())) {
        (TenantKind::Hub, _) => {
            if existing.iter().any(Tenant::is_hub) {
                errors.push(FieldError::new("kind", "tenants-hub-exists"));
            }
            None
        }
        (TenantKind::Community, None) => {
            errors.push(FieldError::new("katottg", "tenants-unit-required"));
            None
        }
        (TenantKind::Community, Some(code)) => {
            let unit = territory::find_by_code(uow.conn(), code).await?;
            match &unit {
                None => errors.push(FieldError::new("katottg", "tenants-unit-unknown")),
                Some(unit) if !unit.is_open() => errors.push(FieldError::new("katottg", "tenants-unit-closed")),
                Some(unit) if existing.iter().any(|tenant| tenant.katottg.as_deref() == Some(unit.code.as_str())) => {
                    errors.push(FieldError::new("katottg", "tenants-unit-taken"))
                }
                Some(_) => {}
            }
            unit
        }
    };
    let host = settings.host(&new.host);
    match &host {
        None => errors.push(FieldError::new("host", "tenants-host-invalid")),
        Some(host) if existing.iter().any(|tenant| tenant.hosts.contains(host)) => {
            errors.push(FieldError::new("host", "tenants-host-taken"))
        }
        Some(_) => {}
    }
    let handle = new.handle.trim().trim_start_matches('@').to_lowercase();
    if !is_handle(&handle) {
        errors.push(FieldError::new("handle", "tenants-handle-invalid"));
    } else if actor::service::is_reserved(&handle) && !(new.kind == TenantKind::Hub && handle == "hub") {
        errors.push(FieldError::new("handle", "tenants-handle-reserved"));
    }
    let name = |given: &str, lang| {
        let given = text::clean_line(given);
        if given.is_empty() { unit.as_ref().map(|unit| unit.display_name(lang)).unwrap_or_default() } else { given }
    };
    let name_uk = name(&new.name_uk, ratusha_platform::Lang::Uk);
    let name_en = name(&new.name_en, ratusha_platform::Lang::En);
    check_name(&mut errors, "name_uk", &name_uk, new.kind == TenantKind::Hub);
    check_name(&mut errors, "name_en", &name_en, false);
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let host = host.unwrap_or_default();
    let url = format!("{}://{host}", settings.scheme);
    Ok(Tenant {
        id: TenantId::new(uow.ctx().rng(), uow.now()),
        kind: new.kind,
        state: TenantState::Active,
        name_uk,
        name_en,
        katottg: unit.map(|unit| unit.code),
        hosts: vec![host.clone()],
        host,
        base_url: url.clone(),
        birth_url: url,
        handle,
        accent: ratusha_templates::Accent::default().name().to_owned(),
        moderation: Moderation::Hold,
        registration: true,
        contact: String::new(),
        about_uk: String::new(),
        about_en: String::new(),
        created_at: uow.now(),
    })
}

fn check_name(errors: &mut Vec<FieldError>, field: &'static str, name: &str, required: bool) {
    if required && name.is_empty() {
        errors.push(FieldError::new(field, "tenants-name-required"));
    }
    if name.chars().count() > 120 {
        errors.push(FieldError::new(field, "tenants-name-long").arg("n", 120));
    }
}

/// All tenants as they stand in the database, the oldest first; node-wide.
///
/// # Errors
/// Forbidden; internal, from the database.
pub async fn list(ctx: &Ctx, conn: &mut Conn, who: &Principal) -> AppResult<Vec<Tenant>> {
    policy::run_node(who).require()?;
    Ok(store::list_tenants(conn, ctx.service::<NodeSettings>()?.scheme).await?)
}

/// Serves the tenant of `uow` under one more host.
///
/// # Errors
/// Forbidden; invalid (`host`) for what is no host or is taken; not found for an unknown tenant.
pub async fn add_domain(uow: &mut Uow, who: &Principal, host: &str) -> AppResult<()> {
    let host = take_host(uow, who, host).await?;
    finish(uow, "tenants.domain_added", json!({"host": host})).await
}

/// Makes `host` the first host of the tenant of `uow`; the old ones stay served, and ids stay as they were.
///
/// # Errors
/// As [`add_domain`].
pub async fn move_domain(uow: &mut Uow, who: &Principal, host: &str) -> AppResult<()> {
    let host = take_host(uow, who, host).await?;
    let tenant = uow.tenant().clone();
    store::update_first_host(uow.conn(), &tenant, &host).await?;
    let settings = uow.ctx().service::<NodeSettings>()?;
    let moved = current(uow, &settings).await?;
    actor::service::profile_changed(uow, &moved).await?;
    finish(uow, "tenants.moved", json!({"host": host})).await
}

async fn take_host(uow: &mut Uow, who: &Principal, host: &str) -> AppResult<String> {
    policy::run_node(who).require()?;
    let ctx = uow.ctx().clone();
    let settings = ctx.service::<NodeSettings>()?;
    current(uow, &settings).await?;
    let host = settings.host(host).ok_or_else(|| AppError::invalid(vec![FieldError::new("host", "tenants-host-invalid")]))?;
    let (tenant, now) = (uow.tenant().clone(), uow.now());
    if !store::insert_host(uow.conn(), &tenant, &host, now).await? {
        return Err(AppError::invalid(vec![FieldError::new("host", "tenants-host-taken")]));
    }
    Ok(host)
}

/// The tenant of `uow` as it stands inside the transaction.
async fn current(uow: &mut Uow, settings: &NodeSettings) -> AppResult<Tenant> {
    let id = uow.tenant().clone();
    store::list_tenants(uow.conn(), settings.scheme).await?.into_iter().find(|tenant| tenant.id == id).ok_or_else(AppError::not_found)
}

async fn finish(uow: &mut Uow, action: &'static str, detail: serde_json::Value) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    uow.audit(action, tenant.as_str(), detail).await?;
    let tenants = uow.ctx().service::<Tenants>()?;
    tenants.publish(uow).await
}

/// Closes the tenant of `uow` for a while: its pages and doors answer 503.
///
/// # Errors
/// Forbidden; not found.
pub async fn suspend(uow: &mut Uow, who: &Principal) -> AppResult<()> {
    set_state(uow, who, TenantState::Suspended, "tenants.suspended").await
}

/// Opens the tenant of `uow` again.
///
/// # Errors
/// Forbidden; not found.
pub async fn resume(uow: &mut Uow, who: &Principal) -> AppResult<()> {
    set_state(uow, who, TenantState::Active, "tenants.resumed").await
}

async fn set_state(uow: &mut Uow, who: &Principal, state: TenantState, action: &'static str) -> AppResult<()> {
    policy::run_node(who).require()?;
    let settings = uow.ctx().service::<NodeSettings>()?;
    let tenant = current(uow, &settings).await?;
    if tenant.state == state {
        return Ok(());
    }
    store::update_state(uow.conn(), &tenant.id, state).await?;
    finish(uow, action, json!({})).await
}

/// Changes what the tenant of `uow` shows of itself.
///
/// # Errors
/// Forbidden; invalid with messages by field.
pub async fn set_profile(uow: &mut Uow, who: &Principal, profile: &Profile) -> AppResult<()> {
    policy::administer(who).require()?;
    policy::within(who, uow.tenant()).require()?;
    let settings = uow.ctx().service::<NodeSettings>()?;
    let before = current(uow, &settings).await?;
    let mut errors = Vec::new();
    let after = Tenant {
        name_uk: text::clean_line(&profile.name_uk),
        name_en: text::clean_line(&profile.name_en),
        accent: ratusha_templates::Accent::parse(&profile.accent).name().to_owned(),
        moderation: profile.moderation,
        registration: profile.registration,
        contact: text::clean_line(&profile.contact),
        about_uk: text::clean_text(&profile.about_uk),
        about_en: text::clean_text(&profile.about_en),
        ..before.clone()
    };
    check_name(&mut errors, "name_uk", &after.name_uk, true);
    check_name(&mut errors, "name_en", &after.name_en, false);
    for (field, value, max) in
        [("contact", &after.contact, 200), ("about_uk", &after.about_uk, 2_000), ("about_en", &after.about_en, 2_000)]
    {
        if value.chars().count() > max {
            errors.push(FieldError::new(field, "tenants-text-long").arg("n", max));
        }
    }
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    if after == before {
        return Ok(());
    }
    store::update_profile(uow.conn(), &after).await?;
    actor::service::profile_changed(uow, &after).await?;
    let changed: Vec<&str> = [
        ("name_uk", before.name_uk != after.name_uk),
        ("name_en", before.name_en != after.name_en),
        ("accent", before.accent != after.accent),
        ("moderation", before.moderation != after.moderation),
        ("registration", before.registration != after.registration),
        ("contact", before.contact != after.contact),
        ("about", before.about_uk != after.about_uk || before.about_en != after.about_en),
    ]
    .into_iter()
    .filter_map(|(name, changed)| changed.then_some(name))
    .collect();
    finish(uow, "tenants.profile_changed", json!({"changed": changed})).await
}
