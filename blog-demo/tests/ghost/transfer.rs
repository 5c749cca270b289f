//! Ghost's file in and out.

use blog_demo::ghost::{Document, Pictures, export, import};
use blog_demo::model::{Draft, Format, Kind, Role, Settings, Status, now};
use blog_demo::store::When;
use serde_json::json;

use crate::blog::TestBlog;

/// What Ghost exports of a small blog.
fn ghost() -> Document {
    let lexical = |children| json!({"root": {"type": "root", "children": children}}).to_string();
    let file = json!({"db": [{"meta": {"exported_on": 1_780_000_000_000_i64, "version": "6.1.0"}, "data": {
        "posts": [
            {"id": "64a000000000000000000001", "uuid": "8d2b5f0e-9c8a-4f60-8a0b-000000000001",
             "title": "Héllo", "slug": "hello", "type": "post", "status": "published", "featured": 1,
             "visibility": "public", "custom_excerpt": "Short", "feature_image": "__GHOST_URL__/content/images/2026/01/cover.png",
             "lexical": lexical(json!([
                {"type": "paragraph", "children": [{"type": "text", "text": "A & b", "format": 1}]},
                {"type": "image", "src": "__GHOST_URL__/content/images/2026/01/cover.png", "alt": "x"},
                {"type": "paragraph", "children": [{"type": "link", "url": "__GHOST_URL__/other/", "children": [{"type": "text", "text": "there"}]}]},
             ])),
             "created_at": "2026-01-01T10:00:00.000Z", "updated_at": "2026-01-03T10:00:00.000Z", "published_at": "2026-01-02T10:00:00.000Z"},
            {"id": "64a000000000000000000002", "title": "Other", "slug": "other", "type": "post", "status": "draft",
             "visibility": "public", "mobiledoc": json!({"version": "0.3.1", "markups": [], "atoms": [], "cards": [["markdown", {"markdown": "# Hi *you*"}]], "sections": [[10, 0]]}).to_string(),
             "codeinjection_head": "<script>track()</script>",
             "created_at": "2026-01-01 10:00:00", "updated_at": "2026-01-01 10:00:00", "published_at": null},
            {"id": "64a000000000000000000003", "title": "Members", "slug": "members", "type": "post", "status": "published",
             "visibility": "paid", "html": "<p>secret</p>", "published_at": "2026-01-02T10:00:00.000Z"},
            {"id": "64a000000000000000000004", "title": "About", "slug": "about", "type": "page", "status": "published",
             "visibility": "public", "html": "<p>About <iframe src='https://v.example'></iframe></p>", "published_at": "2026-01-02T10:00:00.000Z"},
        ],
        "posts_meta": [{"post_id": "64a000000000000000000001", "meta_title": "For engines", "feature_image_alt": "A cover", "feature_image_caption": "<b>By</b> me"}],
        "tags": [
            {"id": "64b000000000000000000001", "name": "News", "slug": "news", "description": "What is new", "visibility": "public"},
            {"id": "64b000000000000000000002", "name": "#inner", "slug": "hash-inner", "visibility": "internal"},
        ],
        "posts_tags": [
            {"post_id": "64a000000000000000000001", "tag_id": "64b000000000000000000002", "sort_order": 1},
            {"post_id": "64a000000000000000000001", "tag_id": "64b000000000000000000001", "sort_order": 0},
        ],
        "users": [
            {"id": "64c000000000000000000001", "name": "Olga", "slug": "olga", "email": "Olga@Example.org", "bio": "Writes", "status": "active"},
            {"id": "64c000000000000000000002", "name": "Carl", "slug": "carl", "email": "carl@example.org", "status": "inactive"},
        ],
        "roles": [{"id": "64d000000000000000000001", "name": "Owner"}, {"id": "64d000000000000000000002", "name": "Contributor"}],
        "roles_users": [
            {"role_id": "64d000000000000000000001", "user_id": "64c000000000000000000001"},
            {"role_id": "64d000000000000000000002", "user_id": "64c000000000000000000002"},
        ],
        "posts_authors": [{"post_id": "64a000000000000000000001", "author_id": "64c000000000000000000001", "sort_order": 0}],
        "settings": [
            {"key": "title", "value": "Olga's blog"},
            {"key": "accent_color", "value": "#ff0000"},
            {"key": "navigation", "value": "[{\"label\":\"Home\",\"url\":\"/\"}]"},
        ],
        "members": [{"id": "1"}, {"id": "2"}],
    }}]});
    Document::read(file.to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_ghost_blog_comes_over_and_what_does_not_is_said() {
    let test = TestBlog::empty().await;
    let (store, media) = (test.store(), test.blog.media());
    let content = tempfile::tempdir().unwrap();
    let month = content.path().join("images/2026/01");
    std::fs::create_dir_all(&month).unwrap();
    image::RgbImage::new(400, 200).save(month.join("cover.png")).unwrap();
    let pictures = Pictures { content: Some(content.path().to_owned()), url: None };

    let done = import(store, media, &ghost(), &pictures).await.unwrap();
    assert_eq!((done.posts, done.pages, done.tags, done.users, done.images), (3, 1, 2, 2, 1));

    let hello = store.post("64a000000000000000000001", now()).await.unwrap().unwrap();
    assert_eq!(
        (hello.slug.as_str(), hello.status, hello.kind),
        ("hello", Status::Published, Kind::Post)
    );
    assert_eq!(hello.published_at, Some(1_767_348_000_000));
    assert_eq!(hello.updated_at, 1_767_434_400_000);
    assert!(hello.html.contains("<strong>A &amp; b</strong>"), "{}", hello.html);
    assert!(hello.html.contains("href=\"/other/\""), "{}", hello.html);
    assert!(hello.html.contains("src=\"/images/2026/01/cover-"), "{}", hello.html);
    assert!(hello.cover_image.starts_with("/images/2026/01/cover-"), "{}", hello.cover_image);
    assert_eq!((hello.cover_alt.as_str(), hello.cover_caption.as_str()), ("A cover", "By me"));
    assert_eq!(
        (hello.meta_title.as_str(), hello.custom_excerpt.as_str()),
        ("For engines", "Short")
    );
    let tags: Vec<_> = hello.tags.iter().map(|tag| (tag.slug.as_str(), tag.is_internal)).collect();
    assert_eq!(tags, [("news", false), ("hash-inner", true)]);
    assert_eq!(hello.authors[0].name, "Olga");

    let other = store.post("64a000000000000000000002", now()).await.unwrap().unwrap();
    assert_eq!((other.format, other.source.as_str()), (Format::Markdown, "# Hi *you*"));
    let secret = store.post("64a000000000000000000003", now()).await.unwrap().unwrap();
    assert_eq!(secret.status, Status::Draft, "what only members saw is not public");
    let olga = store.user_by_email("olga@example.org").await.unwrap().unwrap();
    assert_eq!((olga.role, olga.password_hash, olga.bio.as_str()), (Role::Owner, None, "Writes"));
    let carl = store.user_by_email("carl@example.org").await.unwrap().unwrap();
    assert_eq!((carl.role, carl.is_active), (Role::Author, false));
    let settings = store.site().await.unwrap().settings;
    assert_eq!(
        (settings.title.as_str(), settings.accent_color.as_str()),
        ("Olga's blog", "#ff0000")
    );

    for said in ["paid only", "page's head", "<iframe", "Contributor", "2 of members", "passwords"]
    {
        assert!(done.notes.iter().any(|note| note.contains(said)), "{said}: {:#?}", done.notes);
    }
}

#[tokio::test]
async fn a_second_import_adds_nothing() {
    let test = TestBlog::empty().await;
    let (store, media) = (test.store(), test.blog.media());
    import(store, media, &ghost(), &Pictures::default()).await.unwrap();
    let again = import(store, media, &ghost(), &Pictures::default()).await.unwrap();
    assert_eq!((again.posts, again.pages, again.tags, again.users), (0, 0, 0, 0));
    assert!(again.notes.iter().any(|note| note.contains("is here already")));
}

#[tokio::test]
async fn images_that_are_not_there_stay_where_they_were_and_are_named() {
    let test = TestBlog::empty().await;
    let pictures = Pictures { content: None, url: Some("https://old.example/".to_owned()) };
    let done = import(test.store(), test.blog.media(), &ghost(), &pictures).await.unwrap();
    let hello = test.store().post("64a000000000000000000001", now()).await.unwrap().unwrap();
    assert_eq!(hello.cover_image, "https://old.example/content/images/2026/01/cover.png");
    assert!(done.notes.iter().any(|note| note.contains("cover.png")), "{:#?}", done.notes);
}

#[tokio::test]
async fn no_image_outside_of_ghosts_folder_is_taken_over() {
    let test = TestBlog::empty().await;
    let content = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(content.path().join("images")).unwrap();
    image::RgbImage::new(4, 4).save(content.path().join("secret.png")).unwrap();
    let file = json!({"db": [{"data": {"posts": [{"id": "1", "title": "A", "status": "draft",
        "html": "<img src='__GHOST_URL__/content/images/../secret.png'>"}],
        "users": [{"id": "1", "name": "A"}]}}]});
    let document = Document::read(file.to_string().as_bytes()).unwrap();
    let pictures = Pictures { content: Some(content.path().to_owned()), url: None };
    let done = import(test.store(), test.blog.media(), &document, &pictures).await.unwrap();
    assert_eq!((done.posts, done.images), (1, 0));
}

#[tokio::test]
async fn everything_that_ghosts_form_has_a_place_for_survives_the_round_trip() {
    let test = TestBlog::full().await;
    let html = Draft {
        title: "HTML & more".to_owned(),
        format: Format::Html,
        source: "<p>Kept <b>as</b> it \"is\"</p>".to_owned(),
        custom_excerpt: "Mine".to_owned(),
        cover_image: "https://example.org/a.jpg".to_owned(),
        cover_alt: "alt".to_owned(),
        cover_caption: "1 < 2 & 3".to_owned(),
        meta_title: "mt".to_owned(),
        meta_description: "md".to_owned(),
        canonical_url: "https://example.org/".to_owned(),
        authors: test
            .store()
            .users(now())
            .await
            .unwrap()
            .iter()
            .map(|u| u.user.id.clone())
            .collect(),
        ..Draft::default()
    };
    test.publish(&html, When::Now).await;
    let settings =
        Settings { language: "de".to_owned(), ..test.store().site().await.unwrap().settings };
    test.store().set_settings(&settings).await.unwrap();

    let document = export(test.store(), None).await.unwrap();
    let document = Document::read(document.to_json().unwrap().as_bytes()).unwrap();
    let other = TestBlog::empty().await;
    let done =
        import(other.store(), other.blog.media(), &document, &Pictures::default()).await.unwrap();
    assert_eq!((done.posts, done.pages, done.users), (23, 1, 2));

    let time = now();
    for kind in [Kind::Post, Kind::Page] {
        for card in test.store().all_posts(kind, None, time, 100, 0).await.unwrap() {
            let before = test.store().post(&card.id, time).await.unwrap().unwrap();
            let mut after = other.store().post(&card.id, time).await.unwrap().unwrap();
            after.version = before.version;
            assert_eq!(after, before);
        }
    }
    let site = |test: &TestBlog| {
        let store = test.store().clone();
        async move { store.site().await.unwrap().settings }
    };
    assert_eq!(site(&other).await, site(&test).await);
    let users = |test: &TestBlog| {
        let store = test.store().clone();
        async move { store.users(time).await.unwrap() }
    };
    assert_eq!(users(&other).await, users(&test).await);
    let tags = |test: &TestBlog| {
        let store = test.store().clone();
        async move { store.tags(time).await.unwrap() }
    };
    assert_eq!(tags(&other).await, tags(&test).await);
}
