//! Who may do what, as a table.

use ratusha_tenants::{Decision, Principal, policy::columns};

use crate::{
    model::{Curation, Evidence, State, Step},
    policy,
};

fn who(role: &'static str) -> Principal {
    Principal::sample(role)
}

fn allowed(decide: impl Fn(&Principal) -> Decision) -> Vec<&'static str> {
    columns().into_iter().filter(|role| decide(&who(role)).allowed()).collect()
}

#[test]
fn r20_strangers_never_learn_of_what_is_not_public() {
    for state in [State::Draft, State::Proposed, State::NeedsUpdate] {
        for role in ["anonymous", "remote", "citizen"] {
            assert_eq!(policy::read(&who(role), state), Decision::Hide, "{role} {state:?}");
            assert_eq!(policy::edit(&who(role), state), Decision::Hide, "{role} {state:?}");
            assert_eq!(policy::step(&who(role), state, Step::Publish), Decision::Hide, "{role} {state:?}");
        }
    }
    assert!(State::ALL.iter().filter(|s| s.is_public()).all(|s| policy::read(&who("anonymous"), *s).allowed()));
}

#[test]
fn writers_write_and_heads_delete_what_the_country_has_seen() {
    assert_eq!(allowed(policy::draft), ["editor", "admin", "node_admin"]);
    assert_eq!(allowed(|w| policy::step(w, State::Proposed, Step::Publish)), ["editor", "admin", "node_admin"]);
    assert_eq!(allowed(|w| policy::step(w, State::Draft, Step::Delete)), ["editor", "admin", "node_admin"]);
    assert_eq!(allowed(|w| policy::step(w, State::Validated, Step::Delete)), ["admin", "node_admin"]);
    assert_eq!(policy::draft(&who("citizen")), Decision::Deny("forbidden"));
    assert_eq!(policy::draft(&who("anonymous")), Decision::Deny("unauthorized"));
}

#[test]
fn the_upper_levels_of_evidence_are_not_the_writers_word() {
    assert_eq!(allowed(|w| policy::evidence(w, State::Validated, Evidence::E1)), ["editor", "admin", "node_admin"]);
    for level in [Evidence::E2, Evidence::E3] {
        assert_eq!(allowed(|w| policy::evidence(w, State::Validated, level)), ["curator", "admin", "node_admin"]);
    }
}

#[test]
fn curators_see_the_queue_and_the_public_sees_what_is_listed() {
    assert_eq!(allowed(policy::curate), ["curator", "admin", "node_admin"]);
    let seen: Vec<&str> =
        Curation::ALL.iter().filter(|c| policy::read_copy(&who("anonymous"), **c).allowed()).map(|c| c.as_str()).collect();
    assert_eq!(seen, ["accepted", "review-again", "withdrawn"]);
}

#[test]
fn every_action_has_a_row_for_every_role() {
    for action in policy::ACTIONS {
        assert!(action.name.starts_with("practices."));
        for role in columns() {
            assert!(!(action.rows)(role).is_empty(), "{} {role}", action.name);
        }
    }
}
