//! The program, running: as a server, and as a function behind a front door.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use lambdafy_emulator::{Emulator, FrontDoor};

use crate::blog_folder::BlogFolder;

/// The server, ended with the test.
pub(crate) struct Server {
    child: Child,
    /// Without a slash at the end.
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(blog: &BlogFolder) -> Self {
        let mut command = blog.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("The blog is at ").unwrap_or_else(|| panic!("{line}"));
        let url = url.trim_end_matches('/').to_owned();
        // What it says later must not fill the pipe.
        std::thread::spawn(move || {
            errors.lines().map_while(Result::ok).for_each(|it| println!("{it}"))
        });
        Self { child, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The function, and the URL of its front door without a slash at the end.
pub(crate) async fn function(
    blog: &BlogFolder,
    source: FrontDoor,
    more: &[(&str, &str)],
) -> (Emulator, String) {
    // Not Lambda's default of 3 seconds, in which this unoptimised program makes no large picture.
    let mut builder = Emulator::builder()
        .app(env!("CARGO_BIN_EXE_blog-demo"))
        .source(source)
        .timeout(Duration::from_secs(120));
    for (name, value) in blog.environment() {
        builder = builder.env(name, value);
    }
    for (name, value) in more {
        builder = builder.env(*name, *value);
    }
    let emulator = builder.start().await.unwrap();
    let url = emulator.url().trim_end_matches('/').to_owned();
    (emulator, url)
}
