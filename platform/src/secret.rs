//! Secrets at rest: sealing under a key that lives outside the data, and keyed hashes for look-ups.

use std::{io::Write, path::Path, sync::Arc};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac,
};

use crate::ids::Rng;

/// A key file that cannot be used, or sealed bytes that do not open.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key file cannot be read or written.
    #[error("cannot use the key file {path}")]
    File {
        /// Its path.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The key file does not hold 64 hex characters.
    #[error("the key file {0} does not hold a key (64 hex characters)")]
    Malformed(String),
    /// Wrong key, wrong purpose or damaged bytes.
    #[error("sealed data does not open with this key")]
    Sealed,
}

/// Keys derived from one master key, one per purpose.
#[derive(Clone)]
pub struct Keyring {
    master: Arc<hkdf::Prk>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(…)")
    }
}

struct Len32;

impl hkdf::KeyType for Len32 {
    fn len(&self) -> usize {
        32
    }
}

impl Keyring {
    /// Keys from 32 secret bytes.
    #[must_use]
    pub fn new(master: &[u8; 32]) -> Self {
        Self { master: Arc::new(hkdf::Salt::new(hkdf::HKDF_SHA256, b"ratusha").extract(master)) }
    }

    /// Reads the key file, or makes one that only its owner can read.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be read, written or understood.
    pub fn open(path: &Path, rng: &Rng) -> Result<Self, SecretError> {
        let name = path.display().to_string();
        let file = |source| SecretError::File { path: name.clone(), source };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent).map_err(file)?;
                }
                let text = rng.token();
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut out = options.open(path).map_err(file)?;
                out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).map_err(file)?;
                text
            }
            Err(error) => return Err(file(error)),
        };
        let bytes = hex::decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(|bytes| Self::new(&bytes)).ok_or(SecretError::Malformed(name))
    }

    fn derive(&self, purpose: &str) -> Result<[u8; 32], SecretError> {
        let mut out = [0u8; 32];
        self.master.expand(&[purpose.as_bytes()], Len32).and_then(|okm| okm.fill(&mut out)).map_err(|_| SecretError::Sealed)?;
        Ok(out)
    }

    /// Encrypts `plain` for `purpose`; opens only under the same purpose.
    ///
    /// # Errors
    /// [`SecretError::Sealed`] when the cipher refuses (does not happen for sane lengths).
    pub fn seal(&self, rng: &Rng, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SecretError> {
        let key = UnboundKey::new(&AES_256_GCM, &self.derive(purpose)?).map_err(|_| SecretError::Sealed)?;
        let nonce = rng.bytes::<NONCE_LEN>();
        let mut body = plain.to_vec();
        LessSafeKey::new(key)
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut body)
            .map_err(|_| SecretError::Sealed)?;
        let mut out = nonce.to_vec();
        out.append(&mut body);
        Ok(out)
    }

    /// Decrypts what [`Keyring::seal`] made.
    ///
    /// # Errors
    /// [`SecretError::Sealed`] for a wrong key, purpose or damaged bytes.
    pub fn open_sealed(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SecretError> {
        let key = UnboundKey::new(&AES_256_GCM, &self.derive(purpose)?).map_err(|_| SecretError::Sealed)?;
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(SecretError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SecretError::Sealed)?;
        let mut body = body.to_vec();
        let plain =
            LessSafeKey::new(key).open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body).map_err(|_| SecretError::Sealed)?;
        Ok(plain.to_vec())
    }

    /// A keyed hash of `text` in hex: the same for equal text, useless without the key.
    ///
    /// # Errors
    /// [`SecretError::Sealed`] when no key can be derived (does not happen).
    pub fn hash(&self, purpose: &str, text: &str) -> Result<String, SecretError> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derive(purpose)?);
        Ok(hex::encode(hmac::sign(&key, text.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r29_sealed_bytes_open_only_with_their_key_and_purpose() {
        let (rng, ring) = (Rng::System, Keyring::new(&[7; 32]));
        let sealed = ring.seal(&rng, "email", "olena@example.com".as_bytes()).unwrap();
        assert_eq!(ring.open_sealed("email", &sealed).unwrap(), b"olena@example.com");
        assert!(ring.open_sealed("actor-key", &sealed).is_err());
        assert!(Keyring::new(&[8; 32]).open_sealed("email", &sealed).is_err());
        assert!(ring.open_sealed("email", &sealed[..5]).is_err());
        assert_eq!(ring.hash("email", "a").unwrap(), ring.hash("email", "a").unwrap());
        assert_ne!(ring.hash("email", "a").unwrap(), ring.hash("token", "a").unwrap());
    }
}
