//! Layers before every handler: whose host is it, does the form come from our page, who is signed in.

use std::net::IpAddr;
use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, header};
use ratusha_platform::{
    AppError, Ctx, Kind,
    http::{
        csrf::{self, CsrfToken},
        site::Site,
    },
};

use super::{flash, setup};
use crate::{
    account::session,
    principal::Principal,
    tenant::{Tenant, Tenants},
};

/// Where the request came from, decided by the outermost layer, which knows the trusted proxies.
#[derive(Debug, Clone, Copy)]
pub struct ClientIp(pub IpAddr);

/// The value of a cookie of the request.
#[must_use]
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

/// A `Set-Cookie` value for the whole site, out of scripts' reach; `max_age` in seconds, `None` for the browser's session.
#[must_use]
pub(crate) fn set_cookie(name: &str, value: &str, secure: bool, max_age: Option<i64>) -> String {
    let mut out = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax");
    if secure {
        out.push_str("; Secure");
    }
    if let Some(seconds) = max_age {
        out.push_str(&format!("; Max-Age={seconds}"));
    }
    out
}

/// Paths that a suspended community still answers, so that a node administrator can open it again.
fn open_while_suspended(path: &str) -> bool {
    ["/node", "/sign-in", "/sign-out", "/theme", "/assets"]
        .iter()
        .any(|open| path == *open || path.strip_prefix(open).is_some_and(|rest| rest.starts_with('/')))
}

/// The one host that a request names; two of them may be read differently by whoever stands before us.
fn called(request: &Request) -> Option<String> {
    let mut named = request.headers().get_all(header::HOST).iter();
    match (named.next(), named.next()) {
        (Some(host), None) => host.to_str().ok().map(ToOwned::to_owned),
        (None, _) => request.uri().authority().map(ToString::to_string),
        _ => None,
    }
}

/// Decides by the Host header which tenant a request is for, before anything else; an unknown host gets 421.
///
/// Puts [`Site`] and `Arc<Tenant>` into the request extensions.
pub async fn resolve_tenant(State(ctx): State<Ctx>, mut request: Request, next: Next) -> Response {
    let tenants = match ctx.service::<Tenants>() {
        Ok(tenants) => tenants,
        Err(error) => return error.into_response(),
    };
    if let Err(error) = tenants.refresh_if_stale(&ctx).await {
        // The directory in memory serves on while the database is away.
        tracing::warn!(error = %error.chain(), "the directory of tenants could not be read again");
    }
    let called = called(&request);
    let host = called.and_then(|called| tenants.settings().host(&called));
    let Some((host, tenant)) = host.and_then(|host| tenants.by_host(&host).map(|tenant| (host, tenant))) else {
        let invited = if tenants.is_empty() { setup::invitation(&request) } else { None };
        return invited.unwrap_or_else(|| AppError::new(Kind::Misdirected, "misdirected").into_response());
    };
    // No page of ours has such an address, and one of the engines refuses the character in text.
    if request.uri().path_and_query().is_some_and(|path| path.as_str().contains("%00")) {
        return AppError::not_found().into_response();
    }
    if !tenant.is_active() && !open_while_suspended(request.uri().path()) {
        return AppError::new(Kind::Unavailable, "tenants.suspended").into_response();
    }
    let base_url = format!("{}://{host}", tenants.settings().scheme);
    let extensions = request.extensions_mut();
    extensions.insert(Site { tenant: tenant.id.clone(), host, base_url });
    extensions.insert(tenant);
    next.run(request).await
}

/// Refuses what another site makes a browser send; servers' deliveries to inboxes are signed instead.
pub async fn same_site(request: Request, next: Next) -> Response {
    if *request.method() == Method::POST && !is_inbox(request.uri().path()) {
        let host = request.extensions().get::<Site>().map(|site| site.host.clone()).unwrap_or_default();
        if !csrf::same_site(request.headers(), &host) {
            return AppError::new(Kind::Forbidden, "csrf").into_response();
        }
    }
    next.run(request).await
}

fn is_inbox(path: &str) -> bool {
    path.starts_with("/ap/") && path.ends_with("/inbox")
}

/// Finds out who is signed in; puts [`Principal`] and, for an account, [`CsrfToken`] into the extensions.
///
/// Also takes the message of the previous action away once a page has shown it.
pub async fn session(State(ctx): State<Ctx>, mut request: Request, next: Next) -> Response {
    let Some(tenant) = request.extensions().get::<Arc<Tenant>>().cloned() else {
        return next.run(request).await;
    };
    let secure = request.extensions().get::<Site>().is_some_and(|site| site.base_url.starts_with("https:"));
    let mut who = Principal::anonymous(&tenant.id);
    if let Some(token) = cookie(request.headers(), session::cookie_name(secure)) {
        match session::find(&ctx, &tenant, token).await {
            Ok(Some(found)) => {
                who = found.who;
                request.extensions_mut().insert(CsrfToken(found.csrf));
            }
            Ok(None) => {}
            Err(error) => return error.into_response(),
        }
    }
    request.extensions_mut().insert(who);
    let has_flash = *request.method() == Method::GET && cookie(request.headers(), flash::NAME).is_some();
    let mut response = next.run(request).await;
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if has_flash
        && is_page
        && let Ok(value) = HeaderValue::from_str(&set_cookie(flash::NAME, "", secure, Some(0)))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_among_others_and_set_safely() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; session=abc; b=2"));
        assert_eq!(cookie(&headers, "session"), Some("abc"));
        assert_eq!(cookie(&headers, "sess"), None);
        assert_eq!(set_cookie("a", "b", true, Some(5)), "a=b; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=5");
        assert!(!set_cookie("a", "b", false, None).contains("Secure"));
    }

    #[test]
    fn only_inboxes_escape_the_check_of_forms() {
        assert!(is_inbox("/ap/inbox") && is_inbox("/ap/desk/practices/inbox"));
        assert!(!is_inbox("/practices/inbox") && !is_inbox("/ap/actor"));
    }
}
