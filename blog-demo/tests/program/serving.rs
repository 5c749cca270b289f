//! The same binary as a server and as a function.

use std::process::Command;

use lambdafy_emulator::FrontDoor;

use crate::blog_folder::BlogFolder;
use crate::running::{Server, function};

const PATHS: [&str; 7] =
    ["/", "/page/2/", "/about/", "/tag/code/", "/rss/", "/sitemap.xml", "/nowhere/"];

/// Status, media type and body.
pub(crate) fn fetch(url: &str) -> (String, Vec<u8>) {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--write-out", "%{stderr}%{http_code} %{content_type}"])
        .arg(url)
        .output()
        .unwrap();
    (String::from_utf8(output.stderr).unwrap(), output.stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_answers_as_the_server_does_however_it_begins() {
    let mut blog = tokio::task::spawn_blocking(BlogFolder::seeded).await.unwrap();
    blog.set("BLOG_URL", "https://blog.example");
    let server = Server::start(&blog);
    let image = {
        let (_, html) = fetch(&format!("{}/", server.url));
        let html = String::from_utf8(html).unwrap();
        let start = html.find("/images/").unwrap();
        html[start..].split(['"', ' ', ',']).next().unwrap().to_owned()
    };
    for start in ["planned", "in-series"] {
        let more = [("BLOG_START", start)];
        let (emulator, door) = function(&blog, FrontDoor::FunctionUrl, &more).await;
        let server = server.url.clone();
        let image = image.clone();
        let compared = tokio::task::spawn_blocking(move || {
            for path in PATHS.into_iter().chain([image.as_str()]) {
                let (told, body) = fetch(&format!("{server}{path}"));
                let expected = if path == "/nowhere/" { "404" } else { "200" };
                assert!(told.starts_with(expected), "{path}: {told}");
                let by_function = fetch(&format!("{door}{path}"));
                assert_eq!((by_function.0, by_function.1.len()), (told, body.len()), "{path}");
                assert!(by_function.1 == body, "{path}: another body by the function");
            }
        });
        compared.await.unwrap();
        emulator.stop().await;
    }
}
