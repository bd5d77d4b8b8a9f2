//! Pages that belong to no module: home, health.

pub mod health;
pub mod home;
