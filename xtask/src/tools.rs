//! Finding, installing and starting the programs that tests need.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// The root of the work tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Runs cargo in the work tree and fails when it fails.
pub fn cargo(args: &[&str], more: &[String]) -> Result<()> {
    let status = Command::new(env!("CARGO")).args(args).args(more).current_dir(root()).status().context("cargo did not start")?;
    if status.success() { Ok(()) } else { bail!("cargo {} failed", args.join(" ")) }
}

/// The full path of a program on PATH.
pub fn which(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|dir| dir.join(name)).find(|path| path.is_file())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n") || out.stdout == b"0")
}

/// Installs Debian packages when we may; says exactly what to install when we may not.
fn install(packages: &[&str]) -> Result<()> {
    let line = format!("apt-get install {}", packages.join(" "));
    if !is_root() || which("apt-get").is_none() {
        bail!("missing programs; install them with: sudo {line}");
    }
    eprintln!("installing: {line}");
    let apt = |args: &[&str]| Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()).status();
    let _ = apt(&["update", "-q"]);
    let mut args = vec!["install", "-y", "-q", "--no-install-recommends"];
    args.extend_from_slice(packages);
    let status = apt(&args).context("apt-get did not start")?;
    if status.success() { Ok(()) } else { bail!("could not install; run: {line}") }
}

/// The folder of PostgreSQL's server programs, installing them when they are missing.
pub fn postgres_bin() -> Result<PathBuf> {
    if let Some(dir) = find_postgres() {
        return Ok(dir);
    }
    install(&["postgresql"])?;
    find_postgres().context("PostgreSQL was installed, but its initdb is not to be found under /usr/lib/postgresql")
}

/// The folder of PostgreSQL's server programs, if they are installed.
pub fn find_postgres() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .map(|e| e.path().join("bin"))
        .filter(|p| p.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop()
}

/// Chromium and its driver, installing them when they are missing.
pub fn chromium() -> Result<(PathBuf, PathBuf)> {
    let find = || Some((which("chromium")?, which("chromedriver")?));
    if let Some(found) = find() {
        return Ok(found);
    }
    install(&["chromium", "chromium-driver"])?;
    find().context("chromium was installed, but it is not on PATH")
}

/// A PostgreSQL cluster of our own on loopback; stopped and removed when dropped.
pub struct Cluster {
    server: Child,
    dir: PathBuf,
    /// Address of an administrator's connection.
    pub url: String,
}

impl Cluster {
    /// Makes and starts a cluster that trusts loopback and forgets everything.
    pub fn start() -> Result<Self> {
        Self::start_with("fsync=off")
    }

    /// The same with one more setting, such as `fsync=on` where durability is what is measured.
    pub fn start_with(setting: &str) -> Result<Self> {
        let bin = postgres_bin()?;
        let dir = std::env::temp_dir().join(format!("ratusha-pg-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir)?;
        let as_user = |program: PathBuf| -> Command {
            if is_root() {
                // PostgreSQL refuses to run as root.
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(program);
                command
            } else {
                Command::new(program)
            }
        };
        if is_root() {
            let status = Command::new("chown").arg("postgres").arg(&dir).status()?;
            if !status.success() {
                bail!("cannot hand {} to the user postgres", dir.display());
            }
        }
        let data = dir.join("data");
        let made = as_user(bin.join("initdb"))
            .args(["--auth=trust", "--username=ratusha", "--encoding=UTF8", "--locale=C.UTF-8", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .context("initdb did not start")?;
        if !made.success() {
            bail!("initdb failed");
        }
        let port = free_port()?;
        let server = as_user(bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", setting, "-c", "max_connections=400"])
            .arg("-k")
            .arg(&dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("postgres did not start")?;
        let cluster = Self { server, dir, url: format!("postgres://ratusha@127.0.0.1:{port}/postgres") };
        for _ in 0..150 {
            let ready = Command::new(bin.join("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).status()?;
            if ready.success() {
                return Ok(cluster);
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        bail!("the PostgreSQL test cluster did not become ready");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGTERM first, so that the server takes its children along.
        let _ = Command::new("kill").arg(self.server.id().to_string()).status();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// A port on loopback that nobody uses at this moment.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
