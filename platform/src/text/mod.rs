//! Everything done to text in one place: cleaning, transliteration, order, search analysis, rich text and comparison.
//! All functions are pure and total: any input gives an answer, none panics.

pub mod clean;
pub mod diff;
pub mod markdown;
mod normalise;
pub mod sanitize;
pub mod search;
pub mod stem;
pub mod translit;

pub use clean::{clean_line, clean_text, truncate_chars};
pub use translit::{apostrophe, latin_key, slug, sort_key};
