//! What can go wrong with practices, each with a stable code and a sentence in both languages.

use ratusha_platform::{AppError, FieldError, Kind};

/// 409: it is not the moment for this step.
#[must_use]
pub fn not_now() -> AppError {
    AppError::new(Kind::Conflict, "practices.not_now")
}

/// 409: somebody else saved another version meanwhile.
#[must_use]
pub fn stale() -> AppError {
    AppError::conflict()
}

/// 410: its community deleted it.
#[must_use]
pub fn deleted() -> AppError {
    AppError::new(Kind::Gone, "practices.deleted")
}

/// 422: the card does not meet the public criteria yet; the messages stand beside the fields.
#[must_use]
pub fn not_ready(fields: Vec<FieldError>) -> AppError {
    AppError { fields, ..AppError::new(Kind::Invalid, "practices.not_ready") }
}

/// 422 with one message beside `field`.
#[must_use]
pub fn wrong(field: &str, key: &'static str) -> AppError {
    AppError::invalid(vec![FieldError::new(field, key)])
}

/// 409: this tenant curates nothing.
#[must_use]
pub fn not_a_hub() -> AppError {
    AppError::not_found()
}
