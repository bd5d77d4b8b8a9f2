//! What the composition root tells this crate about the node.

/// Settings of the node that people, tenants and actors need; a service in the context.
#[derive(Debug, Clone)]
pub struct NodeSettings {
    /// `https`, or `http` on the loopback demo.
    pub scheme: &'static str,
    /// The national hub, if this node has one.
    pub hub: Option<HubSettings>,
    /// Where the source of the running version is (AGPL, section 13).
    pub source_url: String,
    /// Version of the running software.
    pub version: String,
}

/// How a node knows its hub.
#[derive(Debug, Clone)]
pub struct HubSettings {
    /// Scheme and host, no slash at the end.
    pub url: String,
    /// Multibase Ed25519 key (`z6Mk…`) of the hub's actor; without it the first key seen is kept.
    pub authority_key: Option<String>,
}

impl Default for NodeSettings {
    fn default() -> Self {
        Self { scheme: "https", hub: None, source_url: "/about/source".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

impl NodeSettings {
    /// The host in the one form that is stored and compared: lower case, ASCII, no dot at the end,
    /// no port that the scheme implies. `None` for what is no host.
    #[must_use]
    pub fn host(&self, text: &str) -> Option<String> {
        let text = text.trim().trim_end_matches('.');
        if text.is_empty() || text.len() > 255 || text.contains(['/', '@', '?', '#', '\\']) || text.chars().any(char::is_whitespace) {
            return None;
        }
        let url = url::Url::parse(&format!("{}://{text}/", self.scheme)).ok()?;
        let host = url.host_str()?.trim_end_matches('.').to_owned();
        if host.is_empty() {
            return None;
        }
        Some(url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_spelling() {
        let settings = NodeSettings::default();
        assert_eq!(settings.host("Lviv.Example:443").as_deref(), Some("lviv.example"));
        assert_eq!(settings.host("lviv.example.").as_deref(), Some("lviv.example"));
        assert_eq!(settings.host("lviv.localhost:8001").as_deref(), Some("lviv.localhost:8001"));
        assert_eq!(settings.host("громада.укр").as_deref(), Some("xn--80aahf2bln.xn--j1amh"));
        for bad in ["", "a/b", "user@host", "a b", "host:port", "?"] {
            assert_eq!(settings.host(bad), None, "{bad}");
        }
    }
}
