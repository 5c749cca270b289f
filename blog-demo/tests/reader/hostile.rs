//! What an attacker would try on readers' pages.

use axum::http::StatusCode;
use blog_demo::model::{Draft, Link};

use crate::blog::TestBlog;

const ATTACK: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'";

#[tokio::test]
async fn no_field_of_a_post_runs_as_a_script() {
    let blog = TestBlog::new().await;
    let draft = Draft {
        slug: "attack".to_owned(),
        custom_excerpt: ATTACK.to_owned(),
        cover_image: format!("javascript:{ATTACK}"),
        cover_alt: ATTACK.to_owned(),
        cover_caption: ATTACK.to_owned(),
        meta_title: ATTACK.to_owned(),
        meta_description: ATTACK.to_owned(),
        canonical_url: "javascript:alert(1)".to_owned(),
        tags: vec![ATTACK.to_owned()],
        ..blog.draft(ATTACK, ATTACK)
    };
    blog.publish(&draft).await;
    for path in
        ["/", "/attack/", "/archive/", "/search/?q=script", "/rss/", "/atom/", "/sitemap.xml"]
    {
        let page = blog.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        assert!(!page.body.contains("<script>alert"), "{path}: {}", page.body);
        assert!(!page.body.contains("<img src=x"), "{path}: {}", page.body);
        assert!(!page.body.contains("src=\"javascript:"), "{path}: {}", page.body);
        assert!(!page.body.contains("href=\"javascript:"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn no_setting_runs_as_a_script() {
    let blog = TestBlog::new().await;
    let mut settings = blog.store.site().await.unwrap().settings;
    settings.title = ATTACK.to_owned();
    settings.description = ATTACK.to_owned();
    settings.accent_color = ATTACK.to_owned();
    settings.language = ATTACK.to_owned();
    settings.twitter = ATTACK.to_owned();
    settings.navigation =
        vec![Link { label: ATTACK.to_owned(), url: "javascript:alert(1)".to_owned() }];
    blog.store.set_settings(&settings).await.unwrap();
    let page = blog.get("/").await.body;
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(!page.contains("javascript:"), "{page}");
}

#[tokio::test]
async fn a_query_and_a_path_are_not_repeated_as_markup() {
    let blog = TestBlog::new().await;
    let page = blog.get("/search/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await.body;
    assert!(!page.contains("<script>alert"), "{page}");
    let page = blog.get("/%3Cscript%3Ealert(1)%3C%2Fscript%3E/").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
}

#[tokio::test]
async fn no_path_leads_to_another_site() {
    let blog = TestBlog::new().await;
    for path in ["//evil.example", "/%2f%2fevil.example", "/\\evil.example", "/%5cevil.example"] {
        let answer = blog.get(path).await;
        let location = answer.header("location");
        assert!(
            location.is_empty() || (location.starts_with('/') && !location.starts_with("//")),
            "{path} leads to {location}"
        );
    }
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let blog = TestBlog::new().await;
    for path in ["/", "/none/", "/robots.txt", "/rss/"] {
        let answer = blog.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}
