//! How a contender is started: as a function of the emulator, under valgrind, or by itself.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use lambdafy_emulator::{Emulator, EmulatorBuilder};

use super::page_cache;
use crate::contenders::{self, App, Launch};

/// A contender, or a program of the command line.
#[derive(Clone, Debug)]
pub(crate) struct Starting {
    pub(crate) name: String,
    launch: Launch,
    /// What sandboxes see beside the contenders.
    shared: Vec<PathBuf>,
    /// Must its database be migrated before it starts?
    pub(super) wants_migrated: bool,
}

/// The contenders of these names and the programs of the command line; all contenders if neither is
/// named.
///
/// # Errors
/// If a name is not known or a program is no file; if a contender can't be built.
pub(super) fn choose(names: &[String], programs: &[String], app: App) -> Result<Vec<Starting>> {
    let own = programs.iter().map(|program| of_argument(program)).collect::<Result<Vec<_>>>()?;
    if names.is_empty() && !own.is_empty() {
        return Ok(own);
    }
    let built = contenders::build(&contenders::functions(names, app)?, app)?;
    Ok(built.into_iter().map(Starting::of_contender).chain(own).collect())
}

fn of_argument(argument: &str) -> Result<Starting> {
    let (name, path) = argument
        .split_once('=')
        .with_context(|| format!("--program {argument} is not NAME=PATH"))?;
    let path = PathBuf::from(path);
    let mut starting = Starting::of_program(name.to_owned(), path.clone());
    // A package as cargo-lambda lays it out: all of it is deployed.
    if path.is_dir() {
        starting.launch.program = path.join("bootstrap");
    }
    let program = &starting.launch.program;
    ensure!(program.is_file(), "--program {argument}: there is no such file");
    Ok(starting)
}

impl Starting {
    /// A contender that is built.
    pub(crate) fn of_contender(program: contenders::Program) -> Self {
        let contenders::Program { contender, launch } = program;
        let wants_migrated = contender.wants_migrated();
        Self { wants_migrated, ..Self::of_launch(contender.name.to_owned(), launch) }
    }

    /// An executable that speaks the Runtime API by itself.
    pub(crate) fn of_program(name: String, program: PathBuf) -> Self {
        Self::of_launch(name, Launch::of_program(program))
    }

    fn of_launch(name: String, launch: Launch) -> Self {
        Self { name, launch, shared: Vec::new(), wants_migrated: false }
    }

    /// Adds arguments of the program.
    pub(crate) fn add_arguments(&mut self, arguments: &[OsString]) {
        self.launch.arguments.extend_from_slice(arguments);
    }

    /// Adds what every contender finds in its environment.
    pub(crate) fn surround(&mut self, environment: &[(String, String)]) {
        self.launch.environment.extend_from_slice(environment);
    }

    /// Lets it see a file that lies in /tmp, of which sandboxes have one of their own.
    pub(crate) fn share(&mut self, path: PathBuf) {
        self.shared.push(path);
    }

    /// The emulator that starts it.
    pub(crate) fn emulator(&self) -> EmulatorBuilder {
        self.builder(self.words())
    }

    /// The same under a tool.
    pub(crate) fn under(&self, tool: &Path, options: &[&str]) -> EmulatorBuilder {
        let tool = std::iter::once(tool.into()).chain(options.iter().map(OsString::from));
        self.builder(tool.chain(self.words()).collect())
    }

    /// The same without an emulator.
    pub(super) fn command(&self) -> Command {
        let mut words = self.words().into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).envs(self.launch.environment.iter().map(|(name, value)| (name, value)));
        if let Some(directory) = &self.launch.directory {
            command.current_dir(directory);
        }
        command
    }

    /// How large what is deployed is.
    pub(crate) fn bytes(&self) -> Result<u64> {
        self.launch.deployed_bytes()
    }

    /// All files that are deployed.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>> {
        page_cache::below(&self.launch.deployed)
    }

    /// Program and arguments. Extensions are started by a small shell, which then becomes the program:
    /// like the program's, their time and memory are the contender's.
    fn words(&self) -> Vec<OsString> {
        let Launch { program, arguments, extensions, .. } = &self.launch;
        let own = std::iter::once(program.into()).chain(arguments.iter().cloned());
        if extensions.is_empty() {
            return own.collect();
        }
        let starts: String = (0..extensions.len()).map(|at| format!("\"${{{at}}}\" & ")).collect();
        let script = format!("{starts}shift {}; exec \"$@\"", extensions.len() - 1);
        let shell = ["/bin/sh", "-c", &script].map(OsString::from).into_iter();
        shell.chain(extensions.iter().map(OsString::from)).chain(own).collect()
    }

    fn builder(&self, words: Vec<OsString>) -> EmulatorBuilder {
        let mut words = words.into_iter();
        let builder = Emulator::builder().app(words.next().unwrap_or_default());
        // For a checkout below /tmp: what contenders load lies beside them.
        let builder = words.fold(builder.share(contenders::workspace()), EmulatorBuilder::arg);
        let builder = self.shared.iter().fold(builder, EmulatorBuilder::share);
        let builder = match &self.launch.directory {
            Some(directory) => builder.directory(directory),
            None => builder,
        };
        let environment = self.launch.environment.iter();
        environment.fold(builder, |builder, (name, value)| builder.env(name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_started_beside_the_program() {
        let mut starting = Starting::of_program("x".to_owned(), "/bin/echo".into());
        starting.launch.arguments = vec!["program".into(), "two words".into()];
        starting.launch.extensions = vec!["/bin/true".into(), "/bin/pwd".into()];
        let output = starting.command().output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(printed.contains("program two words\n"), "{printed}");
        let own = std::env::current_dir().unwrap();
        assert!(printed.contains(own.to_str().unwrap()), "{printed}");
    }

    #[test]
    fn a_program_is_a_name_and_a_file() {
        let said = |argument: &str| of_argument(argument).unwrap_err().to_string();
        assert!(said("/bin/true").contains("is not NAME=PATH"));
        assert!(said("x=/nonexistent").contains("there is no such file"));
    }
}
