//! SQL of files, their links to objects, and the files of other servers.

use ratusha_platform::{Conn, Sql, TenantId};
use sqlx::FromRow;

/// A file as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct FileRow {
    /// Its id.
    pub id: String,
    /// Hash of its bytes in hex.
    pub sha256: String,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Hash of the small form.
    pub thumb_sha256: Option<String>,
    /// Media type of the small form.
    pub thumb_media_type: Option<String>,
    /// Bytes of the small form.
    pub thumb_size: Option<i64>,
    /// Width of the small form in pixels.
    pub thumb_width: Option<i64>,
    /// Height of the small form in pixels.
    pub thumb_height: Option<i64>,
    /// Name in the address.
    pub name: String,
    /// Text alternative of a picture, title of a document.
    pub alt: String,
    /// Width in pixels.
    pub width: Option<i64>,
    /// Height in pixels.
    pub height: Option<i64>,
    /// Name as it came, cleaned.
    pub original_name: String,
    /// Who put it up.
    pub uploaded_by: String,
    /// When.
    pub created_at: i64,
}

/// A file in its place at an object.
#[derive(Debug, Clone, FromRow)]
pub struct LinkedRow {
    /// The file.
    #[sqlx(flatten)]
    pub file: FileRow,
    /// `cover`, `photo` or `document`.
    pub role: String,
    /// Its place.
    pub position: i64,
}

/// A file of another server.
#[derive(Debug, Clone, FromRow)]
pub struct RemoteRow {
    /// Its place.
    pub position: i64,
    /// Its address.
    pub url: String,
    /// Media type as its server says.
    pub media_type: String,
    /// Text alternative or title.
    pub name: String,
    /// `link` (nothing to fetch), `waiting`, `fetched` or `failed`.
    pub state: String,
}

const FILE: &str = "f.id, f.sha256, f.media_type, f.size, f.thumb_sha256, f.thumb_media_type, f.thumb_size, f.thumb_width, f.thumb_height, \
     f.name, f.alt, f.width, f.height, f.original_name, f.uploaded_by, f.created_at";

/// Adds a file.
pub async fn insert_file(conn: &mut Conn, tenant: &TenantId, row: &FileRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO file (tenant_id, id, sha256, media_type, size, thumb_sha256, thumb_media_type, thumb_size, thumb_width, thumb_height, \
         name, alt, width, height, original_name, uploaded_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(tenant.as_str().to_owned())
    .bind(row.id.clone())
    .bind(row.sha256.clone())
    .bind(row.media_type.clone())
    .bind(row.size)
    .bind(row.thumb_sha256.clone())
    .bind(row.thumb_media_type.clone())
    .bind(row.thumb_size)
    .bind(row.thumb_width)
    .bind(row.thumb_height)
    .bind(row.name.clone())
    .bind(row.alt.clone())
    .bind(row.width)
    .bind(row.height)
    .bind(row.original_name.clone())
    .bind(row.uploaded_by.clone())
    .bind(row.created_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// One file of the tenant.
pub async fn find_file(conn: &mut Conn, tenant: &TenantId, id: &str) -> sqlx::Result<Option<FileRow>> {
    Sql::new("SELECT ")
        .push(FILE)
        .push(" FROM file f WHERE f.tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND f.id = ")
        .bind(id.to_owned())
        .optional(conn)
        .await
}

/// Removes a file's row.
pub async fn delete_file(conn: &mut Conn, tenant: &TenantId, id: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM file WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str().to_owned())
        .bind(id.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// How many rows of any tenant of the node stand on the bytes `sha256`, since equal bytes are kept once.
pub async fn count_uses(conn: &mut Conn, _tenant: &TenantId, sha256: &str) -> sqlx::Result<i64> {
    let row: (i64,) =
        sqlx::query_as("SELECT (SELECT COUNT(*) FROM file WHERE sha256 = $1) + (SELECT COUNT(*) FROM file WHERE thumb_sha256 = $1)")
            .bind(sha256.to_owned())
            .fetch_one(conn)
            .await?;
    Ok(row.0)
}

/// Links a file to an object at the end of the list, or changes the role of the link that is there.
pub async fn upsert_link(conn: &mut Conn, tenant: &TenantId, object: &str, file: &str, role: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO file_link (tenant_id, object, file_id, role, position) \
         SELECT $1, $2, $3, $4, COALESCE(MAX(position), 0) + 1 FROM file_link WHERE tenant_id = $1 AND object = $2 \
         ON CONFLICT (tenant_id, object, file_id) DO UPDATE SET role = excluded.role",
    )
    .bind(tenant.as_str().to_owned())
    .bind(object.to_owned())
    .bind(file.to_owned())
    .bind(role.to_owned())
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives the covers of an object the role of photographs.
pub async fn demote_covers(conn: &mut Conn, tenant: &TenantId, object: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE file_link SET role = 'photo' WHERE tenant_id = $1 AND object = $2 AND role = 'cover'")
        .bind(tenant.as_str().to_owned())
        .bind(object.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes a link away; false when there was none.
pub async fn delete_link(conn: &mut Conn, tenant: &TenantId, object: &str, file: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM file_link WHERE tenant_id = $1 AND object = $2 AND file_id = $3")
        .bind(tenant.as_str().to_owned())
        .bind(object.to_owned())
        .bind(file.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// How many objects show a file.
pub async fn count_links(conn: &mut Conn, tenant: &TenantId, file: &str) -> sqlx::Result<i64> {
    let row: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM file_link WHERE tenant_id = $1 AND file_id = $2")
        .bind(tenant.as_str().to_owned())
        .bind(file.to_owned())
        .fetch_one(conn)
        .await?;
    Ok(row.0)
}

/// The files of an object in their order.
pub async fn list_linked(conn: &mut Conn, tenant: &TenantId, object: &str) -> sqlx::Result<Vec<LinkedRow>> {
    Sql::new("SELECT ")
        .push(FILE)
        .push(", l.role, l.position FROM file_link l JOIN file f ON f.tenant_id = l.tenant_id AND f.id = l.file_id WHERE l.tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND l.object = ")
        .bind(object.to_owned())
        .push(" ORDER BY l.position, f.id")
        .all(conn)
        .await
}

#[derive(FromRow)]
struct CoverRow {
    #[sqlx(flatten)]
    file: FileRow,
    object: String,
}

/// The cover of each of `objects`, or its first photograph.
pub async fn list_covers(conn: &mut Conn, tenant: &TenantId, objects: &[String]) -> sqlx::Result<Vec<(String, FileRow)>> {
    let rows: Vec<CoverRow> = Sql::new("SELECT ")
        .push(FILE)
        .push(", l.object FROM file_link l JOIN file f ON f.tenant_id = l.tenant_id AND f.id = l.file_id WHERE l.tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND l.role IN ('cover', 'photo') AND l.object IN ")
        .list(objects.iter().cloned())
        .push(" ORDER BY l.object, l.role, l.position, f.id")
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.object, row.file)).collect())
}

/// Changes the words of a file.
pub async fn update_alt(conn: &mut Conn, tenant: &TenantId, id: &str, alt: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE file SET alt = $1 WHERE tenant_id = $2 AND id = $3")
        .bind(alt.to_owned())
        .bind(tenant.as_str().to_owned())
        .bind(id.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The files of an object that lie on other servers, in their order.
pub async fn list_remote(conn: &mut Conn, tenant: &TenantId, object: &str) -> sqlx::Result<Vec<RemoteRow>> {
    sqlx::query_as("SELECT position, url, media_type, name, state FROM file_remote WHERE tenant_id = $1 AND object = $2 ORDER BY position")
        .bind(tenant.as_str().to_owned())
        .bind(object.to_owned())
        .fetch_all(conn)
        .await
}

/// Forgets the files of an object that lie on other servers.
pub async fn delete_remote(conn: &mut Conn, tenant: &TenantId, object: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM file_remote WHERE tenant_id = $1 AND object = $2")
        .bind(tenant.as_str().to_owned())
        .bind(object.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds a file that lies on another server.
pub async fn insert_remote(conn: &mut Conn, tenant: &TenantId, object: &str, row: &RemoteRow) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO file_remote (tenant_id, object, position, url, media_type, name, state) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(tenant.as_str().to_owned())
        .bind(object.to_owned())
        .bind(row.position)
        .bind(row.url.clone())
        .bind(row.media_type.clone())
        .bind(row.name.clone())
        .bind(row.state.clone())
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes what became of fetching a file from another server.
pub async fn set_remote_state(conn: &mut Conn, tenant: &TenantId, object: &str, url: &str, state: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE file_remote SET state = $1 WHERE tenant_id = $2 AND object = $3 AND url = $4 AND state = 'waiting'")
        .bind(state.to_owned())
        .bind(tenant.as_str().to_owned())
        .bind(object.to_owned())
        .bind(url.to_owned())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}
