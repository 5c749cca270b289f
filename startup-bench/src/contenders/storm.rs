//! Who weathers `startup-bench storm`: a function with a database, its connections held in one of
//! several ways.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::launch::{Launch, Unavailable};
use super::{cargo, node};

/// A way to hold connections.
struct Client {
    name: &'static str,
    program: Program,
    /// Is it among those that run if none is named?
    is_usual: bool,
}

enum Program {
    /// contenders/storm, which knows it by its name.
    Rust,
    /// contenders/node/storm, for this database system only.
    Node(System),
}

/// A database system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum System {
    /// MariaDB, as the machine has it installed.
    Mysql,
    /// PostgreSQL.
    Postgres,
}

const ALL: &[Client] = &[
    rust("lambdafy", true),
    rust("lambdafy-hooks", true),
    rust("sqlx", true),
    rust("sqlx-one", true),
    Client { name: "serverless-mysql", program: Program::Node(System::Mysql), is_usual: true },
    Client {
        name: "serverless-postgres",
        program: Program::Node(System::Postgres),
        is_usual: true,
    },
    rust("close", false),
    rust("lambdafy-transactions", false),
    rust("lambdafy-never", false),
    rust("lambdafy-always-2s", false),
    rust("lambdafy-pressure", false),
    rust("lambdafy-pressure-2s", false),
    rust("lambdafy-evict", false),
    rust("lambdafy-permits-2s", false),
    rust("lambdafy-permits-60", false),
    rust("lambdafy-hooks-never", false),
    rust("lambdafy-hooks-pressure-2s", false),
];

const fn rust(name: &'static str, is_usual: bool) -> Client {
    Client { name, program: Program::Rust, is_usual }
}

impl System {
    /// As on the command line and in the names of cases.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
            Self::Postgres => "postgres",
        }
    }
}

/// Builds the contenders of these names, or the usual ones. One that can't be had on this machine is
/// left out, and stderr says why.
///
/// # Errors
/// If a name is not known for this database system, one does not build, or none is left.
pub(crate) fn storm(names: &[String], system: System) -> Result<Vec<(String, Launch)>> {
    let clients = choose(names, system)?;
    let mut launches = Vec::new();
    let mut rust = None;
    for client in clients {
        eprintln!("building {}", client.name);
        match launch(client, &mut rust) {
            Ok(launch) => launches.push((client.name.to_owned(), launch)),
            Err(error) if error.is::<Unavailable>() => {
                eprintln!("{} is not available here: {error:#}", client.name);
            }
            Err(error) => return Err(error.context(format!("building {}", client.name))),
        }
    }
    if launches.is_empty() {
        bail!("none of these contenders is available here");
    }
    Ok(launches)
}

fn choose(names: &[String], system: System) -> Result<Vec<&'static Client>> {
    let fits = |client: &&Client| match client.program {
        Program::Rust => true,
        Program::Node(its) => its == system,
    };
    let there: Vec<&'static Client> = ALL.iter().filter(fits).collect();
    if names.is_empty() {
        return Ok(there.into_iter().filter(|client| client.is_usual).collect());
    }
    let find = |name: &String| {
        let found = there.iter().find(|client| client.name == name);
        found.copied().ok_or_else(|| unknown(name, system, &there))
    };
    names.iter().map(find).collect()
}

fn unknown(name: &str, system: System, there: &[&Client]) -> anyhow::Error {
    let there: Vec<_> = there.iter().map(|client| client.name).collect();
    let system = system.name();
    anyhow::anyhow!("no contender {name} for {system}; there are: {}", there.join(", "))
}

/// `rust` keeps the one executable of all that are Rust.
fn launch(client: &Client, rust: &mut Option<PathBuf>) -> Result<Launch> {
    let mut launch = match client.program {
        Program::Node(_) => node::storm()?,
        Program::Rust => {
            let program = match rust.take() {
                Some(program) => program,
                None => cargo::storm()?,
            };
            Launch::of_program(rust.insert(program).clone())
        }
    };
    launch.environment.push(("STORM_CLIENT".into(), client.name.into()));
    Ok(launch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rival_of_another_database_system_is_not_known() {
        let names = |system| {
            let usual = choose(&[], system).unwrap();
            usual.iter().map(|client| client.name).collect::<Vec<_>>()
        };
        let expected = ["lambdafy", "lambdafy-hooks", "sqlx", "sqlx-one", "serverless-mysql"];
        assert_eq!(names(System::Mysql), expected);
        let Err(error) = choose(&["serverless-mysql".into()], System::Postgres) else {
            panic!("it was chosen");
        };
        let said = error.to_string();
        assert!(said.contains("no contender serverless-mysql for postgres; there are: lambdafy"));
    }
}
