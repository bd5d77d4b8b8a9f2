//! ratusha-practices
