//! How much is read, of what kind, how often, and when to come back.

use std::sync::atomic::{AtomicU32, Ordering};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};

use super::FetchError;

const AS_PROFILE: &str = "https://www.w3.org/ns/activitystreams";
/// The longest pause that a peer may ask for.
const MAX_RETRY_AFTER_MS: i64 = 24 * 60 * 60 * 1000;

/// What is asked for, and so what is taken as an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// An ActivityPub object; nothing else may be believed to be one.
    Activity,
    /// A WebFinger answer.
    WebFinger,
    /// Plain JSON, such as NodeInfo.
    Json,
    /// A picture, to be decoded and encoded anew before anybody sees it.
    Picture,
}

impl Expect {
    /// The `Accept` header.
    #[must_use]
    pub fn accept(self) -> &'static str {
        match self {
            Self::Activity => r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            Self::WebFinger => "application/jrd+json, application/json",
            Self::Json => "application/json",
            Self::Picture => "image/webp, image/jpeg, image/png",
        }
    }

    /// Whether a `Content-Type` is what was asked for.
    #[must_use]
    pub fn takes(self, content_type: &str) -> bool {
        let mut parts = content_type.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        match (self, essence.as_str()) {
            (Self::Activity, "application/activity+json") => true,
            (Self::Activity, "application/ld+json") => parts.any(has_as_profile),
            (Self::WebFinger, "application/jrd+json" | "application/json") | (Self::Json, "application/json") => true,
            (Self::Picture, "image/webp" | "image/jpeg" | "image/png") => true,
            (Self::Json, other) => other.starts_with("application/") && other.ends_with("+json"),
            _ => false,
        }
    }
}

fn has_as_profile(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, value)| {
        name.trim().eq_ignore_ascii_case("profile") && value.trim().trim_matches('"').split_ascii_whitespace().any(|p| p == AS_PROFILE)
    })
}

/// When a peer wants to be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// So many seconds from now.
    Seconds(u32),
    /// At this moment, in milliseconds.
    At(i64),
}

impl RetryAfter {
    /// Reads the header; `None` if it is absent or cannot be read.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        match text.parse() {
            Ok(seconds) => Some(Self::Seconds(seconds)),
            Err(_) => crate::signatures::cavage::parse_date(text).map(Self::At),
        }
    }

    /// How long to wait, in milliseconds from `now_ms`: not negative and at most a day.
    #[must_use]
    pub fn delay_ms(self, now_ms: i64) -> i64 {
        let wanted = match self {
            Self::Seconds(seconds) => i64::from(seconds).saturating_mul(1000),
            Self::At(ms) => ms.saturating_sub(now_ms),
        };
        wanted.clamp(0, MAX_RETRY_AFTER_MS)
    }
}

/// How many fetches one incoming activity may cause; shared by all that work on it.
#[derive(Debug)]
pub struct Budget(AtomicU32);

impl Budget {
    /// The allowance for one activity.
    pub const PER_ACTIVITY: u32 = 20;

    /// A budget of `fetches`.
    #[must_use]
    pub fn new(fetches: u32) -> Self {
        Self(AtomicU32::new(fetches))
    }

    /// Takes one fetch out; an error when none is left.
    pub fn spend(&self) -> Result<(), FetchError> {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).map(|_| ()).map_err(|_| FetchError::Budget)
    }
}

/// Reads a body up to `max` bytes after decompression.
pub(crate) async fn read_body(response: &mut reqwest::Response, max: usize) -> Result<Bytes, FetchError> {
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |n| n > max) {
        return Err(FetchError::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(FetchError::from_reqwest)? {
        if body.len() + chunk.len() > max {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn s13_only_activity_types_are_activities() {
        for yes in [
            "application/activity+json",
            "application/activity+json; charset=utf-8",
            "Application/Activity+JSON",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            r#"application/ld+json;charset=utf-8;profile="https://www.w3.org/ns/activitystreams""#,
            "application/ld+json; profile=https://www.w3.org/ns/activitystreams",
        ] {
            assert!(Expect::Activity.takes(yes), "{yes}");
        }
        for no in [
            "",
            "application/json",
            "application/ld+json",
            "text/html",
            "image/png",
            r#"application/ld+json; profile="https://evil.example/""#,
            "text/plain; application/activity+json",
            "application/activity+jsonx",
        ] {
            assert!(!Expect::Activity.takes(no), "{no}");
        }
        assert!(Expect::WebFinger.takes("application/jrd+json; charset=utf-8"));
        assert!(Expect::WebFinger.takes("application/json"));
        assert!(!Expect::WebFinger.takes("text/html"));
        assert!(Expect::Json.takes("application/json; profile=\"x\""));
        assert!(!Expect::Json.takes("text/json"));
    }

    #[test]
    fn s29_a_wanted_pause_is_read_and_capped() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(text));
            RetryAfter::from_headers(&headers)
        };
        assert_eq!(read("120").unwrap().delay_ms(0), 120_000);
        assert_eq!(read("4000000000").unwrap().delay_ms(0), MAX_RETRY_AFTER_MS);
        assert_eq!(read("Thu, 01 Jan 1970 00:01:00 GMT").unwrap().delay_ms(30_000), 30_000);
        assert_eq!(read("Thu, 01 Jan 1970 00:01:00 GMT").unwrap().delay_ms(90_000), 0);
        assert_eq!(read("soon"), None);
        assert_eq!(read("-5"), None);
        assert_eq!(RetryAfter::from_headers(&HeaderMap::new()), None);
    }

    #[test]
    fn s06_a_budget_runs_out_and_stays_out() {
        let budget = Budget::new(2);
        assert!(budget.spend().is_ok());
        assert!(budget.spend().is_ok());
        assert!(matches!(budget.spend(), Err(FetchError::Budget)));
        assert!(matches!(budget.spend(), Err(FetchError::Budget)));
    }
}
