//! `cargo xtask test`: everything, on both databases and in the browser, with one closing line.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::tools;

/// What test runs have said so far.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    broken: Vec<String>,
}

impl Tally {
    /// Runs `cargo test …`, shows its output, and adds up its closing lines.
    fn cargo_test(&mut self, title: &str, args: &[&str], env: &[(&str, String)]) -> Result<()> {
        println!("── {title}");
        let started = std::time::Instant::now();
        let mut command = Command::new(env!("CARGO"));
        command.arg("test").args(args).current_dir(tools::root()).stdout(Stdio::piped());
        for (name, value) in env {
            command.env(name, value);
        }
        let mut child = command.spawn().context("cargo test did not start")?;
        let out = child.stdout.take().context("cargo test has no output")?;
        let (mut passed, mut failed) = (0, 0);
        for line in BufReader::new(out).lines() {
            let line = line?;
            // The summary of each binary is told once, in our own closing line.
            if let Some((ok, bad)) = summary(&line) {
                passed += ok;
                failed += bad;
            } else if !is_progress(&line) {
                println!("{line}");
            }
        }
        let status = child.wait()?;
        self.passed += passed;
        self.failed += failed;
        if !status.success() && failed == 0 {
            self.broken.push(title.to_owned());
        }
        println!("   {passed} passed, {failed} failed in {} s", started.elapsed().as_secs());
        Ok(())
    }
}

/// True for lines that only say that tests are running or went well.
fn is_progress(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.ends_with("... ok") || line.starts_with("running ") || line.starts_with('.')
}

/// Reads `test result: ok. 12 passed; 0 failed; …`.
fn summary(line: &str) -> Option<(u64, u64)> {
    let rest = line.strip_prefix("test result: ")?;
    let number = |word: &str| rest.split(['.', ';']).find_map(|part| part.trim().strip_suffix(word)?.trim().parse().ok());
    Some((number("passed")?, number("failed")?))
}

/// Crates whose tests touch a database.
const WITH_DATABASE: &[&str] = &[
    "ratusha-platform",
    "ratusha-federation",
    "ratusha-tenants",
    "ratusha-content",
    "ratusha-practices",
    "ratusha-node",
    "ratusha-federation-tests",
];

pub fn run(without: &[String]) -> Result<()> {
    for part in without {
        if !["sqlite", "postgres", "browser"].contains(&part.as_str()) {
            bail!("--without {part}: there is no such part");
        }
    }
    let leave = |part: &str| without.iter().any(|w| w == part);
    // What is missing is found out before an hour of tests, not after.
    if !leave("postgres") {
        tools::postgres_bin()?;
    }
    let browser = if leave("browser") { None } else { Some(tools::chromium()?) };

    let mut tally = Tally::default();
    if !leave("sqlite") {
        tally.cargo_test(
            "all crates, SQLite",
            &["--workspace", "--exclude", "ratusha-e2e", "--no-fail-fast", "--quiet", "--all-targets"],
            &[],
        )?;
    }
    if !leave("postgres") {
        let cluster = tools::Cluster::start()?;
        let mut args = vec!["--no-fail-fast", "--quiet", "--all-targets"];
        for name in WITH_DATABASE {
            args.extend(["-p", name]);
        }
        tally.cargo_test("crates with a database, PostgreSQL", &args, &[("RATUSHA_TEST_DB", cluster.url.clone())])?;
    }
    if let Some((chromium, driver)) = browser {
        tools::cargo(&["build", "--package", "ratusha-node"], &[])?;
        let env = [
            ("RATUSHA_CHROMIUM", chromium.display().to_string()),
            ("RATUSHA_CHROMEDRIVER", driver.display().to_string()),
            ("RATUSHA_BIN", target_dir().join("debug/ratusha").display().to_string()),
        ];
        tally.cargo_test("browser", &["-p", "ratusha-e2e", "--no-fail-fast", "--", "--test-threads=1"], &env)?;
    }

    for title in &tally.broken {
        println!("did not run to its end: {title}");
    }
    if !without.is_empty() {
        println!("left out on request: {}", without.join(", "));
    }
    let failed = tally.failed + u64::try_from(tally.broken.len())?;
    println!("{} passed, {failed} failed", tally.passed);
    std::io::stdout().flush()?;
    if failed > 0 || tally.passed == 0 { bail!("tests failed") } else { Ok(()) }
}

/// Where cargo puts its results.
pub fn target_dir() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| tools::root().join("target"), Into::into)
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn closing_lines_of_cargo_are_read() {
        assert_eq!(
            summary("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s"),
            Some((12, 0))
        );
        assert_eq!(summary("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out"), Some((3, 2)));
        assert_eq!(summary("running 3 tests"), None);
    }
}
