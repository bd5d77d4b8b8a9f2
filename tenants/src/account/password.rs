//! Passwords: argon2id with 19 MiB, two passes; hashed away from the async threads and never inside a unit of work.

use std::sync::OnceLock;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use ratusha_platform::{AppError, AppResult, FieldError, Kind, ids::Rng};
use tokio::sync::Semaphore;

/// How many hashes are made at a time: each takes 19 MiB and a core.
static PLACES: Semaphore = Semaphore::const_new(2);
/// The hash that stands in for that of an unknown account, so that both take the same time.
static DUMMY: OnceLock<String> = OnceLock::new();

/// The shortest password, in characters.
pub const MIN: usize = 10;
/// The longest password, in characters.
pub const MAX: usize = 200;

/// The first thing wrong with a new password, if anything.
#[must_use]
pub fn weakness(field: &str, password: &str, email: &str) -> Option<FieldError> {
    let count = password.chars().count();
    if count < MIN {
        return Some(FieldError::new(field, "account-password-short").arg("n", MIN));
    }
    if count > MAX {
        return Some(FieldError::new(field, "account-password-long").arg("n", MAX));
    }
    let lower = password.to_lowercase();
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let local = email.split('@').next().unwrap_or("").to_lowercase();
    let guessable = ["password", "qwerty", "12345", "пароль", "йцукен"].iter().any(|word| lower.contains(word)) && count < 16;
    if distinct.len() < 5 || guessable || (local.chars().count() >= 4 && lower.contains(&local)) {
        return Some(FieldError::new(field, "account-password-weak"));
    }
    None
}

fn hasher() -> AppResult<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| AppError::broken(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &[u8], salt: &[u8; 16]) -> AppResult<String> {
    let broken = |error: argon2::password_hash::Error| AppError::broken(error.to_string());
    let salt = SaltString::encode_b64(salt).map_err(broken)?;
    Ok(hasher()?.hash_password(password, &salt).map_err(broken)?.to_string())
}

async fn away<T: Send + 'static>(work: impl FnOnce() -> AppResult<T> + Send + 'static) -> AppResult<T> {
    let _place = PLACES.acquire().await.map_err(AppError::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?
}

/// The text to store for `password`.
///
/// # Errors
/// Internal, when the machine refuses.
pub async fn hash(rng: &Rng, password: &str) -> AppResult<String> {
    let (password, salt) = (password.to_owned(), rng.bytes::<16>());
    away(move || hash_now(password.as_bytes(), &salt)).await
}

/// True when `password` fits `stored`; with nothing stored it takes as long and is false.
///
/// # Errors
/// Internal, when the machine refuses.
pub async fn verify(password: &str, stored: Option<String>) -> AppResult<bool> {
    if password.chars().count() > MAX {
        return Err(AppError::new(Kind::Invalid, "account.sign_in_failed"));
    }
    let password = password.to_owned();
    away(move || {
        let known = stored.is_some();
        let stored = match stored {
            Some(stored) => stored,
            None => match DUMMY.get() {
                Some(dummy) => dummy.clone(),
                None => {
                    let dummy = hash_now(b"nobody has this password", &[0; 16])?;
                    DUMMY.get_or_init(|| dummy).clone()
                }
            },
        };
        let parsed = PasswordHash::new(&stored).map_err(|error| AppError::broken(error.to_string()))?;
        let fits = hasher()?.verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(known && fits)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r20_passwords_are_argon2id_with_the_set_cost_and_unknown_accounts_never_fit() {
        let stored = hash(&Rng::seeded(1), "три тополі та явір").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("три тополі та явір", Some(stored.clone())).await.unwrap());
        assert!(!verify("три тополі та дуб", Some(stored)).await.unwrap());
        assert!(!verify("nobody has this password", None).await.unwrap());
    }

    #[test]
    fn weak_passwords_are_named_as_such() {
        let key = |p: &str| weakness("password", p, "taras@lviv.example").map(|e| e.key);
        assert_eq!(key("коротко"), Some("account-password-short"));
        assert_eq!(key("aaaaaaaaaaaa"), Some("account-password-weak"));
        assert_eq!(key("taras-taras-2026"), Some("account-password-weak"));
        assert_eq!(key("qwerty123456"), Some("account-password-weak"));
        assert_eq!(key(&"ab1c2".repeat(50)), Some("account-password-long"));
        assert_eq!(key("три тополі та явір"), None);
    }
}
