//! Pages, feeds and what search engines ask for.

use axum::http::StatusCode;
use blog_demo::model::{Draft, Kind};

use crate::blog::TestBlog;

#[tokio::test]
async fn an_empty_blog_has_a_front_page() {
    let page = TestBlog::new().await.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("A new blog"), "{}", page.body);
    assert!(page.body.contains("Nothing has been published"), "{}", page.body);
}

#[tokio::test]
async fn a_post_is_on_the_front_page_its_own_and_those_of_tag_and_author() {
    let blog = TestBlog::new().await;
    let draft = Draft {
        tags: vec!["First Things".to_owned(), "#hidden".to_owned()],
        ..blog.draft("Hello & welcome", "Some *text*.")
    };
    blog.publish(&draft).await;
    for path in [
        "/",
        "/hello-and-welcome/",
        "/tag/first-things/",
        "/author/ada-lovelace/",
        "/archive/",
        "/search/?q=hel",
    ] {
        let page = blog.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        assert!(page.body.contains("Hello &amp; welcome"), "{path}: {}", page.body);
        assert!(!page.body.contains("hidden</a>"), "{path}");
    }
    assert!(blog.get("/hello-and-welcome/").await.body.contains("<em>text</em>"));
    assert_eq!(blog.get("/tag/hidden/").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn long_lists_are_turned_page_by_page() {
    let blog = TestBlog::new().await;
    for number in 1..=23 {
        blog.publish(&blog.draft(&format!("Post {number}"), "")).await;
    }
    let first = blog.get("/").await.body;
    assert_eq!(first.matches("<article class=\"card").count(), 10);
    assert!(first.contains("href=\"/page/2/\""), "{first}");
    let last = blog.get("/page/3/").await.body;
    assert_eq!(last.matches("<article class=\"card").count(), 3);
    assert!(last.contains("Page 3 of 3"), "{last}");
    assert_eq!(blog.get("/page/4/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(blog.get("/page/0/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(blog.get("/page/99999999999999999999/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(blog.get("/page/9223372036854775807/").await.status, StatusCode::NOT_FOUND);
    let one = blog.get("/page/1/").await;
    assert_eq!((one.status, one.header("location")), (StatusCode::PERMANENT_REDIRECT, "/"));
    let mut settings = blog.store.site().await.unwrap().settings;
    settings.posts_per_page = 4;
    blog.store.set_settings(&settings).await.unwrap();
    assert_eq!(blog.get("/").await.body.matches("<article class=\"card").count(), 4);
    assert!(blog.get("/page/6/").await.body.contains("Page 6 of 6"));
}

#[tokio::test]
async fn a_former_address_leads_to_the_new_one_and_a_missing_slash_is_added() {
    let blog = TestBlog::new().await;
    let id = blog.publish(&blog.draft("Old", "")).await;
    let renamed = Draft { slug: "new".to_owned(), ..blog.draft("Old", "") };
    blog.store.save_post(&id, 2, &renamed, None, None).await.unwrap();
    let moved = blog.get("/old/").await;
    assert_eq!((moved.status, moved.header("location")), (StatusCode::PERMANENT_REDIRECT, "/new/"));
    let slash = blog.get("/new?a=b").await;
    assert_eq!(slash.header("location"), "/new/?a=b");
}

#[tokio::test]
async fn feeds_and_sitemap_are_xml_and_have_whole_addresses() {
    let blog = TestBlog::new().await;
    blog.publish(&Draft { tags: vec!["T".to_owned()], ..blog.draft("One <b> & two", "*Text*") })
        .await;
    blog.publish(&Draft { kind: Kind::Page, ..blog.draft("About", "") }).await;
    for path in ["/rss/", "/atom/", "/tag/t/rss/", "/author/ada-lovelace/rss/"] {
        let feed = blog.get(path).await;
        assert_eq!(feed.status, StatusCode::OK, "{path} {}", feed.body);
        assert!(feed.header("content-type").contains("xml"), "{path}");
        assert!(feed.body.contains("http://blog.example/one-b-and-two/"), "{path}: {}", feed.body);
        assert!(feed.body.contains("One &lt;b&gt; &amp; two"), "{path}: {}", feed.body);
        assert!(feed.body.contains("&lt;em&gt;Text&lt;"), "{path}: {}", feed.body);
        assert!(!feed.body.contains("About"), "{path}");
    }
    let map = blog.get("/sitemap.xml").await.body;
    for path in ["/", "/one-b-and-two/", "/about/", "/tag/t/", "/author/ada-lovelace/"] {
        assert!(map.contains(&format!("<loc>http://blog.example{path}</loc>")), "{path}: {map}");
    }
    let robots = blog.get("/robots.txt").await.body;
    assert!(robots.contains("Sitemap: http://blog.example/sitemap.xml"), "{robots}");
}

#[tokio::test]
async fn what_is_missing_is_said_in_a_page_of_the_blog() {
    let blog = TestBlog::new().await;
    for path in
        ["/none/", "/tag/none/", "/author/none/", "/a/b/c", "/assets/none.css", "/accent/red.css"]
    {
        let page = blog.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("There is no such page"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn other_sites_are_told_the_title_that_is_meant_for_them() {
    let blog = TestBlog::new().await;
    let mut settings = blog.store.site().await.unwrap().settings;
    settings.title = "Tides".to_owned();
    blog.store.set_settings(&settings).await.unwrap();
    let title = "<meta property=\"og:title\" content=\"Tides\">";
    assert!(blog.get("/").await.body.contains(title));
    settings.meta_title = "Tides, a blog about the sea".to_owned();
    blog.store.set_settings(&settings).await.unwrap();
    let title = "<meta property=\"og:title\" content=\"Tides, a blog about the sea\">";
    assert!(blog.get("/").await.body.contains(title));
}

#[tokio::test]
async fn other_sites_are_told_what_a_post_is() {
    let blog = TestBlog::new().await;
    let draft = Draft {
        cover_image: "/images/2026/11/sea-0123abcd-1600x900.jpg".to_owned(),
        cover_alt: "The sea".to_owned(),
        ..blog.draft("Sea", "Blue.")
    };
    blog.publish(&draft).await;
    let page = blog.get("/sea/").await.body;
    for part in [
        "<meta property=\"og:type\" content=\"article\">",
        "<link rel=\"canonical\" href=\"http://blog.example/sea/\">",
        "<meta property=\"og:image\" content=\"http://blog.example/images/2026/11/sea-0123abcd-1600x900.jpg\">",
        "sea-0123abcd-1600x900-w640.webp 640w",
        "alt=\"The sea\"",
        "\"@type\":\"BlogPosting\"",
        "1 min read",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}
