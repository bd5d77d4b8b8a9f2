//! The SQL of this module: practices and their versions, remote practices, curation, decisions of the hub.

mod curation;
mod decision;
mod practice;
mod remote;

pub use curation::*;
pub use decision::*;
pub use practice::*;
pub use remote::*;
