//! What the library must not know.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::path::{Path, PathBuf};

#[test]
fn the_library_and_its_theme_have_no_word_of_lambda() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src"), root.join("theme"), root.join("migrations")];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path: PathBuf = entry.unwrap().path();
            // The program is another crate in the same folder.
            if path == root.join("src/bin") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let content = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).to_lowercase();
            assert!(!content.contains("lambda"), "{}", path.display());
            looked_at += 1;
        }
    }
    assert!(looked_at > 50, "the files are elsewhere: {looked_at}");
}
