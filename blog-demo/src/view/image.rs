//! Images in pages.

use serde::Serialize;

use crate::model::ImagePath;

/// An image with its smaller versions, if it is one of the blog's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ImageView {
    /// Its address.
    pub(crate) src: String,
    /// `url 640w, url 1280w`; empty if it has no other versions.
    srcset: String,
    width: Option<u32>,
    height: Option<u32>,
    alt: String,
    caption: String,
}

impl ImageView {
    /// The image at an address; none if that is empty.
    pub(crate) fn new(url: &str, alt: &str, caption: &str) -> Option<Self> {
        if url.is_empty() {
            return None;
        }
        let own = ImagePath::of_url(url);
        Some(Self {
            src: url.to_owned(),
            srcset: own.as_ref().map(ImagePath::srcset).unwrap_or_default(),
            width: own.as_ref().map(|own| own.width),
            height: own.as_ref().map(|own| own.height),
            alt: alt.to_owned(),
            caption: caption.to_owned(),
        })
    }
}
