//! The whole node: what every door answers to whom, what every role may do, what every page says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot be set up must fail loudly")]

mod endpoint_coverage;
mod golden;
mod policy_matrix;
mod sentences;
