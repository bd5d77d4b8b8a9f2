//! Cleaning of text that people type and servers send: control and direction characters, line ends, length.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether a character never belongs in stored text.
///
/// True for controls (except tab and line feed), NUL, characters that reorder or hide text
/// (bidirectional controls, zero-width spaces, tag characters) and non-characters.
/// ZWJ and ZWNJ stay: emoji and some scripts need them.
pub fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' => true,
        '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => true,
        _ => c.is_control() || (c as u32) & 0xFFFE == 0xFFFE,
    }
}

/// Removes forbidden characters and turns every kind of line end into `\n`; nothing else changes.
pub fn strip(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    let mut chars = input.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            c if is_forbidden(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// One line for names, titles and summaries: NFC, no forbidden characters, white space collapsed, trimmed.
pub fn clean_line(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    let mut space = false;
    for c in strip(input).nfc() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    out
}

/// Several lines for form fields: NFC, `\n` line ends, no forbidden characters, no white space at
/// line ends, at most one empty line in a row, trimmed.
pub fn clean_text(input: &str) -> String {
    let composed: String = strip(input).nfc().collect();
    let mut out = String::with_capacity(composed.len());
    let mut empty = 0usize;
    for line in composed.split('\n') {
        let line = line.trim_end();
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        // Indentation means something in Markdown, but not before the first line.
        out.push_str(if out.is_empty() { line.trim_start() } else { line });
    }
    out
}

/// At most `max` characters; what was cut is shown by a final «…», which counts.
///
/// Never ends between a letter and its combining marks, nor inside a joined emoji.
pub fn truncate_chars(input: &str, max: usize) -> String {
    if input.chars().nth(max).is_none() {
        return input.to_owned();
    }
    let mut kept: Vec<char> = input.chars().take(max).collect();
    // The character after the cut decides whether the cut is inside a cluster.
    let mut next = kept.pop();
    while let Some(after) = next {
        let joined = kept.last() == Some(&'\u{200D}');
        if !joined && !is_extender(after) {
            break;
        }
        next = kept.pop();
    }
    let mut out: String = kept.into_iter().collect();
    out.truncate(out.trim_end().len());
    if max > 0 {
        out.push('…');
    }
    out
}

fn is_extender(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

/// The longest prefix of at most `max` bytes that ends at a character boundary.
pub fn truncate_bytes(input: &str, max: usize) -> &str {
    let mut end = max.min(input.len());
    while end > 0 && !input.is_char_boundary(end) {
        end -= 1;
    }
    input.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_loses_controls_direction_marks_and_extra_space() {
        assert_eq!(clean_line("  Рада\u{0}\u{202E}\t\r\n міста\u{a0} "), "Рада міста");
        assert_eq!(clean_line("Киi\u{308}в"), "Киïв");
        assert_eq!(clean_line("Киі\u{308}в и\u{306}"), "Київ й");
        assert_eq!(clean_line("👩\u{200D}💻"), "👩\u{200D}💻");
    }

    #[test]
    fn a_text_keeps_paragraphs_and_indentation() {
        assert_eq!(clean_text("\r\n  Один \r\n\r\n\r\n\r\n  два\rтри\u{2028}чотири\n\n"), "Один\n\n  два\nтри\nчотири");
        assert_eq!(clean_text(" \n\u{FEFF}\n "), "");
    }

    #[test]
    fn a_cut_text_ends_with_an_ellipsis_and_fits() {
        assert_eq!(truncate_chars("громада", 7), "громада");
        assert_eq!(truncate_chars("громада", 5), "гром…");
        assert_eq!(truncate_chars("рада міста", 6), "рада…");
        assert_eq!(truncate_chars("абв", 0), "");
        assert_eq!(truncate_chars("абв", 1), "…");
        assert_eq!(truncate_chars("аи\u{306}в", 3), "а…");
        assert_eq!(truncate_chars("а👩\u{200D}💻б", 4), "а…");
        assert_eq!(truncate_bytes("їжак", 3), "ї");
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(s in any::<String>()) {
            let line = clean_line(&s);
            prop_assert_eq!(&clean_line(&line), &line);
            let text = clean_text(&s);
            prop_assert_eq!(&clean_text(&text), &text);
            prop_assert!(!text.chars().any(is_forbidden));
        }

        #[test]
        fn truncation_never_exceeds_the_limit(s in any::<String>(), max in 0usize..50) {
            let cut = truncate_chars(&s, max);
            prop_assert!(cut.chars().count() <= max || cut == s && s.chars().count() <= max);
        }
    }
}
