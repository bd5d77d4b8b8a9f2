//! Whole public pages in memory, compressed once; keys carry revisions, so that nothing is invalidated by hand.

use std::{io::Write, sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use moka::sync::Cache;
use ratusha_platform::{
    Ctx,
    http::{
        negotiate,
        site::{Address, Site},
    },
};
use ratusha_tenants::Tenants;

/// Largest page that is kept.
const MAX_PAGE: usize = 1024 * 1024;
/// Memory for all pages together.
const MAX_TOTAL: u64 = 64 * 1024 * 1024;

/// The pages of a node; a service of the context.
pub struct PageCache {
    pages: Cache<String, Arc<Stored>>,
}

impl Default for PageCache {
    fn default() -> Self {
        let weigh = |key: &String, page: &Arc<Stored>| {
            u32::try_from(key.len() + page.plain.len() + page.gzip.len() + page.brotli.len()).unwrap_or(u32::MAX)
        };
        // Dates on a page ("today", "due") may not lag more than minutes behind.
        let pages = Cache::builder().max_capacity(MAX_TOTAL).weigher(weigh).time_to_live(Duration::from_secs(300)).build();
        Self { pages }
    }
}

struct Stored {
    headers: HeaderMap,
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

/// Answers anonymous GETs from memory where it can, and remembers what it could not.
pub async fn pages(State(ctx): State<Ctx>, request: Request, next: Next) -> Response {
    let Some(place) = place(&request) else {
        return next.run(request).await;
    };
    let Some(key) = place.key(&ctx).await else {
        return next.run(request).await;
    };
    let Ok(cache) = ctx.service::<PageCache>() else {
        return next.run(request).await;
    };
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    if let Some(stored) = cache.pages.get(&key) {
        return stored.answer(&accepts);
    }
    let response = next.run(request).await;
    let is_page = response.status() == StatusCode::OK
        && response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"))
        && !response.headers().contains_key(header::SET_COOKIE)
        && !response.headers().contains_key(header::CACHE_CONTROL);
    if !is_page {
        return response;
    }
    if !fits(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(plain) = to_bytes(body, MAX_PAGE).await else {
        return Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).body(Body::empty()).unwrap_or_default();
    };
    let stored = Arc::new(Stored { gzip: gzip(&plain), brotli: brotli(&plain), plain, headers: parts.headers });
    cache.pages.insert(key, Arc::clone(&stored));
    stored.answer(&accepts)
}

/// False for what is too large to keep, or of unknown size; it goes out as it is.
fn fits(response: &Response) -> bool {
    let exact = response.body().size_hint().exact();
    exact.is_some_and(|bytes| usize::try_from(bytes).is_ok_and(|bytes| bytes <= MAX_PAGE))
}

/// What a page that may be cached depends on, but for the revisions.
struct Place {
    site: Site,
    address: Address,
    theme: String,
}

impl Place {
    async fn key(&self, ctx: &Ctx) -> Option<String> {
        let content = ratusha_content::index::revision(ctx, &self.site.tenant).await.ok()?;
        let tenants = ctx.service::<Tenants>().ok()?.revision();
        let Self { site, address, theme } = self;
        Some(format!("{} {} {} {theme} {content} {tenants} {}", site.tenant, site.host, address.lang.code(), address.path))
    }
}

/// Where the page stands; `None` for what must not be cached.
fn place(request: &Request) -> Option<Place> {
    let path = request.uri().path();
    let cacheable = *request.method() == Method::GET
        && !["/ap/", "/files/", "/assets/", "/.well-known/", "/node", "/account", "/admin", "/sign-in", "/register", "/theme"]
            .iter()
            .any(|p| path.starts_with(p));
    if !cacheable {
        return None;
    }
    let cookies = request.headers().get(header::COOKIE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let theme = match cookies.split(';').map(str::trim).filter(|c| !c.is_empty()).collect::<Vec<_>>().as_slice() {
        [] => "",
        // Whatever else stands there would fill the memory with pages that all look the same.
        [only] => only.strip_prefix("theme=").filter(|theme| matches!(*theme, "light" | "dark"))?,
        _ => return None,
    };
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("");
    // `text/turtle, */*;q=0.1` asks for something else than a page, although a page would do.
    let best = negotiate::best(
        request.headers(),
        &["text/html", "text/turtle", "application/rdf+xml", "application/ld+json", "application/activity+json", "application/json"],
    );
    let page = match best {
        Some(kind) => kind == "text/html",
        None => accept.is_empty() || accept.contains("*/*"),
    };
    if !page {
        return None;
    }
    let site = request.extensions().get::<Site>()?.clone();
    let address = request.extensions().get::<Address>()?.clone();
    Some(Place { site, address, theme: theme.to_owned() })
}

impl Stored {
    fn answer(&self, accepts: &str) -> Response {
        let mut response = Response::new(Body::empty());
        *response.headers_mut() = self.headers.clone();
        let has = |name: &str| {
            accepts
                .split(',')
                .any(|part| part.trim().split(';').next() == Some(name) && !part.contains("q=0,") && !part.trim().ends_with("q=0"))
        };
        let (body, encoding) = if has("br") {
            (&self.brotli, Some("br"))
        } else if has("gzip") {
            (&self.gzip, Some("gzip"))
        } else {
            (&self.plain, None)
        };
        if let Some(encoding) = encoding {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response.headers_mut().remove(header::CONTENT_LENGTH);
        // A page depends on who is signed in and on the theme, so nobody between us and the reader may keep it.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept, Accept-Encoding, Cookie"));
        *response.body_mut() = Body::from(body.clone());
        response
    }
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    let written = out.write_all(plain).and_then(|()| out.finish());
    written.map_or_else(|_| Bytes::new(), Bytes::from)
}

fn brotli(plain: &[u8]) -> Bytes {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 5, lgwin: 20, ..Default::default() };
    match brotli::BrotliCompress(&mut &*plain, &mut out, &params) {
        Ok(_) => Bytes::from(out),
        Err(_) => Bytes::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s24_a_page_too_large_to_keep_still_reaches_its_reader() {
        let page = |bytes: usize| Response::new(Body::from(vec![b'a'; bytes]));
        assert!(fits(&page(MAX_PAGE)));
        assert!(!fits(&page(MAX_PAGE + 1)));
    }

    #[test]
    fn r16_only_known_themes_and_no_other_cookie_share_a_page() {
        let place_of = |cookie: &str| {
            let mut request =
                Request::get("/practices").header("cookie", cookie).header("accept", "text/html").body(Body::empty()).unwrap();
            let tenant = ratusha_platform::TenantId::trusted("t");
            request.extensions_mut().insert(Site { tenant, host: "a.example".into(), base_url: "https://a.example".into() });
            request.extensions_mut().insert(Address { lang: ratusha_platform::Lang::Uk, path: "/practices".into() });
            place(&request).map(|place| place.theme)
        };
        assert_eq!(place_of("theme=dark").as_deref(), Some("dark"));
        for cookie in ["theme=1", "theme=dark 5 7 /other", "flash=a.b", "theme=dark; __Host-session=a", "theme=dark; flash=a"] {
            assert_eq!(place_of(cookie), None, "{cookie}");
        }
    }
}
