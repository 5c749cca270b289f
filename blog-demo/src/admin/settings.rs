//! The blog's settings.

use axum::http::StatusCode;
use jiff::tz::TimeZone;
use minijinja::context;

use super::error::sentence;
use super::fields::at_most;
use super::{Answer, Fields, Page, see};
use crate::auth::Action;
use crate::model::{Link, Settings};
use crate::store;
use crate::theme::view;

/// The most links of a navigation.
const MOST_LINKS: usize = 50;

pub(super) async fn form(page: Page) -> Answer {
    page.require(Action::EditSettings)?;
    shown(&page, StatusCode::OK, &page.settings, "").await
}

pub(super) async fn save(page: Page, fields: Fields) -> Answer {
    page.require(Action::EditSettings)?;
    let settings = read(&fields);
    let saved = match check(&settings, &fields) {
        Ok(()) => page.store().set_settings(&settings).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(see("/admin/settings?done=saved")),
        Err(store::Error::Invalid(why)) => {
            shown(&page, StatusCode::UNPROCESSABLE_ENTITY, &settings, &sentence(&why)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn read(fields: &Fields) -> Settings {
    Settings {
        title: fields.line("title"),
        description: fields.line("description"),
        language: fields.line("language"),
        accent_color: fields.line("accent_color"),
        logo: fields.line("logo"),
        icon: fields.line("icon"),
        cover_image: fields.line("cover_image"),
        navigation: links(fields, "navigation"),
        secondary_navigation: links(fields, "secondary"),
        posts_per_page: u32::try_from(fields.number("posts_per_page")).unwrap_or(0),
        meta_title: fields.line("meta_title"),
        meta_description: fields.line("meta_description"),
        twitter: fields.line("twitter"),
        timezone: fields.line("timezone"),
    }
}

/// Rows of a label and an address; empty ones are left out.
fn links(fields: &Fields, name: &str) -> Vec<Link> {
    let labels = fields.lines(&format!("{name}_label"));
    let urls = fields.lines(&format!("{name}_url"));
    let rows = labels.into_iter().zip(urls).map(|(label, url)| Link { label, url });
    rows.filter(|link| !link.label.is_empty() || !link.url.is_empty()).take(MOST_LINKS).collect()
}

fn check(settings: &Settings, fields: &Fields) -> store::Result<()> {
    let invalid = |why: &str| Err(store::Error::Invalid(why.to_owned()));
    if settings.title.is_empty() {
        return invalid("a blog needs a title");
    }
    at_most(150, "the title", &settings.title)?;
    at_most(500, "the description", &settings.description)?;
    at_most(300, "the title for search engines", &settings.meta_title)?;
    at_most(500, "the description for search engines", &settings.meta_description)?;
    for url in [&settings.logo, &settings.icon, &settings.cover_image] {
        at_most(2000, "the address of an image", url)?;
    }
    at_most(50, "the account", &settings.twitter)?;
    if !is_language(&settings.language) {
        return invalid("the language has to be a tag such as en or de-AT");
    }
    if TimeZone::get(&settings.timezone).is_err() {
        return invalid("there is no such time zone: it has to be one such as Europe/Vienna");
    }
    if !(1..=100).contains(&fields.number("posts_per_page")) {
        return invalid("there can be 1 to 100 posts on a page");
    }
    check_links(settings)
}

fn check_links(settings: &Settings) -> store::Result<()> {
    for link in settings.navigation.iter().chain(&settings.secondary_navigation) {
        at_most(100, "the text of a link", &link.label)?;
        at_most(2000, "the address of a link", &link.url)?;
        if link.label.is_empty() || crate::theme::http_url(&link.url) != link.url {
            let why = format!(
                "the link '{}' needs a text and an address: a path of the blog or https://",
                if link.label.is_empty() { &link.url } else { &link.label }
            );
            return Err(store::Error::Invalid(why));
        }
    }
    Ok(())
}

/// Whether it has the form of BCP 47: parts of letters and digits with hyphens between.
fn is_language(tag: &str) -> bool {
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    tag.len() <= 35
        && tag.split('-').all(is_part)
        && tag.split('-').next().is_some_and(|first| {
            first.len() >= 2 && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
}

async fn shown(page: &Page, status: StatusCode, settings: &Settings, problem: &str) -> Answer {
    let zones: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
    let context = context! { settings => view(settings), zones, problem };
    page.render_with_pictures(status, "settings", "admin/settings.html", context).await
}

#[cfg(test)]
mod tests {
    use super::is_language;

    #[test]
    fn a_language_is_a_tag() {
        for good in ["en", "de-AT", "zh-Hant-TW", "sr-Latn-RS"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "e", "en_US", "en-", "\"><script>", "12", "en-waytoolongpart"] {
            assert!(!is_language(bad), "{bad}");
        }
    }
}
