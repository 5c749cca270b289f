//! `startup-bench serve` as a user has it.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[test]
fn it_says_where_it_listens_shows_each_request_and_ends_with_a_signal() {
    let mut serve = Command::new(env!("CARGO_BIN_EXE_startup-bench"))
        // A program that ends at once: what matters here is what is said about it.
        .args(["serve", "--app", "/bin/sh", "--port", "0", "--source", "rest"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(serve.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines
        .find_map(|line| {
            Some(line.trim().strip_prefix("http://")?.trim_end_matches('/').to_owned())
        })
        .unwrap();
    lines.find(|line| line.contains("Ctrl-C ends all")).unwrap();

    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(b"GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 502 Bad Gateway"), "{answer}");
    lines.find(|line| line.contains("did not start: Runtime.ExitError")).unwrap();
    lines.find(|line| line.contains("502 GET /a") && line.contains("Runtime.ExitError")).unwrap();

    let told = Command::new("kill").args(["-INT", &serve.id().to_string()]).status();
    assert!(told.unwrap().success());
    assert!(serve.wait().unwrap().success());
    assert!(lines.last().unwrap().contains("all sandboxes have ended"));
}

#[test]
fn an_app_that_does_not_exist_is_said_to_be_missing() {
    let serve = Command::new(env!("CARGO_BIN_EXE_startup-bench"))
        .args(["serve", "--app", "./no-such-app"])
        .output()
        .unwrap();
    assert!(!serve.status.success());
    let said = String::from_utf8_lossy(&serve.stderr);
    assert!(said.contains("there is no such file"), "{said}");
}
