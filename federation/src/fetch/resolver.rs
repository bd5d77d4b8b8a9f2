//! The resolver of the guarded client: an address is checked at the moment of connecting, so that
//! a name server cannot show one address to the check and another to the connection.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::ssrf::{Blocked, Rules, is_local_name, is_public, normal_host};

/// Where addresses of names come from; the system's resolver unless a test says otherwise.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// All addresses of `host`.
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|a| a.ip()).collect())
    }
}

pub(crate) struct GuardedResolver {
    pub(crate) rules: Arc<Rules>,
    pub(crate) fixed: HashMap<String, SocketAddr>,
    pub(crate) lookup: Arc<dyn Lookup>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = normal_host(name.as_str());
        let listed = self.rules.lists(&host);
        let fixed = self.fixed.get(&host).copied();
        let lookup = Arc::clone(&self.lookup);
        Box::pin(async move {
            let found: Vec<SocketAddr> = match fixed {
                Some(address) => vec![address],
                None if is_local_name(&host) => {
                    if !listed {
                        return Err(Blocked::LocalName(host).into());
                    }
                    vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))]
                }
                None => lookup.lookup(&host).await?.into_iter().map(|ip| (ip, 0).into()).collect(),
            };
            let refused = found.iter().map(SocketAddr::ip).find(|ip| !is_public(*ip));
            let open: Vec<SocketAddr> = found.into_iter().filter(|a| listed || is_public(a.ip())).collect();
            match (open.is_empty(), refused) {
                (false, _) => Ok(Box::new(open.into_iter()) as Addrs),
                (true, Some(ip)) => Err(Blocked::Address(ip).into()),
                (true, None) => Err(io::Error::from(io::ErrorKind::NotFound).into()),
            }
        })
    }
}
