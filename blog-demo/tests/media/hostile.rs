//! What is refused, and what a hostile file can't do.

use axum::http::StatusCode;
use image::ImageFormat;

use crate::blog::TestBlog;
use crate::uploads::{contains, file, picture};

#[tokio::test]
async fn what_is_no_picture_is_refused_whatever_it_is_called() {
    let blog = TestBlog::new().await;
    for (name, mime, content) in [
        ("a.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.jpg", "image/jpeg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.html", "text/html", "<script>alert(1)</script>"),
        ("a.png", "image/png", "<!doctype html><script>alert(1)</script>"),
        ("a.gif", "image/gif", "GIF89a\u{1}\0\u{1}\0\0\0\0;"),
        ("a.js", "text/javascript", "alert(1)"),
        ("a.jpg", "image/jpeg", ""),
    ] {
        let answer = blog.upload(name, mime, content.as_bytes()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{name} {content}");
        assert!(answer.error().contains("JPEG, PNG or WebP"), "{}", answer.error());
    }
    assert!(!blog.folder.path().join("images").exists(), "nothing was kept");
}

#[tokio::test]
async fn a_file_that_is_a_picture_and_a_page_is_only_a_picture_afterwards() {
    let blog = TestBlog::new().await;
    let mut sent = file(&picture(64, 64), ImageFormat::Jpeg);
    sent.extend_from_slice(b"<script>alert(1)</script>");
    let answer = blog.upload("both.html", "text/html", &sent).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    let served = blog.get(&url).await;
    assert_eq!(served.header("content-type"), "image/jpeg");
    assert!(!contains(&served.bytes, b"<script>"));
}

#[tokio::test]
async fn an_image_bomb_is_refused_by_its_header() {
    let blog = TestBlog::new().await;
    let answer = blog.upload("bomb.png", "image/png", &huge_png(60_000, 60_000)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.error());
    assert!(answer.error().contains("60000 x 60000"), "{}", answer.error());
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused() {
    let blog = TestBlog::new().await;
    let answer = blog.upload("large.jpg", "image/jpeg", &vec![0xff; 26 << 20]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.error().contains("25 MB"), "{}", answer.error());
}

#[tokio::test]
async fn a_damaged_image_is_refused_and_the_next_one_is_taken() {
    let blog = TestBlog::new().await;
    let whole = file(&picture(300, 200), ImageFormat::Png);
    for length in [8, 20, 60, whole.len() / 2] {
        let answer = blog.upload("half.png", "image/png", &whole[..length]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{length} bytes");
        assert!(answer.error().contains("damaged"), "{}", answer.error());
    }
    assert_eq!(blog.upload("whole.png", "image/png", &whole).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_form_without_a_file_is_told_so() {
    let blog = TestBlog::new().await;
    let body = b"--limit\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nb\r\n--limit--\r\n";
    let answer = blog.post("multipart/form-data; boundary=limit", body.to_vec()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.error().contains("no file"), "{}", answer.error());
    let cut_off = blog.post("multipart/form-data; boundary=limit", body[..40].to_vec()).await;
    assert_eq!(cut_off.status, StatusCode::BAD_REQUEST);
    assert_eq!(blog.post("application/json", b"{}".to_vec()).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn no_path_leads_out_of_the_images() {
    let blog = TestBlog::new().await;
    let outside = blog.folder.path().join("secret.jpg");
    std::fs::write(&outside, "secret").unwrap();
    for path in [
        "/images/../secret.jpg",
        "/images/%2e%2e/secret.jpg",
        "/images/..%2fsecret.jpg",
        "/images/2026/11/..%2f..%2f..%2fsecret.jpg",
        "/images//secret.jpg",
        "/images/2026/11/%00.jpg",
        "/images/",
    ] {
        let answer = blog.get(path).await;
        assert!(!contains(&answer.bytes, b"secret\n") && answer.status != StatusCode::OK, "{path}");
    }
    // A name can't choose where it is kept.
    let sent = file(&picture(32, 32), ImageFormat::Jpeg);
    let answer = blog.upload("../../../../tmp/evil.jpg", "image/jpeg", &sent).await;
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("/images/20") && url.contains("/evil-"), "{url}");
}

/// A PNG of a few bytes that says it is huge.
fn huge_png(width: u32, height: u32) -> Vec<u8> {
    let small = file(&picture(1, 1), ImageFormat::Png);
    let mut out = small[..16].to_vec();
    out.extend_from_slice(&width.to_be_bytes());
    out.extend_from_slice(&height.to_be_bytes());
    out.extend_from_slice(&small[24..29]);
    let checksum = crc32(&out[12..29]);
    out.extend_from_slice(&checksum.to_be_bytes());
    out.extend_from_slice(&small[33..]);
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}
