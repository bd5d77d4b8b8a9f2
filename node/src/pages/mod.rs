//! Pages that belong to no module: home, health, documents for machines.

pub mod health;
pub mod home;
pub mod wellknown;
