//! The federation service of a node: what the doors, the workers and the use cases share.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use moka::sync::Cache;
use ratusha_platform::{Clock, Kind, Timestamp};
use tokio::sync::Semaphore;

use crate::{
    Directory, Loopback, Registry,
    actors::RemoteActor,
    counters::Counters,
    fetch::Guarded,
    inbox::{limit::HostLimits, writer::Writer},
};

/// How much memory the actors that were seen lately may take, in bytes.
const ACTORS_WEIGHT: u64 = 64 * 1024 * 1024;
/// How many actors are read at the same time.
const FETCHING: usize = 256;

/// How much a peer may ask of us; every figure counts per host.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Verified deliveries per second.
    pub deliveries_per_second: u32,
    /// Verified deliveries at once.
    pub delivery_burst: u32,
    /// Requests a minute that make us fetch an actor or that do not verify.
    pub strangers_per_minute: u32,
    /// How many deliveries are sent at the same time.
    pub outgoing: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { deliveries_per_second: 5_000, delivery_burst: 20_000, strangers_per_minute: 120, outgoing: 64 }
    }
}

/// Hung into the context as a service by whoever puts the node together.
pub struct Federation {
    /// Answers about tenants, actors and followers.
    pub directory: Arc<dyn Directory>,
    /// The one client for everything that leaves the node.
    pub client: Guarded,
    /// Who takes what comes in.
    pub registry: Registry,
    /// Our own router, once there is one.
    pub loopback: Loopback,
    /// Figures for `/metrics`.
    pub counters: Counters,
    /// How much is taken and sent.
    pub limits: Limits,
    pub(crate) actors: Cache<String, Arc<RemoteActor>>,
    pub(crate) failed_fetches: Cache<String, (Timestamp, Kind)>,
    /// Actors that are being read again because what we know of them is old.
    pub(crate) renewed: Cache<String, ()>,
    /// How many actors are read at the same time, whoever made us read them.
    pub(crate) fetching: Semaphore,
    /// One fetch at a time for each actor.
    pub(crate) gates: Cache<String, Arc<tokio::sync::Mutex<()>>>,
    pub(crate) host_limits: HostLimits,
    pub(crate) writer: Writer,
    open_hosts: Mutex<HashSet<String>>,
}

impl std::fmt::Debug for Federation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Federation").field("handlers", &self.registry.names()).finish_non_exhaustive()
    }
}

impl Federation {
    /// The service with its usual limits.
    #[must_use]
    pub fn new(directory: Arc<dyn Directory>, client: Guarded, registry: Registry, clock: Clock) -> Self {
        Self::with_limits(directory, client, registry, clock, Limits::default())
    }

    /// The service with limits of its own.
    #[must_use]
    pub fn with_limits(directory: Arc<dyn Directory>, client: Guarded, registry: Registry, clock: Clock, limits: Limits) -> Self {
        Self {
            directory,
            client,
            registry,
            loopback: Loopback::default(),
            counters: Counters::default(),
            limits,
            actors: Cache::builder()
                .max_capacity(ACTORS_WEIGHT)
                .weigher(|_, actor: &Arc<RemoteActor>| u32::try_from(actor.weight()).unwrap_or(u32::MAX))
                .time_to_live(std::time::Duration::from_secs(300))
                .build(),
            failed_fetches: Cache::builder().max_capacity(20_000).time_to_live(std::time::Duration::from_secs(300)).build(),
            renewed: Cache::builder().max_capacity(20_000).time_to_live(std::time::Duration::from_secs(300)).build(),
            fetching: Semaphore::new(FETCHING),
            gates: Cache::builder().max_capacity(20_000).time_to_idle(std::time::Duration::from_secs(60)).build(),
            host_limits: HostLimits::new(&limits, clock),
            writer: Writer::default(),
            open_hosts: Mutex::default(),
        }
    }

    /// Remembers whether deliveries to `host` are held back at present.
    pub(crate) fn note_breaker(&self, host: &str, open: bool) {
        if let Ok(mut hosts) = self.open_hosts.lock() {
            if open {
                hosts.insert(host.to_owned());
            } else {
                hosts.remove(host);
            }
        }
    }

    /// Takes `host` out of those held back: it was heard from, so it is worth an early try.
    pub(crate) fn take_open(&self, host: &str) -> bool {
        self.open_hosts.lock().is_ok_and(|mut hosts| hosts.remove(host))
    }
}
