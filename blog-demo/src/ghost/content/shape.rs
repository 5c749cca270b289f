//! JSON as Ghost 6 has it.

use serde_json::{Map, Value, json};

use super::query::Query;
use crate::model::{Kind, Link, Millis, Post, Settings};
use crate::store::{CountedAuthor, CountedTag};
use crate::text;
use crate::web::Origin;

/// Makes JSON of what was read.
#[derive(Debug)]
pub(super) struct Shapes<'a> {
    origin: &'a str,
    query: &'a Query,
    /// Those that posts may have, if they are asked for.
    pub(super) tags: Vec<CountedTag>,
    pub(super) authors: Vec<CountedAuthor>,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(origin: &'a Origin, query: &'a Query) -> Self {
        Self { origin: &origin.0, query, tags: Vec::new(), authors: Vec::new() }
    }

    pub(super) fn post(&self, post: &Post) -> Value {
        let mut out = self.object(json!({
            "id": post.id,
            "uuid": post.uuid,
            "title": post.title,
            "slug": post.slug,
            "comment_id": post.id,
            "feature_image": self.image(&post.cover_image),
            "feature_image_alt": filled(&post.cover_alt),
            "feature_image_caption": filled(&escaped(&post.cover_caption)),
            "featured": post.is_featured,
            "visibility": "public",
            "created_at": time(post.created_at),
            "updated_at": time(post.updated_at),
            "published_at": post.published_at.map(time),
            "custom_excerpt": filled(&post.custom_excerpt),
            "codeinjection_head": null,
            "codeinjection_foot": null,
            "custom_template": null,
            "canonical_url": filled(&post.canonical_url),
            "url": format!("{}{}", self.origin, post.path()),
            "excerpt": post.summary(),
            "reading_time": post.reading_minutes,
            "access": true,
            "comments": false,
            "og_image": null,
            "og_title": null,
            "og_description": null,
            "twitter_image": null,
            "twitter_title": null,
            "twitter_description": null,
            "meta_title": filled(&post.meta_title),
            "meta_description": filled(&post.meta_description),
            "email_subject": null,
            "frontmatter": null,
        }));
        if post.kind == Kind::Page {
            out.insert("show_title_and_feature_image".to_owned(), json!(true));
        }
        self.add_text(post, &mut out);
        self.add_related(post, &mut out);
        Value::Object(out)
    }

    /// The text, in the formats that are asked for: HTML unless some are named.
    fn add_text(&self, post: &Post, out: &mut Map<String, Value>) {
        let has = |format: &str| self.query.formats.iter().any(|named| named == format);
        let wants = |format: &str| self.query.fields.iter().any(|field| field == format);
        if has("html") || wants("html") || self.query.formats.is_empty() && self.query.wants("html")
        {
            let html = post
                .html
                .replace("=\"/images/", &format!("=\"{}/images/", self.origin))
                .replace("=\"/", &format!("=\"{}/", self.origin))
                .replace(&format!("=\"{}//", self.origin), "=\"//");
            out.insert("html".to_owned(), json!(html));
        }
        if has("plaintext") || wants("plaintext") {
            out.insert("plaintext".to_owned(), json!(text::plain(&post.html)));
        }
    }

    fn add_related(&self, post: &Post, out: &mut Map<String, Value>) {
        if self.query.includes("tags") {
            let of = |id: &str| self.tags.iter().find(|counted| counted.tag.id == id);
            let tags: Vec<_> = post
                .tags
                .iter()
                .filter_map(|tag| of(&tag.id))
                .map(|tag| self.whole_tag(tag))
                .collect();
            out.insert("primary_tag".to_owned(), tags.first().cloned().unwrap_or_default());
            out.insert("tags".to_owned(), tags.into());
        }
        if self.query.includes("authors") || self.query.includes("author") {
            let of = |id: &str| self.authors.iter().find(|counted| counted.user.id == id);
            let authors: Vec<_> = post
                .authors
                .iter()
                .filter_map(|author| of(&author.id))
                .map(|author| self.whole_author(author))
                .collect();
            out.insert("primary_author".to_owned(), authors.first().cloned().unwrap_or_default());
            out.insert("authors".to_owned(), authors.into());
        }
    }

    pub(super) fn tag(&self, counted: &CountedTag) -> Value {
        let mut out = self.object(self.whole_tag(counted));
        self.add_count(counted.posts, &mut out);
        Value::Object(out)
    }

    pub(super) fn author(&self, counted: &CountedAuthor) -> Value {
        let mut out = self.object(self.whole_author(counted));
        self.add_count(counted.posts, &mut out);
        Value::Object(out)
    }

    fn add_count(&self, posts: i64, out: &mut Map<String, Value>) {
        if self.query.includes("count.posts") {
            out.insert("count".to_owned(), json!({ "posts": posts }));
        }
    }

    fn whole_tag(&self, counted: &CountedTag) -> Value {
        let tag = &counted.tag;
        json!({
            "id": tag.id,
            "name": tag.name,
            "slug": tag.slug,
            "description": filled(&tag.description),
            "feature_image": self.image(&tag.image),
            "visibility": if tag.is_internal { "internal" } else { "public" },
            "og_image": null,
            "og_title": null,
            "og_description": null,
            "twitter_image": null,
            "twitter_title": null,
            "twitter_description": null,
            "meta_title": filled(&tag.meta_title),
            "meta_description": filled(&tag.meta_description),
            "codeinjection_head": null,
            "codeinjection_foot": null,
            "canonical_url": null,
            "accent_color": null,
            "url": format!("{}/tag/{}/", self.origin, tag.slug),
        })
    }

    /// What readers may know of an author: no e-mail address.
    fn whole_author(&self, counted: &CountedAuthor) -> Value {
        let user = &counted.user;
        json!({
            "id": user.id,
            "name": user.name,
            "slug": user.slug,
            "profile_image": self.image(&user.image),
            "cover_image": null,
            "bio": filled(&user.bio),
            "website": filled(&user.website),
            "location": filled(&user.location),
            "facebook": null,
            "twitter": null,
            "meta_title": null,
            "meta_description": null,
            "url": format!("{}/author/{}/", self.origin, user.slug),
        })
    }

    /// The fields that are asked for.
    fn object(&self, value: Value) -> Map<String, Value> {
        let Value::Object(mut object) = value else { return Map::new() };
        object.retain(|field, _| self.query.wants(field));
        object
    }

    fn image(&self, url: &str) -> Option<String> {
        absolute(self.origin, url)
    }
}

pub(super) fn settings(settings: &Settings, origin: &Origin) -> Value {
    let origin = origin.0.as_str();
    let links = |links: &[Link]| -> Vec<Value> {
        links.iter().map(|link| json!({"label": link.label, "url": link.url})).collect()
    };
    json!({
        "settings": {
            "title": settings.title,
            "description": settings.description,
            "logo": absolute(origin, &settings.logo),
            "icon": absolute(origin, &settings.icon),
            "accent_color": settings.accent_color,
            "cover_image": absolute(origin, &settings.cover_image),
            "facebook": null,
            "twitter": filled(&settings.twitter),
            "lang": settings.language,
            "locale": settings.language,
            "timezone": settings.timezone,
            "codeinjection_head": null,
            "codeinjection_foot": null,
            "navigation": links(&settings.navigation),
            "secondary_navigation": links(&settings.secondary_navigation),
            "meta_title": filled(&settings.meta_title),
            "meta_description": filled(&settings.meta_description),
            "og_image": null,
            "og_title": null,
            "og_description": null,
            "twitter_image": null,
            "twitter_title": null,
            "twitter_description": null,
            "members_support_address": null,
            "members_enabled": false,
            "url": format!("{origin}/"),
        },
        "meta": {},
    })
}

fn absolute(origin: &str, url: &str) -> Option<String> {
    match url {
        "" => None,
        own if own.starts_with('/') => Some(format!("{origin}{own}")),
        other => Some(other.to_owned()),
    }
}

/// What is empty here is null in Ghost.
fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// `2026-01-31T12:00:00.000+00:00`.
fn time(at: Millis) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(at).ok()?;
    Some(format!("{time:.3}").replace('Z', "+00:00"))
}
