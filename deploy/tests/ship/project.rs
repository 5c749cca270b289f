//! A cargo project with some settings.

use std::path::{Path, PathBuf};

pub(crate) struct App {
    name: String,
    folder: PathBuf,
}

impl App {
    pub(crate) fn new(name: &str, settings: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ship").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("src")).unwrap();
        std::fs::write(folder.join("src/main.rs"), "fn main() {}\n").unwrap();
        let app = Self { name: name.to_owned(), folder };
        app.write(settings);
        app
    }

    /// The same project with other settings.
    pub(crate) fn with(&self, settings: &str) -> Self {
        self.write(settings);
        Self { name: self.name.clone(), folder: self.folder.clone() }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn write(&self, settings: &str) {
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [package.metadata.lambdafy]\n{settings}\n",
            self.name
        );
        std::fs::write(self.folder.join("Cargo.toml"), manifest).unwrap();
    }
}
