//! The editor.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use minijinja::context;
use serde::{Deserialize, Serialize};

use super::form::{Form, entered};
use super::{Answer, Error, Page, draft_of, editable, section};
use crate::auth::Action;
use crate::model::{Draft, Format, Kind, Millis, Post, Status, now};
use crate::text;
use crate::theme::view;

#[derive(Deserialize)]
pub(super) struct Wished {
    #[serde(default)]
    kind: String,
}

pub(super) async fn new(page: Page, Query(wished): Query<Wished>) -> Answer {
    let kind = Kind::from_name(&wished.kind).unwrap_or_default();
    page.require(Action::Create(kind))?;
    let draft = Draft { kind, authors: vec![page.user.id.clone()], ..Draft::default() };
    Editor::new(None, draft, String::new()).show(&page, StatusCode::OK).await
}

#[derive(Deserialize)]
pub(super) struct Restored {
    /// A former text to begin with.
    revision: Option<String>,
}

pub(super) async fn edit(
    page: Page,
    Path(id): Path<String>,
    Query(restored): Query<Restored>,
) -> Answer {
    let post = editable(&page, &id).await?;
    let mut draft = draft_of(&post);
    let mut is_restored = false;
    if let Some(revision) = &restored.revision {
        let former = page.store().revision_of(&id, revision).await?.ok_or(Error::NotFound)?;
        // Ghost's own formats have no HTML here; what is shown is what was kept.
        let format =
            if former.format == Format::Markdown { Format::Markdown } else { Format::Html };
        draft = Draft { title: former.title, source: former.source, format, ..draft };
        is_restored = true;
    }
    let publish_at = entered(post.published_at, &page.settings.timezone);
    let mut editor = Editor::new(Some(&post), draft, publish_at);
    editor.is_restored = is_restored;
    editor.show(&page, StatusCode::OK).await
}

/// What the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Editor {
    /// Empty: a new one.
    id: String,
    version: i64,
    kind: &'static str,
    status: &'static str,
    format: &'static str,
    title: String,
    source: String,
    slug: String,
    /// What the slug is made from, if it is not set.
    slug_hint: String,
    custom_excerpt: String,
    cover_image: String,
    cover_alt: String,
    cover_caption: String,
    is_featured: bool,
    meta_title: String,
    meta_description: String,
    canonical_url: String,
    tags: String,
    authors: Vec<String>,
    publish_at: String,
    /// Where readers find it, if they do.
    path: String,
    updated_at: Millis,
    is_restored: bool,
    problem: String,
}

impl Editor {
    pub(super) fn new(before: Option<&Post>, draft: Draft, publish_at: String) -> Self {
        let made = text::slug(&draft.title);
        // Until a post is public its address follows its title, unless somebody has set it.
        let is_free = before.is_none_or(|post| post.published_at.is_none());
        let follows = is_free && draft.slug == made;
        Self {
            id: before.map(|post| post.id.clone()).unwrap_or_default(),
            version: before.map_or(0, |post| post.version),
            kind: draft.kind.as_str(),
            status: before.map_or(Status::Draft, |post| post.status).as_str(),
            format: draft.format.as_str(),
            slug: if follows { String::new() } else { draft.slug },
            slug_hint: if draft.title.is_empty() { String::new() } else { made },
            title: draft.title,
            source: draft.source,
            custom_excerpt: draft.custom_excerpt,
            cover_image: draft.cover_image,
            cover_alt: draft.cover_alt,
            cover_caption: draft.cover_caption,
            is_featured: draft.is_featured,
            meta_title: draft.meta_title,
            meta_description: draft.meta_description,
            canonical_url: draft.canonical_url,
            tags: draft.tags.join(", "),
            authors: draft.authors,
            publish_at,
            path: before
                .filter(|post| post.status == Status::Published)
                .map(Post::path)
                .unwrap_or_default(),
            updated_at: before.map_or(0, |post| post.updated_at),
            is_restored: false,
            problem: String::new(),
        }
    }

    /// With what was sent, and why it was not saved.
    pub(super) fn again(before: Option<&Post>, form: Form, problem: String) -> Self {
        let version = form.version;
        Self { problem, version, ..Self::new(before, form.draft, form.publish_at) }
    }

    pub(super) async fn show(self, page: &Page, status: StatusCode) -> Answer {
        let may_choose = page.user.may(Action::EditAll);
        let users = if may_choose { page.store().users(now()).await? } else { Vec::new() };
        let choices: Vec<_> = users
            .iter()
            .filter(|counted| counted.user.is_active || self.authors.contains(&counted.user.id))
            .map(|counted| Choice {
                is_chosen: self.authors.contains(&counted.user.id),
                id: counted.user.id.clone(),
                name: counted.user.name.clone(),
            })
            .collect();
        let aside = match self.id.as_str() {
            "" => None,
            id if !self.is_restored => page.store().aside(id, &page.user.id).await?,
            _ => None,
        };
        let tags = page.store().tags(now()).await?;
        let tags: Vec<_> = tags.into_iter().map(|counted| counted.tag.name).collect();
        let kind = Kind::from_name(self.kind).unwrap_or_default();
        let context = context! {
            may_choose,
            choices => view(choices),
            aside => view(aside.map(|(id, at)| Aside { id, at })),
            all_tags => view(tags),
            post => view(self),
        };
        page.render_with_pictures(status, section(kind), "admin/editor.html", context).await
    }
}

/// Someone whom a post can be by.
#[derive(Debug, Serialize)]
struct Choice {
    id: String,
    name: String,
    is_chosen: bool,
}

/// What the user has not saved.
#[derive(Debug, Serialize)]
struct Aside {
    id: String,
    at: Millis,
}
