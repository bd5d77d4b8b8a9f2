//! ratusha-federation-tests
