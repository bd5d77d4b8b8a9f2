//! Payloads, fuzzing and limits of the rich text policy.

use super::*;
use crate::text::clean::is_forbidden;
use proptest::prelude::*;

const PAYLOADS: &str = include_str!("../../fixtures/text/xss.txt");

fn payloads() -> Vec<&'static str> {
    PAYLOADS.lines().filter(|l| !l.is_empty()).collect()
}

/// Checks every tag of the output against the policy written a second time, and the balance of tags.
fn check(html: &str, local: bool) -> Result<(), String> {
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        if rest[..at].contains('>') {
            return Err(format!("bare > in {html}"));
        }
        rest = &rest[at + 1..];
        let closing = rest.starts_with('/');
        rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).ok_or("open end")?;
        let name = &rest[..end];
        rest = &rest[end..];
        if !normalise::ALLOWED.contains(&name) {
            return Err(format!("<{name}> in {html}"));
        }
        while let Some(more) = rest.strip_prefix(' ') {
            let (key, more) = more.split_once("=\"").ok_or(format!("attribute in {html}"))?;
            let (value, more) = more.split_once('"').ok_or(format!("quote in {html}"))?;
            rest = more;
            let fine = match (name, key) {
                ("a", "rel") => value == "nofollow noopener ugc",
                ("a", "href") => {
                    let low = value.to_ascii_lowercase();
                    let web = low.starts_with("http://") || low.starts_with("https://") || low.starts_with("mailto:");
                    let own = low.starts_with('/') && !low.starts_with("//") && !low.contains('\\');
                    web || local && (own || low.starts_with("#fn"))
                }
                ("a" | "span", "class") => value.split(' ').all(|c| matches!(c, "" | "invisible" | "ellipsis" | "mention" | "hashtag")),
                ("ol", "start") | ("td" | "th", "colspan" | "rowspan") => value.parse::<u32>().is_ok(),
                ("ol", "reversed") => value.is_empty(),
                ("th", "scope") => !value.contains(|c: char| !c.is_ascii_lowercase()),
                ("a" | "li" | "sup", "id") => local && value.starts_with("fn"),
                (_, "lang" | "dir") => !value.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-'),
                _ => false,
            };
            if !fine {
                return Err(format!("{name} {key}={value:?} in {html}"));
            }
        }
        rest = rest.strip_prefix('>').ok_or(format!("end of <{name}> in {html}"))?;
        match (closing, name) {
            (true, _) => {
                if open.pop().as_deref() != Some(name) {
                    return Err(format!("unbalanced </{name}> in {html}"));
                }
            }
            (false, "br" | "hr") => {}
            (false, _) => open.push(name.to_owned()),
        }
        if open.len() > normalise::MAX_DEPTH + 5 {
            return Err("too deep".to_owned());
        }
    }
    if !open.is_empty() || html.chars().any(is_forbidden) || html.len() > MAX_BYTES {
        return Err(format!("{open:?} left open, a forbidden character or too long: {html}"));
    }
    Ok(())
}

fn check_both(input: &str) -> Result<(), String> {
    for (local, clean) in [(false, remote_html as fn(&str) -> String), (true, local_html)] {
        let html = clean(input);
        check(&html, local)?;
        if clean(&html) != html {
            return Err(format!("not settled: {input:?} {html:?}"));
        }
    }
    Ok(())
}

#[test]
fn no_payload_survives_alone_or_in_company() {
    let all = payloads();
    assert!(all.len() >= 100, "{} payloads", all.len());
    for payload in &all {
        for wrapped in [
            (*payload).to_owned(),
            format!("<p>до {payload} після</p>"),
            format!("<table><tr><td>{payload}</table>"),
            format!("<pre><code>{payload}"),
            format!("<a href=\"{payload}\">x</a>"),
            format!("<math><mtext>{payload}</math>"),
        ] {
            check_both(&wrapped).unwrap();
        }
        let text = remote_html(payload).to_lowercase();
        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("href=\"javascript"), "{text}");
    }
    check_both(&all.join("")).unwrap();
    check_both(PAYLOADS).unwrap();
}

#[test]
fn ordinary_posts_keep_their_form() {
    let post = "<p>Вітаємо <span class=\"h-card\"><a href=\"https://a.example/@rada\" class=\"u-url mention\" \
        target=\"_blank\">@<span>rada</span></a></span></p><h1>Назва</h1><ul><li>раз</li><li>два</li></ul>\
        <p lang=\"en\"><strong>b</strong> <a href=\"https://x.example/?a=1&amp;b=2\"><span class=\"invisible\">https://</span>\
        <span class=\"ellipsis\">x.example</span></a></p><img src=\"https://t.example/1.gif\" alt=\"\">";
    assert_eq!(
        remote_html(post),
        "<p>Вітаємо <span class=\"\"><a href=\"https://a.example/@rada\" class=\"mention\" rel=\"nofollow noopener ugc\">\
         @<span>rada</span></a></span></p><h2>Назва</h2><ul><li>раз</li><li>два</li></ul>\
         <p lang=\"en\"><strong>b</strong> <a href=\"https://x.example/?a=1&amp;b=2\" rel=\"nofollow noopener ugc\">\
         <span class=\"invisible\">https://</span><span class=\"ellipsis\">x.example</span></a></p>"
    );
}

#[test]
fn links_within_the_site_are_for_local_text_only() {
    let link = "<a href=\"/library/1\">x</a><a href=\"#fn-1\">1</a><a href=\"#main\">2</a>";
    assert!(!remote_html(link).contains("href"));
    let local = local_html(link);
    assert!(local.contains("href=\"/library/1\"") && local.contains("#fn-1") && !local.contains("#main"), "{local}");
}

#[test]
fn deep_and_repetitive_input_is_flattened() {
    for piece in [
        "<b>",
        "<blockquote>",
        "<ul><li>",
        "<table><tr><td>",
        "<div>",
        "<p><b>",
        "<a href=x>",
        "<p>x",
        "</p>",
        "<svg>",
        "<math>",
        "<b class=a>",
        "<i><p>",
        "<font size=1>",
        "<ol><li><p><b>",
        "<table>",
        "<select>",
        "<",
        "&#",
        "<!--",
        "<a b='",
        "<h2><h3>",
        "<pre>\n",
        "<sup><sub>",
        "<p><b><ul>x</ul>",
        "<td>",
        "<script>",
        "</script",
    ] {
        check_both(&piece.repeat(10_000)).unwrap();
    }
    let nested = format!("{}x{}", "<blockquote>".repeat(10_000), "</blockquote>".repeat(10_000));
    let html = remote_html(&nested);
    assert!(html.matches("<blockquote>").count() <= normalise::MAX_DEPTH && html.contains('x'), "{html}");
    let formatting: String = (0..5_000).map(|n| format!("<b id={n}>")).collect::<String>() + &"<p>x".repeat(20_000);
    check_both(&formatting).unwrap();
}

#[test]
fn overlong_input_is_cut_and_settles() {
    for piece in ["слово ", "<a href=https://a.example>x</a>", "&", "<p>я</p>", "\u{a0}", "«", "<x>&", "&amp"] {
        let html = remote_html(&piece.repeat(100_000));
        check(&html, false).unwrap();
        assert!(html.len() > 1_000);
        assert_eq!(remote_html(&html), html);
    }
}

#[test]
fn plain_text_is_one_clean_line() {
    for (html, text) in [
        ("<p>Рада <b>міста</b></p><p>Львів</p>", "Рада міста Львів"),
        ("1 &lt; 2 &amp;amp; &quot;так&quot;&nbsp;&ndash; &#1111;", "1 < 2 &amp; \"так\" – ї"),
        ("раз<br>два<script>alert(1)</script>", "раз два"),
        ("слово<b>частина</b>", "словочастина"),
        ("a < b", "a < b"),
        ("\u{202E}x\u{0}y", "xy"),
        ("<style>p{}</style>", ""),
        ("&#x202e;abc", "abc"),
    ] {
        assert_eq!(plain(html), text, "{html}");
    }
}

fn soup() -> impl Strategy<Value = String> {
    let tags = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<a href=https://a.example>",
        "</a>",
        "<ul>",
        "<li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<pre>",
        "\n",
        "</pre>",
        "<h2>",
        "</h3>",
        "<blockquote>",
        "</blockquote>",
        "<br>",
        "<hr>",
        "<svg>",
        "</svg>",
        "<math>",
        "<style>",
        "</style>",
        "<script>",
        "<!--",
        "-->",
        "<caption>",
        "<tbody>",
        "<i>",
        "</i>",
        "<div>",
        "</div>",
        "текст",
        " ",
        "&amp;",
        "&lt;",
        "<",
        ">",
        "\"",
        "'",
        "=",
        "&#x202e;",
        "&#10;",
        "&#0;",
        "&nbsp;",
        "\u{a0}",
        " onclick=alert(1) ",
        "<img src=x onerror=y>",
        "<p lang=uk dir=rtl>",
        "<span class=mention>",
        "</span>",
        "<code>",
        "</code>",
        "<ol start=3 reversed>",
        "<th scope=row colspan=2>",
        "<sup id=fn-1>",
        "<select>",
        "<option>",
        "<textarea>",
        "<mglyph>",
        "<annotation-xml>",
        "<foreignObject>",
        "<title>",
        "<col>",
        "<colgroup>",
        "<thead>",
        "<body>",
        "<html>",
        "<form>",
        "</form>",
        "<frameset>",
        "<nobr>",
        "<font color=red>",
        "<strike>",
        "</strike>",
        "<dl>",
        "<dd>",
        "<button>",
        "<ruby>",
        "<rt>",
        "<template>",
    ]);
    let piece = prop_oneof![6 => tags.prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    prop::collection::vec(piece, 0..40).prop_map(|v| v.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn any_soup_gives_safe_settled_output(input in soup()) {
        prop_assert_eq!(check_both(&input), Ok(()));
        plain(&input);
    }

    #[test]
    fn any_text_gives_safe_settled_output(input in any::<String>()) {
        prop_assert_eq!(check_both(&input), Ok(()));
        prop_assert!(!plain(&input).chars().any(is_forbidden));
    }

    #[test]
    fn fragments_of_payloads_joined_anyhow_stay_harmless(
        parts in prop::collection::vec((0usize..100, 0usize..40, 1usize..40), 1..6)
    ) {
        let all = payloads();
        let input: String = parts
            .iter()
            .map(|(which, from, len)| all[which % all.len()].chars().skip(*from).take(*len).collect::<String>())
            .collect();
        prop_assert_eq!(check_both(&input), Ok(()));
    }
}
