//! Body digests: the old `Digest` header and `Content-Digest` of RFC 9530, over the raw bytes.

use aws_lc_rs::digest;
use base64::{
    Engine as _, alphabet,
    engine::{
        DecodePaddingMode, general_purpose,
        general_purpose::{GeneralPurpose, GeneralPurposeConfig},
    },
};

use super::{Refusal, sf};

/// Standard base64 that does not mind a missing padding.
pub(crate) const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// SHA-256 of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// The value of a `Digest` header for `body`.
#[must_use]
pub fn digest_header(body: &[u8]) -> String {
    format!("SHA-256={}", general_purpose::STANDARD.encode(sha256(body)))
}

/// The value of a `Content-Digest` header for `body`.
#[must_use]
pub fn content_digest_header(body: &[u8]) -> String {
    format!("sha-256=:{}:", general_purpose::STANDARD.encode(sha256(body)))
}

/// Checks a `Digest` header. Each algorithm is compared by itself, unknown ones are passed over,
/// and at least one must be known.
pub fn check_digest(value: &str, body: &[u8]) -> Result<(), Refusal> {
    let mut known = 0;
    for part in value.split(',') {
        let (name, encoded) = part.trim().split_once('=').ok_or(Refusal::DigestUnreadable)?;
        let wanted = || BASE64.decode(encoded.trim()).map_err(|_| Refusal::DigestUnreadable);
        known += usize::from(compare(name, wanted, body)?);
    }
    if known == 0 { Err(Refusal::DigestUnknown) } else { Ok(()) }
}

/// Checks a `Content-Digest` header by the same rules.
pub fn check_content_digest(value: &str, body: &[u8]) -> Result<(), Refusal> {
    let members = sf::dictionary(value).ok_or(Refusal::DigestUnreadable)?;
    let mut known = 0;
    for (name, member) in members {
        let wanted = || match member {
            sf::Member::Item(sf::Item { value: sf::Bare::Bytes(bytes), .. }) => Ok(bytes),
            _ => Err(Refusal::DigestUnreadable),
        };
        known += usize::from(compare(&name, wanted, body)?);
    }
    if known == 0 { Err(Refusal::DigestUnknown) } else { Ok(()) }
}

/// `Ok(true)`: a known algorithm that matches; `Ok(false)`: an unknown one.
fn compare(name: &str, wanted: impl FnOnce() -> Result<Vec<u8>, Refusal>, body: &[u8]) -> Result<bool, Refusal> {
    let algorithm = if name.eq_ignore_ascii_case("sha-256") {
        &digest::SHA256
    } else if name.eq_ignore_ascii_case("sha-512") {
        &digest::SHA512
    } else {
        return Ok(false);
    };
    if wanted()? == digest::digest(algorithm, body).as_ref() { Ok(true) } else { Err(Refusal::DigestMismatch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha512(body: &[u8]) -> String {
        general_purpose::STANDARD.encode(digest::digest(&digest::SHA512, body).as_ref())
    }

    #[test]
    fn what_we_write_we_accept() {
        let body = "Привіт".as_bytes();
        check_digest(&digest_header(body), body).unwrap();
        check_content_digest(&content_digest_header(body), body).unwrap();
        assert_eq!(check_digest(&digest_header(body), b"x"), Err(Refusal::DigestMismatch));
        assert_eq!(check_content_digest(&content_digest_header(body), b"x"), Err(Refusal::DigestMismatch));
    }

    #[test]
    fn s08_each_algorithm_of_a_digest_is_compared_by_itself() {
        let body = b"{}";
        let both = format!("{},SHA-512={}", digest_header(body), sha512(body));
        check_digest(&both, body).unwrap();
        let one_wrong = format!("{},SHA-512={}", digest_header(body), sha512(b"other"));
        assert_eq!(check_digest(&one_wrong, body), Err(Refusal::DigestMismatch));
        let content = format!("sha-512=:{}:, {}", sha512(body), content_digest_header(body));
        check_content_digest(&content, body).unwrap();
        let content = format!("sha-512=:{}:, {}", sha512(b"x"), content_digest_header(body));
        assert_eq!(check_content_digest(&content, body), Err(Refusal::DigestMismatch));
    }

    #[test]
    fn s08_unknown_digest_algorithms_are_passed_over_but_one_must_be_known() {
        let body = b"{}";
        check_digest(&format!("unixsum=1,{}", digest_header(body)), body).unwrap();
        assert_eq!(check_digest("MD5=abcd", body), Err(Refusal::DigestUnknown));
        assert_eq!(check_content_digest("md5=:YWJj:", body), Err(Refusal::DigestUnknown));
        assert_eq!(check_content_digest("", body), Err(Refusal::DigestUnknown));
    }

    #[test]
    fn unreadable_digests_are_refused() {
        for value in ["", "SHA-256", "SHA-256=!!!"] {
            assert_eq!(check_digest(value, b""), Err(Refusal::DigestUnreadable), "{value}");
        }
        for value in ["sha-256=abc", "sha-256=:a b:", "sha-256=\"YWJj\"", "sha-256"] {
            assert_eq!(check_content_digest(value, b""), Err(Refusal::DigestUnreadable), "{value}");
        }
    }
}
