//! Pages of people: signing in and out, registering, the own account.

use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use ratusha_platform::{
    AppResult,
    http::{
        csrf::Csrf,
        form::{FormData, FormState},
        routes::Routes,
    },
};
use ratusha_templates::{
    Html,
    form::{Field, Fields},
    parts::{Column, SummaryRow, Table, Tone},
};

use super::{
    service::{self, NewAccount, Visit},
    session::{self, Begun},
};
use crate::{
    actor, policy, roles,
    web::{
        FlashCookie, Page, cookie, safe_path,
        view::{self, Section},
    },
};

/// The doors of people.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/sign-in", sign_in_page)
        .post("/sign-in", sign_in)
        .post("/sign-out", sign_out)
        .get("/register", register_page)
        .post("/register", register)
        .get("/account", show)
        .post("/account/name", rename)
        .post("/account/password", change_password)
        .post("/account/sessions/end", end_session)
}

fn visit(page: &Page) -> Visit {
    let agent = page.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    Visit { ip: page.ip, agent, token: token(page).map(ToOwned::to_owned) }
}

fn token(page: &Page) -> Option<&str> {
    cookie(&page.headers, session::cookie_name(page.secure()))
}

fn with_session(page: &Page, begun: &Begun, back: &str) -> Response {
    let to = safe_path(back).filter(|back| !back.starts_with("/sign-in") && !back.starts_with("/en/sign-in"));
    let to = to.map_or_else(|| page.lang.path("/"), ToOwned::to_owned);
    let mut response = Redirect::to(&to).into_response();
    if let Ok(value) = HeaderValue::from_str(&begun.cookie(page.secure())) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn query(page: &Page) -> FormData {
    FormData::from_urlencoded(page.path.split_once('?').map_or("", |(_, query)| query).as_bytes())
}

async fn sign_in_page(page: Page) -> AppResult<Response> {
    if page.who.signed_in() {
        return Ok(page.redirect("/account"));
    }
    Ok(sign_in_form(&page, StatusCode::OK, &FormState::clean(query(&page))))
}

fn sign_in_form(page: &Page, status: StatusCode, state: &FormState) -> Response {
    let mut ui = page.ui().titled(page.t("account-sign-in-title"));
    // The way back belongs to this visit, not to the page.
    ui.path = "/sign-in".to_owned();
    let fields = Fields::new(state)
        .with(Field::hidden("back", state.data.raw("back")))
        .with(Field::email("email", "account-email").required().max(254))
        .with(Field::password("password", "account-password").required().autocomplete("current-password"));
    let mut parts = vec![view::form(&ui, "/sign-in", &fields, "account-sign-in")];
    if page.tenant.registration {
        parts.push(view::prose(&ui, &[view::Block::Link(page.t("account-to-register"), "/register".to_owned())]));
    }
    view::sections(status, &ui, vec![Section::plain(view::join(parts))])
}

async fn sign_in(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    match service::sign_in(&page.ctx, &page.tenant, form.raw("email"), form.raw("password"), &visit(&page)).await {
        Ok(begun) => Ok(with_session(&page, &begun, form.raw("back"))),
        Err(error) => {
            let (status, state) = view::refused(form, error)?;
            Ok(sign_in_form(&page, status, &state))
        }
    }
}

async fn sign_out(page: Page, Csrf(_): Csrf) -> AppResult<Response> {
    if let Some(token) = token(&page) {
        let mut uow = page.begin().await?;
        service::sign_out(&mut uow, &page.who, token).await?;
        uow.commit().await?;
    }
    let mut response = page.redirect_with("/", &FlashCookie::good("account-signed-out"));
    for value in [session::gone_cookie(page.secure())] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}

async fn register_page(page: Page) -> AppResult<Response> {
    if page.who.signed_in() {
        return Ok(page.redirect("/account"));
    }
    Ok(register_form(&page, StatusCode::OK, &FormState::clean(query(&page))))
}

fn register_form(page: &Page, status: StatusCode, state: &FormState) -> Response {
    let mut ui = page.ui().titled(page.t("account-register-title")).lead(page.t("account-register-lead"));
    ui.path = "/register".to_owned();
    if !page.tenant.registration {
        let notice = ui.notice(Tone::Info, "", ui.t("error-account-registration-closed"));
        return view::sections(status, &ui, vec![Section::plain(notice)]);
    }
    let fields = Fields::new(state)
        .with(Field::hidden("back", state.data.raw("back")))
        .with(Field::text("name", "account-name").hint("account-name-hint").required().autocomplete("name").max(80))
        .with(Field::email("email", "account-email").hint("account-email-hint").required().max(254))
        .with(Field::password("password", "account-password").hint("account-password-hint").required().autocomplete("new-password"));
    let form = view::form(&ui, "/register", &fields, "account-register");
    view::sections(status, &ui, vec![Section::plain(form)])
}

async fn register(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let new = NewAccount { email: form.raw("email").to_owned(), name: form.line("name"), password: form.raw("password").to_owned() };
    match service::register(&page.ctx, &page.tenant, &new, &visit(&page)).await {
        Ok(()) => {
            // The same for everybody: only signing in tells whether the address and the password belong together.
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            if let Some(back) = safe_path(form.raw("back")) {
                query.append_pair("back", back);
            }
            let query = query.finish();
            let path = if query.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?{query}") };
            Ok(page.redirect_with(&path, &FlashCookie::good("account-registered")))
        }
        Err(error) => {
            let (status, state) = view::refused(form, error)?;
            Ok(register_form(&page, status, &state))
        }
    }
}

/// Which of the two forms on the page came back.
enum Came {
    Nothing,
    Name(FormState),
    Password(FormState),
}

async fn show(page: Page) -> AppResult<Response> {
    account_page(&page, StatusCode::OK, Came::Nothing).await
}

async fn account_page(page: &Page, status: StatusCode, came: Came) -> AppResult<Response> {
    policy::own_account(&page.who).require()?;
    let mut conn = page.ctx.db().read().await?;
    let sessions = service::sessions(&mut conn, &page.who, page.now()).await?;
    let actor = match &page.who.account {
        Some(account) => actor::service::person_of(&mut conn, page.tenant_id(), account).await?,
        None => None,
    };
    drop(conn);
    let ui = page.ui().titled(page.t("account-title")).lead(page.t("account-lead")).crumb(page.t("account-title"), "/account");
    let mut name_state = FormState::clean(FormData::from_pairs([("name", page.who.name.clone())]));
    let mut password_state = FormState::default();
    match came {
        Came::Nothing => {}
        Came::Name(state) => name_state = state,
        Came::Password(state) => password_state = state,
    }
    let grants = page.who.grants.iter().filter_map(|grant| {
        let label = ui.t(roles::find(grant.role)?.key);
        let until = grant.until.map_or_else(|| ui.t("account-until-never"), |until| ui.t1("account-until", "date", ui.date(until)));
        Some(SummaryRow::text(label, until))
    });
    let mut facts: Vec<SummaryRow> = grants.collect();
    if let Some(actor) = actor {
        facts.push(SummaryRow::text(ui.t("account-actor"), actor));
    }
    let name = Fields::new(&name_state)
        .with(Field::text("name", "account-name").hint("account-name-hint").required().autocomplete("name").max(80));
    let password = Fields::new(&password_state)
        .with(Field::password("current", "account-password-current").required().autocomplete("current-password"))
        .with(Field::password("password", "account-password-new").hint("account-password-hint").required().autocomplete("new-password"));
    let here = token(page).map(session::token_hash).unwrap_or_default();
    let rows = sessions.iter().map(|row| {
        let agent = device(&row.agent).unwrap_or_else(|| ui.t("account-agent-unknown"));
        let last = if row.token_hash == here {
            ui.status_word(Tone::Good, ui.t("account-session-here"))
        } else {
            ui.post_button("account-session-end", "secondary", "/account/sessions/end", &[("session", row.token_hash.as_str())])
        };
        let at = |ms: i64| Html::text(&ui.date_time(ratusha_platform::Timestamp(ms)));
        vec![Html::text(&agent), at(row.created_at), at(row.seen_at), last]
    });
    let table = Table {
        caption: ui.t("account-sessions"),
        caption_hidden: true,
        columns: ["account-session-agent", "account-session-began", "account-session-seen", "account-session-action"]
            .into_iter()
            .map(|key| Column::text(ui.t(key)))
            .collect(),
        rows: rows.collect(),
    };
    let mut parts = vec![
        Section::new("roles", ui.t("account-roles"), ui.summary_list(&facts)),
        Section::new("name", ui.t("account-name-title"), view::form(&ui, "/account/name", &name, "ui-save")),
        Section::new(
            "password",
            ui.t("account-password-title"),
            view::form(&ui, "/account/password", &password, "account-password-change"),
        ),
        Section::new("sessions", ui.t("account-sessions"), ui.table(&table)),
    ];
    let mut duties = Vec::new();
    if policy::administer(&page.who).allowed() {
        duties.push(view::Block::Link(ui.t("tenants-admin-title"), "/admin".to_owned()));
    }
    if policy::run_node(&page.who).allowed() {
        duties.push(view::Block::Link(ui.t("tenants-node-title"), "/node".to_owned()));
    }
    if !duties.is_empty() {
        parts.insert(0, Section::new("duties", ui.t("account-duties"), view::prose(&ui, &duties)));
    }
    Ok(view::sections(status, &ui, parts))
}

async fn rename(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.begin().await?;
    match service::rename(&mut uow, &page.who, form.raw("name")).await {
        Ok(()) => {
            uow.commit().await?;
            Ok(page.redirect_with("/account", &FlashCookie::good("account-renamed")))
        }
        Err(error) => {
            drop(uow);
            let (status, state) = view::refused(form, error)?;
            account_page(&page, status, Came::Name(state)).await
        }
    }
}

async fn change_password(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let token = token(&page).unwrap_or_default().to_owned();
    match service::change_password(&page.ctx, &page.who, form.raw("current"), form.raw("password"), &token).await {
        Ok(()) => Ok(page.redirect_with("/account", &FlashCookie::good("account-password-changed"))),
        Err(error) => {
            let (status, state) = view::refused(form, error)?;
            account_page(&page, status, Came::Password(state)).await
        }
    }
}

async fn end_session(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.begin().await?;
    service::end_session(&mut uow, &page.who, form.raw("session")).await?;
    uow.commit().await?;
    Ok(page.redirect_with("/account", &FlashCookie::good("account-session-ended")))
}

/// The browser and the system that a user agent names, as people call them; what is neither is told as it came.
fn device(agent: &str) -> Option<String> {
    let named = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = named(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => Some(agent.chars().take(60).collect::<String>()).filter(|text| !text.trim().is_empty()),
    }
}
