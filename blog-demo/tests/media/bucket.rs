//! Images in a bucket: a real S3 server that checks signatures, and curl as the browser.

use std::process::{Command, Stdio};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use axum::http::StatusCode;
use blog_demo::media::{S3, Storage};
use image::ImageFormat;
use lambdafy_backends::S3 as Server;
use serde_json::{Value, json};

use crate::blog::TestBlog;
use crate::uploads::{contains, file, picture};

/// A blog whose images are in a bucket of its own.
async fn blog(server: &Server) -> TestBlog {
    server.put("images", "other/of-somebody-else.txt", b"secret").unwrap();
    let variable = |name: &str| {
        let all = server.environment();
        all.into_iter().find(|(found, _)| *found == name).unwrap().1
    };
    let (key, secret) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"));
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .credentials_provider(Credentials::new(key, secret, None, None, "test"))
        .region(Region::new("us-east-1"))
        .endpoint_url(server.url())
        .force_path_style(true)
        .http_client(http)
        .build();
    let s3 = S3::with_client("images", "blog", Client::from_conf(config));
    TestBlog::with(Storage::S3(s3), tempfile::tempdir().unwrap()).await
}

fn server() -> Server {
    Server::start([127, 0, 0, 1].into(), None).unwrap()
}

/// Puts a file as a browser does that was given this permission; the status.
async fn put(permitted: &Value, content: &[u8], more: &[&str]) -> String {
    let mut command = Command::new("curl");
    command.args(["--silent", "--output", "/dev/null", "--write-out", "%{http_code}"]);
    for header in permitted["headers"].as_array().unwrap() {
        let (name, value) = (header[0].as_str().unwrap(), header[1].as_str().unwrap());
        // curl makes these two itself.
        if !["content-length", "host"].contains(&name) {
            command.args(["--header", &format!("{name}: {value}")]);
        }
    }
    command.args(more).args(["--request", "PUT", "--data-binary", "@-"]);
    command.arg(permitted["url"].as_str().unwrap());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let content = content.to_vec();
    let output = tokio::task::spawn_blocking(move || {
        use std::io::Write;
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(&content).unwrap();
        child.wait_with_output().unwrap()
    });
    String::from_utf8(output.await.unwrap().stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_kept_in_the_bucket_and_served_from_it() {
    let server = server();
    let blog = blog(&server).await;
    let sent = file(&picture(700, 350), ImageFormat::Jpeg);
    let answer = blog.upload("cat.jpg", "image/jpeg", &sent).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.bytes);
    let uploaded = answer.json();
    let url = uploaded["url"].as_str().unwrap();
    let served = blog.get(url).await;
    assert_eq!((served.status, served.header("content-type")), (StatusCode::OK, "image/jpeg"));
    let smaller = uploaded["srcset"].as_str().unwrap().split(' ').next().unwrap();
    assert_eq!(blog.get(smaller).await.header("content-type"), "image/webp");
    let missing = blog.get("/images/2026/01/none-0123-9x9.jpg").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_puts_a_file_into_the_bucket_and_it_is_taken_in() {
    let server = server();
    let blog = blog(&server).await;
    let sent = file(&picture(500, 400), ImageFormat::Png);
    let announced = json!({"mime": "image/png", "size_bytes": sent.len()});
    let permitted = blog.post_json("direct", &announced).await.json();
    assert_eq!(put(&permitted, &sent, &[]).await, "200");
    let arrived = json!({"key": permitted["key"], "name": "Big cat.png"});
    let taken = blog.post_json("direct/done", &arrived).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{:?}", taken.bytes);
    let url = taken.json()["url"].as_str().unwrap().to_owned();
    assert!(url.contains("/big-cat-"), "{url}");
    assert_eq!(blog.get(&url).await.status, StatusCode::OK);
    // What was put there is gone.
    assert_eq!(blog.post_json("direct/done", &arrived).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_is_for_one_size_and_type_only() {
    let server = server();
    let blog = blog(&server).await;
    let announced = json!({"mime": "image/png", "size_bytes": 100});
    let permitted = blog.post_json("direct", &announced).await.json();
    assert_eq!(put(&permitted, &[b'x'; 5_000], &[]).await, "403", "another size");
    let mut other = permitted.clone();
    other["headers"] = json!([["content-type", "text/html"]]);
    assert_eq!(put(&other, &[b'x'; 100], &[]).await, "403", "another type");
    let mut other = permitted.clone();
    let key = permitted["key"].as_str().unwrap();
    let url = permitted["url"].as_str().unwrap().replace(key, &"0".repeat(64));
    other["url"] = url.into();
    assert_eq!(put(&other, &[b'x'; 100], &[]).await, "403", "another place");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_upload_is_as_suspect_as_any_other() {
    let server = server();
    let blog = blog(&server).await;
    for (mime, size_bytes, status) in [
        ("image/svg+xml", 10, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("text/html", 10, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("image/png", 30 << 20, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let announced = json!({"mime": mime, "size_bytes": size_bytes});
        assert_eq!(blog.post_json("direct", &announced).await.status, status, "{mime}");
    }
    let page = b"<script>alert(1)</script>";
    let announced = json!({"mime": "image/png", "size_bytes": page.len()});
    let permitted = blog.post_json("direct", &announced).await.json();
    assert_eq!(put(&permitted, page, &[]).await, "200");
    let arrived = json!({"key": permitted["key"], "name": "page.png"});
    let taken = blog.post_json("direct/done", &arrived).await;
    assert_eq!(taken.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for key in ["../../other/of-somebody-else.txt", "", "../blog", &"g".repeat(64)] {
        let taken = blog.post_json("direct/done", &json!({"key": key, "name": "a"})).await;
        assert_eq!(taken.status, StatusCode::NOT_FOUND, "{key}");
        assert!(!contains(&taken.bytes, b"secret"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_away_is_an_error_that_tells_nothing() {
    let server = server();
    let blog = blog(&server).await;
    drop(server);
    let sent = file(&picture(20, 20), ImageFormat::Png);
    let answer = blog.upload("a.png", "image/png", &sent).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.error().contains("try again"), "{}", answer.error());
    assert!(!contains(&answer.bytes, b"127.0.0.1"));
    assert!(blog.store.newest_images(1, 0).await.unwrap().is_empty());
}
