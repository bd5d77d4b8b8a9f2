//! Files of objects that came from other servers: documents stay links to their origin, pictures are fetched
//! through the guarded client, re-encoded like our own and shown from here.

use async_trait::async_trait;
use bytes::Bytes;
use ratusha_federation::{Federation, FetchProblem, wire::ids};
use ratusha_platform::{
    AppError, AppResult, Conn, Ctx, TenantId, Uow,
    http::form::Upload,
    jobs::{Job, JobError},
    text,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{
    kind::{IMAGE_MAX, Kind},
    service::{self, ALT_MAX, Role},
    store::{self, RemoteRow},
};

/// More attachments of one object than are looked at.
const ATTACHMENTS_MAX: usize = 20;
/// More pictures of one object than are fetched.
const PICTURES_MAX: usize = 8;

/// A file that lies on another server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its address, `https` (or `http` between loopback nodes).
    pub url: String,
    /// Media type as its server says, or empty.
    pub media_type: String,
    /// Text alternative or title; the last part of the address if it has none.
    pub name: String,
    /// True for a picture that is fetched to be shown from here.
    pub image: bool,
}

/// Reads the `attachment` of an object of another server; whatever is not a file with a sound address is left out.
#[must_use]
pub fn read_attachments(attachment: &Value) -> Vec<RemoteFile> {
    let mut pictures = 0;
    let one = |value: &Value| {
        let kind = value.get("type").and_then(Value::as_str)?;
        if !matches!(kind, "Image" | "Document" | "Link") {
            return None;
        }
        let address = value.get("url").or_else(|| value.get("href"))?;
        let address = address.as_str().or_else(|| address.get("href").and_then(Value::as_str))?;
        let url = Url::parse(address).ok().filter(ids::valid_remote_id)?;
        let media_type = text::truncate_chars(&text::clean_line(value.get("mediaType").and_then(Value::as_str).unwrap_or("")), 120);
        let last = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or("").to_owned();
        let name = text::clean_line(value.get("name").and_then(Value::as_str).unwrap_or(""));
        let name = text::truncate_chars(if name.is_empty() { &last } else { &name }, ALT_MAX);
        let is_image = match Kind::of_media_type(&media_type) {
            Some(kind) => kind.is_image(),
            None => media_type.is_empty() && kind == "Image",
        };
        Some(RemoteFile { url: url.to_string(), media_type, name, image: is_image })
    };
    let mut list: Vec<RemoteFile> = ids::one_or_many(attachment).iter().filter_map(one).take(ATTACHMENTS_MAX).collect();
    for file in &mut list {
        pictures += usize::from(file.image);
        file.image = file.image && pictures <= PICTURES_MAX;
    }
    list
}

/// Gives an imported object the files that its origin names, in place of those it had; pictures are fetched by a job.
///
/// While the list stays the same nothing happens, so an edit of the text fetches no picture again.
///
/// # Errors
/// Internal, from the database.
pub async fn set_remote(uow: &mut Uow, object: &str, files: &[RemoteFile]) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    let before = store::list_remote(uow.conn(), &tenant, object).await?;
    let same = before.len() == files.len()
        && before.iter().zip(files).all(|(row, file)| row.url == file.url && row.name == file.name && row.media_type == file.media_type);
    if same {
        return Ok(());
    }
    service::detach_all(uow, object).await?;
    for (position, file) in (0_i64..).zip(files) {
        let state = if file.image { "waiting" } else { "link" };
        let row = RemoteRow {
            position,
            url: file.url.clone(),
            media_type: file.media_type.clone(),
            name: file.name.clone(),
            state: state.to_owned(),
        };
        store::insert_remote(uow.conn(), &tenant, object, &row).await?;
    }
    if files.iter().any(|file| file.image) {
        uow.enqueue(&FetchRemote { object: object.to_owned() }).await?;
    }
    Ok(())
}

/// The files of an imported object that are only linked: documents, and pictures that are not here (yet).
///
/// # Errors
/// Internal, from the database.
pub async fn list_links(conn: &mut Conn, tenant: &TenantId, object: &str) -> AppResult<Vec<RemoteFile>> {
    let rows = store::list_remote(conn, tenant, object).await?;
    let links = rows.into_iter().filter(|row| row.state != "fetched");
    Ok(links.map(|row| RemoteFile { image: row.state == "waiting", url: row.url, media_type: row.media_type, name: row.name }).collect())
}

/// Fetches the pictures of an imported object.
#[derive(Debug, Serialize, Deserialize)]
pub struct FetchRemote {
    object: String,
}

#[async_trait]
impl Job for FetchRemote {
    const NAME: &'static str = "files.fetch_remote";
    const DEDUPLICATED: bool = true;

    async fn run(self, ctx: &Ctx, tenant: &TenantId) -> Result<(), JobError> {
        let rows = {
            let mut conn = ctx.db().read().await.map_err(AppError::from)?;
            store::list_remote(&mut conn, tenant, &self.object).await.map_err(AppError::from)?
        };
        let mut again = None;
        let mut first = !rows.iter().any(|row| row.state == "fetched");
        for row in rows.into_iter().filter(|row| row.state == "waiting") {
            match fetch(ctx, tenant, &row).await {
                Ok(prepared) => {
                    let mut uow = ctx.begin(tenant, Self::NAME).await?;
                    // The object may have lost this picture while it was on its way.
                    if store::set_remote_state(uow.conn(), tenant, &self.object, &row.url, "fetched").await.map_err(AppError::from)? {
                        let role = if first { Role::Cover } else { Role::Photo };
                        service::attach(&mut uow, prepared, &self.object, role).await?;
                        first = false;
                        crate::index::bump(&mut uow).await?;
                    }
                    uow.commit().await?;
                }
                Err(Trouble::Later(error)) => again = Some(error),
                Err(Trouble::Never(error)) => {
                    tracing::info!(url = %row.url, error = %error.chain(), "a picture of another server is not shown");
                    let mut uow = ctx.begin(tenant, Self::NAME).await?;
                    store::set_remote_state(uow.conn(), tenant, &self.object, &row.url, "failed").await.map_err(AppError::from)?;
                    uow.commit().await?;
                }
            }
        }
        again.map_or(Ok(()), |error| Err(JobError::Retry(error)))
    }
}

enum Trouble {
    Later(AppError),
    Never(AppError),
}

async fn fetch(ctx: &Ctx, tenant: &TenantId, row: &RemoteRow) -> Result<service::Prepared, Trouble> {
    let federation = ctx.service::<Federation>().map_err(Trouble::Later)?;
    let url = Url::parse(&row.url).map_err(|error| Trouble::Never(AppError::internal(error)))?;
    let bytes = federation.fetch_picture(ctx, tenant, &url, IMAGE_MAX).await.map_err(|problem| match problem {
        FetchProblem::Unreachable(_) => Trouble::Later(AppError::internal(problem)),
        _ => Trouble::Never(AppError::internal(problem)),
    })?;
    take(ctx, row, bytes).await.map_err(Trouble::Never)
}

/// Treats fetched bytes like an upload; the name comes from the address, and any ending of a picture will do.
async fn take(ctx: &Ctx, row: &RemoteRow, bytes: Bytes) -> AppResult<service::Prepared> {
    let path = row.url.split(['?', '#']).next().unwrap_or("");
    let last = path.rsplit('/').next().unwrap_or("");
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let upload = Upload { file_name: format!("{stem}.jpg"), bytes };
    service::prepare(ctx, &upload, &row.name, "picture").await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_files_with_sound_addresses_are_taken_from_a_stranger() {
        let files = read_attachments(&json!([
            {"type": "Image", "mediaType": "image/webp", "url": "https://lviv.example/files/1/zala.webp", "name": "Зала ЦНАП"},
            {"type": "Document", "mediaType": "application/pdf", "url": "https://lviv.example/files/2/passport.pdf"},
            {"type": "Document", "mediaType": "image/jpeg", "url": "https://mastodon.example/media/a.jpg", "name": null},
            {"type": "Image", "mediaType": "image/svg+xml", "url": "https://lviv.example/a.svg", "name": "svg"},
            {"type": "PropertyValue", "name": "x", "value": "y"},
            {"type": "Image", "url": "javascript:alert(1)"},
            {"type": "Image"},
            "https://lviv.example/x.png"
        ]));
        let shown: Vec<(&str, bool)> = files.iter().map(|f| (f.name.as_str(), f.image)).collect();
        assert_eq!(shown, [("Зала ЦНАП", true), ("passport.pdf", false), ("a.jpg", true), ("svg", false)]);
        assert!(read_attachments(&json!(null)).is_empty());
        let many: Vec<Value> =
            (0..50).map(|n| json!({"type": "Image", "mediaType": "image/png", "url": format!("https://a.example/{n}.png")})).collect();
        let many = read_attachments(&json!(many));
        assert_eq!((many.len(), many.iter().filter(|f| f.image).count()), (ATTACHMENTS_MAX, PICTURES_MAX));
    }
}
