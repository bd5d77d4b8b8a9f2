//! Requests of this node to itself: handed to our own router in process, checked there like any
//! other request.

use std::sync::OnceLock;

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt;

/// The largest answer that is read.
const MAX_ANSWER: usize = 1024 * 1024;

/// Put into the extensions of requests that came by this way; the network cannot set it.
#[derive(Debug, Clone, Copy)]
pub struct InProcess;

/// The way to our own router, once there is one.
#[derive(Debug, Default)]
pub struct Loopback {
    router: OnceLock<Router>,
}

/// What our own router answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, at most 1 MiB of it.
    pub body: Bytes,
}

impl Loopback {
    /// Sets the router of the whole node; the first one stays.
    pub fn set(&self, router: Router) {
        let _ = self.router.set(router);
    }

    /// Whether there is a router.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.router.get().is_some()
    }

    /// Hands `request` (absolute path, `Host` header) to the router; `None` before there is one.
    pub async fn send(&self, mut request: Request<Body>) -> Option<Answer> {
        let router = self.router.get()?.clone();
        request.extensions_mut().insert(InProcess);
        let response = match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let (status, body) = match axum::body::to_bytes(body, MAX_ANSWER).await {
            Ok(body) => (parts.status, body),
            Err(_) => (StatusCode::BAD_GATEWAY, Bytes::new()),
        };
        Some(Answer { status, headers: parts.headers, body })
    }
}
