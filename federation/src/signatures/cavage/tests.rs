use super::*;
use crate::signatures::{CLOCK_FUTURE_MS, CLOCK_PAST_MS, digest, keys::testing, verify::prepare};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

const NOW: i64 = 1_795_430_000_000;
const KEY: &str = "https://peer.example/ap/actor#main-key";
const BODY: &[u8] = br#"{"type":"Follow"}"#;

/// A delivery that can be bent in every way before it is signed.
struct Delivery {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    covered: Vec<String>,
    algorithm: String,
    extra: String,
    body: Vec<u8>,
    host: String,
    ed25519: bool,
}

fn delivery() -> Delivery {
    let date = write_date(NOW).unwrap();
    Delivery {
        method: Method::POST,
        path: "/ap/inbox".into(),
        headers: vec![
            ("host".into(), "lviv.example".into()),
            ("date".into(), date),
            ("digest".into(), digest::digest_header(BODY)),
            ("content-type".into(), "application/activity+json".into()),
        ],
        covered: ["(request-target)", "host", "date", "digest"].map(String::from).to_vec(),
        algorithm: "rsa-sha256".into(),
        extra: String::new(),
        body: BODY.to_vec(),
        host: "lviv.example".into(),
        ed25519: false,
    }
}

impl Delivery {
    fn cover(mut self, names: &[&str]) -> Self {
        self.covered = names.iter().map(|n| (*n).to_owned()).collect();
        self
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn date(self, ms: i64) -> Self {
        let date = write_date(ms).unwrap();
        self.set("date", &date)
    }

    /// Signs without the library and without our reader: an oracle of the draft's own words.
    fn signature(&self) -> String {
        let value = |name: &str| match name {
            "(request-target)" => {
                format!("{} {}", self.method.as_str().to_lowercase(), self.path)
            }
            "(created)" => self.extra.split_once("created=").unwrap().1[..10].to_owned(),
            "(expires)" => self.extra.split_once("expires=").unwrap().1[..10].to_owned(),
            _ => self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default(),
        };
        let base: Vec<String> = self.covered.iter().map(|n| format!("{n}: {}", value(n))).collect();
        let keys = testing::signing_keys(0).unwrap();
        let key = if self.ed25519 { keys.ed25519 } else { keys.rsa };
        let signature = STANDARD.encode(key.sign(base.join("\n").as_bytes()).unwrap());
        let covered = self.covered.join(" ");
        format!(r#"keyId="{KEY}",algorithm="{}"{},headers="{covered}",signature="{signature}""#, self.algorithm, self.extra)
    }

    fn headers(&self, signature: &[&str]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        for value in signature {
            map.append("signature", HeaderValue::from_str(value).unwrap());
        }
        map
    }

    fn receive(&self, headers: &HeaderMap) -> Result<Claim, Refusal> {
        let request =
            Incoming { method: &self.method, path_and_query: &self.path, headers, body: &self.body, scheme: "https", host: &self.host };
        let claim = prepare(&request, NOW)?;
        let keys = testing::signing_keys(0).unwrap();
        let key = if self.ed25519 { keys.ed25519 } else { keys.rsa };
        claim.verify(&key.public_key().unwrap())?;
        Ok(claim)
    }

    fn deliver(&self) -> Result<Claim, Refusal> {
        self.receive(&self.headers(&[&self.signature()]))
    }
}

#[test]
fn an_honest_delivery_is_believed() {
    let claim = delivery().deliver().unwrap();
    assert_eq!(claim.key_id.as_str(), KEY);
    assert_eq!(claim.signed_at_ms, NOW);
    assert_eq!(claim.scheme, Scheme::Cavage);
}

#[test]
fn every_order_of_headers_and_a_signed_content_type_are_believed() {
    for covered in [
        &["host", "date", "digest", "(request-target)"][..],
        &["(request-target)", "content-type", "date", "digest", "host"],
        &["(request-target)", "host", "date", "digest", "content-type"],
    ] {
        delivery().cover(covered).deliver().unwrap();
    }
}

#[test]
fn every_algorithm_in_use_is_believed() {
    for name in ["rsa-sha256", "hs2019", "RSA-SHA256"] {
        let mut d = delivery();
        d.algorithm = name.into();
        d.deliver().unwrap();
    }
    for name in ["hs2019", "ed25519"] {
        let mut d = delivery();
        d.algorithm = name.into();
        d.ed25519 = true;
        d.deliver().unwrap();
    }
    let mut d = delivery();
    d.algorithm = "rsa-sha512".into();
    assert_eq!(d.deliver(), Err(Refusal::BadSignature));
}

#[test]
fn s08_unknown_and_weak_algorithms_are_refused() {
    for name in ["rsa-sha1", "hmac-sha256", "none", "ecdsa-sha256", ""] {
        let mut d = delivery();
        d.algorithm = name.into();
        assert_eq!(d.deliver(), Err(Refusal::Algorithm(name.into())));
    }
}

#[test]
fn s08_signature_that_covers_only_the_digest_is_refused() {
    let refused = delivery().cover(&["digest"]).deliver();
    assert_eq!(refused, Err(Refusal::NotCovered("(request-target)")));
}

#[test]
fn s08_each_required_part_must_be_covered() {
    let all = ["(request-target)", "host", "date", "digest"];
    for missing in all {
        let covered: Vec<&str> = all.into_iter().filter(|n| *n != missing).collect();
        assert_eq!(delivery().cover(&covered).deliver(), Err(Refusal::NotCovered(missing)));
    }
    let mut d = delivery();
    d.covered.clear();
    assert!(d.deliver().is_err());
}

#[test]
fn the_newer_digest_stands_in_for_the_older() {
    let d = delivery().cover(&["(request-target)", "host", "date", "content-digest"]);
    let mut d = d.set("content-digest", &digest::content_digest_header(BODY));
    d.headers.retain(|(n, _)| n != "digest");
    d.deliver().unwrap();
    let wrong = d.set("content-digest", &digest::content_digest_header(b"x"));
    assert_eq!(wrong.deliver(), Err(Refusal::DigestMismatch));
}

#[test]
fn s08_a_get_needs_no_digest_but_everything_else() {
    let mut d = delivery().cover(&["(request-target)", "host", "date"]);
    d.method = Method::GET;
    d.body.clear();
    d.headers.retain(|(n, _)| n != "digest");
    d.deliver().unwrap();
    let d = Delivery { covered: vec!["(request-target)".into(), "date".into()], ..d };
    assert_eq!(d.deliver(), Err(Refusal::NotCovered("host")));
}

#[test]
fn s08_the_clock_window_is_twelve_hours_back_and_one_ahead() {
    delivery().date(NOW - CLOCK_PAST_MS).deliver().unwrap();
    delivery().date(NOW + CLOCK_FUTURE_MS).deliver().unwrap();
    let late = delivery().date(NOW - CLOCK_PAST_MS - 1000).deliver().unwrap_err();
    assert_eq!(late, Refusal::Clock { skew_ms: -CLOCK_PAST_MS - 1000 });
    assert!(late.is_recoverable());
    let early = delivery().date(NOW + CLOCK_FUTURE_MS + 1000).deliver().unwrap_err();
    assert_eq!(early, Refusal::Clock { skew_ms: CLOCK_FUTURE_MS + 1000 });
}

#[test]
fn s08_a_date_ten_years_ahead_is_refused() {
    let ten_years = 10 * 365 * 86_400_000;
    let refused = delivery().date(NOW + ten_years).deliver();
    assert!(matches!(refused, Err(Refusal::Clock { .. })), "{refused:?}");
}

#[test]
fn s08_an_unreadable_date_is_refused() {
    for date in ["yesterday", "", "2026-11-23", "0", "Mon, 23 Nov 2026 25:17:05 GMT"] {
        let refused = delivery().set("date", date).deliver();
        assert_eq!(refused, Err(Refusal::DateUnreadable), "{date}");
    }
}

#[test]
fn created_stands_in_for_the_date() {
    let created = |seconds: i64| {
        let mut d = delivery().cover(&["(request-target)", "(created)", "host", "digest"]);
        d.algorithm = "hs2019".into();
        d.extra = format!(",created={seconds}");
        d.deliver()
    };
    assert_eq!(created(NOW / 1000).unwrap().signed_at_ms, NOW / 1000 * 1000);
    let far = created(NOW / 1000 + 4 * 3600);
    assert!(matches!(far, Err(Refusal::Clock { .. })), "{far:?}");
}

#[test]
fn s08_an_expired_signature_is_refused_and_can_be_healed() {
    let expires = |seconds: i64| {
        let mut d = delivery().cover(&["(request-target)", "(expires)", "host", "date", "digest"]);
        d.extra = format!(",expires={seconds}");
        d.deliver()
    };
    expires(NOW / 1000 + 10).unwrap();
    let over = expires(NOW / 1000 - 3600).unwrap_err();
    assert_eq!(over, Refusal::Expired);
    assert!(over.is_recoverable());
}

#[test]
fn s08_a_changed_body_is_refused() {
    let mut d = delivery();
    let headers = d.headers(&[&d.signature()]);
    d.body = br#"{"type":"Delete"}"#.to_vec();
    assert_eq!(d.receive(&headers), Err(Refusal::DigestMismatch));
    // With a new digest the signature no longer fits.
    let resigned = d.signature();
    let forged = digest::digest_header(&d.body);
    d = d.set("digest", &forged);
    assert_eq!(d.receive(&d.headers(&[&resigned])), Err(Refusal::BadSignature));
}

#[test]
fn s08_a_digest_of_several_algorithms_is_believed_only_if_all_match() {
    let good = digest::digest_header(BODY);
    delivery().set("digest", &format!("{good},unknown=x")).deliver().unwrap();
    let bad = format!("{good},SHA-512={}", STANDARD.encode([0; 64]));
    assert_eq!(delivery().set("digest", &bad).deliver(), Err(Refusal::DigestMismatch));
}

#[test]
fn s08_a_delivery_without_a_digest_is_refused() {
    let mut d = delivery();
    d.headers.retain(|(n, _)| n != "digest");
    assert_eq!(d.deliver(), Err(Refusal::HeaderMissing("digest".into())));
}

#[test]
fn s32_a_delivery_signed_for_another_tenant_is_refused() {
    let mut d = delivery();
    let headers = d.headers(&[&d.signature()]);
    d.host = "kyiv.example".into();
    assert_eq!(d.receive(&headers), Err(Refusal::HostMismatch));
    // Rewriting the Host header does not help: it is signed.
    let rewritten = d.set("host", "kyiv.example");
    let signature = headers["signature"].to_str().unwrap();
    assert_eq!(rewritten.receive(&rewritten.headers(&[signature])), Err(Refusal::BadSignature));
}

#[test]
fn s08_another_path_or_method_is_refused() {
    let d = delivery();
    let headers = d.headers(&[&d.signature()]);
    let elsewhere = Delivery { path: "/ap/outbox".into(), ..delivery() };
    assert_eq!(elsewhere.receive(&headers), Err(Refusal::BadSignature));
    let otherwise = Delivery { method: Method::PUT, ..delivery() };
    assert_eq!(otherwise.receive(&headers), Err(Refusal::BadSignature));
}

#[test]
fn s08_duplicated_headers_are_ambiguous() {
    let d = delivery();
    let signature = d.signature();
    let twice = d.headers(&[&signature, &signature]);
    assert_eq!(d.receive(&twice), Err(Refusal::Ambiguous("signature".into())));
    for name in ["host", "date", "digest"] {
        let mut headers = d.headers(&[&signature]);
        let value = headers[name].clone();
        headers.append(HeaderName::from_static(name), value);
        assert_eq!(d.receive(&headers), Err(Refusal::Ambiguous(name.into())));
    }
}

#[test]
fn s08_ambiguous_parameters_are_refused() {
    let d = delivery();
    let good = d.signature();
    for (bent, wanted) in
        [(format!("{good},keyId=\"https://evil.example/k\""), "keyId"), (good.replace("headers=\"", "headers=\"digest "), "digest")]
    {
        assert_eq!(d.receive(&d.headers(&[&bent])), Err(Refusal::Ambiguous(wanted.into())));
    }
    for bent in [
        "nonsense".to_owned(),
        format!("{good},"),
        format!("{good} x"),
        good.replace("keyId", "keyid"),
        good.replace("host date", "host (unknown) date"),
        good.replacen('"', "\"\\", 1),
        format!("{good},x=\"{}\"", "a".repeat(MAX_HEADER)),
        good.replace("signature=\"", "signature=\"!"),
    ] {
        let refused = d.receive(&d.headers(&[&bent]));
        assert!(matches!(refused, Err(Refusal::Malformed(_))), "{bent}: {refused:?}");
    }
}

#[test]
fn an_unrelated_authorization_header_does_not_disturb() {
    delivery().set("authorization", "Bearer x").deliver().unwrap();
}

#[test]
fn an_unsigned_request_is_refused() {
    let d = delivery();
    assert_eq!(d.receive(&d.headers(&[])), Err(Refusal::Missing));
}

#[test]
fn s08_another_key_is_refused() {
    let d = delivery();
    let headers = d.headers(&[&d.signature()]);
    let request = Incoming { method: &d.method, path_and_query: &d.path, headers: &headers, body: &d.body, scheme: "https", host: &d.host };
    let claim = prepare(&request, NOW).unwrap();
    let other = testing::signing_keys(1).unwrap().rsa.public_key().unwrap();
    assert_eq!(claim.verify(&other), Err(Refusal::BadSignature));
}

#[test]
fn s05_a_body_above_the_cap_is_too_large() {
    let mut d = delivery();
    d.body = vec![b' '; crate::signatures::verify::MAX_BODY + 1];
    let refused = d.deliver().unwrap_err();
    assert_eq!(refused, Refusal::TooLarge);
    assert_eq!(refused.status(), 413);
}

#[test]
fn what_we_sign_with_the_library_we_read_ourselves() {
    let d = delivery();
    for keys in [testing::signing_keys(0).unwrap().rsa, testing::signing_keys(0).unwrap().ed25519] {
        let d = Delivery { ed25519: keys.is_ed25519(), ..delivery() };
        let covered: BTreeMap<String, String> = d.headers.iter().filter(|(n, _)| n != "content-type").cloned().collect();
        let signature = sign(&keys, KEY, "POST", &d.path, covered).unwrap();
        d.receive(&d.headers(&[&signature])).unwrap();
    }
    let without_host = BTreeMap::from([("date".to_owned(), "x".to_owned())]);
    let key = testing::signing_keys(0).unwrap().rsa;
    assert_eq!(sign(&key, KEY, "POST", &d.path, without_host), Err(SignError::Header));
}

proptest::proptest! {
    #[test]
    fn s34_no_signature_header_makes_the_reader_panic(text in r#"[ -~]{0,120}"#) {
        let d = delivery();
        let _ = d.receive(&d.headers(&[&text]));
    }

    #[test]
    fn s34_no_near_miss_makes_the_reader_panic(
        text in r#"(keyId|headers|signature|created|algorithm|[=", ()]|https://a\.example/k){0,30}"#
    ) {
        let d = delivery();
        let _ = d.receive(&d.headers(&[&text]));
    }
}
