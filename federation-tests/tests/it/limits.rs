//! The limits that FEDERATION.md promises are those that the code enforces.

use ratusha_content::discussion;
use ratusha_federation::{Limits, fetch, inbox, signatures, wire};

const PAGE: &str = include_str!("../../../FEDERATION.md");

#[test]
fn s23_the_published_limits_are_those_of_the_code() {
    let limits = Limits::default();
    let hours = |ms: i64| (ms / 3_600_000).to_string();
    for (what, enforced) in [
        ("body of a delivery, bytes", inbox::MAX_BODY.to_string()),
        ("nesting of JSON, levels", wire::limits::MAX_DEPTH.to_string()),
        ("items of one array or members of one object", wire::limits::MAX_ITEMS.to_string()),
        ("one text in JSON, bytes", wire::limits::MAX_TEXT.to_string()),
        ("name of a member, bytes", wire::limits::MAX_NAME.to_string()),
        ("an address, bytes", wire::ids::MAX_ID.to_string()),
        ("age of a signature, hours", hours(signatures::CLOCK_PAST_MS)),
        ("a peer's clock ahead of ours, hours", hours(signatures::CLOCK_FUTURE_MS)),
        ("redirects of a read request", fetch::MAX_REDIRECTS.to_string()),
        ("documents fetched for one activity", fetch::Budget::PER_ACTIVITY.to_string()),
        ("depth of a conversation", discussion::model::MAX_DEPTH.to_string()),
        ("text of a comment, characters", discussion::model::MAX_CHARS.to_string()),
        ("deliveries of one host, per second", limits.deliveries_per_second.to_string()),
        ("requests of one host that make us fetch or do not verify, per minute", limits.strangers_per_minute.to_string()),
    ] {
        let row = format!("| {what} | {enforced} |");
        assert!(PAGE.contains(&row), "FEDERATION.md does not say {row:?}");
    }
}

#[test]
fn the_page_names_every_context_and_property_that_we_send() {
    for context in wire::context::context().as_array().unwrap().iter().filter_map(|one| one.as_str()) {
        let short = context.rsplit_once("/ns/").or(context.rsplit_once("/security/")).map_or(context, |(_, rest)| rest);
        assert!(PAGE.contains(short), "{context}");
    }
}
