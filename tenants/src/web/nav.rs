//! The main navigation, put together from the modules by the composition root.

use ratusha_templates::NavItem;

use crate::tenant::Tenant;

/// One entry that a module offers.
#[derive(Debug, Clone, Copy)]
pub struct NavEntry {
    /// Locale key of its name.
    pub key: &'static str,
    /// Where it leads, without the language prefix.
    pub path: &'static str,
    /// Smaller stands first.
    pub order: u16,
    /// Which tenants show it.
    pub show: fn(&Tenant) -> bool,
}

impl NavEntry {
    /// An entry that every tenant shows.
    #[must_use]
    pub fn new(key: &'static str, path: &'static str, order: u16) -> Self {
        Self { key, path, order, show: |_| true }
    }

    /// Shows it only where `show` says so.
    #[must_use]
    pub fn only(mut self, show: fn(&Tenant) -> bool) -> Self {
        self.show = show;
        self
    }
}

/// All entries; a service in the context, absent when there are none.
#[derive(Debug, Clone, Default)]
pub struct Navigation(pub Vec<NavEntry>);

impl Navigation {
    /// The entries that `tenant` shows, in order.
    #[must_use]
    pub fn of(&self, tenant: &Tenant) -> Vec<NavItem> {
        let mut shown: Vec<&NavEntry> = self.0.iter().filter(|entry| (entry.show)(tenant)).collect();
        shown.sort_by_key(|entry| (entry.order, entry.path));
        shown.into_iter().map(|entry| NavItem { key: entry.key, path: entry.path.to_owned() }).collect()
    }
}
