//! The switch of the colour scheme: a link that leaves a cookie and goes back, so it works without scripts.

use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, header};
use ratusha_platform::AppError;
use ratusha_platform::http::form::FormData;
use ratusha_platform::http::routes::Routes;

use crate::Theme;

/// `GET /theme/{auto|light|dark}?back=/path`.
pub fn routes() -> Routes {
    Routes::new().get("/theme/{name}", switch)
}

async fn switch(Path(name): Path<String>, RawQuery(query): RawQuery) -> Response {
    let theme = Theme::parse(&name);
    if theme.name() != name {
        return AppError::not_found().into_response();
    }
    let query = FormData::from_urlencoded(query.unwrap_or_default().as_bytes());
    let mut response = Redirect::to(local(query.raw("back"))).into_response();
    let cookie = match theme {
        Theme::Auto => "theme=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly",
        Theme::Light => "theme=light; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        Theme::Dark => "theme=dark; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
    };
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, HeaderValue::from_static(cookie));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `back` if it leads to a page of this site, the front page otherwise.
fn local(back: &str) -> &str {
    let one_slash = back.starts_with('/') && !back.starts_with("//");
    // Browsers read a backslash as a slash, and cut tabs and line ends out of addresses.
    if one_slash && back.is_ascii() && !back.contains(|c: char| c == '\\' || c.is_ascii_control() || c == ' ') { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower::ServiceExt;

    async fn get(path: &str) -> Response {
        let request = http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        let (ctx, _db) = ratusha_platform::testkit::context(&[]).await;
        routes().into_router().with_state(ctx).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn the_switch_leaves_a_cookie_and_goes_back() {
        let answer = get("/theme/dark?back=/en/practices%3Fq%3D%2541").await;
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()["location"], "/en/practices?q=%41");
        assert!(answer.headers()["set-cookie"].to_str().unwrap().starts_with("theme=dark;"));
        assert!(get("/theme/auto?back=/").await.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(get("/theme/pink").await.status(), 404);
    }

    #[tokio::test]
    async fn nobody_is_sent_to_another_site() {
        for back in ["https://evil.example", "//evil.example", "/%5Cevil.example", "/%09/evil.example", "", "evil"] {
            assert_eq!(get(&format!("/theme/light?back={back}")).await.headers()["location"], "/", "{back}");
        }
    }
}
