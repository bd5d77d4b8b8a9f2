use super::*;
use crate::signatures::keys::testing;
use serde_json::json;

const NOW: i64 = 1_795_430_000_000;
const ACTOR: &str = "https://lviv.example/ap/actor";
const KEY: &str = "https://lviv.example/ap/actor#ed25519-key";

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn activity() -> Map<String, Value> {
    let body = json!({
        "id": "https://lviv.example/ap/activity/1",
        "type": "Create",
        "actor": ACTOR,
        "object": {"id": "https://lviv.example/ap/practice/1", "type": "Article",
            "attributedTo": ACTOR, "name": "Електронна черга", "content": "<p>…</p>"}
    });
    crate::wire::context::with_context(body.as_object().unwrap().clone())
}

fn signed() -> Value {
    let mut document = activity();
    let key = testing::signing_keys(0).unwrap().ed25519;
    attach(&mut document, &key, KEY, "2026-11-23T09:30:00Z").unwrap();
    Value::Object(document)
}

fn check(document: &Value) -> Result<(), ProofRefusal> {
    let key = testing::signing_keys(0).unwrap().ed25519.public_key().unwrap();
    prepare(document, NOW)?.verify(&key, &url(ACTOR))
}

/// Bends the proof's options and signs them anew, so that only the rule in question can refuse.
fn resigned(bend: impl FnOnce(&mut Map<String, Value>)) -> Value {
    let mut document = activity();
    let mut proof = signed()["proof"].as_object().unwrap().clone();
    proof.shift_remove("proofValue");
    bend(&mut proof);
    if let Some(context) = proof.get("@context") {
        document.insert("@context".into(), context.clone());
    }
    let key = testing::signing_keys(0).unwrap().ed25519;
    let signature = key.sign(&hash(&proof, &document).unwrap()).unwrap();
    let value = multibase::encode(multibase::Base::Base58Btc, signature);
    proof.insert("proofValue".into(), json!(value));
    document.insert("@context".into(), activity()["@context"].clone());
    document.insert("proof".into(), Value::Object(proof));
    Value::Object(document)
}

#[test]
fn the_official_vector_verifies_and_is_reproduced() {
    let text = include_bytes!("../../../fixtures/vectors/fep-8b32.json");
    let vector = crate::wire::parse(text).unwrap();
    let public = PublicKey::from_multibase(vector["public"].as_str().unwrap()).unwrap();
    let claim = prepare(&vector["signed"], NOW).unwrap();
    assert_eq!(claim.verification_method.as_str(), "https://server.example/users/alice#ed25519-key");
    claim.verify(&public, &url("https://server.example/users/alice")).unwrap();

    let secret = testing::ed25519_from_multibase(vector["secret"].as_str().unwrap()).unwrap();
    assert_eq!(secret.public_key().unwrap(), public);
    let mut document = vector["signed"].as_object().unwrap().clone();
    attach(&mut document, &secret, "https://server.example/users/alice#ed25519-key", "2023-02-24T23:36:38Z").unwrap();
    assert_eq!(document["proof"]["proofValue"], vector["signed"]["proof"]["proofValue"]);
}

#[test]
fn what_we_sign_verifies_after_a_journey_as_text() {
    let text = signed().to_string();
    check(&crate::wire::parse(text.as_bytes()).unwrap()).unwrap();
}

#[test]
fn the_order_of_members_does_not_matter() {
    let document = signed();
    let mut turned = Map::new();
    for (name, value) in document.as_object().unwrap().iter().rev() {
        turned.insert(name.clone(), value.clone());
    }
    check(&Value::Object(turned)).unwrap();
}

#[test]
fn s18_any_change_breaks_the_proof() {
    let mut document = signed();
    document["object"]["name"] = json!("Інша назва");
    assert_eq!(check(&document), Err(ProofRefusal::BadSignature));
    let mut document = signed();
    document["egov:extra"] = json!(1);
    assert_eq!(check(&document), Err(ProofRefusal::BadSignature));
    let mut document = signed();
    document["proof"]["created"] = json!("2026-11-23T09:30:01Z");
    assert_eq!(check(&document), Err(ProofRefusal::BadSignature));
}

#[test]
fn s18_an_old_linked_data_signature_is_set_aside() {
    let mut document = signed();
    document["signature"] = json!({"type": "RsaSignature2017", "signatureValue": "x"});
    check(&document).unwrap();
}

#[test]
fn s18_the_context_of_the_proof_must_begin_that_of_the_document() {
    let shorter = resigned(|p| {
        p["@context"].as_array_mut().unwrap().pop();
    });
    check(&shorter).unwrap();
    let other = resigned(|p| p["@context"] = json!(["https://evil.example/context"]));
    assert_eq!(check(&other), Err(ProofRefusal::Context));
    let turned = resigned(|p| p["@context"].as_array_mut().unwrap().reverse());
    assert_eq!(check(&turned), Err(ProofRefusal::Context));
}

#[test]
fn s18_another_purpose_is_refused() {
    let login = resigned(|p| p["proofPurpose"] = json!("authentication"));
    assert_eq!(check(&login), Err(ProofRefusal::Purpose));
}

#[test]
fn s18_the_key_must_be_the_owners() {
    let key = testing::signing_keys(0).unwrap().ed25519.public_key().unwrap();
    let claim = prepare(&signed(), NOW).unwrap();
    assert_eq!(claim.verify(&key, &url("https://lviv.example/ap/person/1")), Err(ProofRefusal::KeyOwner));
    let foreign = resigned(|p| p["verificationMethod"] = json!("https://evil.example/a#k"));
    assert_eq!(check(&foreign), Err(ProofRefusal::KeyOwner));
    let other = testing::signing_keys(1).unwrap().ed25519.public_key().unwrap();
    assert_eq!(claim.verify(&other, &url(ACTOR)), Err(ProofRefusal::BadSignature));
}

#[test]
fn s18_expiry_is_honoured_and_the_future_is_refused() {
    check(&resigned(|p| {
        p.insert("expires".into(), json!("2030-01-01T00:00:00Z"));
    }))
    .unwrap();
    let over = resigned(|p| {
        p.insert("expires".into(), json!("2026-11-01T00:00:00Z"));
    });
    assert_eq!(check(&over), Err(ProofRefusal::Expired));
    let future = resigned(|p| p["created"] = json!("2036-11-23T09:30:00Z"));
    assert_eq!(check(&future), Err(ProofRefusal::Future));
    for bad in [json!("soon"), json!(5), json!(null)] {
        let unreadable = resigned(|p| p["created"] = bad);
        assert_eq!(check(&unreadable), Err(ProofRefusal::Malformed));
    }
}

#[test]
fn s18_other_suites_and_several_proofs_are_refused() {
    let mut document = signed();
    document["proof"]["cryptosuite"] = json!("ecdsa-jcs-2019");
    assert_eq!(check(&document), Err(ProofRefusal::Missing));
    let mut document = signed();
    document["proof"] = json!([document["proof"], {"type": "Other"}]);
    check(&document).unwrap();
    document["proof"] = json!([document["proof"][0], document["proof"][0]]);
    assert_eq!(check(&document), Err(ProofRefusal::Malformed));
    assert_eq!(check(&json!({"id": "x"})), Err(ProofRefusal::Missing));
    assert_eq!(check(&json!([])), Err(ProofRefusal::Missing));
}

#[test]
fn s18_a_document_needs_one_owner() {
    let mut document = signed();
    document.as_object_mut().unwrap().shift_remove("actor");
    assert_eq!(check(&document), Err(ProofRefusal::Owner));
    document["actor"] = json!([ACTOR, "https://evil.example/a"]);
    assert_eq!(check(&document), Err(ProofRefusal::Owner));
}

#[test]
fn s17_a_restructuring_document_is_refused_even_if_signed() {
    let mut document = activity();
    document.insert("@graph".into(), json!([]));
    let key = testing::signing_keys(0).unwrap().ed25519;
    attach(&mut document, &key, KEY, "2026-11-23T09:30:00Z").unwrap();
    assert_eq!(check(&Value::Object(document)), Err(ProofRefusal::Confusing));
}

#[test]
fn s18_an_embedded_object_of_another_owner_needs_its_own_proof() {
    assert!(!embeds_foreign_object(&signed()));
    let mut document = signed();
    document["object"]["attributedTo"] = json!("https://kyiv.example/ap/actor");
    assert!(embeds_foreign_object(&document));
    document["object"] = json!("https://kyiv.example/ap/practice/1");
    assert!(!embeds_foreign_object(&document));
    document["object"] = json!({"id": "https://kyiv.example/x", "type": "Note"});
    assert!(embeds_foreign_object(&document));
}

#[test]
fn an_actor_document_speaks_for_itself() {
    let mut document = json!({"id": ACTOR, "type": "Organization", "inbox": format!("{ACTOR}/inbox")}).as_object().unwrap().clone();
    let key = testing::signing_keys(0).unwrap().ed25519;
    attach(&mut document, &key, KEY, "2026-11-23T09:30:00Z").unwrap();
    check(&Value::Object(document)).unwrap();
}
