//! The language of a page is in its address: `/en/…` is English, everything else Ukrainian.

use axum::extract::Request;
use http::{Uri, uri::PathAndQuery};
use ratusha_platform::{Lang, http::site::Address};

/// Takes the language prefix off the address before routing and remembers both.
pub fn take_prefix(mut request: Request) -> Request {
    let full = request.uri().path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    let (lang, path) = split(&full);
    // A link to `//host` would leave the site, so no address of ours begins like that.
    let path = format!("/{}", path.trim_start_matches(['/', '\\']));
    if path != full {
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

    #[test]
    fn an_address_that_begins_with_two_slashes_never_becomes_a_link_to_another_site() {
        for address in ["//evil.example/a", "/en//evil.example/a", "/en///evil.example/a"] {
            let mut request = Request::new(axum::body::Body::empty());
            *request.uri_mut() = Uri::builder().path_and_query(address).build().unwrap();
            let request = take_prefix(request);
            assert_eq!(request.extensions().get::<Address>().unwrap().path, "/evil.example/a", "{address}");
            assert_eq!(request.uri().path(), "/evil.example/a", "{address}");
        }
    }
}
