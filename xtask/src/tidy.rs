//! `cargo xtask tidy`: the rules of the house that no compiler checks.

mod golden;
mod layers;
mod locales;
mod modules;
mod sources;

pub use golden::write as write_docs;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::tools;

/// One broken rule, with where and why.
pub struct Finding {
    /// File, with a line number where there is one.
    place: String,
    /// What is wrong and what to do.
    what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

/// Checks everything and fails when anything is found.
pub fn run() -> Result<()> {
    let root = tools::root();
    let tree = Tree::read(&root)?;
    let mut findings = layers::check(&root)?;
    findings.extend(sources::check(&tree));
    findings.extend(locales::check(&tree));
    findings.extend(modules::check(&root)?);
    findings.extend(golden::check(&root)?);
    for finding in &findings {
        println!("{}: {}", finding.place, finding.what);
    }
    if findings.is_empty() {
        println!("tidy: {} files, nothing to say", tree.files.len());
        Ok(())
    } else {
        bail!("tidy: {} findings", findings.len())
    }
}

/// A text file of the tree.
pub struct File {
    /// Path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// The first part of the path, or the first two under `modules/`: the crate's folder.
    pub fn krate(&self) -> &str {
        let mut ends = self.path.match_indices('/').map(|(i, _)| i);
        let first = ends.next().unwrap_or(self.path.len());
        if self.path.starts_with("modules/") {
            self.path.get(..ends.next().unwrap_or(self.path.len())).unwrap_or("")
        } else {
            self.path.get(..first).unwrap_or("")
        }
    }

    /// True for code that only tests run.
    pub fn is_test(&self) -> bool {
        ["/tests/", "/testkit", "/benches/"].iter().any(|part| self.path.contains(part))
            || self.path.ends_with("tests.rs")
            || ["federation-tests", "e2e", "xtask"].contains(&self.krate())
    }

    /// The lines before the first test module, numbered from 1.
    pub fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().take_while(|line| line.trim() != "#[cfg(test)]").enumerate().map(|(i, line)| (i + 1, line))
    }
}

/// All Rust, HTML and Fluent files that git knows or could know.
pub struct Tree {
    pub files: Vec<File>,
}

impl Tree {
    fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder)? {
                let path: PathBuf = entry?.path();
                let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("").to_owned();
                if path.is_dir() {
                    if !name.starts_with('.') && !["target", "data", "demo", "node_modules", "fixtures"].contains(&name.as_str()) {
                        folders.push(path);
                    }
                } else if [".rs", ".html", ".txt", ".ftl"].iter().any(|end| name.ends_with(end)) {
                    let shown = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                    files.push(File { path: shown, text: std::fs::read_to_string(&path)? });
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// Files whose name ends in `end`.
    pub fn ending<'a>(&'a self, end: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.ends_with(end))
    }
}
