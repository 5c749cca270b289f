//! The first settings, from a look at the project, and what changes in main.

mod serving;
mod settings;

use std::path::PathBuf;

use crate::project::{Project, ProjectError};

/// A file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// Its text now.
    pub before: String,
    /// Its text with the change.
    pub after: String,
}

/// What `init` would change: the settings in the manifest, and `axum::serve` in main, if it is
/// found. Nothing is written.
///
/// # Errors
/// If the main file cannot be read.
pub fn init(project: &Project) -> Result<Vec<Change>, ProjectError> {
    let manifest = &project.manifest_text;
    let mut changes = vec![Change {
        path: project.manifest.clone(),
        before: manifest.clone(),
        after: format!("{}\n\n{}", manifest.trim_end(), settings::text(project)),
    }];
    let main = project
        .binaries
        .iter()
        .find(|(name, _)| *name == project.package)
        .or(project.binaries.first());
    if let Some((_, path)) = main {
        let before = std::fs::read_to_string(path)
            .map_err(|error| ProjectError::Cargo(format!("{}: {error}", path.display())))?;
        if let Some(after) = serving::by_lambdafy(&before) {
            changes.push(Change { path: path.clone(), before, after });
        }
    }
    Ok(changes)
}
