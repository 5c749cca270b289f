//! Stories in a real browser, Debian's Chromium, against the app on a real port.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use blog_demo::database::Database;
use blog_demo::media::{Folder, Storage};
use blog_demo::store::Store;
use blog_demo::{Blog, Config};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_sets_up_writes_publishes_and_settles_a_conflict_by_keyboard() {
    let images = tempfile::tempdir().unwrap();
    let address = serve(images.path()).await;
    let story = tokio::task::spawn_blocking(move || story("author.mjs", address));
    story.await.unwrap();
}

/// An empty blog on a port of its own; its address.
async fn serve(images: &Path) -> SocketAddr {
    let options = SqliteConnectOptions::new().in_memory(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let database = Database::from(pool);
    database.migrate().await.unwrap();
    let config = Config { images: Storage::Folder(Folder::new(images)), ..Config::default() };
    let app = Blog::new(Store::new(database), config).router();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

fn story(name: &str, address: SocketAddr) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let status = Command::new("node")
        .arg(folder.join(name))
        .arg(format!("http://{address}"))
        .env("NODE_FOLDER", modules(&folder))
        .status()
        .unwrap();
    assert!(status.success(), "{name} failed: what it found is above");
}

/// The npm packages, installed under target/.
fn modules(folder: &Path) -> PathBuf {
    let output = Command::new(folder.join("modules")).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "tests/browser/modules failed: is npm there?");
    String::from_utf8(output.stdout).unwrap().trim().into()
}
