//! The copy of the classifier that ships inside the program.
//!
//! Our own first edition, made for this product; the links to EU data themes are facts, the words are ours.

use std::sync::{Arc, LazyLock};

use super::model::{Concept, Facet, Scheme, Words};

/// Number of the shipped edition.
pub const EDITION: i64 = 1;
/// Date of the shipped edition.
pub const DATED: &str = "2026-11-23";

static SHIPPED: LazyLock<Arc<Scheme>> = LazyLock::new(|| {
    let concepts = parse(include_bytes!("../../data/classifier.csv"));
    // A test proves that the shipped file is whole, so the empty scheme never stands in for it.
    Arc::new(Scheme::new(EDITION, DATED, concepts).unwrap_or_else(|_| Scheme::empty()))
});

/// The shipped edition, parsed once.
#[must_use]
pub fn shipped() -> Arc<Scheme> {
    SHIPPED.clone()
}

/// Reads the columns `notation, facet, label_uk, label_en, definition_uk, definition_en, alt_uk, alt_en,
/// broader, related, exact_match, close_match`; lists are separated by semicolons; unreadable rows are left out.
fn parse(csv: &[u8]) -> Vec<Concept> {
    let mut reader = csv::Reader::from_reader(csv);
    reader
        .records()
        .filter_map(|row| {
            let row = row.ok()?;
            let text = |i: usize| row.get(i).unwrap_or("").trim().to_owned();
            let list =
                |i: usize| row.get(i).unwrap_or("").split(';').map(str::trim).filter(|t| !t.is_empty()).map(ToOwned::to_owned).collect();
            Some(Concept {
                notation: text(0),
                facet: Facet::parse(row.get(1)?)?,
                label: Words::new(text(2), text(3)),
                definition: Words::new(text(4), text(5)),
                alt_uk: list(6),
                alt_en: list(7),
                broader: list(8),
                related: list(9),
                exact_match: list(10),
                close_match: list(11),
                deprecated: false,
                replaced_by: Vec::new(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_classifier_is_whole() {
        let file = include_str!("../../data/classifier.csv");
        let concepts = parse(file.as_bytes());
        assert_eq!(concepts.len(), file.lines().count() - 1, "every row is read");
        assert!(concepts.len() >= 110);
        let scheme = Scheme::new(EDITION, DATED, concepts.clone()).unwrap_or_else(|flaws| panic!("{flaws:?}"));
        assert_eq!(*shipped(), scheme);
        for facet in Facet::ALL {
            assert!(scheme.tops(facet).count() > 0, "{facet:?}");
        }
        assert!(concepts.iter().any(|c| c.broader.len() > 1), "poly-hierarchical");
        assert!(concepts.iter().any(|c| !c.exact_match.is_empty()));
    }

    #[test]
    fn the_shipped_words_are_in_their_own_language() {
        for c in shipped().concepts() {
            assert!(c.label.uk.chars().any(|c| ('а'..='я').contains(&c) || "іїєґ".contains(c)), "{}", c.notation);
            assert!(!c.label.en.chars().any(|c| ('\u{400}'..'\u{530}').contains(&c)), "{}", c.notation);
            assert!(!c.definition.en.chars().any(|c| ('\u{400}'..'\u{530}').contains(&c)), "{}", c.notation);
            assert!(!"ыэъёЫЭЪЁ".chars().any(|bad| c.label.uk.contains(bad) || c.definition.uk.contains(bad)), "{}", c.notation);
            assert!(c.definition.uk.chars().count() < 160 && c.definition.uk.ends_with('.'), "{}", c.notation);
        }
    }
}
