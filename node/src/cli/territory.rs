//! `ratusha territory …`: finding units and taking a newer edition of the codifier.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Subcommand;
use ratusha_platform::Lang;
use ratusha_tenants::territory::{self, Gazetteer, ImportOptions};

use crate::Node;

/// What to do with the codifier.
#[derive(Subcommand)]
pub enum Command {
    /// Takes another edition of the codifier, all of it or nothing; names and codes of before are kept.
    Import {
        /// CSV with the columns code,parent,category,name, plain or gzip.
        file: PathBuf,
        /// Date of the edition, such as 2026-07-07; today when it is not given.
        #[arg(long)]
        edition: Option<String>,
        /// CSV with the columns code,successor,date,act: which unit took over which.
        #[arg(long)]
        successors: Option<PathBuf>,
        /// Only says what would change.
        #[arg(long)]
        dry_run: bool,
        /// Goes on although the file closes a suspicious part of the country.
        #[arg(long)]
        force: bool,
    },
    /// Finds units by name, in any apostrophe, case or official transliteration, or by code.
    Search {
        /// What to look for.
        text: String,
    },
}

/// Runs the command.
pub async fn run(node: &Node, command: Command) -> Result<()> {
    match command {
        Command::Import { file, edition, successors, dry_run, force } => {
            let options = ImportOptions { path: file, edition, successors, dry_run, force };
            let report = territory::import_file(&node.ctx, &options).await?;
            for line in report.lines(node.ctx.catalog(), Lang::Uk, 40) {
                println!("{line}");
            }
            if report.refused() {
                bail!("the file was refused; nothing has changed");
            }
        }
        Command::Search { text } => {
            let gazetteer = node.ctx.service::<Gazetteer>()?;
            let mut conn = node.ctx.db().read().await?;
            let hits = territory::search(&gazetteer, &mut conn, &text, 20).await?;
            if hits.is_empty() {
                bail!("there is no unit called {text:?}");
            }
            for hit in hits {
                println!("{}  {} ({})", hit.unit.code, hit.unit.display_name(Lang::Uk), hit.place(Lang::Uk));
            }
        }
    }
    Ok(())
}
