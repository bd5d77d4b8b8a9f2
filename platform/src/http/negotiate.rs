//! Which representation the client asked for.

use http::HeaderMap;

/// The kinds of answer a resource may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A page for people; also the answer to `*/*`.
    Html,
    /// ActivityPub JSON.
    Activity,
    /// Plain JSON, including problem details.
    Json,
}

/// The quality that `accept` gives to exactly this media type (wildcards do not count), 0..=1000.
#[must_use]
pub fn quality(accept: &str, media_type: &str) -> u16 {
    accept
        .split(',')
        .filter_map(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let name = pieces.next()?;
            if !name.eq_ignore_ascii_case(media_type) {
                return None;
            }
            Some(pieces.find_map(|p| p.strip_prefix("q=").map(thousandths)).unwrap_or(1000))
        })
        .max()
        .unwrap_or(0)
}

/// `q` in thousandths; what cannot be read counts as 1000, as RFC 9110 suggests for a missing weight.
fn thousandths(q: &str) -> u16 {
    let (whole, part) = q.split_once('.').unwrap_or((q, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    let fraction: u16 = digits.parse().unwrap_or(0);
    if whole == "0" { fraction } else { 1000 }
}

/// The best of `offers` (media types in the server's order of preference) for this `Accept`; `None` when none is named.
#[must_use]
pub fn best<'a>(headers: &HeaderMap, offers: &[&'a str]) -> Option<&'a str> {
    let accept = headers.get(http::header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("");
    let mut winner: Option<(&str, u16)> = None;
    for offer in offers {
        let q = quality(accept, offer);
        if q > winner.map_or(0, |(_, best)| best) {
            winner = Some((offer, q));
        }
    }
    winner.map(|(offer, _)| offer)
}

/// Page, ActivityPub or JSON; a browser's `*/*` means the page.
#[must_use]
pub fn wanted(headers: &HeaderMap) -> Wanted {
    match best(headers, &["text/html", "application/activity+json", "application/ld+json", "application/problem+json", "application/json"])
    {
        Some("application/activity+json" | "application/ld+json") => Wanted::Activity,
        Some("application/problem+json" | "application/json") => Wanted::Json,
        _ => Wanted::Html,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &'static str) -> HeaderMap {
        [(http::header::ACCEPT, http::HeaderValue::from_static(value))].into_iter().collect()
    }

    #[test]
    fn browsers_get_pages_and_servers_get_activities() {
        assert_eq!(wanted(&accept("text/html,application/xhtml+xml,*/*;q=0.8")), Wanted::Html);
        assert_eq!(wanted(&accept("application/activity+json")), Wanted::Activity);
        assert_eq!(wanted(&accept("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"")), Wanted::Activity);
        assert_eq!(wanted(&accept("application/activity+json;q=0.5, text/html")), Wanted::Html);
        assert_eq!(wanted(&HeaderMap::new()), Wanted::Html);
    }
}
