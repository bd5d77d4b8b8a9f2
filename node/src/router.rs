//! From the listener to the handler: the layers in their order.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use ratusha_content::Modules;
use ratusha_platform::{
    AppError, Ctx,
    http::routes::{Endpoint, Routes},
};
use ratusha_tenants::web::{ClientIp, resolve_tenant, same_site, session};
use tower::{Layer, util::MapRequestLayer};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    middleware::{cache, errors, headers, language, log},
    pages,
};

/// Forms without files are small; routes that take files say so themselves.
const FORM_LIMIT: usize = 2 * 1024 * 1024;

/// What the outermost layer must know.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Whether the world reaches us by https.
    pub https: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Arc<Vec<IpAddr>>,
}

/// All doors: those that answer whatever the Host, and those of communities.
#[must_use]
pub fn endpoints(modules: &Modules, ctx: &Ctx) -> Vec<Endpoint> {
    let mut all: Vec<Endpoint> = pages::health::routes().merge(ratusha_tenants::setup_routes(ctx)).endpoints().to_vec();
    all.extend_from_slice(community_routes(modules).endpoints());
    all.sort_unstable();
    all
}

fn community_routes(modules: &Modules) -> Routes {
    Routes::new()
        .merge(pages::home::routes())
        .merge(pages::wellknown::routes())
        .merge(ratusha_tenants::routes())
        .merge(ratusha_federation::inbox_routes())
        .merge(ratusha_federation::activity_routes())
        .merge(ratusha_templates::assets::routes())
        .merge(ratusha_templates::theme::routes())
        .merge(modules.routes())
}

/// The whole router of a node.
pub fn build(ctx: &Ctx, modules: &Modules, edge: Edge) -> Router {
    let community = community_routes(modules)
        .into_router()
        .fallback(|| async { AppError::not_found().into_response() })
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(middleware::from_fn_with_state(ctx.clone(), cache::pages))
        // Inside the session, so that whoever is signed in is still signed in on the page that refuses.
        .layer(middleware::from_fn_with_state(ctx.clone(), errors::render))
        .layer(middleware::from_fn_with_state(ctx.clone(), session_where_cookies_count))
        .layer(middleware::from_fn(same_site))
        // A request is routed first, so that layers know the path; errors inside are rendered for the community's readers.
        .layer(middleware::from_fn_with_state(ctx.clone(), errors::render))
        .layer(middleware::from_fn_with_state(ctx.clone(), resolve_tenant))
        .layer(middleware::from_fn_with_state(ctx.clone(), errors::render));
    let https = edge.https;
    let inner = pages::health::routes()
        .merge(ratusha_tenants::setup_routes(ctx))
        .into_router()
        .fallback_service(community.with_state(ctx.clone()))
        .layer(middleware::from_fn(move |request, next| headers::add(https, request, next)))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(ctx.clone(), log::access))
        .layer(middleware::from_fn_with_state(edge, client_ip))
        .with_state(ctx.clone());
    // The language is taken off the address before anything is routed.
    Router::new().fallback_service(MapRequestLayer::new(language::take_prefix).layer(inner))
}

/// Files, assets and the ActivityPub space ignore cookies, so that nothing of a person can leak through them.
async fn session_where_cookies_count(state: State<Ctx>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if ["/files/", "/assets/", "/ap/", "/.well-known/"].iter().any(|p| path.starts_with(p)) {
        return next.run(request).await;
    }
    session(state, request, next).await
}

/// Puts the address of the client into the request; a proxy's word counts only if the proxy is trusted.
async fn client_ip(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if let Some(peer) = peer {
        let ip = if edge.trusted_proxies.contains(&peer) { forwarded(request.headers()).unwrap_or(peer) } else { peer };
        request.extensions_mut().insert(ClientIp(ip));
    }
    next.run(request).await
}

/// The address that the proxy saw: the last one, of the last header if it added one of its own; whatever stands before
/// came from the client.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim();
    last.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_only_what_the_proxy_itself_added_counts_as_the_clients_address() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            forwarded(&headers).map(|ip| ip.to_string())
        };
        assert_eq!(of(&["10.0.0.1, 192.0.2.7"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(of(&["127.0.0.1", "192.0.2.7"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(of(&["192.0.2.7:4711"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(of(&["[2001:db8::7]:4711"]).as_deref(), Some("2001:db8::7"));
        assert_eq!(of(&["unknown"]), None);
        assert_eq!(of(&[]), None);
    }
}
