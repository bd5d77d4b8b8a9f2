//! HTTP signatures (draft-cavage and RFC 9421), body digests and FEP-8b32 object proofs, with one
//! vocabulary of refusals.

#[cfg(test)]
mod captures;
pub mod cavage;
pub mod digest;
pub mod keys;
pub mod proof;
pub mod rfc9421;
pub mod sf;
pub mod sign;
pub mod verify;

pub use keys::{Algorithm, KeyPair, PublicKey, SigningKey, SigningKeys};
pub use sign::{ActorSigner, Outgoing, RequestSigner, SignError};
pub use verify::{Claim, Incoming, prepare};

use http::StatusCode;

/// The oldest `Date` or `created` that is taken, relative to now.
pub const CLOCK_PAST_MS: i64 = 12 * 60 * 60 * 1000;
/// How far a peer's clock may run ahead of ours.
pub const CLOCK_FUTURE_MS: i64 = 60 * 60 * 1000;
/// An explicit `expires` may have passed by this much, for clocks that are a little off.
pub const EXPIRES_LEEWAY_MS: i64 = 5 * 60 * 1000;

/// Which signature scheme a request used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// draft-cavage-http-signatures, what most of the fediverse speaks.
    Cavage,
    /// HTTP Message Signatures.
    Rfc9421,
}

impl Scheme {
    /// A stable name for logs and for what is remembered about a peer.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cavage => "cavage",
            Self::Rfc9421 => "rfc9421",
        }
    }
}

/// Why a request is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no signature.
    #[error("the request is not signed")]
    Missing,
    /// A header that matters cannot be read.
    #[error("{0} cannot be read")]
    Malformed(&'static str),
    /// Something is there twice, so that two readers could read two things.
    #[error("{0} is ambiguous")]
    Ambiguous(String),
    /// The signature names a header that the request does not have.
    #[error("the signed header {0} is missing")]
    HeaderMissing(String),
    /// A part that must be signed is not.
    #[error("{0} is not covered by the signature")]
    NotCovered(&'static str),
    /// The request was signed for another host.
    #[error("the request is for another host")]
    HostMismatch,
    /// The `Date` is not a date.
    #[error("the date cannot be read")]
    DateUnreadable,
    /// The signature is from too long ago or from the future; a pull heals what was refused.
    #[error("the signature is {skew_ms} ms away from our clock")]
    Clock {
        /// Positive: the peer is ahead of us; negative: behind.
        skew_ms: i64,
    },
    /// The signature says itself that it is over.
    #[error("the signature has expired")]
    Expired,
    /// A request with a body has no digest.
    #[error("the digest is missing")]
    DigestMissing,
    /// The digest header cannot be read.
    #[error("the digest cannot be read")]
    DigestUnreadable,
    /// None of the digest's algorithms is known.
    #[error("no known digest algorithm")]
    DigestUnknown,
    /// The body is not the one that was signed.
    #[error("the body does not match its digest")]
    DigestMismatch,
    /// The signature algorithm is unknown or forbidden.
    #[error("signature algorithm {0} is not accepted")]
    Algorithm(String),
    /// The key id is not an address that a key can be fetched from.
    #[error("the key id is not an address")]
    KeyId,
    /// The key is of another kind than the algorithm says.
    #[error("the key does not fit the algorithm")]
    KeyMismatch,
    /// The signature is not of this key over this request.
    #[error("the signature does not verify")]
    BadSignature,
    /// The body is larger than what is read.
    #[error("the body is too large")]
    TooLarge,
}

impl Refusal {
    /// What the peer is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_)
            | Self::Ambiguous(_)
            | Self::DateUnreadable
            | Self::DigestMissing
            | Self::DigestUnreadable
            | Self::DigestUnknown
            | Self::KeyId => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    /// A stable name for logs and metrics; holds nothing that the peer wrote.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "signature_missing",
            Self::Malformed(_) => "signature_malformed",
            Self::Ambiguous(_) => "signature_ambiguous",
            Self::HeaderMissing(_) => "signed_header_missing",
            Self::NotCovered(_) => "signature_not_covering",
            Self::HostMismatch => "host_mismatch",
            Self::DateUnreadable => "date_unreadable",
            Self::Clock { .. } => "clock",
            Self::Expired => "signature_expired",
            Self::DigestMissing => "digest_missing",
            Self::DigestUnreadable => "digest_unreadable",
            Self::DigestUnknown => "digest_unknown",
            Self::DigestMismatch => "digest_mismatch",
            Self::Algorithm(_) => "algorithm",
            Self::KeyId => "key_id",
            Self::KeyMismatch => "key_mismatch",
            Self::BadSignature => "signature_bad",
            Self::TooLarge => "too_large",
        }
    }

    /// Whether the same content may still be taken by a pull: the sender is likely honest and
    /// only late or badly set.
    #[must_use]
    pub fn is_recoverable(&self) -> bool {
        matches!(self, Self::Clock { .. } | Self::Expired)
    }
}

/// Refuses a moment that lies outside the clock window.
pub(crate) fn check_clock(signed_ms: i64, now_ms: i64) -> Result<(), Refusal> {
    let skew_ms = signed_ms.saturating_sub(now_ms);
    if (-CLOCK_PAST_MS..=CLOCK_FUTURE_MS).contains(&skew_ms) { Ok(()) } else { Err(Refusal::Clock { skew_ms }) }
}

/// Refuses a signature whose `expires` has passed.
pub(crate) fn check_expires(expires_ms: i64, now_ms: i64) -> Result<(), Refusal> {
    if now_ms.saturating_sub(expires_ms) > EXPIRES_LEEWAY_MS { Err(Refusal::Expired) } else { Ok(()) }
}
