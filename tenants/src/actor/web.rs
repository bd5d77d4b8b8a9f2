//! The doors of actors: documents, collections, WebFinger, NodeInfo, host-meta, robots.txt, the instance document.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use axum::{
    Extension, Json,
    extract::{Path, Query, RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, HeaderValue, header};
use ratusha_federation::{
    outbox,
    webfinger::{self, ActorCard, NodeFacts, NodeInfoVersion, Resource},
    wire::context::context,
};
use ratusha_platform::{
    AppError, AppResult, Conn, Ctx, Kind, Lang,
    http::{negotiate, routes::Routes},
    ids,
};
use serde_json::{Value, value::RawValue};
use url::Url;

use super::{ActorKind, Actors, KnownActor, ap, store};
use crate::{account, follow, settings::NodeSettings, tenant::Tenant, territory};

/// Activities on a page of the outbox.
const PAGE: i64 = 20;
/// Addresses on a page of a collection.
const ADDRESSES: i64 = 100;

/// What is public and counted, told by the layer that has it; an optional service.
#[async_trait]
pub trait CountPublic: Send + Sync {
    /// Published things and comments, of the tenant's own people alone.
    async fn count(&self, conn: &mut Conn, tenant: &Tenant) -> AppResult<(i64, i64)>;
}

/// The counting service.
#[derive(Clone)]
pub struct Counting(pub Arc<dyn CountPublic>);

/// The doors of all actors.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/ap/actor", community)
        .get("/ap/actor/followers", community_followers)
        .get("/ap/actor/following", community_following)
        .get("/ap/actor/outbox", community_outbox)
        .get("/ap/actor/featured", community_featured)
        .get("/ap/server", server)
        .get("/ap/server/followers", server_empty)
        .get("/ap/server/following", server_empty)
        .get("/ap/server/outbox", server_empty)
        .get("/ap/desk/{name}", desk)
        .get("/ap/desk/{name}/{collection}", desk_collection)
        .get("/ap/person/{id}", person)
        .get("/ap/person/{id}/{collection}", person_collection)
        .get("/.well-known/webfinger", finger)
        .get("/.well-known/nodeinfo", nodeinfo_index)
        .get("/.well-known/host-meta", host_meta)
        .get("/nodeinfo/{version}", nodeinfo)
        .get("/robots.txt", robots)
        .get("/api/v1/instance", instance)
}

type Site = Extension<Arc<Tenant>>;

/// A document of ActivityPub.
#[must_use]
pub fn activity(document: &Value) -> Response {
    activity_text(document.to_string())
}

fn activity_text(text: String) -> Response {
    // Never cached together with a page: the address space is apart, and so is the media type.
    ([(header::CONTENT_TYPE, ap::MEDIA_TYPE), (header::VARY, "Accept"), (header::CACHE_CONTROL, "public, max-age=60")], text)
        .into_response()
}

async fn find(ctx: &Ctx, conn: &mut Conn, tenant: &Tenant, id: &str) -> AppResult<Arc<KnownActor>> {
    ctx.service::<Actors>()?.get(ctx.keyring(), conn, &tenant.id, id).await
}

async fn show(ctx: &Ctx, tenant: &Tenant, headers: &HeaderMap, id: &str) -> AppResult<Response> {
    let mut conn = ctx.db().read().await?;
    let actor = find(ctx, &mut conn, tenant, id).await?;
    // A person who followed the address of an actor with a browser is led to the page.
    if negotiate::best(headers, &["text/html", "application/activity+json", "application/ld+json", "application/json"]) == Some("text/html")
    {
        return Ok(Redirect::to(&ap::page(tenant, &actor)).into_response());
    }
    let person = match &actor.account {
        Some(id) => account::store::find_account(&mut conn, id).await?.map(|account| account.name),
        None => None,
    };
    let unit = match (&actor.kind, &tenant.katottg) {
        (ActorKind::Community, Some(code)) => territory::find_by_code(&mut conn, code).await?,
        _ => None,
    };
    Ok(activity(&ap::document(ctx.catalog(), tenant, &actor, person.as_deref(), unit.as_ref())?))
}

async fn community(State(ctx): State<Ctx>, Extension(tenant): Site, headers: HeaderMap) -> AppResult<Response> {
    show(&ctx, &tenant, &headers, &tenant.actor_id()).await
}

async fn server(State(ctx): State<Ctx>, Extension(tenant): Site, headers: HeaderMap) -> AppResult<Response> {
    show(&ctx, &tenant, &headers, &tenant.server_id()).await
}

async fn desk(State(ctx): State<Ctx>, Extension(tenant): Site, Path(name): Path<String>, headers: HeaderMap) -> AppResult<Response> {
    show(&ctx, &tenant, &headers, &tenant.desk_id(&name)).await
}

async fn person(State(ctx): State<Ctx>, Extension(tenant): Site, Path(id): Path<String>, headers: HeaderMap) -> AppResult<Response> {
    ids::check(&id).map_err(|_| AppError::not_found())?;
    show(&ctx, &tenant, &headers, &tenant.person_id(&id)).await
}

async fn community_followers(State(ctx): State<Ctx>, Extension(tenant): Site, RawQuery(query): RawQuery) -> AppResult<Response> {
    collection(&ctx, &tenant, &tenant.actor_id(), "followers", query.as_deref()).await
}

async fn community_following(State(ctx): State<Ctx>, Extension(tenant): Site, RawQuery(query): RawQuery) -> AppResult<Response> {
    collection(&ctx, &tenant, &tenant.actor_id(), "following", query.as_deref()).await
}

async fn community_outbox(State(ctx): State<Ctx>, Extension(tenant): Site, RawQuery(query): RawQuery) -> AppResult<Response> {
    collection(&ctx, &tenant, &tenant.actor_id(), "outbox", query.as_deref()).await
}

async fn community_featured(State(ctx): State<Ctx>, Extension(tenant): Site) -> AppResult<Response> {
    collection(&ctx, &tenant, &tenant.actor_id(), "featured", None).await
}

async fn server_empty(Extension(tenant): Site, uri: http::Uri) -> Response {
    activity(&ap::whole(&tenant.ap_url(uri.path()), &[]))
}

async fn desk_collection(
    State(ctx): State<Ctx>,
    Extension(tenant): Site,
    Path((name, which)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> AppResult<Response> {
    collection(&ctx, &tenant, &tenant.desk_id(&name), &which, query.as_deref()).await
}

async fn person_collection(
    State(ctx): State<Ctx>,
    Extension(tenant): Site,
    Path((id, which)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> AppResult<Response> {
    ids::check(&id).map_err(|_| AppError::not_found())?;
    collection(&ctx, &tenant, &tenant.person_id(&id), &which, query.as_deref()).await
}

/// One of an actor's collections, or a page of it.
async fn collection(ctx: &Ctx, tenant: &Tenant, actor_id: &str, which: &str, query: Option<&str>) -> AppResult<Response> {
    let mut conn = ctx.db().read().await?;
    let actor = find(ctx, &mut conn, tenant, actor_id).await?;
    let id = format!("{actor_id}/{which}");
    let query: HashMap<String, String> = url::form_urlencoded::parse(query.unwrap_or("").as_bytes()).into_owned().collect();
    let paged = query.contains_key("page") || query.contains_key("before") || query.contains_key("after");
    match which {
        "followers" => {
            let total = follow::store::count_followers(&mut conn, &tenant.id, actor_id).await?;
            // Who follows a town hall is nobody's business: the number is public, the people are not.
            Ok(activity(&if paged { ap::page_of(&id, "page=1", &[], None) } else { ap::counted(&id, total) }))
        }
        "following" if paged => {
            let after = query.get("after").map_or("", String::as_str);
            let mut rows = follow::store::list_followed(&mut conn, &tenant.id, actor_id, after, ADDRESSES + 1).await?;
            let more = rows.len() > usize::try_from(ADDRESSES).unwrap_or(usize::MAX);
            rows.truncate(usize::try_from(ADDRESSES).unwrap_or(usize::MAX));
            let next = rows.last().filter(|_| more).map(|last| format!("{id}?{}", pair("after", last)));
            let own = if after.is_empty() { "page=1".to_owned() } else { pair("after", after) };
            Ok(activity(&ap::page_of(&id, &own, &rows, next)))
        }
        "following" => {
            let total = follow::store::count_followed(&mut conn, &tenant.id, actor_id).await?;
            Ok(activity(&ap::counted(&id, total)))
        }
        "outbox" if paged => {
            let before = query.get("before").and_then(|text| text.parse().ok());
            let rows = outbox::log_page(&mut conn, &tenant.id, actor_id, before, PAGE).await?;
            let full = i64::try_from(rows.len()).unwrap_or(0) == PAGE;
            let next = rows.last().filter(|_| full).map(|last| format!("{id}?before={}", last.seq));
            let items: Vec<Box<RawValue>> = rows
                .into_iter()
                .filter_map(|row| String::from_utf8(row.bytes).ok().and_then(|text| RawValue::from_string(text).ok()))
                .collect();
            let own = before.map_or_else(|| format!("{id}?page=1"), |before| format!("{id}?before={before}"));
            let page = ap::OutboxPage { context: context(), id: own, kind: "OrderedCollectionPage", part_of: &id, next, items };
            Ok(activity_text(serde_json::to_string(&page).map_err(AppError::internal)?))
        }
        "outbox" => {
            let total = outbox::store::count_public(&mut conn, &tenant.id, actor_id).await?;
            Ok(activity(&ap::counted(&id, total)))
        }
        "featured" if actor.kind != ActorKind::Server => Ok(activity(&ap::whole(&id, &[]))),
        _ => Err(AppError::not_found()),
    }
}

fn pair(name: &str, value: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}

/// Anybody may read what is meant for finding us.
fn open(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}

fn json_as(kind: &str, value: &Value) -> Response {
    let mut response = value.to_string().into_response();
    if let Ok(kind) = HeaderValue::from_str(kind) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    open(response)
}

async fn finger(State(ctx): State<Ctx>, Extension(tenant): Site, Query(query): Query<HashMap<String, String>>) -> AppResult<Response> {
    let settings = ctx.service::<NodeSettings>()?;
    let asked = query
        .get("resource")
        .and_then(|text| Resource::parse(text, settings.scheme))
        .ok_or_else(|| AppError::new(Kind::Invalid, "tenants.webfinger"))?;
    let mut conn = ctx.db().read().await?;
    let id = match &asked {
        Resource::Account { name, host } => {
            let host = settings.host(host).filter(|host| tenant.hosts.contains(host)).ok_or_else(AppError::not_found)?;
            // Mastodon asks for the host's own name to find the server's actor.
            if *name == host {
                Some(tenant.server_id())
            } else {
                store::find_id_by_username(&mut conn, &tenant.id, &name.to_lowercase()).await?
            }
        }
        Resource::Address(url) => address(&settings, &tenant, url),
    };
    let id = id.ok_or_else(AppError::not_found)?;
    let actor = find(&ctx, &mut conn, &tenant, &id).await?;
    let parse = |text: &str| Url::parse(text).map_err(AppError::internal);
    let card = ActorCard {
        subject: &format!("acct:{}@{}", actor.username, tenant.birth_host()),
        actor: &parse(&actor.id)?,
        actor_type: actor.kind.as_type(),
        page: &parse(&ap::page(&tenant, &actor))?,
        aliases: &[],
        subscribe: None,
    };
    Ok(json_as(webfinger::JRD_JSON, &webfinger::jrd(&card)))
}

/// The actor behind an address of this site: its own, or for the root the server's (FEP-d556).
fn address(settings: &NodeSettings, tenant: &Tenant, url: &Url) -> Option<String> {
    let authority =
        url.port().map_or_else(|| url.host_str().unwrap_or("").to_owned(), |port| format!("{}:{port}", url.host_str().unwrap_or("")));
    let host = settings.host(&authority)?;
    if url.scheme() != settings.scheme || !tenant.hosts.contains(&host) {
        return None;
    }
    Some(if url.path() == "/" { tenant.server_id() } else { tenant.ap_url(url.path()) })
}

fn base(tenant: &Tenant) -> AppResult<Url> {
    Url::parse(&tenant.birth_url).map_err(AppError::internal)
}

async fn host_meta(Extension(tenant): Site, headers: HeaderMap) -> AppResult<Response> {
    let base = base(&tenant)?;
    if negotiate::best(&headers, &["application/xrd+xml", "application/json"]) == Some("application/json") {
        return Ok(json_as("application/json", &webfinger::host_meta_json(&base)));
    }
    let mut response = webfinger::host_meta_xml(&base).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(webfinger::XRD_XML));
    Ok(open(response))
}

async fn nodeinfo_index(Extension(tenant): Site) -> AppResult<Response> {
    Ok(json_as("application/json", &webfinger::nodeinfo_index(&base(&tenant)?)))
}

async fn counts(ctx: &Ctx, conn: &mut Conn, tenant: &Tenant) -> AppResult<(i64, i64)> {
    match ctx.service::<Counting>() {
        Ok(counting) => counting.0.count(conn, tenant).await,
        Err(_) => Ok((0, 0)),
    }
}

async fn nodeinfo(State(ctx): State<Ctx>, Extension(tenant): Site, Path(version): Path<String>) -> AppResult<Response> {
    let version = NodeInfoVersion::parse(&version).ok_or_else(AppError::not_found)?;
    let settings = ctx.service::<NodeSettings>()?;
    let mut conn = ctx.db().read().await?;
    let now = ctx.now();
    let (users, month, half_year) = store::count_people(&mut conn, &tenant.id, now.plus_days(-30), now.plus_days(-180)).await?;
    let (posts, comments) = counts(&ctx, &mut conn, &tenant).await?;
    let whole = |n: i64| u64::try_from(n).unwrap_or(0);
    let facts = NodeFacts {
        version: &settings.version,
        repository: &settings.source_url,
        name: tenant.name(Lang::Uk),
        description: tenant.about(Lang::Uk),
        users: whole(users),
        active_month: whole(month),
        active_half_year: whole(half_year),
        posts: whole(posts),
        comments: whole(comments),
        open_registrations: tenant.registration,
    };
    Ok(json_as(&webfinger::nodeinfo_type(version), &webfinger::nodeinfo(version, &facts)))
}

async fn robots() -> Response {
    // Public pages are meant to be found; forms, administration and the wire are of no use to a search engine.
    let text = "User-agent: *\nDisallow: /ap/\nDisallow: /admin\nDisallow: /en/admin\nDisallow: /account\nDisallow: /en/account\nDisallow: /node\nDisallow: /sign-in\nDisallow: /en/sign-in\nDisallow: /theme/\n";
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}

async fn instance(State(ctx): State<Ctx>, Extension(tenant): Site) -> AppResult<Response> {
    let settings = ctx.service::<NodeSettings>()?;
    let mut conn = ctx.db().read().await?;
    let now = ctx.now();
    let (people, _, _) = store::count_people(&mut conn, &tenant.id, now, now).await?;
    let (posts, _) = counts(&ctx, &mut conn, &tenant).await?;
    Ok(open(Json(ap::instance(&tenant, &settings.version, people, posts)).into_response()))
}
