//! Identifiers: UUIDv7 as text, one newtype per entity, and the randomness they are made from.

use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SecureRandom;
use rand::{RngCore, SeedableRng, rngs::SmallRng};

use crate::clock::Timestamp;

/// Where randomness comes from: the machine, or a seeded generator in tests.
#[derive(Debug, Clone)]
pub enum Rng {
    /// The system's cryptographic generator.
    System,
    /// The same bytes in the same order for the same seed.
    Seeded(Arc<Mutex<SmallRng>>),
}

impl Rng {
    /// A generator that repeats itself for the same `seed`; for tests only.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(SmallRng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0u8; N];
        let seeded = match self {
            Self::Seeded(rng) => rng.lock().map(|mut rng| rng.fill_bytes(&mut out)).is_ok(),
            Self::System => false,
        };
        if !seeded && aws_lc_rs::rand::SystemRandom::new().fill(&mut out).is_err() {
            // Without randomness no secret is a secret, so the process must not go on.
            std::process::abort();
        }
        out
    }

    /// An unguessable token of 256 bits in lower-case hex (64 characters).
    #[must_use]
    pub fn token(&self) -> String {
        hex::encode(self.bytes::<32>())
    }

    /// A new UUIDv7 in its 36-character text form, ordered by `now`.
    #[must_use]
    pub fn uuid(&self, now: Timestamp) -> String {
        let ms = u64::try_from(now.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &self.bytes::<10>()).into_uuid().to_string()
    }
}

/// Declares an identifier newtype over UUID text with parsing, display and database binding.
#[macro_export]
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// A new identifier, ordered by the moment it was made.
            #[must_use]
            pub fn new(rng: &$crate::ids::Rng, now: $crate::Timestamp) -> Self {
                Self(rng.uuid(now))
            }

            /// Takes text that came from our own database.
            #[must_use]
            pub fn trusted(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text form.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::BadId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::ids::check(text).map(|text| Self(text.to_owned()))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Text that is not one of our identifiers.
#[derive(Debug, thiserror::Error)]
#[error("not an identifier")]
pub struct BadId;

/// Accepts exactly the 36-character lower-case form, so that an object has one address only.
///
/// # Errors
/// [`BadId`] for every other text.
pub fn check(text: &str) -> Result<&str, BadId> {
    let parsed = uuid::Uuid::try_parse(text).map_err(|_| BadId)?;
    if parsed.as_hyphenated().to_string() == text { Ok(text) } else { Err(BadId) }
}

id!(
    /// The community (or the hub) that a row belongs to; every store function takes one.
    TenantId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_have_one_spelling() {
        let rng = Rng::seeded(1);
        let a = TenantId::new(&rng, Timestamp(1_000));
        let b = TenantId::new(&rng, Timestamp(2_000));
        assert!(a < b);
        assert!(a.as_str().parse::<TenantId>().is_ok());
        assert!(a.as_str().to_uppercase().parse::<TenantId>().is_err());
        assert!("../etc/passwd".parse::<TenantId>().is_err());
    }
}
