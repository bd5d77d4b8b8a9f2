//! The node: its communities, its jobs, adding and closing a community. For node administrators, on any host.

use axum::response::Response;
use http::StatusCode;
use ratusha_platform::{
    AppError, AppResult, TenantId,
    http::{
        csrf::Csrf,
        form::{FormData, FormState},
        routes::Routes,
    },
    jobs,
};
use ratusha_templates::{
    Html, Ui,
    form::{Choice, Field, Fields},
    parts::{Column, Stat, Status, Table, Tone},
};

use super::{
    flash::FlashCookie,
    page::Page,
    view::{self, Section},
};
use crate::{
    Tenant, TenantKind, Tenants, policy,
    tenant::service::{self, NewTenant},
    territory::{self, Gazetteer},
};

/// Units offered to choose from.
const UNITS: usize = 20;

/// The doors of the node.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/node", overview)
        .get("/node/tenants/new", new_page)
        .post("/node/tenants", create)
        .post("/node/tenants/suspend", suspend)
        .post("/node/tenants/resume", resume)
        .post("/node/tenants/move", move_domain)
}

async fn overview(page: Page) -> AppResult<Response> {
    show(&page, StatusCode::OK, &FormState::default()).await
}

async fn show(page: &Page, status: StatusCode, moved: &FormState) -> AppResult<Response> {
    policy::run_node(&page.who).require()?;
    let mut conn = page.ctx.db().read().await?;
    let tenants = service::list(&page.ctx, &mut conn, &page.who).await?;
    let (waiting, dead) = jobs::store::count(&mut conn).await?;
    drop(conn);
    let ui = page.ui().titled(page.t("tenants-node-title")).lead(page.t("tenants-node-lead")).crumb(page.t("tenants-node-title"), "/node");
    let stat = |value: i64, key: &str| Stat { value: ui.number(value), label: ui.tn(key, value), url: None };
    let stats = [
        stat(i64::try_from(tenants.len()).unwrap_or(i64::MAX), "tenants-node-tenants"),
        stat(waiting, "tenants-node-waiting"),
        stat(dead, "tenants-node-dead"),
    ];
    let rows = tenants.iter().map(|tenant| row(&ui, tenant));
    let table = Table {
        caption: ui.t("tenants-node-list"),
        caption_hidden: true,
        columns: ["name", "host", "handle", "katottg", "state", "action"]
            .into_iter()
            .map(|key| Column::text(ui.t(format!("tenants-node-{key}"))))
            .collect(),
        rows: rows.collect(),
    };
    let choices =
        tenants.iter().map(|tenant| Choice::new(tenant.id.as_str(), format!("{} ({})", tenant.name(page.lang), tenant.host))).collect();
    let fields = Fields::new(moved)
        .with(Field::select("tenant", "tenants-node-which", choices).required())
        .with(Field::text("host", "tenants-node-new-host").hint("tenants-node-new-host-hint").required().max(255));
    let list = view::join([
        ui.table(&table),
        Html::trusted("<p>"),
        ui.button_link("tenants-node-add", "primary", "/node/tenants/new"),
        Html::trusted("</p>"),
    ]);
    let sections = vec![
        Section::plain(ui.stats(&stats)),
        Section::new("tenants", ui.t("tenants-node-list"), list),
        Section::new("move", ui.t("tenants-node-move-title"), view::form(&ui, "/node/tenants/move", &fields, "tenants-node-move")),
    ];
    Ok(view::sections(status, &ui, sections))
}

fn row(ui: &Ui, tenant: &Tenant) -> Vec<Html> {
    let (status, action) = if tenant.is_active() {
        let stop = ui.post_button("tenants-node-suspend", "secondary", "/node/tenants/suspend", &[("tenant", tenant.id.as_str())]);
        (Status::new(Tone::Good, ui.t("tenants-state-active")), stop)
    } else {
        let go = ui.post_button("tenants-node-resume", "secondary", "/node/tenants/resume", &[("tenant", tenant.id.as_str())]);
        (Status::new(Tone::Care, ui.t("tenants-state-suspended")), go)
    };
    let link = format!("<a href=\"{}\">{}</a>", Html::text(&tenant.url("/")), Html::text(tenant.name(ui.lang)));
    vec![
        Html::trusted(link),
        Html::text(&tenant.hosts.join(", ")),
        Html::text(&tenant.address()),
        Html::text(tenant.katottg.as_deref().unwrap_or("")),
        ui.status(&status),
        action,
    ]
}

/// The way to a unit: a search by name or code, then a link for each unit that it may be.
pub(super) async fn unit_search(ui: &Ui, ctx: &ratusha_platform::Ctx, path: &str, state: &FormState) -> AppResult<Html> {
    let q = state.data.line("q");
    let fields = Fields::new(state).with(Field::text("q", "tenants-unit-search").hint("tenants-unit-search-hint").required().max(120));
    let mut parts = vec![view::search_form(ui, path, &fields, "ui-search")];
    if !q.is_empty() {
        let gazetteer = ctx.service::<Gazetteer>()?;
        let mut conn = ctx.db().read().await?;
        let hits = territory::search(&gazetteer, &mut conn, &q, UNITS).await?;
        let links: Vec<Html> = hits
            .iter()
            .filter(|hit| hit.unit.is_open())
            .map(|hit| {
                let place = hit.place(ui.lang);
                let name = hit.unit.display_name(ui.lang);
                let label = if place.is_empty() { name } else { format!("{name} ({place})") };
                let link = view::Block::Link(label, format!("{path}?unit={}", hit.unit.code));
                view::prose(ui, &[link])
            })
            .collect();
        if links.is_empty() {
            parts.push(ui.empty(ui.t("tenants-unit-none-title"), ui.t("tenants-unit-none"), None));
        } else {
            parts.extend(links);
        }
    }
    Ok(view::join(parts))
}

/// The fields of a new tenant once its unit is known (or it is the hub).
pub(super) fn tenant_fields(fields: Fields, hub: bool) -> Fields {
    let fields = if hub {
        fields.with(Field::text("name_uk", "tenants-name-uk").required().max(120)).with(Field::text("name_en", "tenants-name-en").max(120))
    } else {
        fields
    };
    fields
        .with(Field::text("host", "tenants-new-host").hint("tenants-new-host-hint").required().max(255))
        .with(Field::text("handle", "tenants-new-handle").hint("tenants-new-handle-hint").required().max(30))
}

/// What the fields say.
pub(super) fn new_tenant(form: &FormData) -> NewTenant {
    let hub = form.raw("kind") == TenantKind::Hub.name();
    NewTenant {
        kind: if hub { TenantKind::Hub } else { TenantKind::Community },
        katottg: (!hub).then(|| form.line("unit")),
        host: form.line("host"),
        handle: form.line("handle"),
        name_uk: form.line("name_uk"),
        name_en: form.line("name_en"),
    }
}

async fn new_page(page: Page) -> AppResult<Response> {
    let query = FormData::from_urlencoded(page.path.split_once('?').map_or("", |(_, query)| query).as_bytes());
    new_form(&page, StatusCode::OK, &FormState::clean(query)).await
}

async fn new_form(page: &Page, status: StatusCode, state: &FormState) -> AppResult<Response> {
    policy::run_node(&page.who).require()?;
    let ui = page
        .ui()
        .titled(page.t("tenants-new-title"))
        .crumb(page.t("tenants-node-title"), "/node")
        .crumb(page.t("tenants-new-title"), "/node/tenants/new");
    let (hub, code) = (state.data.raw("kind") == "hub", state.data.line("unit"));
    let mut sections = Vec::new();
    if hub || !code.is_empty() {
        let mut fields = Fields::new(state).with(Field::hidden("kind", state.data.raw("kind"))).with(Field::hidden("unit", code.clone()));
        if let Some(error) = state.errors.get("katottg").or_else(|| state.errors.get("kind")) {
            sections.push(Section::plain(ui.notice(Tone::Bad, "", ui.error_text(error))));
        }
        let title = if hub {
            ui.t("tenants-new-hub")
        } else {
            let mut conn = page.ctx.db().read().await?;
            let unit = territory::find_by_code(&mut conn, &code).await?.ok_or_else(AppError::not_found)?;
            format!("{}, {}", unit.display_name(page.lang), unit.code)
        };
        fields = tenant_fields(fields, hub);
        sections.push(Section::new("new", title, view::form(&ui, "/node/tenants", &fields, "tenants-new-submit")));
    } else {
        sections.push(Section::new("unit", ui.t("tenants-new-unit"), unit_search(&ui, &page.ctx, "/node/tenants/new", state).await?));
        if page.ctx.service::<Tenants>()?.hub().is_none() {
            let hint = [
                view::Block::Text(ui.t("tenants-new-hub-hint")),
                view::Block::Link(ui.t("tenants-new-hub-link"), "/node/tenants/new?kind=hub".to_owned()),
            ];
            sections.push(Section::new("hub", ui.t("tenants-new-hub"), view::prose(&ui, &hint)));
        }
    }
    Ok(view::sections(status, &ui, sections))
}

async fn create(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    match service::add(&page.ctx, &page.who, &new_tenant(&form)).await {
        Ok(tenant) => Ok(page.redirect_with("/node", &FlashCookie::good("tenants-added").arg("name", tenant.name(page.lang)))),
        Err(error) => {
            let (status, state) = view::refused(form, error)?;
            new_form(&page, status, &state).await
        }
    }
}

/// The tenant that a form of the node's administrator names.
fn named(page: &Page, form: &FormData) -> AppResult<TenantId> {
    policy::run_node(&page.who).require()?;
    let id: TenantId = form.raw("tenant").parse().map_err(|_| AppError::not_found())?;
    Ok(page.ctx.service::<Tenants>()?.get(&id)?.id.clone())
}

async fn suspend(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.ctx.begin(&named(&page, &form)?, page.who.by()).await?;
    service::suspend(&mut uow, &page.who).await?;
    uow.commit().await?;
    Ok(page.redirect_with("/node", &FlashCookie::care("tenants-suspended")))
}

async fn resume(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.ctx.begin(&named(&page, &form)?, page.who.by()).await?;
    service::resume(&mut uow, &page.who).await?;
    uow.commit().await?;
    Ok(page.redirect_with("/node", &FlashCookie::good("tenants-resumed")))
}

async fn move_domain(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.ctx.begin(&named(&page, &form)?, page.who.by()).await?;
    match service::move_domain(&mut uow, &page.who, form.raw("host")).await {
        Ok(()) => {
            uow.commit().await?;
            Ok(page.redirect_with("/node", &FlashCookie::good("tenants-moved").arg("host", form.line("host"))))
        }
        Err(error) => {
            drop(uow);
            let (status, state) = view::refused(form, error)?;
            show(&page, status, &state).await
        }
    }
}
