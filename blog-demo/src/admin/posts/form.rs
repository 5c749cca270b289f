//! The editor's form.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::admin::fields::{Fields, at_most};
use crate::admin::{Error, Page};
use crate::auth::Action;
use crate::model::{Draft, Format, Kind, Millis, Post};
use crate::store::{self, When};

/// What the editor sent.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// The version that the author began with.
    pub(super) version: i64,
    pub(super) draft: Draft,
    /// The date of publication as it was entered, in the site's time zone; empty: none.
    pub(super) publish_at: String,
    /// Which button was pressed.
    action: String,
}

impl Form {
    /// From the fields, of a post that is there or of a new one. Whatever was sent can be shown
    /// again; [`check`](Self::check) says whether it can be saved.
    pub(super) fn read(page: &Page, fields: &Fields, before: Option<&Post>) -> Self {
        let kind = before.map_or_else(|| kind_of(fields), |post| post.kind);
        let format = Format::from_name(fields.raw("format")).unwrap_or_default();
        Self {
            version: fields.number("version"),
            draft: Draft {
                kind,
                slug: fields.line("slug"),
                title: fields.line("title"),
                // Ghost's own formats are edited as HTML.
                format: if format == Format::Markdown { format } else { Format::Html },
                source: fields.raw("source").to_owned(),
                custom_excerpt: fields.raw("custom_excerpt").trim().to_owned(),
                cover_image: fields.line("cover_image"),
                cover_alt: fields.line("cover_alt"),
                cover_caption: fields.line("cover_caption"),
                is_featured: fields.is_checked("is_featured"),
                meta_title: fields.line("meta_title"),
                meta_description: fields.line("meta_description"),
                canonical_url: fields.line("canonical_url"),
                authors: authors(page, fields, before),
                tags: tags(&fields.line("tags")),
            },
            publish_at: fields.line("publish_at"),
            action: fields.line("action"),
        }
    }

    /// That the fields can be saved; when readers are to get the post, if that is to change.
    ///
    /// # Errors
    /// [`store::Error::Invalid`] with what is wrong.
    pub(super) fn check(&self, page: &Page, before: Option<&Post>) -> store::Result<Option<When>> {
        let draft = &self.draft;
        at_most(300, "the excerpt", &draft.custom_excerpt)?;
        at_most(300, "the description of the cover image", &draft.cover_alt)?;
        at_most(500, "the caption of the cover image", &draft.cover_caption)?;
        at_most(300, "the title for search engines", &draft.meta_title)?;
        at_most(500, "the description for search engines", &draft.meta_description)?;
        for (what, url) in [
            ("the cover image", &draft.cover_image),
            ("the preferred address", &draft.canonical_url),
        ] {
            at_most(2000, what, url)?;
            if !url.is_empty() && !is_url(url) {
                let why = format!("{what} has to be a path of the blog or begin with https://");
                return Err(store::Error::Invalid(why));
            }
        }
        self.when(page, before)
    }

    fn when(&self, page: &Page, before: Option<&Post>) -> store::Result<Option<When>> {
        let entered = match self.publish_at.as_str() {
            "" => None,
            text => Some(time_of(text, &page.settings.timezone).ok_or_else(|| {
                store::Error::Invalid("the date of publication is no date and time".to_owned())
            })?),
        };
        let is_public = before.is_some_and(|post| post.published_at.is_some() && !is_draft(post));
        Ok(match (self.action.as_str(), entered) {
            ("unpublish", _) => Some(When::Never),
            ("publish-now", _) | ("publish", None) => Some(When::Now),
            ("publish", Some(at)) => Some(When::At(at)),
            // The date of a post that is public or scheduled can be changed, to the minute.
            (_, Some(at))
                if is_public && before.and_then(minute) != Some(at.div_euclid(60_000)) =>
            {
                Some(When::At(at))
            }
            _ => None,
        })
    }
}

fn is_draft(post: &Post) -> bool {
    post.status == crate::model::Status::Draft
}

fn minute(post: &Post) -> Option<Millis> {
    post.published_at.map(|at| at.div_euclid(60_000))
}

pub(super) fn kind_of(fields: &Fields) -> Kind {
    Kind::from_name(fields.raw("kind")).unwrap_or_default()
}

/// Editors say who a post is by; of an author it stays whose it is.
fn authors(page: &Page, fields: &Fields, before: Option<&Post>) -> Vec<String> {
    if page.user.may(Action::EditAll) && fields.is_checked("has_authors") {
        return fields.lines("authors").into_iter().filter(|id| !id.is_empty()).collect();
    }
    match before {
        Some(post) => post.authors.iter().map(|author| author.id.clone()).collect(),
        None => vec![page.user.id.clone()],
    }
}

/// Names with commas between.
fn tags(text: &str) -> Vec<String> {
    text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect()
}

fn is_url(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let is_local = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    is_local || lower.starts_with("https://") || lower.starts_with("http://")
}

/// A date and time as browsers send it, in a time zone. Where clocks are set forward or back, it is
/// the time that the clock would have shown before.
fn time_of(text: &str, zone: &str) -> Option<Millis> {
    let time: DateTime = text.parse().ok()?;
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = zone.to_ambiguous_zoned(time).compatible().ok()?;
    Some(at.timestamp().as_millisecond())
}

/// The same as a browser shows it.
pub(super) fn entered(at: Option<Millis>, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.and_then(|at| Timestamp::from_millisecond(at).ok())
        .map(|time| time.to_zoned(zone).strftime("%Y-%m-%dT%H:%M").to_string())
        .unwrap_or_default()
}

/// The editor again, with what is wrong.
pub(super) fn invalid(error: store::Error) -> Result<String, Error> {
    match error {
        store::Error::Invalid(why) => Ok(crate::admin::error::sentence(&why)),
        store::Error::Missing("author") => Ok("An author is no user any more.".to_owned()),
        error => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_sites_time_zone() {
        let new_year = 1_767_225_600_000; // 2026-01-01T00:00:00Z
        assert_eq!(time_of("2026-01-01T00:00", "UTC"), Some(new_year));
        assert_eq!(time_of("2025-12-31T19:00", "America/New_York"), Some(new_year));
        assert_eq!(entered(Some(new_year), "America/New_York"), "2025-12-31T19:00");
        // The hour that is left out in spring.
        assert_eq!(
            time_of("2026-03-29T02:30", "Europe/Berlin"),
            time_of("2026-03-29T03:30", "Europe/Berlin")
        );
        for none in ["tomorrow", "2026-13-01T00:00", "99999999-01-01T00:00"] {
            assert_eq!(time_of(none, "UTC"), None, "{none}");
        }
    }

    #[test]
    fn tags_have_commas_between() {
        assert_eq!(tags(" Rust,, web apps , #hidden,"), ["Rust", "web apps", "#hidden"]);
    }
}
