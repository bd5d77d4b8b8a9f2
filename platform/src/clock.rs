//! Time as a parameter: a timestamp type and the clock that hands it out.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Milliseconds since 1970-01-01T00:00:00Z; what the database stores and the domain compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment moved by `ms` milliseconds (negative: earlier); saturates at the ends.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This moment moved by whole days of 86,400 seconds.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_ms(days.saturating_mul(86_400_000))
    }

    /// `2026-11-23T09:30:00Z`, whole seconds, UTC: the form used on the wire.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_millisecond(self.0.div_euclid(1000) * 1000)
            .map_or_else(|_| "1970-01-01T00:00:00Z".to_owned(), |t| t.to_string())
    }

    /// Reads an RFC 3339 date-time with a zone; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }

    /// The calendar date in `Europe/Kyiv` as `2026-11-23`.
    #[must_use]
    pub fn to_date(self) -> String {
        self.kyiv().map_or_else(String::new, |z| z.date().to_string())
    }

    /// Midnight in `Europe/Kyiv` of a date written `2026-11-23`; `None` if it is not one.
    #[must_use]
    pub fn parse_date(text: &str) -> Option<Self> {
        let date: jiff::civil::Date = text.trim().parse().ok()?;
        let zoned = date.in_tz("Europe/Kyiv").ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }

    /// This moment on a wall clock in Kyiv.
    #[must_use]
    pub fn kyiv(self) -> Option<jiff::ZonedDateTime> {
        jiff::Timestamp::from_millisecond(self.0).ok()?.in_tz("Europe/Kyiv").ok()
    }
}

/// Where the time comes from: the machine, or a hand-moved clock in tests.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Stands still until it is moved.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0)))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp(jiff::Timestamp::now().as_millisecond()),
            Self::Manual(ms) => Timestamp(ms.load(Ordering::SeqCst)),
        }
    }

    /// Time that has passed since some fixed moment; unlike [`Clock::now`] it never goes back when the
    /// machine's clock is set, and means nothing across processes.
    #[must_use]
    pub fn steady(&self) -> Duration {
        match self {
            Self::System => START.elapsed(),
            Self::Manual(ms) => Duration::from_millis(u64::try_from(ms.load(Ordering::SeqCst)).unwrap_or(0)),
        }
    }

    /// Moves a manual clock forward; the machine's clock is left alone.
    pub fn advance(&self, ms: i64) {
        if let Self::Manual(at) = self {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_midnight_in_kyiv_and_comes_back_as_written() {
        let t = Timestamp::parse_date("2026-07-01").unwrap();
        assert_eq!(t.to_rfc3339(), "2026-06-30T21:00:00Z");
        assert_eq!(t.to_date(), "2026-07-01");
        assert_eq!(Timestamp::parse_date("вчора"), None);
    }

    #[test]
    fn r09_steady_time_never_goes_back() {
        let times: Vec<Duration> = (0..1000).map(|_| Clock::System.steady()).collect();
        assert!(times.is_sorted());
    }

    #[test]
    fn wire_time_has_whole_seconds_and_a_zone() {
        let t = Timestamp::parse("2026-11-23T09:30:00.750+02:00").unwrap();
        assert_eq!(t.to_rfc3339(), "2026-11-23T07:30:00Z");
        assert_eq!(Timestamp::parse("2026-11-23T09:30:00"), None);
    }
}
