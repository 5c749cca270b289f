//! Who weathers the storm, as a function of the emulator.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use lambdafy_emulator::{Emulator, EmulatorBuilder};

use super::server::Server;
use crate::contenders::{self, Launch, System};

/// A contender, or a program of the command line.
#[derive(Debug)]
pub(super) struct Contender {
    pub(super) name: String,
    launch: Launch,
}

/// The contenders of these names and the programs of the command line; the usual ones if neither is
/// named.
///
/// # Errors
/// If a name is not known or a program is no file; if a contender can't be built.
pub(super) fn choose(
    names: &[String],
    programs: &[String],
    system: System,
) -> Result<Vec<Contender>> {
    let own = programs.iter().map(|program| of_argument(program)).collect::<Result<Vec<_>>>()?;
    if names.is_empty() && !own.is_empty() {
        return Ok(own);
    }
    let built = contenders::storm(names, system)?.into_iter();
    Ok(built.map(|(name, launch)| Contender { name, launch }).chain(own).collect())
}

fn of_argument(argument: &str) -> Result<Contender> {
    let (name, path) = argument
        .split_once('=')
        .with_context(|| format!("--program {argument} is not NAME=PATH"))?;
    let path = PathBuf::from(path);
    ensure!(path.is_file(), "--program {argument}: there is no such file");
    Ok(Contender { name: name.to_owned(), launch: Launch::of_program(path) })
}

impl Contender {
    /// The emulator that starts it, with the database in its environment.
    pub(super) fn emulator(&self, server: &Server) -> EmulatorBuilder {
        let Launch { program, arguments, directory, environment, .. } = &self.launch;
        let mut builder = Emulator::builder()
            .app(program)
            // For a checkout below /tmp: what contenders load lies beside them.
            .share(contenders::workspace())
            .share(server.authority_file())
            // In a network of its own, which can be cut.
            .reach(server.address())
            .env("DATABASE_URL", server.url());
        if let Some(directory) = directory {
            builder = builder.directory(directory);
        }
        let builder = arguments.iter().fold(builder, |builder, word| builder.arg(word));
        environment.iter().fold(builder, |builder, (name, value)| builder.env(name, value))
    }
}
