use super::*;
use std::{
    io::{self, Write as _},
    net::{IpAddr, Ipv4Addr},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use reqwest::dns::Resolve as _;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::signatures::{ActorSigner, Scheme, keys::testing};

const AS: &str = "application/activity+json";

/// At the end of an answer: keeps the line open after it.
const HOLD: &[u8] = b"<hold>";

/// A peer on loopback that answers as it is told and remembers what it was asked.
#[derive(Clone)]
struct Peer {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

type Answer = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

impl Peer {
    async fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::listen(Arc::new(answer), None).await
    }

    async fn start_tls(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        use tokio_rustls::rustls::{
            ServerConfig,
            crypto::aws_lc_rs::default_provider,
            pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        };
        let read = |name: &str| std::fs::read(format!("{}/fixtures/tls/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(&read("peer.pem")).unwrap()],
                PrivateKeyDer::from_pem_slice(&read("peer-key.pem")).unwrap(),
            )
            .unwrap();
        Self::listen(Arc::new(answer), Some(Arc::new(config).into())).await
    }

    async fn listen(answer: Answer, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let peer = Self { port, asked: Arc::clone(&asked) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, asked, tls) = (answer.clone(), asked.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => converse(stream, answer, asked).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                converse(stream, answer, asked).await;
                            }
                        }
                    }
                });
            }
        });
        peer
    }

    fn url(&self, host: &str, path: &str) -> Url {
        Url::parse(&format!("http://{host}.peer.test:{}{path}", self.port)).unwrap()
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: Answer, asked: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let wanted = head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= wanted {
                asked.lock().unwrap().push(text.clone());
                let bytes = answer(&text);
                if bytes.is_empty() {
                    // Says nothing and keeps the line open.
                    std::future::pending::<()>().await;
                }
                let held = bytes.strip_suffix(HOLD);
                let _ = stream.write_all(held.unwrap_or(&bytes)).await;
                if held.is_some() {
                    std::future::pending::<()>().await;
                }
                let _ = stream.shutdown().await;
                return;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(n) if n > 0 => request.extend_from_slice(&buffer[..n]),
            _ => return,
        }
    }
}

fn ok(content_type: &str, body: &[u8]) -> Vec<u8> {
    answer("200 OK", &format!("content-type: {content_type}\r\n"), body)
}

fn redirect(to: &str) -> Vec<u8> {
    answer("302 Found", &format!("location: {to}\r\n"), b"")
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Hosts `a.peer.test` to `c.peer.test` live on this machine and are allowed to.
fn settings() -> GuardSettings {
    let mut settings = GuardSettings::new("Ratusha/test");
    settings.allow_loopback_hosts = vec!["*.peer.test:*".parse().unwrap(), "*.localhost:*".parse().unwrap()];
    for host in ["a.peer.test", "b.peer.test", "c.peer.test"] {
        settings.fixed_addresses.insert(host.into(), SocketAddr::from(([127, 0, 0, 1], 0)));
    }
    settings
}

fn client() -> Guarded {
    Guarded::new(settings()).unwrap()
}

fn signer() -> ActorSigner {
    let key = testing::signing_keys(0).unwrap().rsa;
    ActorSigner::new(key, "https://lviv.example/ap/server#main-key", Scheme::Cavage, 1_795_430_000_000)
}

#[tokio::test]
async fn an_object_is_fetched_signed_and_with_a_name() {
    let peer = Peer::start(|_| ok(AS, b"{\"id\":1}")).await;
    let url = peer.url("a", "/ap/actor?x=1#main-key");
    let signer = signer();
    let fetched = client().get_json(&url, Expect::Activity, Some(&signer)).await.unwrap();
    assert_eq!(&fetched.bytes[..], b"{\"id\":1}");
    assert_eq!(fetched.content_type, AS);
    assert_eq!(fetched.final_url, peer.url("a", "/ap/actor?x=1"));
    let asked = peer.asked().remove(0).to_lowercase();
    assert!(asked.starts_with("get /ap/actor?x=1 http/1.1\r\n"), "{asked}");
    for wanted in ["signature: keyid=", "user-agent: ratusha/test", "accept: application/activity+json"] {
        assert!(asked.contains(wanted), "{wanted}: {asked}");
    }
    assert_eq!(asked.matches("\r\nhost: ").count(), 1);
}

#[tokio::test]
async fn a_name_below_localhost_needs_no_name_server() {
    let peer = Peer::start(|_| ok(AS, b"{}")).await;
    let url = Url::parse(&format!("http://hub.localhost:{}/", peer.port)).unwrap();
    client().get_json(&url, Expect::Activity, None).await.unwrap();
}

#[tokio::test]
async fn s01_a_name_that_leads_to_a_private_address_is_not_connected_to() {
    let peer = Peer::start(|_| ok(AS, b"{}")).await;
    let mut settings = settings();
    let inside = SocketAddr::from(([127, 0, 0, 1], peer.port));
    settings.fixed_addresses.insert("evil.example".into(), inside);
    let client = Guarded::new(settings).unwrap();
    let url = Url::parse("https://evil.example/").unwrap();
    let refused = client.get_json(&url, Expect::Activity, None).await.unwrap_err();
    assert_eq!(refused, FetchError::Blocked(Blocked::Address(IpAddr::V4(Ipv4Addr::LOCALHOST))));
    let refused = client.post_activity(&url, Bytes::new(), &signer()).await.unwrap_err();
    assert_eq!(refused.code(), "blocked");
    assert!(peer.asked().is_empty());
}

#[tokio::test]
async fn s01_a_literal_private_address_is_not_connected_to() {
    let peer = Peer::start(|_| ok(AS, b"{}")).await;
    for host in ["127.0.0.1", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0", "localhost", "x.example"] {
        let url = Url::parse(&format!("http://{host}:{}/", peer.port)).unwrap();
        let refused = client().get_json(&url, Expect::Activity, None).await.unwrap_err();
        assert_eq!(refused.code(), "blocked", "{host}");
    }
    assert!(peer.asked().is_empty());
}

struct Rebinding(AtomicUsize);

#[async_trait::async_trait]
impl Lookup for Rebinding {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let public: IpAddr = "1.1.1.1".parse().unwrap();
        let private = IpAddr::V4(Ipv4Addr::LOCALHOST);
        if host == "mixed.example" {
            return Ok(vec![private, public]);
        }
        let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(vec![if first { public } else { private }])
    }
}

#[tokio::test]
async fn s02_a_name_that_moves_to_loopback_is_caught_when_connecting() {
    let lookup = Arc::new(Rebinding(AtomicUsize::new(0)));
    let resolver = resolver::GuardedResolver { rules: Arc::new(Rules::default()), fixed: HashMap::new(), lookup: lookup.clone() };
    let resolve = |name: &str| resolver.resolve(name.parse().unwrap());
    let first: Vec<SocketAddr> = resolve("rebind.example").await.unwrap().collect();
    assert_eq!(first, ["1.1.1.1:0".parse().unwrap()]);
    let second = resolve("rebind.example").await.err().unwrap();
    assert!(second.downcast_ref::<Blocked>().is_some(), "{second}");
    let mixed: Vec<SocketAddr> = resolve("mixed.example").await.unwrap().collect();
    assert_eq!(mixed, ["1.1.1.1:0".parse().unwrap()]);
    // The client asks exactly once, at the moment of connecting: there is no gap to rebind in.
    let mut settings = settings();
    settings.lookup = lookup.clone();
    let before = lookup.0.load(Ordering::SeqCst);
    let url = Url::parse("https://rebind.example/").unwrap();
    let refused = Guarded::new(settings).unwrap().get_json(&url, Expect::Activity, None).await;
    assert_eq!(refused.unwrap_err().code(), "blocked");
    assert_eq!(lookup.0.load(Ordering::SeqCst), before + 1);
}

#[tokio::test]
async fn s03_a_redirect_is_followed_and_signed_anew_on_the_same_host() {
    let peer = Peer::start(|asked| match asked.contains("GET /old") {
        true => redirect("/new"),
        false => ok(AS, b"{}"),
    })
    .await;
    let signer = signer();
    let fetched = client().get_json(&peer.url("a", "/old"), Expect::Activity, Some(&signer)).await.unwrap();
    assert_eq!(fetched.final_url, peer.url("a", "/new"));
    let signatures: Vec<String> =
        peer.asked().iter().map(|a| a.lines().find(|l| l.starts_with("signature: ")).unwrap().to_owned()).collect();
    assert_eq!(signatures.len(), 2);
    assert_ne!(signatures[0], signatures[1]);
}

#[tokio::test]
async fn s03_a_redirect_to_another_host_carries_no_signature() {
    let port = Arc::new(AtomicUsize::new(0));
    let seen = port.clone();
    let peer = Peer::start(move |asked| match asked.contains("GET /old") {
        true => redirect(&format!("http://b.peer.test:{}/new", seen.load(Ordering::SeqCst))),
        false => ok(AS, b"{}"),
    })
    .await;
    port.store(peer.port.into(), Ordering::SeqCst);
    let signer = signer();
    client().get_json(&peer.url("a", "/old"), Expect::Activity, Some(&signer)).await.unwrap();
    let asked = peer.asked();
    assert!(asked[0].contains("\r\nsignature: "));
    assert!(!asked[1].to_lowercase().contains("signature"), "{}", asked[1]);
}

#[tokio::test]
async fn s03_a_redirect_inside_is_not_followed() {
    for target in ["http://127.0.0.1:PORT/", "http://[::1]/", "https://localhost/", "file:///etc"] {
        let peer = Peer::start(move |asked| {
            let port = asked.split("a.peer.test:").nth(1).unwrap().split('\r').next().unwrap();
            redirect(&target.replace("PORT", port))
        })
        .await;
        let refused = client().get_json(&peer.url("a", "/"), Expect::Activity, None).await.unwrap_err();
        assert_eq!(refused.code(), "blocked", "{target}");
        assert_eq!(peer.asked().len(), 1);
    }
}

#[tokio::test]
async fn s03_long_chains_and_circles_end() {
    let peer = Peer::start(|asked| {
        let n: u32 = asked[5..].split(' ').next().unwrap().parse().unwrap();
        if n == 0 { ok(AS, b"{}") } else { redirect(&format!("/{}", n - 1)) }
    })
    .await;
    let client = client();
    client.get_json(&peer.url("a", "/3"), Expect::Activity, None).await.unwrap();
    let long = client.get_json(&peer.url("a", "/4"), Expect::Activity, None).await;
    assert_eq!(long.unwrap_err(), FetchError::Redirects);
    let circle = Peer::start(|_| redirect("/")).await;
    let round = client.get_json(&circle.url("a", "/"), Expect::Activity, None).await;
    assert_eq!(round.unwrap_err(), FetchError::Redirects);
    assert_eq!(circle.asked().len(), 1);
    let nowhere = Peer::start(|_| answer("301 Moved", "", b"")).await;
    let lost = client.get_json(&nowhere.url("a", "/"), Expect::Activity, None).await;
    assert_eq!(lost.unwrap_err(), FetchError::BadRedirect);
}

fn with_authority() -> GuardSettings {
    let mut settings = settings();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tls/ca.pem");
    settings.extra_ca.push(std::fs::read(path).unwrap());
    settings
}

#[tokio::test]
async fn an_extra_authority_is_trusted_and_a_stranger_is_not() {
    let peer = Peer::start_tls(|_| ok(AS, b"{}")).await;
    let url = Url::parse(&format!("https://a.peer.test:{}/", peer.port)).unwrap();
    let client = Guarded::new(with_authority()).unwrap();
    client.get_json(&url, Expect::Activity, None).await.unwrap();
    let stranger = Guarded::new(settings()).unwrap();
    let refused = stranger.get_json(&url, Expect::Activity, None).await.unwrap_err();
    assert_eq!(refused.code(), "connect");
    assert_eq!(peer.asked().len(), 1);
    let mut broken = settings();
    broken.extra_ca.push(b"nonsense".to_vec());
    assert!(matches!(Guarded::new(broken), Err(SetupError::Certificate)));
}

#[tokio::test]
async fn s03_a_redirect_does_not_leave_https() {
    let plain = Peer::start(|_| ok(AS, b"{}")).await;
    let target = plain.url("b", "/").to_string();
    let peer = Peer::start_tls(move |_| redirect(&target)).await;
    let url = Url::parse(&format!("https://a.peer.test:{}/", peer.port)).unwrap();
    let client = Guarded::new(with_authority()).unwrap();
    let refused = client.get_json(&url, Expect::Activity, None).await.unwrap_err();
    assert_eq!(refused, FetchError::BadRedirect);
    assert!(plain.asked().is_empty());
}

#[tokio::test]
async fn s05_bodies_above_the_cap_are_not_read() {
    let mut settings = settings();
    settings.max_body = 1000;
    let client = Guarded::new(settings).unwrap();
    let peer = Peer::start(|_| ok(AS, &[b' '; 1001])).await;
    let announced = client.get_json(&peer.url("a", "/"), Expect::Activity, None).await;
    assert_eq!(announced.unwrap_err(), FetchError::TooLarge);
    let endless = Peer::start(|_| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {AS}\r\n\r\n");
        [head.as_bytes(), &[b' '; 5000]].concat()
    })
    .await;
    let unannounced = client.get_json(&endless.url("a", "/"), Expect::Activity, None).await;
    assert_eq!(unannounced.unwrap_err(), FetchError::TooLarge);
    // What is announced too large is not even begun: here it would break off.
    let boaster = Peer::start(|_| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\ncontent-type: {AS}\r\n\r\n");
        head.into_bytes()
    })
    .await;
    let boasted = client.get_json(&boaster.url("a", "/"), Expect::Activity, None).await;
    assert_eq!(boasted.unwrap_err(), FetchError::TooLarge);
    let exact = Peer::start(|_| ok(AS, &[b' '; 1000])).await;
    client.get_json(&exact.url("a", "/"), Expect::Activity, None).await.unwrap();
}

#[tokio::test]
async fn s05_a_gzip_bomb_is_not_unpacked() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![b' '; 50_000_000]).unwrap();
    let bomb = packer.finish().unwrap();
    assert!(bomb.len() < 100_000);
    let headers = format!("content-type: {AS}\r\ncontent-encoding: gzip\r\n");
    let peer = Peer::start(move |_| answer("200 OK", &headers, &bomb)).await;
    let refused = client().get_json(&peer.url("a", "/"), Expect::Activity, None).await;
    assert_eq!(refused.unwrap_err(), FetchError::TooLarge);
}

#[tokio::test]
async fn s05_a_peer_that_says_nothing_is_given_up() {
    let peer = Peer::start(|_| Vec::new()).await;
    let mut settings = settings();
    settings.total_deadline = Duration::from_millis(50);
    let client = Guarded::new(settings).unwrap();
    let slow = client.get_json(&peer.url("a", "/"), Expect::Activity, None).await.unwrap_err();
    assert_eq!(slow, FetchError::Timeout);
    assert!(slow.is_temporary());
    let slow = client.post_activity(&peer.url("a", "/"), Bytes::new(), &signer()).await;
    assert_eq!(slow.unwrap_err(), FetchError::Timeout);
}

#[tokio::test]
async fn s13_what_is_not_served_as_an_activity_is_none() {
    for kind in ["text/html", "application/json", "application/ld+json", "image/png"] {
        let peer = Peer::start(move |_| ok(kind, b"{\"id\":\"x\"}")).await;
        let refused = client().get_json(&peer.url("a", "/"), Expect::Activity, None).await;
        assert_eq!(refused.unwrap_err(), FetchError::ContentType(kind.to_owned()));
    }
    let peer = Peer::start(|_| ok("application/jrd+json", b"{}")).await;
    client().get_json(&peer.url("a", "/"), Expect::WebFinger, None).await.unwrap();
}

#[tokio::test]
async fn a_status_is_told_with_the_wanted_pause() {
    let peer = Peer::start(|_| answer("429 Slow", "retry-after: 7\r\n", b"")).await;
    let refused = client().get_json(&peer.url("a", "/"), Expect::Activity, None).await.unwrap_err();
    assert!(refused.is_temporary());
    let FetchError::Status { status, retry_after } = refused else { panic!("a status") };
    assert_eq!(status, 429);
    assert_eq!(retry_after, Some(RetryAfter::Seconds(7)));
    let gone = Peer::start(|_| answer("410 Gone", "", b"")).await;
    let refused = client().get_json(&gone.url("a", "/"), Expect::Activity, None).await.unwrap_err();
    assert!(refused.is_gone() && !refused.is_temporary());
}

#[tokio::test]
async fn a_delivery_is_signed_and_its_outcome_told() {
    let peer = Peer::start(|_| answer("202 Accepted", "", b"thanks")).await;
    let body = Bytes::from_static(b"{\"type\":\"Follow\"}");
    let url = peer.url("a", "/ap/inbox");
    let outcome = client().post_activity(&url, body, &signer()).await.unwrap();
    assert_eq!(outcome.status, 202);
    assert_eq!(outcome.remark, "");
    let asked = peer.asked().remove(0);
    assert!(asked.starts_with("POST /ap/inbox HTTP/1.1\r\n"));
    assert!(asked.ends_with("\r\n\r\n{\"type\":\"Follow\"}"));
    for wanted in ["digest: SHA-256=", "signature: keyId=", "content-type: application/activity+json"] {
        assert!(asked.contains(wanted), "{wanted}: {asked}");
    }
}

#[tokio::test]
async fn s03_a_delivery_is_not_redirected_and_a_refusal_is_kept_printable() {
    let moved = Peer::start(|_| redirect("/elsewhere")).await;
    let outcome = client().post_activity(&moved.url("a", "/"), Bytes::new(), &signer()).await.unwrap();
    assert_eq!(outcome.status, 302);
    assert_eq!(moved.asked().len(), 1);
    let rude = Peer::start(|_| answer("401 No", "retry-after: 60\r\n", &[b'\x07'; 900])).await;
    let outcome = client().post_activity(&rude.url("a", "/"), Bytes::new(), &signer()).await.unwrap();
    assert_eq!(outcome.status, 401);
    assert_eq!(outcome.retry_after, Some(RetryAfter::Seconds(60)));
    assert_eq!(outcome.remark, "");
    let loud = Peer::start(|_| answer("400 No", "", "ї".repeat(900).as_bytes())).await;
    let outcome = client().post_activity(&loud.url("a", "/"), Bytes::new(), &signer()).await.unwrap();
    assert_eq!(outcome.remark, "ї".repeat(MAX_REMARK));
}

#[tokio::test]
async fn nobody_there_is_a_temporary_error() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let url = Url::parse(&format!("http://a.peer.test:{free}/")).unwrap();
    let refused = client().get_json(&url, Expect::Activity, None).await.unwrap_err();
    assert_eq!(refused.code(), "connect");
    assert!(refused.is_temporary());
}

/// The library's debug mode drops its own checks; ours stay, because they sit in the client.
#[tokio::test]
async fn s01_the_library_fetches_through_the_same_guards() {
    use activitypub_federation::{config::FederationConfig, fetch::fetch_object_http};
    let port = Arc::new(AtomicUsize::new(0));
    let seen = port.clone();
    let peer = Peer::start(move |_| {
        let id = format!("http://a.peer.test:{}/note", seen.load(Ordering::SeqCst));
        ok(AS, format!("{{\"id\":\"{id}\"}}").as_bytes())
    })
    .await;
    port.store(peer.port.into(), Ordering::SeqCst);
    let config =
        FederationConfig::builder().domain("lviv.example").app_data(()).client(client().for_library()).debug(true).build().await.unwrap();
    let data = config.to_request_data();
    let fetch = async |url: Url| fetch_object_http::<(), serde_json::Value>(&url, &data).await;
    let note = fetch(peer.url("a", "/note")).await.unwrap();
    assert_eq!(note.object["id"], note.url.as_str());
    let inside = Url::parse(&format!("http://127.0.0.1:{}/note", peer.port)).unwrap();
    assert!(fetch(inside.clone()).await.is_err());
    let refused = client().for_library().get(inside).send().await.unwrap_err();
    assert!(refused.to_string().contains("not allowed"), "{refused}");
    assert_eq!(peer.asked().len(), 1);
}

#[tokio::test]
async fn s05_a_delivery_that_was_taken_is_taken_however_slowly_the_rest_of_the_answer_comes() {
    let peer = Peer::start(|_| [b"HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\nso".as_slice(), HOLD].concat()).await;
    let mut settings = settings();
    settings.total_deadline = Duration::from_secs(2);
    let outcome = Guarded::new(settings).unwrap().post_activity(&peer.url("a", "/inbox"), Bytes::new(), &signer()).await.unwrap();
    assert_eq!(outcome.status, StatusCode::ACCEPTED);
}
