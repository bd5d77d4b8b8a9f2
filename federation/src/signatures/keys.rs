//! Keys: a pair of an RSA and an Ed25519 key per actor, parsed once, and the public keys of others
//! from PEM or multibase.
//!
//! The `rsa` crate reads the formats and bounds the numbers; aws-lc-rs does the mathematics.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{self, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rsa::{
    RsaPublicKey,
    pkcs1::{DecodeRsaPublicKey, EncodeRsaPublicKey},
    pkcs8::DecodePublicKey,
    traits::PublicKeyParts,
};

use super::{Refusal, digest::BASE64};

const MAX_TEXT: usize = 16 * 1024;
/// The DER of `SubjectPublicKeyInfo` for Ed25519 up to the 32 bytes of the key.
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Multicodec prefixes of Multikey values.
const ED25519_PUBLIC: [u8; 2] = [0xed, 0x01];
const RSA_PUBLIC: [u8; 2] = [0x85, 0x24];
/// First byte of a stored pair, so that the layout can change later.
const STORED_VERSION: u8 = 1;

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not in a format that we read.
    #[error("the key cannot be read")]
    Unreadable,
    /// RSA below 2048 or above 4096 bits.
    #[error("an RSA key must have between 2048 and 4096 bits")]
    Size,
    /// The machine could not make or use a key.
    #[error("the cryptography failed")]
    Crypto,
}

/// What a signature was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaSha256,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RsaSha512,
    /// Ed25519.
    Ed25519,
    /// The header does not say (`hs2019`, or nothing): the kind of the key decides.
    ByKey,
}

/// The two private keys of an actor.
#[derive(Clone)]
pub struct KeyPair {
    rsa_pkcs8: Vec<u8>,
    ed25519_seed: [u8; 32],
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(secret)")
    }
}

impl KeyPair {
    /// Makes a new pair: RSA-2048 (about 50 ms of CPU) and Ed25519. Not for an async thread.
    pub fn generate() -> Result<Self, KeyError> {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Crypto)?;
        let der: Pkcs8V1Der<'_> = rsa.as_der().map_err(|_| KeyError::Crypto)?;
        let mut ed25519_seed = [0; 32];
        aws_lc_rs::rand::fill(&mut ed25519_seed).map_err(|_| KeyError::Crypto)?;
        Ok(Self { rsa_pkcs8: der.as_ref().to_vec(), ed25519_seed })
    }

    /// The pair as bytes; secret, so they are stored encrypted.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![STORED_VERSION];
        out.extend_from_slice(&self.ed25519_seed);
        out.extend_from_slice(&self.rsa_pkcs8);
        out
    }

    /// Reads what [`KeyPair::to_bytes`] wrote and checks that both keys are usable.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let rest = bytes.strip_prefix(&[STORED_VERSION]).ok_or(KeyError::Unreadable)?;
        let (seed, rsa) = rest.split_at_checked(32).ok_or(KeyError::Unreadable)?;
        let ed25519_seed = seed.try_into().map_err(|_| KeyError::Unreadable)?;
        let pair = Self { rsa_pkcs8: rsa.to_vec(), ed25519_seed };
        pair.signing()?;
        Ok(pair)
    }

    /// Both keys, parsed; keep the result, it is cheap to clone.
    pub fn signing(&self) -> Result<SigningKeys, KeyError> {
        let rsa = RsaKeyPair::from_pkcs8(&self.rsa_pkcs8).map_err(|_| KeyError::Unreadable)?;
        Ok(SigningKeys {
            rsa: SigningKey(Arc::new(Private::Rsa(Box::new(rsa)))),
            ed25519: SigningKey::ed25519_from_seed(&self.ed25519_seed)?,
        })
    }
}

/// The two private keys of an actor, ready for use.
#[derive(Debug, Clone)]
pub struct SigningKeys {
    /// For draft-cavage and for RFC 9421 with strangers.
    pub rsa: SigningKey,
    /// For object proofs and for RFC 9421 between our own nodes.
    pub ed25519: SigningKey,
}

impl SigningKeys {
    /// `publicKeyPem` of the actor document.
    pub fn rsa_public_pem(&self) -> Result<String, KeyError> {
        Ok(self.rsa.public_key()?.to_pem())
    }

    /// `publicKeyMultibase` (`z6Mk…`) of the actor document.
    pub fn ed25519_multibase(&self) -> Result<String, KeyError> {
        self.ed25519.public_key()?.to_multibase().ok_or(KeyError::Crypto)
    }
}

enum Private {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// A private key, parsed once; a clone shares it.
#[derive(Clone)]
pub struct SigningKey(Arc<Private>);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_ed25519() { "SigningKey(Ed25519)" } else { "SigningKey(RSA)" })
    }
}

impl SigningKey {
    /// An RSA key from the DER of PKCS#8.
    pub fn rsa_from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let key = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Unreadable)?;
        Ok(Self(Arc::new(Private::Rsa(Box::new(key)))))
    }

    /// An Ed25519 key from its 32-byte seed.
    pub fn ed25519_from_seed(seed: &[u8]) -> Result<Self, KeyError> {
        let key = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::Unreadable)?;
        Ok(Self(Arc::new(Private::Ed25519(key))))
    }

    /// Whether this is the Ed25519 key of the two.
    #[must_use]
    pub fn is_ed25519(&self) -> bool {
        matches!(*self.0, Private::Ed25519(_))
    }

    /// Signs with RSA-SHA-256 or Ed25519, as the key is. About 240 µs or 13 µs of CPU.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &*self.0 {
            Private::Rsa(key) => {
                let mut out = vec![0; key.public_modulus_len()];
                key.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut out).map_err(|_| KeyError::Crypto)?;
                Ok(out)
            }
            Private::Ed25519(key) => Ok(key.sign(message).as_ref().to_vec()),
        }
    }

    /// The public half.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        match &*self.0 {
            Private::Rsa(key) => PublicKey::rsa_from_der(key.public_key().as_ref()),
            Private::Ed25519(key) => PublicKey::ed25519(key.public_key().as_ref()),
        }
    }
}

enum Public {
    Rsa { sha256: ParsedPublicKey, sha512: ParsedPublicKey, spki: Vec<u8> },
    Ed25519 { key: ParsedPublicKey, bytes: [u8; 32] },
}

/// Somebody's public key, parsed once; a clone shares it.
#[derive(Clone)]
pub struct PublicKey(Arc<Public>);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_pem())
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki() == other.spki()
    }
}

impl Eq for PublicKey {}

impl PublicKey {
    /// Reads a PEM: `SubjectPublicKeyInfo` of RSA or Ed25519, or the older PKCS#1 form of RSA.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, der) = decode_pem(pem).ok_or(KeyError::Unreadable)?;
        if !matches!(label, "PUBLIC KEY" | "RSA PUBLIC KEY") {
            return Err(KeyError::Unreadable);
        }
        match der.strip_prefix(&ED25519_SPKI) {
            Some(bytes) => Self::ed25519(bytes),
            None => Self::rsa_from_der(&der),
        }
    }

    /// Reads a Multikey value: `z6Mk…` for Ed25519, or an RSA key in the same clothes.
    pub fn from_multibase(text: &str) -> Result<Self, KeyError> {
        if text.len() > 2048 {
            return Err(KeyError::Unreadable);
        }
        let (_, bytes) = multibase::decode(text).map_err(|_| KeyError::Unreadable)?;
        if let Some(key) = bytes.strip_prefix(&ED25519_PUBLIC) {
            Self::ed25519(key)
        } else if let Some(der) = bytes.strip_prefix(&RSA_PUBLIC) {
            Self::rsa_from_der(der)
        } else {
            Err(KeyError::Unreadable)
        }
    }

    fn ed25519(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| KeyError::Unreadable)?;
        let key = ParsedPublicKey::new(&signature::ED25519, bytes).map_err(|_| KeyError::Unreadable)?;
        Ok(Self(Arc::new(Public::Ed25519 { key, bytes })))
    }

    fn rsa_from_der(der: &[u8]) -> Result<Self, KeyError> {
        let key = RsaPublicKey::from_public_key_der(der)
            .or_else(|_| RsaPublicKey::from_pkcs1_der(der).map_err(rsa::pkcs8::spki::Error::from))
            .map_err(|_| KeyError::Unreadable)?;
        if !(256..=512).contains(&key.size()) {
            return Err(KeyError::Size);
        }
        let pkcs1 = key.to_pkcs1_der().map_err(|_| KeyError::Unreadable)?;
        let parse = |algorithm| ParsedPublicKey::new(algorithm, pkcs1.as_bytes()).map_err(|_| KeyError::Unreadable);
        let sha256 = parse(&RSA_PKCS1_2048_8192_SHA256)?;
        let spki: PublicKeyX509Der<'_> = sha256.as_der().map_err(|_| KeyError::Crypto)?;
        let spki = spki.as_ref().to_vec();
        Ok(Self(Arc::new(Public::Rsa { sha256, sha512: parse(&RSA_PKCS1_2048_8192_SHA512)?, spki })))
    }

    /// The DER of `SubjectPublicKeyInfo`; two keys are the same when these bytes are.
    #[must_use]
    pub fn spki(&self) -> Vec<u8> {
        match &*self.0 {
            Public::Rsa { spki, .. } => spki.clone(),
            Public::Ed25519 { bytes, .. } => [&ED25519_SPKI[..], bytes].concat(),
        }
    }

    /// `SubjectPublicKeyInfo` as PEM with LF line ends.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let encoded = STANDARD.encode(self.spki());
        let mut out = String::from("-----BEGIN PUBLIC KEY-----\n");
        for (i, c) in encoded.chars().enumerate() {
            if i > 0 && i % 64 == 0 {
                out.push('\n');
            }
            out.push(c);
        }
        out.push_str("\n-----END PUBLIC KEY-----\n");
        out
    }

    /// `z6Mk…`; `None` for RSA.
    #[must_use]
    pub fn to_multibase(&self) -> Option<String> {
        match &*self.0 {
            Public::Rsa { .. } => None,
            Public::Ed25519 { bytes, .. } => Some(multibase::encode(multibase::Base::Base58Btc, [&ED25519_PUBLIC[..], bytes].concat())),
        }
    }

    /// Whether this is an Ed25519 key.
    #[must_use]
    pub fn is_ed25519(&self) -> bool {
        matches!(*self.0, Public::Ed25519 { .. })
    }

    /// Checks `signature` over `message`; about 14 µs (RSA) or 26 µs (Ed25519) of CPU.
    ///
    /// `hs2019` with an RSA key means SHA-256 in the fediverse and SHA-512 in the draft: both are
    /// tried.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        let good = match (&*self.0, algorithm) {
            (Public::Rsa { sha256, .. }, Algorithm::RsaSha256) => sha256.verify_sig(message, signature).is_ok(),
            (Public::Rsa { sha512, .. }, Algorithm::RsaSha512) => sha512.verify_sig(message, signature).is_ok(),
            (Public::Rsa { sha256, sha512, .. }, Algorithm::ByKey) => {
                sha256.verify_sig(message, signature).is_ok() || sha512.verify_sig(message, signature).is_ok()
            }
            (Public::Ed25519 { key, .. }, Algorithm::Ed25519 | Algorithm::ByKey) => key.verify_sig(message, signature).is_ok(),
            _ => return Err(Refusal::KeyMismatch),
        };
        if good { Ok(()) } else { Err(Refusal::BadSignature) }
    }
}

/// The label and the bytes of the first PEM block; tolerant of line lengths and line ends.
fn decode_pem(pem: &str) -> Option<(&str, Vec<u8>)> {
    if pem.len() > MAX_TEXT {
        return None;
    }
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    let encoded: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Some((label, BASE64.decode(encoded).ok()?))
}

/// Key pairs that never change, so that tests need not make any. Not secret: they stand in the
/// repository.
#[cfg(any(test, feature = "testkit"))]
pub mod testing {
    use super::{KeyError, KeyPair, SigningKey, SigningKeys, decode_pem};

    const RSA: [&str; 4] = [
        include_str!("../../fixtures/keys/test-0.pem"),
        include_str!("../../fixtures/keys/test-1.pem"),
        include_str!("../../fixtures/keys/test-2.pem"),
        include_str!("../../fixtures/keys/test-3.pem"),
    ];

    /// One of four fixed pairs; `n` wraps around.
    pub fn key_pair(n: usize) -> Result<KeyPair, KeyError> {
        let pem = RSA.get(n % RSA.len()).ok_or(KeyError::Unreadable)?;
        let (_, rsa_pkcs8) = decode_pem(pem).ok_or(KeyError::Unreadable)?;
        let seed = u8::try_from(n % RSA.len()).map_err(|_| KeyError::Unreadable)?;
        Ok(KeyPair { rsa_pkcs8, ed25519_seed: [seed + 1; 32] })
    }

    /// The same pair, parsed.
    pub fn signing_keys(n: usize) -> Result<SigningKeys, KeyError> {
        key_pair(n)?.signing()
    }

    /// An Ed25519 key as the published test vectors write it (`z3u2…`).
    pub fn ed25519_from_multibase(secret: &str) -> Result<SigningKey, KeyError> {
        let (_, bytes) = multibase::decode(secret).map_err(|_| KeyError::Unreadable)?;
        let seed = bytes.strip_prefix(&[0x80, 0x26]).ok_or(KeyError::Unreadable)?;
        SigningKey::ed25519_from_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsa::Pkcs1v15Sign;

    #[test]
    fn a_generated_pair_survives_storage() {
        let pair = KeyPair::generate().unwrap();
        let again = KeyPair::from_bytes(&pair.to_bytes()).unwrap();
        let (a, b) = (pair.signing().unwrap(), again.signing().unwrap());
        assert_eq!(a.rsa.public_key().unwrap(), b.rsa.public_key().unwrap());
        assert_eq!(a.ed25519_multibase().unwrap(), b.ed25519_multibase().unwrap());
        assert!(a.ed25519_multibase().unwrap().starts_with("z6Mk"));
        assert_eq!(format!("{pair:?}"), "KeyPair(secret)");
    }

    #[test]
    fn damaged_storage_is_an_error() {
        let bytes = testing::key_pair(0).unwrap().to_bytes();
        for bad in [&[][..], &bytes[..20], &bytes[..60], &bytes[1..]] {
            assert!(KeyPair::from_bytes(bad).is_err());
        }
    }

    #[test]
    fn our_rsa_signature_is_accepted_by_another_implementation() {
        let keys = testing::signing_keys(0).unwrap();
        let signature = keys.rsa.sign(b"hello").unwrap();
        let theirs = RsaPublicKey::from_public_key_pem(&keys.rsa_public_pem().unwrap()).unwrap();
        // The DER of a SHA-256 DigestInfo up to the hash.
        let prefix = [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
        let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: Box::new(prefix) };
        let hash = crate::signatures::digest::sha256(b"hello");
        theirs.verify(scheme, &hash, &signature).unwrap();
    }

    #[test]
    fn both_pem_forms_and_odd_line_lengths_are_read() {
        let keys = testing::signing_keys(1).unwrap();
        let key = keys.rsa.public_key().unwrap();
        let pkcs1 = RsaPublicKey::from_public_key_pem(&key.to_pem()).unwrap().to_pkcs1_pem(rsa::pkcs1::LineEnding::CRLF).unwrap();
        assert_eq!(PublicKey::from_pem(&pkcs1).unwrap(), key);
        let body = STANDARD.encode(key.spki());
        let one_line = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----");
        assert_eq!(PublicKey::from_pem(&one_line).unwrap(), key);
        let ed = keys.ed25519.public_key().unwrap();
        assert_eq!(PublicKey::from_pem(&ed.to_pem()).unwrap(), ed);
        assert_eq!(PublicKey::from_multibase(&ed.to_multibase().unwrap()).unwrap(), ed);
    }

    #[test]
    fn s08_short_rsa_keys_are_refused() {
        let short = "-----BEGIN PUBLIC KEY-----\nMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3\n6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6\nZ4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw\noYi+1hqp1fIekaxsyQIDAQAB\n-----END PUBLIC KEY-----";
        assert_eq!(PublicKey::from_pem(short).unwrap_err(), KeyError::Size);
    }

    #[test]
    fn a_key_of_the_other_kind_is_a_mismatch() {
        let keys = testing::signing_keys(0).unwrap();
        let ed = keys.ed25519.public_key().unwrap();
        let rsa = keys.rsa.public_key().unwrap();
        let signature = keys.ed25519.sign(b"x").unwrap();
        ed.verify(Algorithm::Ed25519, b"x", &signature).unwrap();
        ed.verify(Algorithm::ByKey, b"x", &signature).unwrap();
        assert_eq!(ed.verify(Algorithm::RsaSha256, b"x", &signature), Err(Refusal::KeyMismatch));
        assert_eq!(rsa.verify(Algorithm::Ed25519, b"x", &signature), Err(Refusal::KeyMismatch));
        assert_eq!(rsa.verify(Algorithm::ByKey, b"x", &signature), Err(Refusal::BadSignature));
    }

    proptest::proptest! {
        #[test]
        fn s34_no_text_makes_the_key_readers_panic(text in ".{0,200}") {
            let _ = PublicKey::from_multibase(&text);
            let _ = PublicKey::from_multibase(&format!("z{text}"));
            let _ = PublicKey::from_pem(&text);
            let _ = PublicKey::from_pem(&format!("-----BEGIN PUBLIC KEY-----{text}-----END PUBLIC KEY-----"));
        }
    }
}
