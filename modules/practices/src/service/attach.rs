//! Files of a practice: those who edit it put them up and take them away; the public hears of it.

use ratusha_content::files::{self, FileId, Prepared, Role};
use ratusha_platform::{AppResult, Uow};
use ratusha_tenants::{Principal, audit::Audit};
use serde_json::json;

use super::{draft::tell_of_change, get_for_change, save};
use crate::{
    error,
    model::{Practice, PracticeId, State},
    policy,
};

/// Most files of one practice.
const FILES_MAX: usize = 30;

async fn begin(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64) -> AppResult<Practice> {
    let practice = get_for_change(uow, who, id, version, |p| policy::edit(who, p.state)).await?;
    if practice.state.is_editable() { Ok(practice) } else { Err(error::not_now()) }
}

async fn finish(uow: &mut Uow, mut practice: Practice, action: &'static str, file: &FileId) -> AppResult<Practice> {
    save(uow, &mut practice).await?;
    uow.audit(action, practice.id.as_str(), json!({"file": file.as_str()})).await?;
    if practice.state == State::Validated {
        tell_of_change(uow, &mut practice).await?;
    }
    Ok(practice)
}

/// Gives a prepared file to the practice.
///
/// # Errors
/// 404, 401, 403, 409 as for an edit; 422 for one file too many.
pub async fn attach(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64, file: Prepared, cover: bool) -> AppResult<Practice> {
    let practice = begin(uow, who, id, version).await?;
    let tenant = uow.tenant().clone();
    let known = files::list(uow.conn(), &tenant, id.as_str()).await?;
    if known.len() >= FILES_MAX {
        return Err(error::wrong("file", "practices-field-too-many-files"));
    }
    // The first picture stands for the practice in lists and link previews.
    let first = file.is_image() && !known.iter().any(files::StoredFile::is_image);
    let role = if cover || first { Role::Cover } else { Role::Photo };
    let file = files::attach(uow, file, id.as_str(), role).await?;
    finish(uow, practice, "practices.attach", &file).await
}

/// Takes a file from the practice.
///
/// # Errors
/// As [`attach`], and 404 when it has no such file.
pub async fn detach(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64, file: &FileId) -> AppResult<Practice> {
    let practice = begin(uow, who, id, version).await?;
    files::detach(uow, id.as_str(), file).await?;
    finish(uow, practice, "practices.detach", file).await
}

/// Makes a picture of the practice its cover.
///
/// # Errors
/// As [`attach`], and 404 when it has no such picture.
pub async fn cover(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64, file: &FileId) -> AppResult<Practice> {
    let practice = begin(uow, who, id, version).await?;
    files::make_cover(uow, id.as_str(), file).await?;
    finish(uow, practice, "practices.cover", file).await
}
