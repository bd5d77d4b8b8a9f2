//! Which addresses may be connected to and which URLs may be asked for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Whether an address belongs to the public internet. Everything that is not known to be public
/// is not; for IPv6 that is all outside `2000::/3`, so also IPv4 in IPv6 clothes.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let reserved = match (a, b, c) {
        // This network; private; loopback; link-local with the clouds' metadata.
        (0 | 10 | 127, _, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Carrier-grade NAT, also used inside clouds.
        (100, 64..=127, _) => true,
        // Protocol assignments, documentation, 6to4 relays, AS112, benchmarks.
        (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (192, 88, 99) => true,
        (192, 31, 196) | (192, 52, 193) | (192, 175, 48) | (198, 18 | 19, _) => true,
        // Multicast, future use, broadcast.
        (224..=255, _, _) => true,
        _ => false,
    };
    !reserved
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let global = a & 0xe000 == 0x2000;
    let reserved = match (a, b) {
        // Protocol assignments: Teredo, benchmarks, ORCHID and the rest of 2001::/23.
        (0x2001, 0x0000..=0x01ff) => true,
        // Documentation.
        (0x2001, 0x0db8) | (0x3fff, 0x0000..=0x0fff) => true,
        // 6to4 carries any IPv4 address inside.
        (0x2002, _) => true,
        _ => false,
    };
    global && !reserved
}

/// A host, or all names under one, and a port: `*.localhost:*`, `127.0.0.1:8080`, `peer.test`.
/// Without a port the pattern means the standard one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern {
    host: String,
    below: bool,
    port: Port,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Port {
    Standard,
    Any,
    Exactly(u16),
}

impl std::str::FromStr for HostPattern {
    type Err = BadPattern;

    fn from_str(text: &str) -> Result<Self, BadPattern> {
        let bad = || BadPattern(text.to_owned());
        let split = text.rsplit_once(':').filter(|(_, port)| !port.contains(']'));
        let (host, port) = match split {
            None => (text, Port::Standard),
            Some((host, "*")) => (host, Port::Any),
            Some((host, port)) => (host, Port::Exactly(port.parse().map_err(|_| bad())?)),
        };
        let (host, below) = match host.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (host, false),
        };
        let host = normal_host(host);
        // `*` alone would switch the guard off for the whole world.
        if host.is_empty() || host.contains(['*', '/', '@', ' ']) {
            return Err(bad());
        }
        Ok(Self { host, below, port })
    }
}

/// A pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is not a host pattern such as *.localhost:* or peer.example:8443")]
pub struct BadPattern(String);

impl HostPattern {
    fn has_host(&self, host: &str) -> bool {
        if self.below { host.strip_suffix(&self.host).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1) } else { host == self.host }
    }

    fn has_port(&self, url: &Url) -> bool {
        match self.port {
            Port::Any => true,
            Port::Standard => url.port().is_none(),
            Port::Exactly(port) => url.port_or_known_default() == Some(port),
        }
    }
}

/// Lower case, no trailing dot.
pub(crate) fn normal_host(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Why a URL or an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// Only `https`, except for allow-listed hosts.
    #[error("the scheme {0} is not allowed")]
    Scheme(String),
    /// No host, credentials, or a host name with strange characters.
    #[error("the address is malformed")]
    Malformed,
    /// Only the standard port, except for allow-listed hosts.
    #[error("port {0} is not allowed")]
    Port(u16),
    /// The address is not of the public internet.
    #[error("{0} is not a public address")]
    Address(IpAddr),
    /// A name that always means this machine.
    #[error("{0} is a local name")]
    LocalName(String),
}

/// The rules for URLs and names; shared by the client and its resolver.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    allowed: Vec<HostPattern>,
}

impl Rules {
    /// Rules with hosts that are exempt from the checks of scheme, port and address.
    #[must_use]
    pub fn new(allowed: Vec<HostPattern>) -> Self {
        Self { allowed }
    }

    /// Whether a host name is exempt on some port.
    pub(crate) fn lists(&self, host: &str) -> bool {
        self.allowed.iter().any(|p| p.has_host(host))
    }

    /// Checks everything that can be checked without a name server; called for every hop.
    pub fn check(&self, url: &Url) -> Result<(), Blocked> {
        if !matches!(url.scheme(), "https" | "http") {
            return Err(Blocked::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Blocked::Malformed);
        }
        let host = url.host().ok_or(Blocked::Malformed)?;
        let name = normal_host(url.host_str().ok_or(Blocked::Malformed)?);
        let port = url.port_or_known_default().ok_or(Blocked::Malformed)?;
        if self.lists(&name) {
            let exact = self.allowed.iter().any(|p| p.has_host(&name) && p.has_port(url));
            // The resolver sees no port, so a listed host is closed on every other one.
            return if exact { Ok(()) } else { Err(Blocked::Port(port)) };
        }
        if url.scheme() != "https" {
            return Err(Blocked::Scheme(url.scheme().to_owned()));
        }
        if port != 443 {
            return Err(Blocked::Port(port));
        }
        match host {
            // The resolver is never asked about these.
            Host::Ipv4(ip) => Self::public(ip.into()),
            Host::Ipv6(ip) => Self::public(ip.into()),
            Host::Domain(_) if is_local_name(&name) => Err(Blocked::LocalName(name)),
            Host::Domain(_) => {
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
                if !name.is_empty() && name.chars().all(plain) { Ok(()) } else { Err(Blocked::Malformed) }
            }
        }
    }

    fn public(ip: IpAddr) -> Result<(), Blocked> {
        if is_public(ip) { Ok(()) } else { Err(Blocked::Address(ip)) }
    }
}

/// `localhost` and all below it, whatever a name server says (RFC 6761).
pub(crate) fn is_local_name(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(patterns: &[&str]) -> Rules {
        Rules::new(patterns.iter().map(|p| p.parse().unwrap()).collect())
    }

    fn check(rules: &Rules, url: &str) -> Result<(), Blocked> {
        rules.check(&Url::parse(url).unwrap())
    }

    #[test]
    fn s01_no_private_address_is_public() {
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "fc00::1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn s01_public_addresses_are_public() {
        for ip in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "193.0.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450::1",
            "3ffe::1",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn s01_literal_addresses_are_checked_in_every_spelling() {
        let none = rules(&[]);
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.0.0.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[fd00::1]/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            assert!(matches!(check(&none, url), Err(Blocked::Address(_))), "{url}");
        }
        check(&none, "https://1.1.1.1/").unwrap();
        check(&none, "https://lviv.example/ap/actor?x=1#y").unwrap();
        check(&none, "https://львів.укр/").unwrap();
    }

    #[test]
    fn s01_only_https_on_the_standard_port() {
        let none = rules(&[]);
        for (url, wanted) in [
            ("http://lviv.example/", Blocked::Scheme("http".into())),
            ("ftp://lviv.example/", Blocked::Scheme("ftp".into())),
            ("file:///etc/passwd", Blocked::Scheme("file".into())),
            ("data:text/html,x", Blocked::Scheme("data".into())),
            ("https://lviv.example:22/", Blocked::Port(22)),
            ("https://u@lviv.example/", Blocked::Malformed),
            ("https://u:p@lviv.example/", Blocked::Malformed),
            ("https://localhost/", Blocked::LocalName("localhost".into())),
            ("https://hub.LOCALHOST./", Blocked::LocalName("hub.localhost".into())),
        ] {
            assert_eq!(check(&none, url), Err(wanted), "{url}");
        }
    }

    #[test]
    fn listed_hosts_are_open_on_their_ports_and_closed_on_others() {
        let some = rules(&["*.localhost:*", "127.0.0.1:8080", "peer.test", "[::1]:9"]);
        for url in [
            "http://hub.localhost:8081/",
            "http://hub.localhost/",
            "https://a.b.localhost:1/",
            "http://127.0.0.1:8080/",
            "https://peer.test/",
            "http://peer.test/",
            "http://[::1]:9/",
        ] {
            check(&some, url).unwrap();
        }
        for url in [
            "http://127.0.0.1:8081/",
            "https://peer.test:8443/",
            "http://localhost:80/",
            "http://evil.peer.test/",
            "http://xlocalhost:8081/",
            "http://hub.localhost.evil.example/",
        ] {
            assert!(check(&some, url).is_err(), "{url}");
        }
    }

    #[test]
    fn patterns_that_say_too_much_or_nothing_are_refused() {
        for bad in ["", "*", "*:*", "*.", "a:b", "a:70000", "a/b", "u@a", "*.*.a", ":80"] {
            assert!(bad.parse::<HostPattern>().is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn s34_no_url_makes_the_guard_panic(text in ".{0,60}") {
            if let Ok(url) = Url::parse(&format!("https://{text}")) {
                let _ = rules(&["*.localhost:*"]).check(&url);
            }
        }
    }
}
