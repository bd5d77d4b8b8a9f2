//! What every page of the product stands on: whose site, who is there, which language, what was just done; and the
//! pages about the site and its administration.

mod about;
mod admin;
mod federation;
mod flash;
mod middleware;
mod nav;
mod node;
mod page;
mod people;
pub mod setup;
pub(crate) mod view;

pub use flash::FlashCookie;
pub use middleware::{ClientIp, resolve_tenant, same_site, session};
pub(crate) use middleware::{cookie, set_cookie};
pub use nav::{NavEntry, Navigation};
pub use page::Page;
pub(crate) use page::safe_path;
pub use setup::setup_routes;

use ratusha_platform::http::routes::Routes;

/// Every page of this crate.
#[must_use]
pub fn routes() -> Routes {
    about::routes()
        .merge(admin::routes())
        .merge(people::routes())
        .merge(federation::routes())
        .merge(node::routes())
        .merge(crate::account::web::routes())
}
