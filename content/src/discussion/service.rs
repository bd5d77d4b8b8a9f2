//! The one door for everything that happens in a discussion, whoever knocks: page, inbox or command.

use std::sync::Arc;

use ratusha_federation::{Audience, Emit, Federation, Inbox, RemoteActor, Stream, find_remote_actor, outbox};
use ratusha_platform::{
    AppError, AppResult, Conn, Ctx, FieldError, Kind, Lang, TenantId, Timestamp, Uow,
    http::cursor::{Cursor, Page as Rows},
    text,
};
use ratusha_templates::{
    Html, Ui,
    parts::{Link, SummaryRow, Tone},
};
use ratusha_tenants::{Audit, Moderation, Page, Principal, Tenant, Tenants, actor};
use serde_json::json;

use super::{
    document::{self, Place},
    import::RemoteNote,
    model::{Comment, CommentId, CommentState, MAX_CHARS, MAX_DEPTH, Reactions, Viewing, arrange},
    policy, store,
};
use crate::{
    index::{self, Hit, State},
    module::{Duty, Section},
};

/// How many of the own comments the cabinet shows.
const MAX_OWN: i64 = 10;
/// The largest thread that is put on one page.
const MAX_THREAD: i64 = 2_000;
/// More than so many comments of one actor within an hour wait for a moderator, whatever the setting.
const BURST: i64 = 30;
const HOUR_MS: i64 = 3_600_000;

/// The tenant of the unit of work.
pub(super) fn tenant(uow: &Uow) -> AppResult<Arc<Tenant>> {
    uow.ctx().service::<Tenants>()?.get(uow.tenant())
}

/// A new comment of somebody here.
#[derive(Debug, Clone)]
pub struct NewComment {
    /// The object it is about.
    pub object: String,
    /// The comment it answers.
    pub parent: Option<CommentId>,
    /// Markdown as typed.
    pub text: String,
    /// Language of the page on which it was typed.
    pub lang: Lang,
}

/// Makes sure that `who` can speak in the fediverse; keys are made, so this comes before the unit of work.
///
/// # Errors
/// 401 for visitors; internal, from the database.
pub async fn ready(ctx: &Ctx, tenant: &Tenant, who: &Principal) -> AppResult<()> {
    policy::comment(who).require()?;
    let account = who.account.as_ref().ok_or_else(AppError::unauthorized)?;
    actor::service::ensure_person(ctx, tenant, account).await?;
    Ok(())
}

/// Writes a comment of the account `who`, for whom [`ready`] was called before; visible at once or held, by the community's setting, and sent out once visible.
///
/// # Errors
/// 401 for visitors, 404 for an object that is not public, 422 for an empty or too long text, 409 for an answer to what is no more.
pub async fn comment(uow: &mut Uow, who: &Principal, new: NewComment) -> AppResult<Comment> {
    policy::comment(who).require()?;
    let account = who.account.clone().ok_or_else(AppError::unauthorized)?;
    let tenant = tenant(uow)?;
    let about = public_object(uow.conn(), &tenant.id, &new.object).await?;
    let parent = match &new.parent {
        Some(id) => Some(open_parent(uow.conn(), &tenant.id, &new.object, id).await?),
        None => None,
    };
    let typed = text::clean_text(&new.text);
    let wrong = |key: &'static str| AppError::invalid(vec![FieldError::new("text", key).arg("max", MAX_CHARS)]);
    if typed.is_empty() {
        return Err(wrong("discussion-error-empty"));
    }
    if typed.chars().count() > MAX_CHARS {
        return Err(wrong("discussion-error-long"));
    }
    let id = CommentId::new(uow.ctx().rng(), uow.now());
    let now = uow.now();
    let actor = actor::service::person_of(uow.conn(), &tenant.id, &account)
        .await?
        .ok_or_else(|| AppError::broken("the author has no actor yet"))?;
    let free = policy::speaks_freely(who) || tenant.moderation == Moderation::Show && !bursts(uow.conn(), &tenant.id, &actor, now).await?;
    let comment = Comment {
        object: new.object,
        depth: parent.as_ref().map_or(0, |p| p.depth + 1),
        parent: parent.as_ref().map(|p| p.id.clone()),
        ap_id: tenant.ap_url(&format!("/ap/note/{id}")),
        id,
        url: None,
        account: Some(account),
        actor,
        author_name: who.name.clone(),
        author_handle: String::new(),
        author_url: None,
        body: text::markdown::to_html(&typed),
        warning: None,
        lang: Some(new.lang.code().to_owned()),
        state: if free { CommentState::Visible } else { CommentState::Held },
        reason: None,
        published_at: now,
        updated_at: now,
        received_at: now,
    };
    store::insert_comment(uow.conn(), &tenant.id, &comment).await?;
    uow.audit("discussion.comment", comment.id.as_str(), json!({"object": comment.object, "state": comment.state.name()})).await?;
    if comment.state == CommentState::Visible {
        index::bump(uow).await?;
        send_create(uow, &tenant, &about, &comment, parent.as_ref()).await?;
    }
    Ok(comment)
}

/// Lets a held or hidden comment through.
///
/// # Errors
/// 401 or 403 without the right, 404 for none, 409 when it is not held or hidden any more.
pub async fn approve(uow: &mut Uow, who: &Principal, id: &CommentId) -> AppResult<Comment> {
    approve_as_read(uow, who, id, None).await
}

/// [`approve`], if the text is still the one of `read`: its author may have put another in its place since a moderator read it.
///
/// # Errors
/// As [`approve`]; 409 for another text.
pub async fn approve_as_read(uow: &mut Uow, who: &Principal, id: &CommentId, read: Option<Timestamp>) -> AppResult<Comment> {
    policy::moderate(who).require()?;
    let tenant = tenant(uow)?;
    let before = get(uow.conn(), &tenant.id, id).await?;
    let changed = read.is_some_and(|read| read != before.updated_at);
    if changed || !matches!(before.state, CommentState::Held | CommentState::Hidden) {
        return Err(AppError::conflict());
    }
    decide(uow, &tenant, &before, CommentState::Visible, None).await?;
    let comment = Comment { state: CommentState::Visible, reason: None, ..before };
    if comment.is_local() {
        let about = index::find(uow.conn(), &tenant.id, &comment.object).await?;
        if let Some(about) = about.filter(|hit| hit.state == State::Public) {
            let parent = match &comment.parent {
                Some(parent) => store::find_comment(uow.conn(), &tenant.id, parent).await?,
                None => None,
            };
            send_create(uow, &tenant, &about, &comment, parent.as_ref()).await?;
        }
    }
    Ok(comment)
}

/// Takes a held or visible comment down; the reason is for its author and the audit.
///
/// # Errors
/// 401 or 403 without the right, 404 for none, 409 when it is not held or visible any more, 422 without a reason.
pub async fn hide(uow: &mut Uow, who: &Principal, id: &CommentId, reason: &str) -> AppResult<Comment> {
    policy::moderate(who).require()?;
    let tenant = tenant(uow)?;
    let before = get(uow.conn(), &tenant.id, id).await?;
    if !matches!(before.state, CommentState::Held | CommentState::Visible) {
        return Err(AppError::conflict());
    }
    let reason = text::truncate_chars(&text::clean_line(reason), 500);
    if reason.is_empty() {
        return Err(AppError::invalid(vec![FieldError::new("reason", "discussion-error-reason")]));
    }
    decide(uow, &tenant, &before, CommentState::Hidden, Some(&reason)).await?;
    if before.is_local() && before.state == CommentState::Visible {
        send_delete(uow, &tenant, &before).await?;
    }
    Ok(Comment { state: CommentState::Hidden, reason: Some(reason), ..before })
}

/// Deletes one's own comment; its place stays while something answers it.
///
/// # Errors
/// 404 for none or for what one may not know of, 401 or 403 for somebody else's.
pub async fn delete(uow: &mut Uow, who: &Principal, id: &CommentId) -> AppResult<Comment> {
    let tenant = tenant(uow)?;
    let comment = get(uow.conn(), &tenant.id, id).await?;
    let own = who.account.is_some() && who.account == comment.account;
    policy::delete(who, own, comment.state).require()?;
    let now = uow.now();
    store::erase(uow.conn(), &tenant.id, &comment.actor, Some(&comment.ap_id), now).await?;
    uow.audit("discussion.delete", id.as_str(), json!({"object": comment.object, "state": comment.state.name()})).await?;
    index::bump(uow).await?;
    if comment.state == CommentState::Visible {
        send_delete(uow, &tenant, &comment).await?;
    }
    Ok(comment)
}

async fn decide(uow: &mut Uow, tenant: &Tenant, before: &Comment, to: CommentState, reason: Option<&str>) -> AppResult<()> {
    let now = uow.now();
    if !store::update_state(uow.conn(), &tenant.id, before, to, reason, now).await? {
        return Err(AppError::conflict());
    }
    let action = if to == CommentState::Visible { "discussion.approve" } else { "discussion.hide" };
    uow.audit(action, before.id.as_str(), json!({"object": before.object, "before": before.state.name(), "reason": reason})).await?;
    index::bump(uow).await
}

/// What was said about `object`, as everybody may read it; places of what was taken down are kept where answers stand.
///
/// # Errors
/// Internal, from the database.
pub async fn thread(conn: &mut Conn, tenant: &TenantId, object: &str) -> AppResult<Vec<Comment>> {
    thread_for(conn, tenant, object, &Viewing::Public).await
}

/// What was said about `object`, for the eyes of `viewing`.
///
/// # Errors
/// Internal, from the database.
pub async fn thread_for(conn: &mut Conn, tenant: &TenantId, object: &str, viewing: &Viewing) -> AppResult<Vec<Comment>> {
    Ok(arrange(store::list_comments(conn, tenant, object, MAX_THREAD).await?, viewing))
}

/// What `who` may see of a thread.
#[must_use]
pub fn viewing(who: &Principal) -> Viewing {
    match &who.account {
        _ if policy::moderate(who).allowed() => Viewing::Moderator,
        Some(account) => Viewing::Author(account.clone()),
        None => Viewing::Public,
    }
}

/// Likes and shares of `object`.
///
/// # Errors
/// Internal, from the database.
pub async fn reactions(conn: &mut Conn, tenant: &TenantId, object: &str) -> AppResult<Reactions> {
    Ok(store::count_reactions(conn, tenant, object).await?)
}

/// One line of the moderators' page.
#[derive(Debug, Clone)]
pub struct Queued {
    /// The comment.
    pub comment: Comment,
    /// Title of what it is about.
    pub title: String,
    /// Page of what it is about.
    pub path: String,
}

/// Comments in `state`, the newest first.
///
/// # Errors
/// 401 or 403 without the right.
pub async fn queue(
    conn: &mut Conn,
    tenant: &TenantId,
    who: &Principal,
    state: CommentState,
    cursor: Option<Cursor>,
    limit: usize,
) -> AppResult<Rows<Queued>> {
    policy::moderate(who).require()?;
    let more = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let rows = store::list_queue(conn, tenant, state, cursor.map(|c| (c.key, c.id)), more).await?;
    let rows: Vec<Queued> = rows.into_iter().map(|(comment, title, path)| Queued { comment, title, path }).collect();
    Ok(Rows::cut(rows, limit, |q| Cursor { key: q.comment.received_at.0, id: q.comment.id.to_string() }))
}

/// How many comments wait for a moderator.
///
/// # Errors
/// Internal, from the database.
pub async fn count_held(conn: &mut Conn, tenant: &TenantId) -> AppResult<i64> {
    Ok(store::count_state(conn, tenant, CommentState::Held).await?)
}

/// "N replies wait", for those who may let them through.
///
/// # Errors
/// Internal, from the database.
pub async fn duties(ctx: &Ctx, page: &Page) -> AppResult<Vec<Duty>> {
    if !policy::moderate(&page.who).allowed() {
        return Ok(Vec::new());
    }
    let count = count_held(&mut *ctx.db().read().await?, page.tenant_id()).await?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let text = page.ta("discussion-duty", &[("n", count.into())]);
    Ok(vec![Duty { text, path: "/discussion".to_owned(), count, due: None }])
}

/// What the cabinet shows: one's own comments with what became of them, and to moderators the way to their page.
///
/// # Errors
/// Internal, from the database.
pub async fn cabinet(ctx: &Ctx, page: &Page) -> AppResult<Vec<Section>> {
    let mut sections = Vec::new();
    if policy::moderate(&page.who).allowed() {
        let link = format!("<p><a href=\"{}\">{}</a></p>", page.lang.path("/discussion"), Html::text(&page.t("discussion-cabinet")));
        sections.push(Section { title: page.t("discussion-queue-title"), order: 80, html: Html::trusted(link) });
    }
    let Some(account) = &page.who.account else { return Ok(sections) };
    let own = store::list_of_account(&mut *ctx.db().read().await?, page.tenant_id(), account, MAX_OWN).await?;
    if !own.is_empty() {
        let ui = page.ui();
        let rows: Vec<SummaryRow> = own.iter().map(|own| own_row(page, &ui, own)).collect();
        sections.push(Section { title: page.t("discussion-own-title"), order: 60, html: ui.summary_list(&rows) });
    }
    Ok(sections)
}

/// One line of the own comments: what it is about, its state in words, and the reason if there is one.
fn own_row(page: &Page, ui: &Ui, own: &store::Own) -> SummaryRow {
    let (tone, key) = match CommentState::parse(&own.state) {
        Some(CommentState::Visible) => (Tone::Good, "discussion-own-visible"),
        Some(CommentState::Held) => (Tone::Care, "discussion-own-held"),
        _ => (Tone::Bad, "discussion-own-hidden"),
    };
    let mut value = ui.status_word(tone, page.t(key)).to_string();
    if let Some(reason) = &own.reason {
        value.push_str(&format!("<br>{}", Html::text(&page.ta("discussion-queue-reason", &[("reason", reason.into())]))));
    }
    let date = ui.date(Timestamp(own.published_at));
    let label = if own.title.is_empty() { date } else { format!("{}, {date}", own.title) };
    let link = (!own.path.is_empty()).then(|| Link::new(page.t("discussion-own-open"), format!("{}#comment-{}", own.path, own.id)));
    SummaryRow { label, value: Html::trusted(value), change: link }
}

/// The comment, or 404.
pub(super) async fn get(conn: &mut Conn, tenant: &TenantId, id: &CommentId) -> AppResult<Comment> {
    store::find_comment(conn, tenant, id).await?.ok_or_else(AppError::not_found)
}

/// The public entry of `object`, or 404.
pub(super) async fn public_object(conn: &mut Conn, tenant: &TenantId, object: &str) -> AppResult<Hit> {
    index::find(conn, tenant, object).await?.filter(|hit| hit.state == State::Public).ok_or_else(AppError::not_found)
}

/// The comment `id` of `object`, if it can be answered.
async fn open_parent(conn: &mut Conn, tenant: &TenantId, object: &str, id: &CommentId) -> AppResult<Comment> {
    let parent = get(conn, tenant, id).await?;
    if parent.object != object {
        return Err(AppError::not_found());
    }
    if parent.state != CommentState::Visible || parent.depth >= MAX_DEPTH {
        return Err(AppError::new(Kind::Conflict, "discussion.closed"));
    }
    Ok(parent)
}

async fn bursts(conn: &mut Conn, tenant: &TenantId, actor: &str, now: Timestamp) -> AppResult<bool> {
    Ok(store::count_recent(conn, tenant, actor, now.plus_ms(-HOUR_MS), BURST).await? >= BURST)
}

/// What a comment answers, with the author to tell about it.
pub(super) async fn place(conn: &mut Conn, about: &Hit, parent: Option<&Comment>) -> AppResult<Place> {
    Ok(match parent {
        None => Place { in_reply_to: about.ap_id.clone(), answered: None },
        Some(parent) => {
            let answered = if parent.is_local() || parent.state == CommentState::Removed {
                None
            } else {
                find_remote_actor(conn, &parent.actor).await?
            };
            Place { in_reply_to: parent.ap_id.clone(), answered }
        }
    })
}

async fn send_create(uow: &mut Uow, tenant: &Tenant, about: &Hit, comment: &Comment, parent: Option<&Comment>) -> AppResult<()> {
    let place = place(uow.conn(), about, parent).await?;
    let direct: Vec<Inbox> = place.answered.iter().filter_map(RemoteActor::delivery_inbox).collect();
    let note = document::note(tenant, about, comment, &place);
    uow.emit(
        &comment.actor,
        document::create(note),
        Some(&comment.ap_id),
        Audience { followers_of: vec![tenant.actor_id(), comment.actor.clone()], direct, stream: Stream::Public },
    );
    Ok(())
}

async fn send_delete(uow: &mut Uow, tenant: &Tenant, comment: &Comment) -> AppResult<()> {
    // What was sent of it stands in the public log too; its hashes stay, its words go.
    outbox::erase(uow, &comment.ap_id).await?;
    let audience = Audience { followers_of: vec![tenant.actor_id(), comment.actor.clone()], direct: Vec::new(), stream: Stream::Public };
    uow.emit(&comment.actor, document::delete(tenant, comment), Some(&comment.ap_id), audience);
    Ok(())
}

/// What became of a note from another server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It stands, held or shown.
    New,
    /// A newer text took the place of an older one.
    Changed,
    /// Nothing changed; the reason is for the log.
    Nothing(&'static str),
}

/// Takes in a note of `author` that answers `parent`, or the object itself.
pub(super) async fn receive(
    uow: &mut Uow,
    author: &RemoteActor,
    note: &RemoteNote,
    object: &str,
    parent: Option<&Comment>,
) -> AppResult<Taken> {
    let tenant = tenant(uow)?;
    let depth = parent.map_or(0, |p| p.depth + 1);
    if depth > MAX_DEPTH {
        return Ok(Taken::Nothing("too deep"));
    }
    let now = uow.now();
    let conn = uow.conn();
    let shown_parent = parent.is_none_or(|p| p.state == CommentState::Visible);
    let show = tenant.moderation == Moderation::Show && shown_parent && !bursts(conn, &tenant.id, &author.id, now).await?;
    // Nobody writes in the future; a clock that runs ahead must not put a comment below all others for ever.
    let published_at = note.published.unwrap_or(now).min(now);
    let comment = Comment {
        id: CommentId::new(uow.ctx().rng(), now),
        object: object.to_owned(),
        parent: parent.map(|p| p.id.clone()),
        depth,
        ap_id: note.id.to_string(),
        url: note.url.clone(),
        account: None,
        actor: author.id.clone(),
        author_name: author.name.clone(),
        author_handle: author.handle(),
        author_url: Some(author.url.clone()).filter(|url| !url.is_empty()),
        body: note.body.clone(),
        warning: note.warning.clone(),
        lang: note.lang.clone(),
        state: if show { CommentState::Visible } else { CommentState::Held },
        reason: None,
        published_at,
        updated_at: note.updated.unwrap_or(published_at).min(now).max(published_at),
        received_at: now,
    };
    store::insert_comment(uow.conn(), &tenant.id, &comment).await?;
    uow.audit("discussion.receive", comment.id.as_str(), json!({"object": object, "actor": author.id, "state": comment.state.name()}))
        .await?;
    if show {
        index::bump(uow).await?;
    }
    Ok(Taken::New)
}

/// Takes in a new text of a known note; only what is newer than what is here changes anything.
pub(super) async fn revise(uow: &mut Uow, author: &RemoteActor, note: &RemoteNote, known: Comment, at: Timestamp) -> AppResult<Taken> {
    if known.actor != author.id {
        return Ok(Taken::Nothing("not its author"));
    }
    if known.state == CommentState::Removed {
        return Ok(Taken::Nothing("deleted"));
    }
    let now = uow.now();
    let updated_at = note.updated.unwrap_or(at).min(now);
    if updated_at <= known.updated_at || known.body == note.body && known.warning == note.warning {
        return Ok(Taken::Nothing("nothing new"));
    }
    // What was let through was another text.
    let hold = tenant(uow)?.moderation == Moderation::Hold;
    let comment = Comment {
        body: note.body.clone(),
        warning: note.warning.clone(),
        lang: note.lang.clone(),
        url: note.url.clone(),
        author_name: author.name.clone(),
        author_handle: author.handle(),
        author_url: Some(author.url.clone()).filter(|url| !url.is_empty()),
        updated_at,
        ..known
    };
    let tenant = uow.tenant().clone();
    if !store::update_text(uow.conn(), &tenant, &comment, hold).await? {
        return Ok(Taken::Nothing("deleted"));
    }
    uow.audit("discussion.revise", comment.id.as_str(), json!({"object": comment.object, "actor": author.id, "hold": hold})).await?;
    index::bump(uow).await?;
    Ok(Taken::Changed)
}

/// Takes back what `author` said under `ap_id`, or everything that the author said and liked.
pub(super) async fn withdraw(uow: &mut Uow, author: &str, ap_id: Option<&str>) -> AppResult<bool> {
    let tenant = uow.tenant().clone();
    let now = uow.now();
    let erased = store::erase(uow.conn(), &tenant, author, ap_id, now).await?;
    let reactions = if ap_id.is_none() { store::delete_reactions_of(uow.conn(), &tenant, author).await? } else { 0 };
    if erased + reactions == 0 {
        return Ok(false);
    }
    uow.audit("discussion.withdraw", ap_id.unwrap_or(author), json!({"actor": author, "comments": erased, "reactions": reactions})).await?;
    index::bump(uow).await?;
    Ok(true)
}

/// Whether the node or the tenant has shut out `host`.
pub(super) async fn blocked(uow: &mut Uow, host: &str) -> AppResult<bool> {
    let federation = uow.ctx().service::<Federation>()?;
    let tenant = uow.tenant().clone();
    federation.directory.blocked(uow.conn(), &tenant, host).await
}
