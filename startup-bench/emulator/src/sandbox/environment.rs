//! What a sandbox's process finds around it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::program;
use crate::Function;
use crate::host::Place;

/// Credentials as every function finds them, which are good for nothing. Where the environment is
/// inherited there are none: the caller's own, in whatever form they are, are to be found.
const CREDENTIALS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "ASIAEMULATEDLAMBDA00"),
    ("AWS_SECRET_ACCESS_KEY", "emulated-and-good-for-nothing"),
    ("AWS_SESSION_TOKEN", "emulated-and-good-for-nothing"),
];

/// What only the runtime finds in its environment.
const NOT_FOR_EXTENSIONS: [&str; 5] = [
    "_HANDLER",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// What to run, and in what.
#[derive(Clone, Debug, Default)]
pub(crate) struct App {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) variables: Vec<(OsString, OsString)>,
    pub(crate) inherits_environment: bool,
    /// External extensions, in the order of their start.
    pub(crate) extensions: Vec<PathBuf>,
    /// What of `/tmp` it needs besides.
    pub(crate) shared: Vec<PathBuf>,
}

impl App {
    /// Makes the paths of app and extensions absolute: the sandbox may have another working directory.
    ///
    /// # Errors
    /// If there is no current directory.
    pub(crate) fn make_paths_absolute(&mut self) -> io::Result<()> {
        for path in std::iter::once(&mut self.program).chain(&mut self.extensions) {
            *path = std::path::absolute(&*path)?;
        }
        Ok(())
    }

    /// Finds what would keep the function or an extension from being started, in a sentence.
    pub(crate) fn check(&self) -> Result<(), String> {
        program::check(&self.program).map_err(|why| format!("the app {why}"))?;
        let check =
            |path: &PathBuf| program::check(path).map_err(|why| format!("the extension {why}"));
        self.extensions.iter().try_for_each(check)
    }

    /// The command that starts it with Lambda's environment.
    pub(super) fn command(&self, function: &Function, runtime_api: &str, place: &Place) -> Command {
        let mut command = started(&self.program, place);
        command.args(&self.arguments);
        self.surround(&mut command, function, runtime_api, place);
        command
    }

    /// The command that starts an extension, which finds most of that environment too.
    pub(super) fn extension(
        &self,
        extension: &Path,
        function: &Function,
        runtime_api: &str,
        place: &Place,
    ) -> Command {
        let mut command = started(extension, place);
        self.surround(&mut command, function, runtime_api, place);
        for name in NOT_FOR_EXTENSIONS {
            command.env_remove(name);
        }
        command
    }

    fn surround(
        &self,
        command: &mut Command,
        function: &Function,
        runtime_api: &str,
        place: &Place,
    ) {
        if !self.inherits_environment {
            command.env_clear();
            command.envs(inherited());
        }
        let directory = self.directory.clone().or_else(|| std::env::current_dir().ok());
        if let Some(directory) = directory {
            command.env("LAMBDA_TASK_ROOT", &directory);
            command.current_dir(directory);
        }
        command.env("LAMBDA_RUNTIME_DIR", "/var/runtime");
        if !self.inherits_environment {
            command.envs(CREDENTIALS);
        }
        command.envs(function.environment(runtime_api));
        match place.tmpdir() {
            Some(tmpdir) => command.env("TMPDIR", tmpdir),
            // Where this process has its files is not there in a sandbox.
            None if place.has_own_tmp() => command.env_remove("TMPDIR"),
            None => command,
        };
        // The user's own win, as on Lambda, where most of these cannot be set at all.
        let connection = place.connection();
        for (name, value) in &self.variables {
            let rewritten = value.to_str().and_then(|value| connection.rewrite(value));
            command.env(name, rewritten.map_or_else(|| value.clone(), OsString::from));
        }
    }

    /// Every path that it is known to need.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        let arguments = self.arguments.iter().map(Path::new).filter(|path| path.is_absolute());
        // What lies beside the program may be needed too, unless that is all of /tmp.
        let folder = self.program.parent().filter(|folder| *folder != Path::new("/tmp"));
        let extensions = self.extensions.iter().map(PathBuf::as_path);
        let shared = self.shared.iter().map(PathBuf::as_path).chain(extensions);
        [Some(folder.unwrap_or(&self.program)), self.directory.as_deref()]
            .into_iter()
            .flatten()
            .chain(arguments)
            .chain(shared)
    }
}

/// The program; first a shell joins the cgroup where a thread can't.
fn started(program: &Path, place: &Place) -> Command {
    let Some(door) = place.door() else {
        return Command::new(program);
    };
    let mut command = Command::new("/bin/sh");
    command.args(["-c", r#"echo 0 >"$0" && exec "$@""#]).arg(door).arg(program);
    command
}

/// The caller's region, which a function that inherits its environment finds unless it is told
/// another.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place of the emulator that reads the environment"
)]
pub(crate) fn region() -> Option<String> {
    let set = |name| std::env::var(name).ok().filter(|region| !region.is_empty());
    set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION"))
}

/// What even a clean environment takes over: where programs and libraries are found.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place of the emulator that reads the environment"
)]
fn inherited() -> impl Iterator<Item = (&'static str, OsString)> {
    ["PATH", "HOME", "LD_LIBRARY_PATH"]
        .into_iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)))
}
