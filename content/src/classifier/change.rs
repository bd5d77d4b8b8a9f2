//! Changes of the classifier as they are proposed, and what they do to an edition.

use ratusha_platform::{FieldError, text};
use serde::{Deserialize, Serialize};

use super::model::{Concept, Facet, Scheme, Words, is_notation};

/// Names, meaning and other names of a concept, as typed; kept with the proposal as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// Name in Ukrainian.
    pub label_uk: String,
    /// Name in English.
    pub label_en: String,
    /// Meaning in Ukrainian.
    pub definition_uk: String,
    /// Meaning in English.
    pub definition_en: String,
    /// Other names in Ukrainian.
    #[serde(default)]
    pub alt_uk: Vec<String>,
    /// Other names in English.
    #[serde(default)]
    pub alt_en: Vec<String>,
}

impl Wording {
    /// The words of `concept`.
    #[must_use]
    pub fn of(concept: &Concept) -> Self {
        Self {
            label_uk: concept.label.uk.clone(),
            label_en: concept.label.en.clone(),
            definition_uk: concept.definition.uk.clone(),
            definition_en: concept.definition.en.clone(),
            alt_uk: concept.alt_uk.clone(),
            alt_en: concept.alt_en.clone(),
        }
    }

    fn put(&self, concept: &mut Concept) {
        concept.label = Words::new(&self.label_uk, &self.label_en);
        concept.definition = Words::new(&self.definition_uk, &self.definition_en);
        concept.alt_uk.clone_from(&self.alt_uk);
        concept.alt_en.clone_from(&self.alt_en);
    }

    fn check(&self, errors: &mut Vec<FieldError>) {
        for (field, value, max) in [
            ("label_uk", &self.label_uk, 120),
            ("label_en", &self.label_en, 120),
            ("definition_uk", &self.definition_uk, 600),
            ("definition_en", &self.definition_en, 600),
        ] {
            if value.trim().is_empty() {
                errors.push(FieldError::new(field, "classifier-error-required"));
            } else if value.chars().count() > max {
                errors.push(FieldError::new(field, "classifier-error-long").arg("max", max));
            }
        }
        for (field, list) in [("alt_uk", &self.alt_uk), ("alt_en", &self.alt_en)] {
            if list.len() > 20 || list.iter().any(|t| t.chars().count() > 120) {
                errors.push(FieldError::new(field, "classifier-error-long").arg("max", 120));
            }
        }
    }
}

/// A change of the classifier; kept with its proposal as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Change {
    /// A new concept under others; its code is given when it is accepted.
    Add {
        /// Codes of the broader ones, the branch in which it is shown first; empty for a new top of the domain.
        broader: Vec<String>,
        /// Its words.
        wording: Wording,
    },
    /// Other words for a concept.
    Rename {
        /// Its code.
        notation: String,
        /// Its words from now on.
        wording: Wording,
    },
    /// Another place for a concept.
    Move {
        /// Its code.
        notation: String,
        /// Codes of its broader ones from now on.
        broader: Vec<String>,
    },
    /// One concept goes up in another.
    Merge {
        /// The code that is no longer used.
        notation: String,
        /// The code that takes its place.
        into: String,
    },
    /// One concept is divided among others, which must exist.
    Split {
        /// The code that is no longer used.
        notation: String,
        /// The codes among which it is divided, at least two.
        into: Vec<String>,
    },
}

/// What an accepted change did.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The new edition.
    pub scheme: Scheme,
    /// Codes that it touched, the main one first.
    pub touched: Vec<String>,
    /// A code that is no longer used, and what replaces it.
    pub replaced: Option<(String, Vec<String>)>,
}

impl Change {
    /// Its stable name.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Add { .. } => "add",
            Self::Rename { .. } => "rename",
            Self::Move { .. } => "move",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
        }
    }

    /// The concept that it changes; none for a new one.
    #[must_use]
    pub fn notation(&self) -> Option<&str> {
        match self {
            Self::Add { .. } => None,
            Self::Rename { notation, .. } | Self::Move { notation, .. } | Self::Merge { notation, .. } | Self::Split { notation, .. } => {
                Some(notation)
            }
        }
    }

    /// The edition after `scheme`, dated `dated`, with this change made.
    ///
    /// # Errors
    /// Messages beside the form's fields when the change does not fit the edition as it is now.
    pub fn apply(&self, scheme: &Scheme, dated: &str) -> Result<Applied, Vec<FieldError>> {
        self.check(scheme)?;
        let mut concepts: Vec<Concept> = scheme.concepts().cloned().collect();
        let mut touched: Vec<String> = Vec::new();
        let mut replaced = None;
        match self {
            Self::Add { broader, wording } => {
                let parent = broader.first().map(String::as_str);
                let notation = scheme
                    .next_notation(parent)
                    .filter(|code| is_notation(code))
                    .ok_or_else(|| vec![FieldError::new("broader", "classifier-error-no-code")])?;
                let facet = parent.and_then(|code| scheme.get(code)).map_or(Facet::Domain, |concept| concept.facet);
                let mut concept = Concept {
                    notation: notation.clone(),
                    facet,
                    label: Words::default(),
                    definition: Words::default(),
                    alt_uk: Vec::new(),
                    alt_en: Vec::new(),
                    broader: broader.clone(),
                    related: Vec::new(),
                    exact_match: Vec::new(),
                    close_match: Vec::new(),
                    deprecated: false,
                    replaced_by: Vec::new(),
                };
                wording.put(&mut concept);
                concepts.push(concept);
                touched.push(notation);
            }
            Self::Rename { notation, wording } => {
                concepts.iter_mut().filter(|c| c.notation == *notation).for_each(|c| wording.put(c));
                touched.push(notation.clone());
            }
            Self::Move { notation, broader } => {
                concepts.iter_mut().filter(|c| c.notation == *notation).for_each(|c| c.broader.clone_from(broader));
                touched.push(notation.clone());
            }
            Self::Merge { notation, into } => {
                retire(&mut concepts, notation, std::slice::from_ref(into));
                touched.extend([notation.clone(), into.clone()]);
                replaced = Some((notation.clone(), vec![into.clone()]));
            }
            Self::Split { notation, into } => {
                retire(&mut concepts, notation, into);
                touched.push(notation.clone());
                touched.extend(into.iter().cloned());
                replaced = Some((notation.clone(), into.clone()));
            }
        }
        untangle(&mut concepts);
        let scheme = Scheme::new(scheme.edition() + 1, dated, concepts)
            .map_err(|flaws| flaws.iter().map(|flaw| self.message(flaw.what)).collect::<Vec<_>>())?;
        Ok(Applied { scheme, touched, replaced })
    }

    fn check(&self, scheme: &Scheme) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.notation().is_some_and(|code| !scheme.exists(code)) {
            errors.push(FieldError::new("notation", "classifier-error-not-in-use"));
        }
        match self {
            Self::Add { broader, wording } => {
                wording.check(&mut errors);
                ends(scheme, "broader", broader, &mut errors);
            }
            Self::Rename { wording, notation } => {
                wording.check(&mut errors);
                if scheme.get(notation).is_some_and(|concept| Wording::of(concept) == *wording) {
                    errors.push(FieldError::new("label_uk", "classifier-error-nothing-new"));
                }
            }
            Self::Move { notation, broader } => {
                ends(scheme, "broader", broader, &mut errors);
                let under_itself = |code: &String| code == notation || scheme.is_under(code, notation);
                if broader.iter().any(under_itself) {
                    errors.push(FieldError::new("broader", "classifier-error-cycle"));
                }
                if scheme.get(notation).is_some_and(|concept| concept.broader == *broader) {
                    errors.push(FieldError::new("broader", "classifier-error-nothing-new"));
                }
            }
            Self::Merge { notation, into } => {
                ends(scheme, "into", std::slice::from_ref(into), &mut errors);
                if into == notation || scheme.is_under(into, notation) {
                    errors.push(FieldError::new("into", "classifier-error-cycle"));
                }
            }
            Self::Split { notation, into } => {
                ends(scheme, "into", into, &mut errors);
                if into.len() < 2 || into.contains(notation) {
                    errors.push(FieldError::new("into", "classifier-error-split"));
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// The sentence for a flaw that only the whole edition shows.
    fn message(&self, what: &str) -> FieldError {
        match (what, self) {
            ("the name is taken", _) => FieldError::new("label_uk", "classifier-error-name-taken"),
            ("it is broader than itself", Self::Merge { .. } | Self::Split { .. }) => FieldError::new("into", "classifier-error-cycle"),
            ("it is broader than itself", _) => FieldError::new("broader", "classifier-error-cycle"),
            _ => FieldError::new("", "classifier-error-does-not-fit"),
        }
    }
}

/// Every code must be that of a concept in use.
fn ends(scheme: &Scheme, field: &str, codes: &[String], errors: &mut Vec<FieldError>) {
    let unknown: Vec<&str> = codes.iter().filter(|code| !scheme.exists(code)).map(String::as_str).collect();
    if !unknown.is_empty() {
        errors.push(FieldError::new(field, "classifier-error-unknown-codes").arg("codes", unknown.join(", ")));
    }
}

/// Takes `notation` out of use: what was under it hangs on its (first) successor, other names go with it.
fn retire(concepts: &mut [Concept], notation: &str, into: &[String]) {
    let Some(old) = concepts.iter_mut().find(|c| c.notation == notation) else { return };
    old.deprecated = true;
    old.replaced_by = into.to_vec();
    let related = std::mem::take(&mut old.related);
    let broader = std::mem::take(&mut old.broader);
    let (uk, en) = (names(&old.label.uk, &old.alt_uk), names(&old.label.en, &old.alt_en));
    let Some(heir) = into.first() else { return };
    // A split into its own children leaves the other children where their parent was.
    let children_go_to: Vec<String> = if into.len() == 1 { vec![heir.clone()] } else { broader };
    for concept in concepts.iter_mut() {
        if let Some(at) = concept.broader.iter().position(|code| code == notation) {
            concept.broader.remove(at);
            for code in children_go_to.iter().rev().filter(|code| **code != concept.notation) {
                if !concept.broader.contains(code) {
                    concept.broader.insert(at, code.clone());
                }
            }
        }
        if concept.related.iter().any(|code| code == notation) {
            concept.related.retain(|code| code != notation);
            if !concept.deprecated && concept.notation != *heir && !concept.related.contains(heir) {
                concept.related.push(heir.clone());
            }
        }
        if into.len() == 1 && concept.notation == *heir {
            concept.related.extend(related.iter().filter(|code| *code != heir).cloned());
            concept.related.sort();
            concept.related.dedup();
            add_names(&mut concept.alt_uk, &uk, &concept.label.uk);
            add_names(&mut concept.alt_en, &en, &concept.label.en);
        }
    }
}

fn names(label: &str, alt: &[String]) -> Vec<String> {
    std::iter::once(label.to_owned()).chain(alt.iter().cloned()).collect()
}

fn add_names(list: &mut Vec<String>, more: &[String], label: &str) {
    for name in more {
        let same = |other: &str| other.to_lowercase() == name.to_lowercase();
        if !same(label) && !list.iter().any(|other| same(other)) {
            list.push(name.clone());
        }
    }
}

/// Leaves out what a change of place made superfluous: a relation between what is now above and below.
fn untangle(concepts: &mut [Concept]) {
    let parents: std::collections::HashMap<String, Vec<String>> =
        concepts.iter().map(|c| (c.notation.clone(), c.broader.clone())).collect();
    let above = |code: &str| {
        let mut seen = std::collections::HashSet::new();
        let mut open: Vec<&str> = parents.get(code).into_iter().flatten().map(String::as_str).collect();
        while let Some(next) = open.pop() {
            if seen.insert(next.to_owned()) {
                open.extend(parents.get(next).into_iter().flatten().map(String::as_str));
            }
        }
        seen
    };
    for concept in concepts.iter_mut().filter(|c| !c.related.is_empty()) {
        let over = above(&concept.notation);
        let code = concept.notation.clone();
        concept.related.retain(|other| *other != code && !over.contains(other) && !above(other).contains(&code));
    }
}

/// Splits a list that was typed with semicolons or line ends.
#[must_use]
pub fn split_names(typed: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for name in typed.split([';', '\n']).map(text::clean_line).filter(|name| !name.is_empty()) {
        if !list.contains(&name) {
            list.push(name);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::{super::shipped::shipped, *};

    fn wording(name: &str) -> Wording {
        Wording {
            label_uk: format!("{name} укр"),
            label_en: name.into(),
            definition_uk: "Зміст.".into(),
            definition_en: "Meaning.".into(),
            ..Wording::default()
        }
    }

    #[test]
    fn a_new_concept_gets_the_next_code_of_its_first_branch() {
        let change = Change::Add { broader: vec!["03".into(), "08".into()], wording: wording("Self-service corner") };
        let applied = change.apply(&shipped(), "2026-12-01").unwrap();
        assert_eq!(applied.touched, ["03.06"]);
        assert_eq!(applied.scheme.edition(), shipped().edition() + 1);
        assert!(applied.scheme.descendants("08").contains(&"03.06".to_owned()));
        let errors = Change::Add { broader: vec!["03".into()], wording: wording("") }.apply(&shipped(), "").unwrap_err();
        assert_eq!(errors[0].field, "label_en");
        let taken = Change::Add { broader: vec!["03".into()], wording: wording("Open data") }.apply(&shipped(), "").unwrap_err();
        assert_eq!(taken[0].key, "classifier-error-name-taken");
    }

    #[test]
    fn a_merger_moves_children_relations_and_names_to_the_heir() {
        let applied = Change::Merge { notation: "19".into(), into: "18".into() }.apply(&shipped(), "2026-12-01").unwrap();
        let heir = applied.scheme.get("18").unwrap();
        assert!(applied.scheme.is_under("19.01", "18"));
        assert!(heir.alt_uk.contains(&"ВПО".to_owned()));
        assert!(heir.related.contains(&"50.07".to_owned()));
        assert!(applied.scheme.get("19").unwrap().deprecated);
        assert_eq!(applied.replaced, Some(("19".into(), vec!["18".into()])));
    }

    #[test]
    fn a_split_needs_two_successors_that_exist() {
        let one = Change::Split { notation: "04".into(), into: vec!["05".into()] }.apply(&shipped(), "").unwrap_err();
        assert_eq!(one[0].key, "classifier-error-split");
        let applied = Change::Split { notation: "13.05".into(), into: vec!["06.04".into(), "08.03".into()] }.apply(&shipped(), "").unwrap();
        assert_eq!(applied.scheme.get("13.05").unwrap().replaced_by, ["06.04", "08.03"]);
    }

    #[test]
    fn every_merger_of_two_shipped_concepts_leaves_a_whole_scheme_or_a_clear_message() {
        let scheme = shipped();
        let codes: Vec<String> = scheme.concepts().map(|c| c.notation.clone()).collect();
        for (i, notation) in codes.iter().enumerate() {
            let into = &codes[(i * 7 + 3) % codes.len()];
            if let Err(errors) = (Change::Merge { notation: notation.clone(), into: into.clone() }).apply(&scheme, "2026-12-01") {
                assert!(errors.iter().all(|e| e.key == "classifier-error-cycle"), "{notation} -> {into}: {errors:?}");
            }
        }
    }

    #[test]
    fn nothing_moves_under_itself_and_codes_out_of_use_are_left_alone() {
        let under = Change::Move { notation: "03".into(), broader: vec!["03.02".into()] }.apply(&shipped(), "").unwrap_err();
        assert_eq!(under[0].key, "classifier-error-cycle");
        let gone = Change::Merge { notation: "77".into(), into: "03".into() }.apply(&shipped(), "").unwrap_err();
        assert_eq!(gone[0].key, "classifier-error-not-in-use");
        let moved = Change::Move { notation: "03.02".into(), broader: vec!["03".into()] }.apply(&shipped(), "").unwrap();
        assert!(!moved.scheme.is_under("03.02", "01"));
    }
}
