//! A linear pass that turns any tag soup into balanced markup of the allowed elements, bounded in depth.
//!
//! The sanitizer's parser then never meets misnested or deeply nested input, which is what makes HTML
//! parsers slow or large; safety itself does not rest on this pass.

use std::borrow::Cow;

/// Deepest nesting that survives; what lies deeper loses its tags and keeps its text.
pub(super) const MAX_DEPTH: usize = 40;

/// Elements that rich text may contain.
pub(super) const ALLOWED: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "del",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Elements that go together with everything inside them.
pub(super) const DROPPED_WITH_CONTENT: &[&str] =
    &["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "noscript", "template", "svg", "object", "plaintext", "xmp"];

/// Elements that are not kept but separate what is before them from what is after.
const SEPARATING: &[&str] = &[
    "address",
    "article",
    "aside",
    "body",
    "button",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "head",
    "header",
    "hgroup",
    "html",
    "legend",
    "main",
    "menu",
    "nav",
    "option",
    "search",
    "section",
    "select",
    "summary",
];

const INLINE: &[&str] = &["a", "b", "code", "del", "em", "i", "s", "span", "strong", "sub", "sup", "u"];

enum Token<'a> {
    Text(&'a str),
    Open(&'static str, Vec<(&'a str, &'a str)>),
    Close(&'static str),
    Separator,
}

/// The kept name of an element, with the synonyms that others write.
fn kept(name: &str) -> Option<&'static str> {
    let name = match name {
        "h1" => "h2",
        "strike" => "s",
        other => other,
    };
    ALLOWED.iter().copied().find(|a| *a == name)
}

struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn skip_past(&mut self, end: &str) {
        match self.rest.find(end) {
            Some(at) => self.skip(at + end.len()),
            None => self.rest = "",
        }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !keep(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// The attributes up to `>`; `None` when the input ends inside the tag, which then is no tag.
    fn attributes(&mut self) -> Option<Vec<(&'a str, &'a str)>> {
        let mut found = Vec::new();
        loop {
            self.take_while(|c| c.is_ascii_whitespace() || c == '/');
            let first = self.rest.chars().next()?;
            if first == '>' {
                self.skip(1);
                return Some(found);
            }
            let start = self.rest;
            self.skip(first.len_utf8());
            let more = self.take_while(|c| !c.is_ascii_whitespace() && !matches!(c, '/' | '>' | '='));
            let name = start.get(..first.len_utf8() + more.len()).unwrap_or_default();
            self.take_while(|c| c.is_ascii_whitespace());
            let mut value = "";
            if self.rest.starts_with('=') {
                self.skip(1);
                self.take_while(|c| c.is_ascii_whitespace());
                match self.rest.chars().next()? {
                    quote @ ('"' | '\'') => {
                        self.skip(1);
                        value = self.take_while(|c| c != quote);
                        if self.rest.is_empty() {
                            return None;
                        }
                        self.skip(1);
                    }
                    _ => value = self.take_while(|c| !c.is_ascii_whitespace() && c != '>'),
                }
            }
            if found.len() < 20 {
                found.push((name, value));
            }
        }
    }

    /// Skips to the end tag of an element whose content is not wanted.
    fn skip_content(&mut self, name: &str) {
        while let Some(at) = self.rest.find("</") {
            self.skip(at + 2);
            let found = self.rest.get(..name.len());
            if found.is_some_and(|f| f.eq_ignore_ascii_case(name)) {
                self.skip_past(">");
                return;
            }
        }
        self.rest = "";
    }

    fn markup(&mut self) -> Option<Token<'a>> {
        let after = self.rest.get(1..).unwrap_or_default();
        if after.starts_with("!--") {
            self.skip(4);
            if self.rest.starts_with('>') || self.rest.starts_with("->") {
                self.skip_past(">");
            } else {
                self.skip_past("-->");
            }
            return None;
        }
        let closing = after.starts_with('/');
        let named = after.get(usize::from(closing)..).unwrap_or_default();
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            if closing || after.starts_with(['!', '?']) {
                self.skip_past(">");
                return None;
            }
            let text = self.rest.get(..1).unwrap_or_default();
            self.skip(1);
            return Some(Token::Text(text));
        }
        self.skip(1 + usize::from(closing));
        let name = self.take_while(|c| !c.is_ascii_whitespace() && !matches!(c, '/' | '>'));
        let name = name.to_ascii_lowercase();
        let Some(attributes) = self.attributes() else {
            self.rest = "";
            return None;
        };
        if let Some(name) = kept(&name) {
            return Some(if closing { Token::Close(name) } else { Token::Open(name, attributes) });
        }
        if !closing && DROPPED_WITH_CONTENT.contains(&name.as_str()) {
            self.skip_content(&name);
            return Some(Token::Separator);
        }
        SEPARATING.contains(&name.as_str()).then_some(Token::Separator)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            if self.rest.starts_with('<') {
                if let Some(token) = self.markup() {
                    return Some(token);
                }
            } else {
                return Some(Token::Text(self.take_while(|c| c != '<')));
            }
        }
        None
    }
}

fn is_cell(name: &str) -> bool {
    matches!(name, "td" | "th" | "caption")
}

fn is_table_part(name: &str) -> bool {
    matches!(name, "table" | "thead" | "tbody" | "tfoot" | "tr")
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Longest attribute value that is kept, in bytes.
const MAX_VALUE: usize = 4_096;

/// Characters of one text node after which it is divided.
const MAX_RUN: usize = 1_000;

/// Writes text, `<` as a reference, and divides long runs by empty comments.
///
/// The serializer of the sanitizer rescans the rest of a text node at every `&`, so a long node costs
/// its square; the comments vanish in the sanitizer. A character reference is never divided.
fn push_text(out: &mut String, run: &mut usize, text: &str) {
    for c in text.chars() {
        if *run >= MAX_RUN && !c.is_ascii_alphanumeric() && !matches!(c, '#' | ';') {
            out.push_str("<!---->");
            *run = 0;
        }
        *run += 1;
        match c {
            '<' => out.push_str("&lt;"),
            c => out.push(c),
        }
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Characters of text since the last comment that divided it.
    run: usize,
    stack: Vec<&'static str>,
    /// Something not kept stood here that separated text.
    gap: bool,
    /// The last thing written was text or an inline element.
    inline: bool,
}

impl Writer {
    fn top(&self) -> &'static str {
        self.stack.last().copied().unwrap_or_default()
    }

    /// The nearest open element that `wanted` accepts, above the first one that `barrier` names.
    fn open_element(&self, wanted: impl Fn(&str) -> bool, barrier: impl Fn(&str) -> bool) -> Option<usize> {
        for (at, name) in self.stack.iter().enumerate().rev() {
            if wanted(name) {
                return Some(at);
            }
            if barrier(name) {
                return None;
            }
        }
        None
    }

    /// Closes elements until only `keep` are open.
    fn close_to(&mut self, keep: usize) {
        while self.stack.len() > keep {
            if let Some(name) = self.stack.pop() {
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
                self.inline = INLINE.contains(&name);
            }
        }
    }

    fn close_nearest(&mut self, wanted: impl Fn(&str) -> bool, barrier: impl Fn(&str) -> bool) {
        if let Some(at) = self.open_element(wanted, barrier) {
            self.close_to(at);
        }
    }

    fn bridge_gap(&mut self) {
        if self.gap && self.inline && !is_table_part(self.top()) {
            self.out.push_str("<br>");
        }
        self.gap = false;
    }

    fn text(&mut self, text: &str) {
        // A parser drops the first newline of `pre`, so keeping one would change at every pass.
        let text = if self.out.ends_with("<pre>") { text.trim_start_matches('\n') } else { text };
        if text.trim().is_empty() {
            push_text(&mut self.out, &mut self.run, text);
            return;
        }
        self.bridge_gap();
        push_text(&mut self.out, &mut self.run, text);
        self.inline = true;
    }

    /// Makes room for `name` by closing what it cannot stand in; false when it can stand nowhere.
    fn make_room(&mut self, name: &str) -> bool {
        let table = |n: &str| n == "table";
        match name {
            "td" | "th" => {
                let Some(row) = self.open_element(|n| n == "tr", table) else { return false };
                self.close_to(row + 1);
                return true;
            }
            "tr" => {
                let part = |n: &str| matches!(n, "table" | "thead" | "tbody" | "tfoot");
                let Some(part) = self.open_element(part, |_| false) else { return false };
                self.close_to(part + 1);
                return true;
            }
            "thead" | "tbody" | "tfoot" | "caption" => {
                let Some(at) = self.open_element(table, |_| false) else { return false };
                self.close_to(at + 1);
                return true;
            }
            _ => {}
        }
        if is_table_part(self.top()) {
            return false;
        }
        let block = !INLINE.contains(&name);
        if block && name != "br" {
            if self.open_element(|n| n == "pre", is_cell).is_some() {
                return false;
            }
            self.close_nearest(|n| n == "p", is_cell);
        }
        match name {
            "a" => self.close_nearest(|n| n == "a", is_cell),
            "li" => {
                let list = |n: &str| matches!(n, "ul" | "ol");
                if self.open_element(list, is_cell).is_none() {
                    return false;
                }
                self.close_nearest(|n| n == "li", list);
            }
            _ if is_heading(name) => self.close_nearest(is_heading, is_cell),
            _ => {}
        }
        true
    }

    fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        if !self.make_room(name) {
            self.gap |= !INLINE.contains(&name);
            return;
        }
        let inline = INLINE.contains(&name);
        let void = matches!(name, "br" | "hr");
        if !void && self.stack.len() >= MAX_DEPTH {
            self.gap |= !inline;
            return;
        }
        if inline {
            self.bridge_gap();
        } else {
            self.gap = false;
        }
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            let wanted = match name {
                "a" => matches!(*key, "href" | "class" | "id"),
                "span" => *key == "class",
                "ol" => matches!(*key, "start" | "reversed"),
                "td" | "th" => matches!(*key, "colspan" | "rowspan" | "scope"),
                "li" | "sup" => *key == "id",
                _ => false,
            };
            if (wanted || matches!(*key, "lang" | "dir")) && value.len() <= MAX_VALUE {
                let value: Cow<str> = if value.contains(['"', '<', '>']) {
                    value.replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;").into()
                } else {
                    (*value).into()
                };
                self.out.push_str(&format!(" {key}=\"{value}\""));
            }
        }
        self.out.push('>');
        self.inline = inline || name == "br";
        if !void {
            self.stack.push(name);
        }
        if name == "br" {
            // A break already separates; one more would be an empty line.
            self.inline = false;
        }
    }

    fn close(&mut self, name: &'static str) {
        let same = |n: &str| n == name;
        if is_table_part(name) || is_cell(name) {
            self.close_nearest(same, |n| n == "table");
        } else if INLINE.contains(&name) {
            self.close_nearest(same, |n| !INLINE.contains(&n) && n != "p" && !is_heading(n));
        } else if name == "li" {
            self.close_nearest(same, |n| is_cell(n) || matches!(n, "ul" | "ol"));
        } else if is_heading(name) {
            self.close_nearest(is_heading, is_cell);
        } else {
            self.close_nearest(same, is_cell);
        }
    }
}

/// Balanced markup of allowed elements, at most [`MAX_DEPTH`] deep. Character references pass as they are.
pub(super) fn html(input: &str) -> String {
    let mut writer = Writer::default();
    for token in (Tokens { rest: input }) {
        match token {
            Token::Text(text) => writer.text(text),
            Token::Open(name, attributes) => writer.open(name, &attributes),
            Token::Close(name) => writer.close(name),
            Token::Separator => writer.gap = true,
        }
    }
    writer.close_to(0);
    writer.out
}

/// The text alone, with `<` as a reference and a line feed where an element separated text.
pub(super) fn text(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    let mut run = 0;
    for token in (Tokens { rest: input }) {
        match token {
            Token::Text(text) => push_text(&mut out, &mut run, text),
            Token::Open(name, _) | Token::Close(name) if INLINE.contains(&name) => {}
            _ => out.push('\n'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soup_becomes_balanced() {
        for (soup, clean) in [
            ("<p>один<p>два", "<p>один</p><p>два</p>"),
            ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
            ("<P><B>x</P>y</B>", "<p><b>x</b></p>y"),
            ("<a href=x>1<a href='y\"'>2", "<a href=\"x\">1</a><a href=\"y&quot;\">2</a>"),
            ("<h1>Т</h1>", "<h2>Т</h2>"),
            ("<div>a</div><div>b</div>", "a<br>b"),
            ("<div><p>a</p></div><div><p>b</p></div>", "<p>a</p><p>b</p>"),
            ("<table><tr><td>1<td>2<tr><th>3</table>", "<table><tr><td>1</td><td>2</td></tr><tr><th>3</th></tr></table>"),
            ("<td>1</td><li>2", "1<br>2"),
            ("1 < 2 <3 a<b", "1 &lt; 2 &lt;3 a"),
            ("a<!-- <b> -->b<!-->c<!doctype x>d</ >e", "abcde"),
            ("<script>x</scrip></script >y<style>", "y"),
            ("<p>a<ul><li>b</p>c</ul>", "<p>a</p><ul><li>bc</li></ul>"),
            ("<pre>\n\n x <p>y</pre>", "<pre> x <br>y</pre>"),
        ] {
            assert_eq!(html(soup), clean, "{soup}");
        }
    }

    #[test]
    fn only_text_remains() {
        assert_eq!(text("<p>a<b>b</b></p>c<br>d &amp; <x>e").trim(), "ab\nc\nd &amp; e");
    }
}
