//! Other servers: who follows, how deliveries go, who is shut out, and at the hub who is admitted.

use axum::response::Response;
use http::StatusCode;
use ratusha_federation::outbox;
use ratusha_platform::{
    AppResult,
    http::{csrf::Csrf, form::FormState, routes::Routes},
};
use ratusha_templates::{
    Html, Ui,
    form::{Field, Fields},
    parts::{Column, Status, SummaryRow, Table, Tone},
};

use super::{
    flash::FlashCookie,
    page::Page,
    view::{self, Section},
};
use crate::{follow, hub, policy};

/// Hosts of followers shown.
const HOSTS: i64 = 50;

/// The doors of federation.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/admin/federation", overview)
        .post("/admin/federation/block", block)
        .post("/admin/federation/unblock", unblock)
        .post("/admin/federation/admit", admit)
        .post("/admin/federation/withdraw", withdraw)
}

/// Which of the two forms on the page came back.
enum Came {
    Nothing,
    Block(FormState),
    Admit(FormState),
}

async fn overview(page: Page) -> AppResult<Response> {
    show(&page, StatusCode::OK, Came::Nothing).await
}

fn table(ui: &Ui, caption: &str, columns: &[(&str, bool)], rows: Vec<Vec<Html>>) -> Html {
    let columns = columns.iter().map(|(key, number)| if *number { Column::number(ui.t(key)) } else { Column::text(ui.t(key)) }).collect();
    ui.table(&Table { caption: ui.t(caption), caption_hidden: true, columns, rows })
}

async fn show(page: &Page, status: StatusCode, came: Came) -> AppResult<Response> {
    policy::administer(&page.who).require()?;
    let tenant = page.tenant_id();
    let actor = page.tenant.actor_id();
    let mut conn = page.ctx.db().read().await?;
    let followers = follow::store::count_followers(&mut conn, tenant, &actor).await?;
    let hosts = follow::store::list_follower_hosts(&mut conn, tenant, HOSTS).await?;
    let mut peers = outbox::peers(&mut conn).await?;
    let blocks = follow::store::list_blocks(&mut conn, tenant).await?;
    let desk = hub::hub_desk(&mut conn, tenant, "practices").await?;
    let followed = match &desk {
        Some((id, _)) => follow::store::find_followed(&mut conn, tenant, &actor, id).await?,
        None => None,
    };
    let communities = if page.tenant.is_hub() { hub::list_admitted(&mut conn, tenant).await? } else { Vec::new() };
    drop(conn);
    if !policy::run_node(&page.who).allowed() {
        // With whom the neighbours on this node talk is their business.
        let hub_host = desk.as_ref().and_then(|(id, _)| id.split("://").nth(1)?.split('/').next());
        peers.retain(|peer| hosts.iter().any(|(host, _)| *host == peer.host) || hub_host == Some(peer.host.as_str()));
    }
    let ui = page
        .ui()
        .titled(page.t("tenants-admin-federation"))
        .lead(page.t("tenants-admin-federation-hint"))
        .crumb(page.t("tenants-admin-title"), "/admin")
        .crumb(page.t("tenants-admin-federation"), "/admin/federation");
    let (mut block_state, mut admit_state) = (FormState::default(), FormState::default());
    match came {
        Came::Nothing => {}
        Came::Block(state) => block_state = state,
        Came::Admit(state) => admit_state = state,
    }
    let mut sections = Vec::new();
    let mut facts = vec![
        SummaryRow::text(ui.t("tenants-about-handle"), page.tenant.address()),
        SummaryRow::text(ui.t("tenants-about-followers"), ui.number(followers)),
    ];
    if !page.tenant.is_hub() {
        let state = match (hub::hub_of(&page.ctx)?, &desk, followed.map(|followed| followed.state)) {
            (None, ..) => Status::new(Tone::Neutral, ui.t("tenants-hub-none")),
            (Some(_), None, _) => Status::new(Tone::Care, ui.t("tenants-hub-searching")),
            (Some(_), Some(_), Some(state)) if state == "accepted" => Status::new(Tone::Good, ui.t("tenants-hub-linked")),
            (Some(_), Some(_), _) => Status::new(Tone::Info, ui.t("tenants-hub-asked")),
        };
        facts.push(SummaryRow::html(ui.t("tenants-about-hub"), ui.status(&state)));
        if let Some((id, _)) = &desk {
            facts.push(SummaryRow::text(ui.t("tenants-hub-desk"), id));
        }
    }
    sections.push(Section::new("state", ui.t("tenants-federation-state"), ui.summary_list(&facts)));
    if page.tenant.is_hub() {
        sections.push(Section::new("admitted", ui.t("tenants-admitted"), admitted(&ui, &communities, &admit_state)));
    }
    let rows = hosts.iter().map(|(host, n)| vec![Html::text(host), Html::text(&ui.number(*n))]).collect::<Vec<_>>();
    let follower_hosts = if rows.is_empty() {
        ui.empty(ui.t("tenants-followers-empty-title"), ui.t1("tenants-followers-empty", "handle", page.tenant.address()), None)
    } else {
        table(&ui, "tenants-followers-hosts", &[("tenants-host", false), ("tenants-about-followers", true)], rows)
    };
    sections.push(Section::new("followers", ui.t("tenants-followers-hosts"), follower_hosts));
    sections.push(Section::new("peers", ui.t("tenants-peers"), peer_table(&ui, &peers)));
    sections.push(Section::new("blocks", ui.t("tenants-blocks"), block_list(&ui, &blocks, &block_state)));
    Ok(view::sections(status, &ui, sections))
}

fn peer_table(ui: &Ui, peers: &[outbox::Peer]) -> Html {
    if peers.is_empty() {
        return ui.empty(ui.t("tenants-peers-empty-title"), ui.t("tenants-peers-empty"), None);
    }
    let rows = peers.iter().map(|peer| {
        let state = if peer.open {
            Status::new(Tone::Bad, ui.t("tenants-peer-away"))
        } else if peer.waiting > 0 {
            Status::new(Tone::Info, ui.t("tenants-peer-sending"))
        } else {
            Status::new(Tone::Good, ui.t("tenants-peer-well"))
        };
        let last = peer.last_ok.map_or_else(|| ui.t("tenants-never"), |at| ui.date_time(at));
        let error = peer.last_error.clone().unwrap_or_default();
        let next = peer.next_try.filter(|_| peer.open).map_or_else(String::new, |at| ui.date_time(at));
        vec![
            Html::text(&peer.host),
            ui.status(&state),
            Html::text(&ui.number(peer.waiting)),
            Html::text(&last),
            Html::text(&error),
            Html::text(&next),
        ]
    });
    let columns = [
        ("tenants-host", false),
        ("tenants-peer-state", false),
        ("tenants-peer-waiting", true),
        ("tenants-peer-last", false),
        ("tenants-peer-error", false),
        ("tenants-peer-next", false),
    ];
    table(ui, "tenants-peers", &columns, rows.collect())
}

fn block_list(ui: &Ui, blocks: &[(String, bool)], state: &FormState) -> Html {
    let rows: Vec<Vec<Html>> = blocks
        .iter()
        .map(|(host, own)| {
            let action = if *own {
                ui.post_button("tenants-unblock", "secondary", "/admin/federation/unblock", &[("host", host)])
            } else {
                Html::text(&ui.t("tenants-block-of-node"))
            };
            vec![Html::text(host), action]
        })
        .collect();
    let list = if rows.is_empty() {
        Html::default()
    } else {
        table(ui, "tenants-blocks", &[("tenants-host", false), ("tenants-action", false)], rows)
    };
    let fields = Fields::new(state).with(Field::text("host", "tenants-block-host").hint("tenants-block-hint").required().max(255));
    view::join([list, view::form(ui, "/admin/federation/block", &fields, "tenants-block")])
}

fn admitted(ui: &Ui, communities: &[hub::Community], state: &FormState) -> Html {
    let rows: Vec<Vec<Html>> = communities
        .iter()
        .map(|community| {
            let status = if community.admitted {
                Status::new(Tone::Good, ui.t("tenants-admitted-yes"))
            } else {
                Status::new(Tone::Neutral, ui.t("tenants-admitted-no"))
            };
            let action = if community.admitted {
                ui.post_button("tenants-withdraw", "secondary", "/admin/federation/withdraw", &[("host", community.host.as_str())])
            } else {
                Html::default()
            };
            let code = community.katottg.as_deref().unwrap_or("");
            vec![
                Html::text(&community.name),
                Html::text(&community.host),
                Html::text(code),
                ui.status(&status),
                Html::text(&ui.date(community.admitted_at)),
                action,
            ]
        })
        .collect();
    let columns = [
        ("tenants-people-name", false),
        ("tenants-host", false),
        ("tenants-about-katottg", false),
        ("tenants-peer-state", false),
        ("tenants-admitted-at", false),
        ("tenants-action", false),
    ];
    let list = if rows.is_empty() {
        ui.empty(ui.t("tenants-admitted-empty-title"), ui.t("tenants-admitted-empty"), None)
    } else {
        table(ui, "tenants-admitted", &columns, rows)
    };
    let fields = Fields::new(state).with(Field::text("admit_host", "tenants-admit-host").hint("tenants-admit-hint").required().max(255));
    view::join([list, view::form(ui, "/admin/federation/admit", &fields, "tenants-admit")])
}

async fn block(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.begin().await?;
    match follow::service::block_host(&mut uow, &page.who, form.raw("host")).await {
        Ok(()) => {
            uow.commit().await?;
            Ok(page.redirect_with("/admin/federation", &FlashCookie::good("tenants-blocked").arg("host", form.line("host"))))
        }
        Err(error) => {
            drop(uow);
            let (status, state) = view::refused(form, error)?;
            show(&page, status, Came::Block(state)).await
        }
    }
}

async fn unblock(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    let mut uow = page.begin().await?;
    follow::service::unblock_host(&mut uow, &page.who, form.raw("host")).await?;
    uow.commit().await?;
    Ok(page.redirect_with("/admin/federation", &FlashCookie::good("tenants-unblocked").arg("host", form.line("host"))))
}

async fn admit(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    policy::administer(&page.who).require()?;
    match hub::admit(&page.ctx, &page.who, form.raw("admit_host")).await {
        Ok(community) => {
            Ok(page.redirect_with("/admin/federation", &FlashCookie::good("tenants-admitted-now").arg("name", community.name)))
        }
        Err(mut error) => {
            // Two forms on one page cannot both call their field `host`.
            for field in &mut error.fields {
                field.field = "admit_host".to_owned();
            }
            let (status, state) = view::refused(form, error)?;
            show(&page, status, Came::Admit(state)).await
        }
    }
}

async fn withdraw(page: Page, Csrf(form): Csrf) -> AppResult<Response> {
    hub::withdraw(&page.ctx, &page.who, form.raw("host")).await?;
    Ok(page.redirect_with("/admin/federation", &FlashCookie::good("tenants-withdrawn").arg("host", form.line("host"))))
}
