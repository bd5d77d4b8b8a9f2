//! Who may import whom: the floors of the house, read from the manifests.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};

use super::Finding;

/// The crates each crate may depend on; modules are added by pattern.
const ALLOWED: &[(&str, &[&str])] = &[
    ("ratusha-platform", &[]),
    ("ratusha-federation", &["ratusha-platform"]),
    ("ratusha-templates", &["ratusha-platform"]),
    ("ratusha-tenants", &["ratusha-platform", "ratusha-federation", "ratusha-templates"]),
    ("ratusha-content", &["ratusha-platform", "ratusha-federation", "ratusha-templates", "ratusha-tenants"]),
];

/// What a module may depend on: everything below, and never another module.
const MODULE: &[&str] =
    &["ratusha-platform", "ratusha-federation", "ratusha-templates", "ratusha-tenants", "ratusha-content", "ratusha-ranking"];

pub fn check(root: &Path) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut manifests: BTreeMap<String, toml::Table> = BTreeMap::new();
    for folder in ["platform", "federation", "templates", "tenants", "content"] {
        manifests.insert(format!("{folder}/Cargo.toml"), read(&root.join(folder).join("Cargo.toml"))?);
    }
    for entry in std::fs::read_dir(root.join("modules"))? {
        let path = entry?.path().join("Cargo.toml");
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        manifests.insert(shown, read(&path)?);
    }
    for (place, manifest) in &manifests {
        let name = manifest.get("package").and_then(|p| p.get("name")).and_then(|n| n.as_str()).unwrap_or("");
        let allowed = ALLOWED.iter().find(|(n, _)| n == &name).map_or(MODULE, |(_, allowed)| allowed);
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(section).and_then(|s| s.as_table()) else { continue };
            for dependency in table.keys().filter(|d| d.starts_with("ratusha-") && d.as_str() != name) {
                if !allowed.contains(&dependency.as_str()) {
                    findings.push(Finding::new(
                        place,
                        format!("{name} must not depend on {dependency}; see \"Who may import whom\" in ARCHITECTURE.md"),
                    ));
                }
            }
        }
    }
    Ok(findings)
}

fn read(path: &Path) -> Result<toml::Table> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.parse().with_context(|| path.display().to_string())
}
