//! House commands: `cargo xtask <command>`.

mod bench;
mod new_module;
mod test;
mod tidy;
mod tools;

use clap::{Parser, Subcommand};

/// What the house can do for you.
#[derive(Parser)]
#[command(name = "cargo xtask", about = "House commands of Ratusha")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every test there is: on SQLite, on PostgreSQL, and in the browser.
    Test {
        /// Leave out a part: `sqlite`, `postgres` or `browser` (repeatable); the closing line says what was left out.
        #[arg(long)]
        without: Vec<String>,
    },
    /// Checks the rules of the house that no compiler checks.
    Tidy,
    /// Copies the golden JSON files into FEDERATION.md.
    Docs,
    /// Writes a new content module that compiles, serves a page and passes its tests.
    NewModule {
        /// Its name: one lower-case English word in the plural.
        name: String,
    },
    /// Measures and prints a table (`--json`: one object a line).
    Bench {
        /// Which benchmarks; all when none is named.
        names: Vec<String>,
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
        /// A twentieth of the work: whether the benches run, not how fast.
        #[arg(long)]
        quick: bool,
    },
    /// The demo country with the debug build; `--dir` and `--port` as for `ratusha demo`.
    Dev {
        /// Handed on to `ratusha demo`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
}

fn main() -> std::process::ExitCode {
    let result = match Cli::parse().command {
        Command::Test { without } => test::run(&without),
        Command::Tidy => tidy::run(),
        Command::Docs => tidy::write_docs(&tools::root()),
        Command::NewModule { name } => new_module::run(&name),
        Command::Bench { names, json, quick } => bench::run(&names, json, quick),
        Command::Dev { rest } => tools::cargo(&["run", "--package", "ratusha-node", "--", "demo"], &rest),
    };
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
