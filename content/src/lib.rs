//! ratusha-content
