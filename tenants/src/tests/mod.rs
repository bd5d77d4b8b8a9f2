//! Stories of this crate, each on a fresh database of the engine under test.

mod actors;
mod attacks;
mod follows;
mod hub;
mod people;
mod tenants;
mod web;
