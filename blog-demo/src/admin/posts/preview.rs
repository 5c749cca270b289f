//! A post as readers would see it, before it is saved: by the same code and the same template.

use axum::response::{Html, IntoResponse};
use minijinja::context;

use super::form::{Form, kind_of};
use super::save::rendered;
use super::{Answer, Page};
use crate::admin::Fields;
use crate::auth::Action;
use crate::model::{AuthorRef, Draft, Post, Status, TagRef, new_uuid, now};
use crate::text;
use crate::theme::view;
use crate::view::{Meta, PostView, SiteView};

pub(super) async fn preview(page: Page, fields: Fields) -> Answer {
    page.require(Action::Create(crate::model::Kind::Post))?;
    let kind = kind_of(&fields);
    let draft = Draft { kind, ..Form::read(&page, &fields, None).draft };
    let html = rendered(&draft).await?;
    let post = post(&page, draft, html);
    let context = context! {
        site => view(SiteView::new(&page.settings)),
        meta => view(Meta::of_post(&page.origin, &page.settings, &post).hidden()),
        post => view(PostView::from(&post)),
        related => view(Vec::<PostView>::new()),
    };
    Ok(Html(page.blog.theme().render("post.html", context)?).into_response())
}

/// A post that is kept nowhere.
fn post(page: &Page, draft: Draft, html: String) -> Post {
    let time = now();
    let plain = text::plain(&html);
    let tag = |name: String| TagRef {
        id: String::new(),
        slug: text::slug(&name),
        is_internal: name.starts_with('#'),
        name,
    };
    Post {
        id: String::new(),
        uuid: new_uuid(),
        kind: draft.kind,
        slug: text::slug(if draft.slug.is_empty() { &draft.title } else { &draft.slug }),
        title: draft.title,
        format: draft.format,
        source: draft.source,
        excerpt: text::excerpt(&plain, 300),
        reading_minutes: text::reading_minutes(&plain),
        html,
        custom_excerpt: draft.custom_excerpt,
        cover_image: draft.cover_image,
        cover_alt: draft.cover_alt,
        cover_caption: draft.cover_caption,
        status: Status::Published,
        is_featured: draft.is_featured,
        meta_title: draft.meta_title,
        meta_description: draft.meta_description,
        canonical_url: draft.canonical_url,
        authors: vec![AuthorRef::from(&page.user)],
        tags: draft.tags.into_iter().map(tag).collect(),
        version: 0,
        created_at: time,
        updated_at: time,
        published_at: Some(time),
    }
}
