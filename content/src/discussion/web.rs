//! The discussion under an object, the moderators' page, and what other servers may read of a thread.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, StatusCode, header};
use ratusha_federation::wire;
use ratusha_platform::{
    AppError, AppResult, Kind,
    http::{
        csrf::Csrf,
        cursor::Cursor,
        form::{FormData, FormState},
        negotiate,
        routes::Routes,
    },
};
use ratusha_templates::{
    Html, Ui,
    form::{Field, Fields},
    parts::{self, Link, Person},
};
use ratusha_tenants::{Page, web::FlashCookie};
use serde_json::{Map, Value, json};

use super::{
    document::{self, collection},
    model::{Comment, CommentId, CommentState, MAX_CHARS, Reactions},
    policy,
    service::{self, NewComment},
    store,
};
use crate::index::{self, Hit, State};

/// Comments on one page of the moderators' list.
const QUEUE: usize = 25;
/// Ids on one page of a collection.
const ITEMS: i64 = 50;

/// The doors of the discussion.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/discussion", queue)
        .get("/discussion/{object}", show)
        .post("/discussion/{object}", create)
        .get("/discussion/comments/{id}", permalink)
        .get("/discussion/comments/{id}/hide", ask_hide)
        .post("/discussion/comments/{id}/hide", hide)
        .post("/discussion/comments/{id}/approve", approve)
        .post("/discussion/comments/{id}/delete", delete)
        .get("/ap/note/{id}", note)
        .get("/ap/{kind}/{id}/replies", replies)
        .get("/ap/{kind}/{id}/context", context)
}

/// Id of a comment's place on a page.
fn anchor(id: &CommentId) -> String {
    format!("comment-{id}")
}

fn found_or_404(id: &str) -> AppResult<CommentId> {
    id.parse().map_err(|_| AppError::not_found())
}

#[derive(Template)]
#[template(path = "discussion_section.html")]
struct SectionView<'a> {
    ui: &'a Ui,
    title: String,
    reactions: Reactions,
    thread: Vec<parts::Comment>,
    form: Option<FormView>,
    ap_id: &'a str,
}

/// The form for a new comment.
struct FormView {
    action: String,
    fields: Fields,
    draft: String,
    parent: Option<String>,
    held: bool,
}

/// The discussion of a public object as a ready piece of its page: reactions, thread, form; three statements.
///
/// # Errors
/// Internal, from the database.
pub async fn section(page: &Page, ui: &Ui, object: &Hit) -> AppResult<Html> {
    section_with(page, ui, object, None, &FormState::default()).await
}

async fn section_with(page: &Page, ui: &Ui, object: &Hit, parent: Option<&CommentId>, state: &FormState) -> AppResult<Html> {
    let mut conn = page.ctx.db().read().await?;
    let comments = service::thread_for(&mut conn, page.tenant_id(), &object.object, &service::viewing(&page.who)).await?;
    let reactions = service::reactions(&mut conn, page.tenant_id(), &object.object).await?;
    let answered = parent.and_then(|id| comments.iter().find(|c| c.id == *id && c.state == CommentState::Visible));
    let form = policy::comment(&page.who).allowed().then(|| FormView {
        action: format!("/discussion/{}", object.object),
        fields: Fields::new(state).with(
            Field::textarea("text", if answered.is_some() { "discussion-answer-label" } else { "discussion-text-label" }, 5)
                .hint("discussion-text-hint")
                .max(u32::try_from(MAX_CHARS).unwrap_or(u32::MAX))
                .required(),
        ),
        draft: format!("discussion-{}-{}", object.object, answered.map_or("", |c| c.id.as_str())),
        parent: answered.map(|c| c.id.to_string()),
        held: page.tenant.moderation == ratusha_tenants::Moderation::Hold && !policy::speaks_freely(&page.who),
    });
    let shown = comments.iter().filter(|c| c.state == CommentState::Visible).count();
    let view = SectionView {
        ui,
        title: if shown == 0 { ui.t("discussion-title") } else { ui.tn("discussion-title-n", shown) },
        reactions,
        thread: rendered(page, ui, &comments, true),
        form,
        ap_id: &object.ap_id,
    };
    Ok(Html::from_template(&view))
}

/// Comments as the thread component takes them.
fn rendered(page: &Page, ui: &Ui, comments: &[Comment], with_actions: bool) -> Vec<parts::Comment> {
    let name_of = |id: &CommentId| comments.iter().find(|c| c.id == *id).map(|c| c.author_name.clone()).filter(|name| !name.is_empty());
    comments
        .iter()
        .map(|c| parts::Comment {
            id: anchor(&c.id),
            author: Person {
                name: c.author_name.clone(),
                handle: Some(c.author_handle.clone()).filter(|h| !h.is_empty()),
                url: c.author_url.clone(),
                ..Person::default()
            },
            at: c.published_at,
            edited: c.is_edited().then_some(c.updated_at),
            html: Html::trusted(c.body.clone()),
            depth: u8::try_from(c.depth).unwrap_or(u8::MAX),
            reply_to: c.parent.as_ref().and_then(name_of),
            origin: if c.is_local() { None } else { Some(c.url.clone().unwrap_or_else(|| c.ap_id.clone())) },
            held: c.state == CommentState::Held,
            deleted: matches!(c.state, CommentState::Removed | CommentState::Hidden),
            warning: c.warning.clone(),
            lang: c.lang.clone().filter(|lang| lang != page.lang.code()),
            actions: if with_actions { actions(page, ui, c) } else { Html::default() },
        })
        .collect()
}

/// Which of its texts a moderator has before the eyes.
fn seen(c: &Comment) -> String {
    c.updated_at.0.to_string()
}

fn actions(page: &Page, ui: &Ui, c: &Comment) -> Html {
    let mut html = String::new();
    let moderates = policy::moderate(&page.who).allowed();
    if c.state == CommentState::Visible && policy::comment(&page.who).allowed() {
        html.push_str(ui.button_link("discussion-reply", "plain", format!("/discussion/{}?reply={}#text", c.object, c.id)).as_str());
    }
    if moderates && c.state == CommentState::Held {
        html.push_str(
            ui.post_button("discussion-approve", "secondary", format!("/discussion/comments/{}/approve", c.id), &[("seen", &seen(c))])
                .as_str(),
        );
    }
    if moderates && matches!(c.state, CommentState::Held | CommentState::Visible) {
        html.push_str(ui.button_link("discussion-hide", "plain", format!("/discussion/comments/{}/hide", c.id)).as_str());
    }
    let own = c.account.is_some() && c.account == page.who.account;
    if own && policy::delete(&page.who, own, c.state).allowed() {
        html.push_str(ui.post_button("discussion-delete", "plain", format!("/discussion/comments/{}/delete", c.id), &[]).as_str());
    }
    Html::trusted(html)
}

#[derive(Template)]
#[template(path = "discussion_page.html")]
struct ShowView {
    ui: Ui,
    section: Html,
}

/// `GET /discussion/{object}`: the thread on a page of its own, with an answer begun where `?reply=` says so.
async fn show(page: Page, Path(object): Path<String>, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let parent = form.line("reply").parse().ok();
    whole(&page, &object, parent.as_ref(), &FormState::default(), StatusCode::OK).await
}

async fn whole(page: &Page, object: &str, parent: Option<&CommentId>, state: &FormState, status: StatusCode) -> AppResult<Response> {
    let hit = service::public_object(&mut *page.ctx.db().read().await?, page.tenant_id(), object).await?;
    let mut ui =
        page.ui().titled(page.ta("discussion-page-title", &[("title", (&hit.title).into())])).crumb(hit.title.clone(), hit.path.clone());
    ui.canonical = Some(page.tenant.url(&page.lang.path(&hit.path)));
    let section = section_with(page, &ui, &hit, parent, state).await?;
    Ok(ratusha_templates::page(status, &ShowView { ui, section }))
}

/// `POST /discussion/{object}`
async fn create(page: Page, Path(object): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    let parent: Option<CommentId> = form.line("parent").parse().ok();
    let new = NewComment { object: object.clone(), parent: parent.clone(), text: form.raw("text").to_owned(), lang: page.lang };
    service::ready(&page.ctx, &page.tenant, &page.who).await?;
    let mut uow = page.begin().await?;
    match service::comment(&mut uow, &page.who, new).await {
        Ok(comment) => {
            let hit = service::public_object(uow.conn(), page.tenant_id(), &object).await?;
            uow.commit().await?;
            let visible = comment.state == CommentState::Visible;
            let flash = if visible { FlashCookie::good("discussion-sent") } else { FlashCookie::care("discussion-sent-held") };
            Ok(page.redirect_with(&format!("{}#{}", hit.path, anchor(&comment.id)), &flash))
        }
        Err(error) if error.kind == Kind::Invalid => {
            drop(uow);
            whole(&page, &object, parent.as_ref(), &FormState::refused(form, error.fields), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

/// `GET /discussion/comments/{id}`: on to the comment's place on the page of what it is about.
async fn permalink(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    let id = found_or_404(&id)?;
    let mut conn = page.ctx.db().read().await?;
    let comment = service::get(&mut conn, page.tenant_id(), &id).await?;
    let own = comment.account.is_some() && comment.account == page.who.account;
    if comment.state != CommentState::Visible && !own && !policy::moderate(&page.who).allowed() {
        return Err(AppError::not_found());
    }
    let hit = service::public_object(&mut conn, page.tenant_id(), &comment.object).await?;
    Ok(page.redirect(&format!("{}#{}", hit.path, anchor(&id))))
}

#[derive(Template)]
#[template(path = "discussion_queue.html")]
struct QueueView {
    ui: Ui,
    tabs: Vec<(Link, bool)>,
    items: Vec<QueueItem>,
    next: Option<String>,
    empty: (String, String),
}

struct QueueItem {
    about: Link,
    comment: Html,
    reason: Option<String>,
}

/// `GET /discussion`: what waits for a moderator, and what was decided.
async fn queue(page: Page, RawQuery(raw): RawQuery) -> AppResult<Response> {
    policy::moderate(&page.who).require()?;
    let form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    let state = CommentState::parse(&form.line("state")).filter(|s| *s != CommentState::Removed).unwrap_or(CommentState::Held);
    let cursor = Cursor::decode(&form.line("cursor"));
    let rows = service::queue(&mut *page.ctx.db().read().await?, page.tenant_id(), &page.who, state, cursor, QUEUE).await?;
    let ui = page
        .ui()
        .titled(page.t("discussion-queue-title"))
        .lead(page.t("discussion-queue-lead"))
        .crumb(page.t("discussion-queue-title"), "/discussion");
    let items = rows
        .items
        .iter()
        .map(|q| QueueItem {
            about: Link::new(q.title.clone(), q.path.clone()),
            comment: ui.thread(&rendered(&page, &ui, &[for_queue(&q.comment)], false)),
            reason: q.comment.reason.clone(),
        })
        .zip(&rows.items)
        .map(|(item, q)| QueueItem {
            comment: Html::trusted(format!("{}<div class=\"actions\">{}</div>", item.comment, queue_actions(&ui, &q.comment))),
            ..item
        })
        .collect();
    let tabs = [CommentState::Held, CommentState::Visible, CommentState::Hidden]
        .into_iter()
        .map(|s| (Link::new(page.t(tab_key(s)), format!("/discussion?state={}", s.name())), s == state))
        .collect();
    let empty = if state == CommentState::Held {
        ("discussion-queue-empty", "discussion-queue-empty-hint")
    } else {
        ("discussion-queue-none", "discussion-queue-none-hint")
    };
    let empty = (page.t(empty.0), page.t(empty.1));
    Ok(ratusha_templates::page(StatusCode::OK, &QueueView { tabs, items, next: rows.next.map(|c| c.encode()), empty, ui }))
}

fn tab_key(state: CommentState) -> &'static str {
    match state {
        CommentState::Held => "discussion-tab-held",
        CommentState::Visible => "discussion-tab-visible",
        CommentState::Hidden | CommentState::Removed => "discussion-tab-hidden",
    }
}

/// Moderators read what was taken down; the thread component would leave only its place.
fn for_queue(comment: &Comment) -> Comment {
    let state = if comment.state == CommentState::Hidden { CommentState::Visible } else { comment.state };
    Comment { state, depth: 0, ..comment.clone() }
}

fn queue_actions(ui: &Ui, c: &Comment) -> Html {
    let mut html = String::new();
    if matches!(c.state, CommentState::Held | CommentState::Hidden) {
        html.push_str(
            ui.post_button(
                "discussion-approve",
                "secondary",
                format!("/discussion/comments/{}/approve", c.id),
                &[("back", "/discussion"), ("seen", &seen(c))],
            )
            .as_str(),
        );
    }
    if matches!(c.state, CommentState::Held | CommentState::Visible) {
        html.push_str(ui.button_link("discussion-hide", "plain", format!("/discussion/comments/{}/hide", c.id)).as_str());
    }
    Html::trusted(html)
}

/// `POST /discussion/comments/{id}/approve`
async fn approve(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    let read = form.raw("seen").parse().ok().map(ratusha_platform::Timestamp);
    let mut uow = page.begin().await?;
    let comment = service::approve_as_read(&mut uow, &page.who, &found_or_404(&id)?, read).await?;
    let back = way_back(&page, &mut uow, &form, &comment).await?;
    uow.commit().await?;
    Ok(page.redirect_with(&back, &FlashCookie::good("discussion-approved")))
}

/// To the list when that is where the button was, or to the comment's place.
async fn way_back(page: &Page, uow: &mut ratusha_platform::Uow, form: &FormData, comment: &Comment) -> AppResult<String> {
    if form.has("back") {
        return Ok(page.back(form.raw("back")));
    }
    let hit = index::find(uow.conn(), page.tenant_id(), &comment.object).await?;
    Ok(hit
        .filter(|h| h.state == State::Public)
        .map_or_else(|| "/discussion".to_owned(), |hit| format!("{}#{}", hit.path, anchor(&comment.id))))
}

#[derive(Template)]
#[template(path = "discussion_hide.html")]
struct HideView {
    ui: Ui,
    comment: Html,
    action: String,
    fields: Fields,
}

/// `GET /discussion/comments/{id}/hide`: why it is taken down.
async fn ask_hide(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    hide_page(&page, &found_or_404(&id)?, &FormState::default(), StatusCode::OK).await
}

async fn hide_page(page: &Page, id: &CommentId, state: &FormState, status: StatusCode) -> AppResult<Response> {
    policy::moderate(&page.who).require()?;
    let comment = service::get(&mut *page.ctx.db().read().await?, page.tenant_id(), id).await?;
    if !matches!(comment.state, CommentState::Held | CommentState::Visible) {
        return Err(AppError::conflict());
    }
    let ui = page
        .ui()
        .titled(page.t("discussion-hide-title"))
        .lead(page.t("discussion-hide-lead"))
        .crumb(page.t("discussion-queue-title"), "/discussion")
        .crumb(page.t("discussion-hide-title"), "");
    let fields =
        Fields::new(state).with(Field::text("reason", "discussion-reason-label").hint("discussion-reason-hint").max(500).required());
    let shown = ui.thread(&rendered(page, &ui, &[for_queue(&comment)], false));
    Ok(ratusha_templates::page(status, &HideView { comment: shown, action: format!("/discussion/comments/{id}/hide"), fields, ui }))
}

/// `POST /discussion/comments/{id}/hide`
async fn hide(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
    let id = found_or_404(&id)?;
    let mut uow = page.begin().await?;
    match service::hide(&mut uow, &page.who, &id, form.raw("reason")).await {
        Ok(_) => {
            uow.commit().await?;
            Ok(page.redirect_with("/discussion", &FlashCookie::good("discussion-hidden")))
        }
        Err(error) if error.kind == Kind::Invalid => {
            drop(uow);
            hide_page(&page, &id, &FormState::refused(form, error.fields), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /discussion/comments/{id}/delete`
async fn delete(page: Page, Path(id): Path<String>, Csrf(_): Csrf) -> AppResult<Response> {
    let mut uow = page.begin().await?;
    let comment = service::delete(&mut uow, &page.who, &found_or_404(&id)?).await?;
    let hit = index::find(uow.conn(), page.tenant_id(), &comment.object).await?;
    uow.commit().await?;
    let back = hit.filter(|h| h.state == State::Public).map_or_else(|| "/".to_owned(), |hit| format!("{}#discussion", hit.path));
    Ok(page.redirect_with(&back, &FlashCookie::good("discussion-deleted")))
}

fn activity_json(status: StatusCode, body: Map<String, Value>) -> Response {
    let mut response = (status, Value::Object(wire::context::with_context(body)).to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/activity+json"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// `GET /ap/note/{id}`: a comment of ours; only a reader who asks for a page is sent on to one.
async fn note(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    let id = found_or_404(&id)?;
    let mut conn = page.ctx.db().read().await?;
    let comment = service::get(&mut conn, page.tenant_id(), &id).await?;
    if !comment.is_local() {
        return Err(AppError::not_found());
    }
    match comment.state {
        CommentState::Removed => return Ok(activity_json(StatusCode::GONE, object(document::tombstone(&comment)))),
        CommentState::Held | CommentState::Hidden => return Err(AppError::not_found()),
        CommentState::Visible => {}
    }
    if negotiate::best(&page.headers, &["application/activity+json", "application/ld+json", "application/json", "text/html"])
        == Some("text/html")
    {
        return Ok(Redirect::to(&format!("/discussion/comments/{id}")).into_response());
    }
    let hit = service::public_object(&mut conn, page.tenant_id(), &comment.object).await?;
    let parent = match &comment.parent {
        Some(parent) => store::find_comment(&mut conn, page.tenant_id(), parent).await?,
        None => None,
    };
    let place = service::place(&mut conn, &hit, parent.as_ref()).await?;
    Ok(activity_json(StatusCode::OK, object(document::note(&page.tenant, &hit, &comment, &place))))
}

/// What stands at `/ap/{kind}/{id}` of this tenant: its object, and the comment if it is one.
async fn thing(page: &Page, kind: &str, id: &str) -> AppResult<(String, String, Option<CommentId>)> {
    let mut conn = page.ctx.db().read().await?;
    let ap_id = page.tenant.ap_url(&format!("/ap/{kind}/{id}"));
    if kind == "note" {
        let comment = service::get(&mut conn, page.tenant_id(), &found_or_404(id)?).await?;
        if !comment.is_local() || comment.state != CommentState::Visible {
            return Err(AppError::not_found());
        }
        service::public_object(&mut conn, page.tenant_id(), &comment.object).await?;
        return Ok((comment.ap_id, comment.object, Some(comment.id)));
    }
    let hit = index::find_by_ap_id(&mut conn, page.tenant_id(), &ap_id).await?.filter(|hit| hit.state == State::Public);
    let hit = hit.ok_or_else(AppError::not_found)?;
    Ok((hit.ap_id, hit.object, None))
}

/// The place behind which a page of a collection begins; `None` for the collection itself.
fn after(raw: Option<&str>) -> Option<Option<Cursor>> {
    let form = FormData::from_urlencoded(raw.unwrap_or_default().as_bytes());
    form.fields().iter().any(|(name, _)| name == "after").then(|| Cursor::decode(&form.line("after")))
}

/// One page of ids, and the cursor of the next one.
fn cut(rows: Vec<(i64, String, String)>) -> (Vec<String>, Option<Cursor>) {
    let page = ratusha_platform::http::cursor::Page::cut(rows, usize::try_from(ITEMS).unwrap_or(50), |(key, id, _)| Cursor {
        key: *key,
        id: id.clone(),
    });
    (page.items.into_iter().map(|(_, _, ap_id)| ap_id).collect(), page.next)
}

/// `GET /ap/{kind}/{id}/replies`: ids of what answers it directly, the oldest first.
async fn replies(page: Page, Path((kind, id)): Path<(String, String)>, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let (ap_id, object_id, parent) = thing(&page, &kind, &id).await?;
    let asked = after(raw.as_deref());
    let from = asked.clone().flatten();
    let start = from.as_ref().map_or((i64::MIN, ""), |c| (c.key, c.id.as_str()));
    let mut conn = page.ctx.db().read().await?;
    let rows = store::list_answers(&mut conn, page.tenant_id(), &object_id, parent.as_ref(), start, ITEMS + 1).await?;
    let (items, next) = cut(rows);
    let own = collection(&ap_id, "replies");
    let mut first = json!({
        "id": format!("{own}?after={}", from.map(|c| c.encode()).unwrap_or_default()),
        "type": "CollectionPage",
        "partOf": own,
        "items": items,
    });
    if let (Some(next), Some(map)) = (next, first.as_object_mut()) {
        map.insert("next".to_owned(), json!(format!("{own}?after={}", next.encode())));
    }
    let body = if asked.is_some() { first } else { json!({"id": own, "type": "Collection", "first": first}) };
    Ok(activity_json(StatusCode::OK, object(body)))
}

/// `GET /ap/{kind}/{id}/context`: ids of the whole thread, the object itself first.
async fn context(page: Page, Path((kind, id)): Path<(String, String)>, RawQuery(raw): RawQuery) -> AppResult<Response> {
    let (ap_id, object_id, parent) = thing(&page, &kind, &id).await?;
    if parent.is_some() {
        // A comment belongs to the thread of what it is about, and says so.
        return Err(AppError::not_found());
    }
    let asked = after(raw.as_deref());
    let from = asked.clone().flatten();
    let start = from.as_ref().map_or((i64::MIN, ""), |c| (c.key, c.id.as_str()));
    let mut conn = page.ctx.db().read().await?;
    let rows = store::list_thread(&mut conn, page.tenant_id(), &object_id, start, ITEMS + 1).await?;
    let total = store::count_visible(&mut conn, page.tenant_id(), &object_id).await?.0 + 1;
    let (mut items, next) = cut(rows);
    if from.is_none() {
        items.insert(0, ap_id.clone());
    }
    let own = collection(&ap_id, "context");
    let mut first = json!({
        "id": format!("{own}?after={}", from.map(|c| c.encode()).unwrap_or_default()),
        "type": "OrderedCollectionPage",
        "partOf": own,
        "orderedItems": items,
    });
    if let (Some(next), Some(map)) = (next, first.as_object_mut()) {
        map.insert("next".to_owned(), json!(format!("{own}?after={}", next.encode())));
    }
    let body = if asked.is_some() {
        first
    } else {
        json!({"id": own, "type": "OrderedCollection", "attributedTo": page.tenant.actor_id(), "totalItems": total, "first": first})
    };
    Ok(activity_json(StatusCode::OK, object(body)))
}
