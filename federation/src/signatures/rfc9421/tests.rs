use super::*;
use crate::signatures::{ActorSigner, PublicKey, RequestSigner, digest, keys::testing, verify::prepare};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

const NOW: i64 = 1_795_430_000_000;
const SECONDS: i64 = NOW / 1000;
const KEY: &str = "https://peer.example/ap/actor#main-key";
const BODY: &[u8] = br#"{"type":"Follow"}"#;
const FULL: [&str; 6] = ["@method", "@target-uri", "@authority", "host", "date", "content-digest"];

#[derive(Clone)]
struct Delivery {
    method: Method,
    path: String,
    scheme: String,
    headers: Vec<(String, String)>,
    covered: Vec<String>,
    params: String,
    body: Vec<u8>,
    host: String,
    ed25519: bool,
}

fn delivery() -> Delivery {
    Delivery {
        method: Method::POST,
        path: "/ap/inbox?x=1".into(),
        scheme: "https".into(),
        headers: vec![
            ("host".into(), "lviv.example".into()),
            ("date".into(), "Sun, 23 Nov 2026 09:33:20 GMT".into()),
            ("content-digest".into(), digest::content_digest_header(BODY)),
            ("content-type".into(), "application/activity+json".into()),
        ],
        covered: FULL.map(String::from).to_vec(),
        params: format!(r#";created={SECONDS};keyid="{KEY}";alg="rsa-v1_5-sha256""#),
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

    fn params(mut self, params: &str) -> Self {
        self.params = params.to_owned();
        self
    }

    fn key(&self) -> (SigningKey, PublicKey) {
        let keys = testing::signing_keys(0).unwrap();
        let key = if self.ed25519 { keys.ed25519 } else { keys.rsa };
        let public = key.public_key().unwrap();
        (key, public)
    }

    /// Signs by the letter of the RFC, apart from the code under test.
    fn signature(&self) -> (String, String) {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let mut base = String::new();
        let mut names = Vec::new();
        for name in &self.covered {
            let value = match name.as_str() {
                "@method" => self.method.to_string(),
                "@target-uri" => format!("{}://{}{}", self.scheme, self.host, self.path),
                "@authority" => self.host.clone(),
                "@path" => path.to_owned(),
                "@query" => format!("?{query}"),
                "@request-target" => self.path.clone(),
                "@scheme" => self.scheme.clone(),
                _ => self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default(),
            };
            base += &format!("\"{name}\": {value}\n");
            names.push(format!("\"{name}\""));
        }
        let input = format!("({}){}", names.join(" "), self.params);
        base += &format!("\"@signature-params\": {input}");
        let signature = STANDARD.encode(self.key().0.sign(base.as_bytes()).unwrap());
        (format!("sig1={input}"), format!("sig1=:{signature}:"))
    }

    fn headers(&self, input: &str, signature: &str) -> HeaderMap {
        let mut map = HeaderMap::new();
        let signed = [("signature-input", input), ("signature", signature)];
        let plain = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        for (name, value) in plain.chain(signed) {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    fn receive(&self, headers: &HeaderMap) -> Result<Claim, Refusal> {
        let request = Incoming {
            method: &self.method,
            path_and_query: &self.path,
            headers,
            body: &self.body,
            scheme: &self.scheme,
            host: &self.host,
        };
        let claim = prepare(&request, NOW)?;
        claim.verify(&self.key().1)?;
        Ok(claim)
    }

    fn deliver(&self) -> Result<Claim, Refusal> {
        let (input, signature) = self.signature();
        self.receive(&self.headers(&input, &signature))
    }
}

#[test]
fn an_honest_delivery_is_believed() {
    let claim = delivery().deliver().unwrap();
    assert_eq!(claim.key_id.as_str(), KEY);
    assert_eq!(claim.scheme, Scheme::Rfc9421);
    assert_eq!(claim.signed_at_ms, SECONDS * 1000);
}

#[test]
fn every_set_of_parts_that_says_enough_is_believed() {
    for covered in [
        &["@method", "@target-uri", "content-digest"][..],
        &["@method", "@authority", "@path", "@query", "content-digest"],
        &["@method", "host", "@request-target", "content-digest", "content-type"],
        &["content-digest", "@scheme", "@method", "@target-uri", "date"],
    ] {
        delivery().cover(covered).deliver().unwrap();
    }
}

#[test]
fn s08_each_required_part_must_be_covered() {
    for (covered, missing) in [
        (&["@target-uri", "content-digest"][..], "@method"),
        (&["@method", "content-digest"], "@target-uri"),
        (&["@method", "@authority", "content-digest"], "@target-uri"),
        (&["@method", "@authority", "@path", "content-digest"], "@target-uri"),
        (&["@method", "@path", "@query", "content-digest"], "@target-uri"),
        (&["@method", "@target-uri"], "content-digest"),
        (&["content-digest"], "@method"),
    ] {
        assert_eq!(delivery().cover(covered).deliver(), Err(Refusal::NotCovered(missing)));
    }
}

#[test]
fn a_get_needs_no_digest() {
    let mut d = delivery().cover(&["@method", "@target-uri"]);
    d.method = Method::GET;
    d.body.clear();
    d.headers.retain(|(n, _)| n != "content-digest");
    d.deliver().unwrap();
}

#[test]
fn algorithms_are_named_or_follow_from_the_key() {
    let bare = format!(r#";created={SECONDS};keyid="{KEY}""#);
    delivery().params(&bare).deliver().unwrap();
    let mut d = delivery().params(&format!(r#"{bare};alg="ed25519""#));
    assert_eq!(d.deliver(), Err(Refusal::KeyMismatch));
    d.ed25519 = true;
    d.deliver().unwrap();
    let unknown = delivery().params(&format!(r#"{bare};alg="hmac-sha256""#)).deliver();
    assert_eq!(unknown, Err(Refusal::Algorithm("hmac-sha256".into())));
}

#[test]
fn s08_created_is_required_and_inside_the_window() {
    let at = |seconds: i64| delivery().params(&format!(r#";created={seconds};keyid="{KEY}""#)).deliver();
    at(SECONDS - 12 * 3600).unwrap();
    at(SECONDS + 3600).unwrap();
    assert!(matches!(at(SECONDS - 12 * 3600 - 1), Err(Refusal::Clock { .. })));
    assert!(matches!(at(SECONDS + 3601), Err(Refusal::Clock { .. })));
    let without = delivery().params(&format!(r#";keyid="{KEY}""#)).deliver();
    assert_eq!(without, Err(Refusal::NotCovered("created")));
}

#[test]
fn s08_expires_is_honoured() {
    let until = |seconds: i64| {
        let params = format!(r#";created={SECONDS};expires={seconds};keyid="{KEY}""#);
        delivery().params(&params).deliver()
    };
    until(SECONDS + 60).unwrap();
    assert_eq!(until(SECONDS - 3600), Err(Refusal::Expired));
}

#[test]
fn s08_changed_bodies_paths_and_hosts_are_refused() {
    let d = delivery();
    let (input, signature) = d.signature();
    let headers = d.headers(&input, &signature);
    let body = Delivery { body: b"{}".to_vec(), ..d.clone() };
    assert_eq!(body.receive(&headers), Err(Refusal::DigestMismatch));
    let path = Delivery { path: "/ap/outbox".into(), ..d.clone() };
    assert_eq!(path.receive(&headers), Err(Refusal::BadSignature));
    let scheme = Delivery { scheme: "http".into(), ..d.clone() };
    assert_eq!(scheme.receive(&headers), Err(Refusal::BadSignature));
    let method = Delivery { method: Method::PUT, ..d };
    assert_eq!(method.receive(&headers), Err(Refusal::BadSignature));
}

#[test]
fn s32_a_delivery_signed_for_another_tenant_is_refused() {
    let d = delivery();
    let (input, signature) = d.signature();
    let mut other = Delivery { host: "kyiv.example".into(), ..d };
    assert_eq!(other.receive(&other.headers(&input, &signature)), Err(Refusal::HostMismatch));
    other.headers[0].1 = "kyiv.example".into();
    assert_eq!(other.receive(&other.headers(&input, &signature)), Err(Refusal::BadSignature));
}

#[test]
fn s08_confused_signature_inputs_are_refused() {
    let d = delivery();
    let (input, signature) = d.signature();
    let refused = |input: &str, signature: &str| d.receive(&d.headers(input, signature)).unwrap_err().code();
    let two = format!("{input}, sig2=();created=1");
    assert_eq!(refused(&two, &signature), "signature_ambiguous");
    let two = format!("{signature}, sig2=:YQ==:");
    assert_eq!(refused(&input, &two), "signature_ambiguous");
    assert_eq!(refused(&input, &signature.replace("sig1", "sig2")), "signature_malformed");
    assert_eq!(refused("sig1=1", &signature), "signature_malformed");
    assert_eq!(refused("", &signature), "signature_malformed");
    assert_eq!(refused(&input, "sig1=x"), "signature_malformed");
    assert_eq!(refused(&input, r#"keyId="x",signature="y""#), "signature_malformed");
    let parameter = input.replace("\"date\"", "\"date\";bs");
    assert_eq!(refused(&parameter, &signature), "signature_malformed");
    let twice = input.replace("\"date\"", "\"date\" \"date\"");
    assert_eq!(refused(&twice, &signature), "signature_ambiguous");
    let unknown = input.replace("\"date\"", "\"@status\"");
    assert_eq!(refused(&unknown, &signature), "signature_malformed");
    let absent = input.replace("\"date\"", "\"x-none\"");
    assert_eq!(refused(&absent, &signature), "signed_header_missing");
    let upper = input.replace("\"date\"", "\"Date\"");
    assert_eq!(refused(&upper, &signature), "signature_malformed");
    let typed = input.replace(&format!("created={SECONDS}"), "created=\"now\"");
    assert_eq!(refused(&typed, &signature), "signature_malformed");
    let keyless = input.replace("keyid=", "other=");
    assert_eq!(refused(&keyless, &signature), "key_id");
}

#[test]
fn s08_two_signature_input_headers_are_ambiguous() {
    let d = delivery();
    let (input, signature) = d.signature();
    let mut headers = d.headers(&input, &signature);
    let value = headers["signature-input"].clone();
    headers.append("signature-input", value);
    assert_eq!(d.receive(&headers), Err(Refusal::Ambiguous("signature-input".into())));
}

fn roundtrip(signer: &ActorSigner, method: &Method, body: Option<&[u8]>, target: &str) -> Claim {
    let url = Url::parse(target).unwrap();
    let content_type = body.map(|_| "application/activity+json");
    let out = Outgoing { method, url: &url, body, content_type };
    let mut headers = HeaderMap::new();
    for (name, value) in signer.sign(&out).unwrap() {
        headers.insert(name, value);
    }
    if let Some(content_type) = content_type {
        headers.insert("content-type", HeaderValue::from_static(content_type));
    }
    let request = Incoming {
        method,
        path_and_query: &out.path_and_query(),
        headers: &headers,
        body: body.unwrap_or_default(),
        scheme: url.scheme(),
        host: &out.host(),
    };
    prepare(&request, NOW).unwrap()
}

#[test]
fn what_we_sign_we_believe_in_both_schemes_with_both_keys() {
    let keys = testing::signing_keys(2).unwrap();
    for key in [keys.rsa, keys.ed25519] {
        for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
            let signer = ActorSigner::new(key.clone(), KEY, scheme, NOW);
            for target in ["https://hub.example/ap/inbox", "https://hub.example/?author=1", "http://hub.localhost:8080/ap/inbox?x=%D1%97"] {
                let post = roundtrip(&signer, &Method::POST, Some(BODY), target);
                assert_eq!(post.scheme, scheme);
                post.verify(&key.public_key().unwrap()).unwrap();
                let get = roundtrip(&signer, &Method::GET, None, target);
                get.verify(&key.public_key().unwrap()).unwrap();
                assert_eq!(get.key_id.as_str(), KEY);
            }
        }
    }
}

/// RFC 9421, appendix B.2.6: the published Ed25519 signature over the published request.
#[test]
fn the_published_ed25519_vector_verifies() {
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----";
    let input =
        r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    let signature = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
    let method = Method::POST;
    let mut headers = HeaderMap::new();
    for (name, value) in
        [("host", "example.com"), ("date", "Tue, 20 Apr 2021 02:07:55 GMT"), ("content-type", "application/json"), ("content-length", "18")]
    {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let request = Incoming {
        method: &method,
        path_and_query: "/foo?param=Value&Pet=dog",
        headers: &headers,
        body: br#"{"hello": "world"}"#,
        scheme: "https",
        host: "example.com",
    };
    let (_, items, params) = only_list(input).unwrap();
    let parts: Vec<(String, String)> = items
        .iter()
        .map(|item| {
            let Bare::Text(name) = &item.value else { panic!("a name") };
            (name.clone(), component(&request, name).unwrap())
        })
        .collect();
    let base = base(parts.iter().map(|(n, v)| (n.as_str(), v.as_str())), &sf::write_list(&items, &params));
    let key = PublicKey::from_pem(pem).unwrap();
    let signature = STANDARD.decode(signature).unwrap();
    key.verify(Algorithm::Ed25519, base.as_bytes(), &signature).unwrap();
}

proptest::proptest! {
    #[test]
    fn s34_no_signature_input_makes_the_reader_panic(
        input in r#"[ -~]{0,100}"#, signature in r#"[ -~]{0,60}"#
    ) {
        let d = delivery();
        let _ = d.receive(&d.headers(&input, &signature));
    }
}
