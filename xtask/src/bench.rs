//! `cargo xtask bench`: hands over to the bench program, built as it is shipped.

use anyhow::Result;

use crate::tools;

/// Runs the benchmarks of the release build.
pub fn run(names: &[String], json: bool) -> Result<()> {
    let mut rest: Vec<String> = names.to_vec();
    if json {
        rest.push("--json".to_owned());
    }
    tools::cargo(&["run", "--release", "--quiet", "--package", "ratusha-federation-tests", "--bin", "bench", "--"], &rest)
}
