//! Images in a folder of this machine.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::model::new_id;

/// A folder, which is made with the first image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// This folder.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(super) async fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (file, bytes) = (self.root.join(path), bytes.to_vec());
        blocking(move || write(&file, &bytes)).await
    }

    pub(super) async fn delete(&self, path: &str) -> io::Result<()> {
        let file = self.root.join(path);
        blocking(move || match std::fs::remove_file(file) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            result => result,
        })
        .await
    }

    pub(super) async fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let file = self.root.join(path);
        blocking(move || match std::fs::read(file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }
}

/// Under another name first: nobody ever sees half an image.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let unfinished = file.with_extension(format!("{}.part", new_id()));
    std::fs::write(&unfinished, bytes)?;
    std::fs::rename(&unfinished, file)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
