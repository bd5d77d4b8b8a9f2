//! A part of the real codifier for tests: everything down to cities, and the villages that tests speak of.
#![expect(clippy::expect_used, reason = "without its fixture a test has nothing to say")]

use std::sync::OnceLock;

use ratusha_platform::Ctx;

use super::{
    Category, data,
    import::{SourceRow, import_rows, read_codifier},
};

/// Villages and settlements of these names are in [`small`].
const PLACES: [&str; 7] = ["Львів", "Знам’янка", "Іванівка", "Київ", "Нове Село", "Розгірче", "Віта-Поштова"];

static SMALL: OnceLock<Vec<SourceRow>> = OnceLock::new();

/// The rows of [`small`], parents first.
///
/// # Panics
/// When the shipped codifier is damaged.
#[must_use]
pub fn small_rows() -> &'static [SourceRow] {
    SMALL.get_or_init(|| {
        let source = read_codifier(&data::codifier().expect("the codifier unpacks"));
        let wanted = |row: &SourceRow| !matches!(row.category, Category::C | Category::X) || PLACES.contains(&row.name.as_str());
        source.rows.into_iter().filter(wanted).collect()
    })
}

/// Loads oblasts, raions, communities, cities, their districts and a few hundred villages as the shipped edition.
///
/// # Panics
/// When the database refuses them.
pub async fn small(ctx: &Ctx) {
    import_rows(ctx, small_rows(), data::EDITION).await.expect("the small codifier is loaded");
}

/// Loads only those rows of [`small`] that `wanted` takes; the units above them must be among them.
///
/// # Panics
/// When the database refuses them.
pub async fn some(ctx: &Ctx, wanted: impl Fn(&SourceRow) -> bool) {
    let rows: Vec<SourceRow> = small_rows().iter().filter(|row| wanted(row)).cloned().collect();
    import_rows(ctx, &rows, data::EDITION).await.expect("the chosen units are loaded");
}
