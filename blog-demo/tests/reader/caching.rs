//! What browsers and CDNs may keep.

use axum::http::StatusCode;

use crate::blog::TestBlog;

#[tokio::test]
async fn a_page_that_a_reader_has_is_not_sent_again_until_something_changes() {
    let blog = TestBlog::new().await;
    let first = blog.get("/").await;
    let etag = first.header("etag").to_owned();
    assert!(
        first.header("cache-control").contains("s-maxage"),
        "{}",
        first.header("cache-control")
    );
    let again = blog.get_with("/", &[("if-none-match", &etag)]).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let since = first.header("last-modified").to_owned();
    let again = blog.get_with("/", &[("if-modified-since", &since)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    blog.publish(&blog.draft("News", "")).await;
    let changed = blog.get_with("/", &[("if-none-match", &etag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert!(changed.body.contains("News"));
}

#[tokio::test]
async fn a_page_made_for_one_host_is_not_given_to_another() {
    let blog = TestBlog::new().await;
    blog.publish(&blog.draft("One", "")).await;
    let evil = blog.get_with("/one/", &[("x-forwarded-proto", "https")]).await.body;
    assert!(evil.contains("https://blog.example/one/"));
    let own = blog.get("/one/").await.body;
    assert!(own.contains("http://blog.example/one/") && !own.contains("https://blog.example"));
}

#[tokio::test]
async fn an_asset_may_be_kept_for_ever_under_the_address_that_pages_have() {
    let blog = TestBlog::new().await;
    let page = blog.get("/").await.body;
    let start = page.find("/assets/reader.").unwrap();
    let url = page[start..].split('"').next().unwrap().to_owned();
    let asset = blog.get(&url).await;
    assert_eq!(asset.status, StatusCode::OK);
    assert!(asset.header("cache-control").contains("immutable"));
    assert!(asset.header("content-type").starts_with("text/css"));
}
