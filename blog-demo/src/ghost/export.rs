//! This blog's content as a file that Ghost takes.

use super::body::to_lexical;
use super::document::{
    Data, Document, GhostPost, GhostRole, GhostTag, GhostUser, Meta, Part, PostAuthor, PostMeta,
    PostTag, RoleUser, Setting, Time,
};
use crate::model::{Kind, Post, Role, Settings, Status, Tag, User, now};
use crate::store::{Result, Store};

/// The version of Ghost whose form it has.
const VERSION: &str = "6.0.0";
/// Ghost's ids of the roles do not matter; they only connect two tables of the file.
const ROLES: [(&str, &str, Role); 3] = [
    ("000000000000000000000001", "Owner", Role::Owner),
    ("000000000000000000000002", "Editor", Role::Editor),
    ("000000000000000000000003", "Author", Role::Author),
];

/// Everything that Ghost's form has a place for: posts and pages, tags, users without their passwords,
/// settings. Images stay where they are, and are linked to by `url`, the blog's own address.
///
/// # Errors
/// If the database fails.
pub async fn export(store: &Store, url: Option<&str>) -> Result<Document> {
    let time = now();
    let mut data = Data { settings: settings(&store.site().await?.settings), ..Data::default() };
    for kind in [Kind::Post, Kind::Page] {
        for card in store.all_posts(kind, None, time, i64::from(i32::MAX), 0).await? {
            // Lists have no texts.
            if let Some(post) = store.post(&card.id, time).await? {
                add_post(&mut data, &post);
            }
        }
    }
    data.tags = store.tags(time).await?.iter().map(|counted| tag(&counted.tag)).collect();
    for (id, name, _) in ROLES {
        data.roles.push(GhostRole { id: id.to_owned(), name: Some(name.to_owned()) });
    }
    for counted in store.users(time).await? {
        let role = ROLES.iter().find(|(_, _, role)| *role == counted.user.role);
        let role_id = role.map(|(id, ..)| (*id).to_owned()).unwrap_or_default();
        data.roles_users.push(RoleUser { role_id, user_id: counted.user.id.clone() });
        data.users.push(user(&counted.user));
    }
    let meta = Meta { exported_on: time, version: VERSION.to_owned() };
    let mut document = Document { db: vec![Part { meta, data }] };
    if let Some(url) = url {
        absolute(&mut document, url.trim_end_matches('/'));
    }
    Ok(document)
}

fn add_post(data: &mut Data, post: &Post) {
    data.posts.push(GhostPost {
        id: post.id.clone(),
        uuid: Some(post.uuid.clone()),
        title: Some(post.title.clone()),
        slug: Some(post.slug.clone()),
        lexical: Some(to_lexical(post.format, &post.source)),
        html: Some(post.html.clone()),
        feature_image: filled(&post.cover_image),
        featured: post.is_featured,
        kind: Some(post.kind.as_str().to_owned()),
        status: Some(
            match post.status {
                Status::Draft => "draft",
                Status::Scheduled => "scheduled",
                Status::Published => "published",
            }
            .to_owned(),
        ),
        visibility: Some("public".to_owned()),
        custom_excerpt: filled(&post.custom_excerpt),
        canonical_url: filled(&post.canonical_url),
        created_at: Time::of(post.created_at),
        updated_at: Time::of(post.updated_at),
        published_at: post.published_at.and_then(Time::of),
        ..GhostPost::default()
    });
    data.posts_meta.push(PostMeta {
        post_id: post.id.clone(),
        meta_title: filled(&post.meta_title),
        meta_description: filled(&post.meta_description),
        feature_image_alt: filled(&post.cover_alt),
        // HTML in Ghost.
        feature_image_caption: filled(
            &post.cover_caption.replace('&', "&amp;").replace('<', "&lt;"),
        ),
    });
    for (sort_order, author) in (0..).zip(&post.authors) {
        let (post_id, author_id) = (post.id.clone(), author.id.clone());
        data.posts_authors.push(PostAuthor { post_id, author_id, sort_order });
    }
    for (sort_order, tag) in (0..).zip(&post.tags) {
        let (post_id, tag_id) = (post.id.clone(), tag.id.clone());
        data.posts_tags.push(PostTag { post_id, tag_id, sort_order });
    }
}

fn tag(tag: &Tag) -> GhostTag {
    GhostTag {
        id: tag.id.clone(),
        name: Some(tag.name.clone()),
        slug: Some(tag.slug.clone()),
        description: filled(&tag.description),
        feature_image: filled(&tag.image),
        visibility: Some(if tag.is_internal { "internal" } else { "public" }.to_owned()),
        meta_title: filled(&tag.meta_title),
        meta_description: filled(&tag.meta_description),
        created_at: Time::of(tag.created_at),
        updated_at: Time::of(tag.updated_at),
    }
}

fn user(user: &User) -> GhostUser {
    GhostUser {
        id: user.id.clone(),
        name: Some(user.name.clone()),
        slug: Some(user.slug.clone()),
        email: Some(user.email.clone()),
        bio: filled(&user.bio),
        profile_image: filled(&user.image),
        website: filled(&user.website),
        location: filled(&user.location),
        status: Some(if user.is_active { "active" } else { "inactive" }.to_owned()),
        created_at: Time::of(user.created_at),
        updated_at: Time::of(user.updated_at),
    }
}

fn settings(settings: &Settings) -> Vec<Setting> {
    let links = |links| serde_json::to_string(links).unwrap_or_default();
    [
        ("title", settings.title.clone()),
        ("description", settings.description.clone()),
        ("locale", settings.language.clone()),
        ("accent_color", settings.accent_color.clone()),
        ("logo", settings.logo.clone()),
        ("icon", settings.icon.clone()),
        ("cover_image", settings.cover_image.clone()),
        ("meta_title", settings.meta_title.clone()),
        ("meta_description", settings.meta_description.clone()),
        ("twitter", settings.twitter.clone()),
        ("timezone", settings.timezone.clone()),
        ("navigation", links(&settings.navigation)),
        ("secondary_navigation", links(&settings.secondary_navigation)),
    ]
    .into_iter()
    .map(|(key, value)| Setting { key: key.to_owned(), value: Some(value) })
    .collect()
}

/// Images of the blog's own by their whole address, so that Ghost finds them.
fn absolute(document: &mut Document, url: &str) {
    let whole = |text: &mut Option<String>| {
        if let Some(text) = text.as_mut().filter(|text| text.starts_with("/images/")) {
            text.insert_str(0, url);
        }
    };
    for part in &mut document.db {
        let data = &mut part.data;
        data.posts.iter_mut().for_each(|post| whole(&mut post.feature_image));
        data.tags.iter_mut().for_each(|tag| whole(&mut tag.feature_image));
        data.users.iter_mut().for_each(|user| whole(&mut user.profile_image));
        let is_image = |key: &str| ["logo", "icon", "cover_image"].contains(&key);
        let images = data.settings.iter_mut().filter(|setting| is_image(&setting.key));
        images.for_each(|setting| whole(&mut setting.value));
        for post in &mut data.posts {
            if let Some(lexical) = &mut post.lexical {
                // In the JSON of the text: in Markdown `(/images/`, in HTML `src=\"/images/`.
                *lexical = lexical
                    .replace("(/images/", &format!("({url}/images/"))
                    .replace("\\\"/images/", &format!("\\\"{url}/images/"));
            }
        }
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
