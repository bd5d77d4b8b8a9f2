//! Pages of this crate: sections under one heading, forms, and prose.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use ratusha_platform::{
    AppError, AppResult, FieldError, Kind,
    http::form::{FormData, FormState},
};
use ratusha_templates::{Html, Ui, form::Fields};

/// One part of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Section {
    pub id: &'static str,
    pub title: String,
    pub body: Html,
}

impl Section {
    /// A part without a heading of its own.
    pub fn plain(body: Html) -> Self {
        Self { body, ..Self::default() }
    }

    /// A part under a heading.
    pub fn new(id: &'static str, title: impl Into<String>, body: Html) -> Self {
        Self { id, title: title.into(), body }
    }
}

#[derive(Template)]
#[template(path = "tenants/sections.html")]
struct Sections<'a> {
    ui: &'a Ui,
    sections: Vec<Section>,
    aside: Html,
}

/// A page of sections.
pub(crate) fn sections(status: StatusCode, ui: &Ui, sections: Vec<Section>) -> Response {
    with_aside(status, ui, sections, Html::default())
}

/// A page of sections with facts beside them.
pub(crate) fn with_aside(status: StatusCode, ui: &Ui, sections: Vec<Section>, aside: Html) -> Response {
    let mut response = ratusha_templates::page(status, &Sections { ui, sections, aside });
    // What an account or an administrator sees stays in their browser's memory only.
    if ui.viewer.name.is_some() {
        response.headers_mut().insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    }
    response
}

#[derive(Template)]
#[template(path = "tenants/form.html")]
struct FormView<'a> {
    ui: &'a Ui,
    method: &'static str,
    action: &'a str,
    fields: &'a Fields,
    submit: &'a str,
    look: &'static str,
}

/// A form that posts to `action` (without the language prefix).
pub(crate) fn form(ui: &Ui, action: &str, fields: &Fields, submit_key: &str) -> Html {
    Html::from_template(&FormView { ui, method: "post", action, fields, submit: submit_key, look: "primary" })
}

/// A form that asks with GET.
pub(crate) fn search_form(ui: &Ui, action: &str, fields: &Fields, submit_key: &str) -> Html {
    Html::from_template(&FormView { ui, method: "get", action, fields, submit: submit_key, look: "secondary" })
}

/// A piece of prose.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// A paragraph.
    Text(String),
    /// A link on a line of its own: words and address.
    Link(String, String),
}

#[derive(Template)]
#[template(path = "tenants/prose.html")]
struct Prose<'a> {
    ui: &'a Ui,
    blocks: &'a [Block],
}

/// Prose as HTML.
pub(crate) fn prose(ui: &Ui, blocks: &[Block]) -> Html {
    Html::from_template(&Prose { ui, blocks })
}

/// Several pieces one after another.
pub(crate) fn join(parts: impl IntoIterator<Item = Html>) -> Html {
    Html::trusted(parts.into_iter().map(String::from).collect::<String>())
}

/// The form on its way back, with the status: what was wrong beside its field, or over the form. Errors that are not
/// about the form go on.
pub(crate) fn refused(data: FormData, error: AppError) -> AppResult<(StatusCode, FormState)> {
    match error.kind {
        Kind::Invalid if !error.fields.is_empty() => Ok((StatusCode::UNPROCESSABLE_ENTITY, FormState::refused(data, error.fields))),
        Kind::Invalid | Kind::Conflict | Kind::TooMany | Kind::Unavailable | Kind::NotFound | Kind::Forbidden => {
            let Some(key) = SENTENCES.iter().find(|(code, _)| *code == error.code).map(|(_, key)| *key) else { return Err(error) };
            let field = FieldError { field: String::new(), key, args: error.args.clone() };
            Ok((error.kind.status(), FormState::refused(data, vec![field])))
        }
        _ => Err(error),
    }
}

/// Errors of use cases that are told over the form from which they came.
const SENTENCES: &[(&str, &str)] = &[
    ("account.too_many_tries", "error-account-too-many-tries"),
    ("account.last_admin", "error-account-last-admin"),
    ("account.last_node_admin", "error-account-last-node-admin"),
    ("account.registration_closed", "error-account-registration-closed"),
    ("tenants.unit_taken", "error-tenants-unit-taken"),
    ("tenants.not_a_hub", "error-tenants-not-a-hub"),
    ("federation.not_there", "error-tenants-no-answer"),
    ("federation.refused", "error-tenants-no-answer"),
    ("federation.unreachable", "error-tenants-no-answer"),
    ("federation.blocked", "error-tenants-host-blocked"),
    ("federation.not_an_actor", "error-tenants-no-answer"),
];
