//! An edition as one JSON document: as it is kept, and as the hub sends it to the nodes.

use ratusha_platform::text;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::model::{Concept, Facet, Flaw, Scheme, Words};

/// The document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EditionRecord {
    /// Its number.
    pub edition: i64,
    /// Its date.
    pub dated: String,
    /// The concepts by code.
    pub concepts: Vec<ConceptRecord>,
}

/// One concept of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConceptRecord {
    /// Code.
    pub notation: String,
    /// Branch.
    pub facet: String,
    /// Names.
    pub label: WordsRecord,
    /// Meanings.
    pub definition: WordsRecord,
    /// Other names in Ukrainian.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alt_uk: Vec<String>,
    /// Other names in English.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alt_en: Vec<String>,
    /// Broader codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broader: Vec<String>,
    /// Related codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// The same elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exact_match: Vec<String>,
    /// Similar elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub close_match: Vec<String>,
    /// No longer used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// What to use instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced_by: Vec<String>,
}

/// Words in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordsRecord {
    /// Ukrainian.
    pub uk: String,
    /// English.
    pub en: String,
}

/// Why a document is no edition.
#[derive(Debug, thiserror::Error)]
pub enum BadRecord {
    /// Not JSON of the right shape.
    #[error("the document has another shape")]
    Shape(#[source] serde_json::Error),
    /// An unknown branch, or no number.
    #[error("the document is not of this classifier")]
    Foreign,
    /// The concepts do not hang together.
    #[error("the first of its flaws: {0}")]
    Flawed(Flaw),
}

impl From<&Scheme> for EditionRecord {
    fn from(scheme: &Scheme) -> Self {
        let words = |w: &Words| WordsRecord { uk: w.uk.clone(), en: w.en.clone() };
        let concept = |c: &Concept| ConceptRecord {
            notation: c.notation.clone(),
            facet: c.facet.name().to_owned(),
            label: words(&c.label),
            definition: words(&c.definition),
            alt_uk: c.alt_uk.clone(),
            alt_en: c.alt_en.clone(),
            broader: c.broader.clone(),
            related: c.related.clone(),
            exact_match: c.exact_match.clone(),
            close_match: c.close_match.clone(),
            deprecated: c.deprecated,
            replaced_by: c.replaced_by.clone(),
        };
        Self { edition: scheme.edition(), dated: scheme.dated().to_owned(), concepts: scheme.concepts().map(concept).collect() }
    }
}

impl EditionRecord {
    /// The edition in it; every text is cleaned, since it may come from another server.
    ///
    /// # Errors
    /// [`BadRecord`] when it does not hang together.
    pub fn into_scheme(self) -> Result<Scheme, BadRecord> {
        if self.edition < 1 {
            return Err(BadRecord::Foreign);
        }
        let line = |t: &str| text::truncate_chars(&text::clean_line(t), 600);
        let lines = |list: Vec<String>| list.iter().take(50).map(|t| line(t)).collect::<Vec<_>>();
        let words = |w: &WordsRecord| Words::new(line(&w.uk), line(&w.en));
        let concepts = self.concepts.into_iter().map(|c| {
            Some(Concept {
                notation: c.notation,
                facet: Facet::parse(&c.facet)?,
                label: words(&c.label),
                definition: words(&c.definition),
                alt_uk: lines(c.alt_uk),
                alt_en: lines(c.alt_en),
                broader: c.broader,
                related: c.related,
                exact_match: lines(c.exact_match),
                close_match: lines(c.close_match),
                deprecated: c.deprecated,
                replaced_by: c.replaced_by,
            })
        });
        let concepts = concepts.collect::<Option<Vec<_>>>().ok_or(BadRecord::Foreign)?;
        Scheme::new(self.edition, line(&self.dated), concepts)
            .map_err(|flaws| flaws.into_iter().next().map_or(BadRecord::Foreign, BadRecord::Flawed))
    }
}

/// The document of `scheme` and its SHA-256 in hex.
///
/// # Errors
/// Never in practice: there is nothing in it that JSON cannot hold.
pub fn write(scheme: &Scheme) -> Result<(String, String), serde_json::Error> {
    let body = serde_json::to_string(&EditionRecord::from(scheme))?;
    let hash = hex::encode(Sha256::digest(body.as_bytes()));
    Ok((body, hash))
}

/// Reads a document.
///
/// # Errors
/// [`BadRecord`].
pub fn read(body: &str) -> Result<Scheme, BadRecord> {
    serde_json::from_str::<EditionRecord>(body).map_err(BadRecord::Shape)?.into_scheme()
}

#[cfg(test)]
mod tests {
    use super::{super::shipped::shipped, *};

    #[test]
    fn an_edition_survives_its_document() {
        let (body, hash) = write(&shipped()).unwrap();
        assert_eq!(read(&body).unwrap(), *shipped());
        assert_eq!(hash.len(), 64);
        assert!(body.len() < 200_000, "fits well under the limit of an inbox");
    }

    #[test]
    fn a_document_that_does_not_hang_together_is_refused() {
        let mut record = EditionRecord::from(&*shipped());
        record.concepts.retain(|c| c.notation != "03");
        assert!(matches!(record.into_scheme(), Err(BadRecord::Flawed(_))));
        let mut record = EditionRecord::from(&*shipped());
        record.concepts[0].facet = "weather".into();
        assert!(matches!(record.into_scheme(), Err(BadRecord::Foreign)));
        assert!(matches!(read("[]"), Err(BadRecord::Shape(_))));
    }
}
