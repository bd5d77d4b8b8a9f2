//! ratusha-tenants
