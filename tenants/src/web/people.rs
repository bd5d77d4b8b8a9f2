//! People of a community: who may do what, and until when.

use axum::response::Response;
use http::StatusCode;
use ratusha_platform::{
    AppError, AppResult, FieldError, Timestamp,
    http::{
        csrf::Csrf,
        cursor::Cursor,
        form::{FormData, FormState},
        routes::Routes,
    },
};
use ratusha_templates::{
    Html,
    form::{Choice, Field, Fields},
    parts::{Column, Table},
};

use super::{
    flash::FlashCookie,
    page::Page,
    view::{self, Section},
};
use crate::{
    account::{AccountId, service},
    policy, roles,
};

/// The doors of people.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/admin/people", list).post("/admin/people/grant", grant).post("/admin/people/revoke", revoke)
}

async fn list(page: Page) -> AppResult<Response> {
    show(&page, StatusCode::OK, &FormState::default()).await
}

async fn show(page: &Page, status: StatusCode, state: &FormState) -> AppResult<Response> {
    policy::administer(&page.who).require()?;
    let query = FormData::from_urlencoded(page.path.split_once('?').map_or("", |(_, query)| query).as_bytes());
    let cursor = Cursor::decode(query.raw("after"));
    let mut conn = page.ctx.db().read().await?;
    let members = service::people(&mut conn, &page.who, cursor.as_ref(), page.now()).await?;
    let ids: Vec<AccountId> = members.items.iter().map(|member| member.account.id.clone()).collect();
    let emails = service::emails(&page.ctx, &mut conn, &ids).await?;
    drop(conn);
    let ui = page
        .ui()
        .titled(page.t("tenants-admin-people"))
        .lead(page.t("tenants-admin-people-hint"))
        .crumb(page.t("tenants-admin-title"), "/admin")
        .crumb(page.t("tenants-admin-people"), "/admin/people");
    let rows = members.items.iter().map(|member| {
        let id = member.account.id.as_str();
        let email = emails.iter().find(|(other, _)| *other == member.account.id).map_or("", |(_, email)| email);
        let roles = member.grants.iter().filter_map(|grant| {
            let def = roles::find(grant.role)?;
            let until = grant.until.map_or_else(String::new, |until| format!(", {}", ui.t1("account-until", "date", ui.date(until))));
            let take = if policy::grant(&page.who, def).allowed() {
                ui.post_button("tenants-people-revoke", "plain", "/admin/people/revoke", &[("account", id), ("role", def.name)])
            } else {
                Html::default()
            };
            Some(view::join([ui.badge(format!("{}{until}", ui.t(def.key))), Html::text(" "), take]))
        });
        vec![Html::text(&member.account.name), Html::text(email), view::join(roles), Html::text(&ui.date(member.account.created_at))]
    });
    let table = Table {
        caption: ui.t("tenants-admin-people"),
        caption_hidden: true,
        columns: ["name", "email", "roles", "since"].into_iter().map(|key| Column::text(ui.t(format!("tenants-people-{key}")))).collect(),
        rows: rows.collect(),
    };
    let options = std::iter::once(Choice::new("", ui.t("tenants-people-choose")))
        .chain(
            roles::of(page.tenant.kind)
                .filter(|def| policy::grant(&page.who, def).allowed())
                .map(|def| Choice::new(def.name, ui.t(def.key))),
        )
        .collect();
    let fields = Fields::new(state)
        .with(Field::email("email", "account-email").hint("tenants-people-email-hint").required().autocomplete("off").max(254))
        .with(Field::select("role", "tenants-people-role", options).required())
        .with(Field::date("until", "tenants-people-until").hint("tenants-people-until-hint"));
    let next = members.next.as_ref().map(Cursor::encode);
    let body = if members.items.is_empty() {
        ui.empty(ui.t("tenants-people-empty-title"), ui.t("tenants-people-empty"), None)
    } else {
        view::join([ui.table(&table), ui.pager(&next)])
    };
    let sections = vec![
        Section::new("list", ui.t("tenants-people-list"), body),
        Section::new("grant", ui.t("tenants-people-grant-title"), view::form(&ui, "/admin/people/grant", &fields, "tenants-people-grant")),
    ];
    Ok(view::sections(status, &ui, sections))
}

async fn grant(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    match give(&page, &form).await {
        Ok(()) => Ok(page.redirect_with("/admin/people", &FlashCookie::good("tenants-people-granted"))),
        Err(error) => {
            let (status, state) = view::refused(form, error)?;
            show(&page, status, &state).await
        }
    }
}

async fn give(page: &Page, form: &FormData) -> AppResult<()> {
    let until = match form.raw("until").trim() {
        "" => None,
        // The last day is a whole day.
        date => Some(
            Timestamp::parse_date(date)
                .ok_or_else(|| AppError::invalid(vec![FieldError::new("until", "tenants-date-invalid")]))?
                .plus_days(1),
        ),
    };
    let mut uow = page.begin().await?;
    service::grant_by_email(&mut uow, &page.who, form.raw("email"), form.raw("role"), until).await?;
    uow.commit().await
}

async fn revoke(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let account: AccountId = form.raw("account").parse().map_err(|_| AppError::not_found())?;
    let mut uow = page.begin().await?;
    match service::revoke(&mut uow, &page.who, &account, form.raw("role")).await {
        Ok(()) => {
            uow.commit().await?;
            Ok(page.redirect_with("/admin/people", &FlashCookie::good("tenants-people-revoked")))
        }
        Err(error) => {
            drop(uow);
            let (status, state) = view::refused(FormData::default(), error)?;
            show(&page, status, &state).await
        }
    }
}
