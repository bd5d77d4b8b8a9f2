//! FEDERATION.md shows what tests compare: each block between `<!-- golden PATH -->` and the end of
//! its code fence is a copy of that file.

use std::path::Path;

use anyhow::{Context, Result};

use super::Finding;

const PAGE: &str = "FEDERATION.md";

/// Blocks that differ from their files.
pub fn check(root: &Path) -> Result<Vec<Finding>> {
    let page = root.join(PAGE);
    if !page.is_file() {
        return Ok(vec![Finding::new(PAGE, "is missing")]);
    }
    let text = std::fs::read_to_string(&page)?;
    let fresh = render(root, &text)?;
    Ok(if fresh == text { Vec::new() } else { vec![Finding::new(PAGE, "differs from the golden files; run `cargo xtask docs`")] })
}

/// Copies the files into the page.
pub fn write(root: &Path) -> Result<()> {
    let page = root.join(PAGE);
    let text = std::fs::read_to_string(&page)?;
    std::fs::write(&page, render(root, &text)?)?;
    Ok(())
}

fn render(root: &Path, text: &str) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(path) = line.strip_prefix("<!-- golden ").and_then(|rest| rest.strip_suffix(" -->")) else { continue };
        let json = std::fs::read_to_string(root.join(path)).with_context(|| format!("{PAGE} names {path}"))?;
        let value: serde_json::Value = serde_json::from_str(&json).with_context(|| path.to_owned())?;
        out.push_str("```json\n");
        out.push_str(&serde_json::to_string_pretty(&value)?);
        out.push_str("\n```\n");
        // The old block is left behind.
        let mut fences = 0;
        while fences < 2 {
            match lines.next() {
                Some(old) if old.starts_with("```") => fences += 1,
                Some(_) => {}
                None => break,
            }
        }
    }
    Ok(out)
}
