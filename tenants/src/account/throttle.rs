//! Brakes on guessing and on registering, counted in the database.

use std::net::IpAddr;

use ratusha_platform::{AppError, AppResult, Ctx, Kind, TenantId};

use super::store;

const THROTTLE: &str = "account-sign-in";
/// So many failures of one account from one network cost nothing.
const FREE_FAILURES: i64 = 5;
/// So many failures of whatever accounts one network may have in an hour: an office may, a list of leaked passwords may not.
const HOURLY_FAILURES: i64 = 100;
/// So many people may register from one network in an hour.
const HOURLY_REGISTRATIONS: i64 = 50;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// The longest pause between two tries.
const LONGEST_MS: i64 = 60 * MINUTE;
/// Failures are forgotten after a day.
const FORGET_MS: i64 = 24 * 60 * MINUTE;

/// The network that an address belongs to: /24 or /56, so that a line with many addresses counts once.
fn network(ip: Option<IpAddr>) -> String {
    match ip.map(|ip| ip.to_canonical()) {
        Some(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}")
        }
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{:x}", d & 0xff00)
        }
        None => "unknown".to_owned(),
    }
}

/// What is counted, and how often it may happen.
pub(super) struct Limit {
    /// Under which it is counted.
    pub key: String,
    most: Most,
}

enum Most {
    /// So many, then a pause that doubles each time.
    Pausing(i64),
    /// So many in one hour of the clock; the key holds the hour.
    Hourly(i64),
}

impl Limit {
    fn new(ctx: &Ctx, most: Most, what: &str) -> AppResult<Self> {
        Ok(Self { key: ctx.keyring().hash(THROTTLE, what).map_err(AppError::internal)?, most })
    }

    /// Guesses count per account and network: whoever guesses from elsewhere never locks the owner out.
    pub fn account(ctx: &Ctx, email: &str, ip: Option<IpAddr>) -> AppResult<Self> {
        Self::new(ctx, Most::Pausing(FREE_FAILURES), &format!("{} {email}", network(ip)))
    }

    /// Guesses at whatever accounts: one password may be tried on many.
    pub fn guesses(ctx: &Ctx, ip: Option<IpAddr>) -> AppResult<Self> {
        Self::new(ctx, Most::Hourly(HOURLY_FAILURES), &format!("guesses {} {}", network(ip), ctx.now().0 / HOUR))
    }

    pub fn registrations(ctx: &Ctx, ip: Option<IpAddr>) -> AppResult<Self> {
        Self::new(ctx, Most::Hourly(HOURLY_REGISTRATIONS), &format!("registrations {} {}", network(ip), ctx.now().0 / HOUR))
    }

    /// For how long nothing more is allowed, in milliseconds.
    fn pause(&self, count: i64, last_at: i64, now: i64) -> i64 {
        match self.most {
            Most::Pausing(free) if count >= free => {
                let doublings = u32::try_from((count - free).clamp(0, 10)).unwrap_or(0);
                last_at.saturating_add((MINUTE * 2_i64.pow(doublings)).min(LONGEST_MS)).saturating_sub(now)
            }
            Most::Hourly(most) if count >= most => HOUR - now.rem_euclid(HOUR),
            _ => 0,
        }
    }
}

/// Counts a try before it is known how it ends: of many that come at once, no more pass than one after the other.
pub(super) async fn take(ctx: &Ctx, tenant: &TenantId, limits: &[Limit]) -> AppResult<()> {
    let now = ctx.now();
    let mut tx = ctx.db().write().await?;
    for limit in limits {
        let (count, last_at) = store::lock_failures(&mut tx, tenant, &limit.key, now, now.plus_ms(-FORGET_MS)).await?;
        let left = limit.pause(count, last_at, now.0);
        if left > 0 {
            tracing::info!(%tenant, "too many tries");
            return Err(AppError::new(Kind::TooMany, "account.too_many_tries").arg("n", (left + MINUTE - 1) / MINUTE));
        }
        store::change_failures(&mut tx, tenant, &limit.key, 1, now).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_a_network_counts_once() {
        let of = |text: &str| network(Some(text.parse().unwrap()));
        assert_eq!(of("192.0.2.7"), of("192.0.2.200"));
        assert_ne!(of("192.0.2.7"), of("192.0.3.7"));
        assert_eq!(of("2001:db8:1:200::1"), of("2001:db8:1:2ff:1::1"));
        assert_ne!(of("2001:db8:1:200::1"), of("2001:db8:1:300::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.8"));
    }

    #[test]
    fn r22_one_network_guesses_and_registers_only_so_often_an_hour() {
        let limit = |most| Limit { key: String::new(), most };
        let half_past = 7 * HOUR + HOUR / 2;
        assert_eq!(limit(Most::Hourly(100)).pause(99, half_past, half_past), 0);
        assert_eq!(limit(Most::Hourly(100)).pause(100, half_past, half_past), HOUR / 2);
        assert_eq!(limit(Most::Pausing(5)).pause(4, half_past, half_past), 0);
        assert_eq!(limit(Most::Pausing(5)).pause(6, half_past, half_past), 2 * MINUTE);
        assert_eq!(limit(Most::Pausing(5)).pause(60, half_past, half_past), LONGEST_MS);
    }
}
