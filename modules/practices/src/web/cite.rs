//! How to cite a practice: as text, BibTeX, RIS and CSL JSON.

use askama::Template;
use axum::{extract::Path, response::Response};
use http::StatusCode;
use ratusha_platform::{AppResult, Lang, Timestamp, i18n};
use ratusha_templates::Ui;
use ratusha_tenants::Page;
use serde_json::json;

use super::{id_of, ui_of};
use crate::service::{self, Shown};

/// What a citation needs to know.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub key: String,
    pub title: String,
    pub author: String,
    pub url: String,
    pub licence: String,
    pub published: Timestamp,
    pub seen: Timestamp,
}

impl Source {
    fn year(&self) -> String {
        self.published.to_date().chars().take(4).collect()
    }

    fn text(&self, lang: Lang, accessed: &str) -> String {
        format!(
            "{}. {}. {}. {} ({accessed} {}). {}",
            self.author,
            self.title,
            i18n::date(lang, self.published),
            self.url,
            i18n::date(lang, self.seen),
            self.licence
        )
    }

    fn bibtex(&self) -> String {
        // Braces and backslashes would end a value or start a command.
        let clean = |text: &str| text.replace(['{', '}', '\\'], "");
        format!(
            "@misc{{{},\n  author = {{{{{}}}}},\n  title = {{{}}},\n  year = {{{}}},\n  url = {{{}}},\n  urldate = {{{}}},\n  copyright = {{{}}}\n}}",
            self.key,
            clean(&self.author),
            clean(&self.title),
            self.year(),
            self.url,
            self.seen.to_date(),
            self.licence
        )
    }

    fn ris(&self) -> String {
        let date = self.published.to_date().replace('-', "/");
        format!(
            "TY  - ELEC\nAU  - {}\nTI  - {}\nPY  - {}\nDA  - {date}\nUR  - {}\nY2  - {}\nER  - ",
            self.author,
            self.title,
            self.year(),
            self.url,
            self.seen.to_date().replace('-', "/")
        )
    }

    fn csl(&self) -> String {
        let parts = |at: Timestamp| -> Vec<i64> { at.to_date().split('-').filter_map(|part| part.parse().ok()).collect() };
        let value = json!([{
            "id": self.key,
            "type": "webpage",
            "title": self.title,
            "author": [{"literal": self.author}],
            "issued": {"date-parts": [parts(self.published)]},
            "accessed": {"date-parts": [parts(self.seen)]},
            "URL": self.url,
            "license": self.licence,
            "language": "uk",
        }]);
        serde_json::to_string_pretty(&value).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "practices/cite.html")]
struct CiteView {
    ui: Ui,
    text: String,
    formats: Vec<(&'static str, String)>,
}

/// `GET /practices/{id}/cite`
pub(super) async fn cite(page: Page, Path(id): Path<String>) -> AppResult<Response> {
    let id = id_of(&id)?;
    let shown = service::shown(&page.ctx, &mut *page.ctx.db().read().await?, &page.tenant, &page.who, &id).await?;
    let path = format!("/practices/{id}");
    let (author, url, published) = match &shown {
        Shown::Own { practice, .. } => {
            (page.tenant.name_uk.clone(), page.tenant.url(&path), practice.published_at.unwrap_or(practice.created_at))
        }
        Shown::Copy { remote, .. } => (remote.actor_name.clone(), remote.url.clone(), remote.published_at),
    };
    let card = shown.card();
    let source = Source {
        key: format!("practice-{}", id.as_str().get(..8).unwrap_or("")),
        title: card.title.clone(),
        author,
        url,
        licence: card.licence.as_str().to_owned(),
        published,
        seen: page.now(),
    };
    let ui = ui_of(&page, page.t("practices-cite"))
        .crumb(card.title.clone(), path.clone())
        .crumb(page.t("practices-cite"), format!("{path}/cite"));
    let view = CiteView {
        text: source.text(page.lang, &page.t("practices-accessed")),
        formats: vec![("BibTeX", source.bibtex()), ("RIS", source.ris()), ("CSL JSON", source.csl())],
        ui,
    };
    Ok(ratusha_templates::page(StatusCode::OK, &view))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_name_author_title_date_and_address() {
        let at = Timestamp::parse("2026-05-04T08:00:00Z").unwrap();
        let source = Source {
            key: "practice-1".into(),
            title: "Електронна {черга}".into(),
            author: "Львівська громада".into(),
            url: "https://lviv.example/practices/1".into(),
            licence: "CC-BY-4.0".into(),
            published: at,
            seen: at.plus_days(1),
        };
        assert_eq!(
            source.text(Lang::Uk, "дата звернення:"),
            "Львівська громада. Електронна {черга}. 04.05.2026. https://lviv.example/practices/1 (дата звернення: 05.05.2026). CC-BY-4.0"
        );
        assert!(source.bibtex().contains("title = {Електронна черга}") && source.bibtex().contains("author = {{Львівська громада}}"));
        assert!(source.ris().starts_with("TY  - ELEC\nAU  - Львівська громада\n") && source.ris().contains("DA  - 2026/05/04"));
        assert!(source.csl().contains("\"type\": \"webpage\""));
    }
}
