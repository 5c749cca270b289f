//! What search engines and other sites are told of a page.

use minijinja::Value;
use serde::Serialize;
use serde_json::json;

use crate::model::{Kind, Millis, Post, Settings};
use crate::web::Origin;

/// Titles, addresses and dates for `<head>`: Open Graph, Twitter cards, JSON-LD.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Meta {
    title: String,
    /// For links elsewhere, which show the site's name beside it.
    shared_title: String,
    description: String,
    canonical: String,
    /// `website` or `article`.
    kind: &'static str,
    image: String,
    image_alt: String,
    published_at: Option<Millis>,
    modified_at: Option<Millis>,
    /// JSON that can stand in a script element: it has no `<`.
    json_ld: Value,
    is_hidden: bool,
}

impl Meta {
    /// Of a list or another page that is no post.
    pub(crate) fn of_page(origin: &Origin, settings: &Settings, path: &str, title: &str) -> Self {
        let or = |first: &str, second: &str| {
            if first.is_empty() { second.to_owned() } else { first.to_owned() }
        };
        let (title, shared_title) = match title {
            "" => {
                let title = or(&settings.meta_title, &settings.title);
                (title.clone(), title)
            }
            title => (format!("{title} – {}", settings.title), title.to_owned()),
        };
        let canonical = format!("{}{path}", origin.0);
        let description = or(&settings.meta_description, &settings.description);
        let json_ld = json!({
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": settings.title,
            "url": format!("{}/", origin.0),
            "description": description,
        });
        Self {
            title,
            shared_title,
            description,
            canonical,
            kind: "website",
            image: absolute(origin, &settings.cover_image),
            json_ld: script_safe(&json_ld),
            ..Self::default()
        }
    }

    /// Of a post or page.
    pub(crate) fn of_post(origin: &Origin, settings: &Settings, post: &Post) -> Self {
        let own = format!("{}{}", origin.0, post.path());
        let or = |first: &str, second: &str| {
            if first.is_empty() { second.to_owned() } else { first.to_owned() }
        };
        let description = or(&post.meta_description, post.summary());
        let image = absolute(origin, &or(&post.cover_image, &settings.cover_image));
        let authors: Vec<_> = post
            .authors
            .iter()
            .map(|author| {
                json!({
                    "@type": "Person",
                    "name": author.name,
                    "url": format!("{}/author/{}/", origin.0, author.slug),
                })
            })
            .collect();
        let json_ld = json!({
            "@context": "https://schema.org",
            "@type": if post.kind == Kind::Post { "BlogPosting" } else { "WebPage" },
            "headline": post.title,
            "description": description,
            "url": own,
            "mainEntityOfPage": own,
            "image": image,
            "datePublished": post.published_at.map(rfc3339),
            "dateModified": rfc3339(post.updated_at),
            "author": authors,
            "publisher": {"@type": "Organization", "name": settings.title},
            "keywords": post.tags.iter().filter(|tag| !tag.is_internal)
                .map(|tag| tag.name.as_str()).collect::<Vec<_>>().join(", "),
        });
        Self {
            title: or(&post.meta_title, &format!("{} – {}", post.title, settings.title)),
            shared_title: or(&post.meta_title, &post.title),
            description,
            canonical: or(&post.canonical_url, &own),
            kind: if post.kind == Kind::Post { "article" } else { "website" },
            image,
            image_alt: post.cover_alt.clone(),
            published_at: post.published_at,
            modified_at: Some(post.updated_at),
            json_ld: script_safe(&json_ld),
            is_hidden: false,
        }
    }

    /// Not for search engines: results of a search, previews, errors.
    pub(crate) fn hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }
}

/// The whole address of something of the blog's own.
fn absolute(origin: &Origin, url: &str) -> String {
    if url.starts_with('/') { format!("{}{url}", origin.0) } else { url.to_owned() }
}

fn rfc3339(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).map(|time| time.to_string()).unwrap_or_default()
}

/// No text of an author can end the script element.
fn script_safe(json: &serde_json::Value) -> Value {
    let text =
        json.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    Value::from_safe_string(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_leave_the_script_element() {
        let safe = script_safe(&json!({"a": "</script><script>alert(1)</script>"})).to_string();
        assert!(!safe.contains('<'), "{safe}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).unwrap()["a"],
            "</script><script>alert(1)</script>"
        );
    }
}
