//! What follows from a card being public: its place in the index, and that others hear of it.

use ratusha_content::index;
use ratusha_platform::{AppResult, Uow};
use ratusha_tenants::Tenant;

use super::{Telling, entry_of_practice, tell, written};
use crate::model::Practice;

/// Puts a public practice where it is found; an archived one is kept for its page and its discussion only.
///
/// # Errors
/// Internal, from the database.
pub async fn put_into_index(uow: &mut Uow, tenant: &Tenant, practice: &Practice) -> AppResult<()> {
    index::put(uow, &entry_of_practice(tenant, practice)).await
}

/// Tells followers and the hub how the practice stands now; the first telling is a `Create`.
///
/// # Errors
/// Internal, from the database.
pub async fn announce_change(uow: &mut Uow, tenant: &Tenant, practice: &Practice, first: bool) -> AppResult<String> {
    let ctx = uow.ctx().clone();
    let telling = if first { Telling::Create } else { Telling::Update };
    let activity = written(&ctx, uow.conn(), tenant, practice, Some(telling)).await?;
    tell(uow, tenant, &practice.id, activity).await
}
