//! Atom and JSON feeds of a query; every title may be hostile.

use std::fmt::Write as _;

use ratusha_platform::{Lang, Timestamp};
use ratusha_tenants::Tenant;
use serde_json::{Value, json};

use super::model::Hit;

/// What a feed is called and where it is.
#[derive(Debug, Clone)]
pub struct About {
    /// Title, ready for the reader.
    pub title: String,
    /// Its own full address.
    pub own_url: String,
    /// Full address of the page with the same things.
    pub page_url: String,
    /// Language of the title.
    pub lang: Lang,
}

/// Text as XML, without the characters that XML 1.0 cannot hold.
#[must_use]
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c < ' ' || matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// The full address of an entry's page.
fn url_of(tenant: &Tenant, about: &About, hit: &Hit) -> String {
    if hit.path.starts_with('/') { tenant.url(&about.lang.path(&hit.path)) } else { hit.ap_id.clone() }
}

fn author_of<'a>(tenant: &'a Tenant, about: &About, hit: &'a Hit) -> &'a str {
    if hit.origin == tenant.birth_host() || tenant.hosts.contains(&hit.origin) { tenant.name(about.lang) } else { &hit.origin }
}

/// When the newest of `hits` was changed, or when the tenant began.
fn newest(tenant: &Tenant, hits: &[Hit]) -> Timestamp {
    hits.iter().map(|hit| hit.updated_at).max().unwrap_or(tenant.created_at)
}

/// An Atom document (RFC 4287).
#[must_use]
pub fn atom(tenant: &Tenant, about: &About, hits: &[Hit]) -> String {
    let mut out = String::with_capacity(1024 + hits.len() * 1024);
    let lang = about.lang.code();
    let _ = write!(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{lang}\">\n<id>{}</id>\n<title>{}</title>\n\
         <updated>{}</updated>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
         <generator>Ratusha</generator>\n",
        xml(&about.own_url),
        xml(&about.title),
        newest(tenant, hits).to_rfc3339(),
        xml(&about.own_url),
        xml(&about.page_url),
    );
    for hit in hits {
        let _ = write!(
            out,
            "<entry xml:lang=\"{}\">\n<id>{}</id>\n<title>{}</title>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
             <published>{}</published>\n<updated>{}</updated>\n<author><name>{}</name></author>\n<summary>{}</summary>\n",
            xml(&hit.lang),
            xml(&hit.ap_id),
            xml(&hit.title),
            xml(&url_of(tenant, about, hit)),
            hit.published_at.to_rfc3339(),
            hit.updated_at.max(hit.published_at).to_rfc3339(),
            xml(author_of(tenant, about, hit)),
            xml(&hit.summary),
        );
        for notation in &hit.concepts {
            let _ = writeln!(out, "<category term=\"{}\"/>", xml(notation));
        }
        if !hit.licence.is_empty() {
            let _ = writeln!(out, "<rights>{}</rights>", xml(&hit.licence));
        }
        out.push_str("</entry>\n");
    }
    out.push_str("</feed>\n");
    out
}

/// A JSON Feed 1.1 document.
#[must_use]
pub fn json_feed(tenant: &Tenant, about: &About, hits: &[Hit]) -> Value {
    let items: Vec<Value> = hits
        .iter()
        .map(|hit| {
            json!({
                "id": hit.ap_id,
                "url": url_of(tenant, about, hit),
                "title": hit.title,
                "summary": hit.summary,
                "content_text": if hit.summary.is_empty() { &hit.title } else { &hit.summary },
                "date_published": hit.published_at.to_rfc3339(),
                "date_modified": hit.updated_at.max(hit.published_at).to_rfc3339(),
                "language": hit.lang,
                "authors": [{"name": author_of(tenant, about, hit)}],
                "tags": hit.concepts,
            })
        })
        .collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": about.title,
        "home_page_url": about.page_url,
        "feed_url": about.own_url,
        "language": about.lang.code(),
        "items": items,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_cannot_leave_its_element() {
        assert_eq!(xml("]]></title><script>\"'&\u{0}\u{b}\u{ffff}\n"), "]]&gt;&lt;/title&gt;&lt;script&gt;&quot;&#39;&amp; ");
    }
}
