//! ratusha-node
