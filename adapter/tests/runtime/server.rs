//! The same app where there is no Lambda: a server.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};

use super::process::Process;

#[tokio::test]
async fn host_and_port_say_where_it_listens() {
    let (_process, address) = start("app", &[("HOST", "127.0.0.2"), ("PORT", "0")]).await;
    assert_eq!(address.ip().to_string(), "127.0.0.2");
    assert_eq!(get(address, "/hello").await, "hello");
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error_that_says_what_to_do() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let port = address.port().to_string();
    let ended = Process::start("app", [("PORT", &port)]).ended().await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let message = format!("Error: cannot listen on {address}: set PORT or HOST to another one: ");
    assert_eq!(ended.lines(&message).len(), 1, "{ended:?}");
    // And when it is free again, it is the port that is used.
    drop(listener);
    let (_process, now) = start("app", &[("PORT", &port)]).await;
    assert_eq!(now, address);
}

#[tokio::test]
async fn a_wrong_port_host_or_option_is_an_error_that_names_it() {
    let wrong = [("PORT", "http"), ("PORT", "70000"), ("LAMBDAFY_X", "y")];
    for (name, value) in wrong {
        let ended = Process::start("app", [(name, value)]).ended().await;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert_eq!(ended.lines(&format!("Error: {name} is ")).len(), 1, "{ended:?}");
    }
    let ended = Process::start("app", [("HOST", "no.such.host.invalid")]).ended().await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let message = "Error: cannot listen on no.such.host.invalid:3000: set PORT or HOST";
    assert_eq!(ended.lines(message).len(), 1, "{ended:?}");
}

#[tokio::test]
async fn a_host_may_be_a_name() {
    let (_process, address) = start("app", &[("PORT", "0"), ("HOST", "localhost")]).await;
    assert!(address.ip().is_loopback(), "{address}");
}

#[tokio::test]
async fn it_speaks_http_1_and_keeps_the_connection() {
    let (_process, address) = start("app", &[("PORT", "0")]).await;
    let mut connection = Http1::connect(address).await;
    for _ in 0..3 {
        assert_eq!(connection.get("/head").await, "HTTP/1.1");
    }
}

#[tokio::test]
async fn it_speaks_http_2_with_prior_knowledge() {
    let (_process, address) = start("app", &[("PORT", "0")]).await;
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let uri = format!("http://{address}/head");
    let request = Request::get(uri).body(Full::<Bytes>::default()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.version(), http::Version::HTTP_2);
    assert_eq!(text(response).await, "HTTP/2.0");
}

#[tokio::test]
async fn the_app_learns_the_address_of_the_client() {
    let (_process, address) = start("app", &[("PORT", "0")]).await;
    let mut connection = Http1::connect(address).await;
    let client = connection.client;
    assert_eq!(connection.get("/client").await, client.to_string());
}

#[tokio::test]
async fn there_is_no_context_and_the_app_need_not_ask_for_one() {
    let (_process, address) = start("app_on_many_threads", &[("PORT", "0")]).await;
    assert_eq!(get(address, "/hello").await, "hello");
    let answer = get(address, "/context").await;
    assert!(answer.contains("Missing request extension"), "{answer}");
}

/// Starts the app as a server, and waits until it listens.
pub(crate) async fn start(app: &str, environment: &[(&str, &str)]) -> (Process, SocketAddr) {
    const LISTENS: &str = "serving on http://";
    let process = Process::start(app, environment.iter().copied());
    let line = process.line(LISTENS).await;
    let (_, address) = line.split_once(LISTENS).unwrap();
    (process, address.parse().unwrap())
}

/// The answer on a connection of its own.
pub(crate) async fn get(address: SocketAddr, target: &str) -> String {
    Http1::connect(address).await.get(target).await
}

/// A connection of HTTP/1.1.
pub(crate) struct Http1 {
    sender: http1::SendRequest<Full<Bytes>>,
    client: SocketAddr,
    address: SocketAddr,
}

impl Http1 {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let client = stream.local_addr().unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender, client, address }
    }

    pub(crate) async fn get(&mut self, target: &str) -> String {
        let host = self.address.to_string();
        let request = Request::get(target).header("host", host).body(Full::default()).unwrap();
        self.sender.ready().await.unwrap();
        text(self.sender.send_request(request).await.unwrap()).await
    }
}

async fn text(response: Response<Incoming>) -> String {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}
