//! Administration of one community: where to go, what it shows of itself, and the audit.

use axum::response::Response;
use http::StatusCode;
use ratusha_platform::{
    AppResult, Timestamp,
    http::{
        csrf::Csrf,
        form::{FormData, FormState},
        routes::Routes,
    },
};
use ratusha_templates::{
    Accent, Html,
    form::{Choice, Field, Fields},
    parts::{Column, Link, Status, Table, Task, Tone},
};

use super::{
    flash::FlashCookie,
    page::Page,
    view::{self, Section},
};
use crate::{
    account, audit, policy,
    tenant::{
        Moderation,
        service::{self, Profile},
    },
};

/// Rows of the audit on a page.
const ROWS: i64 = 50;

/// The doors of administration.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/admin", overview)
        .get("/admin/settings", settings_page)
        .post("/admin/settings", settings)
        .get("/admin/audit", audit_page)
}

async fn overview(page: Page) -> AppResult<Response> {
    policy::administer(&page.who).require()?;
    let ui =
        page.ui().titled(page.t("tenants-admin-title")).lead(page.t("tenants-admin-lead")).crumb(page.t("tenants-admin-title"), "/admin");
    let entry = |path: &str, key: &str| Task {
        label: ui.t(format!("tenants-admin-{key}")),
        url: Some(path.to_owned()),
        hint: Some(ui.t(format!("tenants-admin-{key}-hint"))),
        status: Status::default(),
    };
    let mut tasks = vec![
        entry("/admin/settings", "settings"),
        entry("/admin/people", "people"),
        entry("/admin/federation", "federation"),
        entry("/admin/audit", "audit"),
    ];
    if policy::run_node(&page.who).allowed() {
        tasks.push(entry("/node", "node"));
    }
    let described = !page.tenant.about_uk.is_empty();
    let reachable = !page.tenant.contact.is_empty();
    for task in tasks.iter_mut().take(1) {
        task.status = if described && reachable {
            Status::new(Tone::Good, ui.t("tenants-admin-done"))
        } else {
            Status::new(Tone::Care, ui.t("tenants-admin-to-do"))
        };
    }
    Ok(view::sections(StatusCode::OK, &ui, vec![Section::plain(ui.task_list(&tasks))]))
}

async fn settings_page(page: Page) -> AppResult<Response> {
    let profile = Profile::of(&page.tenant);
    let mut form = FormData::from_pairs([
        ("name_uk", profile.name_uk),
        ("name_en", profile.name_en),
        ("accent", profile.accent),
        ("moderation", profile.moderation.name().to_owned()),
        ("contact", profile.contact),
        ("about_uk", profile.about_uk),
        ("about_en", profile.about_en),
    ]);
    if profile.registration {
        form.set("registration", "1");
    }
    settings_form(&page, StatusCode::OK, &FormState::clean(form))
}

fn settings_form(page: &Page, status: StatusCode, state: &FormState) -> AppResult<Response> {
    policy::administer(&page.who).require()?;
    let ui = page
        .ui()
        .titled(page.t("tenants-admin-settings"))
        .lead(page.t("tenants-admin-settings-hint"))
        .crumb(page.t("tenants-admin-title"), "/admin")
        .crumb(page.t("tenants-admin-settings"), "/admin/settings");
    let accents = Accent::ALL.into_iter().map(|accent| Choice::new(accent.name(), ui.t(accent.key()))).collect();
    let moderation =
        Moderation::ALL.into_iter().map(|kind| Choice::new(kind.name(), ui.t(format!("tenants-moderation-{}", kind.name())))).collect();
    let fields = Fields::new(state)
        .with(Field::text("name_uk", "tenants-name-uk").required().max(120))
        .with(Field::text("name_en", "tenants-name-en").max(120))
        .with(Field::textarea("about_uk", "tenants-about-uk", 5).hint("tenants-about-field-hint").max(2000))
        .with(Field::textarea("about_en", "tenants-about-en", 5).max(2000))
        .with(Field::text("contact", "tenants-contact").hint("tenants-contact-hint").max(200))
        .with(Field::select("accent", "tenants-accent", accents).required())
        .with(Field::radios("moderation", "tenants-moderation", moderation).required())
        .with(Field::checkbox("registration", "tenants-registration").hint("tenants-registration-hint"));
    Ok(view::sections(status, &ui, vec![Section::plain(view::form(&ui, "/admin/settings", &fields, "ui-save"))]))
}

async fn settings(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let profile = Profile {
        name_uk: form.line("name_uk"),
        name_en: form.line("name_en"),
        accent: form.line("accent"),
        moderation: Moderation::parse(form.raw("moderation")).unwrap_or_default(),
        registration: form.has("registration"),
        contact: form.line("contact"),
        about_uk: form.text("about_uk"),
        about_en: form.text("about_en"),
    };
    let mut uow = page.begin().await?;
    match service::set_profile(&mut uow, &page.who, &profile).await {
        Ok(()) => {
            uow.commit().await?;
            Ok(page.redirect_with("/admin/settings", &FlashCookie::good("tenants-settings-saved")))
        }
        Err(error) => {
            drop(uow);
            let (status, state) = view::refused(form, error)?;
            settings_form(&page, status, &state)
        }
    }
}

async fn audit_page(page: Page) -> AppResult<Response> {
    policy::administer(&page.who).require()?;
    let query = FormData::from_urlencoded(page.path.split_once('?').map_or("", |(_, query)| query).as_bytes());
    let before = query.raw("after").parse().ok();
    let mut conn = page.ctx.db().read().await?;
    let mut rows = audit::newest(&mut conn, page.tenant_id(), before, ROWS + 1).await?;
    let checked = if query.has("check") { Some(audit::verify_chain(&mut conn, page.tenant_id()).await?) } else { None };
    let more = i64::try_from(rows.len()).unwrap_or(0) > ROWS;
    rows.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let ids: Vec<account::AccountId> = rows.iter().filter_map(|row| row.done_by.parse().ok()).collect();
    let names = account::store::list_names(&mut conn, &ids).await?;
    drop(conn);
    let ui = page
        .ui()
        .titled(page.t("tenants-admin-audit"))
        .lead(page.t("tenants-admin-audit-hint"))
        .crumb(page.t("tenants-admin-title"), "/admin")
        .crumb(page.t("tenants-admin-audit"), "/admin/audit");
    let who = |by: &str| names.iter().find(|(id, _)| id == by).map_or_else(|| by.to_owned(), |(_, name)| name.clone());
    let action = |name: &str| {
        let key = format!("audit-{}", name.replace(['.', '_'], "-"));
        if ui.catalog.has(ui.lang, &key) { ui.t(key) } else { name.to_owned() }
    };
    let cells = rows.iter().map(|row| {
        vec![
            Html::text(&ui.number(row.seq)),
            Html::text(&ui.date_time(Timestamp(row.at))),
            Html::text(&who(&row.done_by)),
            Html::text(&action(&row.action)),
            Html::text(&row.object),
        ]
    });
    let table = Table {
        caption: ui.t("tenants-admin-audit"),
        caption_hidden: true,
        columns: [("seq", true), ("at", false), ("by", false), ("action", false), ("object", false)]
            .into_iter()
            .map(|(key, number)| {
                let label = ui.t(format!("tenants-audit-{key}"));
                if number { Column::number(label) } else { Column::text(label) }
            })
            .collect(),
        rows: cells.collect(),
    };
    let verdict = match &checked {
        None => view::prose(&ui, &[view::Block::Link(ui.t("tenants-audit-check"), "/admin/audit?check=1".to_owned())]),
        Some(found) => match found.broken_at {
            None => ui.notice(Tone::Good, "", ui.tn("tenants-audit-whole", found.rows)),
            Some(seq) => ui.notice(Tone::Bad, "", ui.tn("tenants-audit-broken", seq)),
        },
    };
    let body = if rows.is_empty() {
        ui.empty(
            ui.t("tenants-audit-empty-title"),
            ui.t("tenants-audit-empty"),
            Some(Link::new(ui.t("tenants-admin-settings"), "/admin/settings")),
        )
    } else {
        ui.table(&table)
    };
    let next = rows.last().filter(|_| more).map(|row| row.seq.to_string());
    Ok(view::sections(StatusCode::OK, &ui, vec![Section::plain(view::join([verdict, body, ui.pager(&next)]))]))
}
