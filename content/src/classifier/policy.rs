//! Who may propose changes of the classifier, and who decides on them.

use ratusha_tenants::{
    ActionDef, Decision, Principal,
    roles::{ADMIN, CURATOR, EDITOR},
};

/// May propose a change and take part in its discussion.
#[must_use]
pub fn propose(who: &Principal) -> Decision {
    Decision::to(who, &[EDITOR, CURATOR, ADMIN])
}

/// May accept or decline; elsewhere than at the hub nobody does, since nodes follow its editions.
#[must_use]
pub fn decide(who: &Principal, at_hub: bool) -> Decision {
    match Decision::to(who, &[CURATOR]) {
        Decision::Allow if !at_hub => Decision::Deny("classifier.hub_only"),
        decision => decision,
    }
}

/// The rows of the matrix.
pub const ACTIONS: &[ActionDef] = &[
    ActionDef { name: "classifier.propose", rows: |role| vec![("", propose(&Principal::sample(role)))] },
    ActionDef {
        name: "classifier.decide",
        rows: |role| vec![("community", decide(&Principal::sample(role), false)), ("hub", decide(&Principal::sample(role), true))],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_curator_of_the_hub_decides() {
        let who = |role| Principal::sample(role);
        assert!(decide(&who("curator"), true).allowed());
        assert_eq!(decide(&who("curator"), false), Decision::Deny("classifier.hub_only"));
        for role in ["editor", "admin", "citizen", "remote"] {
            assert_eq!(decide(&who(role), true), Decision::Deny("forbidden"), "{role}");
        }
        assert!(!decide(&who("anonymous"), true).allowed());
        assert!(propose(&who("editor")).allowed());
        assert!(!propose(&who("citizen")).allowed());
    }
}
