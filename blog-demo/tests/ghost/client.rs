//! The npm package @tryghost/content-api against the running server.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::blog::TestBlog;

const PACKAGE: &str = "@tryghost/content-api@1.12.12";

const PROGRAM: &str = r#"
const GhostContentAPI = require("@tryghost/content-api");
const api = new GhostContentAPI({ url: process.argv[2], key: process.argv[3], version: "v6.0" });
(async () => {
  const out = {};
  const posts = await api.posts.browse({ limit: 5, include: "tags,authors", filter: "tag:fourth" });
  out.titles = posts.map((post) => post.title);
  out.total = posts.meta.pagination.total;
  out.tag = posts[0].primary_tag.name;
  out.bySlug = (await api.posts.read({ slug: "post-07" }, { fields: ["title", "url"] })).title;
  out.byId = (await api.posts.read({ id: posts[0].id })).slug;
  out.page = (await api.pages.read({ slug: "about" })).title;
  out.tags = (await api.tags.browse({ include: "count.posts", limit: "all" })).map((tag) => tag.count.posts);
  out.authors = (await api.authors.browse({ order: "name desc" })).map((author) => author.name);
  out.settings = (await api.settings.browse()).title;
  out.missing = await api.posts.read({ slug: "nowhere" }).catch((error) => [error.response?.status, error.type ?? error.name]);
  console.log(JSON.stringify(out));
})().catch((error) => { console.error(error); process.exit(1); });
"#;

#[tokio::test(flavor = "multi_thread")]
async fn ghosts_own_client_reads_the_blog() {
    let blog = TestBlog::full().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = blog.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let key = blog.key.clone();
    let output = tokio::task::spawn_blocking(move || {
        let folder = installed();
        let program = folder.join("client.cjs");
        std::fs::write(&program, PROGRAM).unwrap();
        Command::new("node").arg(&program).args([url, key]).output().unwrap()
    });
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let out: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(out["titles"], json!(["Post 20", "Post 16", "Post 12", "Post 08", "Post 04"]));
    assert_eq!((&out["total"], &out["tag"]), (&json!(5), &json!("Fourth")));
    assert_eq!((&out["bySlug"], &out["byId"]), (&json!("Post 07"), &json!("post-20")));
    assert_eq!((&out["page"], &out["settings"]), (&json!("About"), &json!("Test")));
    assert_eq!(out["tags"], json!([20, 5]));
    assert_eq!(out["authors"], json!(["Grace Hopper", "Ada Lovelace"]));
    assert_eq!(out["missing"], json!([404, "NotFoundError"]));
}

/// The folder in which the package is, installed once.
fn installed() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ghost-client");
    if !folder.join("node_modules/@tryghost/content-api/package.json").is_file() {
        std::fs::create_dir_all(&folder).unwrap();
        let status = Command::new("npm")
            .args(["install", "--no-save", "--no-audit", "--no-fund", "--silent", "--prefix"])
            .arg(&folder)
            .arg(PACKAGE)
            .status()
            .expect("npm is installed: scripts/test does that");
        assert!(status.success(), "npm could not install {PACKAGE}");
    }
    folder
}
