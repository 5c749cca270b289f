//! What `cargo metadata` tells, and which package of it is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::ProjectError;

#[derive(Deserialize)]
pub(super) struct Metadata {
    packages: Vec<Package>,
    pub(super) workspace_root: PathBuf,
    pub(super) target_directory: PathBuf,
}

#[derive(Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) manifest_path: PathBuf,
    targets: Vec<Target>,
    dependencies: Vec<Dependency>,
    metadata: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    path: Option<PathBuf>,
    features: Vec<String>,
}

impl Metadata {
    /// Asks cargo.
    pub(super) fn read(manifest: Option<&Path>) -> Result<Self, ProjectError> {
        let mut command = Command::new("cargo");
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        if let Some(manifest) = manifest {
            command.arg("--manifest-path").arg(manifest);
        }
        let output = command
            .output()
            .map_err(|error| ProjectError::Cargo(format!("cargo cannot be started: {error}")))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(ProjectError::Cargo(said.trim().trim_start_matches("error: ").to_owned()));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| {
            ProjectError::Cargo(format!("cargo metadata is not as expected: {error}"))
        })
    }

    /// The package that is named, that of the folder, or the only one with settings.
    pub(super) fn choose(
        &self,
        manifest: Option<&Path>,
        package: Option<&str>,
    ) -> Result<&Package, ProjectError> {
        if let Some(name) = package {
            return self.packages.iter().find(|package| package.name == name).ok_or_else(|| {
                ProjectError::Cargo(format!(
                    "there is no package {name} in the workspace, but: {}",
                    self.names(|_| true)
                ))
            });
        }
        let here = match manifest {
            Some(manifest) => std::fs::canonicalize(manifest),
            None => std::env::current_dir().map(|folder| folder.join("Cargo.toml")),
        };
        let here = here.unwrap_or_default();
        if let Some(package) = self.packages.iter().find(|package| package.manifest_path == here) {
            return Ok(package);
        }
        let declared: Vec<_> =
            self.packages.iter().filter(|package| package.is_declared()).collect();
        match (declared.as_slice(), self.packages.as_slice()) {
            ([only], _) => Ok(only),
            ([], [only]) => Ok(only),
            _ => Err(ProjectError::Cargo(format!(
                "choose a package with --package NAME: {}",
                self.names(|package| declared.is_empty() || package.is_declared())
            ))),
        }
    }

    /// The packages' names, for people.
    fn names(&self, of: impl Fn(&Package) -> bool) -> String {
        let names = self.packages.iter().filter(|package| of(package));
        names.map(|package| package.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What a package and the workspace's packages that it depends on name.
    pub(super) fn dependencies_of(&self, package: &Package) -> BTreeMap<String, BTreeSet<String>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![package];
        while let Some(package) = open.pop() {
            if !seen.insert(&package.manifest_path) {
                continue;
            }
            for dependency in package.dependencies.iter().filter(|one| one.kind.is_none()) {
                all.entry(dependency.name.clone()).or_default().extend(dependency.features.clone());
                let Some(folder) = &dependency.path else {
                    continue;
                };
                let manifest = folder.join("Cargo.toml");
                open.extend(self.packages.iter().filter(|one| one.manifest_path == manifest));
            }
        }
        all
    }
}

impl Package {
    pub(super) fn binaries(&self) -> Vec<(String, PathBuf)> {
        self.targets
            .iter()
            .filter(|target| target.kind.iter().any(|kind| kind == "bin"))
            .map(|target| (target.name.clone(), target.src_path.clone()))
            .collect()
    }

    fn is_declared(&self) -> bool {
        self.metadata.as_ref().is_some_and(|metadata| metadata.get("lambdafy").is_some())
    }
}
