//! Files that people put up: judged by their bytes, pictures re-encoded, kept once under their hash, served as
//! attachments that can run nothing.
//!
//! Two steps: [`prepare`] outside any unit of work (checks, picture work, disk), then [`attach`] inside it.

pub mod kind;
mod picture;
mod remote;
mod service;
pub mod store;
mod web;
mod zip;

#[cfg(test)]
mod tests;

use ratusha_platform::jobs::JobRegistry;

pub use kind::{DOCUMENT_MAX, IMAGE_MAX, Kind, Refusal};
pub use remote::{FetchRemote, RemoteFile, list_links, read_attachments, set_remote};
pub use service::{
    FileId, Prepared, Role, StoredFile, Sweep, Thumb, attach, attachments, covers, describe, detach, detach_all, link, list, make_cover,
    prepare,
};
pub use web::{file_lines, gallery, remote_lines, routes};

/// What a file input of pictures accepts.
pub const ACCEPT_IMAGES: &str = "image/jpeg,image/png,image/webp";
/// What a file input of documents accepts.
pub const ACCEPT_DOCUMENTS: &str = ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.csv,.txt";

/// Adds the jobs of this part.
pub fn jobs(registry: &mut JobRegistry) {
    registry.add::<Sweep>();
    registry.add::<FetchRemote>();
}
