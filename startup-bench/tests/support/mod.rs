//! `startup-bench serve` as a program to talk to.

#![allow(
    dead_code,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test code, and each test binary uses its own part of this module"
)]

pub(crate) mod browser;
#[cfg(feature = "aws")]
pub(crate) mod lambda;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

/// A function in Python, without any library.
pub(crate) const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions/page.py");

/// How long something may take to be said.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a program prints.
struct Printed {
    lines: Receiver<String>,
    /// Lines that nobody has asked for so far: the order of some is chance.
    passed: Vec<String>,
}

impl Printed {
    fn of(child: &mut Child) -> Self {
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { lines, passed: Vec::new() }
    }

    /// The first line that fits and was not asked for before.
    fn find(&mut self, what: &str, fits: impl Fn(&str) -> bool) -> String {
        if let Some(at) = self.passed.iter().position(|line| fits(line)) {
            return self.passed.remove(at);
        }
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if fits(&line) {
                return line;
            }
            self.passed.push(line);
        }
        panic!("no line with {what} in:\n{}", self.passed.join("\n"));
    }

    /// All lines until the end that nobody has asked for.
    fn rest(&mut self) -> String {
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.passed.push(line);
        }
        self.passed.join("\n")
    }
}

/// A running `startup-bench serve --json`, ended when it is dropped.
pub(crate) struct Serve {
    child: Child,
    printed: Printed,
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
        let printed = Printed::of(&mut child);
        let mut serve = Self { child, printed, listening: Value::Null };
        serve.listening = serve.event("listening");
        serve
    }

    /// The next thing of this kind that happens.
    pub(crate) fn event(&mut self, kind: &str) -> Value {
        let kind = format!("\"event\":\"{kind}\"");
        serde_json::from_str(&self.printed.find(&kind, |line| line.contains(&kind))).unwrap()
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
    printed: Printed,
    url: String,
}

impl Terminal {
    pub(crate) fn start(app: &str, options: &[&str]) -> Self {
        let mut child = command(app, options).spawn().unwrap();
        let printed = Printed::of(&mut child);
        let mut terminal = Self { child, printed, url: String::new() };
        let line = terminal.line(&["http://", "the app"]);
        let url = line.split_whitespace().next().unwrap();
        terminal.url = url.trim_end_matches('/').to_owned();
        terminal
    }

    /// The next line that has all these parts.
    pub(crate) fn line(&mut self, parts: &[&str]) -> String {
        self.printed.find(&parts.join(", "), |line| parts.iter().all(|part| line.contains(part)))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        request(&self.url, "GET", path, "127.0.0.1")
    }

    /// Asks for a path without waiting for the answer.
    pub(crate) fn connect(&self, path: &str) -> TcpStream {
        send(&self.url, "GET", path, "127.0.0.1")
    }

    /// Presses Ctrl-C: what else is said, and whether all went well.
    pub(crate) fn end(mut self) -> (String, bool) {
        signal_to(self.child.id(), "INT");
        let rest = self.printed.rest();
        (rest, self.child.wait().unwrap().success())
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

pub(crate) fn request(url: &str, method: &str, path: &str, host: &str) -> Answer {
    let mut answer = String::new();
    send(url, method, path, host).read_to_string(&mut answer).unwrap();
    let (headers, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: headers.split(' ').nth(1).unwrap().parse().unwrap(),
        headers: headers.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

pub(crate) fn signal_to(pid: u32, signal: &str) {
    let told = Command::new("kill").args(["-s", signal, &pid.to_string()]).status();
    assert!(told.unwrap().success());
}
