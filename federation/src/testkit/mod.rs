//! What tests of federation share: a directory in memory, and other servers that sign, answer and
//! write down what they get.
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test that cannot be set up must fail loudly")]

mod directory;
mod peer;

use std::{collections::HashMap, net::SocketAddr};

pub use crate::signatures::keys::testing::{key_pair, signing_keys};
pub use directory::FakeDirectory;
pub use peer::{FakePeer, Got};

use crate::fetch::{GuardSettings, Guarded};

/// A guarded client that finds these peers by name on this machine, and nobody else's machine.
#[must_use]
pub fn client(peers: &[&FakePeer]) -> Guarded {
    let mut settings = GuardSettings::new("Ratusha-test");
    let mut addresses: HashMap<String, SocketAddr> = peers.iter().map(|peer| (peer.host.clone(), peer.address)).collect();
    // Nobody listens there.
    addresses.insert("dead.test".to_owned(), SocketAddr::from(([127, 0, 0, 1], 1)));
    settings.allow_loopback_hosts = addresses.keys().map(|host| host.parse().expect("a host pattern")).collect();
    settings.fixed_addresses = addresses;
    Guarded::new(settings).expect("a client")
}
