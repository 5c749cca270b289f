//! The readable part of an address.

/// The longest slug, as in Ghost, and short enough for an index of every database.
const LONGEST: usize = 185;

/// Makes a slug: lower-case ASCII letters and digits with single hyphens between.
///
/// Other scripts are transliterated. Text without a letter or digit becomes `untitled`.
///
/// ```
/// assert_eq!(blog_demo::text::slug("Über  Größe & Æsthetik!"), "uber-grosse-and-aesthetik");
/// assert_eq!(blog_demo::text::slug("???"), "untitled");
/// ```
#[must_use]
pub fn slug(text: &str) -> String {
    let ascii =
        deunicode::deunicode_with_tofu(&text.replace(['\'', '’'], "").replace('&', " and "), " ");
    let mut slug = String::with_capacity(ascii.len());
    for letter in ascii.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= LONGEST {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "untitled".to_owned() } else { slug.to_owned() }
}
