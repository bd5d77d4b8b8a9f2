//! The real program: its size, and the memory that it holds when nothing happens.

use std::{path::PathBuf, process::Command, time::Duration};

use ratusha_federation_tests::net;
use ratusha_node::{Settings, settings::NodeSection};
use ratusha_platform::{Clock, ids::Rng};

use super::{measure::Row, site};

/// The program beside this one, as `cargo build --release -p ratusha-node` leaves it.
fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("RATUSHA_BIN") {
        return path.into();
    }
    std::env::current_exe().expect("our own path").with_file_name("ratusha")
}

/// Its size on disk.
pub fn binary() -> Vec<Row> {
    let size = std::fs::metadata(program()).expect("build it first: cargo build --release -p ratusha-node").len();
    vec![Row::new("binary", size as f64 / 1_048_576.0, "MiB")]
}

/// Resident memory with one tenant and with a hundred, after a look at every front page.
pub async fn memory() -> Vec<Row> {
    let mut rows = Vec::new();
    for tenants in [1, 100] {
        rows.push(Row::new(format!("memory.idle.{tenants}_tenants"), resident(tenants).await, "MiB"));
    }
    rows
}

/// Communities to be founded, in the order of their codes.
async fn communities(node: &ratusha_node::Node, count: usize) -> Vec<String> {
    let mut conn = node.ctx.db().read().await.expect("a connection");
    let mut codes = Vec::new();
    for oblast in ratusha_tenants::territory::oblasts(&mut conn).await.expect("the codifier") {
        for raion in ratusha_tenants::territory::list_children(&mut conn, &oblast.tail).await.expect("the codifier") {
            for unit in ratusha_tenants::territory::list_children(&mut conn, &raion.tail).await.expect("the codifier") {
                if unit.is_open() && unit.category.letter() == "H" {
                    codes.push(unit.code);
                }
                if codes.len() == count {
                    return codes;
                }
            }
        }
    }
    codes
}

async fn resident(tenants: usize) -> f64 {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let data = dir.path().join("data");
    let (listener, port) = net::listen().await;
    let settings = Settings { node: NodeSection { data: data.clone(), ..NodeSection::default() }, ..Settings::default() };
    let node = ratusha_node::build_with(&settings, Clock::System, Rng::System).await.expect("a node");
    let mut hosts = Vec::new();
    for (n, code) in communities(&node, tenants).await.iter().enumerate() {
        let tenant = site::found(&node, &format!("town{n}"), port, Some(code)).await;
        hosts.push(tenant.host.clone());
    }
    assert_eq!(hosts.len(), tenants, "there are enough communities");
    node.ctx.db().close().await;
    drop((node, listener));

    let config = dir.path().join("ratusha.toml");
    let text = format!("[node]\nbind = \"127.0.0.1:{port}\"\ndata = {:?}\n[log]\nfilter = \"error\"\n", data.display().to_string());
    std::fs::write(&config, text).expect("a settings file");
    let mut child = Command::new(program())
        .arg("serve")
        .arg("--config")
        .arg(&config)
        .spawn()
        .expect("build it first: cargo build --release -p ratusha-node");
    let http = net::client();
    for _ in 0..200 {
        if http.get(format!("http://127.0.0.1:{port}/readyz")).send().await.is_ok_and(|answer| answer.status() == 200) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for host in &hosts {
        let answer = http.get(format!("http://{host}/")).send().await.expect("the front page");
        assert_eq!(answer.status(), 200, "{host}");
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("the program runs");
    let resident: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .expect("VmRSS");
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    let _ = child.wait();
    resident / 1024.0
}
