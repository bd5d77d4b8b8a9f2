//! A plain HTTP client for the outside of the nodes: it finds every `*.localhost` on this machine.

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Every name is this machine; the port comes from the address.
struct Here;

impl Resolve for Here {
    fn resolve(&self, _name: Name) -> Resolving {
        let here: Addrs = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
        Box::pin(std::future::ready(Ok(here)))
    }
}

/// A client as a browser or another server would use: no redirects followed, no proxy, names of this machine only.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the outside world has no guarded client of ours")]
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .dns_resolver(Here)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("stranger/1.0")
        .build()
        .expect("a client")
}

/// A listener on a free port of this machine, with the port.
///
/// # Panics
/// When there is none.
pub async fn listen() -> (tokio::net::TcpListener, u16) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}
