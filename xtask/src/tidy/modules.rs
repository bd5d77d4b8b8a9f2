//! Every content module has the same rooms.

use std::path::Path;

use anyhow::Result;

use super::Finding;

/// Rooms that are there from the start.
const ROOMS: &[&str] =
    &["README.md", "askama.toml", "src/lib.rs", "src/service.rs", "src/store.rs", "src/web.rs", "locales/uk.ftl", "locales/en.ftl"];

pub fn check(root: &Path) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for entry in std::fs::read_dir(root.join("modules"))? {
        let folder = entry?.path();
        let shown = folder.strip_prefix(root).unwrap_or(&folder).display().to_string();
        for room in ROOMS {
            // A room that outgrew its file is a folder of the same name.
            let as_folder = folder.join(room.trim_end_matches(".rs")).join("mod.rs");
            if !folder.join(room).is_file() && !as_folder.is_file() {
                findings.push(Finding::new(&shown, format!("{room} is missing; every module has it")));
            }
        }
    }
    Ok(findings)
}
