//! What every request passes on its way in, outermost last.

pub mod cache;
pub mod errors;
pub mod headers;
pub mod language;
pub mod log;
