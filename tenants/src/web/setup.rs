//! The set-up page: while the node has no community, whoever sits at the machine makes the first one and its administrator.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, StatusCode, header};
use ratusha_platform::{
    AppError, AppResult, Ctx, Kind, Lang, TenantId,
    http::{
        csrf,
        form::{FormData, FormState},
        routes::Routes,
        site::Address,
    },
};
use ratusha_templates::{
    Ui,
    form::{Field, Fields},
    parts::{SummaryRow, Tone},
};

use super::{
    middleware::ClientIp,
    node::{new_tenant, tenant_fields, unit_search},
    view::{self, Section},
};
use crate::{
    Tenant, TenantKind, Tenants,
    account::service::{self as people, NewAccount},
    principal::Principal,
    roles,
    settings::NodeSettings,
    tenant::service,
    territory,
};

/// `GET` and `POST /setup`, for the router in front of the tenants'; they answer only on loopback, and only while there
/// is no tenant.
pub fn setup_routes(ctx: &Ctx) -> Routes {
    let guard = middleware::from_fn_with_state(ctx.clone(), guard);
    Routes::new().get("/setup", show).post("/setup", create).map(|router| router.layer(guard))
}

/// Where `GET /` leads while there is no tenant, for requests that may set the node up.
#[must_use]
pub(super) fn invitation(request: &Request) -> Option<Response> {
    (request.uri().path() == "/" && from_this_machine(request)).then(|| Redirect::to("/setup").into_response())
}

/// True for a request that came from this machine, to a name of this machine, and through no proxy: a proxy on the same
/// machine brings strangers, and a strange name may have been pointed here by its owner.
fn from_this_machine(request: &Request) -> bool {
    let extensions = request.extensions();
    let peer = extensions.get::<ClientIp>().map(|ip| ip.0).or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()));
    let headers = request.headers();
    let proxied = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name));
    let name = url::Url::parse(&format!("http://{}/", host(headers)))
        .ok()
        .and_then(|url| url.host_str().map(ToOwned::to_owned))
        .unwrap_or_default();
    let local_name = name == "localhost"
        || name.ends_with(".localhost")
        || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    peer.is_some_and(|ip| ip.to_canonical().is_loopback()) && local_name && !proxied
}

fn host(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("")
}

async fn guard(State(ctx): State<Ctx>, request: Request, next: Next) -> Response {
    let empty = match ctx.service::<Tenants>() {
        Ok(tenants) => match tenants.refresh_if_stale(&ctx).await {
            Ok(()) => tenants.is_empty(),
            Err(error) => return error.into_response(),
        },
        Err(error) => return error.into_response(),
    };
    if !empty {
        return AppError::not_found().into_response();
    }
    if !from_this_machine(&request) {
        return AppError::new(Kind::Misdirected, "misdirected").into_response();
    }
    if !csrf::same_site(request.headers(), host(request.headers())) {
        return AppError::new(Kind::Forbidden, "csrf").into_response();
    }
    next.run(request).await
}

fn frame(ctx: &Ctx, request_host: &str, address: Option<&Address>) -> AppResult<Ui> {
    let lang = address.map_or(Lang::Uk, |address| address.lang);
    let path = address.map_or_else(|| "/setup".to_owned(), |address| address.path.clone());
    let scheme = ctx.service::<NodeSettings>()?.scheme;
    let site = ratusha_templates::Site {
        name: ctx.catalog().t(lang, "tenants-setup-site"),
        host: request_host.to_owned(),
        base_url: format!("{scheme}://{request_host}"),
        source_url: ctx.service::<NodeSettings>()?.source_url.clone(),
        ..ratusha_templates::Site::default()
    };
    let ui = Ui::new(lang, ctx.catalog().clone(), Arc::new(site), path, ctx.now());
    let (title, lead) = (ui.t("tenants-setup-title"), ui.t("tenants-setup-lead"));
    Ok(ui.titled(title).lead(lead))
}

async fn show(State(ctx): State<Ctx>, request: Request) -> AppResult<Response> {
    let ui = frame(&ctx, host(request.headers()), request.extensions().get::<Address>())?;
    let query = FormData::from_urlencoded(request.uri().query().unwrap_or("").as_bytes());
    page(&ctx, &ui, StatusCode::OK, &FormState::clean(query)).await
}

async fn page(ctx: &Ctx, ui: &Ui, status: StatusCode, state: &FormState) -> AppResult<Response> {
    let (hub, code) = (state.data.raw("kind") == "hub", state.data.line("unit"));
    if !hub && code.is_empty() {
        let hint = [
            view::Block::Text(ui.t("tenants-new-hub-hint")),
            view::Block::Link(ui.t("tenants-new-hub-link"), "/setup?kind=hub".to_owned()),
        ];
        let sections = vec![
            Section::new("unit", ui.t("tenants-new-unit"), unit_search(ui, ctx, "/setup", state).await?),
            Section::new("hub", ui.t("tenants-new-hub"), view::prose(ui, &hint)),
        ];
        return Ok(view::sections(status, ui, sections));
    }
    let title = if hub {
        ui.t("tenants-new-hub")
    } else {
        let mut conn = ctx.db().read().await?;
        let unit = territory::find_by_code(&mut conn, &code).await?.ok_or_else(AppError::not_found)?;
        format!("{}, {}", unit.display_name(ui.lang), unit.code)
    };
    let fields = Fields::new(state).with(Field::hidden("kind", state.data.raw("kind"))).with(Field::hidden("unit", code));
    let fields = tenant_fields(fields, hub)
        .with(Field::text("name", "tenants-setup-name").hint("account-name-hint").required().autocomplete("name").max(80))
        .with(Field::email("email", "account-email").required().max(254))
        .with(Field::password("password", "account-password").hint("account-password-hint").required().autocomplete("new-password"));
    let sections = vec![Section::new("new", title, view::form(ui, "/setup", &fields, "tenants-setup-submit"))];
    Ok(view::sections(status, ui, sections))
}

async fn create(State(ctx): State<Ctx>, request: Request) -> Result<Response, Response> {
    let ui = frame(&ctx, host(request.headers()), request.extensions().get::<Address>()).map_err(IntoResponse::into_response)?;
    let form = <FormData as axum::extract::FromRequest<Ctx>>::from_request(request, &ctx).await?;
    let done = match begin(&ctx, &form).await {
        Ok(tenant) => receipt(&ui, &tenant),
        Err(error) => match view::refused(form, error) {
            Ok((status, state)) => page(&ctx, &ui, status, &state).await,
            Err(error) => Err(error),
        },
    };
    done.map_err(IntoResponse::into_response)
}

/// The first tenant and its administrator, who also runs the node, in one commit.
async fn begin(ctx: &Ctx, form: &FormData) -> AppResult<Tenant> {
    let new = new_tenant(form);
    let account = NewAccount { email: form.raw("email").to_owned(), name: form.line("name"), password: form.raw("password").to_owned() };
    let id = TenantId::new(ctx.rng(), ctx.now());
    let who = Principal::system(&id, "set-up");
    let prepared = people::prepare(ctx, &account).await?;
    let keys = service::keys_for(ctx, new.kind).await?;
    let mut uow = ctx.begin(&id, who.by()).await?;
    if !crate::tenant::store::list_tenants(uow.conn(), "").await?.is_empty() {
        return Err(AppError::not_found());
    }
    let tenant = service::add_within(&mut uow, &who, &new, keys).await?;
    let mut given = vec![roles::ADMIN, roles::EDITOR, roles::NODE_ADMIN];
    if new.kind == TenantKind::Hub {
        given.push(roles::CURATOR);
    }
    people::create_within(&mut uow, &who, None, Some(prepared), &given).await?;
    uow.commit().await?;
    Ok(tenant)
}

fn receipt(ui: &Ui, tenant: &Tenant) -> AppResult<Response> {
    let rows = [SummaryRow::text(ui.t("tenants-new-host"), &tenant.host), SummaryRow::text(ui.t("tenants-about-handle"), tenant.address())];
    let sign_in = view::Block::Link(ui.t("account-sign-in-title"), tenant.url("/sign-in"));
    let body = view::join([
        ui.notice(Tone::Good, "", ui.t1("tenants-setup-done", "name", tenant.name(ui.lang))),
        ui.summary_list(&rows),
        view::prose(ui, &[sign_in]),
    ]);
    Ok(view::sections(StatusCode::OK, ui, vec![Section::plain(body)]))
}
