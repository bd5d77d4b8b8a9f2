//! From a template to a response, and ready-made pieces of HTML.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use ratusha_platform::http::error::Kind;
use ratusha_platform::{AppError, Lang};

use crate::Ui;

/// A piece of HTML that is safe to print as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Takes HTML that was made by a template or came out of the sanitizer; never raw input.
    #[must_use]
    pub fn trusted(html: impl Into<String>) -> Self {
        Self(html.into())
    }

    /// Plain text, escaped.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let mut out = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c => out.push(c),
            }
        }
        Self(out)
    }

    /// What `template` renders to; empty if it cannot be rendered.
    #[must_use]
    pub fn from_template(template: &impl Template) -> Self {
        Self(template.render().unwrap_or_default())
    }

    /// The HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

impl From<Html> for String {
    fn from(html: Html) -> Self {
        html.0
    }
}

/// The page in Ukrainian headers unless [`page_with`] says otherwise; the body carries its own `lang`.
///
/// A template that cannot be rendered becomes an internal error for the outer layer.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let lang = if html.get(..200).unwrap_or(&html).contains("<html lang=\"en\"") { Lang::En } else { Lang::Uk };
            respond(status, lang, html)
        }
        Err(error) => AppError::internal(error).into_response(),
    }
}

/// A ready page in `lang`.
pub fn page_with(status: StatusCode, lang: Lang, html: Html) -> Response {
    respond(status, lang, html.into())
}

fn respond(status: StatusCode, lang: Lang, html: String) -> Response {
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.code()));
    response
}

/// The page of an error.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    ui: Ui,
    status: u16,
    message: String,
    hint: String,
    sign_in: bool,
    request_id: Option<String>,
}

/// The page that tells people about `error`; its status is the error's.
pub fn error_page(ui: Ui, error: &AppError, request_id: Option<String>) -> Response {
    let status = error.kind.status();
    let message = ui.error_message(error);
    let hint = ui.t(hint_key(error.kind));
    let title = ui.t(title_key(error.kind));
    let sign_in = error.kind == Kind::Unauthorized && ui.viewer.name.is_none();
    let request_id = request_id.filter(|_| matches!(error.kind, Kind::Internal | Kind::Unavailable));
    let mut ui = ui.titled(title);
    ui.breadcrumbs.clear();
    page(status, &ErrorPage { ui, status: status.as_u16(), message, hint, sign_in, request_id })
}

/// A page whose body is ready HTML, under the heading and lead of `ui`.
#[derive(Template)]
#[template(path = "empty.html")]
struct PlainPage {
    ui: Ui,
    body: Html,
}

/// A page whose body is ready HTML, under the heading and lead of `ui`.
pub fn plain_page(status: StatusCode, ui: Ui, body: Html) -> Response {
    page(status, &PlainPage { ui, body })
}

fn title_key(kind: Kind) -> &'static str {
    match kind {
        Kind::NotFound => "error-title-not-found",
        Kind::Gone => "error-title-gone",
        Kind::Forbidden => "error-title-forbidden",
        Kind::Unauthorized => "error-title-unauthorized",
        Kind::Conflict => "error-title-conflict",
        Kind::Invalid | Kind::TooLarge => "error-title-invalid",
        Kind::TooMany => "error-title-too-many",
        Kind::Misdirected | Kind::Method => "error-title-misdirected",
        Kind::Unavailable | Kind::Internal => "error-title-internal",
    }
}

fn hint_key(kind: Kind) -> &'static str {
    match kind {
        Kind::NotFound | Kind::Gone | Kind::Misdirected | Kind::Method => "error-hint-look",
        Kind::Forbidden => "error-hint-ask",
        Kind::Unauthorized => "error-hint-sign-in",
        Kind::Conflict | Kind::Invalid | Kind::TooLarge => "error-hint-back",
        Kind::TooMany | Kind::Unavailable => "error-hint-wait",
        Kind::Internal => "error-hint-ours",
    }
}

/// The sentence for an error of `kind` whose own code has none.
pub(crate) fn class_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid => "error-invalid",
        Kind::Unauthorized => "error-unauthorized",
        Kind::Forbidden => "error-forbidden",
        Kind::NotFound => "error-not-found",
        Kind::Conflict => "error-conflict",
        Kind::Gone => "error-gone",
        Kind::Misdirected => "error-misdirected",
        Kind::Method => "error-method",
        Kind::TooLarge => "error-too-large",
        Kind::TooMany => "error-too-many",
        Kind::Unavailable => "error-unavailable",
        Kind::Internal => "error-internal",
    }
}

/// Text as one value of a query string.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_addresses_are_encoded() {
        assert_eq!(Html::text("<b>'&\"").as_str(), "&lt;b&gt;&#39;&amp;&quot;");
        assert_eq!(percent_encode("/en/practices?q=вода"), "/en/practices%3Fq%3D%D0%B2%D0%BE%D0%B4%D0%B0");
    }
}
