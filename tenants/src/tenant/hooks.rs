//! What other crates do when a tenant comes to be.

use std::sync::Arc;

use async_trait::async_trait;
use ratusha_platform::{AppResult, Uow};

use super::Tenant;

/// Seeds what a crate keeps per tenant, inside the transaction that makes the tenant.
#[async_trait]
pub trait TenantHook: Send + Sync {
    /// Runs once per tenant; the unit of work already stands for the new tenant.
    async fn created(&self, uow: &mut Uow, tenant: &Tenant) -> AppResult<()>;
}

/// All hooks in order; a service in the context, absent when there are none.
#[derive(Default, Clone)]
pub struct TenantHooks(pub Vec<Arc<dyn TenantHook>>);
