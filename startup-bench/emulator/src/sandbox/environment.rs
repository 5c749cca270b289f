//! What a sandbox's process finds around it.

use std::ffi::OsString;
use std::path::PathBuf;

use tokio::process::Command;

use crate::Function;

/// What to run, and in what.
#[derive(Clone, Debug, Default)]
pub(crate) struct App {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) variables: Vec<(OsString, OsString)>,
    pub(crate) inherits_environment: bool,
}

impl App {
    /// The command that starts it with Lambda's environment.
    pub(super) fn command(&self, function: &Function, runtime_api: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
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
        command.envs(function.environment(runtime_api));
        // The user's own win, as on Lambda, where most of these cannot be set at all.
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
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
