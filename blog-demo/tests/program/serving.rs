//! The same binary as a server and as a function.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use lambdafy_emulator::{Emulator, FrontDoor};

use crate::folder::BlogFolder;

const PATHS: [&str; 7] =
    ["/", "/page/2/", "/about/", "/tag/code/", "/rss/", "/sitemap.xml", "/nowhere/"];

/// The server, ended with the test.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(blog: &BlogFolder) -> Self {
        let mut command = blog.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("The blog is at ").unwrap().trim_end_matches('/');
        Self { child, url: url.to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Status, media type and body.
fn fetch(url: &str) -> (String, Vec<u8>) {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--write-out", "%{stderr}%{http_code} %{content_type}"])
        .arg(url)
        .output()
        .unwrap();
    (String::from_utf8(output.stderr).unwrap(), output.stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_answers_as_the_server_does_however_it_begins() {
    let blog = tokio::task::spawn_blocking(BlogFolder::seeded).await.unwrap();
    let server = Server::start(&blog);
    let image = {
        let (_, html) = fetch(&format!("{}/", server.url));
        let html = String::from_utf8(html).unwrap();
        let start = html.find("/images/").unwrap();
        html[start..].split(['"', ' ', ',']).next().unwrap().to_owned()
    };
    for start in ["planned", "in-series"] {
        let mut builder = Emulator::builder()
            .app(env!("CARGO_BIN_EXE_blog-demo"))
            .source(FrontDoor::FunctionUrl)
            .env("BLOG_START", start);
        for (name, value) in blog.environment() {
            builder = builder.env(name, value);
        }
        let emulator = builder.start().await.unwrap();
        let door = emulator.url().to_string();
        let server = server.url.clone();
        let image = image.clone();
        let compared = tokio::task::spawn_blocking(move || {
            for path in PATHS.into_iter().chain([image.as_str()]) {
                let (told, body) = fetch(&format!("{server}{path}"));
                let expected = if path == "/nowhere/" { "404" } else { "200" };
                assert!(told.starts_with(expected), "{path}: {told}");
                let by_function = fetch(&format!("{}{path}", door.trim_end_matches('/')));
                assert_eq!((by_function.0, by_function.1.len()), (told, body.len()), "{path}");
                assert!(by_function.1 == body, "{path}: another body by the function");
            }
        });
        compared.await.unwrap();
        emulator.stop().await;
    }
}
