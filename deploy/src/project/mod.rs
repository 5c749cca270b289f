//! The cargo project: which package is deployed, and what it is made of.

mod metadata;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Component, Path, PathBuf};

use self::metadata::Metadata;
use crate::deployment::{Deployment, RoutesError};
use crate::settings::{Name, Settings, SettingsError};

/// A package of a cargo project.
#[derive(Clone, Debug)]
pub struct Project {
    /// The package's name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Its Cargo.toml.
    pub manifest: PathBuf,
    /// Its text.
    pub manifest_text: String,
    /// Its binaries: name and source.
    pub binaries: Vec<(String, PathBuf)>,
    /// The crates that it and the workspace's crates below it name, with their features.
    pub dependencies: BTreeMap<String, BTreeSet<String>>,
    /// The workspace's folder.
    pub workspace: PathBuf,
    /// The folder that cargo builds into.
    pub target: PathBuf,
    /// Whether the workspace has the profile `function`.
    pub has_function_profile: bool,
}

/// Why a project cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProjectError {
    /// Cargo does not know it, or there is a choice to be made.
    Cargo(String),
    /// Its settings are wrong.
    Settings(SettingsError),
    /// The OpenAPI file that the settings name.
    OpenApi(PathBuf, RoutesError),
}

impl Project {
    /// Asks cargo about the project of a manifest, or of the current folder; `package` chooses one
    /// of a workspace.
    ///
    /// # Errors
    /// If cargo knows no such project or package, or the choice is not clear.
    pub fn find(manifest: Option<&Path>, package: Option<&str>) -> Result<Self, ProjectError> {
        let metadata = Metadata::read(manifest)?;
        let chosen = metadata.choose(manifest, package)?;
        let read = |path: &Path| {
            std::fs::read_to_string(path)
                .map_err(|error| ProjectError::Cargo(format!("{}: {error}", path.display())))
        };
        let root = read(&metadata.workspace_root.join("Cargo.toml"))?;
        Ok(Self {
            package: chosen.name.clone(),
            version: chosen.version.clone(),
            manifest: chosen.manifest_path.clone(),
            manifest_text: read(&chosen.manifest_path)?,
            binaries: chosen.binaries(),
            dependencies: metadata.dependencies_of(chosen),
            has_function_profile: has_profile(&root, "function"),
            target: metadata.target_directory.clone(),
            workspace: metadata.workspace_root.clone(),
        })
    }

    /// The package's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.manifest.parent().unwrap_or(Path::new("."))
    }

    /// The manifest's name for people: relative to the current folder if it is below.
    #[must_use]
    pub fn manifest_name(&self) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        self.manifest.strip_prefix(here).unwrap_or(&self.manifest).display().to_string()
    }

    /// Where cargo-lambda leaves the executable of a binary.
    #[must_use]
    pub fn package_of(&self, binary: &str) -> PathBuf {
        self.target.join("lambda").join(binary).join("bootstrap")
    }

    /// The folder that cargo builds into, seen from another folder: with `..` where it is not below.
    ///
    /// # Errors
    /// If there is no such folder.
    pub fn target_from(&self, folder: &Path) -> Result<String, ProjectError> {
        let wrong = |error| ProjectError::Cargo(format!("{}: {error}", folder.display()));
        let folder = folder.canonicalize().map_err(wrong)?;
        // It may not be there yet, but where it will be is known.
        let target = match self.target.parent().and_then(|parent| parent.canonicalize().ok()) {
            Some(parent) => parent.join(self.target.file_name().unwrap_or_default()),
            None => self.target.clone(),
        };
        let shared =
            folder.components().zip(target.components()).take_while(|(a, b)| a == b).count();
        let up = folder.components().skip(shared).map(|_| Component::ParentDir);
        let path: PathBuf = up.chain(target.components().skip(shared)).collect();
        Ok(path.display().to_string())
    }

    /// What the manifest says.
    ///
    /// # Errors
    /// If it says something wrong.
    pub fn settings(&self) -> Result<Settings, ProjectError> {
        Settings::from_manifest(&self.manifest_name(), &self.manifest_text)
            .map_err(ProjectError::Settings)
    }

    /// The deployment that the settings stand for.
    ///
    /// # Errors
    /// If the package has no binary, its name is none for AWS, or the OpenAPI file cannot be used.
    pub fn deployment(&self, mut settings: Settings) -> Result<Deployment, ProjectError> {
        settings.binary = Some(self.binary(settings.binary.as_deref())?);
        if settings.profile.is_none() {
            let profile = if self.has_function_profile { "function" } else { "release" };
            settings.profile = Some(profile.to_owned());
        }
        let name = match &settings.name {
            Some(name) => name.clone(),
            None => Name::try_from(self.package.replace('_', "-").to_ascii_lowercase()).map_err(
                |error| {
                    ProjectError::Cargo(format!(
                        "set `name` in [package.metadata.lambdafy]: {error}"
                    ))
                },
            )?,
        };
        let openapi = settings.openapi.as_ref().map(|file| self.folder().join(file));
        let deployment = Deployment::new(name, settings).with_revision(self.version.as_str());
        let Some(file) = openapi else {
            return Ok(deployment);
        };
        let wrong = |error| ProjectError::OpenApi(file.clone(), error);
        let json = std::fs::read_to_string(&file)
            .map_err(|error| wrong(RoutesError::unreadable(&error)))?;
        deployment.with_openapi(&json).map_err(wrong)
    }

    /// The binary that is deployed.
    fn binary(&self, wanted: Option<&str>) -> Result<String, ProjectError> {
        let names: Vec<_> = self.binaries.iter().map(|(name, _)| name.as_str()).collect();
        let chosen = match (wanted, names.as_slice()) {
            (Some(wanted), names) if names.contains(&wanted) => wanted,
            (None, [only]) => only,
            (None, names) if names.contains(&self.package.as_str()) => &self.package,
            (_, []) => {
                return Err(ProjectError::Cargo(format!(
                    "the package {} has no binary: add src/main.rs, or choose another with --package",
                    self.package
                )));
            }
            (_, names) => {
                return Err(ProjectError::Cargo(format!(
                    "set `binary` in [package.metadata.lambdafy] to one of: {}",
                    names.join(", ")
                )));
            }
        };
        Ok(chosen.to_owned())
    }
}

fn has_profile(manifest: &str, profile: &str) -> bool {
    let table: Option<toml::Table> = toml::from_str(manifest).ok();
    table.is_some_and(|table| table.get("profile").is_some_and(|all| all.get(profile).is_some()))
}

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cargo(message) => f.write_str(message),
            Self::Settings(error) => error.fmt(f),
            Self::OpenApi(file, error) => write!(f, "{}: {error}", file.display()),
        }
    }
}

impl std::error::Error for ProjectError {}
