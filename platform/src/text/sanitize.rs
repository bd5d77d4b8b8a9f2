//! The one policy for rich text, remote and local, and what is left of HTML as plain text.
//!
//! The subset is that of FEP-b2b8: structure and emphasis, links, no pictures, no style, no script.
//! Remote text is sanitized once, at import; the result is stored and may be shown as it is.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

pub use super::clean::{clean_line, clean_text, truncate_chars};
use super::clean::{strip, truncate_bytes};
use super::normalise;

/// Longest HTML that is read and that is given back, in bytes.
pub const MAX_BYTES: usize = 200_000;

const MAX_HREF: usize = 2_048;
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

fn is_language(value: &str) -> bool {
    (2..=35).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_number(value: &str, max: u32) -> bool {
    value.len() <= 6 && value.parse::<u32>().is_ok_and(|n| n <= max)
}

/// Footnote anchors, the only ids and fragments that local text may have.
fn is_footnote(value: &str) -> bool {
    value
        .strip_prefix("fnref-")
        .or_else(|| value.strip_prefix("fn-"))
        .is_some_and(|rest| rest.len() <= 60 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

fn is_web_link(value: &str) -> bool {
    value.split_once(':').is_some_and(|(scheme, rest)| {
        let scheme = scheme.to_ascii_lowercase();
        scheme == "mailto" || (scheme.starts_with("http") && rest.starts_with("//"))
    })
}

/// A path on this site; `//host` and `/\host` would lead elsewhere.
fn is_local_link(value: &str) -> bool {
    let path = value.starts_with('/') && !value.starts_with("//") && !value.contains('\\');
    let plain = !value.contains(|c: char| c.is_control() || c.is_whitespace());
    plain && (path || value.strip_prefix('#').is_some_and(is_footnote))
}

fn attribute_allowed(attribute: &str, value: &str, local: bool) -> bool {
    match attribute {
        "href" => value.len() <= MAX_HREF && (is_web_link(value) || local && is_local_link(value)),
        "id" => local && is_footnote(value),
        "lang" => is_language(value),
        "dir" => matches!(value, "ltr" | "rtl" | "auto"),
        "start" => is_number(value, 100_000),
        "reversed" => value.is_empty(),
        "colspan" | "rowspan" => is_number(value, 100),
        "scope" => matches!(value, "row" | "col" | "rowgroup" | "colgroup"),
        // What ammonia itself has set or filtered.
        "class" | "rel" => true,
        _ => false,
    }
}

fn policy(local: bool) -> Builder<'static> {
    let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
    let mut attributes = HashMap::from([
        ("a", set(&["href"])),
        ("ol", set(&["start", "reversed"])),
        ("td", set(&["colspan", "rowspan"])),
        ("th", set(&["colspan", "rowspan", "scope"])),
    ]);
    if local {
        attributes.insert("a", set(&["href", "id"]));
        attributes.insert("li", set(&["id"]));
        attributes.insert("sup", set(&["id"]));
    }
    let mut builder = Builder::empty();
    builder
        .tags(set(normalise::ALLOWED))
        .clean_content_tags(set(normalise::DROPPED_WITH_CONTENT))
        .tag_attributes(attributes)
        .generic_attributes(set(&["lang", "dir"]))
        .allowed_classes(HashMap::from([
            ("span", set(&["invisible", "ellipsis", "mention", "hashtag"])),
            ("a", set(&["mention", "hashtag"])),
        ]))
        .url_schemes(set(&SCHEMES))
        .url_relative(if local { UrlRelative::PassThrough } else { UrlRelative::Deny })
        .link_rel(Some("nofollow noopener ugc"))
        .strip_comments(true)
        .attribute_filter(move |_, attribute, value| attribute_allowed(attribute, value, local).then_some(Cow::Borrowed(value)));
    builder
}

static REMOTE: LazyLock<Builder<'static>> = LazyLock::new(|| policy(false));
static LOCAL: LazyLock<Builder<'static>> = LazyLock::new(|| policy(true));
static TEXT: LazyLock<Builder<'static>> = LazyLock::new(Builder::empty);

fn pass(policy: &Builder<'static>, input: &str) -> String {
    strip(&policy.clean(&normalise::html(input)).to_string())
}

/// Repeats the pass until nothing changes, so that sanitizing again never alters stored text.
fn settle(policy: &Builder<'static>, input: &str) -> String {
    let source = strip(truncate_bytes(input, MAX_BYTES));
    let mut limit = source.len();
    for _ in 0..4 {
        let mut html = pass(policy, truncate_bytes(&source, limit));
        for _ in 0..4 {
            if html.len() > MAX_BYTES {
                break;
            }
            let again = pass(policy, &html);
            if again == html {
                return html;
            }
            html = again;
        }
        limit /= 2;
    }
    // Nothing known comes here; text without markup settles by construction.
    escape(truncate_bytes(&plain(input), MAX_BYTES / 8))
}

/// Plain text as HTML, written the way the sanitizer writes it.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\u{a0}', "&nbsp;")
}

/// Rich text from another server, safe to store and to show.
///
/// At most [`MAX_BYTES`] in and out. Links only `http`, `https`, `mailto`, with
/// `rel="nofollow noopener ugc"`; no pictures; `h1` becomes `h2`. Idempotent.
pub fn remote_html(input: &str) -> String {
    settle(&REMOTE, input)
}

/// Rich text written on this node: as [`remote_html`], and links to paths of this site and footnotes stay.
pub fn local_html(input: &str) -> String {
    settle(&LOCAL, input)
}

/// HTML as one line of plain text for names, titles and summaries: no tags, references decoded,
/// white space collapsed. The result is text: it must be escaped when shown.
pub fn plain(input: &str) -> String {
    let text = normalise::text(&strip(truncate_bytes(input, MAX_BYTES)));
    let decoded = TEXT.clean(&text).to_string().replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    clean_line(&decoded)
}

#[cfg(test)]
#[path = "sanitize_tests.rs"]
mod tests;
