//! ratusha-e2e
