//! Concepts and the scheme they form: many broader ones allowed, no cycles, both languages complete.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ratusha_platform::{
    FieldError, Lang,
    text::{self, search},
};

/// The most concepts an edition may have; its document then still fits into what a server reads at once.
pub const CONCEPTS_MAX: usize = 1_000;

/// The question that a concept answers; each is a branch of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// What field of e-governance it is about.
    Domain,
    /// In which life situation it helps.
    Life,
    /// On which technology it stands.
    Technology,
    /// Whom it helps.
    Beneficiary,
    /// At which level of government it works.
    Level,
    /// How it was done.
    Method,
}

impl Facet {
    /// All of them, in the order in which they are read.
    pub const ALL: [Self; 6] = [Self::Domain, Self::Life, Self::Technology, Self::Beneficiary, Self::Level, Self::Method];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Life => "life",
            Self::Technology => "technology",
            Self::Beneficiary => "beneficiary",
            Self::Level => "level",
            Self::Method => "method",
        }
    }

    /// Locale key of its name for people.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Domain => "classifier-facet-domain",
            Self::Life => "classifier-facet-life",
            Self::Technology => "classifier-facet-technology",
            Self::Beneficiary => "classifier-facet-beneficiary",
            Self::Level => "classifier-facet-level",
            Self::Method => "classifier-facet-method",
        }
    }

    /// Reads the stable name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }
}

/// The same words in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Ukrainian.
    pub uk: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Both at once.
    #[must_use]
    pub fn new(uk: impl Into<String>, en: impl Into<String>) -> Self {
        Self { uk: uk.into(), en: en.into() }
    }

    /// The words in `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Uk => &self.uk,
            Lang::En => &self.en,
        }
    }
}

/// One notion of the classifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// Its code, `03.02`; never given to anything else.
    pub notation: String,
    /// Its branch.
    pub facet: Facet,
    /// The name, unique among the accepted ones.
    pub label: Words,
    /// One sentence of meaning.
    pub definition: Words,
    /// Other names in Ukrainian.
    pub alt_uk: Vec<String>,
    /// Other names in English.
    pub alt_en: Vec<String>,
    /// Codes of what it is a part or kind of; the first one is the branch in which it is shown.
    pub broader: Vec<String>,
    /// Codes of what stands beside it, each pair written once.
    pub related: Vec<String>,
    /// Addresses of the same notion elsewhere.
    pub exact_match: Vec<String>,
    /// Addresses of a similar notion elsewhere.
    pub close_match: Vec<String>,
    /// True once it is no longer to be used.
    pub deprecated: bool,
    /// What to use instead: one after a merger, several after a split.
    pub replaced_by: Vec<String>,
}

impl Concept {
    /// Other names in `lang`.
    #[must_use]
    pub fn alt(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::Uk => &self.alt_uk,
            Lang::En => &self.alt_en,
        }
    }
}

/// What is wrong with a scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{notation}: {what}")]
pub struct Flaw {
    /// The concept.
    pub notation: String,
    /// What is wrong with it.
    pub what: &'static str,
}

/// One edition of the classifier: all concepts, and how they hang together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    edition: i64,
    dated: String,
    concepts: BTreeMap<String, Concept>,
    narrower: HashMap<String, Vec<String>>,
    related: HashMap<String, BTreeSet<String>>,
}

/// Where a code leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved<'a> {
    /// To a concept in use.
    Here(&'a Concept),
    /// To one that took its place.
    Moved(&'a Concept),
    /// To one that was split or dropped; the page says into what.
    Retired(&'a Concept),
}

impl Scheme {
    /// An edition without concepts.
    #[must_use]
    pub fn empty() -> Self {
        Self { edition: 0, dated: String::new(), concepts: BTreeMap::new(), narrower: HashMap::new(), related: HashMap::new() }
    }

    /// An edition with its number (from 1) and date (`2026-11-23`).
    ///
    /// # Errors
    /// All flaws: codes, names and definitions missing or doubled, ends that lead nowhere, cycles,
    /// related concepts that are broader or narrower at the same time.
    pub fn new(edition: i64, dated: impl Into<String>, concepts: Vec<Concept>) -> Result<Self, Vec<Flaw>> {
        let mut flaws = Vec::new();
        if concepts.len() > CONCEPTS_MAX {
            return Err(vec![Flaw { notation: String::new(), what: "there are too many concepts" }]);
        }
        let mut map = BTreeMap::new();
        for concept in concepts {
            let notation = concept.notation.clone();
            if map.insert(notation.clone(), concept).is_some() {
                flaws.push(Flaw { notation, what: "the code stands twice" });
            }
        }
        let mut narrower: HashMap<String, Vec<String>> = HashMap::new();
        let mut related: HashMap<String, BTreeSet<String>> = HashMap::new();
        for concept in map.values() {
            for broader in &concept.broader {
                narrower.entry(broader.clone()).or_default().push(concept.notation.clone());
            }
            for other in &concept.related {
                related.entry(concept.notation.clone()).or_default().insert(other.clone());
                related.entry(other.clone()).or_default().insert(concept.notation.clone());
            }
        }
        let scheme = Self { edition, dated: dated.into(), concepts: map, narrower, related };
        scheme.check(&mut flaws);
        if flaws.is_empty() { Ok(scheme) } else { Err(flaws) }
    }

    fn check(&self, flaws: &mut Vec<Flaw>) {
        let mut names: HashMap<(&'static str, String), &str> = HashMap::new();
        for concept in self.concepts.values() {
            let mut flaw = |what: &'static str| flaws.push(Flaw { notation: concept.notation.clone(), what });
            if !is_notation(&concept.notation) {
                flaw("the code must be pairs of digits joined by dots");
            }
            if [&concept.label.uk, &concept.label.en].iter().any(|t| t.trim().is_empty()) {
                flaw("a name is missing");
            }
            if [&concept.definition.uk, &concept.definition.en].iter().any(|t| t.trim().is_empty()) {
                flaw("a definition is missing");
            }
            let live = |code: &String| self.concepts.get(code).is_some_and(|c| !c.deprecated);
            if !concept.deprecated {
                if !concept.broader.iter().all(live) {
                    flaw("a broader concept does not exist or is no longer used");
                }
                if !concept.related.iter().all(live) {
                    flaw("a related concept does not exist or is no longer used");
                }
                for (lang, label) in [("uk", &concept.label.uk), ("en", &concept.label.en)] {
                    if names.insert((lang, label.to_lowercase()), &concept.notation).is_some() {
                        flaw("the name is taken");
                    }
                }
            } else if !concept.broader.is_empty() || !concept.related.is_empty() || self.narrower.contains_key(&concept.notation) {
                flaw("a concept no longer used must not hang on others");
            }
            if !concept.replaced_by.iter().all(|code| code != &concept.notation && self.concepts.contains_key(code)) {
                flaw("what replaces it does not exist");
            }
            if concept.related.iter().any(|other| self.is_under(&concept.notation, other) || self.is_under(other, &concept.notation)) {
                flaw("a related concept is broader or narrower too");
            }
            if self.is_under_itself(&concept.notation) {
                flaw("it is broader than itself");
            }
            if [&concept.exact_match, &concept.close_match]
                .into_iter()
                .flatten()
                .any(|iri| !iri.starts_with("http://") && !iri.starts_with("https://"))
            {
                flaw("a match is no web address");
            }
        }
    }

    /// The number of this edition, from 1.
    #[must_use]
    pub fn edition(&self) -> i64 {
        self.edition
    }

    /// The date of this edition, `2026-11-23`.
    #[must_use]
    pub fn dated(&self) -> &str {
        &self.dated
    }

    /// All concepts by code, those no longer used among them.
    pub fn concepts(&self) -> impl Iterator<Item = &Concept> {
        self.concepts.values()
    }

    /// The concepts in use, by code.
    pub fn accepted(&self) -> impl Iterator<Item = &Concept> {
        self.concepts.values().filter(|concept| !concept.deprecated)
    }

    /// The concept with this code.
    #[must_use]
    pub fn get(&self, notation: &str) -> Option<&Concept> {
        self.concepts.get(notation)
    }

    /// True for the code of a concept in use.
    #[must_use]
    pub fn exists(&self, notation: &str) -> bool {
        self.get(notation).is_some_and(|concept| !concept.deprecated)
    }

    /// Where a code leads, over any number of mergers.
    #[must_use]
    pub fn resolve(&self, notation: &str) -> Option<Resolved<'_>> {
        let first = self.get(notation)?;
        let mut now = first;
        for _ in 0..self.concepts.len() {
            if !now.deprecated {
                return Some(if now.notation == first.notation { Resolved::Here(now) } else { Resolved::Moved(now) });
            }
            match now.replaced_by.as_slice() {
                [one] => now = self.get(one)?,
                _ => break,
            }
        }
        Some(Resolved::Retired(now))
    }

    /// The tops of a branch, by code.
    pub fn tops(&self, facet: Facet) -> impl Iterator<Item = &Concept> {
        self.accepted().filter(move |concept| concept.facet == facet && concept.broader.is_empty())
    }

    /// What is directly under a concept, by code.
    pub fn narrower<'a>(&'a self, notation: &str) -> impl Iterator<Item = &'a Concept> {
        self.narrower.get(notation).into_iter().flatten().filter_map(|code| self.get(code))
    }

    /// What a concept is a part or kind of, in its order.
    pub fn broader<'a>(&'a self, concept: &'a Concept) -> impl Iterator<Item = &'a Concept> {
        concept.broader.iter().filter_map(|code| self.get(code))
    }

    /// What stands beside a concept, by code, whichever of the two says so.
    pub fn related<'a>(&'a self, notation: &str) -> impl Iterator<Item = &'a Concept> {
        self.related.get(notation).into_iter().flatten().filter_map(|code| self.get(code))
    }

    /// The code itself and everything under it on any path, each once, by code; empty for an unknown code.
    #[must_use]
    pub fn descendants(&self, notation: &str) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = self.get(notation).map(|c| c.notation.as_str()).into_iter().collect();
        while let Some(code) = open.pop() {
            if seen.insert(code.to_owned()) {
                open.extend(self.narrower.get(code).into_iter().flatten().map(String::as_str));
            }
        }
        seen.into_iter().collect()
    }

    /// From the top of the branch down to the concept, along the first broader ones.
    #[must_use]
    pub fn path(&self, notation: &str) -> Vec<&Concept> {
        let mut path = Vec::new();
        let mut next = self.get(notation);
        while let Some(concept) = next {
            if path.len() > 16 {
                break;
            }
            path.push(concept);
            next = concept.broader.first().and_then(|code| self.get(code));
        }
        path.reverse();
        path
    }

    /// The name of a code; the code itself if nobody knows it.
    #[must_use]
    pub fn label<'a>(&'a self, notation: &'a str, lang: Lang) -> &'a str {
        self.get(notation).map_or(notation, |concept| concept.label.get(lang))
    }

    /// The names of several codes.
    #[must_use]
    pub fn labels(&self, notations: &[String], lang: Lang) -> HashMap<String, String> {
        notations.iter().map(|code| (code.clone(), self.label(code, lang).to_owned())).collect()
    }

    /// Concepts in use whose code, names or other names contain every word of `query` in either language, in any
    /// form of the word; those whose name begins with it first.
    #[must_use]
    pub fn search(&self, query: &str, lang: Lang) -> Vec<&Concept> {
        let typed = fold(query);
        let words: Vec<&str> = typed.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        let groups = search::query(query);
        let answers = |concept: &Concept| {
            let names = [&concept.notation, &concept.label.uk, &concept.label.en];
            let all: String = names.into_iter().chain(&concept.alt_uk).chain(&concept.alt_en).map(|t| fold(t) + "\n").collect();
            if words.iter().all(|word| all.contains(word)) {
                return true;
            }
            let stems = search::analyse(&all);
            let has = |wanted: &String| {
                stems.split(' ').any(|stem| if search::is_prefix(wanted) { stem.starts_with(wanted.as_str()) } else { stem == wanted })
            };
            !groups.is_empty() && groups.iter().all(|group| group.iter().any(has))
        };
        let mut found: Vec<(bool, &Concept)> = self
            .accepted()
            .filter(|concept| answers(concept))
            .map(|concept| (!(fold(concept.label.get(lang)).starts_with(&typed) || concept.notation == typed), concept))
            .collect();
        found.sort_by(|a, b| (a.0, &a.1.notation).cmp(&(b.0, &b.1.notation)));
        found.into_iter().map(|(_, concept)| concept).collect()
    }

    /// Reads codes separated by commas, semicolons or white space; codes that were merged lead to what replaced
    /// them, each code stands once and in order.
    ///
    /// # Errors
    /// One message for `field` with all codes that nobody knows or that were split.
    pub fn parse_list(&self, text: &str, field: &str) -> Result<Vec<String>, FieldError> {
        let mut list = Vec::new();
        let mut unknown = Vec::new();
        for code in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|')).filter(|code| !code.is_empty()) {
            match self.resolve(code) {
                Some(Resolved::Here(concept) | Resolved::Moved(concept)) => {
                    if !list.contains(&concept.notation) {
                        list.push(concept.notation.clone());
                    }
                }
                _ => unknown.push(code),
            }
        }
        if unknown.is_empty() {
            Ok(list)
        } else {
            Err(FieldError::new(field, "classifier-error-unknown-codes").arg("codes", unknown.join(", ")))
        }
    }

    /// The codes to use today instead of `notations`: merged ones lead to what replaced them, split ones to all
    /// their successors; unknown ones stay, each stands once and in order.
    #[must_use]
    pub fn modernise(&self, notations: &[String]) -> Vec<String> {
        let mut list: Vec<String> = Vec::new();
        let mut open: Vec<(&str, u8)> = notations.iter().rev().map(|code| (code.as_str(), 0)).collect();
        while let Some((code, depth)) = open.pop() {
            match self.get(code) {
                Some(concept) if concept.deprecated && !concept.replaced_by.is_empty() && depth < 32 => {
                    open.extend(concept.replaced_by.iter().rev().map(|heir| (heir.as_str(), depth + 1)));
                }
                _ if list.iter().any(|there| there == code) => {}
                _ => list.push(code.to_owned()),
            }
        }
        list
    }

    /// Everything above any of `notations` on any path, without themselves, by code.
    #[must_use]
    pub fn ancestors(&self, notations: &[String]) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let parents = |code: &str| self.get(code).into_iter().flat_map(|concept| concept.broader.iter());
        let mut open: Vec<&String> = notations.iter().flat_map(|code| parents(code)).collect();
        while let Some(code) = open.pop() {
            if seen.insert(code.clone()) {
                open.extend(parents(code));
            }
        }
        seen.into_iter().filter(|code| !notations.contains(code)).collect()
    }

    /// The next free code under `parent`, or the next free top code.
    #[must_use]
    pub fn next_notation(&self, parent: Option<&str>) -> Option<String> {
        let prefix = parent.map(|code| format!("{code}.")).unwrap_or_default();
        (1..100).map(|n| format!("{prefix}{n:02}")).find(|code| {
            // A top code also opens a whole branch, and codes are never given out again.
            !self.concepts.contains_key(code)
                && (parent.is_some() || !self.concepts.keys().any(|other| other.starts_with(&format!("{code}."))))
        })
    }

    /// True when `below` is under `above` on any path.
    #[must_use]
    pub fn is_under(&self, below: &str, above: &str) -> bool {
        below != above && self.descendants(above).iter().any(|code| code == below)
    }

    fn is_under_itself(&self, notation: &str) -> bool {
        self.narrower
            .get(notation)
            .into_iter()
            .flatten()
            .any(|child| child == notation || self.descendants(child).iter().any(|code| code == notation))
    }
}

/// True for one to three pairs of digits joined by dots.
#[must_use]
pub fn is_notation(text: &str) -> bool {
    let mut parts = text.split('.');
    let good = parts.by_ref().take(3).all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()));
    good && parts.next().is_none()
}

/// Case and apostrophes do not count in a search.
fn fold(input: &str) -> String {
    text::apostrophe(&text::clean_line(input)).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(notation: &str, broader: &[&str]) -> Concept {
        Concept {
            notation: notation.into(),
            facet: Facet::Domain,
            label: Words::new(format!("Назва {notation}"), format!("Name {notation}")),
            definition: Words::new("Зміст.", "Meaning."),
            alt_uk: vec!["е-черга".into()],
            alt_en: Vec::new(),
            broader: broader.iter().map(ToString::to_string).collect(),
            related: Vec::new(),
            exact_match: Vec::new(),
            close_match: Vec::new(),
            deprecated: false,
            replaced_by: Vec::new(),
        }
    }

    fn whats(result: Result<Scheme, Vec<Flaw>>) -> Vec<&'static str> {
        result.err().unwrap_or_default().into_iter().map(|flaw| flaw.what).collect()
    }

    #[test]
    fn a_cycle_is_found_wherever_it_closes() {
        let result = Scheme::new(1, "2026-11-23", vec![concept("01", &["01.01"]), concept("01.01", &["02"]), concept("02", &["01"])]);
        assert_eq!(whats(result), ["it is broader than itself"; 3]);
    }

    #[test]
    fn ends_that_lead_nowhere_and_missing_words_are_found() {
        let mut bare = concept("01", &["09"]);
        bare.definition.en = " ".into();
        assert_eq!(
            whats(Scheme::new(1, "", vec![bare])),
            ["a definition is missing", "a broader concept does not exist or is no longer used"]
        );
        let mut near = concept("01.01", &["01"]);
        near.related = vec!["01".into()];
        assert_eq!(whats(Scheme::new(1, "", vec![concept("01", &[]), near])), ["a related concept is broader or narrower too"]);
        assert_eq!(whats(Scheme::new(1, "", vec![concept("1.2", &[])])), ["the code must be pairs of digits joined by dots"]);
    }

    #[test]
    fn descendants_follow_every_path_and_stand_once() {
        let scheme =
            Scheme::new(1, "", vec![concept("01", &[]), concept("02", &["01"]), concept("03", &["01"]), concept("04", &["02", "03"])])
                .unwrap();
        assert_eq!(scheme.descendants("01"), ["01", "02", "03", "04"]);
        assert_eq!(scheme.descendants("03"), ["03", "04"]);
        assert!(scheme.descendants("99").is_empty());
        assert_eq!(scheme.path("04").iter().map(|c| c.notation.as_str()).collect::<Vec<_>>(), ["01", "02", "04"]);
    }

    #[test]
    fn merged_codes_lead_to_what_replaced_them_and_split_ones_do_not() {
        let mut old = concept("02", &[]);
        old.deprecated = true;
        old.replaced_by = vec!["03".into()];
        let mut older = concept("01", &[]);
        older.deprecated = true;
        older.replaced_by = vec!["02".into()];
        let mut split = concept("05", &[]);
        split.deprecated = true;
        split.replaced_by = vec!["03".into(), "04".into()];
        let scheme = Scheme::new(1, "", vec![older, old, concept("03", &[]), concept("04", &[]), split]).unwrap();
        assert!(matches!(scheme.resolve("01"), Some(Resolved::Moved(c)) if c.notation == "03"));
        assert!(matches!(scheme.resolve("05"), Some(Resolved::Retired(_))));
        assert_eq!(scheme.parse_list("01, 03;04", "concepts").unwrap(), ["03", "04"]);
        let error = scheme.parse_list("03 77 05", "concepts").unwrap_err();
        assert_eq!(error.args, [("codes", "77, 05".to_owned())]);
        assert_eq!(scheme.next_notation(None).as_deref(), Some("06"));
        assert_eq!(scheme.next_notation(Some("03")).as_deref(), Some("03.01"));
    }

    #[test]
    fn search_finds_every_form_of_a_word() {
        let scheme = super::super::shipped();
        for query in ["дані", "даними", "даних"] {
            let found: Vec<&str> = scheme.search(query, Lang::Uk).iter().map(|c| c.notation.as_str()).collect();
            assert!(found.contains(&"05.02") && found.contains(&"04"), "{query}: {found:?}");
        }
        assert_eq!(scheme.search("03.02", Lang::Uk)[0].notation, "03.02");
        assert!(scheme.search("щоськраще", Lang::Uk).is_empty());
    }

    #[test]
    fn search_forgives_case_and_apostrophes() {
        let scheme = Scheme::new(1, "", vec![concept("01", &[]), concept("02", &[])]).unwrap();
        assert_eq!(scheme.search("НАЗВА 02", Lang::Uk).len(), 1);
        assert_eq!(scheme.search("Е-Черга", Lang::En).len(), 2);
        assert!(scheme.search("  ", Lang::Uk).is_empty());
    }
}
