//! A blog in a folder of its own, run by the program.

use std::process::{Command, Output};

use tempfile::TempDir;

/// What an owner of a test logs in with.
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct BlogFolder {
    folder: TempDir,
    /// Of the program.
    environment: Vec<(String, String)>,
}

impl BlogFolder {
    /// Without anything in it: an SQLite file and a folder of images to be.
    pub(crate) fn empty() -> Self {
        // Not in /tmp: a function has one of its own.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut blog = Self { folder, environment: Vec::new() };
        blog.set("DATABASE_URL", &format!("sqlite:{}", blog.path("data/blog.db")));
        blog.set("BLOG_IMAGES", &blog.path("images"));
        blog
    }

    /// With a few posts and one picture.
    pub(crate) fn seeded() -> Self {
        let blog = Self::empty();
        blog.seed();
        blog
    }

    pub(crate) fn seed(&self) {
        let said =
            self.run(&["seed", "--posts", "12", "--pictures", "1", "--owner-password", PASSWORD]);
        assert!(said.status.success(), "{said:?}");
    }

    /// Sets a variable of the program's environment.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(other, _)| other != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub(crate) fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_blog-demo"));
        let own = self.environment.iter().map(|(name, value)| (name, value));
        command.envs(own).env_remove("RUST_BACKTRACE");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// What a command prints that succeeds.
    pub(crate) fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command says that fails.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}
