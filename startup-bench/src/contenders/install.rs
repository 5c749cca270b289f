//! Contenders that are installed and not built: into `contenders/target`, once for each lock file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::cargo::workspace;
use super::launch::Unavailable;

/// A folder of `contenders/target` and where its files come from.
pub(super) struct Folder(&'static str);

/// In it, once all is installed: what the files were.
const STAMP: &str = ".installed";

impl Folder {
    /// The folder of this name, with files from the folder of the same name in `contenders`.
    pub(super) fn new(name: &'static str) -> Self {
        Self(name)
    }

    pub(super) fn path(&self) -> PathBuf {
        workspace().join("target").join(self.0)
    }

    /// Copies the files and installs what they ask for, unless that was done for the same files. What
    /// goes wrong makes the contender unavailable, with the reason.
    pub(super) fn install(
        &self,
        files: &[&str],
        install: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        let contents = files.iter().map(|file| self.source(file)).collect::<Result<Vec<_>>>()?;
        let stamp = contents.concat();
        let path = self.path();
        if fs::read(path.join(STAMP)).is_ok_and(|other| other == stamp) {
            return Ok(());
        }
        eprintln!("installing {} of {}", self.0, workspace().display());
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| format!("can't empty {}", path.display()))?;
        }
        fs::create_dir_all(&path).with_context(|| format!("can't make {}", path.display()))?;
        for (file, content) in files.iter().zip(&contents) {
            fs::write(path.join(file), content).with_context(|| format!("can't write {file}"))?;
        }
        install(&path).map_err(|error| Unavailable(format!("{error:#}")))?;
        fs::write(path.join(STAMP), stamp).context("can't write the stamp of an installation")
    }

    fn source(&self, file: &str) -> Result<Vec<u8>> {
        let path = workspace().join(self.0).join(file);
        fs::read(&path).with_context(|| format!("can't read {}", path.display()))
    }
}

/// Is a program there?
///
/// # Errors
/// If not: the contender is unavailable.
pub(super) fn need(program: &str, package: &str) -> Result<()> {
    let quiet = Stdio::null;
    let runs = Command::new(program).arg("--version").stdout(quiet()).stderr(quiet()).status();
    match runs {
        Ok(_) => Ok(()),
        Err(error) => {
            let reason = format!("{program}: {error}; on Debian: apt-get install {package}");
            Err(Unavailable(reason).into())
        }
    }
}

/// Runs a command; what it writes is shown only if it fails.
///
/// # Errors
/// If it fails, with the end of what it wrote.
pub(super) fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().context("it can't be started")?;
    if output.status.success() {
        return Ok(());
    }
    let wrote = [output.stdout, output.stderr].concat();
    let wrote = String::from_utf8_lossy(&wrote);
    let lines: Vec<&str> = wrote.lines().collect();
    bail!("{}: {}", output.status, lines[lines.len().saturating_sub(5)..].join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_makes_a_contender_unavailable_with_the_package_to_install() {
        let error = need("no-such-program", "some-package").unwrap_err();
        assert!(error.is::<Unavailable>());
        let said = error.to_string();
        assert!(said.contains("no-such-program") && said.contains("apt-get install some-package"));
        assert!(need("cargo", "cargo").is_ok());
    }

    #[test]
    fn a_failed_installation_says_what_the_program_wrote() {
        let error = run(Command::new("cargo").arg("no-such-command")).unwrap_err();
        assert!(error.to_string().contains("no-such-command"), "{error}");
    }
}
