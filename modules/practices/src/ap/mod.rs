//! What practices are on the wire: the card as JSON, the Article, the activities around it, and how
//! those of others are read.

mod article;
mod curation;
mod handler;
mod read;
mod record;

#[cfg(test)]
pub use article::content as content_of;
pub use article::{Desk, Document, create, delete, tombstone, update};
pub use curation::{Verdict, accept, add, announce, reject, remove, tentative_accept, undo_announce};
pub use handler::{Decisions, Practices};
pub use read::read_article;
pub use record::{read_card, write_card};

/// Path of a practice's ActivityPub id.
#[must_use]
pub fn practice_path(id: &crate::model::PracticeId) -> String {
    format!("/ap/practice/{id}")
}

/// The id in the address of a practice of `tenant`; `None` for anything else.
#[must_use]
pub fn own_practice(tenant: &ratusha_tenants::Tenant, ap_id: &str) -> Option<crate::model::PracticeId> {
    let prefix = tenant.ap_url("/ap/practice/");
    ap_id.strip_prefix(prefix.as_str())?.parse().ok()
}
