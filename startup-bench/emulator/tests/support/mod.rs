//! A runtime by hand: what a Lambda runtime does, one request at a time.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "test code, and each test binary uses its own part of this module"
)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use lambdafy_emulator::LogLine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection to a server.
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
}

/// A whole response.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An event as the runtime gets it.
pub(crate) struct Event {
    pub(crate) request_id: String,
    pub(crate) received: Received,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender }
    }

    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> Received {
        self.sender.ready().await.unwrap();
        let response: Response<_> = self.sender.send_request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Received {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Received {
        self.send(request("GET", path, &[], "")).await
    }

    pub(crate) async fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Received {
        self.send(request("POST", path, headers, body)).await
    }

    /// Takes the next event.
    pub(crate) async fn next(&mut self) -> Event {
        let received = self.get("/2018-06-01/runtime/invocation/next").await;
        assert_eq!(received.status, 200, "{}", received.text());
        Event { request_id: received.header("lambda-runtime-aws-request-id").to_owned(), received }
    }

    /// Posts an answer.
    pub(crate) async fn respond(&mut self, request_id: &str, body: impl Into<Bytes>) -> Received {
        self.post(&answer_path(request_id, "response"), &[], body).await
    }
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub(crate) fn request(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(target).header("host", "127.0.0.1");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::new(body.into())).unwrap()
}

pub(crate) fn answer_path(request_id: &str, what: &str) -> String {
    format!("/2018-06-01/runtime/invocation/{request_id}/{what}")
}

/// Writes bytes to a new connection and reads until the server closes it.
pub(crate) async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// The function without any crate, `examples/by_hand.rs`.
pub(crate) fn by_hand() -> std::path::PathBuf {
    example("by_hand")
}

/// A program of the folder `examples`.
pub(crate) fn example(name: &str) -> std::path::PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().join("../examples").join(name);
    assert!(
        path.is_file(),
        "{} is missing: `cargo test` builds it, or `cargo build --examples`",
        path.display()
    );
    path.canonicalize().unwrap()
}

/// Whether a process runs. A zombie, which has only its exit status left, does not.
pub(crate) fn is_alive(pid: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

pub(crate) async fn is_soon_dead(pid: u32) -> bool {
    soon(|| !is_alive(pid)).await
}

/// Waits until something is so, at most 10 seconds.
pub(crate) async fn soon(is_so: impl Fn() -> bool) -> bool {
    for _ in 0..1000 {
        if is_so() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

/// A file name of this test's own, whose file is removed in the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("emulator-test-{}-{count}-{name}", std::process::id());
        Self(by_hand().with_file_name(name))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// What the function itself wrote to its log.
pub(crate) fn printed(logs: &[LogLine]) -> Vec<&str> {
    logs.iter().filter(|line| !line.is_platform).map(|line| line.text.as_str()).collect()
}

/// What the platform wrote.
pub(crate) fn said(logs: &[LogLine]) -> Vec<&str> {
    logs.iter().filter(|line| line.is_platform).map(|line| line.text.as_str()).collect()
}
