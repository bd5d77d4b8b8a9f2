//! Migrations are compiled in, so a changed folder must rebuild this crate.
fn main() {
    for folder in ["common", "sqlite", "postgres"] {
        println!("cargo:rerun-if-changed=../migrations/{folder}");
    }
}
