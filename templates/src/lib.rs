//! The design system: the frame of every page, its components, styles, script and shared sentences.
//!
//! Module templates extend `base.html`, hold a field `ui: Ui`, and print components with
//! the methods of [`Ui`] in [`parts`] and [`form`], e.g. `{{ ui.field(fields.get("title")) }}`.

pub mod assets;
pub mod form;
pub mod gallery;
pub mod map;
mod page;
pub mod parts;
mod print;
pub mod theme;
mod ui;

pub use page::{Html, error_page, page, page_with, plain_page};
pub use ui::{Accent, Crumb, FeedLink, Flash, Moment, NavItem, Site, Theme, Ui, Viewer, Whole};

use ratusha_platform::i18n::Locales;

/// The sentences of the frame and the components, and the messages of the common errors.
#[must_use]
pub fn locales() -> Locales {
    Locales { owner: "templates", uk: include_str!("../locales/uk.ftl"), en: include_str!("../locales/en.ftl") }
}
