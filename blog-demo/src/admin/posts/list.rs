//! Lists of posts and pages.

use axum::extract::RawQuery;
use minijinja::context;
use serde::Serialize;

use super::{Answer, Page, section};
use crate::admin::Fields;
use crate::auth::Action;
use crate::model::{Kind, Millis, Post, Status, now};
use crate::store::Selection;
use crate::theme::view;

/// So many are on a page.
const SIZE: i64 = 25;
/// What is longer is no question.
const LONGEST_QUERY: usize = 200;

pub(super) async fn list(page: Page, RawQuery(query): RawQuery) -> Answer {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let kind = Kind::from_name(asked.raw("kind")).unwrap_or_default();
    page.require(Action::Create(kind))?;
    let sees_all = page.user.may(Action::EditAll);
    let author = if sees_all { asked.line("author") } else { page.user.id.clone() };
    let selection = Selection {
        kind,
        status: Status::from_name(asked.raw("status")),
        author: Some(author).filter(|id| !id.is_empty()),
        tag: Some(asked.line("tag")).filter(|slug| !slug.is_empty()),
        query: asked.line("q").chars().take(LONGEST_QUERY).collect(),
    };
    let number = asked.number("page").clamp(1, 1_000_000);
    let offset = (number - 1) * SIZE;
    let (posts, total) = page.store().selected(&selection, now(), SIZE, offset).await?;
    let users = if sees_all { page.store().users(now()).await? } else { Vec::new() };
    let tags = page.store().tags(now()).await?;
    let context = context! {
        kind => kind.as_str(),
        status => selection.status.map_or("", Status::as_str),
        author => selection.author.as_deref().filter(|_| sees_all).unwrap_or_default(),
        tag => selection.tag.as_deref().unwrap_or_default(),
        q => &selection.query,
        sees_all,
        users => view(users.into_iter()
            .map(|counted| Named { id: counted.user.id, name: counted.user.name })
            .collect::<Vec<_>>()),
        tags => view(tags.into_iter()
            .map(|counted| Named { id: counted.tag.slug, name: counted.tag.name })
            .collect::<Vec<_>>()),
        posts => view(posts.iter().map(Card::from).collect::<Vec<_>>()),
        total,
        number,
        newer => (number > 1).then(|| link(&selection, sees_all, number - 1)),
        older => (total > number * SIZE).then(|| link(&selection, sees_all, number + 1)),
    };
    page.render(section(kind), "admin/posts.html", context)
}

/// The address of another page of the same list.
fn link(selection: &Selection, sees_all: bool, number: i64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let author = selection.author.as_deref().filter(|_| sees_all);
    for (name, value) in [
        ("kind", Some(selection.kind.as_str()).filter(|_| selection.kind == Kind::Page)),
        ("status", selection.status.map(Status::as_str)),
        ("author", author),
        ("tag", selection.tag.as_deref()),
        ("q", Some(selection.query.as_str()).filter(|query| !query.is_empty())),
    ] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.append_pair("page", &number.to_string());
    format!("/admin/posts?{}", query.finish())
}

/// Something to choose.
#[derive(Debug, Serialize)]
struct Named {
    id: String,
    name: String,
}

/// A post in the list.
#[derive(Debug, Serialize)]
struct Card {
    id: String,
    title: String,
    status: &'static str,
    is_featured: bool,
    authors: String,
    tags: String,
    updated_at: Millis,
    published_at: Option<Millis>,
}

impl From<&Post> for Card {
    fn from(post: &Post) -> Self {
        let joined = |names: Vec<&str>| names.join(", ");
        Self {
            id: post.id.clone(),
            title: post.title.clone(),
            status: post.status.as_str(),
            is_featured: post.is_featured,
            authors: joined(post.authors.iter().map(|author| author.name.as_str()).collect()),
            tags: joined(post.tags.iter().map(|tag| tag.name.as_str()).collect()),
            updated_at: post.updated_at,
            published_at: post.published_at,
        }
    }
}
