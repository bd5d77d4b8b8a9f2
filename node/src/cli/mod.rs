//! The command line.

mod serve;
mod tenant;
mod territory;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use ratusha_platform::AppError;

use crate::{Node, Settings, demo, settings::LogSection};

pub use serve::{bind, listen, stop_on_signal};

/// Ratusha: a node of the e-governance federation.
#[derive(Parser)]
#[command(name = "ratusha", version, about = "A node of the e-governance federation")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where the settings are.
#[derive(Args, Clone)]
struct From {
    /// Settings file; by default ratusha.toml in this folder, if there is one.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the node.
    Serve(#[command(flatten)] From),
    /// A small country on loopback: a hub, a regional node with two communities, a city.
    Demo(demo::Options),
    /// Communities of this node.
    Tenant {
        #[command(subcommand)]
        what: tenant::Command,
        #[command(flatten)]
        from: From,
    },
    /// Communities that the hub admits.
    Hub {
        #[command(subcommand)]
        what: tenant::HubCommand,
        #[command(flatten)]
        from: From,
    },
    /// People who run the node and its communities.
    Account {
        #[command(subcommand)]
        what: tenant::AccountCommand,
        #[command(flatten)]
        from: From,
    },
    /// The codifier of territorial units.
    Territory {
        #[command(subcommand)]
        what: territory::Command,
        #[command(flatten)]
        from: From,
    },
    /// Reads the settings and says whether they hold.
    Config(#[command(flatten)] From),
}

/// Runs what the command line says; every failure is one sentence and a non-zero exit.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("ratusha: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ratusha: {}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// The chain of causes on one line; an [`AppError`] tells its own chain.
fn sentence(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.downcast_ref::<AppError>().map_or_else(|| cause.to_string(), AppError::chain);
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(from) => {
            let settings = Settings::load(from.config.as_deref())?;
            start_log(&settings.log)?;
            serve::run(&settings).await
        }
        Command::Demo(options) => demo::run(options).await,
        Command::Tenant { what, from } => tenant::run(&node(&from).await?, what).await,
        Command::Hub { what, from } => tenant::run_hub(&node(&from).await?, what).await,
        Command::Account { what, from } => tenant::run_account(&node(&from).await?, what).await,
        Command::Territory { what, from } => territory::run(&node(&from).await?, what).await,
        Command::Config(from) => {
            let settings = Settings::load(from.config.as_deref())?;
            println!(
                "settings hold: {} on {}, database {}",
                settings.node.scheme.as_str(),
                settings.node.bind,
                settings.node.data.display()
            );
            Ok(())
        }
    }
}

/// The node that a command works on, with the log on the error output.
async fn node(from: &From) -> Result<Node> {
    let settings = Settings::load(from.config.as_deref())?;
    start_log(&LogSection { filter: "warn".to_owned(), ..settings.log.clone() })?;
    crate::build(&settings).await
}

/// Begins logging as the settings say.
///
/// # Errors
/// A filter that does not parse.
pub fn start_log(log: &LogSection) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&log.filter).with_context(|| format!("[log] filter {:?}", log.filter))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first log.
    let _ = if log.json { builder.json().try_init() } else { builder.with_target(false).try_init() };
    Ok(())
}
