//! Styles, script and pictures of the design system: compiled in, compressed once, cached for ever.

use std::borrow::Cow;
use std::io::Write;
use std::sync::{LazyLock, OnceLock};

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use ratusha_platform::AppError;
use ratusha_platform::http::routes::Routes;
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: Cow<'static, [u8]>,
    /// `/assets/<stem>.<hash>.<ext>`.
    url: String,
    hash: String,
    brotli: OnceLock<Vec<u8>>,
    gzip: OnceLock<Vec<u8>>,
}

/// Fonts come first: the style sheet names them by their hashed addresses.
static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut all = vec![
        Asset::new("fixel-regular.woff2", "font/woff2", include_bytes!("../assets/fixel-regular.woff2").as_slice().into()),
        Asset::new("fixel-semibold.woff2", "font/woff2", include_bytes!("../assets/fixel-semibold.woff2").as_slice().into()),
        Asset::new("app.js", "text/javascript; charset=utf-8", include_bytes!("../assets/app.js").as_slice().into()),
        Asset::new("favicon.svg", "image/svg+xml", include_bytes!("../assets/favicon.svg").as_slice().into()),
    ];
    let css = all.iter().fold(include_str!("../assets/app.css").to_owned(), |css, asset| css.replace(asset.name, &asset.url));
    all.push(Asset::new("app.css", "text/css; charset=utf-8", css.into_bytes().into()));
    all
});

/// The address of the asset called `name`, with the hash of its content; `/assets/<name>` for an unknown one.
#[must_use]
pub fn url(name: &str) -> String {
    ASSETS.iter().find(|asset| asset.name == name).map_or_else(|| format!("/assets/{name}"), |asset| asset.url.clone())
}

/// The bytes of the asset called `name` as they are served uncompressed.
#[must_use]
pub fn bytes(name: &str) -> Option<&'static [u8]> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| asset.bytes.as_ref())
}

/// Sizes of each asset in bytes: name, plain, brotli.
#[must_use]
pub fn sizes() -> Vec<(&'static str, usize, usize)> {
    ASSETS.iter().map(|asset| (asset.name, asset.bytes.len(), asset.brotli().len())).collect()
}

/// `GET /assets/<name>.<hash>.<ext>` and `GET /favicon.ico`.
pub fn routes() -> Routes {
    Routes::new().get("/assets/{file}", serve).get("/favicon.ico", favicon)
}

async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("/assets/{file}");
    match ASSETS.iter().find(|asset| asset.url == path) {
        Some(asset) => asset.answer(&headers, "public, max-age=31536000, immutable"),
        None => AppError::not_found().into_response(),
    }
}

async fn favicon(headers: HeaderMap) -> Response {
    match ASSETS.iter().find(|asset| asset.name == "favicon.svg") {
        Some(asset) => asset.answer(&headers, "public, max-age=86400"),
        None => AppError::not_found().into_response(),
    }
}

impl Asset {
    fn new(name: &'static str, media_type: &'static str, bytes: Cow<'static, [u8]>) -> Self {
        let hash: String = hex::encode(Sha256::digest(&bytes)).chars().take(12).collect();
        let (stem, ext) = name.rsplit_once('.').unwrap_or((name, ""));
        Self { name, media_type, bytes, url: format!("/assets/{stem}.{hash}.{ext}"), hash, brotli: OnceLock::new(), gzip: OnceLock::new() }
    }

    /// Fonts are compressed by nature.
    fn is_packed(&self) -> bool {
        self.media_type == "font/woff2"
    }

    fn brotli(&self) -> &[u8] {
        self.brotli.get_or_init(|| {
            let mut out = Vec::new();
            let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 18, size_hint: self.bytes.len(), ..Default::default() };
            let mut input = self.bytes.as_ref();
            match brotli::BrotliCompress(&mut input, &mut out, &params) {
                Ok(_) => out,
                Err(_) => Vec::new(),
            }
        })
    }

    fn gzip(&self) -> &[u8] {
        self.gzip.get_or_init(|| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(&self.bytes).and_then(|()| encoder.finish()).unwrap_or_default()
        })
    }

    fn answer(&self, request: &HeaderMap, cache: &'static str) -> Response {
        let accepts = request.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
        let (encoding, body) = match best_encoding(accepts).filter(|_| !self.is_packed()) {
            Some("br") if !self.brotli().is_empty() => (Some("br"), self.brotli().to_vec()),
            Some("gzip") if !self.gzip().is_empty() => (Some("gzip"), self.gzip().to_vec()),
            _ => (None, self.bytes.to_vec()),
        };
        let tag = format!("\"{}{}\"", self.hash, encoding.map_or(String::new(), |e| format!("-{e}")));
        let same =
            request.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).is_some_and(|tags| tags.split(',').any(|t| t.trim() == tag));
        let mut response = if same { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let (Some(encoding), false) = (encoding, same) {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

/// Brotli before gzip, each only if it is named and not refused with `q=0`.
fn best_encoding(accepts: &str) -> Option<&'static str> {
    ["br", "gzip"].into_iter().find(|wanted| {
        accepts.split(',').any(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
            named && !pieces.any(|p| matches!(p, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_encoding_wins_and_a_refused_one_does_not() {
        assert_eq!(best_encoding("gzip, deflate, br"), Some("br"));
        assert_eq!(best_encoding("gzip;q=1.0, br;q=0"), Some("gzip"));
        assert_eq!(best_encoding("identity"), None);
    }
}
