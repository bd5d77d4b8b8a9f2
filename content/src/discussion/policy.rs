//! Who may say something, take back what they said, and let stand what others said.

use ratusha_tenants::{
    Principal,
    policy::{ActionDef, Decision, SIGN_IN},
    roles,
};

use super::model::CommentState;

/// May comment on what is public.
#[must_use]
pub fn comment(who: &Principal) -> Decision {
    if who.signed_in() || who.is_system() { Decision::Allow } else { Decision::Deny(SIGN_IN) }
}

/// May see what waits, let it through and take it down.
#[must_use]
pub fn moderate(who: &Principal) -> Decision {
    Decision::to(who, &[roles::EDITOR, roles::ADMIN])
}

/// May delete a comment: its author, and nobody else; moderators take it down instead.
#[must_use]
pub fn delete(who: &Principal, own: bool, state: CommentState) -> Decision {
    match (own, state) {
        (_, CommentState::Removed) => Decision::Hide,
        (true, _) => Decision::Allow,
        (false, CommentState::Visible) if who.signed_in() => Decision::Deny("forbidden"),
        (false, CommentState::Visible) => Decision::Deny(SIGN_IN),
        (false, _) if moderate(who).allowed() => Decision::Deny("forbidden"),
        (false, _) => Decision::Hide,
    }
}

/// True for those whose comments need nobody's leave.
#[must_use]
pub fn speaks_freely(who: &Principal) -> bool {
    moderate(who).allowed() || who.has(roles::CURATOR)
}

/// The actions of the discussion.
pub const ACTIONS: &[ActionDef] = &[
    ActionDef { name: "discussion.comment", rows: |role| vec![("", comment(&Principal::sample(role)))] },
    ActionDef { name: "discussion.moderate", rows: |role| vec![("", moderate(&Principal::sample(role)))] },
    ActionDef {
        name: "discussion.delete",
        rows: |role| {
            let who = Principal::sample(role);
            // Nobody has comments of their own without an account.
            let own = who.signed_in();
            vec![
                ("own", delete(&who, own, CommentState::Visible)),
                ("visible", delete(&who, false, CommentState::Visible)),
                ("held", delete(&who, false, CommentState::Held)),
            ]
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citizens_speak_and_only_editors_and_administrators_moderate() {
        let who = Principal::sample;
        assert_eq!(comment(&who("anonymous")), Decision::Deny(SIGN_IN));
        assert_eq!(comment(&who("remote")), Decision::Deny(SIGN_IN));
        assert_eq!(comment(&who("citizen")), Decision::Allow);
        for (role, allowed) in
            [("anonymous", false), ("remote", false), ("citizen", false), ("curator", false), ("editor", true), ("admin", true)]
        {
            assert_eq!(moderate(&who(role)).allowed(), allowed, "{role}");
        }
    }

    #[test]
    fn a_stranger_does_not_learn_that_a_held_comment_is_there() {
        let citizen = Principal::sample("citizen");
        assert_eq!(delete(&citizen, false, CommentState::Held), Decision::Hide);
        assert_eq!(delete(&citizen, false, CommentState::Visible), Decision::Deny("forbidden"));
        assert_eq!(delete(&citizen, true, CommentState::Held), Decision::Allow);
        assert_eq!(delete(&citizen, true, CommentState::Removed), Decision::Hide);
    }
}
