//! Locales: both languages complete, every key that code names exists, every key that exists is named.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Tree};

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for uk in tree.ending("locales/uk.ftl") {
        let en_path = uk.path.replace("uk.ftl", "en.ftl");
        let uk_keys = keys(&uk.text);
        let en_keys = tree.ending(&en_path).next().map(|file| keys(&file.text)).unwrap_or_default();
        for key in uk_keys.difference(&en_keys) {
            findings.push(Finding::new(&en_path, format!("{key} has no English sentence")));
        }
        for key in en_keys.difference(&uk_keys) {
            findings.push(Finding::new(&uk.path, format!("{key} has no Ukrainian sentence")));
        }
        for key in uk_keys {
            if let Some(other) = all.insert(key.clone(), uk.path.clone()) {
                findings.push(Finding::new(&uk.path, format!("{key} stands in {other} too")));
            }
        }
    }

    let used = Used::read(tree);
    for (key, path) in &all {
        if !used.names(key) {
            findings.push(Finding::new(path, format!("{key} is used nowhere")));
        }
    }
    for (key, place) in &used.calls {
        if !all.contains_key(key) {
            findings.push(Finding::new(place, format!("there is no sentence for {key}")));
        }
    }
    findings
}

/// The message keys of a Fluent source.
fn keys(source: &str) -> BTreeSet<String> {
    source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim().to_owned()))
        .collect()
}

/// What code and templates name.
struct Used {
    /// Every quoted word that could be a key, and every quoted beginning of one (`"practices-state-{…}"`).
    words: BTreeSet<String>,
    beginnings: BTreeSet<String>,
    /// Keys inside `t("…")`, `ta("…"`, `tn("…"`, which must exist, with where they stand.
    calls: BTreeMap<String, String>,
}

impl Used {
    fn read(tree: &Tree) -> Self {
        let mut used = Self { words: BTreeSet::new(), beginnings: BTreeSet::new(), calls: BTreeMap::new() };
        for file in tree.files.iter().filter(|file| !file.path.ends_with(".ftl")) {
            // Odd pieces between quotes are string contents, near enough for keys, which hold no quotes.
            for (line_no, line) in file.text.lines().enumerate() {
                let pieces: Vec<&str> = line.split('"').collect();
                for pair in pieces.windows(2) {
                    let [before, word] = pair else { continue };
                    let plain = word.split('{').next().unwrap_or("");
                    if plain.is_empty() || !plain.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
                        // An error code `practices.already_published` names the key error-practices-already-published.
                        if word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c)) {
                            used.words.insert(format!("error-{}", word.replace(['.', '_'], "-")));
                        }
                        continue;
                    }
                    used.words.insert(format!("error-{plain}"));
                    if plain.len() < word.len() || plain.ends_with('-') {
                        used.beginnings.insert(plain.to_owned());
                        continue;
                    }
                    used.words.insert(plain.to_owned());
                    let call = ["t(", "tn(", "ta(", "t_with("]
                        .iter()
                        .any(|call| before.ends_with(call) && !before.ends_with(&format!("assert{call}")));
                    let from_ui = ["ui.t(", "ui.tn(", "ui.ta(", "page.t("].iter().any(|call| before.ends_with(call));
                    if call && from_ui && !file.is_test() {
                        used.calls.insert(plain.to_owned(), format!("{}:{}", file.path, line_no + 1));
                    }
                }
            }
        }
        used
    }

    fn names(&self, key: &str) -> bool {
        self.words.contains(key) || self.beginnings.iter().any(|start| start.len() > 3 && key.starts_with(start.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;

    fn findings(uk: &str, en: &str, html: &str) -> Vec<String> {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let tree = Tree { files: vec![file("m/locales/uk.ftl", uk), file("m/locales/en.ftl", en), file("m/templates/x.html", html)] };
        check(&tree).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn missing_unused_and_unknown_keys_are_found() {
        assert!(findings("a-b = А\n", "a-b = A\n", "{{ ui.t(\"a-b\") }}").is_empty());
        assert_eq!(findings("a-b = А\n", "", "{{ ui.t(\"a-b\") }}"), ["a-b has no English sentence"]);
        assert_eq!(findings("a-b = А\n", "a-b = A\n", ""), ["a-b is used nowhere"]);
        assert_eq!(findings("", "", "{{ ui.t(\"no-key\") }}"), ["there is no sentence for no-key"]);
    }
}
