//! When a peer that fails is asked again: short pauses first, then a breaker with single probes.

use ratusha_platform::Timestamp;

use super::store::PeerRow;

/// So many failures within the window open the breaker.
const FAILURES: i64 = 5;
const WINDOW_MS: i64 = 10 * 60 * 1000;
const FIRST_PROBE_MS: i64 = 30 * 1000;
const LONGEST_MS: i64 = 60 * 60 * 1000;

/// Nothing is ever put off for longer: a day, which a peer may ask for, and some.
pub(super) const PUT_OFF_MS: i64 = 25 * 60 * 60 * 1000;

/// What went wrong.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub status: Option<i64>,
    pub error: String,
    /// How long the peer asked us to wait.
    pub wait_ms: Option<i64>,
}

pub(super) fn is_open(peer: &PeerRow) -> bool {
    peer.state == "open"
}

/// The peer took something: everything is forgotten.
pub(super) fn succeeded(peer: &mut PeerRow, now: Timestamp) {
    peer.state = "closed".to_owned();
    peer.fail_count = 0;
    peer.opened_at = None;
    peer.next_try = 0;
    peer.last_ok = Some(now.0);
    peer.last_error = None;
    peer.last_status = None;
}

/// The peer failed; `dice` (any number) spreads the next tries by 20 % to either side.
pub(super) fn failed(peer: &mut PeerRow, failure: &Failure, dice: u64, now: Timestamp) {
    peer.last_error = Some(failure.error.clone());
    peer.last_status = failure.status;
    let wanted = failure.wait_ms.map_or(0, |ms| now.0.saturating_add(ms));
    // Failures at the same moment, to several inboxes of one server, are one failure.
    // What lies further ahead was set by a clock that has been set back since.
    if peer.next_try > now.0 && peer.next_try <= now.plus_ms(PUT_OFF_MS).0 {
        peer.next_try = peer.next_try.max(wanted);
        return;
    }
    if !is_open(peer) && now.0 - peer.window_start > WINDOW_MS {
        peer.window_start = now.0;
        peer.fail_count = 0;
    }
    peer.fail_count = peer.fail_count.saturating_add(1);
    let delay = if peer.fail_count < FAILURES {
        doubled(1000, peer.fail_count - 1)
    } else {
        if !is_open(peer) {
            peer.state = "open".to_owned();
            peer.opened_at = Some(now.0);
        }
        doubled(FIRST_PROBE_MS, peer.fail_count - FAILURES)
    };
    let percent = 80 + i64::try_from(dice % 41).unwrap_or(20);
    peer.next_try = (now.0 + delay.min(LONGEST_MS) * percent / 100).max(wanted);
}

fn doubled(base: i64, times: i64) -> i64 {
    let times = u32::try_from(times.clamp(0, 20)).unwrap_or(0);
    base.saturating_mul(2_i64.pow(times))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> Failure {
        Failure { status: Some(503), error: "503".into(), wait_ms: None }
    }

    #[test]
    fn five_failures_open_the_breaker_and_probes_come_at_30_s_doubling_to_an_hour() {
        let mut peer = PeerRow::new("peer.example");
        let mut now = Timestamp(1_000_000);
        let mut pauses = Vec::new();
        for _ in 0..14 {
            failed(&mut peer, &failure(), 20, now);
            pauses.push((peer.next_try - now.0) / 1000);
            now = Timestamp(peer.next_try);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert!(is_open(&peer));
        succeeded(&mut peer, now);
        assert!(!is_open(&peer) && peer.fail_count == 0 && peer.next_try == 0);
    }

    #[test]
    fn pauses_are_spread_by_a_fifth() {
        for (dice, wanted) in [(0, 24_000), (20, 30_000), (40, 36_000), (41, 24_000)] {
            let mut peer = PeerRow { fail_count: 4, window_start: 0, ..PeerRow::new("x") };
            failed(&mut peer, &failure(), dice, Timestamp(1));
            assert_eq!(peer.next_try - 1, wanted, "{dice}");
        }
    }

    #[test]
    fn failures_at_one_moment_are_one_and_old_ones_are_forgotten() {
        let mut peer = PeerRow::new("x");
        let now = Timestamp(5_000_000);
        for _ in 0..9 {
            failed(&mut peer, &failure(), 20, now);
        }
        assert_eq!(peer.fail_count, 1);
        failed(&mut peer, &failure(), 20, now.plus_ms(WINDOW_MS + 1));
        assert_eq!(peer.fail_count, 1);
    }

    #[test]
    fn r09_a_failure_after_the_clock_was_set_back_counts_again() {
        let mut peer = PeerRow::new("x");
        let now = Timestamp(90 * 24 * 60 * 60 * 1000);
        failed(&mut peer, &failure(), 20, now);
        let back = now.plus_ms(-30 * 24 * 60 * 60 * 1000);
        failed(&mut peer, &failure(), 20, back);
        assert_eq!((peer.next_try - back.0, peer.fail_count), (2000, 2));
    }

    #[test]
    fn s29_the_pause_that_a_peer_asks_for_is_kept() {
        let mut peer = PeerRow::new("x");
        failed(&mut peer, &Failure { wait_ms: Some(90_000), ..failure() }, 20, Timestamp(7));
        assert_eq!(peer.next_try, 90_007);
    }
}
