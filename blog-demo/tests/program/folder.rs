//! A blog in a folder of its own.

use std::process::{Command, Output};

use tempfile::TempDir;

/// What an owner of a test logs in with.
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct BlogFolder {
    folder: TempDir,
}

impl BlogFolder {
    /// Without anything in it.
    pub(crate) fn empty() -> Self {
        // Not in /tmp: a function has one of its own.
        Self { folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap() }
    }

    /// With a few posts and one picture.
    pub(crate) fn seeded() -> Self {
        let blog = Self::empty();
        let said =
            blog.run(&["seed", "--posts", "12", "--pictures", "1", "--owner-password", PASSWORD]);
        assert!(said.status.success(), "{said:?}");
        blog
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub(crate) fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("DATABASE_URL", format!("sqlite:{}", self.path("data/blog.db"))),
            ("BLOG_IMAGES", self.path("images")),
            ("BLOG_URL", "https://blog.example".to_owned()),
        ]
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_blog-demo"));
        command.envs(self.environment()).env_remove("RUST_BACKTRACE");
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
