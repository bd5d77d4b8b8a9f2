//! One table of errors, two renderings: problem details (RFC 9457) for programs, a page for people.

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use ratusha_platform::{
    AppError, Catalog, Ctx, Kind, Lang,
    http::{
        negotiate::{self, Wanted},
        site::Address,
    },
    i18n::Arg,
};
use ratusha_tenants::web::Page;
use serde_json::json;

use super::log::RequestId;

/// Marks an answer that has been rendered, so that the outer of the two layers leaves it alone.
#[derive(Debug, Clone, Copy)]
struct Rendered;

/// Renders what handlers and layers refused, for whoever asked.
pub async fn render(State(ctx): State<Ctx>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut seen = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let error = match response.extensions().get::<AppError>() {
        Some(_) if response.extensions().get::<Rendered>().is_some() => return response,
        Some(error) => error.clone(),
        // What the framework refuses by itself (no such route, a path that does not parse) has no body worth keeping.
        None => match by_framework(&response) {
            Some(kind) => kind,
            None => return response,
        },
    };
    let mut rendered = if for_people(&seen) { page(&ctx, &mut seen, &error).await } else { problem(&ctx, &seen, &error) };
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered.extensions_mut().insert(error);
    rendered.extensions_mut().insert(Rendered);
    rendered
}

/// The error behind a bare status of the framework's own; a handler's own answer has a body and a type.
fn by_framework(response: &Response) -> Option<AppError> {
    let typed = response.headers().get(header::CONTENT_TYPE).is_some_and(|t| !t.as_bytes().starts_with(b"text/plain"));
    if typed {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND => Some(AppError::not_found()),
        StatusCode::METHOD_NOT_ALLOWED => Some(AppError::new(Kind::Method, "method")),
        StatusCode::PAYLOAD_TOO_LARGE => Some(AppError::new(Kind::TooLarge, "too_large")),
        StatusCode::BAD_REQUEST => Some(AppError::new(Kind::NotFound, "not_found")),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(AppError::new(Kind::Invalid, "bad_form")),
        StatusCode::INTERNAL_SERVER_ERROR => Some(AppError::broken("a handler ended without an answer")),
        _ => None,
    }
}

fn for_people(parts: &Parts) -> bool {
    let path = parts.uri.path();
    let for_servers = path.starts_with("/ap/") || path.starts_with("/.well-known/") || path.starts_with("/nodeinfo");
    !for_servers && negotiate::wanted(&parts.headers) == Wanted::Html
}

async fn page(ctx: &Ctx, parts: &mut Parts, error: &AppError) -> Response {
    let Ok(page) = Page::from_request_parts(parts, ctx).await else {
        return plain(ctx, parts, error);
    };
    // Who only has to sign in is taken there and back again.
    if error.kind == Kind::Unauthorized && !page.who.signed_in() && parts.method == Method::GET {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("back", &page.path);
        return Redirect::to(&page.lang.path(&format!("/sign-in?{}", query.finish()))).into_response();
    }
    let id = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
    ratusha_templates::error_page(page.ui(), error, id)
}

/// Before a community is known there is no frame to put a page into.
fn plain(ctx: &Ctx, parts: &Parts, error: &AppError) -> Response {
    let lang = parts.extensions.get::<Address>().map_or(Lang::Uk, |address| address.lang);
    let text = sentence(ctx.catalog(), lang, error);
    let html = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{text}</title><h1>{text}</h1></html>",
        lang.code()
    );
    ratusha_templates::page_with(error.kind.status(), lang, ratusha_templates::Html::trusted(html))
}

/// The sentence of an error; a code without one of its own gets that of its class.
fn sentence(catalog: &Catalog, lang: Lang, error: &AppError) -> String {
    let args: Vec<(&str, Arg<'_>)> = error.args.iter().map(|(name, value)| (*name, Arg::from(value))).collect();
    let own = error.message_key();
    if catalog.has(lang, &own) { catalog.t_with(lang, &own, &args) } else { catalog.t(lang, "error-internal") }
}

fn problem(ctx: &Ctx, parts: &Parts, error: &AppError) -> Response {
    let lang = parts.extensions.get::<Address>().map_or(Lang::Uk, |address| address.lang);
    let status = error.kind.status();
    let fields: Vec<_> = error
        .fields
        .iter()
        .map(|field| {
            let args: Vec<(&str, Arg<'_>)> = field.args.iter().map(|(name, value)| (*name, Arg::from(value))).collect();
            json!({ "pointer": format!("#/{}", field.field), "detail": ctx.catalog().t_with(lang, field.key, &args) })
        })
        .collect();
    let mut body = json!({
        "type": format!("/problems/{}", error.code),
        "title": sentence(ctx.catalog(), lang, error),
        "status": status.as_u16(),
        "code": error.code,
    });
    if let Some(object) = body.as_object_mut() {
        if let Some(id) = parts.extensions.get::<RequestId>() {
            object.insert("instance".to_owned(), json!(format!("urn:uuid:{}", id.0)));
        }
        if !fields.is_empty() {
            object.insert("errors".to_owned(), json!(fields));
        }
    }
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
