//! Deliveries of real servers, recorded on loopback: what we must be able to read.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::{PublicKey, Refusal, proof, verify};

struct Capture {
    path: String,
    headers: HeaderMap,
    body: String,
}

fn captures() -> Vec<Capture> {
    let text = include_str!("../../fixtures/wire/captures.json");
    let all: Value = serde_json::from_str(text).unwrap();
    all.as_array()
        .unwrap()
        .iter()
        .map(|c| {
            let mut headers = HeaderMap::new();
            for (name, value) in c["h"].as_object().unwrap() {
                headers.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value.as_str().unwrap()).unwrap());
            }
            let text = |name: &str| c[name].as_str().unwrap().to_owned();
            Capture { path: text("p"), headers, body: text("b") }
        })
        .collect()
}

impl Capture {
    fn now_ms(&self) -> i64 {
        super::cavage::parse_date(self.headers["date"].to_str().unwrap()).unwrap()
    }

    fn prepare(&self, body: &[u8], now_ms: i64) -> Result<super::Claim, Refusal> {
        let request = verify::Incoming {
            method: &Method::POST,
            path_and_query: &self.path,
            headers: &self.headers,
            body,
            scheme: "https",
            host: "fed2.test",
        };
        verify::prepare(&request, now_ms)
    }

    fn body(&self) -> Value {
        crate::wire::parse(self.body.as_bytes()).unwrap()
    }
}

#[test]
fn every_recorded_delivery_is_read_and_its_key_is_its_actors() {
    let all = captures();
    assert_eq!(all.len(), 19);
    for capture in &all {
        let claim = capture.prepare(capture.body.as_bytes(), capture.now_ms() + 5000).unwrap();
        let body = capture.body();
        let actor = crate::wire::ids::id_of(&body["actor"]).unwrap();
        assert!(crate::wire::ids::same_host(&claim.key_id, &actor), "{actor}");
        assert!(crate::wire::ids::valid_remote_id(&actor), "{actor}");
        assert!(crate::wire::ids::id_of(&body["id"]).is_some() || body["type"] == "Like");
        assert!(!crate::wire::restructures(body.as_object().unwrap()), "{actor}");
    }
}

#[test]
fn s08_every_recorded_delivery_is_refused_with_one_byte_changed() {
    for capture in captures() {
        let mut body = capture.body.clone().into_bytes();
        let last = body.len() - 1;
        body[last] ^= 1;
        let refused = capture.prepare(&body, capture.now_ms());
        assert_eq!(refused, Err(Refusal::DigestMismatch));
    }
}

#[test]
fn s19_a_recorded_delivery_is_over_after_half_a_day() {
    for capture in captures() {
        let late = capture.prepare(capture.body.as_bytes(), capture.now_ms() + 13 * 3_600_000);
        assert!(matches!(late, Err(Refusal::Clock { .. })), "{late:?}");
    }
}

/// Fedify's Accept carries its whole actor, so its deliveries can be verified to the last bit.
#[test]
fn deliveries_of_fedify_verify_with_the_key_of_its_actor() {
    let all = captures();
    let actor = &all[1].body()["object"]["object"];
    assert_eq!(actor["id"], "https://fedify.test/@hanna");
    let key = PublicKey::from_pem(actor["publicKey"]["publicKeyPem"].as_str().unwrap()).unwrap();
    let mut verified = 0;
    for capture in &all {
        let claim = capture.prepare(capture.body.as_bytes(), capture.now_ms()).unwrap();
        if claim.key_id.as_str() == "https://fedify.test/@hanna#main-key" {
            claim.verify(&key).unwrap();
            verified += 1;
        } else {
            assert_eq!(claim.verify(&key), Err(Refusal::BadSignature));
        }
    }
    assert_eq!(verified, 2);
}

#[test]
fn recorded_proofs_are_read() {
    let mut read = 0;
    for capture in captures() {
        let body = capture.body();
        match proof::prepare(&body, capture.now_ms()) {
            Ok(claim) => {
                read += 1;
                assert_eq!(claim.owner, Url::parse(body["actor"].as_str().unwrap()).unwrap());
            }
            Err(why) => assert_eq!(why, proof::ProofRefusal::Missing),
        }
    }
    assert_eq!(read, 4);
}

#[test]
fn proofs_of_fedify_verify_with_the_key_of_its_actor() {
    let all = captures();
    let accept = all[1].body();
    let keys = &accept["object"]["object"]["sec:assertionMethod"];
    let text = crate::wire::ids::string_of(&keys[1]["sec:publicKeyMultibase"]).unwrap();
    let key = PublicKey::from_multibase(text).unwrap();
    for capture in [&all[1], &all[5]] {
        let claim = proof::prepare(&capture.body(), capture.now_ms()).unwrap();
        assert_eq!(claim.verification_method.as_str(), "https://fedify.test/@hanna#key-2");
        claim.verify(&key, &claim.owner).unwrap();
    }
}
