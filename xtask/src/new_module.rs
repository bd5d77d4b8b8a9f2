//! `cargo xtask new-module NAME`: writes the rooms of a module, a migration, and the lines that register it.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

use crate::tools;

/// Path inside the module's folder, and the text with `NAME`, `Name` and `BLOCK` still in it.
const ROOMS: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../module-template/Cargo.toml.txt")),
    ("askama.toml", include_str!("../module-template/askama.toml.txt")),
    ("README.md", include_str!("../module-template/README.md.txt")),
    ("src/lib.rs", include_str!("../module-template/lib.rs.txt")),
    ("src/model.rs", include_str!("../module-template/model.rs.txt")),
    ("src/policy.rs", include_str!("../module-template/policy.rs.txt")),
    ("src/service.rs", include_str!("../module-template/service.rs.txt")),
    ("src/store.rs", include_str!("../module-template/store.rs.txt")),
    ("src/web.rs", include_str!("../module-template/web.rs.txt")),
    ("src/tests.rs", include_str!("../module-template/tests.rs.txt")),
    ("templates/NAME/list.html", include_str!("../module-template/list.html.txt")),
    ("locales/uk.ftl", include_str!("../module-template/uk.ftl.txt")),
    ("locales/en.ftl", include_str!("../module-template/en.ftl.txt")),
];

/// Writes the rooms of a new module and registers it.
pub fn run(name: &str) -> Result<()> {
    write(&tools::root(), name)?;
    println!("modules/{name} is written. Next: `cargo test -p ratusha-{name}`, then `cargo xtask tidy`.");
    Ok(())
}

fn write(root: &Path, name: &str) -> Result<()> {
    ensure!(
        name.len() > 2 && name.bytes().all(|b| b.is_ascii_lowercase()),
        "a module's name is one lower-case English word, such as library"
    );
    let folder = root.join("modules").join(name);
    if folder.exists() {
        bail!("{} is there already", folder.display());
    }
    let block = next_block(root)?;
    let type_name: String = name.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(name.chars().skip(1)).collect();
    let fill = |text: &str| text.replace("NAME", name).replace("Name", &type_name).replace("BLOCK", &block.to_string());
    for (path, text) in ROOMS {
        let path = folder.join(fill(path));
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(&path, fill(text)).with_context(|| path.display().to_string())?;
    }
    let migration = root.join(format!("migrations/common/{block:04}_{name}_items.sql"));
    fs::write(&migration, fill(include_str!("../module-template/migration.sql.txt")))?;

    insert(&root.join("Cargo.toml"), "ratusha-node = { path = \"node\" }", &format!("ratusha-{name} = {{ path = \"modules/{name}\" }}"))?;
    insert(&root.join("node/Cargo.toml"), "ratusha-content.workspace = true", &format!("ratusha-{name}.workspace = true"))?;
    let list = root.join("node/src/modules.rs");
    insert(&list, "        // New modules are added above this line.", &format!("        Arc::new(ratusha_{name}::{type_name}),"))
}

/// The first number of the next free block of a hundred migrations.
fn next_block(root: &Path) -> Result<u32> {
    let mut highest = 0;
    for entry in fs::read_dir(root.join("migrations/common"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some(number) = name.split('_').next().and_then(|n| n.parse::<u32>().ok()) {
            highest = highest.max(number);
        }
    }
    Ok((highest / 100 + 1) * 100)
}

/// Puts `line` before the line `mark`.
fn insert(path: &Path, mark: &str, line: &str) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    ensure!(text.contains(mark), "{} has lost the line «{}»", path.display(), mark.trim());
    fs::write(path, text.replacen(mark, &format!("{line}\n{mark}"), 1))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A copy of the places that a new module touches.
    fn sketch() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for path in ["Cargo.toml", "node/Cargo.toml", "node/src/modules.rs"] {
            let to = dir.path().join(path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(tools::root().join(path), to).unwrap();
        }
        fs::create_dir_all(dir.path().join("migrations/common")).unwrap();
        fs::write(dir.path().join("migrations/common/0103_practices_x.sql"), "").unwrap();
        dir
    }

    #[test]
    fn a_new_module_has_every_room_and_is_registered_once() {
        let dir = sketch();
        write(dir.path(), "library").unwrap();
        for (path, _) in ROOMS {
            let text = fs::read_to_string(dir.path().join("modules/library").join(path.replace("NAME", "library"))).unwrap();
            assert!(!text.contains("NAME") && !text.contains("BLOCK"), "{path}");
        }
        assert!(dir.path().join("migrations/common/0200_library_items.sql").is_file());
        let list = fs::read_to_string(dir.path().join("node/src/modules.rs")).unwrap();
        assert_eq!(list.matches("ratusha_library::Library").count(), 1);
        assert!(write(dir.path(), "library").is_err());
    }

    #[test]
    fn a_name_that_is_no_word_is_refused() {
        for name in ["", "Library", "my-module", "../x"] {
            assert!(write(sketch().path(), name).is_err(), "{name}");
        }
    }
}
