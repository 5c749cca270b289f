//! The same stories at both.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lambdafy_emulator::FrontDoor;
use tokio::sync::{Mutex, MutexGuard};

use crate::blog_folder::BlogFolder;
use crate::running::{Server, function};

/// One browser at a time: two take each other's time on a small machine.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    static BROWSER: Mutex<()> = Mutex::const_new(());
    BROWSER.lock().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_sets_up_writes_publishes_and_settles_a_conflict_by_keyboard_on_a_server() {
    on_a_server("author.mjs", BlogFolder::empty).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_sets_up_writes_publishes_and_settles_a_conflict_by_keyboard_on_a_function() {
    on_a_function("author.mjs", BlogFolder::empty).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_looks_around_searches_and_needs_no_scripts_on_a_server() {
    on_a_server("reader.mjs", BlogFolder::seeded).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_looks_around_searches_and_needs_no_scripts_on_a_function() {
    on_a_function("reader.mjs", BlogFolder::seeded).await;
}

async fn on_a_server(story: &'static str, blog: fn() -> BlogFolder) {
    let _alone = alone().await;
    let blog = made(blog).await;
    let server = Server::start(&blog);
    tell(story, &server.url, &[]).await;
}

async fn on_a_function(story: &'static str, blog: fn() -> BlogFolder) {
    let _alone = alone().await;
    let blog = made(blog).await;
    let (emulator, url) = function(&blog, FrontDoor::FunctionUrl, &[]).await;
    tell(story, &url, &[]).await;
    emulator.stop().await;
}

async fn made(blog: fn() -> BlogFolder) -> BlogFolder {
    tokio::task::spawn_blocking(blog).await.unwrap()
}

/// Tells a story of this folder, at this URL.
pub(crate) async fn tell(story: &'static str, url: &str, more: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let mut command = Command::new("node");
    command.arg(folder.join(story)).arg(url).args(more);
    let told = tokio::task::spawn_blocking(move || {
        command.env("NODE_FOLDER", modules(&folder)).status().unwrap()
    });
    assert!(told.await.unwrap().success(), "{story} failed: what it found is above");
}

/// The npm packages, installed under target/.
fn modules(folder: &Path) -> PathBuf {
    let output = Command::new(folder.join("modules")).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "tests/browser/modules failed: is npm there?");
    String::from_utf8(output.stdout).unwrap().trim().into()
}
