//! Protection against forged requests: Origin and Sec-Fetch-Site for everybody, a token for those signed in.

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use subtle::ConstantTimeEq;

use super::error::{AppError, Kind};
use super::form::FormData;

/// Name of the hidden field.
pub const FIELD: &str = "csrf";

/// The token of the present session, put into the request extensions by the session layer.
#[derive(Debug, Clone)]
pub struct CsrfToken(pub String);

/// A form that was proven to come from our own page.
#[derive(Debug)]
pub struct Csrf(pub FormData);

/// False when a browser tells us that another site sent this request to `host`.
#[must_use]
pub fn same_site(headers: &HeaderMap, host: &str) -> bool {
    // What cannot be read, or comes twice, is no proof of anything.
    let text = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let first = values.next()?;
        Some(if values.next().is_some() { "" } else { first.to_str().unwrap_or("") })
    };
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text("origin") {
        None => true,
        Some(origin) => url::Url::parse(origin).ok().is_some_and(|url| authority(&url) == host.to_ascii_lowercase()),
    }
}

fn authority(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or("").to_ascii_lowercase();
    url.port().map_or(host.clone(), |port| format!("{host}:{port}"))
}

impl<S: Send + Sync> FromRequest<S> for Csrf {
    type Rejection = Response;

    async fn from_request(req: Request, state: &S) -> Result<Self, Self::Rejection> {
        let expected = req.extensions().get::<CsrfToken>().cloned();
        let form = FormData::from_request(req, state).await?;
        let matches = expected.is_none_or(|token| token.0.as_bytes().ct_eq(form.raw(FIELD).as_bytes()).into());
        if matches { Ok(Self(form)) } else { Err(AppError::new(Kind::Forbidden, "csrf").into_response()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r18_a_form_posted_by_another_site_is_refused() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(k, v)| (http::HeaderName::from_static(k), http::HeaderValue::from_static(v))).collect::<HeaderMap>()
        };
        assert!(same_site(&headers(&[]), "lviv.example"));
        assert!(same_site(&headers(&[("origin", "https://lviv.example")]), "lviv.example"));
        assert!(same_site(&headers(&[("origin", "http://lviv.localhost:8000")]), "lviv.localhost:8000"));
        assert!(!same_site(&headers(&[("origin", "https://evil.example")]), "lviv.example"));
        assert!(!same_site(&headers(&[("origin", "null")]), "lviv.example"));
        assert!(!same_site(&headers(&[("sec-fetch-site", "cross-site")]), "lviv.example"));
        let unreadable = http::HeaderValue::from_bytes(b"https://lviv.example\xff").unwrap();
        assert!(!same_site(&[(http::header::ORIGIN, unreadable)].into_iter().collect(), "lviv.example"));
        let mut twice = headers(&[("origin", "https://lviv.example")]);
        twice.append("origin", http::HeaderValue::from_static("https://lviv.example"));
        assert!(!same_site(&twice, "lviv.example"));
        assert!(!same_site(&headers(&[("sec-fetch-site", "same-site")]), "lviv.example"));
    }
}
