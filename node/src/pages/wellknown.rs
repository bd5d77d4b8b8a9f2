//! Documents for machines that belong to no module: the site map and the security contact.

use axum::response::{IntoResponse, Response};
use http::header;
use ratusha_content::index::{self, Query};
use ratusha_platform::{AppResult, Lang, http::routes::Routes};
use ratusha_tenants::web::Page;

/// The most addresses in one site map, as the protocol of site maps has it.
const MOST: usize = 10_000;

/// The doors of these documents.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/sitemap.xml", sitemap).get("/.well-known/security.txt", security)
}

/// `GET /sitemap.xml`: what is public, in both languages.
async fn sitemap(page: Page) -> AppResult<Response> {
    let mut conn = page.ctx.db().read().await?;
    let found = index::search(&mut conn, page.tenant_id(), &Query::default(), MOST).await?;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    let fixed = ["/", "/practices", "/classifier", "/t", "/about"].into_iter().map(|path| (path.to_owned(), None));
    let entries = found.items.iter().map(|hit| (hit.path.clone(), Some(hit.updated_at)));
    for (path, changed) in fixed.chain(entries) {
        let address = |lang: Lang| index::feed::xml(&page.tenant.url(&lang.path(&path)));
        let (uk, en) = (address(Lang::Uk), address(Lang::En));
        let changed = changed.map_or_else(String::new, |at| format!("<lastmod>{}</lastmod>", at.to_rfc3339()));
        xml.push_str(&format!(
            "<url><loc>{uk}</loc>{changed}<xhtml:link rel=\"alternate\" hreflang=\"uk\" href=\"{uk}\"/><xhtml:link rel=\"alternate\" hreflang=\"en\" href=\"{en}\"/></url>\n"
        ));
    }
    xml.push_str("</urlset>\n");
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
}

/// `GET /.well-known/security.txt` (RFC 9116): whom to tell about a hole.
async fn security(page: Page) -> Response {
    let contact = match page.tenant.contact.trim() {
        "" => page.tenant.url("/about"),
        text if text.contains('@') && !text.contains(char::is_whitespace) => format!("mailto:{text}"),
        _ => page.tenant.url("/about"),
    };
    let until = page.now().plus_days(180).to_rfc3339();
    let text = format!(
        "Contact: {contact}\nExpires: {until}\nPreferred-Languages: uk, en\nCanonical: {}\n",
        page.tenant.url("/.well-known/security.txt")
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
