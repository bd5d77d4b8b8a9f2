//! Golden files: a change of behaviour is a changed line in review.

use std::path::PathBuf;

/// Compares `text` with `tests/golden/NAME`; `UPDATE_GOLDEN=1` writes it anew.
pub fn compare(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let differences: Vec<String> = golden
        .lines()
        .filter(|line| !text.lines().any(|l| l == *line))
        .map(|line| format!("- {line}"))
        .chain(text.lines().filter(|line| !golden.lines().any(|l| l == *line)).map(|line| format!("+ {line}")))
        .collect();
    assert!(golden == text, "{name} differs; if you meant it, write it anew with UPDATE_GOLDEN=1:\n{}", differences.join("\n"));
}
