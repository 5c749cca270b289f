//! Images: taken in, made smaller, kept, served.
//!
//! Nothing that was uploaded is ever served as it came: an image is decoded and encoded anew, which
//! leaves out where a photo was taken and whatever else a file may carry. Its name has a hash and its
//! size, so that an address means the same picture for ever.

mod decode;
mod direct;
mod encode;
mod error;
mod folder;
mod path;
mod prepare;
#[cfg(feature = "s3")]
mod s3;
mod serve;
mod storage;
mod upload;

pub use error::Error;
pub use folder::Folder;
#[cfg(feature = "s3")]
pub use s3::S3;
pub(crate) use serve::image;
pub use storage::Storage;
pub use upload::{Uploaded, Uploader, routes};

use axum::body::Bytes;
use futures_util::future::try_join_all;
use tokio::sync::Semaphore;

use crate::model::{Image, Millis, Variant, new_id, now};
use crate::store::{self, Store};
use prepare::{Prepared, prepare};

/// The largest file that is taken.
pub const MAX_BYTES: usize = 25 << 20;
/// The most pixels that are decoded: a phone's 40 megapixels, 160 MB in memory.
pub const MAX_PIXELS: u64 = 40_000_000;
/// So many images are worked on at once; others wait.
const AT_ONCE: usize = 2;

/// Takes images in and gives them out.
#[derive(Debug)]
pub struct Media {
    storage: Storage,
    working: Semaphore,
}

/// A file that somebody sends.
#[derive(Clone, Debug, Default)]
pub struct NewImage {
    /// Its content.
    pub bytes: Bytes,
    /// What it is called, from which a part of its address is made.
    pub name: String,
    /// Who sends it.
    pub user_id: Option<String>,
    /// When; its address begins with the year and month. None: now.
    pub at: Option<Millis>,
}

impl Media {
    /// Images that are kept there.
    #[must_use]
    pub fn new(storage: Storage) -> Self {
        Self { storage, working: Semaphore::new(AT_ONCE) }
    }

    /// Where they are kept.
    #[must_use]
    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Takes an image in. The same one under the same name and month is kept once.
    ///
    /// # Errors
    /// If it is no JPEG, PNG or WebP image, or a broken, moving or too large one; if it can't be
    /// kept.
    pub async fn add(&self, store: &Store, new: NewImage) -> Result<Image, Error> {
        let (user_id, at) = (new.user_id.clone(), new.at.unwrap_or_else(now));
        let prepared = {
            let _permit = self.working.acquire().await;
            let work = tokio::task::spawn_blocking(move || prepare(&new.bytes, &new.name, at));
            work.await.map_err(|_| Error::Failed("the work on the image ended early".into()))??
        };
        if let Some(image) = store.image(&prepared.original.path).await? {
            return Ok(image);
        }
        let Prepared { original, variants, .. } = &prepared;
        // The original last: who sees it finds all of its versions.
        let puts = variants.iter().map(|file| self.storage.put(&file.path, &file.bytes, file.mime));
        try_join_all(puts).await?;
        self.storage.put(&original.path, &original.bytes, original.mime).await?;
        let image = known_as(&prepared, user_id, at);
        match store.add_image(&image).await {
            Ok(()) => Ok(image),
            // Somebody else has sent the same one meanwhile.
            Err(store::Error::Database(_)) if store.image(&image.path).await?.is_some() => {
                store.image(&image.path).await?.ok_or(Error::Missing)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn known_as(prepared: &Prepared, user_id: Option<String>, at: Millis) -> Image {
    let variant = |file: &prepare::File| Variant {
        path: file.path.clone(),
        mime: file.mime.to_owned(),
        width: file.width.into(),
        height: file.height.into(),
    };
    let original = &prepared.original;
    Image {
        id: new_id(),
        path: original.path.clone(),
        mime: original.mime.to_owned(),
        width: original.width.into(),
        height: original.height.into(),
        size_bytes: i64::try_from(original.bytes.len()).unwrap_or(i64::MAX),
        variants: prepared.variants.iter().map(variant).collect(),
        user_id,
        created_at: at,
    }
}
