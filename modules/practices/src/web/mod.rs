//! The doors of the module: pages, forms, exports, and the documents for other servers.

mod actions;
mod ap;
mod card;
mod cite;
mod compare;
mod curation;
mod export;
mod files;
mod form;
mod home;
mod import;
mod list;
mod mine;
mod pages;
mod show;
mod versions;

use axum::extract::DefaultBodyLimit;
use ratusha_content::FacetDef;
use ratusha_platform::{AppError, AppResult, http::routes::Routes};
use ratusha_templates::{
    Ui,
    parts::{Status as Word, Tone},
};
use ratusha_tenants::Page;

use crate::model::{Curation, Evidence, Freshness, Licence, PracticeId, State, Status};

pub use home::{duties, home_sections};

/// Room for one document and the fields around it.
const UPLOAD_MAX: usize = ratusha_content::files::DOCUMENT_MAX + 256 * 1024;

/// What the module adds to the search of the whole site.
pub const FACETS: &[FacetDef] = &[
    FacetDef {
        name: crate::service::STATUS,
        key: "practices-facet-status",
        values: &[
            ("operating", "practices-status-operating"),
            ("pilot", "practices-status-pilot"),
            ("stopped", "practices-status-stopped"),
        ],
    },
    FacetDef {
        name: crate::service::EVIDENCE,
        key: "practices-facet-evidence",
        values: &[
            ("E3", "practices-evidence-e3"),
            ("E2", "practices-evidence-e2"),
            ("E1", "practices-evidence-e1"),
            ("E0", "practices-evidence-e0"),
        ],
    },
    FacetDef {
        name: crate::service::COMMUNITY,
        key: "practices-facet-community",
        values: &[
            ("rural", "practices-community-rural"),
            ("settlement", "practices-community-settlement"),
            ("city", "practices-community-city"),
            ("district", "practices-community-district"),
            ("region", "practices-community-region"),
            ("state", "practices-community-state"),
        ],
    },
    FacetDef {
        name: crate::service::LICENCE,
        key: "practices-facet-licence",
        values: &[
            ("CC-BY-4.0", "practices-licence-cc-by"),
            ("CC-BY-SA-4.0", "practices-licence-cc-by-sa"),
            ("CC0-1.0", "practices-licence-cc0"),
        ],
    },
];

/// All doors.
#[must_use]
pub fn routes() -> Routes {
    let uploads = Routes::new()
        .post("/practices/{id}/files", files::add)
        .post("/practices/import", import::check)
        .post("/practices/import/run", import::run)
        .map(|router| router.layer(DefaultBodyLimit::max(UPLOAD_MAX)));
    Routes::new()
        .get("/practices", list::list)
        .get("/practices/map", list::map)
        .get("/practices/timeline", list::timeline)
        .get("/practices/criteria", pages::criteria)
        .get("/practices/compare", compare::compare)
        .get("/practices/export.csv", export::csv)
        .get("/practices/export.jsonld", export::jsonld)
        .get("/practices/mine", mine::mine)
        .get("/practices/new", form::new)
        .post("/practices/new", form::create)
        .get("/practices/import", import::show)
        .get("/practices/import/template.csv", import::template)
        .get("/practices/{id}", show::show)
        .get("/practices/{id}/edit", form::edit)
        .post("/practices/{id}/edit", form::update)
        .get("/practices/{id}/files", files::show)
        .post("/practices/{id}/files/remove", files::remove)
        .post("/practices/{id}/files/cover", files::cover)
        .get("/practices/{id}/versions", versions::list)
        .get("/practices/{id}/versions/{number}", versions::version)
        .post("/practices/{id}/versions/{number}/restore", versions::restore)
        .get("/practices/{id}/diff", versions::diff)
        .get("/practices/{id}/cite", cite::cite)
        .get("/practices/{id}/submit", actions::ask_submit)
        .post("/practices/{id}/submit", actions::submit)
        .get("/practices/{id}/validate", actions::ask_validate)
        .post("/practices/{id}/validate", actions::validate)
        .get("/practices/{id}/return", actions::ask_return)
        .post("/practices/{id}/return", actions::send_back)
        .get("/practices/{id}/archive", actions::ask_archive)
        .post("/practices/{id}/archive", actions::archive)
        .get("/practices/{id}/restore", actions::ask_restore)
        .post("/practices/{id}/restore", actions::restore)
        .get("/practices/{id}/delete", actions::ask_delete)
        .post("/practices/{id}/delete", actions::delete)
        .get("/practices/{id}/confirm", actions::ask_confirm)
        .post("/practices/{id}/confirm", actions::confirm)
        .get("/practices/{id}/evidence", actions::ask_evidence)
        .post("/practices/{id}/evidence", actions::evidence)
        .get("/curation", curation::queue)
        .get("/curation/{id}", curation::show)
        .post("/curation/{id}", curation::decide)
        .post("/curation/{id}/evidence", curation::vouch)
        .get("/ap/practice/{id}", ap::article)
        .get("/ap/practice/{id}/rev/{number}", ap::revision)
        .get("/ap/practice/{id}/history", ap::history)
        .merge(uploads)
}

/// The id in an address; what is no id is a page that there is not.
pub(crate) fn id_of(text: &str) -> AppResult<PracticeId> {
    text.parse().map_err(|_| AppError::not_found())
}

/// A page of this module, with its way from the front page.
pub(crate) fn ui_of(page: &Page, title: impl Into<String>) -> Ui {
    page.ui().titled(title).crumb(page.t("practices-nav"), "/practices")
}

/// The version that a form was made from; a form without one matches nothing.
pub(crate) fn version_of(form: &ratusha_platform::http::form::FormData) -> i64 {
    form.line("version").parse().unwrap_or(-1)
}

/// A state in words.
pub(crate) fn state_word(ui: &Ui, state: State) -> Word {
    let tone = match state {
        State::Draft => Tone::Neutral,
        State::Proposed => Tone::Info,
        State::NeedsUpdate => Tone::Care,
        State::Validated => Tone::Good,
        State::Archived => Tone::Neutral,
        State::Deleted => Tone::Bad,
    };
    Word::new(tone, ui.t(format!("practices-state-{}", state.as_str())))
}

/// How far a practice has come, in words.
pub(crate) fn status_word(ui: &Ui, status: Status) -> Word {
    let tone = match status {
        Status::Pilot => Tone::Info,
        Status::Operating => Tone::Good,
        Status::Stopped => Tone::Care,
    };
    Word::new(tone, ui.t(format!("practices-status-{}", status.as_str())))
}

/// A curator's decision in words.
pub(crate) fn curation_word(ui: &Ui, curation: Curation) -> Word {
    let tone = match curation {
        Curation::Waiting => Tone::Info,
        Curation::Returned | Curation::ReviewAgain => Tone::Care,
        Curation::Accepted => Tone::Good,
        Curation::Declined => Tone::Bad,
        Curation::Withdrawn => Tone::Neutral,
    };
    Word::new(tone, ui.t(format!("practices-curation-{}", curation.as_str())))
}

/// The name of a licence as a locale key, and the address of its deed.
pub(crate) fn licence(licence: Licence) -> (&'static str, &'static str) {
    match licence {
        Licence::CcBy4 => ("practices-licence-cc-by", "https://creativecommons.org/licenses/by/4.0/"),
        Licence::CcBySa4 => ("practices-licence-cc-by-sa", "https://creativecommons.org/licenses/by-sa/4.0/"),
        Licence::Cc0 => ("practices-licence-cc0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    }
}

/// A level of evidence in a few words.
pub(crate) fn evidence_label(ui: &Ui, level: Evidence) -> String {
    ui.t(format!("practices-evidence-{}", level.as_str().to_lowercase()))
}

/// Whether the owner still stands by the card, if there is something to say.
pub(crate) fn freshness_word(ui: &Ui, freshness: Freshness) -> Option<Word> {
    match freshness {
        Freshness::Fresh => None,
        Freshness::ReviewDue => Some(Word::new(Tone::Care, ui.t("practices-review-due"))),
        Freshness::Outdated => Some(Word::new(Tone::Bad, ui.t("practices-outdated"))),
    }
}
