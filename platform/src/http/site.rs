//! Which community a request is for, decided from its Host before anything else.

use crate::{i18n::Lang, ids::TenantId};

/// Put into the request extensions by the tenant layer.
#[derive(Debug, Clone)]
pub struct Site {
    /// The community.
    pub tenant: TenantId,
    /// The host by which it was called, lower case, with a port when it is not the scheme's own.
    pub host: String,
    /// `https://host` of the host by which it was called; no slash at the end.
    pub base_url: String,
}

/// What the language layer found in the address.
#[derive(Debug, Clone)]
pub struct Address {
    /// The language of the page.
    pub lang: Lang,
    /// Path and query without the language prefix.
    pub path: String,
}
