//! The form of a proposal: its fields for each kind of change, and what was typed as a change.

use ratusha_platform::{
    FieldError,
    http::form::{FormData, FormState},
};
use ratusha_templates::form::{Choice, Field, Fields};
use ratusha_tenants::Page;

use super::super::{
    change::{Change, Wording, split_names},
    model::Scheme,
};

/// Kinds of changes that can be proposed.
pub(super) const KINDS: [&str; 5] = ["add", "rename", "move", "merge", "split"];

/// What is typed, as a change.
///
/// # Errors
/// Messages beside the fields.
pub(super) fn read(form: &FormData, scheme: &Scheme) -> Result<Change, Vec<FieldError>> {
    let wording = Wording {
        label_uk: form.line("label_uk"),
        label_en: form.line("label_en"),
        definition_uk: form.line("definition_uk"),
        definition_en: form.line("definition_en"),
        alt_uk: split_names(form.raw("alt_uk")),
        alt_en: split_names(form.raw("alt_en")),
    };
    let notation = form.line("notation");
    let codes = |field: &str| scheme.parse_list(form.raw(field), field).map_err(|error| vec![error]);
    match form.raw("kind") {
        "add" => Ok(Change::Add { broader: codes("broader")?, wording }),
        "rename" => Ok(Change::Rename { notation, wording }),
        "move" => Ok(Change::Move { notation, broader: codes("broader")? }),
        "merge" => match codes("into")?.as_slice() {
            [into] => Ok(Change::Merge { notation, into: into.clone() }),
            _ => Err(vec![FieldError::new("into", "classifier-error-one-code")]),
        },
        "split" => Ok(Change::Split { notation, into: codes("into")? }),
        _ => Err(vec![FieldError::new("kind", "classifier-error-required")]),
    }
}

/// What stands in an empty form: the words and the place of the concept to be changed.
pub(super) fn start(kind: &str, notation: &str, scheme: &Scheme) -> FormData {
    let mut form = FormData::from_pairs([("kind", kind), ("notation", notation)]);
    let Some(concept) = scheme.get(notation) else { return form };
    match kind {
        "add" => form.set("broader", notation),
        "rename" => {
            form.set("label_uk", &concept.label.uk);
            form.set("label_en", &concept.label.en);
            form.set("definition_uk", &concept.definition.uk);
            form.set("definition_en", &concept.definition.en);
            form.set("alt_uk", concept.alt_uk.join("; "));
            form.set("alt_en", concept.alt_en.join("; "));
        }
        "move" => form.set("broader", concept.broader.join(", ")),
        _ => {}
    }
    form
}

/// The fields for the kind of change.
pub(super) fn fields(page: &Page, state: &FormState) -> Fields {
    let kind = state.data.raw("kind").to_owned();
    let mut fields = Fields::new(state);
    if !KINDS.contains(&kind.as_str()) {
        let options = KINDS.into_iter().map(|kind| Choice::new(kind, page.t(super::proposals::kind_key(kind)))).collect();
        return fields.with(Field::radios("kind", "classifier-kind", options).required());
    }
    fields = fields.with(Field::hidden("kind", kind.as_str()));
    if kind != "add" {
        fields = fields.with(Field::text("notation", "classifier-notation").hint("classifier-notation-hint").width(10).required());
    }
    if matches!(kind.as_str(), "add" | "move") {
        fields = fields.with(Field::text("broader", "classifier-field-broader").hint("classifier-field-broader-hint").max(200));
    }
    if matches!(kind.as_str(), "merge" | "split") {
        let (label, hint) = if kind == "merge" {
            ("classifier-field-into", "classifier-field-into-hint")
        } else {
            ("classifier-field-split", "classifier-field-split-hint")
        };
        fields = fields.with(Field::text("into", label).hint(hint).max(200).required());
    }
    if matches!(kind.as_str(), "add" | "rename") {
        fields = fields
            .with(Field::text("label_uk", "classifier-field-label-uk").max(120).required())
            .with(Field::text("label_en", "classifier-field-label-en").max(120).required())
            .with(Field::textarea("definition_uk", "classifier-field-definition-uk", 3).max(600).required())
            .with(Field::textarea("definition_en", "classifier-field-definition-en", 3).max(600).required())
            .with(Field::text("alt_uk", "classifier-field-alt-uk").hint("classifier-field-alt-hint").max(1000))
            .with(Field::text("alt_en", "classifier-field-alt-en").hint("classifier-field-alt-hint").max(1000));
    }
    fields.with(Field::textarea("reason", "classifier-reason", 4).hint("classifier-reason-hint").max(4000).required())
}
