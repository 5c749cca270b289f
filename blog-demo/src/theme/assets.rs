//! Style sheets, scripts and pictures of a theme.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use data_encoding::HEXLOWER;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "theme/assets"]
struct Embedded;

/// The embedded assets' names with and without the hash.
static HASHED: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let hashed = |name: Cow<'static, str>| {
        let content = Embedded::get(&name)?;
        Some((hashed_name(&name, &content.metadata.sha256_hash()), name.into_owned()))
    };
    Embedded::iter().filter_map(hashed).collect()
});

/// An asset as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its content.
    pub content: Cow<'static, [u8]>,
    /// Its media type.
    pub mime: &'static str,
}

#[derive(Clone, Debug)]
pub(super) struct Assets {
    directory: Option<Arc<PathBuf>>,
}

impl Assets {
    pub(super) fn new(directory: Option<PathBuf>) -> Self {
        Self { directory: directory.map(|directory| Arc::new(directory.join("assets"))) }
    }

    /// The address of an asset by its plain name: it changes with the content, so that browsers may
    /// keep it for ever.
    pub(super) fn url(&self, name: &str) -> Option<String> {
        let hashed = match self.own(name) {
            Some(content) => hashed_name(name, &Sha256::digest(&content)),
            None => HASHED.iter().find(|(_, plain)| plain == name)?.0.clone(),
        };
        Some(format!("/assets/{hashed}"))
    }

    pub(super) fn by_hashed_name(&self, hashed: &str) -> Option<Asset> {
        let plain = plain_name(hashed)?;
        let mime = mime(&plain);
        if let Some(content) = self.own(&plain) {
            return Some(Asset { content: content.into(), mime });
        }
        let (_, name) = HASHED.iter().find(|(name, _)| name == hashed)?;
        Some(Asset { content: Embedded::get(name)?.data, mime })
    }

    /// A file of the directory; names with anything but one plain file name have none.
    fn own(&self, name: &str) -> Option<Vec<u8>> {
        let directory = self.directory.as_ref()?;
        let is_plain = !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !is_plain {
            return None;
        }
        std::fs::read(directory.join(name)).ok()
    }
}

/// `style.css` becomes `style.0123456789abcdef.css`.
fn hashed_name(name: &str, hash: &[u8]) -> String {
    let digits = HEXLOWER.encode(hash.get(..8).unwrap_or(hash));
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{digits}.{extension}"),
        None => format!("{name}.{digits}"),
    }
}

fn plain_name(hashed: &str) -> Option<String> {
    let (rest, extension) = hashed.rsplit_once('.')?;
    let (stem, digits) = rest.rsplit_once('.')?;
    let is_hash = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| format!("{stem}.{extension}"))
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_put_before_the_extension_and_found_there() {
        let hashed = hashed_name("style.css", &[0xab; 32]);
        assert_eq!(hashed, "style.abababababababab.css");
        assert_eq!(plain_name(&hashed).as_deref(), Some("style.css"));
        assert_eq!(plain_name("style.css"), None);
    }

    #[test]
    fn no_name_leads_out_of_the_directory() {
        let assets = Assets::new(Some("/".into()));
        for name in ["../etc/passwd", "..", ".hidden", "a/b", "etc%2fpasswd", "a\\b", ""] {
            assert_eq!(assets.own(name), None, "{name}");
        }
    }

    #[test]
    fn an_embedded_asset_is_found_by_the_address_that_pages_have() {
        let assets = Assets::new(None);
        let url = assets.url("reader.css").unwrap();
        let asset = assets.by_hashed_name(url.strip_prefix("/assets/").unwrap()).unwrap();
        assert_eq!(asset.mime, "text/css; charset=utf-8");
        assert_eq!(assets.by_hashed_name("reader.0000000000000000.css"), None);
    }
}
