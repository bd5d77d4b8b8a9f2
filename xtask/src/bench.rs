//! `cargo xtask bench`: builds what is shipped, starts a PostgreSQL cluster of its own where there is
//! one to start, and hands over to the bench program.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{test, tools};

/// Runs the benchmarks of the release build.
pub fn run(names: &[String], json: bool, quick: bool) -> Result<()> {
    tools::cargo(&["build", "--release", "--quiet", "--package", "ratusha-node", "--package", "ratusha-federation-tests", "--bins"], &[])?;
    let release = test::target_dir().join("release");
    let mut command = Command::new(release.join("bench"));
    command.args(names).env("RATUSHA_BIN", release.join("ratusha")).current_dir(tools::root());
    command.args(json.then_some("--json")).args(quick.then_some("--quick"));
    // A durable cluster, or the comparison with SQLite would flatter it.
    let cluster = match tools::find_postgres() {
        Some(_) => Some(tools::Cluster::start_with("fsync=on")?),
        None => {
            eprintln!("PostgreSQL is not installed (apt-get install postgresql): its figures are left out");
            None
        }
    };
    if let Some(cluster) = &cluster {
        command.env("RATUSHA_BENCH_PG", &cluster.url);
    }
    let status = command.status().context("the bench program did not start")?;
    if status.success() { Ok(()) } else { bail!("the bench failed") }
}
