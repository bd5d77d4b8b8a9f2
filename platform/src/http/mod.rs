//! What every web layer shares: errors, forms, CSRF, negotiation, cursors.

pub mod csrf;
pub mod cursor;
pub mod error;
pub mod form;
pub mod negotiate;
pub mod routes;
pub mod site;
