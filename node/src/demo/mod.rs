//! `ratusha demo`: a small country on loopback, seeded through the same use cases as the pages.

mod country;
mod story;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio_util::sync::CancellationToken;

use crate::{cli, settings::LogSection};
use country::Country;

/// Where the demo stands and whether it begins anew.
#[derive(Args, Debug, Clone)]
pub struct Options {
    /// Folder of the three databases; demo.json is written there.
    #[arg(long, default_value = "demo")]
    pub dir: PathBuf,
    /// First of three ports in a row.
    #[arg(long, default_value_t = 8000)]
    pub port: u16,
    /// Throws the data of an earlier demo away first.
    #[arg(long)]
    pub reset: bool,
}

/// Runs the demo until it is told to stop.
pub async fn run(options: Options) -> Result<()> {
    let log = LogSection { filter: std::env::var("RATUSHA__LOG__FILTER").unwrap_or_else(|_| "warn".to_owned()), json: false };
    cli::start_log(&log)?;
    if options.port > u16::MAX - 2 {
        bail!("--port {} leaves no room for three ports in a row", options.port);
    }
    // Ports first: an occupied one must be told before anything is thrown away.
    let mut listeners = Vec::new();
    for port in options.port..=options.port + 2 {
        listeners.push(cli::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?);
    }
    prepare(&options)?;

    let stop = CancellationToken::new();
    cli::stop_on_signal(&stop);
    let country = Country::build(&options).await?;
    let mut servers = tokio::task::JoinSet::new();
    for (node, listener) in country.nodes.iter().zip(listeners) {
        servers.spawn(cli::listen(node.clone(), listener, stop.clone()));
    }
    let facts = options.dir.join("demo.json");
    let told = tokio::select! {
        () = stop.cancelled() => None,
        done = story::tell(&country) => { done?; Some(()) }
    };
    if told.is_some() {
        write_whole(&facts, &country.facts())?;
        println!("{}", country.table());
        println!("\nCtrl-C stops it; the next start goes on with the same data. Facts for programs: {}", facts.display());
        stop.cancelled().await;
    }
    while let Some(ended) = servers.join_next().await {
        ended.context("a node ended badly")??;
    }
    println!("stopped");
    Ok(())
}

/// Makes the folder ready, or says in one sentence why it is not.
fn prepare(options: &Options) -> Result<()> {
    let dir = &options.dir;
    if options.reset && dir.exists() {
        // Only what a demo made is thrown away, whatever else the folder holds.
        for name in ["hub", "region", "city"] {
            remove(&dir.join(name))?;
            remove(&dir.join(format!("{name}.key")))?;
        }
        remove(&dir.join("demo.json"))?;
        remove(&dir.join("begun"))?;
    }
    std::fs::create_dir_all(dir).with_context(|| format!("cannot write to the folder {}", dir.display()))?;
    let (begun, facts) = (dir.join("begun"), dir.join("demo.json"));
    if begun.exists() {
        let port = std::fs::read_to_string(&begun).unwrap_or_default();
        if !facts.exists() {
            bail!("the demo in {} was interrupted while it was being seeded; begin anew with --reset", dir.display());
        }
        if port.trim() != options.port.to_string() {
            bail!("the demo in {0} was made for port {1}; start it with --port {1} or begin anew with --reset", dir.display(), port.trim());
        }
    }
    std::fs::write(&begun, options.port.to_string()).with_context(|| format!("cannot write to the folder {}", dir.display()))
}

fn remove(path: &Path) -> Result<()> {
    let result = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Writes beside and renames, so that a reader never sees half a file.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, path)).with_context(|| format!("cannot write {}", path.display()))
}
