//! Object integrity proofs (FEP-8b32), suite `eddsa-jcs-2022`: an object that proves its author by
//! itself, however it came.

use serde_json::{Map, Value};
use url::Url;

use super::{Algorithm, CLOCK_FUTURE_MS, PublicKey, SigningKey, digest::sha256, keys::KeyError};
use crate::wire::ids;

const TYPE: &str = "DataIntegrityProof";
const SUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofRefusal {
    /// There is no proof of a kind that we know.
    #[error("there is no proof of a known kind")]
    Missing,
    /// The proof cannot be read.
    #[error("the proof is malformed")]
    Malformed,
    /// It was made for another purpose.
    #[error("the proof has another purpose")]
    Purpose,
    /// Its context is not the beginning of the document's.
    #[error("the context of the proof is not that of the document")]
    Context,
    /// The document does not say whose it is, or says it twice.
    #[error("the document has no single owner")]
    Owner,
    /// The key belongs to somebody else.
    #[error("the key is not the owner's")]
    KeyOwner,
    /// It was made in the future.
    #[error("the proof is from the future")]
    Future,
    /// Its `expires` has passed.
    #[error("the proof has expired")]
    Expired,
    /// The document could be read in two ways (JSON-LD keywords that restructure it).
    #[error("the document restructures itself")]
    Confusing,
    /// The signature is not of this key over this document.
    #[error("the proof does not verify")]
    BadSignature,
}

impl ProofRefusal {
    /// A stable name for logs and metrics.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "proof_missing",
            Self::Malformed => "proof_malformed",
            Self::Purpose => "proof_purpose",
            Self::Context => "proof_context",
            Self::Owner => "proof_owner",
            Self::KeyOwner => "proof_key_owner",
            Self::Future => "proof_future",
            Self::Expired => "proof_expired",
            Self::Confusing => "proof_confusing",
            Self::BadSignature => "proof_bad",
        }
    }
}

/// Puts a proof into `document`, in place of any that is there.
///
/// `verification_method` is the address of the Ed25519 key, `created` an RFC 3339 time.
pub fn attach(document: &mut Map<String, Value>, key: &SigningKey, verification_method: &str, created: &str) -> Result<(), KeyError> {
    document.shift_remove("proof");
    let mut proof = Map::new();
    if let Some(context) = document.get("@context") {
        proof.insert("@context".to_owned(), context.clone());
    }
    for (name, value) in [
        ("type", TYPE),
        ("cryptosuite", SUITE),
        ("verificationMethod", verification_method),
        ("proofPurpose", PURPOSE),
        ("created", created),
    ] {
        proof.insert(name.to_owned(), Value::String(value.to_owned()));
    }
    let mut signed = document.clone();
    signed.shift_remove("signature");
    let hash = hash(&proof, &signed).ok_or(KeyError::Crypto)?;
    let signature = key.sign(&hash)?;
    let value = multibase::encode(multibase::Base::Base58Btc, signature);
    proof.insert("proofValue".to_owned(), Value::String(value));
    document.insert("proof".to_owned(), Value::Object(proof));
    Ok(())
}

/// What a proof says of itself; worth nothing until [`ProofClaim::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofClaim {
    /// Where the key is said to be.
    pub verification_method: Url,
    /// Whose document it is: `actor`, else `attributedTo`, else the actor document itself.
    pub owner: Url,
    hash: Vec<u8>,
    signature: Vec<u8>,
}

impl ProofClaim {
    /// Checks the proof with the key that `verification_method` turned out to be; `key_owner` is
    /// the `controller` (or `owner`) that the key's own document names.
    pub fn verify(&self, key: &PublicKey, key_owner: &Url) -> Result<(), ProofRefusal> {
        if *key_owner != self.owner {
            return Err(ProofRefusal::KeyOwner);
        }
        key.verify(Algorithm::Ed25519, &self.hash, &self.signature).map_err(|_| ProofRefusal::BadSignature)
    }
}

/// The checks that need no key. `document` was read by [`crate::wire::parse`].
pub fn prepare(document: &Value, now_ms: i64) -> Result<ProofClaim, ProofRefusal> {
    let document = document.as_object().ok_or(ProofRefusal::Missing)?;
    let proof = only_known(document.get("proof").ok_or(ProofRefusal::Missing)?)?;
    let text = |name: &str| proof.get(name).and_then(Value::as_str).ok_or(ProofRefusal::Malformed);
    if text("proofPurpose")? != PURPOSE {
        return Err(ProofRefusal::Purpose);
    }
    let verification_method = super::verify::key_id(text("verificationMethod")?).map_err(|_| ProofRefusal::Malformed)?;
    if crate::wire::restructures(document) {
        return Err(ProofRefusal::Confusing);
    }
    let owner = owner_of(document).ok_or(ProofRefusal::Owner)?;
    if !ids::same_host(&verification_method, &owner) {
        return Err(ProofRefusal::KeyOwner);
    }
    if proof.contains_key("created") && time(text("created")?)? - now_ms > CLOCK_FUTURE_MS {
        return Err(ProofRefusal::Future);
    }
    if proof.contains_key("expires") && time(text("expires")?)? < now_ms {
        return Err(ProofRefusal::Expired);
    }

    let mut unsecured = document.clone();
    unsecured.shift_remove("proof");
    unsecured.shift_remove("signature");
    if let Some(context) = proof.get("@context") {
        let whole = ids::one_or_many(document.get("@context").unwrap_or(&Value::Null));
        if !whole.starts_with(ids::one_or_many(context)) {
            return Err(ProofRefusal::Context);
        }
        unsecured.insert("@context".to_owned(), context.clone());
    }
    let value = text("proofValue")?;
    if value.len() > 200 {
        return Err(ProofRefusal::Malformed);
    }
    let (_, signature) = multibase::decode(value).map_err(|_| ProofRefusal::Malformed)?;
    let mut config = proof.clone();
    config.shift_remove("proofValue");
    let hash = hash(&config, &unsecured).ok_or(ProofRefusal::Malformed)?;
    Ok(ProofClaim { verification_method, owner, hash, signature })
}

/// Whether `document` embeds an object of another owner; that object needs a proof of its own.
#[must_use]
pub fn embeds_foreign_object(document: &Value) -> bool {
    let Some(outer) = document.as_object().and_then(owner_of) else { return true };
    let Some(object) = document.get("object") else { return false };
    ids::one_or_many(object).iter().filter_map(Value::as_object).any(|o| o.len() > 1 && owner_of(o).is_none_or(|inner| inner != outer))
}

/// Hash of the proof options, then hash of the document, both canonical.
fn hash(config: &Map<String, Value>, document: &Map<String, Value>) -> Option<Vec<u8>> {
    let config = serde_json_canonicalizer::to_vec(config).ok()?;
    let document = serde_json_canonicalizer::to_vec(document).ok()?;
    Some([sha256(&config), sha256(&document)].concat())
}

/// The one proof of our suite, out of one or several.
fn only_known(proof: &Value) -> Result<&Map<String, Value>, ProofRefusal> {
    let is = |p: &Map<String, Value>, name: &str, wanted: &str| p.get(name).and_then(Value::as_str) == Some(wanted);
    let mut known =
        ids::one_or_many(proof).iter().filter_map(Value::as_object).filter(|p| is(p, "type", TYPE) && is(p, "cryptosuite", SUITE));
    match (known.next(), known.next()) {
        (Some(proof), None) => Ok(proof),
        (None, _) => Err(ProofRefusal::Missing),
        (Some(_), Some(_)) => Err(ProofRefusal::Malformed),
    }
}

fn owner_of(document: &Map<String, Value>) -> Option<Url> {
    let named = document.get("actor").or_else(|| document.get("attributedTo"));
    match named {
        Some(value) => ids::id_of(value),
        // An actor document has an inbox and speaks for itself.
        None if document.contains_key("inbox") => ids::id_of(document.get("id")?),
        None => None,
    }
}

fn time(text: &str) -> Result<i64, ProofRefusal> {
    text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond).map_err(|_| ProofRefusal::Malformed)
}

#[cfg(test)]
mod tests;
