//! Markdown for what people write here: no raw HTML, tables, footnotes, bare links; always through the sanitizer.

use std::sync::LazyLock;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, format_html, parse_document};

use super::clean::{strip, truncate_bytes};
use super::sanitize;

/// Longest Markdown that is read, in bytes.
pub const MAX_BYTES: usize = 100_000;

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    // People who write a tag see their tag rather than lose it.
    options.render.escape = true;
    options
});

/// Markdown as safe HTML. Headings start at level 2, because the page has the only `h1`;
/// tags written by hand are shown as text; at most [`MAX_BYTES`] are read.
pub fn to_html(markdown: &str) -> String {
    let source = strip(truncate_bytes(markdown, MAX_BYTES));
    let arena = Arena::new();
    let root = parse_document(&arena, &source, &OPTIONS);
    for node in root.descendants() {
        if let NodeValue::Heading(heading) = &mut node.data_mut().value {
            heading.level = (heading.level + 1).min(6);
        }
    }
    let mut html = String::new();
    match format_html(root, &OPTIONS, &mut html) {
        Ok(()) => sanitize::local_html(&html),
        // Writing to a string cannot fail; the text itself is still the best answer.
        Err(_) => sanitize::local_html(&source.replace('&', "&amp;").replace('<', "&lt;")),
    }
}

/// Markdown as one line of plain text, for summaries, feeds and search.
pub fn to_plain(markdown: &str) -> String {
    sanitize::plain(&to_html(markdown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headings_start_at_level_two() {
        assert_eq!(to_html("# Мета\n\n###### Шостий"), "<h2>Мета</h2>\n<h6>Шостий</h6>\n");
    }

    #[test]
    fn tables_links_and_strikes_are_rendered() {
        assert_eq!(
            to_html("| а | б |\n|---|---|\n| 1 | 2 |"),
            "<table>\n<thead>\n<tr>\n<th>а</th>\n<th>б</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n"
        );
        assert_eq!(
            to_html("Дивіться https://example.org та ~~старе~~ [тут](/library/a)"),
            "<p>Дивіться <a href=\"https://example.org\" rel=\"nofollow noopener ugc\">https://example.org</a> та \
             <del>старе</del> <a href=\"/library/a\" rel=\"nofollow noopener ugc\">тут</a></p>\n"
        );
    }

    #[test]
    fn footnotes_lead_there_and_back() {
        let html = to_html("Текст[^1]\n\n[^1]: Примітка");
        assert!(html.contains("<a href=\"#fn-1\" id=\"fnref-1\""), "{html}");
        assert!(html.contains("<li id=\"fn-1\">"), "{html}");
        assert!(html.contains("href=\"#fnref-1\""), "{html}");
    }

    #[test]
    fn tags_written_by_hand_are_shown_and_dangerous_links_are_dropped() {
        assert_eq!(to_html("<b onclick=x>так</b>"), "<p>&lt;b onclick=x&gt;так&lt;/b&gt;</p>\n");
        let html = to_html("[a](javascript:alert(1)) ![p](https://x.example/p.png) [b](//evil.example)");
        assert!(!html.contains("javascript") && !html.contains("<img") && !html.contains("href"), "{html}");
    }

    #[test]
    fn plain_text_has_no_marks() {
        assert_eq!(to_plain("# Мета\n\nЗробити **добре** &amp; [швидко](/x).\n\n- раз\n- два"), "Мета Зробити добре & швидко. раз два");
    }

    #[test]
    fn endless_nesting_is_survived() {
        for marker in [
            ">",
            "> ",
            "- ",
            "* ",
            "1. ",
            "[",
            "![",
            "**",
            "*a _b ",
            "`",
            "~~",
            "(",
            "[^",
            "\\",
            "<b>",
            "|",
            "&#",
            "[a](",
            "http://",
            "www.a@",
            "a**b",
            "[^1]: x\n",
            "[a]: b\n",
            "+ ",
        ] {
            let html = to_html(&marker.repeat(20_000));
            assert!(html.len() <= sanitize::MAX_BYTES, "{marker}");
        }
        let stairs: String = (0..300).map(|n| format!("{}- x\n", "  ".repeat(n))).collect();
        assert!(!to_html(&stairs).is_empty());
        assert!(to_html(&format!("{} текст", ">".repeat(50))).contains("текст"));
    }

    proptest! {
        #[test]
        fn any_input_renders_and_is_settled(s in "[a-zа-я#*_>`~|<:&\\[\\]() \\n^!1.-]{0,200}") {
            let html = to_html(&s);
            prop_assert_eq!(&sanitize::local_html(&html), &html);
        }
    }
}
