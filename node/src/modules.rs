//! The one list of modules.

use std::sync::Arc;

use ratusha_content::{Module, Modules};

/// Every module of the product.
#[must_use]
pub fn all() -> Modules {
    let modules: Vec<Arc<dyn Module>> = vec![
        Arc::new(ratusha_practices::Practices),
        // New modules are added above this line.
    ];
    Modules::new(modules)
}
