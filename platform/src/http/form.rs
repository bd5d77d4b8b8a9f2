//! Forms as people send them: an ordered list of fields and files, whatever the encoding.
//!
//! Keeping the raw fields is what lets a refused form come back with everything that was typed.

use axum::{
    extract::{FromRequest, Multipart, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use std::collections::BTreeMap;

use super::error::{AppError, FieldError, Kind};
use crate::text;

/// So many fields and files at most; more is no form of ours.
const MAX_FIELDS: usize = 5_000;

/// Not even a password has NUL in it, and one of the databases refuses it in text.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

/// A file that came with a form.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The name the browser gave; never used as a path.
    pub file_name: String,
    /// The bytes, capped by the body limit of the route.
    pub bytes: Bytes,
}

/// Fields and files in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct FormData {
    fields: Vec<(String, String)>,
    files: Vec<(String, Upload)>,
}

impl FormData {
    /// Takes fields from anywhere, for tests, seeds and query strings.
    #[must_use]
    pub fn from_pairs<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self { fields: pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect(), files: Vec::new() }
    }

    /// Parses `a=1&b=2`.
    #[must_use]
    pub fn from_urlencoded(text: &[u8]) -> Self {
        Self::from_pairs(url::form_urlencoded::parse(text).take(MAX_FIELDS).map(|(k, v)| (k.into_owned(), without_nul(v.into_owned()))))
    }

    /// The first value of `name` as typed, or empty text.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }

    /// The first value of `name` as one clean line: trimmed, NFC, no control characters.
    #[must_use]
    pub fn line(&self, name: &str) -> String {
        text::sanitize::clean_line(self.raw(name))
    }

    /// The first value of `name` as clean text of several lines.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        text::sanitize::clean_text(self.raw(name))
    }

    /// Every value of `name`, in order, as clean lines.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.fields.iter().filter(|(k, _)| k == name).map(|(_, v)| text::sanitize::clean_line(v)).collect()
    }

    /// True when `name` came with a value that is not empty (a ticked box, a pressed button).
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(k, v)| k == name && !v.is_empty())
    }

    /// Sets `name` to one value, replacing what was there.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.fields.retain(|(k, _)| k != name);
        self.fields.push((name.to_owned(), value.into()));
    }

    /// Adds one more value of `name`.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.fields.push((name.to_owned(), value.into()));
    }

    /// All fields in order.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// Files sent under `name`; empty file inputs are left out.
    pub fn files<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Upload> {
        self.files.iter().filter(move |(k, f)| k == name && !f.bytes.is_empty()).map(|(_, f)| f)
    }

    /// Adds a file, for tests and seeds.
    pub fn add_file(&mut self, name: &str, file_name: &str, bytes: Bytes) {
        self.files.push((name.to_owned(), Upload { file_name: file_name.to_owned(), bytes }));
    }
}

impl<S: Send + Sync> FromRequest<S> for FormData {
    type Rejection = Response;

    async fn from_request(req: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = req.headers().get(http::header::CONTENT_TYPE).map_or("", |v| v.to_str().unwrap_or("?")).to_owned();
        if kind.starts_with("multipart/form-data") {
            let mut multipart = Multipart::from_request(req, state).await.map_err(IntoResponse::into_response)?;
            read_multipart(&mut multipart).await.map_err(IntoResponse::into_response)
        } else if kind.starts_with("application/x-www-form-urlencoded") || kind.is_empty() {
            let body = Bytes::from_request(req, state).await.map_err(|rejection| {
                let kind = if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE { Kind::TooLarge } else { Kind::Invalid };
                AppError::new(kind, if kind == Kind::TooLarge { "too_large" } else { "bad_form" }).into_response()
            })?;
            if body.iter().filter(|byte| **byte == b'&').count() >= MAX_FIELDS {
                return Err(AppError::new(Kind::TooLarge, "too_large").into_response());
            }
            Ok(Self::from_urlencoded(&body))
        } else {
            Err(AppError::new(Kind::Invalid, "bad_form").into_response())
        }
    }
}

async fn read_multipart(multipart: &mut Multipart) -> Result<FormData, AppError> {
    let refuse = |error: axum::extract::multipart::MultipartError| {
        if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
            AppError::new(Kind::TooLarge, "too_large")
        } else {
            AppError::new(Kind::Invalid, "bad_form")
        }
    };
    let mut form = FormData::default();
    while let Some(field) = multipart.next_field().await.map_err(refuse)? {
        if form.fields.len() + form.files.len() >= MAX_FIELDS {
            return Err(AppError::new(Kind::TooLarge, "too_large"));
        }
        let name = field.name().unwrap_or("").to_owned();
        let file_name = field.file_name().map(ToOwned::to_owned);
        let bytes = field.bytes().await.map_err(refuse)?;
        match file_name {
            Some(file_name) => form.files.push((name, Upload { file_name, bytes })),
            None => form.fields.push((name, without_nul(String::from_utf8_lossy(&bytes).into_owned()))),
        }
    }
    Ok(form)
}

/// A form on its way back to the person: what was typed and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    /// What was typed.
    pub data: FormData,
    /// What is wrong, by field name.
    pub errors: BTreeMap<String, FieldError>,
}

impl FormState {
    /// A form that nobody has complained about yet.
    #[must_use]
    pub fn clean(data: FormData) -> Self {
        Self { data, errors: BTreeMap::new() }
    }

    /// A refused form; the first message per field stays.
    #[must_use]
    pub fn refused(data: FormData, errors: Vec<FieldError>) -> Self {
        let mut by_field = BTreeMap::new();
        for error in errors {
            by_field.entry(error.field.clone()).or_insert(error);
        }
        Self { data, errors: by_field }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    async fn form(kind: &str, body: impl Into<Body>) -> Result<FormData, http::StatusCode> {
        let request = Request::post("/").header("content-type", kind).body(body.into()).unwrap();
        FormData::from_request(request, &()).await.map_err(|response| response.status())
    }

    #[tokio::test]
    async fn s34_rubbish_is_refused_or_read_but_never_a_panic() {
        for (kind, body) in [
            ("multipart/form-data", "x"),
            ("multipart/form-data; boundary=b", "--b\r\n\r\n"),
            ("application/json", "{}"),
            ("text/plain; \u{ff}", ""),
        ] {
            assert!(form(kind, body).await.is_err(), "{kind} {body:?}");
        }
        let unclosed = "--b\r\ncontent-disposition: form-data; name=\"a\r\n\r\nx\r\n--b--";
        assert_eq!(form("multipart/form-data; boundary=b", unclosed).await.unwrap().raw("a"), "");
        let read = form("application/x-www-form-urlencoded", "a=%ff%00b&%zz&&=&a=2;b=3").await.unwrap();
        assert_eq!((read.raw("a"), read.all("a").len()), ("\u{fffd}b", 2));
    }

    #[tokio::test]
    async fn r05_a_form_of_too_many_fields_is_refused() {
        let kind = "application/x-www-form-urlencoded";
        assert!(form(kind, "a=1&".repeat(MAX_FIELDS - 1)).await.is_ok());
        assert_eq!(form(kind, "&".repeat(100_000)).await.unwrap_err(), http::StatusCode::PAYLOAD_TOO_LARGE);
        let part = "--b\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nx\r\n".repeat(MAX_FIELDS + 1) + "--b--";
        assert_eq!(form("multipart/form-data; boundary=b", part).await.unwrap_err(), http::StatusCode::PAYLOAD_TOO_LARGE);
    }
}
