//! SQL of comments and reactions.

use ratusha_platform::{Conn, Sql, TenantId, Timestamp};
use ratusha_tenants::account::AccountId;
use sqlx::FromRow;

use super::model::{Comment, CommentId, CommentState, Reactions};

#[derive(FromRow)]
struct Row {
    id: String,
    object: String,
    parent: Option<String>,
    depth: i64,
    ap_id: String,
    url: Option<String>,
    account: Option<String>,
    actor: String,
    author_name: String,
    author_handle: String,
    author_url: Option<String>,
    body: String,
    warning: Option<String>,
    lang: Option<String>,
    state: String,
    reason: Option<String>,
    published_at: i64,
    updated_at: i64,
    received_at: i64,
}

impl Row {
    fn comment(self) -> Comment {
        Comment {
            id: CommentId::trusted(self.id),
            object: self.object,
            parent: self.parent.map(CommentId::trusted),
            depth: self.depth,
            ap_id: self.ap_id,
            url: self.url,
            account: self.account.map(AccountId::trusted),
            actor: self.actor,
            author_name: self.author_name,
            author_handle: self.author_handle,
            author_url: self.author_url,
            body: self.body,
            warning: self.warning,
            lang: self.lang,
            // What cannot be read is not shown.
            state: CommentState::parse(&self.state).unwrap_or(CommentState::Hidden),
            reason: self.reason,
            published_at: Timestamp(self.published_at),
            updated_at: Timestamp(self.updated_at),
            received_at: Timestamp(self.received_at),
        }
    }
}

const SELECT: &str = "SELECT id, object, parent, CAST(depth AS BIGINT) AS depth, ap_id, url, account, actor, author_name, author_handle, author_url, \
     body, warning, lang, state, reason, published_at, updated_at, received_at FROM discussion_comment WHERE tenant_id = ";

fn select(tenant: &TenantId) -> Sql {
    Sql::new(SELECT).bind(tenant.as_str().to_owned())
}

/// The comment with this id.
pub async fn find_comment(conn: &mut Conn, tenant: &TenantId, id: &CommentId) -> sqlx::Result<Option<Comment>> {
    let row: Option<Row> = select(tenant).push(" AND id = ").bind(id.as_str().to_owned()).optional(conn).await?;
    Ok(row.map(Row::comment))
}

/// The comment with this ActivityPub id.
pub async fn find_comment_by_ap_id(conn: &mut Conn, tenant: &TenantId, ap_id: &str) -> sqlx::Result<Option<Comment>> {
    let row: Option<Row> = select(tenant).push(" AND ap_id = ").bind(ap_id.to_owned()).optional(conn).await?;
    Ok(row.map(Row::comment))
}

/// At most `limit` comments of an object, by state and age: what is visible comes before what waits, so that a flood
/// of the one never pushes out the other.
pub async fn list_comments(conn: &mut Conn, tenant: &TenantId, object: &str, limit: i64) -> sqlx::Result<Vec<Comment>> {
    let rows: Vec<Row> = select(tenant)
        .push(" AND object = ")
        .bind(object.to_owned())
        .push(" ORDER BY CASE state WHEN 'visible' THEN 0 WHEN 'removed' THEN 1 WHEN 'hidden' THEN 2 ELSE 3 END, published_at, id LIMIT ")
        .bind(limit)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Row::comment).collect())
}

/// ActivityPub ids of the visible answers to `parent` (`None`: to the object itself), behind `after`, the oldest first.
pub async fn list_answers(
    conn: &mut Conn,
    tenant: &TenantId,
    object: &str,
    parent: Option<&CommentId>,
    after: (i64, &str),
    limit: i64,
) -> sqlx::Result<Vec<(i64, String, String)>> {
    let sql = Sql::new("SELECT published_at, id, ap_id FROM discussion_comment WHERE tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND object = ")
        .bind(object.to_owned())
        .push(" AND state = 'visible'");
    let sql = match parent {
        Some(parent) => sql.push(" AND parent = ").bind(parent.as_str().to_owned()),
        None => sql.push(" AND parent IS NULL"),
    };
    page_of_ids(sql, conn, after, limit).await
}

/// ActivityPub ids of everything visible in the thread of `object`, behind `after`, the oldest first.
pub async fn list_thread(
    conn: &mut Conn,
    tenant: &TenantId,
    object: &str,
    after: (i64, &str),
    limit: i64,
) -> sqlx::Result<Vec<(i64, String, String)>> {
    let sql = Sql::new("SELECT published_at, id, ap_id FROM discussion_comment WHERE tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND object = ")
        .bind(object.to_owned())
        .push(" AND state = 'visible'");
    page_of_ids(sql, conn, after, limit).await
}

async fn page_of_ids(sql: Sql, conn: &mut Conn, after: (i64, &str), limit: i64) -> sqlx::Result<Vec<(i64, String, String)>> {
    sql.push(" AND (published_at, id) > (")
        .bind(after.0)
        .push(", ")
        .bind(after.1.to_owned())
        .push(") ORDER BY published_at, id LIMIT ")
        .bind(limit)
        .all(conn)
        .await
}

/// How many visible comments an object has in all, and how many of them answer it directly.
pub async fn count_visible(conn: &mut Conn, tenant: &TenantId, object: &str) -> sqlx::Result<(i64, i64)> {
    sqlx::query_as(
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN parent IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) \
         FROM discussion_comment WHERE tenant_id = $1 AND object = $2 AND state = 'visible'",
    )
    .bind(tenant.as_str().to_owned())
    .bind(object.to_owned())
    .fetch_one(conn)
    .await
}

/// Comments in `state`, the newest first, behind `before`; with the title and page of what they are about.
pub async fn list_queue(
    conn: &mut Conn,
    tenant: &TenantId,
    state: CommentState,
    before: Option<(i64, String)>,
    limit: i64,
) -> sqlx::Result<Vec<(Comment, String, String)>> {
    #[derive(FromRow)]
    struct Queued {
        #[sqlx(flatten)]
        row: Row,
        title: String,
        path: String,
    }
    let mut sql = Sql::new(
        "SELECT c.id, c.object, c.parent, CAST(c.depth AS BIGINT) AS depth, c.ap_id, c.url, c.account, c.actor, c.author_name, c.author_handle, c.author_url, \
         c.body, c.warning, c.lang, c.state, c.reason, c.published_at, c.updated_at, c.received_at, \
         COALESCE(i.title, '') AS title, COALESCE(i.path, '') AS path FROM discussion_comment c \
         LEFT JOIN content_index i ON i.tenant_id = c.tenant_id AND i.object = c.object WHERE c.tenant_id = ",
    )
    .bind(tenant.as_str().to_owned())
    .push(" AND c.state = ")
    .bind(state.name());
    if let Some((at, id)) = before {
        sql = sql.push(" AND (c.received_at, c.id) < (").bind(at).push(", ").bind(id).push(")");
    }
    let rows: Vec<Queued> = sql.push(" ORDER BY c.received_at DESC, c.id DESC LIMIT ").bind(limit).all(conn).await?;
    Ok(rows.into_iter().map(|q| (q.row.comment(), q.title, q.path)).collect())
}

/// The newest comments of an account, at most `limit`, with the title and page of what they are about.
pub async fn list_of_account(conn: &mut Conn, tenant: &TenantId, account: &AccountId, limit: i64) -> sqlx::Result<Vec<Own>> {
    sqlx::query_as(
        "SELECT c.id, c.state, c.reason, c.published_at, COALESCE(i.title, '') AS title, COALESCE(i.path, '') AS path \
         FROM discussion_comment c LEFT JOIN content_index i ON i.tenant_id = c.tenant_id AND i.object = c.object AND i.state = 'public' \
         WHERE c.tenant_id = $1 AND c.account = $2 AND c.state <> 'removed' ORDER BY c.received_at DESC, c.id DESC LIMIT $3",
    )
    .bind(tenant.as_str().to_owned())
    .bind(account.as_str().to_owned())
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// A comment as its author finds it in the cabinet.
#[derive(Debug, FromRow)]
pub struct Own {
    /// Its id.
    pub id: String,
    /// Its state, in stored form.
    pub state: String,
    /// Why a moderator took it down.
    pub reason: Option<String>,
    /// When it was written, in milliseconds.
    pub published_at: i64,
    /// Title of what it is about; empty when that is no longer public.
    pub title: String,
    /// Page of what it is about.
    pub path: String,
}

/// How many comments of the tenant's own people everybody can read.
pub async fn count_own_visible(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM discussion_comment WHERE tenant_id = $1 AND state = 'visible' AND account IS NOT NULL")
        .bind(tenant.as_str().to_owned())
        .fetch_one(conn)
        .await
}

/// How many comments of the tenant are in `state`.
pub async fn count_state(conn: &mut Conn, tenant: &TenantId, state: CommentState) -> sqlx::Result<i64> {
    let row: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM discussion_comment WHERE tenant_id = $1 AND state = $2")
        .bind(tenant.as_str().to_owned())
        .bind(state.name())
        .fetch_one(conn)
        .await?;
    Ok(row.0)
}

/// How many comments of `actor` came since `since`; counting ends at `enough`.
pub async fn count_recent(conn: &mut Conn, tenant: &TenantId, actor: &str, since: Timestamp, enough: i64) -> sqlx::Result<i64> {
    let row: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM (SELECT 1 FROM discussion_comment WHERE tenant_id = $1 AND actor = $2 AND received_at >= $3 LIMIT $4) AS recent",
    )
        .bind(tenant.as_str().to_owned())
        .bind(actor.to_owned())
        .bind(since.0)
        .bind(enough)
        .fetch_one(conn)
        .await?;
    Ok(row.0)
}

/// Adds a comment.
pub async fn insert_comment(conn: &mut Conn, tenant: &TenantId, c: &Comment) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO discussion_comment (tenant_id, id, object, parent, depth, ap_id, url, account, actor, author_name, author_handle, \
         author_url, body, warning, lang, state, reason, published_at, updated_at, received_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    )
    .bind(tenant.as_str().to_owned())
    .bind(c.id.as_str().to_owned())
    .bind(c.object.clone())
    .bind(c.parent.as_ref().map(|p| p.as_str().to_owned()))
    .bind(c.depth)
    .bind(c.ap_id.clone())
    .bind(c.url.clone())
    .bind(c.account.as_ref().map(|a| a.as_str().to_owned()))
    .bind(c.actor.clone())
    .bind(c.author_name.clone())
    .bind(c.author_handle.clone())
    .bind(c.author_url.clone())
    .bind(c.body.clone())
    .bind(c.warning.clone())
    .bind(c.lang.clone())
    .bind(c.state.name())
    .bind(c.reason.clone())
    .bind(c.published_at.0)
    .bind(c.updated_at.0)
    .bind(c.received_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the new text of a comment, with the author as now known; what is visible waits again where `hold` says so.
/// False when it was deleted meanwhile. The state is not that of `c`, which a moderator may have changed since it was read.
pub async fn update_text(conn: &mut Conn, tenant: &TenantId, c: &Comment, hold: bool) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE discussion_comment SET body = $1, warning = $2, lang = $3, url = $4, author_name = $5, author_handle = $6, author_url = $7, \
         updated_at = $8, state = CASE WHEN state = 'visible' THEN $9 ELSE state END WHERE tenant_id = $10 AND id = $11 AND state <> 'removed'",
    )
    .bind(c.body.clone())
    .bind(c.warning.clone())
    .bind(c.lang.clone())
    .bind(c.url.clone())
    .bind(c.author_name.clone())
    .bind(c.author_handle.clone())
    .bind(c.author_url.clone())
    .bind(c.updated_at.0)
    .bind(if hold { CommentState::Held.name() } else { CommentState::Visible.name() })
    .bind(tenant.as_str().to_owned())
    .bind(c.id.as_str().to_owned())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets a moderator's decision; false when the comment no longer is as it was `before`, in its state or its text.
pub async fn update_state(
    conn: &mut Conn,
    tenant: &TenantId,
    before: &Comment,
    to: CommentState,
    reason: Option<&str>,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE discussion_comment SET state = $1, reason = $2, decided_at = $3 WHERE tenant_id = $4 AND id = $5 AND state = $6 AND updated_at = $7",
    )
    .bind(to.name())
    .bind(reason.map(ToOwned::to_owned))
    .bind(now.0)
    .bind(tenant.as_str().to_owned())
    .bind(before.id.as_str().to_owned())
    .bind(before.state.name())
    .bind(before.updated_at.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Leaves only the place of the comments of `actor`, or of the one with `ap_id` among them; tells how many there were.
pub async fn erase(conn: &mut Conn, tenant: &TenantId, actor: &str, ap_id: Option<&str>, now: Timestamp) -> sqlx::Result<u64> {
    let sql = Sql::new(
        "UPDATE discussion_comment SET state = 'removed', body = '', warning = NULL, author_name = '', author_handle = '', author_url = NULL, \
         url = NULL, reason = NULL, updated_at = ",
    )
    .bind(now.0)
    .push(" WHERE tenant_id = ")
    .bind(tenant.as_str().to_owned())
    .push(" AND actor = ")
    .bind(actor.to_owned())
    .push(" AND state <> 'removed'");
    let sql = match ap_id {
        Some(ap_id) => sql.push(" AND ap_id = ").bind(ap_id.to_owned()),
        None => sql,
    };
    sql.execute(conn).await
}

/// Adds a reaction; false when it was there.
pub async fn insert_reaction(
    conn: &mut Conn,
    tenant: &TenantId,
    object: &str,
    kind: &'static str,
    actor: &str,
    activity: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO discussion_reaction (tenant_id, object, kind, actor, activity, at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (tenant_id, object, kind, actor) DO NOTHING",
    )
    .bind(tenant.as_str().to_owned())
    .bind(object.to_owned())
    .bind(kind)
    .bind(actor.to_owned())
    .bind(activity.to_owned())
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back the reaction that `actor` made with `activity`, or with any activity of `kind` on `object`.
pub async fn delete_reaction(
    conn: &mut Conn,
    tenant: &TenantId,
    actor: &str,
    activity: Option<&str>,
    on: Option<(&str, &'static str)>,
) -> sqlx::Result<u64> {
    let sql = Sql::new("DELETE FROM discussion_reaction WHERE tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND actor = ")
        .bind(actor.to_owned());
    match (activity, on) {
        (_, Some((object, kind))) => sql.push(" AND object = ").bind(object.to_owned()).push(" AND kind = ").bind(kind).execute(conn).await,
        (Some(activity), None) => sql.push(" AND activity = ").bind(activity.to_owned()).execute(conn).await,
        (None, None) => Ok(0),
    }
}

/// Takes back all reactions of `actor`.
pub async fn delete_reactions_of(conn: &mut Conn, tenant: &TenantId, actor: &str) -> sqlx::Result<u64> {
    let done = sqlx::query("DELETE FROM discussion_reaction WHERE tenant_id = $1 AND actor = $2")
        .bind(tenant.as_str().to_owned())
        .bind(actor.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

/// Likes and shares of an object.
pub async fn count_reactions(conn: &mut Conn, tenant: &TenantId, object: &str) -> sqlx::Result<Reactions> {
    let row: (i64, i64) = sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(CASE WHEN kind = 'like' THEN 1 ELSE 0 END), 0) AS BIGINT), \
         CAST(COALESCE(SUM(CASE WHEN kind = 'share' THEN 1 ELSE 0 END), 0) AS BIGINT) \
         FROM discussion_reaction WHERE tenant_id = $1 AND object = $2",
    )
    .bind(tenant.as_str().to_owned())
    .bind(object.to_owned())
    .fetch_one(conn)
    .await?;
    Ok(Reactions { likes: row.0, shares: row.1 })
}
