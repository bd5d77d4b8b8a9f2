//! Which form of a page is wanted, and the headers that say which others there are.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use oxrdf::Triple;
use ratusha_platform::{AppError, AppResult, http::negotiate};

use super::super::rdf::{self, Format};

/// The form that `Accept` asks for; none for a page.
pub(super) fn wanted(headers: &HeaderMap) -> Option<Format> {
    let best = negotiate::best(headers, &["text/html", "text/turtle", "application/rdf+xml", "application/ld+json"])?;
    Format::ALL.into_iter().find(|format| format.media_type() == best)
}

/// Says in `response` that the same address has other forms; `path` has no ending.
pub(super) fn alternates(mut response: Response, path: &str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    let links: Vec<String> =
        Format::ALL.into_iter().map(|f| format!("<{path}.{}>; rel=\"alternate\"; type=\"{}\"", f.extension(), f.media_type())).collect();
    if let Ok(value) = HeaderValue::from_str(&links.join(", ")) {
        headers.append(header::LINK, value);
    }
    response
}

/// The triples as an answer; anybody's scripts may read it.
pub(super) fn answer(triples: &[Triple], format: Format, path: &str) -> AppResult<Response> {
    let body = rdf::write(triples, format).map_err(AppError::internal)?;
    let mut response = alternates(body.into_response(), path);
    let headers = response.headers_mut();
    let media_type = match format {
        Format::Turtle => "text/turtle; charset=utf-8",
        Format::RdfXml => "application/rdf+xml",
        Format::JsonLd => "application/ld+json",
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(place) = HeaderValue::from_str(&format!("{path}.{}", format.extension())) {
        headers.insert(header::CONTENT_LOCATION, place);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_what_they_ask_for_and_browsers_a_page() {
        let ask = |accept: &'static str| wanted(&[(header::ACCEPT, HeaderValue::from_static(accept))].into_iter().collect());
        assert_eq!(ask("text/turtle"), Some(Format::Turtle));
        assert_eq!(ask("application/rdf+xml;q=0.9, application/ld+json;q=0.5"), Some(Format::RdfXml));
        assert_eq!(ask("application/ld+json, text/html;q=0.9"), Some(Format::JsonLd));
        assert_eq!(ask("text/html,application/xhtml+xml,*/*;q=0.8"), None);
        assert_eq!(ask("*/*"), None);
    }
}
