//! The cheapest HTTP client there is: requests made ready as bytes, sent over kept connections in a
//! closed loop, so that what is measured is the node and not the load generator.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use ratusha_federation_tests::Letter;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

/// What a run of requests gave.
pub struct Run {
    /// How long each request took.
    pub times: Vec<Duration>,
    /// How many answers had a status other than `expected`.
    pub other: usize,
}

/// The bytes of a GET.
pub fn get(host: &str, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n").into_bytes()
}

/// The bytes of a signed delivery.
pub fn post(letter: &Letter) -> Vec<u8> {
    let url = url::Url::parse(&letter.url).expect("an inbox");
    let mut out = format!("POST {} HTTP/1.1\r\nContent-Length: {}\r\n", url.path(), letter.body.len()).into_bytes();
    for (name, value) in &letter.headers {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&letter.body);
    out
}

/// Sends every request once over `connections` connections to `port`; each waits for its answer before the next.
pub async fn send_all(port: u16, requests: Vec<Vec<u8>>, connections: usize, expected: u16) -> Run {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let mut running = JoinSet::new();
    for _ in 0..connections {
        let (requests, next) = (requests.clone(), next.clone());
        running.spawn(async move {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the node listens");
            stream.set_nodelay(true).expect("no delay");
            let mut run = Run { times: Vec::new(), other: 0 };
            let mut buffer = Vec::with_capacity(256 * 1024);
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let started = Instant::now();
                stream.write_all(request).await.expect("the request is sent");
                let status = read_answer(&mut stream, &mut buffer).await;
                run.times.push(started.elapsed());
                run.other += usize::from(status != expected);
            }
            run
        });
    }
    let mut whole = Run { times: Vec::with_capacity(requests.len()), other: 0 };
    while let Some(run) = running.join_next().await {
        let run = run.expect("a connection holds");
        whole.times.extend(run.times);
        whole.other += run.other;
    }
    whole
}

/// Reads one whole answer; returns its status.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> u16 {
    buffer.clear();
    let head = loop {
        if let Some(at) = find(buffer, b"\r\n\r\n") {
            break at;
        }
        assert!(stream.read_buf(buffer).await.expect("an answer") > 0, "the node closed the connection");
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    let status: u16 = text.split_whitespace().nth(1).and_then(|s| s.parse().ok()).expect("a status");
    let header = |name: &str| text.lines().find_map(|line| line.strip_prefix(name).map(|value| value.trim().to_owned()));
    let body_from = head + 4;
    if header("transfer-encoding:").as_deref() == Some("chunked") {
        while !buffer[body_from..].ends_with(b"0\r\n\r\n") {
            assert!(stream.read_buf(buffer).await.expect("a body") > 0, "the node closed the connection");
        }
    } else {
        let length: usize = header("content-length:").and_then(|value| value.parse().ok()).unwrap_or(0);
        while buffer.len() < body_from + length {
            assert!(stream.read_buf(buffer).await.expect("a body") > 0, "the node closed the connection");
        }
    }
    status
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
