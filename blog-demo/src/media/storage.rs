//! Where images are kept.

use std::fmt;

use axum::body::Bytes;

#[cfg(feature = "s3")]
use super::S3;
use super::{Error, Folder};
use crate::model::new_id;

/// Where images are kept.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Storage {
    /// A folder of this machine.
    Folder(Folder),
    /// A bucket.
    #[cfg(feature = "s3")]
    S3(S3),
}

/// A file that a browser may send to where images are kept by itself.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Direct {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
}

impl fmt::Debug for Direct {
    /// Without the URL, which allows whoever has it to write.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Direct").finish_non_exhaustive()
    }
}

impl Default for Storage {
    /// The folder `images`, below where the program runs.
    fn default() -> Self {
        Self::Folder(Folder::new("images"))
    }
}

impl Storage {
    /// Looks whether images can be kept there, by keeping a small file and removing it.
    ///
    /// # Errors
    /// If they can't.
    pub async fn probe(&self) -> Result<(), Error> {
        let path = format!("probe-{}", new_id());
        self.put(&path, b"probe", "application/octet-stream").await?;
        self.delete(&path).await
    }

    /// Lets whoever gets it put a file there without passing it through the blog.
    #[cfg_attr(not(feature = "s3"), allow(unused_variables, reason = "a folder has no such way"))]
    pub(super) async fn direct(
        &self,
        path: &str,
        mime: &str,
        size_bytes: i64,
    ) -> Result<Direct, Error> {
        match self {
            Self::Folder(_) => Err(Error::Refused(
                "images are kept in a folder here: send them to /admin/images".to_owned(),
            )),
            #[cfg(feature = "s3")]
            Self::S3(s3) => s3.direct(path, mime, size_bytes).await,
        }
    }

    /// Where browsers may send files to by themselves: an address up to a `/`, as a policy names places.
    /// None: only to the blog.
    pub(crate) async fn direct_place(&self) -> Option<&str> {
        match self {
            Self::Folder(_) => None,
            #[cfg(feature = "s3")]
            Self::S3(s3) => {
                let told = |error: &Error| eprintln!("error: no direct uploads: {error}");
                s3.direct_place().await.inspect_err(told).ok()
            }
        }
    }

    /// Removes a file, if it is there.
    pub(super) async fn delete(&self, path: &str) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => folder.delete(path).await.map_err(failed),
            #[cfg(feature = "s3")]
            Self::S3(s3) => s3.delete(path).await,
        }
    }

    /// Keeps a file, in place of one of the same path.
    pub(super) async fn put(
        &self,
        path: &str,
        bytes: &[u8],
        #[cfg_attr(not(feature = "s3"), allow(unused_variables, reason = "a file has no type"))]
        mime: &'static str,
    ) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => folder.put(path, bytes).await.map_err(failed),
            #[cfg(feature = "s3")]
            Self::S3(s3) => s3.put(path, bytes, mime).await,
        }
    }

    /// The content of a file, if there is one.
    pub(super) async fn get(&self, path: &str) -> Result<Option<Bytes>, Error> {
        match self {
            Self::Folder(folder) => Ok(folder.get(path).await.map_err(failed)?.map(Bytes::from)),
            #[cfg(feature = "s3")]
            Self::S3(s3) => s3.get(path).await,
        }
    }
}

impl fmt::Display for Storage {
    /// Where it is, for whoever runs the blog.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "the folder {}", folder.root().display()),
            #[cfg(feature = "s3")]
            Self::S3(s3) => s3.fmt(f),
        }
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Failed(Box::new(error))
}
