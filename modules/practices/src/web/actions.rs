//! What is done to a practice with one decision: each with a page that says what will happen, and the deed itself.

use askama::Template;
use axum::{extract::Path, response::Response};
use http::StatusCode;
use ratusha_platform::{
    AppResult, Kind,
    http::{
        csrf::Csrf,
        form::{FormData, FormState},
    },
};
use ratusha_templates::{
    Html, Ui,
    form::{Choice, Field, Fields},
};
use ratusha_tenants::{Page, web::FlashCookie};

use super::{form::field_label, id_of, ui_of, version_of};
use crate::{
    error,
    model::{Evidence, Practice, PracticeId, State, Step},
    policy, service,
};

/// The deeds that have a page of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Submit,
    Validate,
    Return,
    Archive,
    Restore,
    Delete,
    Confirm,
    Evidence,
}

impl Deed {
    fn word(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Validate => "validate",
            Self::Return => "return",
            Self::Archive => "archive",
            Self::Restore => "restore",
            Self::Delete => "delete",
            Self::Confirm => "confirm",
            Self::Evidence => "evidence",
        }
    }

    fn step(self) -> Option<Step> {
        Some(match self {
            Self::Submit => Step::Submit,
            Self::Validate => Step::Publish,
            Self::Return => Step::Return,
            Self::Archive => Step::Archive,
            Self::Restore => Step::Restore,
            Self::Delete => Step::Delete,
            Self::Confirm | Self::Evidence => return None,
        })
    }

    /// May this person do it, and is it the moment?
    fn check(self, page: &Page, practice: &Practice) -> AppResult<()> {
        match self.step() {
            Some(step) => {
                policy::step(&page.who, practice.state, step).require()?;
                practice.state.after(step).map(|_| ()).ok_or_else(error::not_now)
            }
            None if self == Self::Confirm => {
                policy::confirm(&page.who, practice.state).require()?;
                if practice.state == State::Validated { Ok(()) } else { Err(error::not_now()) }
            }
            None => {
                policy::evidence(&page.who, practice.state, Evidence::E1).require()?;
                if practice.state.is_editable() { Ok(()) } else { Err(error::not_now()) }
            }
        }
    }
}

#[derive(Template)]
#[template(path = "practices/confirm.html")]
struct ConfirmView {
    ui: Ui,
    text: String,
    missing: Vec<String>,
    fields: Fields,
    summary: Html,
    action: String,
    back: String,
    version: i64,
    button: String,
    look: &'static str,
}

fn fields(page: &Page, deed: Deed, practice: &Practice, state: &FormState) -> Fields {
    let fields = Fields::new(state);
    match deed {
        Deed::Return => fields.with(Field::textarea("remarks", "practices-remarks", 5).required().hint("practices-remarks-hint")),
        Deed::Evidence => {
            let levels = Evidence::ALL
                .iter()
                .filter(|level| policy::evidence(&page.who, practice.state, **level).allowed())
                .map(|level| {
                    let key = level.as_str().to_lowercase();
                    Choice::new(level.as_str(), page.t(&format!("practices-evidence-{key}")))
                        .hint(page.t(&format!("practices-evidence-{key}-hint")))
                })
                .collect();
            fields
                .with(Field::radios("level", "practices-label-evidence", levels).required())
                .with(Field::textarea("note", "practices-label-evidence-note", 3).hint("practices-evidence-note-hint"))
        }
        _ => fields,
    }
}

async fn render(page: &Page, id: &PracticeId, deed: Deed, state: FormState, status: StatusCode) -> AppResult<Response> {
    let practice = service::get(&mut *page.ctx.db().read().await?, page.tenant_id(), &page.who, id).await?;
    deed.check(page, &practice)?;
    let path = format!("/practices/{id}");
    let word = deed.word();
    let title = page.t(&format!("practices-do-{word}"));
    let ui = ui_of(page, title.clone()).crumb(practice.card.title.clone(), path.clone()).crumb(title, format!("{path}/{word}"));
    let missing = if matches!(deed, Deed::Submit | Deed::Validate) {
        practice.card.check_public().iter().map(|error| format!("{}: {}", field_label(&ui, &error.field), ui.error_text(error))).collect()
    } else {
        Vec::new()
    };
    let fields = fields(page, deed, &practice, &state);
    let text = page.ta(&format!("practices-ask-{word}"), &[("title", (&practice.card.title).into())]);
    let view = ConfirmView {
        text,
        missing,
        summary: ui.error_summary(&fields),
        fields,
        action: format!("{path}/{word}"),
        back: path,
        version: practice.version,
        button: format!("practices-do-{word}"),
        look: if deed == Deed::Delete { "danger" } else { "primary" },
        ui,
    };
    Ok(ratusha_templates::page(status, &view))
}

async fn ask(page: Page, id: String, deed: Deed) -> AppResult<Response> {
    let id = id_of(&id)?;
    let mut data = FormData::default();
    if deed == Deed::Evidence {
        let practice = service::get(&mut *page.ctx.db().read().await?, page.tenant_id(), &page.who, &id).await?;
        data.set("level", practice.evidence.as_str());
        data.set("note", practice.evidence_note);
    }
    render(&page, &id, deed, FormState::clean(data), StatusCode::OK).await
}

async fn act(page: Page, id: String, deed: Deed, form: FormData) -> AppResult<Response> {
    let id = id_of(&id)?;
    match perform(&page, &id, deed, &form).await {
        Ok(()) => {
            let path = if deed == Deed::Delete { "/practices".to_owned() } else { format!("/practices/{id}") };
            Ok(page.redirect_with(&path, &FlashCookie::good(&format!("practices-done-{}", deed.word()))))
        }
        Err(error) if error.kind == Kind::Invalid => {
            let state = FormState::refused(form, error.fields);
            render(&page, &id, deed, state, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

async fn perform(page: &Page, id: &PracticeId, deed: Deed, form: &FormData) -> AppResult<()> {
    let version = version_of(form);
    let mut uow = page.begin().await?;
    match deed {
        Deed::Submit => drop(service::submit(&mut uow, &page.who, id, version).await?),
        Deed::Validate => drop(service::publish(&mut uow, &page.who, id, version).await?),
        Deed::Return => drop(service::send_back(&mut uow, &page.who, id, version, &form.text("remarks")).await?),
        Deed::Archive => drop(service::archive(&mut uow, &page.who, id, version).await?),
        Deed::Restore => drop(service::restore(&mut uow, &page.who, id, version).await?),
        Deed::Delete => service::delete(&mut uow, &page.who, id, version).await?,
        Deed::Confirm => drop(service::confirm(&mut uow, &page.who, id, version).await?),
        Deed::Evidence => {
            let level = Evidence::parse(&form.line("level")).ok_or_else(|| error::wrong("level", "practices-field-missing"))?;
            drop(service::set_evidence(&mut uow, &page.who, id, version, level, &form.text("note")).await?);
        }
    }
    uow.commit().await
}

macro_rules! deeds {
    ($($ask:ident $act:ident $deed:ident $path:literal;)*) => {$(
        #[doc = concat!("`GET /practices/{id}/", $path, "`")]
        pub(super) async fn $ask(page: Page, Path(id): Path<String>) -> AppResult<Response> {
            ask(page, id, Deed::$deed).await
        }

        #[doc = concat!("`POST /practices/{id}/", $path, "`")]
        pub(super) async fn $act(page: Page, Path(id): Path<String>, Csrf(form): Csrf) -> AppResult<Response> {
            act(page, id, Deed::$deed, form).await
        }
    )*};
}
deeds! {
    ask_submit submit Submit "submit";
    ask_validate validate Validate "validate";
    ask_return send_back Return "return";
    ask_archive archive Archive "archive";
    ask_restore restore Restore "restore";
    ask_delete delete Delete "delete";
    ask_confirm confirm Confirm "confirm";
    ask_evidence evidence Evidence "evidence";
}
