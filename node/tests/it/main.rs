//! The whole node: what every door answers to whom, what every role may do, what every page says.

mod endpoint_coverage;
mod golden;
mod policy_matrix;
mod sentences;
