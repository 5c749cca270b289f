//! The facts about the machine and the programs that a figure can't be read without.

use std::path::Path;
use std::process::Command;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// The facts, in the order in which they are written.
#[derive(Debug)]
pub(crate) struct Machine(Vec<(String, Value)>);

/// The crates of `contenders/Cargo.lock` whose versions decide, in order of the alphabet.
const VERSIONS: [&str; 7] =
    ["axum", "axum-aws-lambda", "hyper", "lambda_http", "lambda_runtime", "lambdafy", "tokio"];

impl Machine {
    /// What can be found out here; what can't is `null`.
    pub(crate) fn here() -> Self {
        Self(Vec::new())
            .with("os", std::env::consts::OS)
            .with("arch", std::env::consts::ARCH)
            .with("kernel", file_line("/proc/sys/kernel/osrelease", ""))
            .with("cpu", file_line("/proc/cpuinfo", "model name"))
            .with("cores", cores())
            .with("memory", file_line("/proc/meminfo", "MemTotal"))
            .with("rustc", first_line(Command::new("rustc").arg("--version")))
            .with("valgrind", first_line(Command::new("valgrind").arg("--version")))
            .with("commit", commit())
            .with("date", first_line(Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"])))
            .with("versions", versions())
    }

    #[cfg(feature = "aws")]
    /// Not here: where the programs ran, and what of this machine still matters.
    pub(crate) fn at(place: String) -> Self {
        Self(Vec::new())
            .with("place", place)
            .with("commit", commit())
            .with("date", first_line(Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"])))
    }

    /// Adds what the command itself knows: how it ran, how often, with which seed.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, fact: impl Into<Value>) -> Self {
        self.0.push((name.to_owned(), fact.into()));
        self
    }

    /// No facts yet, for a test.
    #[cfg(test)]
    pub(crate) fn unknown() -> Self {
        Self(Vec::new())
    }

    fn fact(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, fact)| known == name && !fact.is_null()).map(|(_, fact)| fact)
    }

    /// One line for a footnote.
    pub(crate) fn sentence(&self) -> String {
        let of = |name: &str| self.fact(name).map(plain);
        let cpu = of("cpu").unwrap_or_else(|| "an unknown CPU".to_owned());
        let mut parts = vec![match (of("place"), of("cores")) {
            (Some(place), _) => place,
            (None, Some(cores)) => format!("{cores} cores of {cpu}"),
            (None, None) => cpu,
        }];
        parts.extend(of("os").map(|os| match of("kernel") {
            Some(kernel) => format!("{os} {kernel}"),
            None => os,
        }));
        parts.extend(of("rustc").map(|rustc| short_rustc(&rustc)));
        parts.extend(self.versions());
        parts.extend(
            ["runs", "seed"].iter().filter_map(|name| Some(format!("{name} {}", of(name)?))),
        );
        parts.extend(of("commit").map(|commit| format!("commit {commit}")));
        parts.extend(of("date").map(|date| date.chars().take(10).collect()));
        parts.join("; ")
    }

    fn versions(&self) -> Option<String> {
        let versions = self.fact("versions")?.as_object()?;
        let pairs: Vec<String> =
            versions.iter().map(|(name, version)| format!("{name} {}", plain(version))).collect();
        (!pairs.is_empty()).then(|| pairs.join(", "))
    }
}

impl Serialize for Machine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, fact)| (name, fact)))
    }
}

fn plain(fact: &Value) -> String {
    fact.as_str().map_or_else(|| fact.to_string(), str::to_owned)
}

/// `rustc 1.95.0 (abc 2026-01-01)` without its parenthesis.
fn short_rustc(version: &str) -> String {
    version.split(" (").next().unwrap_or(version).to_owned()
}

/// The value on the first line of `path` that begins with `label`.
fn file_line(path: &str, label: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(label))?;
    Some(line.trim_start_matches([' ', '\t', ':']).to_owned())
}

/// The machine's cores, not only those that this process has pinned itself to.
fn cores() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    Some(text.lines().filter(|line| line.starts_with("processor")).count())
}

/// The first line that a command prints, if it is there and succeeds.
fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned())
}

/// The commit of this checkout, with `-dirty` if files have changed since.
fn commit() -> Option<String> {
    let describe = ["describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"];
    first_line(Command::new("git").args(describe).current_dir(env!("CARGO_MANIFEST_DIR")))
}

/// The versions that the contenders are built with.
fn versions() -> Option<Value> {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("contenders/Cargo.lock");
    let lock: toml::Table = std::fs::read_to_string(lock).ok()?.parse().ok()?;
    let mut versions = Map::new();
    for package in lock.get("package")?.as_array()? {
        let (name, version) = (package.get("name")?.as_str()?, package.get("version")?.as_str()?);
        if VERSIONS.contains(&name) {
            versions.insert(name.to_owned(), version.into());
        }
    }
    Some(versions.into())
}
