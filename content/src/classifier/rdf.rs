//! The classifier as SKOS, in Turtle, RDF/XML and JSON-LD from the same triples.

use std::io;

use oxrdf::{
    Literal, NamedNode, NamedNodeRef, Term, Triple,
    vocab::{rdf, xsd},
};
use oxrdfio::{JsonLdProfileSet, RdfFormat, RdfSerializer};

use super::model::{Concept, Facet, Scheme, Words};

/// A serialisation that is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Turtle.
    Turtle,
    /// RDF/XML.
    RdfXml,
    /// JSON-LD.
    JsonLd,
}

impl Format {
    /// All of them, in our order of preference.
    pub const ALL: [Self; 3] = [Self::Turtle, Self::RdfXml, Self::JsonLd];

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Turtle => "text/turtle",
            Self::RdfXml => "application/rdf+xml",
            Self::JsonLd => "application/ld+json",
        }
    }

    /// Its ending in addresses.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Turtle => "ttl",
            Self::RdfXml => "rdf",
            Self::JsonLd => "jsonld",
        }
    }

    /// The format with this ending.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }

    fn rdf(self) -> RdfFormat {
        match self {
            Self::Turtle => RdfFormat::Turtle,
            Self::RdfXml => RdfFormat::RdfXml,
            Self::JsonLd => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
        }
    }
}

const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const DCT: &str = "http://purl.org/dc/terms/";
const OWL: &str = "http://www.w3.org/2002/07/owl#";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";

/// Name and description of the whole, ready for readers.
#[derive(Debug, Clone)]
pub struct About {
    /// Name.
    pub title: Words,
    /// What it is, and that it is our own first edition.
    pub description: Words,
    /// Names of the branches, in the order of [`Facet::ALL`].
    pub facets: Vec<Words>,
}

struct Triples {
    list: Vec<Triple>,
}

impl Triples {
    fn add(&mut self, subject: &str, predicate: (&str, &str), object: impl Into<Term>) {
        let predicate = NamedNode::new_unchecked(format!("{}{}", predicate.0, predicate.1));
        self.list.push(Triple::new(NamedNode::new_unchecked(subject), predicate, object));
    }

    fn kind(&mut self, subject: &str, kind: &str) {
        self.list.push(Triple::new(NamedNode::new_unchecked(subject), rdf::TYPE, iri(&format!("{SKOS}{kind}"))));
    }

    fn words(&mut self, subject: &str, predicate: (&str, &str), words: &Words) {
        self.add(subject, predicate, tagged(&words.uk, "uk"));
        self.add(subject, predicate, tagged(&words.en, "en"));
    }
}

fn iri(text: &str) -> Term {
    Term::NamedNode(NamedNode::new_unchecked(text))
}

fn tagged(text: &str, lang: &str) -> Term {
    Term::Literal(Literal::new_language_tagged_literal_unchecked(text, lang))
}

fn typed(text: &str, kind: NamedNodeRef<'_>) -> Term {
    Term::Literal(Literal::new_typed_literal(text, kind))
}

/// Address of the scheme under `base` (scheme and host, no slash at the end).
#[must_use]
pub fn scheme_iri(base: &str) -> String {
    format!("{base}/classifier")
}

/// Address of a concept; it carries no version.
#[must_use]
pub fn concept_iri(base: &str, notation: &str) -> String {
    format!("{base}/classifier/{notation}")
}

/// The code in an address that [`concept_iri`] makes, whatever its host; `None` for other addresses.
#[must_use]
pub fn notation_of(address: &str) -> Option<&str> {
    let (_, notation) = address.rsplit_once("/classifier/")?;
    super::model::is_notation(notation).then_some(notation)
}

/// Everything: the scheme, its branches as collections, all concepts.
#[must_use]
pub fn scheme_triples(scheme: &Scheme, about: &About, base: &str) -> Vec<Triple> {
    let mut out = Triples { list: Vec::new() };
    let whole = scheme_iri(base);
    head(&mut out, scheme, about, base);
    for (facet, words) in Facet::ALL.into_iter().zip(&about.facets) {
        let branch = format!("{whole}#{}", facet.name());
        out.kind(&branch, "Collection");
        out.words(&branch, (SKOS, "prefLabel"), words);
        for concept in scheme.accepted().filter(|c| c.facet == facet) {
            out.add(&branch, (SKOS, "member"), iri(&concept_iri(base, &concept.notation)));
        }
        for top in scheme.tops(facet) {
            out.add(&whole, (SKOS, "hasTopConcept"), iri(&concept_iri(base, &top.notation)));
        }
    }
    for concept in scheme.concepts() {
        one(&mut out, scheme, concept, base);
    }
    out.list
}

/// One concept, with the head of the scheme it belongs to.
#[must_use]
pub fn concept_triples(scheme: &Scheme, concept: &Concept, about: &About, base: &str) -> Vec<Triple> {
    let mut out = Triples { list: Vec::new() };
    head(&mut out, scheme, about, base);
    one(&mut out, scheme, concept, base);
    out.list
}

fn head(out: &mut Triples, scheme: &Scheme, about: &About, base: &str) {
    let whole = scheme_iri(base);
    out.kind(&whole, "ConceptScheme");
    out.words(&whole, (DCT, "title"), &about.title);
    out.words(&whole, (SKOS, "prefLabel"), &about.title);
    out.words(&whole, (DCT, "description"), &about.description);
    out.add(&whole, (OWL, "versionInfo"), Term::Literal(Literal::new_simple_literal(scheme.edition().to_string())));
    out.add(&whole, (DCT, "modified"), typed(scheme.dated(), xsd::DATE));
    out.add(&whole, (DCT, "license"), iri(LICENCE));
}

fn one(out: &mut Triples, scheme: &Scheme, concept: &Concept, base: &str) {
    let me = concept_iri(base, &concept.notation);
    let whole = scheme_iri(base);
    out.kind(&me, "Concept");
    out.add(&me, (SKOS, "inScheme"), iri(&whole));
    out.add(&me, (SKOS, "notation"), Term::Literal(Literal::new_simple_literal(&concept.notation)));
    out.words(&me, (SKOS, "prefLabel"), &concept.label);
    out.words(&me, (SKOS, "definition"), &concept.definition);
    for (list, lang) in [(&concept.alt_uk, "uk"), (&concept.alt_en, "en")] {
        for name in list {
            out.add(&me, (SKOS, "altLabel"), tagged(name, lang));
        }
    }
    for broader in scheme.broader(concept) {
        out.add(&me, (SKOS, "broader"), iri(&concept_iri(base, &broader.notation)));
    }
    for narrower in scheme.narrower(&concept.notation) {
        out.add(&me, (SKOS, "narrower"), iri(&concept_iri(base, &narrower.notation)));
    }
    for other in scheme.related(&concept.notation) {
        out.add(&me, (SKOS, "related"), iri(&concept_iri(base, &other.notation)));
    }
    for address in &concept.exact_match {
        out.add(&me, (SKOS, "exactMatch"), iri(address));
    }
    for address in &concept.close_match {
        out.add(&me, (SKOS, "closeMatch"), iri(address));
    }
    if concept.deprecated {
        out.add(&me, (OWL, "deprecated"), typed("true", xsd::BOOLEAN));
        for heir in &concept.replaced_by {
            out.add(&me, (DCT, "isReplacedBy"), iri(&concept_iri(base, heir)));
        }
    } else if concept.broader.is_empty() {
        out.add(&me, (SKOS, "topConceptOf"), iri(&whole));
    }
}

/// The triples in `format`.
///
/// # Errors
/// Never in practice: it writes to memory.
pub fn write(triples: &[Triple], format: Format) -> io::Result<Vec<u8>> {
    let mut serializer = RdfSerializer::from_format(format.rdf());
    for (prefix, address) in [("skos", SKOS), ("dct", DCT), ("owl", OWL), ("xsd", XSD)] {
        serializer = serializer.with_prefix(prefix, address).map_err(io::Error::other)?;
    }
    let mut writer = serializer.for_writer(Vec::new());
    for triple in triples {
        writer.serialize_triple(triple)?;
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oxrdfio::RdfParser;

    use super::{
        super::{change::Change, shipped::shipped},
        *,
    };

    fn about() -> About {
        let words = |t: &str| Words::new(format!("{t} «укр» & <ok>"), format!("{t} \"en\""));
        About { title: words("title"), description: words("text"), facets: Facet::ALL.iter().map(|f| words(f.name())).collect() }
    }

    fn back(bytes: &[u8], format: Format) -> BTreeSet<String> {
        RdfParser::from_format(format.rdf()).for_slice(bytes).map(|quad| quad.unwrap().to_string()).collect()
    }

    #[test]
    fn three_formats_say_the_same_triples() {
        let scheme = Change::Merge { notation: "19".into(), into: "18".into() }.apply(&shipped(), "2026-12-01").unwrap().scheme;
        let triples = scheme_triples(&scheme, &about(), "https://hub.example");
        let expected: BTreeSet<String> = triples.iter().map(ToString::to_string).collect();
        assert_eq!(expected.len(), triples.len(), "no triple stands twice");
        for format in Format::ALL {
            let bytes = write(&triples, format).unwrap();
            assert_eq!(back(&bytes, format), expected, "{format:?}");
        }
    }

    #[test]
    fn every_concept_has_its_place_its_names_and_its_meaning() {
        let scheme = shipped();
        for concept in scheme.concepts() {
            let text: Vec<String> =
                concept_triples(&scheme, concept, &about(), "https://hub.example").iter().map(ToString::to_string).collect();
            let me = format!("<https://hub.example/classifier/{}>", concept.notation);
            let count = |predicate: &str, end: &str| {
                text.iter().filter(|t| t.starts_with(&format!("{me} <{SKOS}{predicate}>")) && t.ends_with(end)).count()
            };
            assert_eq!(count("inScheme", "<https://hub.example/classifier>"), 1);
            assert_eq!(count("notation", ""), 1);
            for lang in ["@uk", "@en"] {
                assert_eq!(count("prefLabel", lang), 1, "{me}");
                assert_eq!(count("definition", lang), 1, "{me}");
            }
            assert_eq!(count("topConceptOf", ""), usize::from(concept.broader.is_empty()));
        }
    }

    #[test]
    fn a_concept_no_longer_used_says_what_replaces_it() {
        let scheme = Change::Merge { notation: "02.01".into(), into: "02.04".into() }.apply(&shipped(), "").unwrap().scheme;
        let turtle = String::from_utf8(
            write(&concept_triples(&scheme, scheme.get("02.01").unwrap(), &about(), "https://hub.example"), Format::Turtle).unwrap(),
        )
        .unwrap();
        assert!(turtle.contains("owl:deprecated true") || turtle.contains("owl:deprecated \"true\""), "{turtle}");
        assert!(turtle.contains("dct:isReplacedBy <https://hub.example/classifier/02.04>"), "{turtle}");
    }

    #[test]
    fn an_address_gives_its_code_back() {
        assert_eq!(notation_of(&concept_iri("https://hub.example", "03.02")), Some("03.02"));
        assert_eq!(notation_of("https://hub.example/classifier/v1/03.02"), None);
        assert_eq!(notation_of("https://hub.example/practices/1"), None);
    }
}
