//! What every page of the product stands on: whose site, who is there, which language, what was just done.

mod flash;
mod middleware;
mod nav;
mod page;

pub use flash::FlashCookie;
pub use middleware::{ClientIp, resolve_tenant, same_site, session};
pub(crate) use middleware::{cookie, set_cookie};
pub use nav::{NavEntry, Navigation};
pub use page::Page;
