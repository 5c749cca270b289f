//! What images are called where they are kept.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::Millis;
use crate::text;

/// The longest part of a path that comes from the file's own name.
const LONGEST_NAME: usize = 60;

/// `2026/11/name-HASH-1600x900`.
pub(super) fn stem(name: &str, hash: &str, at: Millis, width: u32, height: u32) -> String {
    let time = Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(TimeZone::UTC);
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut slug = text::slug(name);
    slug.truncate(LONGEST_NAME);
    let slug = slug.trim_end_matches('-');
    format!("{:04}/{:02}/{slug}-{hash}-{width}x{height}", time.year(), time.month())
}

/// Whether a path is one that this program may have given out: three plain parts, the last with a
/// known extension. Nothing else is ever looked for.
pub(super) fn is_own(path: &str) -> bool {
    let is_number = |part: &str, digits: usize| {
        part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut parts = path.split('/');
    let (Some(year), Some(month), Some(file), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Some((stem, extension)) = file.split_once('.') else { return false };
    is_number(year, 4)
        && is_number(month, 2)
        && !stem.is_empty()
        && file.len() <= 200
        && stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && mime(extension).is_some()
}

/// The media type of an extension.
pub(super) fn mime(extension: &str) -> Option<&'static str> {
    match extension {
        "jpg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        "webp" => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_only_letters_digits_and_hyphens() {
        for (name, slug) in [
            ("Ein Föto.JPG", "ein-foto"),
            ("../../etc/passwd.jpg", "passwd"),
            ("C:\\temp\\a b.png", "a-b"),
            ("<script>.png", "script"),
            ("", "untitled"),
            ("..", "untitled"),
        ] {
            let stem = stem(name, "0123", 0, 3, 2);
            assert_eq!(stem, format!("1970/01/{slug}-0123-3x2"), "{name}");
            assert!(is_own(&format!("{stem}.jpg")), "{stem}");
        }
    }

    #[test]
    fn no_other_path_is_ever_looked_for() {
        for path in [
            "",
            "../blog.db",
            "2026/11/../../blog.db",
            "2026/11/..",
            "2026/11/a.svg",
            "2026/11/a.html",
            "2026/11/a",
            "2026/11/.jpg",
            "2026/11/a.jpg/b.jpg",
            "/2026/11/a.jpg",
            "2026/11/a\\b.jpg",
            "2026/11/a%2f.jpg",
            "2026/11/A.jpg",
            "2026/11/a.b.jpg",
            "2026/1/a.jpg",
            "2026/11/a\0.jpg",
        ] {
            assert!(!is_own(path), "{path:?}");
        }
        assert!(is_own("2026/11/cat-0123abcd-1600x900-w640.webp"));
    }
}
