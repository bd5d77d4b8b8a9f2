//! How much each peer host may ask: one measure for deliveries that verify, a tighter one for
//! requests that make us fetch or that do not verify, so that a forger cannot use up another's share.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use governor::{Quota, RateLimiter, clock, middleware::NoOpMiddleware, state::keyed::DashMapStateStore};
use ratusha_platform::Clock;

use crate::service::Limits;

/// Hosts that have long been quiet are forgotten after so many checks.
const SWEEP: u32 = 10_000;

/// The node's clock in the form that the limiter takes.
#[derive(Debug, Clone)]
struct NodeClock(Clock);

impl clock::Clock for NodeClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        // Never backwards: a clock that is set back would turn everybody away until it has caught up.
        self.0.steady()
    }
}

type Keyed = RateLimiter<String, DashMapStateStore<String>, NodeClock, NoOpMiddleware<Duration>>;

/// Counts per host.
pub(crate) struct HostLimits {
    deliveries: Keyed,
    strangers: Keyed,
    domains: Keyed,
    clock: NodeClock,
    checks: AtomicU32,
}

fn quota(per: u32, burst: u32, unit: fn(NonZeroU32) -> Quota) -> Quota {
    let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    unit(at_least_one(per)).allow_burst(at_least_one(burst))
}

impl HostLimits {
    pub(crate) fn new(limits: &Limits, clock: Clock) -> Self {
        let clock = NodeClock(clock);
        let keyed = |quota| RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        Self {
            deliveries: keyed(quota(limits.deliveries_per_second, limits.delivery_burst, Quota::per_second)),
            strangers: keyed(quota(limits.strangers_per_minute, limits.strangers_per_minute, Quota::per_minute)),
            domains: keyed(quota(
                limits.strangers_per_minute.saturating_mul(4),
                limits.strangers_per_minute.saturating_mul(4),
                Quota::per_minute,
            )),
            clock: clock.clone(),
            checks: AtomicU32::new(0),
        }
    }

    /// One verified delivery of `host`; `Err` holds the seconds to wait.
    pub(crate) fn delivery(&self, host: &str) -> Result<(), u64> {
        self.check(&self.deliveries, host)
    }

    /// One request in the name of `host` that costs a fetch or did not verify.
    pub(crate) fn stranger(&self, host: &str) -> Result<(), u64> {
        self.check(&self.strangers, host)?;
        // A wildcard gives its owner any number of hosts, but not of domains.
        self.check(&self.domains, domain_of(host))
    }

    fn check(&self, limiter: &Keyed, host: &str) -> Result<(), u64> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.deliveries.retain_recent();
            self.strangers.retain_recent();
            self.domains.retain_recent();
        }
        limiter.check_key(&host.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(clock::Clock::now(&self.clock));
            wait.as_secs().saturating_add(1)
        })
    }
}

/// The part of a host name that somebody had to register: two labels, three under short second
/// levels such as `gov.ua` or `co.uk`; names of this machine count as they are.
fn domain_of(host: &str) -> &str {
    let name = host.split(':').next().unwrap_or(host);
    if name.ends_with(".localhost") {
        return host;
    }
    let mut dots = name.rmatch_indices('.').map(|(at, _)| at);
    let (last, second) = (dots.next(), dots.next());
    let cut = match (last, second) {
        (Some(last), Some(second)) if last - second <= 4 => dots.next(),
        _ => second,
    };
    cut.and_then(|at| name.get(at + 1..)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratusha_platform::Timestamp;

    #[test]
    fn s29_each_host_has_its_own_measure_and_it_fills_up_again() {
        let clock = Clock::manual(Timestamp(1_000_000));
        let limits = Limits { strangers_per_minute: 2, ..Limits::default() };
        let hosts = HostLimits::new(&limits, clock.clone());
        assert_eq!((hosts.stranger("a"), hosts.stranger("a")), (Ok(()), Ok(())));
        let wait = hosts.stranger("a").unwrap_err();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(hosts.stranger("b"), Ok(()));
        clock.advance(60_000);
        assert_eq!(hosts.stranger("a"), Ok(()));
    }

    #[test]
    fn s06_a_wildcard_domain_shares_one_measure() {
        for (host, domain) in [
            ("a.evil.example", "evil.example"),
            ("a.b.c.evil.example:444", "evil.example"),
            ("evil.example", "evil.example"),
            ("lviv.gov.ua", "lviv.gov.ua"),
            ("x.lviv.gov.ua", "lviv.gov.ua"),
            ("hub.localhost:81", "hub.localhost:81"),
            ("x", "x"),
        ] {
            assert_eq!(domain_of(host), domain, "{host}");
        }
        let limits = Limits { strangers_per_minute: 2, ..Limits::default() };
        let hosts = HostLimits::new(&limits, Clock::manual(Timestamp(0)));
        let let_through = (0..20).filter(|n| hosts.stranger(&format!("n{n}.evil.example")).is_ok()).count();
        assert_eq!(let_through, 8);
    }
}
