//! One error type for every door, rendered twice: RFC 9457 for programs, a page for people.
//!
//! What the client sees (`code`, `args`, `fields`) and what the log gets (`source`) are kept apart.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use std::sync::Arc;

/// The class of an error; there is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input breaks a rule (422).
    Invalid,
    /// Nobody is signed in (401, or the sign-in page).
    Unauthorized,
    /// Known, but not allowed (403).
    Forbidden,
    /// There is none, or one may not know (404).
    NotFound,
    /// Somebody else changed it meanwhile, or the state forbids it (409).
    Conflict,
    /// It was deleted by its owner (410).
    Gone,
    /// The host is not served here (421).
    Misdirected,
    /// The method is not served here (405).
    Method,
    /// The body is too large (413).
    TooLarge,
    /// Too many requests (429).
    TooMany,
    /// A part we need is out of reach for now (503).
    Unavailable,
    /// Our own mistake (500).
    Internal,
}

impl Kind {
    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// What is wrong with one field of a form: its name, a locale key, and the key's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The form field's name.
    pub field: String,
    /// Locale key of the sentence.
    pub key: &'static str,
    /// Arguments of the sentence.
    pub args: Vec<(&'static str, String)>,
}

impl FieldError {
    /// An error of `field` whose sentence takes no arguments.
    #[must_use]
    pub fn new(field: impl Into<String>, key: &'static str) -> Self {
        Self { field: field.into(), key, args: Vec::new() }
    }

    /// Adds an argument to the sentence.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// An error on its way to whoever asked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}")]
pub struct AppError {
    /// Its class, which gives the status.
    pub kind: Kind,
    /// Stable code such as `practices.already_published`; the locale key is `error-` + code with `.` and `_` as `-`.
    pub code: &'static str,
    /// Arguments of the sentence.
    pub args: Vec<(&'static str, String)>,
    /// Per-field messages of a form.
    pub fields: Vec<FieldError>,
    /// For the log only.
    #[source]
    pub source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The result of a use case or handler.
pub type AppResult<T> = Result<T, AppError>;

impl AppError {
    /// An error of `kind` with a stable `code`.
    #[must_use]
    pub fn new(kind: Kind, code: &'static str) -> Self {
        Self { kind, code, args: Vec::new(), fields: Vec::new(), source: None }
    }

    /// 404 with the common sentence.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "not_found")
    }

    /// 403 with the common sentence.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Kind::Forbidden, "forbidden")
    }

    /// 401: sign in first.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(Kind::Unauthorized, "unauthorized")
    }

    /// 409: somebody saved another version meanwhile.
    #[must_use]
    pub fn conflict() -> Self {
        Self::new(Kind::Conflict, "conflict")
    }

    /// 422 with messages beside the fields.
    #[must_use]
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Kind::Invalid, "invalid") }
    }

    /// 500; the cause goes to the log and nowhere else.
    #[must_use]
    pub fn internal(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..Self::new(Kind::Internal, "internal") }
    }

    /// 500 for a broken assumption of our own, told to the log in words.
    #[must_use]
    pub fn broken(what: impl Into<String>) -> Self {
        Self::internal(Broken(what.into()))
    }

    /// Adds the cause for the log.
    #[must_use]
    pub fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Adds an argument to the sentence.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The locale key of the sentence.
    #[must_use]
    pub fn message_key(&self) -> String {
        format!("error-{}", self.code.replace(['.', '_'], "-"))
    }

    /// The whole chain of causes on one line, for the log.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut line = self.code.to_owned();
        let mut next: Option<&dyn std::error::Error> = self.source.as_deref().map(|e| e as _);
        while let Some(error) = next {
            line.push_str(": ");
            line.push_str(&error.to_string());
            next = error.source();
        }
        line
    }
}

/// A broken assumption of our own, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Broken(String);

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Self::new(Kind::Unavailable, "unavailable").because(error),
            // NUL in a text, which only the reader's input can hold: PostgreSQL refuses it.
            sqlx::Error::Database(database) if database.code().as_deref() == Some("22021") => {
                Self::new(Kind::NotFound, "not_found").because(error)
            }
            _ => Self::internal(error),
        }
    }
}

impl IntoResponse for AppError {
    /// A bare status with the error in the extensions; the outer layer renders it for the reader.
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
