//! What comes in: verified at the door, stored raw, answered 202, and brought to effect afterwards.

mod checks;
mod door;
pub(crate) mod limit;
mod processor;
pub mod store;
pub(crate) mod writer;

use ratusha_platform::{AppResult, Conn, http::routes::Routes};

pub use processor::InboxProcessor;

/// The largest body of a delivery, in bytes.
pub const MAX_BODY: usize = 1024 * 1024;

/// `POST` of every inbox; all of them lead to the same door, because who an activity is for stands in it.
#[must_use]
pub fn inbox_routes() -> Routes {
    Routes::new()
        .post("/ap/inbox", door::receive)
        .post("/ap/actor/inbox", door::receive)
        .post("/ap/server/inbox", door::receive)
        .post("/ap/desk/{name}/inbox", door::receive)
        .post("/ap/person/{id}/inbox", door::receive)
        .post("/ap/group/{id}/inbox", door::receive)
        .map(|router| router.layer(axum::extract::DefaultBodyLimit::disable()))
}

/// How many deliveries of the node wait for their effect, and how many were given up.
///
/// # Errors
/// Internal, from the database.
pub async fn backlog(conn: &mut Conn) -> AppResult<(i64, i64)> {
    Ok(store::count_all(conn).await?)
}
