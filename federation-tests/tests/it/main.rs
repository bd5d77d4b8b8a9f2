//! Stories between servers, each told to its end on real nodes with real signatures over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails must say where")]

mod peers;
