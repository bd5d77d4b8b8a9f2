//! The protocol: signatures, the guarded client, what goes over the wire and how it is read.
//! Knows no module and no tenant table.

pub mod fetch;
pub mod signatures;
pub mod webfinger;
pub mod wire;
