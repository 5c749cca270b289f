//! `startup-bench serve` as a program to talk to.

#![allow(
    dead_code,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test code, and each test binary uses its own part of this module"
)]

pub(crate) mod browser;

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A function in Python, without any library.
pub(crate) const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions/page.py");

/// A running `startup-bench serve --json`, ended when it is dropped.
pub(crate) struct Serve {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub(crate) listening: Value,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Serve {
    pub(crate) fn start(app: &str, options: &[&str]) -> Self {
        let mut child = command(app, options).arg("--json").spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut serve = Self { child, lines, listening: Value::Null };
        serve.listening = serve.event("listening");
        serve
    }

    /// The next thing of this kind that happens.
    pub(crate) fn event(&mut self, kind: &str) -> Value {
        loop {
            let line = self.lines.next().unwrap_or_else(|| panic!("no event {kind}")).unwrap();
            let event: Value = serde_json::from_str(&line).unwrap();
            if event["event"] == kind {
                return event;
            }
        }
    }

    /// The URL of the app or, below it, of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        self.listening["url"].as_str().unwrap().trim_end_matches('/').to_owned() + path
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "127.0.0.1")
    }

    pub(crate) fn request(&self, method: &str, path: &str, host: &str) -> Answer {
        request(&self.url(""), method, path, host)
    }

    /// Sends a signal and waits for the end: the summary, and whether all went well.
    pub(crate) fn end(mut self, signal: &str) -> (Value, bool) {
        signal_to(self.child.id(), signal);
        let summary = self.event("summary");
        (summary, self.child.wait().unwrap().success())
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // It may have ended: then there is nothing to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A running `startup-bench serve` as a person sees it, ended when it is dropped.
pub(crate) struct Terminal {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    url: String,
}

impl Terminal {
    pub(crate) fn start(app: &str, options: &[&str]) -> Self {
        let mut child = command(app, options).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut terminal = Self { child, lines, url: String::new() };
        let line = terminal.line(&["http://", "the app"]);
        let url = line.split_whitespace().next().unwrap();
        terminal.url = url.trim_end_matches('/').to_owned();
        terminal
    }

    /// The next line that has all these parts.
    pub(crate) fn line(&mut self, parts: &[&str]) -> String {
        let mut passed = String::new();
        loop {
            let Some(line) = self.lines.next().map(Result::unwrap) else {
                panic!("no line with {parts:?} in:\n{passed}");
            };
            if parts.iter().all(|part| line.contains(part)) {
                return line;
            }
            passed += &(line + "\n");
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        request(&self.url, "GET", path, "127.0.0.1")
    }

    /// Asks for a path without waiting for the answer.
    pub(crate) fn connect(&self, path: &str) -> TcpStream {
        send(&self.url, "GET", path, "127.0.0.1")
    }

    /// Presses Ctrl-C: the rest of what is said, and whether all went well.
    pub(crate) fn end(mut self) -> (String, bool) {
        signal_to(self.child.id(), "INT");
        let rest: Vec<String> = self.lines.by_ref().map(Result::unwrap).collect();
        (rest.join("\n"), self.child.wait().unwrap().success())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `startup-bench serve`, on a free port unless one is named.
pub(crate) fn command(app: &str, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_startup-bench"));
    command.args(["serve", "--app", app]).args(options).stdout(Stdio::piped());
    if !options.contains(&"--port") {
        command.args(["--port", "0"]);
    }
    command
}

fn send(url: &str, method: &str, path: &str, host: &str) -> TcpStream {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn request(url: &str, method: &str, path: &str, host: &str) -> Answer {
    let mut answer = String::new();
    send(url, method, path, host).read_to_string(&mut answer).unwrap();
    let (headers, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: headers.split(' ').nth(1).unwrap().parse().unwrap(),
        headers: headers.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

fn signal_to(pid: u32, signal: &str) {
    let told = Command::new("kill").args(["-s", signal, &pid.to_string()]).status();
    assert!(told.unwrap().success());
}
