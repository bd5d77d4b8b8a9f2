//! The card's own rules, the states, the numbers.

use proptest::prelude::*;
use ratusha_platform::{Timestamp, testkit::NOW};

use super::card;
use crate::model::{Card, Curation, Freshness, Outcome, REVIEW, State, Status, Step, TITLE_MAX, canonical_decimal, parse_decimal};

const STEPS: [Step; 6] = [Step::Submit, Step::Return, Step::Publish, Step::Archive, Step::Restore, Step::Delete];

fn fields(card: &Card) -> Vec<String> {
    card.check_public().into_iter().map(|error| error.field).collect()
}

#[test]
fn a_draft_needs_no_more_than_a_title() {
    assert_eq!(Card { title: "Черга".into(), ..Card::default() }.check_draft(), []);
    assert_eq!(Card::default().check_draft()[0].key, "practices-field-title-missing");
    let long = Card { title: "я".repeat(TITLE_MAX + 1), ..Card::default() };
    assert_eq!(long.check_draft()[0].key, "practices-field-too-long");
}

#[test]
fn the_public_criteria_are_checked_one_by_one() {
    assert_eq!(fields(&card("Черга")), Vec::<String>::new());
    let without = |change: &dyn Fn(&mut Card)| {
        let mut card = card("Черга");
        change(&mut card);
        fields(&card)
    };
    assert_eq!(without(&|c| c.summary.clear()), ["summary"]);
    assert_eq!(without(&|c| c.contact.clear()), ["contact"]);
    assert_eq!(without(&|c| c.concepts.clear()), ["concepts"]);
    assert_eq!(without(&|c| c.started_on.clear()), ["started_on"]);
    assert_eq!(without(&|c| c.outcomes.iter_mut().for_each(|o| o.before.clear())), ["outcome_0_metric"]);
    assert_eq!(without(&|c| c.status = Status::Stopped), ["stop_reason"]);
    assert_eq!(without(&|c| c.ended_on = "2020-01-01".into()), ["ended_on"]);
}

#[test]
fn decimals_are_read_as_people_write_them_and_stored_one_way() {
    for (typed, stored) in [("42", "42"), ("3,5", "3.5"), ("−1 200,50", "-1200.5"), ("0,1000", "0.1"), ("1\u{a0}840", "1840"), ("0", "0")]
    {
        assert_eq!(canonical_decimal(typed).as_deref(), Some(stored), "{typed}");
    }
    for bad in ["", "x", "1.2.3", "1e5", ".5", "12345678901234", "1.23456", "NaN"] {
        assert_eq!(parse_decimal(bad), None, "{bad}");
    }
    let change = |before: &str, after: &str| {
        Outcome { metric: "x".into(), before: before.into(), after: after.into(), ..Outcome::default() }.change_percent()
    };
    assert_eq!(change("42", "9"), Some(-79));
    assert_eq!(change("48", "87"), Some(81));
    assert_eq!(change("0", "5"), None);
    assert_eq!(change("-10", "-5"), Some(-50));
}

#[test]
fn a_card_is_due_after_a_year_and_outdated_a_season_later() {
    let due = NOW.plus_days(REVIEW.0);
    let at = |days: i64| Freshness::at(NOW.plus_days(days), due);
    assert_eq!(
        [at(0), at(364), at(365), at(454), at(455)],
        [Freshness::Fresh, Freshness::Fresh, Freshness::ReviewDue, Freshness::ReviewDue, Freshness::Outdated]
    );
    assert_eq!(Freshness::at(Timestamp(0), due), Freshness::Fresh);
}

#[test]
fn a_change_brings_a_copy_back_to_the_curators_unless_it_is_gone() {
    assert_eq!(
        Curation::ALL.iter().map(|c| c.after_change().as_str()).collect::<Vec<_>>(),
        ["waiting", "waiting", "review-again", "waiting", "review-again", "withdrawn"]
    );
    assert!(Curation::ALL.iter().all(|c| Curation::parse(c.as_str()) == Some(*c)));
}

proptest! {
    #[test]
    fn no_path_of_steps_makes_public_what_was_not_handed_in(path in proptest::collection::vec(0_usize..6, 0..30)) {
        let mut state = State::Draft;
        let mut handed_in = false;
        for step in path.into_iter().map(|i| STEPS[i]) {
            let Some(next) = state.after(step) else { continue };
            handed_in |= step == Step::Submit;
            prop_assert!(!next.is_public() || handed_in);
            prop_assert!(state != State::Deleted, "nothing leaves the grave");
            prop_assert_eq!(State::parse(next.as_str()), Some(next));
            state = next;
        }
    }

    #[test]
    fn a_decimal_that_is_read_is_written_and_read_again(text in "-?[0-9]{1,12}([.,][0-9]{1,4})?") {
        let stored = canonical_decimal(&text).unwrap();
        prop_assert_eq!(canonical_decimal(&stored), Some(stored.clone()));
        prop_assert_eq!(parse_decimal(&stored), parse_decimal(&text));
    }
}
