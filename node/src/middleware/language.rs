//! The language of a page is in its address: `/en/…` is English, everything else Ukrainian.

use axum::extract::Request;
use http::{Uri, uri::PathAndQuery};
use ratusha_platform::{Lang, http::site::Address};

/// Takes the language prefix off the address before routing and remembers both.
pub fn take_prefix(mut request: Request) -> Request {
    let full = request.uri().path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    let (lang, path) = split(&full);
    let path = path.to_owned();
    if lang != Lang::Uk {
        let mut parts = request.uri().clone().into_parts();
        if let Ok(rest) = path.parse() {
            parts.path_and_query = Some(rest);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    request.extensions_mut().insert(Address { lang, path });
    request
}

/// `/en/x?y` is `(En, /x?y)`; the ActivityPub space has one language only, so that an object has one address.
fn split(full: &str) -> (Lang, &str) {
    match full.strip_prefix("/en") {
        Some("" | "/") => (Lang::En, "/"),
        Some(rest) if rest.starts_with('/') && !rest.starts_with("/ap/") && !rest.starts_with("/.well-known/") => (Lang::En, rest),
        _ => (Lang::Uk, full),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_taken_from_the_address_and_never_from_the_browser() {
        assert_eq!(split("/en/practices?x=1"), (Lang::En, "/practices?x=1"));
        assert_eq!(split("/en"), (Lang::En, "/"));
        assert_eq!(split("/energy"), (Lang::Uk, "/energy"));
        assert_eq!(split("/en/ap/actor"), (Lang::Uk, "/en/ap/actor"));
        assert_eq!(split("/"), (Lang::Uk, "/"));
    }
}
