//! `cargo xtask bench [NAME…] [--json] [--quick]`: figures of the release build, each with the CPU time it took.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench that cannot be set up must fail loudly"
)]

mod deliveries;
mod depository;
mod inbox;
mod measure;
mod process;
mod publish;
mod raw;
mod site;

use measure::{Report, Row};

/// One benchmark: its name, what it measures, how it runs.
struct Bench {
    name: &'static str,
    about: &'static str,
}

const BENCHES: &[Bench] = &[
    Bench { name: "inbox", about: "signed inbox activities, accepted and processed" },
    Bench { name: "deliveries", about: "deliveries to 200 loopback sinks" },
    Bench { name: "publish", about: "from publishing at a city to standing in the hub's queue" },
    Bench { name: "depository", about: "the national page with 100,000 practices" },
    Bench { name: "memory", about: "resident memory of an idle node" },
    Bench { name: "binary", about: "size of the binary" },
];

fn main() -> std::process::ExitCode {
    let mut json = false;
    let mut names: Vec<String> = Vec::new();
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "--json" => json = true,
            "--quick" => measure::be_quick(),
            name if BENCHES.iter().any(|bench| bench.name == name) => names.push(arg),
            other => {
                eprintln!("bench: there is no {other:?}; there are:");
                for bench in BENCHES {
                    eprintln!("    {:<12} {}", bench.name, bench.about);
                }
                return std::process::ExitCode::FAILURE;
            }
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut report = Report::new(json);
    report.machine();
    for bench in BENCHES.iter().filter(|bench| names.is_empty() || names.iter().any(|name| name == bench.name)) {
        eprintln!("{}: {}", bench.name, bench.about);
        let rows: Vec<Row> = runtime.block_on(run(bench.name));
        rows.into_iter().for_each(|row| report.row(row));
    }
    report.end();
    std::process::ExitCode::SUCCESS
}

async fn run(name: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    match name {
        "inbox" => {
            for engine in site::engines() {
                rows.extend(inbox::run(&engine).await);
            }
        }
        "deliveries" => {
            for engine in site::engines() {
                rows.extend(deliveries::run(&engine).await);
            }
        }
        "publish" => {
            for engine in site::engines() {
                rows.extend(publish::run(&engine).await);
            }
        }
        "depository" => {
            for engine in site::engines() {
                rows.extend(depository::run(&engine).await);
            }
        }
        "memory" => rows.extend(process::memory().await),
        "binary" => rows.extend(process::binary()),
        _ => {}
    }
    rows
}
