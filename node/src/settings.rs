//! Settings: one TOML file, environment variables over it, and without either one node on SQLite in `./data`.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::Deserialize;

/// All settings of a node; unknown keys are refused.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The node itself.
    pub node: NodeSection,
    /// The national hub this node belongs to; the hub itself has none.
    pub hub: Option<HubSection>,
    /// Federation with other servers.
    pub federation: FederationSection,
    /// What is logged and how.
    pub log: LogSection,
}

/// `[node]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NodeSection {
    /// Address to listen on.
    pub bind: SocketAddr,
    /// Scheme by which the world reaches us: `https`, or `http` on loopback.
    pub scheme: Scheme,
    /// Folder of the database (SQLite) and of uploaded files.
    pub data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; by default `node.sqlite` in the data folder.
    pub database: Option<String>,
    /// File of the key that seals e-mails and actor keys; by default beside the data folder, `<data>.key`,
    /// so that a copy of the data alone opens nothing.
    pub key_file: Option<PathBuf>,
    /// Addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Anyone may register as a citizen.
    pub open_registration: bool,
    /// Where the running source code is offered (AGPL, section 13).
    pub source_url: String,
}

impl Default for NodeSection {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            scheme: Scheme::Http,
            data: PathBuf::from("data"),
            database: None,
            key_file: None,
            trusted_proxies: Vec::new(),
            open_registration: true,
            source_url: "/about/source".to_owned(),
        }
    }
}

/// How the world reaches a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Plain, for loopback only.
    Http,
    /// Behind a proxy that ends TLS.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// `[hub]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSection {
    /// Its address, such as `https://hub.example`.
    pub url: String,
    /// Its authority key (`z6Mk…`); once set, no other key is believed.
    #[serde(default)]
    pub authority_key: Option<String>,
}

/// `[federation]`.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct FederationSection {
    /// Hosts (`name:port`, `*` as a wildcard) that may resolve to loopback and speak plain http.
    pub allow_loopback: Vec<String>,
    /// PEM files of certificate authorities to trust besides the system's.
    pub extra_ca: Vec<PathBuf>,
}

/// `[log]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSection {
    /// `info`, or any filter such as `ratusha_federation=debug,info`.
    pub filter: String,
    /// One JSON object a line instead of text.
    pub json: bool,
}

impl Default for LogSection {
    fn default() -> Self {
        Self { filter: "warn,ratusha=info,ratusha_node=info,ratusha_federation=info,ratusha_tenants=info,ratusha_content=info,ratusha_practices=info,ratusha_platform=info".to_owned(), json: false }
    }
}

impl Settings {
    /// Reads `file` if one is given or `ratusha.toml` lies here, then the environment (`RATUSHA__NODE__BIND=…`).
    ///
    /// # Errors
    /// One sentence that names the file or variable and what is wrong with it.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let mut builder = config::Config::builder();
        match file {
            Some(path) => {
                builder = builder.add_source(config::File::from(path.to_path_buf()).format(config::FileFormat::Toml).required(true));
            }
            None => {
                builder = builder.add_source(config::File::new("ratusha.toml", config::FileFormat::Toml).required(false));
            }
        }
        let environment = config::Environment::with_prefix("RATUSHA").prefix_separator("__").separator("__").try_parsing(true);
        let settings: Self =
            builder.add_source(environment).build().and_then(config::Config::try_deserialize).context("cannot read the settings")?;
        settings.check()?;
        Ok(settings)
    }

    /// Refuses combinations that cannot work.
    fn check(&self) -> Result<()> {
        if let Some(hub) = &self.hub {
            let url = url::Url::parse(&hub.url).with_context(|| format!("[hub] url {:?} is not an address", hub.url))?;
            anyhow::ensure!(matches!(url.scheme(), "http" | "https"), "[hub] url must begin with https://");
        }
        Ok(())
    }

    /// The database's address.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.node.database.clone().unwrap_or_else(|| format!("sqlite:{}", self.node.data.join("node.sqlite").display()))
    }

    /// The key file's path.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        self.node.key_file.clone().unwrap_or_else(|| {
            let mut name = self.node.data.file_name().unwrap_or_default().to_os_string();
            name.push(".key");
            self.node.data.with_file_name(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Settings> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("ratusha.toml");
        std::fs::write(&path, text)?;
        Settings::load(Some(&path))
    }

    #[test]
    fn without_any_file_a_node_stands_on_sqlite_in_data() {
        let settings = load("").unwrap();
        assert_eq!(settings.database_url(), "sqlite:data/node.sqlite");
        assert_eq!(settings.key_file(), PathBuf::from("data.key"));
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = load("[node]\nbnid = \"127.0.0.1:1\"\n").unwrap_err();
        assert!(format!("{error:#}").contains("bnid"), "{error:#}");
    }

    #[test]
    fn a_hub_without_an_address_is_refused() {
        assert!(load("[hub]\nurl = \"hub.example\"\n").is_err());
        assert!(load("[hub]\nurl = \"https://hub.example\"\n").is_ok());
    }
}
