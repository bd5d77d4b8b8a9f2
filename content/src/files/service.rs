//! Takes files in, gives them to objects and takes them away again.

use std::collections::HashMap;

use async_trait::async_trait;
use ratusha_platform::{
    AppError, AppResult, Conn, Ctx, FieldError, TenantId, Timestamp, Uow,
    http::form::Upload,
    jobs::{Job, JobError},
    text,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    kind::{self, Kind, Refusal},
    picture::{self, Encoded},
    store::{self, FileRow},
};

ratusha_platform::id!(
    /// A file.
    FileId
);

/// The longest text alternative or title, in characters.
pub const ALT_MAX: usize = 500;

/// What an object shows a file as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The one picture that stands for the object.
    Cover,
    /// One of its other pictures.
    Photo,
    /// Something to take away.
    Document,
}

impl Role {
    /// As it stands in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Photo => "photo",
            Self::Document => "document",
        }
    }

    /// Reads it back; anything unknown is a document.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "cover" => Self::Cover,
            "photo" => Self::Photo,
            _ => Self::Document,
        }
    }
}

/// One form of a picture, where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumb {
    /// Path of this site.
    pub path: String,
    /// In pixels.
    pub width: i64,
    /// In pixels.
    pub height: i64,
}

/// A file that is kept here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its id.
    pub id: FileId,
    /// What it is shown as.
    pub role: Role,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes in hex.
    pub sha256: String,
    /// Path of this site: `/files/<id>/<name>`.
    pub path: String,
    /// Text alternative of a picture, title of a document; never empty.
    pub alt: String,
    /// Name under which it is saved.
    pub file_name: String,
    /// Width and height of a picture in pixels.
    pub pixels: Option<(i64, i64)>,
    /// The small form of a picture.
    pub thumb: Option<Thumb>,
    /// When it was put up.
    pub created_at: Timestamp,
}

impl StoredFile {
    /// True for pictures.
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.media_type.starts_with("image/")
    }

    fn of(row: FileRow, role: Role) -> Self {
        let path = format!("/files/{}/{}", row.id, row.name);
        let thumb = match (&row.thumb_media_type, row.thumb_width, row.thumb_height) {
            (Some(media_type), Some(width), Some(height)) => {
                Some(Thumb { path: format!("/files/{}/{}", row.id, thumb_name(&row.name, media_type)), width, height })
            }
            _ => None,
        };
        Self {
            id: FileId::trusted(row.id),
            role,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            path,
            alt: row.alt,
            file_name: row.original_name,
            pixels: row.width.zip(row.height),
            thumb,
            created_at: Timestamp(row.created_at),
        }
    }
}

/// Name of the small form of `name` in addresses.
pub(super) fn thumb_name(name: &str, media_type: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let extension = Kind::of_media_type(media_type).map_or("jpg", Kind::extension);
    format!("{stem}.small.{extension}")
}

/// A file whose bytes lie safely on disk and which belongs to nothing yet.
#[derive(Debug, Clone)]
pub struct Prepared {
    row: FileRow,
    image: bool,
}

impl Prepared {
    /// True for pictures.
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.image
    }
}

/// Checks, re-encodes and stores an upload; call it before the unit of work begins.
///
/// `alt` is the text alternative of a picture (required) or the title of a document (the file's name if empty);
/// `field` is the form's field for messages, those about `alt` go to `<field>_alt`.
///
/// # Errors
/// 422 with one message beside the field; internal when the disk fails.
pub async fn prepare(ctx: &Ctx, upload: &Upload, alt: &str, field: &str) -> AppResult<Prepared> {
    let kind = kind::sniff(&upload.bytes, &upload.file_name).map_err(|refusal| refuse(field, refusal))?;
    let shown = kind::shown_name(&upload.file_name, kind);
    let mut alt = text::clean_line(alt);
    if kind.is_image() && alt.is_empty() {
        return Err(AppError::invalid(vec![FieldError::new(format!("{field}_alt"), "files-error-alt")]));
    }
    if alt.chars().count() > ALT_MAX {
        return Err(AppError::invalid(vec![FieldError::new(format!("{field}_alt"), "files-error-alt-long").arg("max", ALT_MAX)]));
    }
    if alt.is_empty() {
        alt.clone_from(&shown);
    }
    let mut row = FileRow {
        id: String::new(),
        sha256: String::new(),
        media_type: kind.media_type().to_owned(),
        size: 0,
        thumb_sha256: None,
        thumb_media_type: None,
        thumb_size: None,
        thumb_width: None,
        thumb_height: None,
        name: String::new(),
        alt,
        width: None,
        height: None,
        original_name: shown,
        uploaded_by: String::new(),
        created_at: 0,
    };
    if kind.is_image() {
        let bytes = upload.bytes.clone();
        let picture = tokio::task::spawn_blocking(move || picture::process(&bytes, kind))
            .await
            .map_err(|_| refuse(field, Refusal::Damaged))?
            .map_err(|refusal| refuse(field, refusal))?;
        let Encoded { kind, bytes, width, height } = picture.full;
        row.media_type = kind.media_type().to_owned();
        row.original_name = kind::shown_name(&row.original_name, kind);
        (row.width, row.height) = (Some(i64::from(width)), Some(i64::from(height)));
        row.size = size(&bytes);
        row.sha256 = ctx.files().put(&bytes).await.map_err(AppError::internal)?;
        row.name = kind::address_name(&row.original_name, kind);
        let thumb = picture.thumb;
        row.thumb_media_type = Some(thumb.kind.media_type().to_owned());
        row.thumb_size = Some(size(&thumb.bytes));
        (row.thumb_width, row.thumb_height) = (Some(i64::from(thumb.width)), Some(i64::from(thumb.height)));
        row.thumb_sha256 = Some(ctx.files().put(&thumb.bytes).await.map_err(AppError::internal)?);
    } else {
        row.size = size(&upload.bytes);
        row.sha256 = ctx.files().put(&upload.bytes).await.map_err(AppError::internal)?;
        row.name = kind::address_name(&row.original_name, kind);
    }
    Ok(Prepared { row, image: kind.is_image() })
}

fn size(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
}

fn refuse(field: &str, refusal: Refusal) -> AppError {
    let error = FieldError::new(field, refusal.key());
    let error = match refusal {
        Refusal::TooLarge(max) => error.arg("mb", max / (1024 * 1024)),
        _ => error,
    };
    AppError::invalid(vec![error])
}

/// Gives a prepared file to `object` (the id of something of the unit's tenant), behind those it has; a new cover makes
/// the old one a photograph, and a document is never a cover.
///
/// # Errors
/// Internal, from the database.
pub async fn attach(uow: &mut Uow, prepared: Prepared, object: &str, role: Role) -> AppResult<FileId> {
    let (tenant, id) = (uow.tenant().clone(), uow.new_id());
    let role = if prepared.image { if role == Role::Document { Role::Photo } else { role } } else { Role::Document };
    let row = FileRow { id: id.clone(), uploaded_by: uow.by().to_owned(), created_at: uow.now().0, ..prepared.row };
    store::insert_file(uow.conn(), &tenant, &row).await?;
    if role == Role::Cover {
        store::demote_covers(uow.conn(), &tenant, object).await?;
    }
    store::upsert_link(uow.conn(), &tenant, object, &id, role.name()).await?;
    Ok(FileId::trusted(id))
}

/// Links a file that is here already to another object (a new version of something keeps the files of the old one).
///
/// # Errors
/// 404 when the tenant has no such file; internal, from the database.
pub async fn link(uow: &mut Uow, file: &FileId, object: &str, role: Role) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    store::find_file(uow.conn(), &tenant, file.as_str()).await?.ok_or_else(AppError::not_found)?;
    Ok(store::upsert_link(uow.conn(), &tenant, object, file.as_str(), role.name()).await?)
}

/// Makes the linked picture `file` the cover of `object`.
///
/// # Errors
/// 404 when `object` has no such picture; internal, from the database.
pub async fn make_cover(uow: &mut Uow, object: &str, file: &FileId) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    if !list(uow.conn(), &tenant, object).await?.iter().any(|f| f.id == *file && f.is_image()) {
        return Err(AppError::not_found());
    }
    store::demote_covers(uow.conn(), &tenant, object).await?;
    Ok(store::upsert_link(uow.conn(), &tenant, object, file.as_str(), Role::Cover.name()).await?)
}

/// Changes the text alternative or title of a file of `object`.
///
/// # Errors
/// 404 when `object` has no such file; 422 for an empty text, beside the field `alt`.
pub async fn describe(uow: &mut Uow, object: &str, file: &FileId, alt: &str) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    if !list(uow.conn(), &tenant, object).await?.iter().any(|f| f.id == *file) {
        return Err(AppError::not_found());
    }
    let alt = text::clean_line(alt);
    if alt.is_empty() {
        return Err(AppError::invalid(vec![FieldError::new("alt", "files-error-alt")]));
    }
    store::update_alt(uow.conn(), &tenant, file.as_str(), &text::truncate_chars(&alt, ALT_MAX)).await?;
    Ok(())
}

/// Takes a file from `object`; when nothing else shows it, its row goes too, and its bytes a day later.
///
/// # Errors
/// 404 when `object` has no such file; internal, from the database.
pub async fn detach(uow: &mut Uow, object: &str, file: &FileId) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    if !store::delete_link(uow.conn(), &tenant, object, file.as_str()).await? {
        return Err(AppError::not_found());
    }
    if store::count_links(uow.conn(), &tenant, file.as_str()).await? > 0 {
        return Ok(());
    }
    if let Some(row) = store::find_file(uow.conn(), &tenant, file.as_str()).await? {
        store::delete_file(uow.conn(), &tenant, file.as_str()).await?;
        for sha256 in std::iter::once(row.sha256).chain(row.thumb_sha256) {
            // A day, so that an upload of the same bytes that has just been prepared finds them in place.
            let at = uow.now().plus_days(1);
            uow.enqueue_at(&Sweep { sha256 }, at).await?;
        }
    }
    Ok(())
}

/// Takes all files from `object`, those of other servers too.
///
/// # Errors
/// Internal, from the database.
pub async fn detach_all(uow: &mut Uow, object: &str) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    for file in list(uow.conn(), &tenant, object).await? {
        detach(uow, object, &file.id).await?;
    }
    Ok(store::delete_remote(uow.conn(), &tenant, object).await?)
}

/// The files of `object` in their order.
///
/// # Errors
/// Internal, from the database.
pub async fn list(conn: &mut Conn, tenant: &TenantId, object: &str) -> AppResult<Vec<StoredFile>> {
    let rows = store::list_linked(conn, tenant, object).await?;
    Ok(rows.into_iter().map(|row| StoredFile::of(row.file, Role::parse(&row.role))).collect())
}

/// The cover of each of `objects` that has one (else its first photograph), by object; one statement.
///
/// # Errors
/// Internal, from the database.
pub async fn covers(conn: &mut Conn, tenant: &TenantId, objects: &[String]) -> AppResult<HashMap<String, StoredFile>> {
    let mut covers = HashMap::new();
    if objects.is_empty() {
        return Ok(covers);
    }
    // «cover» sorts before «photo», so the first row of an object is the one.
    for (object, row) in store::list_covers(conn, tenant, objects).await? {
        covers.entry(object).or_insert_with(|| StoredFile::of(row, Role::Cover));
    }
    Ok(covers)
}

/// The `attachment` of an ActivityPub object: pictures first, the cover before the others, then documents.
///
/// `base_url` is scheme and host of the tenant without a slash at the end.
///
/// # Errors
/// Internal, from the database.
pub async fn attachments(conn: &mut Conn, tenant: &TenantId, object: &str, base_url: &str) -> AppResult<Vec<Value>> {
    let mut files = list(conn, tenant, object).await?;
    files.sort_by_key(|file| match file.role {
        Role::Cover => 0,
        Role::Photo => 1,
        Role::Document => 2,
    });
    let one = |file: &StoredFile| {
        let kind = if file.is_image() { "Image" } else { "Document" };
        let mut value = json!({"type": kind, "mediaType": file.media_type, "url": format!("{base_url}{}", file.path), "name": file.alt});
        if let (Some((width, height)), Some(map)) = (file.pixels, value.as_object_mut()) {
            map.insert("width".to_owned(), json!(width));
            map.insert("height".to_owned(), json!(height));
        }
        value
    };
    Ok(files.iter().map(one).collect())
}

/// Removes bytes that nothing stands on any more.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep {
    sha256: String,
}

#[async_trait]
impl Job for Sweep {
    const NAME: &'static str = "files.sweep";

    async fn run(self, ctx: &Ctx, tenant: &TenantId) -> Result<(), JobError> {
        // Inside a unit of work, so that no row can appear between the count and the removal on SQLite.
        let mut uow = ctx.begin(tenant, Self::NAME).await?;
        if store::count_uses(uow.conn(), tenant, &self.sha256).await.map_err(AppError::from)? == 0 {
            ctx.files().delete(&self.sha256).await.map_err(AppError::internal)?;
        }
        uow.commit().await?;
        Ok(())
    }
}
