//! A router that knows its own routes, so that a test can ask each of them who gets what.

use axum::{Router, handler::Handler, routing};

use crate::ctx::Ctx;

/// One door of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// Path pattern such as `/practices/{id}`, without the language prefix.
    pub path: &'static str,
    /// `GET` or `POST`.
    pub method: &'static str,
}

/// Routes of one module with the list of what was added.
#[derive(Default)]
pub struct Routes {
    router: Router<Ctx>,
    endpoints: Vec<Endpoint>,
}

impl Routes {
    /// No routes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `GET path`.
    #[must_use]
    pub fn get<H: Handler<T, Ctx>, T: 'static>(mut self, path: &'static str, handler: H) -> Self {
        self.endpoints.push(Endpoint { path, method: "GET" });
        self.router = self.router.route(path, routing::get(handler));
        self
    }

    /// Adds `POST path`.
    #[must_use]
    pub fn post<H: Handler<T, Ctx>, T: 'static>(mut self, path: &'static str, handler: H) -> Self {
        self.endpoints.push(Endpoint { path, method: "POST" });
        self.router = self.router.route(path, routing::post(handler));
        self
    }

    /// Adds all routes of `other`.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.endpoints.extend(other.endpoints);
        self.router = self.router.merge(other.router);
        self
    }

    /// Lets requests through `change` (layers such as a larger body limit) without losing the list.
    #[must_use]
    pub fn map(mut self, change: impl FnOnce(Router<Ctx>) -> Router<Ctx>) -> Self {
        self.router = change(self.router);
        self
    }

    /// The list of doors.
    #[must_use]
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The router itself.
    pub fn into_router(self) -> Router<Ctx> {
        self.router
    }
}
