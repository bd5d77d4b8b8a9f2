//! How practices stand in the content index, own ones and the hub's copies alike.

use ratusha_content::{
    classifier::Scheme,
    index::{Entry, State as Visible},
};
use ratusha_platform::text::markdown;
use ratusha_tenants::Tenant;

use crate::{
    ap,
    model::{Card, CommunityKind, CurationRow, Evidence, Practice, Remote, State},
};

/// Facet: pilot, operating, stopped.
pub const STATUS: &str = "status";
/// Facet: level of evidence.
pub const EVIDENCE: &str = "evidence";
/// Facet: kind of community.
pub const COMMUNITY: &str = "community";
/// Facet: licence.
pub const LICENCE: &str = "licence";

fn facets(card: &Card, evidence: Evidence) -> Vec<(&'static str, String)> {
    let mut facets = vec![
        (STATUS, card.status.as_str().to_owned()),
        (EVIDENCE, evidence.as_str().to_owned()),
        (LICENCE, card.licence.as_str().to_owned()),
    ];
    facets.extend(card.community_kind.map(CommunityKind::as_str).map(|kind| (COMMUNITY, kind.to_owned())));
    facets
}

/// All text of a card, for the search.
fn body(card: &Card) -> String {
    let sections = [
        &card.problem,
        &card.context,
        &card.solution,
        &card.technology,
        &card.team,
        &card.risks,
        &card.lessons,
        &card.replicability,
        &card.stop_reason,
    ];
    let mut lines: Vec<String> = sections.into_iter().filter(|s| !s.is_empty()).map(|s| markdown::to_plain(s)).collect();
    lines.extend([card.title_en.clone(), card.summary_en.clone()]);
    lines.extend(card.steps.iter().chain(&card.legal_base).cloned());
    lines.extend(card.outcomes.iter().map(|o| o.metric.clone()));
    lines.join("\n")
}

fn visible(state: State) -> Visible {
    if state == State::Validated { Visible::Public } else { Visible::Hidden }
}

/// The entry of a practice of `tenant`.
#[must_use]
pub fn entry_of_practice(tenant: &Tenant, practice: &Practice) -> Entry {
    let card = &practice.card;
    Entry {
        object: practice.id.as_str().to_owned(),
        module: crate::NAME,
        state: visible(practice.state),
        ap_id: tenant.ap_url(&ap::practice_path(&practice.id)),
        path: format!("/practices/{}", practice.id),
        lang: "uk".to_owned(),
        title: card.title.clone(),
        summary: card.summary.clone(),
        body: body(card),
        territory: card.territories.first().cloned().or_else(|| tenant.katottg.clone()),
        licence: card.licence.as_str().to_owned(),
        origin: tenant.birth_host().to_owned(),
        concepts: card.concepts.clone(),
        facets: facets(card, practice.evidence),
        published_at: practice.published_at.unwrap_or(practice.created_at),
        updated_at: practice.updated_at,
    }
}

/// The entry of the hub's copy of a remote practice, in the class into which the curator put it.
#[must_use]
pub fn entry_of_copy(curation: &CurationRow, remote: &Remote, katottg: Option<&str>, scheme: &Scheme) -> Entry {
    let card = &remote.card;
    let mut concepts = vec![curation.class.clone()];
    concepts.extend(card.concepts.iter().filter(|c| scheme.exists(c) && **c != curation.class).cloned());
    concepts.retain(|c| !c.is_empty());
    Entry {
        object: curation.id.as_str().to_owned(),
        module: crate::NAME,
        state: if curation.state.is_listed() { visible(remote.state) } else { Visible::Hidden },
        ap_id: remote.ap_id.clone(),
        path: format!("/practices/{}", curation.id),
        lang: "uk".to_owned(),
        title: card.title.clone(),
        summary: card.summary.clone(),
        body: body(card),
        // The place that the hub admitted the community for counts, not the place that the card claims.
        territory: katottg.map(ToOwned::to_owned).or_else(|| card.territories.first().cloned()),
        licence: card.licence.as_str().to_owned(),
        origin: remote.host.clone(),
        concepts,
        facets: facets(card, remote.evidence),
        published_at: remote.published_at,
        updated_at: remote.updated_at,
    }
}
