//! The Content API, asked through the router.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::blog::TestBlog;

fn titles(answer: &Value) -> Vec<&str> {
    let posts = answer["posts"].as_array().unwrap();
    posts.iter().map(|post| post["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_list_has_published_posts_only_newest_first_in_pages() {
    let blog = TestBlog::full().await;
    let (status, first) = blog.ask("posts/?limit=3").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(titles(&first), ["Post 20", "Post 19", "Post 18"]);
    let pagination =
        json!({"page": 1, "limit": 3, "pages": 7, "total": 20, "next": 2, "prev": null});
    assert_eq!(first["meta"]["pagination"], pagination);
    let (_, last) = blog.ask("posts/?limit=3&page=7").await;
    assert_eq!(titles(&last), ["Post 02", "Post 01"]);
    assert_eq!(last["meta"]["pagination"]["next"], Value::Null);
    assert_eq!(titles(&blog.ask("posts").await.1).len(), 15);
    assert_eq!(titles(&blog.ask("posts/?limit=all").await.1).len(), 20);
}

#[tokio::test]
async fn a_post_has_ghosts_fields_and_whole_addresses() {
    let blog = TestBlog::full().await;
    let (status, answer) = blog.ask("posts/slug/post-20/?include=tags,authors").await;
    assert_eq!(status, StatusCode::OK);
    let post = &answer["posts"][0];
    assert_eq!(post["url"], "http://blog.example/post-20/");
    assert_eq!(post["published_at"], "2026-01-21T00:00:00.000+00:00");
    assert_eq!(post["primary_tag"]["url"], "http://blog.example/tag/fourth/");
    assert_eq!(post["primary_author"]["name"], "Ada Lovelace");
    assert_eq!(post["tags"][2]["visibility"], "internal");
    assert!(post["html"].as_str().unwrap().contains("src=\"http://blog.example/images/2026"));
    assert!(post["featured"].as_bool().unwrap());
    let whole = answer.to_string();
    assert!(!whole.contains("@example.org"), "no e-mail address gets out");
    let id = post["id"].as_str().unwrap();
    let (_, by_id) = blog.ask(&format!("posts/{id}/?fields=title,url&formats=plaintext")).await;
    assert_eq!(
        by_id["posts"][0],
        json!({
            "title": "Post 20",
            "url": "http://blog.example/post-20/",
            "plaintext": "Text 20 with an",
        })
    );
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let blog = TestBlog::full().await;
    for (filter, expected) in [
        ("featured:true", vec!["Post 20", "Post 10"]),
        ("tag:fourth%2Bfeatured:false", vec!["Post 16", "Post 12", "Post 08", "Post 04"]),
        ("primary_tag:fourth%2Bauthor:-ada-lovelace", vec![]),
        ("slug:[post-03,post-01]", vec!["Post 03", "Post 01"]),
        ("title:~%275%27", vec!["Post 15", "Post 05"]),
        ("title:~%270_%27", vec![]),
        ("published_at:%3E%272026-01-19%2023:00:00%27", vec!["Post 20", "Post 19"]),
        ("published_at:%3C2026-01-03,slug:post-20", vec!["Post 20", "Post 01"]),
        ("status:draft", vec![]),
        ("visibility:public%2Bslug:post-07", vec!["Post 07"]),
        ("feature_image:-null", vec![]),
    ] {
        let (status, answer) = blog.ask(&format!("posts/?filter={filter}")).await;
        assert_eq!(status, StatusCode::OK, "{filter}: {answer}");
        assert_eq!(titles(&answer), expected, "{filter}");
    }
    let (_, answer) = blog.ask("posts/?order=featured%20desc,title%20asc&limit=3").await;
    assert_eq!(titles(&answer), ["Post 10", "Post 20", "Post 01"]);
}

#[tokio::test]
async fn tags_authors_pages_and_settings_are_there() {
    let blog = TestBlog::full().await;
    let (_, tags) = blog.ask("tags/?include=count.posts&order=count.posts%20asc").await;
    let tags: Vec<_> = tags["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| (tag["slug"].as_str().unwrap(), tag["count"]["posts"].as_i64().unwrap()))
        .collect();
    assert_eq!(tags, [("fourth", 5), ("all", 20)]);
    let (_, author) = blog.ask("authors/slug/grace-hopper/?include=count.posts").await;
    assert_eq!(author["authors"][0]["count"]["posts"], 10);
    assert_eq!(author["authors"][0].get("email"), None);
    let (_, pages) = blog.ask("pages/").await;
    assert_eq!(pages["pages"][0]["title"], "About");
    assert_eq!(pages["meta"]["pagination"]["total"], 1);
    let (_, settings) = blog.ask("settings/").await;
    assert_eq!(settings["settings"]["title"], "Test");
    assert_eq!(settings["settings"]["navigation"][0]["label"], "Home");
}

#[tokio::test]
async fn errors_have_ghosts_form() {
    let blog = TestBlog::full().await;
    for (path, status, kind) in [
        ("posts/slug/nowhere/", 404, "NotFoundError"),
        ("posts/slug/unfinished/", 404, "NotFoundError"),
        ("posts/slug/later/", 404, "NotFoundError"),
        ("members/", 404, "NotFoundError"),
        ("posts/?filter=featured:", 400, "BadRequestError"),
        ("posts/?filter=password:x", 400, "BadRequestError"),
        ("posts/?order=sideways", 400, "BadRequestError"),
        ("posts/?include=secrets", 422, "ValidationError"),
        ("posts/?page=none", 422, "ValidationError"),
    ] {
        let (found, answer) = blog.ask(path).await;
        let error = &answer["errors"][0];
        assert_eq!(
            (found.as_u16(), error["type"].as_str()),
            (status, Some(kind)),
            "{path}: {answer}"
        );
        assert!(error["message"].is_string() && error["id"].is_string(), "{answer}");
    }
    let (status, answer) = blog.ask_plainly("posts/").await;
    assert_eq!((status.as_u16(), &answer["errors"][0]["type"]), (403, &json!("NoPermissionError")));
    for key in ["0123456789abcdef0123456789", "x", "%27%20OR%201=1"] {
        let (status, answer) = blog.ask_plainly(&format!("posts/?key={key}")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer["errors"][0]["message"], "Unknown Content API Key");
    }
}

#[tokio::test]
async fn pages_of_other_sites_may_read_it() {
    let blog = TestBlog::full().await;
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/ghost/api/content/posts/")
        .header("access-control-request-headers", "accept-version")
        .body(Body::empty())
        .unwrap();
    let response = blog.router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    assert!(
        response.headers()["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("accept-version")
    );
}
