//! What templates see.

mod image;
mod meta;
mod post;

pub(crate) use image::ImageView;
pub(crate) use meta::Meta;
pub(crate) use post::PostView;

use serde::Serialize;

use crate::model::{Link, Settings};

/// The site on every page.
#[derive(Debug, Serialize)]
pub(crate) struct SiteView<'a> {
    title: &'a str,
    description: &'a str,
    language: &'a str,
    timezone: &'a str,
    logo: &'a str,
    icon: &'a str,
    cover: Option<ImageView>,
    twitter: &'a str,
    navigation: &'a [Link],
    secondary_navigation: &'a [Link],
    /// The style sheet with the blog's colour: a policy that forbids inline styles stays whole.
    accent_url: String,
}

impl<'a> SiteView<'a> {
    pub(crate) fn new(settings: &'a Settings) -> Self {
        let is_colour = |colour: &str| {
            colour.len() == 7
                && colour.starts_with('#')
                && colour.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit())
        };
        let colour =
            if is_colour(&settings.accent_color) { &settings.accent_color } else { "#0b6e4f" };
        Self {
            title: &settings.title,
            description: &settings.description,
            language: &settings.language,
            timezone: &settings.timezone,
            logo: &settings.logo,
            icon: &settings.icon,
            cover: ImageView::new(&settings.cover_image, "", ""),
            twitter: &settings.twitter,
            navigation: &settings.navigation,
            secondary_navigation: &settings.secondary_navigation,
            accent_url: format!("/accent/{}.css", colour.trim_start_matches('#').to_lowercase()),
        }
    }
}
