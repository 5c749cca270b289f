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
            accent_url: accent_url(settings),
        }
    }
}

/// The style sheet with the blog's colour; anything but a colour is the default's.
pub(crate) fn accent_url(settings: &Settings) -> String {
    let colour = &settings.accent_color;
    let is_colour = colour.len() == 7
        && colour.starts_with('#')
        && colour.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit());
    let digits = if is_colour { colour.trim_start_matches('#') } else { "0b6e4f" };
    format!("/accent/{}.css", digits.to_lowercase())
}
