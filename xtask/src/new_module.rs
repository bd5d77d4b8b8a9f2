//! `cargo xtask new-module NAME`.

use anyhow::{Result, bail};

/// Writes the rooms of a new module and registers it.
pub fn run(name: &str) -> Result<()> {
    bail!("new-module {name}: not written yet")
}
