//! The blog's settings.

use serde::{Deserialize, Serialize};

/// What the owner sets. What is missing where it is kept has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The blog's name.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Its language, as BCP 47: `en`, `de-AT`.
    pub language: String,
    /// The colour of links and buttons: `#rrggbb`.
    pub accent_color: String,
    /// The address of a logo, or empty.
    pub logo: String,
    /// The address of a small square picture, or empty.
    pub icon: String,
    /// The address of a cover image, or empty.
    pub cover_image: String,
    /// Links at the top.
    pub navigation: Vec<Link>,
    /// Links at the bottom.
    pub secondary_navigation: Vec<Link>,
    /// Posts on each page of a list, 1 to 100.
    pub posts_per_page: u32,
    /// The title for search engines, or empty.
    pub meta_title: String,
    /// The description for search engines, or empty.
    pub meta_description: String,
    /// The blog's account on X, `@name`, or empty.
    pub twitter: String,
    /// The time zone for dates, as in the IANA database.
    pub timezone: String,
}

/// A link of the navigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads: a path of the blog, or `https://`.
    pub url: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            title: "A new blog".to_owned(),
            description: "Thoughts, stories and ideas".to_owned(),
            language: "en".to_owned(),
            accent_color: "#0b6e4f".to_owned(),
            logo: String::new(),
            icon: String::new(),
            cover_image: String::new(),
            navigation: vec![
                Link { label: "Home".to_owned(), url: "/".to_owned() },
                Link { label: "Archive".to_owned(), url: "/archive/".to_owned() },
            ],
            secondary_navigation: Vec::new(),
            posts_per_page: 10,
            meta_title: String::new(),
            meta_description: String::new(),
            twitter: String::new(),
            timezone: "UTC".to_owned(),
        }
    }
}
