//! Figures of the federation for `/metrics`.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// Counted since the process began.
#[derive(Debug, Default)]
pub struct Counters {
    accepted: AtomicU64,
    duplicates: AtomicU64,
    processed: AtomicU64,
    ignored: AtomicU64,
    dead: AtomicU64,
    delivered: AtomicU64,
    failed: AtomicU64,
    refused: Mutex<BTreeMap<&'static str, u64>>,
}

macro_rules! counter {
    ($($(#[$meta:meta])* $name:ident, $bump:ident;)*) => {$(
        $(#[$meta])*
        pub fn $name(&self) -> u64 {
            self.$name.load(Ordering::Relaxed)
        }

        pub(crate) fn $bump(&self) {
            self.$name.fetch_add(1, Ordering::Relaxed);
        }
    )*};
}

impl Counters {
    counter! {
        /// Deliveries stored and answered 202.
        accepted, bump_accepted;
        /// Deliveries that were here already.
        duplicates, bump_duplicates;
        /// Activities whose effect stands.
        processed, bump_processed;
        /// Activities without effect here.
        ignored, bump_ignored;
        /// Activities given up.
        dead, bump_dead;
        /// Deliveries that a peer took.
        delivered, bump_delivered;
        /// Attempts that a peer did not take.
        failed, bump_failed;
    }

    pub(crate) fn bump_refused(&self, code: &'static str) {
        if let Ok(mut refused) = self.refused.lock() {
            *refused.entry(code).or_default() += 1;
        }
    }

    /// Refused requests by code, sorted.
    pub fn refused(&self) -> Vec<(&'static str, u64)> {
        self.refused.lock().map(|refused| refused.iter().map(|(code, n)| (*code, *n)).collect()).unwrap_or_default()
    }

    /// How often `code` was the reason of a refusal.
    pub fn refused_for(&self, code: &str) -> u64 {
        self.refused.lock().ok().and_then(|refused| refused.get(code).copied()).unwrap_or_default()
    }

    /// One line per figure in the text format of Prometheus.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (name, value) in [
            ("inbox_accepted", self.accepted()),
            ("inbox_duplicates", self.duplicates()),
            ("inbox_processed", self.processed()),
            ("inbox_ignored", self.ignored()),
            ("inbox_dead", self.dead()),
            ("outbox_delivered", self.delivered()),
            ("outbox_failed", self.failed()),
        ] {
            out.push_str(&format!("ratusha_{name}_total {value}\n"));
        }
        for (code, value) in self.refused() {
            out.push_str(&format!("ratusha_inbox_refused_total{{code=\"{code}\"}} {value}\n"));
        }
        out
    }
}
