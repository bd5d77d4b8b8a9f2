//! Serves files from a path that ignores cookies, and shows them on pages.

use askama::Template;
use axum::{
    extract::{Extension, Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ratusha_platform::{
    AppError, AppResult, Ctx,
    http::{routes::Routes, site::Site},
    ids,
};
use ratusha_templates::{Html, Ui, parts::FileLine};

use super::{
    kind::Kind,
    remote::RemoteFile,
    service::{StoredFile, thumb_name},
    store,
};

/// `GET /files/{id}/{name}`; the composition root mounts it outside the session layer.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/files/{id}/{name}", serve)
}

async fn serve(
    State(ctx): State<Ctx>,
    Extension(site): Extension<Site>,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    ids::check(&id).map_err(|_| AppError::not_found())?;
    let row = {
        let mut conn = ctx.db().read().await?;
        store::find_file(&mut conn, &site.tenant, &id).await?.ok_or_else(AppError::not_found)?
    };
    let (sha256, media_type, shown) = if name == row.name {
        (row.sha256, row.media_type, row.original_name)
    } else {
        match (row.thumb_sha256, row.thumb_media_type) {
            (Some(sha256), Some(media_type)) if name == thumb_name(&row.name, &media_type) => (sha256, media_type, name),
            // One address for each form of a file.
            _ => return Err(AppError::not_found()),
        }
    };
    let tag = format!("\"{sha256}\"");
    let same = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|t| t.trim().trim_start_matches("W/") == tag));
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match ctx.files().get(&sha256).await {
            Ok(bytes) => bytes.into_response(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(AppError::not_found()),
            Err(error) => return Err(AppError::internal(error)),
        }
    };
    fill(response.headers_mut(), &media_type, &shown, &tag)?;
    Ok(response)
}

fn fill(headers: &mut HeaderMap, media_type: &str, file_name: &str, tag: &str) -> AppResult<()> {
    let text = Kind::of_media_type(media_type).filter(|kind| matches!(kind, Kind::Csv | Kind::Txt)).map_or("", |_| "; charset=utf-8");
    let all: [(HeaderName, String); 7] = [
        (header::CONTENT_TYPE, format!("{media_type}{text}")),
        (header::CONTENT_DISPOSITION, disposition(file_name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
        (header::ETAG, tag.to_owned()),
        // Other servers of the federation and their readers show our pictures.
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin".to_owned()),
    ];
    for (name, value) in all {
        headers.insert(name, HeaderValue::from_str(&value).map_err(AppError::internal)?);
    }
    Ok(())
}

/// `attachment` with the name in ASCII and, by RFC 5987, in full.
fn disposition(file_name: &str) -> String {
    let ascii: String = ratusha_platform::text::translit::to_latin(file_name)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " ._-".contains(c) { c } else { '_' })
        .collect();
    let mut full = String::new();
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            full.push(char::from(byte));
        } else {
            full.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{full}")
}

#[derive(Template)]
#[template(path = "files/gallery.html")]
struct GalleryView<'a> {
    ui: &'a Ui,
    pictures: Vec<&'a StoredFile>,
}

/// The pictures of an object, each with its text alternative and a link to its full size; nothing if there are none.
#[must_use]
pub fn gallery(ui: &Ui, files: &[StoredFile]) -> Html {
    let pictures: Vec<&StoredFile> = files.iter().filter(|file| file.is_image()).collect();
    if pictures.is_empty() { Html::default() } else { Html::from_template(&GalleryView { ui, pictures }) }
}

/// The documents of an object as lines to take away; nothing if there are none.
#[must_use]
pub fn file_lines(ui: &Ui, files: &[StoredFile]) -> Html {
    let lines = files.iter().filter(|file| !file.is_image()).map(|file| {
        let kind = Kind::of_media_type(&file.media_type).map_or("", Kind::extension).to_uppercase();
        ui.file(&FileLine { title: file.alt.clone(), url: file.path.clone(), kind, bytes: file.size, note: None })
    });
    Html::trusted(lines.map(String::from).collect::<String>())
}

#[derive(Template)]
#[template(path = "files/links.html")]
struct LinksView<'a> {
    ui: &'a Ui,
    links: &'a [RemoteFile],
}

/// Files that stay at their origin, as links that say so; nothing if there are none.
#[must_use]
pub fn remote_lines(ui: &Ui, links: &[RemoteFile]) -> Html {
    if links.is_empty() { Html::default() } else { Html::from_template(&LinksView { ui, links }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_into_the_header_twice_and_breaks_out_of_neither() {
        assert_eq!(
            disposition("Звіт \"2026\".pdf"),
            "attachment; filename=\"Zvit _2026_.pdf\"; filename*=UTF-8''%D0%97%D0%B2%D1%96%D1%82%20%222026%22.pdf"
        );
        assert!(!disposition("a\r\nX: y.pdf").contains('\n'));
    }
}
