//! What changed between two versions of a text, word by word, readable and bounded in work.

use similar::{ChangeTag, TextDiff};

/// What happened to a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In both versions.
    Same,
    /// Only in the new version.
    Added,
    /// Only in the old version.
    Removed,
}

/// A run of text of one kind; the white space belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    pub kind: Kind,
    pub text: String,
}

/// Most words on both sides together that are compared word by word.
const MAX_WORDS: usize = 6_000;
/// Most lines on both sides together that are compared at all.
const MAX_LINES: usize = 6_000;

fn push(chunks: &mut Vec<Chunk>, kind: Kind, text: &str) {
    if text.is_empty() {
        return;
    }
    match chunks.last_mut() {
        Some(last) if last.kind == kind => last.text.push_str(text),
        _ => chunks.push(Chunk { kind, text: text.to_owned() }),
    }
}

/// Bytes at which `a` and `b` start to differ, moved back to the end of a word or line.
fn common_prefix(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    if same == a.len() && same == b.len() {
        return same;
    }
    let mut end = same;
    while !a.is_char_boundary(end) || !b.is_char_boundary(end) {
        end -= 1;
    }
    let head = a.get(..end).unwrap_or_default();
    head.rfind(char::is_whitespace).map_or(0, |at| at + head.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8))
}

/// As [`common_prefix`], from the end; the suffix starts with white space.
fn common_suffix(a: &str, b: &str) -> usize {
    let same = a.bytes().rev().zip(b.bytes().rev()).take_while(|(x, y)| x == y).count();
    let mut start = a.len() - same;
    while start < a.len() && (!a.is_char_boundary(start) || !b.is_char_boundary(b.len() - (a.len() - start))) {
        start += 1;
    }
    let tail = a.get(start..).unwrap_or_default();
    tail.find(char::is_whitespace).map_or(0, |at| tail.len() - at)
}

/// Joins changes that only a short common piece divides: people read one replaced phrase, not confetti.
fn readable(raw: Vec<Chunk>) -> Vec<Chunk> {
    let mut out: Vec<Chunk> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let mut pending = String::new();
    let flush = |out: &mut Vec<Chunk>, removed: &mut String, added: &mut String| {
        push(out, Kind::Removed, removed);
        push(out, Kind::Added, added);
        removed.clear();
        added.clear();
    };
    let last = raw.len().saturating_sub(1);
    for (at, chunk) in raw.into_iter().enumerate() {
        let in_change = !removed.is_empty() || !added.is_empty();
        match chunk.kind {
            Kind::Same if in_change && at != last && chunk.text.trim().is_empty() && !chunk.text.contains('\n') => {
                pending.push_str(&chunk.text);
            }
            Kind::Same => {
                flush(&mut out, &mut removed, &mut added);
                push(&mut out, Kind::Same, &chunk.text);
            }
            kind => {
                // A space between two changes was in both versions.
                removed.push_str(&pending);
                added.push_str(&pending);
                pending.clear();
                if kind == Kind::Removed { &mut removed } else { &mut added }.push_str(&chunk.text);
            }
        }
    }
    flush(&mut out, &mut removed, &mut added);
    push(&mut out, Kind::Same, &pending);
    out
}

/// The difference of two texts in reading order.
///
/// Same and Removed joined give `old`, Same and Added joined give `new`. Compared by words; texts of
/// more than 6 000 words by lines; of more than 6 000 lines the whole middle counts as replaced.
pub fn words(old: &str, new: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let head = common_prefix(old, new);
    let (prefix, old) = old.split_at_checked(head).unwrap_or(("", old));
    let new = new.get(head..).unwrap_or_default();
    let tail = common_suffix(old, new);
    let (old, suffix) = old.split_at_checked(old.len() - tail).unwrap_or((old, ""));
    let new = new.get(..new.len() - tail).unwrap_or_default();

    let count = |s: &str| s.split_whitespace().count();
    let lines = |s: &str| s.split('\n').count();
    push(&mut chunks, Kind::Same, prefix);
    let diff = if count(old) + count(new) <= MAX_WORDS {
        Some(TextDiff::from_words(old, new))
    } else if lines(old) + lines(new) <= MAX_LINES {
        Some(TextDiff::from_lines(old, new))
    } else {
        None
    };
    match diff {
        Some(diff) => {
            let mut raw = Vec::new();
            for change in diff.iter_all_changes() {
                let kind = match change.tag() {
                    ChangeTag::Equal => Kind::Same,
                    ChangeTag::Insert => Kind::Added,
                    ChangeTag::Delete => Kind::Removed,
                };
                push(&mut raw, kind, change.value());
            }
            for chunk in readable(raw) {
                push(&mut chunks, chunk.kind, &chunk.text);
            }
        }
        None => {
            push(&mut chunks, Kind::Removed, old);
            push(&mut chunks, Kind::Added, new);
        }
    }
    push(&mut chunks, Kind::Same, suffix);
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(old: &str, new: &str) -> String {
        words(old, new)
            .iter()
            .map(|c| match c.kind {
                Kind::Same => c.text.clone(),
                Kind::Added => format!("{{+{}+}}", c.text),
                Kind::Removed => format!("[-{}-]", c.text),
            })
            .collect()
    }

    fn side(chunks: &[Chunk], without: Kind) -> String {
        chunks.iter().filter(|c| c.kind != without).map(|c| c.text.as_str()).collect()
    }

    #[test]
    fn a_replaced_phrase_reads_as_one_change() {
        assert_eq!(show("Рада міста ухвалила план", "Рада міста ухвалила план"), "Рада міста ухвалила план");
        assert_eq!(
            show("строк десять робочих днів від дати", "строк п’ятнадцять календарних днів від дати"),
            "строк [-десять робочих-]{+п’ятнадцять календарних+} днів від дати"
        );
        assert_eq!(show("", "новий"), "{+новий+}");
        assert_eq!(show("старий", ""), "[-старий-]");
        assert_eq!(show("а б", "а в б"), "а {+в +}б");
    }

    #[test]
    fn long_texts_are_compared_by_lines_and_endless_ones_not_at_all() {
        let lines = |n: usize, tag: &str| (0..n).map(|i| format!("рядок {tag}{} кінець слів тут\n", i * 7)).collect::<String>();
        let old = lines(1_500, "а");
        let new = old.replace("рядок а70 ", "рядок б70 ").replace("рядок а9100 ", "рядок б9100 ");
        let chunks = words(&old, &new);
        assert_eq!(chunks.iter().filter(|c| c.kind == Kind::Added).count(), 2);
        assert_eq!(side(&chunks, Kind::Added), old);

        let (old, new) = (lines(9_000, "а"), lines(9_000, "б"));
        let chunks = words(&old, &new);
        assert_eq!(chunks.len(), 4, "common head, removed, added, common tail");
        assert_eq!(side(&chunks, Kind::Removed), new);
    }

    proptest! {
        #[test]
        fn both_versions_can_be_rebuilt(old in "[абв \\n\u{301}]{0,40}", new in "[абв \\n\u{301}]{0,40}") {
            let chunks = words(&old, &new);
            prop_assert_eq!(side(&chunks, Kind::Added), old);
            prop_assert_eq!(side(&chunks, Kind::Removed), new);
            prop_assert!(chunks.windows(2).all(|w| w[0].kind != w[1].kind));
        }
    }
}
