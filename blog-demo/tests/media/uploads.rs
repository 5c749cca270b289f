//! Images that are taken in.

use std::io::Cursor;

use axum::http::StatusCode;
use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use crate::blog::TestBlog;

/// Dark at the left, light at the right, red at the top.
pub(crate) fn picture(width: u32, height: u32) -> DynamicImage {
    #[allow(clippy::cast_possible_truncation, reason = "below 256")]
    let shade = |x: u32, of: u32| (x * 255 / of) as u8;
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        let red = if y < height / 2 { 200 } else { 0 };
        Rgb([red, shade(x, width), shade(x, width)])
    }))
}

pub(crate) fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

#[tokio::test]
async fn an_upload_is_kept_in_all_sizes_and_served_for_ever() {
    let blog = TestBlog::new().await;
    let sent = file(&picture(1000, 500), ImageFormat::Jpeg);
    let answer = blog.upload("Mein Föto.JPG", "image/jpeg", &sent).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let uploaded = answer.json();
    let url = uploaded["url"].as_str().unwrap();
    assert!(url.contains("/mein-foto-") && url.ends_with("-1000x500.jpg"), "{url}");

    let served = blog.get(url).await;
    assert_eq!(served.status, StatusCode::OK);
    assert_eq!(served.header("content-type"), "image/jpeg");
    assert_eq!(served.header("x-content-type-options"), "nosniff");
    assert!(served.header("cache-control").contains("immutable"));
    assert!(served.header("content-security-policy").contains("sandbox"));

    let srcset = uploaded["srcset"].as_str().unwrap();
    let sizes: Vec<_> = srcset.split(", ").map(|part| part.split_once(' ').unwrap()).collect();
    assert_eq!(sizes.iter().map(|(_, width)| *width).collect::<Vec<_>>(), ["320w", "640w", "960w"]);
    for (url, width) in sizes {
        let served = blog.get(url).await;
        assert_eq!(served.header("content-type"), "image/webp", "{url}");
        let smaller =
            image::load_from_memory_with_format(&served.bytes, ImageFormat::WebP).unwrap();
        assert_eq!(format!("{}w", smaller.width()), width);
        assert_eq!(smaller.height() * 2, smaller.width());
        assert!(served.bytes.len() < sent.len());
        let [red, _, _, _] = smaller.get_pixel(10, 10).0;
        assert!(red > 150, "the colours are those of the original: {red}");
    }

    let known = blog.store.newest_images(10, 0).await.unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].variants.len(), 3);
    assert_eq!(known[0].id, uploaded["id"].as_str().unwrap());
    assert!(known[0].user_id.is_some());
}

#[tokio::test]
async fn the_same_image_twice_is_kept_once() {
    let blog = TestBlog::new().await;
    let sent = file(&picture(40, 30), ImageFormat::Png);
    let first = blog.upload("a.png", "image/png", &sent).await.json();
    let second = blog.upload("a.png", "image/png", &sent).await;
    assert_eq!((second.status, second.json()), (StatusCode::CREATED, first));
    assert_eq!(blog.store.newest_images(10, 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn transparency_survives_in_every_size() {
    let blog = TestBlog::new().await;
    let glass =
        RgbaImage::from_fn(700, 700, |x, _| Rgba([255, 0, 0, if x < 350 { 0 } else { 255 }]));
    let sent = file(&DynamicImage::ImageRgba8(glass), ImageFormat::Png);
    let uploaded = blog.upload("glass.png", "image/png", &sent).await.json();
    let smaller = uploaded["srcset"].as_str().unwrap().split(' ').next().unwrap().to_owned();
    for url in [uploaded["url"].as_str().unwrap(), &smaller] {
        let shown = image::load_from_memory(&blog.get(url).await.bytes).unwrap();
        let alpha = |x: u32| shown.get_pixel(x, 5).0[3];
        assert_eq!((alpha(5), alpha(shown.width() - 5)), (0, 255), "{url}");
    }
}

#[tokio::test]
async fn a_large_original_is_made_smaller_once() {
    let blog = TestBlog::new().await;
    let sent = file(&picture(3000, 1500), ImageFormat::Jpeg);
    let uploaded = blog.upload("large.jpg", "image/jpeg", &sent).await.json();
    assert_eq!((&uploaded["width"], &uploaded["height"]), (&2560.into(), &1280.into()));
    assert!(uploaded["srcset"].as_str().unwrap().contains("1920w"));
}

#[tokio::test]
async fn a_photo_is_turned_as_the_camera_says_and_tells_nothing_else() {
    let blog = TestBlog::new().await;
    let upright = file(&picture(200, 100), ImageFormat::Jpeg);
    let sent = with_exif(&upright);
    assert!(contains(&sent, b"SECRET-PLACE"));
    let uploaded = blog.upload("turned.jpg", "image/jpeg", &sent).await.json();
    assert_eq!((&uploaded["width"], &uploaded["height"]), (&100.into(), &200.into()));
    let served = blog.get(uploaded["url"].as_str().unwrap()).await;
    assert!(!contains(&served.bytes, b"SECRET-PLACE"));
    assert!(!contains(&served.bytes, b"Exif"));
}

/// The file with a segment that says "turn by 90 degrees", and where it was taken.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend_from_slice(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
    tiff.extend_from_slice(b"\x0e\x01\x02\0\x0d\0\0\0\x26\0\0\0");
    tiff.extend_from_slice(b"\0\0\0\0SECRET-PLACE\0");
    let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
    let mut out = jpeg[..2].to_vec();
    out.extend_from_slice(&[0xff, 0xe1]);
    out.extend_from_slice(&length);
    out.extend_from_slice(&tiff);
    out.extend_from_slice(&jpeg[2..]);
    out
}

pub(crate) fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}
