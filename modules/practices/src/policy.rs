//! Who may do what to a practice; pure, called by the service and asked by templates.

use ratusha_tenants::{
    Principal,
    policy::{ActionDef, Decision},
    roles::{ADMIN, CURATOR, EDITOR, NODE_ADMIN},
};

use crate::model::{Curation, Evidence, State, Step};

/// Those who write for a community.
const WRITERS: &[&str] = &[EDITOR, ADMIN, NODE_ADMIN];
/// Those who answer for it.
const HEADS: &[&str] = &[ADMIN, NODE_ADMIN];
/// Those who decide at the hub.
const CURATORS: &[&str] = &[CURATOR, ADMIN, NODE_ADMIN];

/// May read it: everybody what is public, its community's writers the rest.
#[must_use]
pub fn read(who: &Principal, state: State) -> Decision {
    if state.is_public() || state == State::Deleted || who.has_any(WRITERS) { Decision::Allow } else { Decision::Hide }
}

/// May begin a new one.
#[must_use]
pub fn draft(who: &Principal) -> Decision {
    Decision::to(who, WRITERS)
}

/// May change its card; a validated card gets a new version by that.
#[must_use]
pub fn edit(who: &Principal, state: State) -> Decision {
    hide_unpublished(who, state).unwrap_or_else(|| Decision::to(who, WRITERS))
}

/// May take it one step further. Whether it is the moment for the step is the service's question.
#[must_use]
pub fn step(who: &Principal, state: State, step: Step) -> Decision {
    let roles = match step {
        Step::Submit | Step::Return | Step::Publish | Step::Archive | Step::Restore => WRITERS,
        // A draft is its writers' own; what the country has seen is deleted by those who answer for the community.
        Step::Delete if state.is_public() => HEADS,
        Step::Delete => WRITERS,
    };
    hide_unpublished(who, state).unwrap_or_else(|| Decision::to(who, roles))
}

/// May confirm that it still holds.
#[must_use]
pub fn confirm(who: &Principal, state: State) -> Decision {
    edit(who, state)
}

/// May raise or lower the level of evidence to `level`: documents are the community's own word,
/// an expert's check and a visit are the curators'.
#[must_use]
pub fn evidence(who: &Principal, state: State, level: Evidence) -> Decision {
    let roles = if level <= Evidence::E1 { WRITERS } else { CURATORS };
    hide_unpublished(who, state).unwrap_or_else(|| Decision::to(who, roles))
}

/// May see and work through the queue of the national depository.
#[must_use]
pub fn curate(who: &Principal) -> Decision {
    Decision::to(who, CURATORS)
}

/// May read the hub's copy of a remote practice: everybody what is listed, curators the rest.
#[must_use]
pub fn read_copy(who: &Principal, curation: Curation) -> Decision {
    if curation.is_listed() || curation == Curation::Withdrawn || who.has_any(CURATORS) { Decision::Allow } else { Decision::Hide }
}

/// A stranger may not learn that an unpublished practice exists.
fn hide_unpublished(who: &Principal, state: State) -> Option<Decision> {
    (!state.is_public() && !who.has_any(WRITERS) && !who.has_any(CURATORS)).then_some(Decision::Hide)
}

fn by_state(decide: impl Fn(State) -> Decision) -> Vec<(&'static str, Decision)> {
    State::ALL.into_iter().map(|state| (state.as_str(), decide(state))).collect()
}

fn steps(role: &'static str, what: Step) -> Vec<(&'static str, Decision)> {
    let who = Principal::sample(role);
    by_state(|state| step(&who, state, what))
}

/// The actions of this module.
pub const ACTIONS: &[ActionDef] = &[
    ActionDef { name: "practices.read", rows: |role| by_state(|state| read(&Principal::sample(role), state)) },
    ActionDef { name: "practices.draft", rows: |role| vec![("", draft(&Principal::sample(role)))] },
    ActionDef { name: "practices.edit", rows: |role| by_state(|state| edit(&Principal::sample(role), state)) },
    ActionDef { name: "practices.submit", rows: |role| steps(role, Step::Submit) },
    ActionDef { name: "practices.return", rows: |role| steps(role, Step::Return) },
    ActionDef { name: "practices.publish", rows: |role| steps(role, Step::Publish) },
    ActionDef { name: "practices.archive", rows: |role| steps(role, Step::Archive) },
    ActionDef { name: "practices.restore", rows: |role| steps(role, Step::Restore) },
    ActionDef { name: "practices.delete", rows: |role| steps(role, Step::Delete) },
    ActionDef { name: "practices.confirm", rows: |role| by_state(|state| confirm(&Principal::sample(role), state)) },
    ActionDef {
        name: "practices.evidence",
        rows: |role| {
            Evidence::ALL.iter().map(|level| (level.as_str(), evidence(&Principal::sample(role), State::Validated, *level))).collect()
        },
    },
    ActionDef { name: "practices.curate", rows: |role| vec![("", curate(&Principal::sample(role)))] },
    ActionDef {
        name: "practices.read_copy",
        rows: |role| Curation::ALL.iter().map(|state| (state.as_str(), read_copy(&Principal::sample(role), *state))).collect(),
    },
];
