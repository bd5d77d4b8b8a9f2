//! SQL of tenants and their hosts.

use std::collections::HashMap;

use ratusha_platform::{Conn, TenantId, Timestamp};
use sqlx::FromRow;

use super::{Moderation, Tenant, TenantKind, TenantState};

#[derive(FromRow)]
struct Row {
    id: String,
    kind: String,
    state: String,
    name_uk: String,
    name_en: String,
    katottg: Option<String>,
    handle: String,
    birth_url: String,
    host: String,
    accent: String,
    moderation: String,
    registration: i64,
    contact: String,
    about_uk: String,
    about_en: String,
    created_at: i64,
}

impl Row {
    fn into_tenant(self, scheme: &str, hosts: Vec<String>) -> Tenant {
        Tenant {
            id: TenantId::trusted(self.id),
            kind: TenantKind::parse(&self.kind).unwrap_or(TenantKind::Community),
            // What is not understood is not served.
            state: TenantState::parse(&self.state).unwrap_or(TenantState::Suspended),
            name_uk: self.name_uk,
            name_en: self.name_en,
            katottg: self.katottg,
            base_url: format!("{scheme}://{}", self.host),
            host: self.host,
            hosts,
            birth_url: self.birth_url,
            handle: self.handle,
            accent: self.accent,
            moderation: Moderation::parse(&self.moderation).unwrap_or_default(),
            registration: self.registration != 0,
            contact: self.contact,
            about_uk: self.about_uk,
            about_en: self.about_en,
            created_at: Timestamp(self.created_at),
        }
    }
}

/// The number of the last change of any tenant; node-wide.
pub async fn revision(conn: &mut Conn) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT revision FROM tenant_revision WHERE id = 1").fetch_one(conn).await
}

/// Counts one more change; node-wide.
pub async fn raise_revision(conn: &mut Conn) -> sqlx::Result<()> {
    sqlx::query("UPDATE tenant_revision SET revision = revision + 1 WHERE id = 1").execute(conn).await?;
    Ok(())
}

/// All tenants with their hosts, the oldest first; node-wide.
pub async fn list_tenants(conn: &mut Conn, scheme: &str) -> sqlx::Result<Vec<Tenant>> {
    let hosts: Vec<(String, String)> =
        sqlx::query_as("SELECT tenant_id, host FROM tenant_host ORDER BY created_at, host").fetch_all(&mut *conn).await?;
    let mut by_tenant: HashMap<String, Vec<String>> = HashMap::new();
    for (tenant, host) in hosts {
        by_tenant.entry(tenant).or_default().push(host);
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, kind, state, name_uk, name_en, katottg, handle, birth_url, host, accent, moderation, \
         CAST(registration AS BIGINT) AS registration, contact, about_uk, about_en, created_at FROM tenant ORDER BY created_at, id",
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let hosts = by_tenant.remove(&row.id).unwrap_or_default();
            row.into_tenant(scheme, hosts)
        })
        .collect())
}

/// Adds a tenant; its hosts are added apart.
pub async fn insert_tenant(conn: &mut Conn, tenant: &Tenant) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO tenant (id, kind, state, name_uk, name_en, katottg, handle, birth_url, host, accent, moderation, registration, \
         contact, about_uk, about_en, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(tenant.id.as_str().to_owned())
    .bind(tenant.kind.name())
    .bind(tenant.state.name())
    .bind(tenant.name_uk.clone())
    .bind(tenant.name_en.clone())
    .bind(tenant.katottg.clone())
    .bind(tenant.handle.clone())
    .bind(tenant.birth_url.clone())
    .bind(tenant.host.clone())
    .bind(tenant.accent.clone())
    .bind(tenant.moderation.name())
    .bind(i64::from(tenant.registration))
    .bind(tenant.contact.clone())
    .bind(tenant.about_uk.clone())
    .bind(tenant.about_en.clone())
    .bind(tenant.created_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Serves `tenant` under one more host; false when the host belongs to another tenant.
pub async fn insert_host(conn: &mut Conn, tenant: &TenantId, host: &str, now: Timestamp) -> sqlx::Result<bool> {
    sqlx::query("INSERT INTO tenant_host (host, tenant_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (host) DO NOTHING")
        .bind(host.to_owned())
        .bind(tenant.as_str().to_owned())
        .bind(now.0)
        .execute(&mut *conn)
        .await?;
    let owner: String =
        sqlx::query_scalar("SELECT tenant_id FROM tenant_host WHERE host = $1").bind(host.to_owned()).fetch_one(conn).await?;
    Ok(owner == tenant.as_str())
}

/// Makes `host` the first host.
pub async fn update_first_host(conn: &mut Conn, tenant: &TenantId, host: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE tenant SET host = $1 WHERE id = $2").bind(host.to_owned()).bind(tenant.as_str().to_owned()).execute(conn).await?;
    Ok(())
}

/// Serves or suspends.
pub async fn update_state(conn: &mut Conn, tenant: &TenantId, state: TenantState) -> sqlx::Result<()> {
    sqlx::query("UPDATE tenant SET state = $1 WHERE id = $2").bind(state.name()).bind(tenant.as_str().to_owned()).execute(conn).await?;
    Ok(())
}

/// Writes what the administrator may change.
pub async fn update_profile(conn: &mut Conn, tenant: &Tenant) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE tenant SET name_uk = $1, name_en = $2, accent = $3, moderation = $4, registration = $5, contact = $6, about_uk = $7, \
         about_en = $8 WHERE id = $9",
    )
    .bind(tenant.name_uk.clone())
    .bind(tenant.name_en.clone())
    .bind(tenant.accent.clone())
    .bind(tenant.moderation.name())
    .bind(i64::from(tenant.registration))
    .bind(tenant.contact.clone())
    .bind(tenant.about_uk.clone())
    .bind(tenant.about_en.clone())
    .bind(tenant.id.as_str().to_owned())
    .execute(conn)
    .await?;
    Ok(())
}
