//! Where a server's programs are.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::Error;

/// The folder of a server's programs; none if they are found by the shell's search path.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    folder: Option<PathBuf>,
    package: &'static str,
}

impl Programs {
    /// Looks for `program` in these folders, in their order, and then in the search path.
    ///
    /// # Errors
    /// If it is nowhere: the error names the package to install.
    pub(crate) fn find(
        program: &'static str,
        package: &'static str,
        folders: impl IntoIterator<Item = PathBuf>,
    ) -> Result<Self, Error> {
        let mut folders = folders.into_iter();
        if let Some(folder) = folders.find(|folder| folder.join(program).is_file()) {
            return Ok(Self { folder: Some(folder), package });
        }
        let quiet = Stdio::null;
        let runs =
            Command::new(program).arg("--version").stdout(quiet()).stderr(quiet()).status().is_ok();
        if runs {
            Ok(Self { folder: None, package })
        } else {
            Err(Error::Missing { program, package })
        }
    }

    /// A command for one of them.
    pub(crate) fn command(&self, program: &str) -> Command {
        match &self.folder {
            Some(folder) => Command::new(folder.join(program)),
            None => Command::new(program),
        }
    }

    /// Runs a command to its end and hands out what it wrote to stdout.
    ///
    /// # Errors
    /// If it is missing or fails.
    pub(crate) fn run(
        &self,
        command: &mut Command,
        program: &'static str,
    ) -> Result<String, Error> {
        self.run_with_input(command, program, "")
    }

    /// The same with something to read on its stdin.
    pub(crate) fn run_with_input(
        &self,
        command: &mut Command,
        program: &'static str,
        input: &str,
    ) -> Result<String, Error> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| self.refusal(program, error))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that ends before it has read all says why itself.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output =
            child.wait_with_output().map_err(Error::io(format!("can't wait for {program}")))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let mut wrote = String::from_utf8_lossy(&output.stdout).into_owned();
        wrote.push_str(&String::from_utf8_lossy(&output.stderr));
        Err(Error::Failed { program: program.into(), output: wrote })
    }

    /// What it means that a program could not be started.
    pub(crate) fn refusal(&self, program: &'static str, error: std::io::Error) -> Error {
        if error.kind() == std::io::ErrorKind::NotFound {
            return Error::Missing { program, package: self.package };
        }
        Error::io(format!("can't start {program}"))(error)
    }
}
