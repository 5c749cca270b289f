//! Images of Ghost's `content` folder.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use axum::body::Bytes;

use crate::media::{Media, NewImage};
use crate::store::Store;

/// What Ghost writes in its exports in place of the blog's address.
const PLACEHOLDER: &str = "__GHOST_URL__";
/// Where images are, below that.
const IMAGES: &str = "/content/images/";

/// Where a Ghost blog's images are: its `content` folder, its address, or neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pictures {
    /// The folder `content` of the Ghost blog: its images are taken over.
    pub content: Option<PathBuf>,
    /// The address of the Ghost blog: what is not taken over is linked to there.
    pub url: Option<String>,
}

/// Takes images over, each once.
#[derive(Debug)]
pub(super) struct Mover<'a> {
    store: &'a Store,
    media: &'a Media,
    from: &'a Pictures,
    moved: HashMap<String, String>,
    /// Addresses that stay Ghost's.
    pub(super) left: Vec<String>,
}

impl<'a> Mover<'a> {
    pub(super) fn new(store: &'a Store, media: &'a Media, from: &'a Pictures) -> Self {
        Self { store, media, from, moved: HashMap::new(), left: Vec::new() }
    }

    /// How many were taken over.
    pub(super) fn count(&self) -> usize {
        self.moved.len()
    }

    /// A text whose addresses of Ghost's are the blog's own, and whose images were taken over.
    pub(super) async fn text(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let marker = format!("{PLACEHOLDER}{IMAGES}");
        while let Some(at) = rest.find(&marker) {
            let (before, found) = rest.split_at(at);
            out.push_str(before);
            let path = found.get(marker.len()..).unwrap_or_default();
            let end = path.find(|c: char| c.is_whitespace() || "\"'()<>?#,\\".contains(c));
            let (path, after) = path.split_at(end.unwrap_or(path.len()));
            out.push_str(&self.image(path).await);
            rest = after;
        }
        out.push_str(rest);
        // Links between posts: they have the same addresses here.
        out.replace(PLACEHOLDER, "")
    }

    /// The new address of an image, by its path below Ghost's folder of images.
    async fn image(&mut self, path: &str) -> String {
        if let Some(url) = self.moved.get(path) {
            return url.clone();
        }
        match self.take(path).await {
            Ok(url) => {
                self.moved.insert(path.to_owned(), url.clone());
                url
            }
            Err(reason) => {
                let note = format!("{IMAGES}{path}: {reason}");
                if !self.left.contains(&note) {
                    self.left.push(note);
                }
                let base = self.from.url.as_deref().unwrap_or_default().trim_end_matches('/');
                format!("{base}{IMAGES}{path}")
            }
        }
    }

    async fn take(&self, path: &str) -> Result<String, String> {
        let content = self.from.content.as_ref().ok_or("no content folder was given")?;
        let is_plain =
            Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !is_plain {
            return Err("its path is no plain one".to_owned());
        }
        let file = content.join("images").join(path);
        let bytes = std::fs::read(&file).map_err(|error| error.to_string())?;
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let new = NewImage { bytes: Bytes::from(bytes), name, user_id: None, at: month(path) };
        let image = self.media.add(self.store, new).await.map_err(|error| error.to_string())?;
        Ok(format!("/images/{}", image.path))
    }
}

/// The month that Ghost's path begins with: `2026/01/a.jpg`.
fn month(path: &str) -> Option<i64> {
    let mut parts = path.trim_start_matches("size/").split('/');
    let (year, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let day = jiff::civil::Date::new(year, month, 1).ok()?;
    Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}
