//! Uploaded images.

use serde::{Deserialize, Serialize};

use super::Millis;

/// An image and its smaller versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// 24 hexadecimal digits.
    pub id: String,
    /// Where it is kept, below the image root: `2026/11/name-HASH.jpg`.
    pub path: String,
    /// Its media type.
    pub mime: String,
    /// Width in pixels.
    pub width: i64,
    /// Height in pixels.
    pub height: i64,
    /// Size of the original.
    pub size_bytes: i64,
    /// Smaller versions, smallest first.
    pub variants: Vec<Variant>,
    /// Who uploaded it.
    pub user_id: Option<String>,
    /// When.
    pub created_at: Millis,
}

/// A smaller version of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Where it is kept, below the image root.
    pub path: String,
    /// Its media type.
    pub mime: String,
    /// Width in pixels.
    pub width: i64,
    /// Height in pixels.
    pub height: i64,
}

/// The widths that images are made smaller to, in pixels: phones, phones of twice the density,
/// columns of text, desktops, large covers.
pub const WIDTHS: [u32; 5] = [320, 640, 960, 1280, 1920];

/// The path of an image, from which its size and its smaller versions can be told without asking
/// the database: `2026/11/name-0123abcd-1600x900.jpg`, `2026/11/name-0123abcd-1600x900-w640.webp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImagePath {
    stem: String,
    /// Width of the original in pixels.
    pub width: u32,
    /// Height of the original in pixels.
    pub height: u32,
}

impl ImagePath {
    /// The image of an address `/images/...` that this blog has given out.
    #[must_use]
    pub fn of_url(url: &str) -> Option<Self> {
        let path = url.strip_prefix("/images/")?;
        let (stem, _extension) = path.rsplit_once('.')?;
        let (_, size) = stem.rsplit_once('-')?;
        let (width, height) = size.split_once('x')?;
        let (width, height) = (width.parse().ok()?, height.parse().ok()?);
        Some(Self { stem: stem.to_owned(), width, height })
    }

    /// The widths of its smaller versions.
    pub fn widths(&self) -> impl Iterator<Item = u32> {
        let width = self.width;
        WIDTHS.into_iter().filter(move |smaller| *smaller < width)
    }

    /// The path of the version of that width.
    #[must_use]
    pub fn variant(&self, width: u32) -> String {
        format!("{}-w{width}.webp", self.stem)
    }

    /// The value of a `srcset` attribute; empty if there are no smaller versions.
    #[must_use]
    pub fn srcset(&self) -> String {
        let variants: Vec<_> = self
            .widths()
            .map(|width| format!("/images/{} {width}w", self.variant(width)))
            .collect();
        variants.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::ImagePath;

    #[test]
    fn an_address_tells_the_size_and_the_versions() {
        let path = ImagePath::of_url("/images/2026/11/cat-0123abcd-1000x500.jpg").unwrap();
        assert_eq!((path.width, path.height), (1000, 500));
        assert_eq!(
            path.srcset(),
            "/images/2026/11/cat-0123abcd-1000x500-w320.webp 320w, \
             /images/2026/11/cat-0123abcd-1000x500-w640.webp 640w, \
             /images/2026/11/cat-0123abcd-1000x500-w960.webp 960w"
        );
        assert_eq!(ImagePath::of_url("https://example.org/a.jpg"), None);
        assert_eq!(ImagePath::of_url("/images/a.jpg"), None);
    }
}
