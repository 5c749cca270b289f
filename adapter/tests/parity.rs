//! The same app answers a client the same over TCP and behind each of AWS's front doors.
//!
//! The measure is axum's own server. Status, headers and body are compared byte for byte, but for
//! the headers of the connection and the server (`connection`, `date`, `transfer-encoding`) and a
//! `content-length` that is left to the front door. What a front door itself loses is said in the
//! table, case by case.

#![cfg(feature = "axum")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[path = "parity/app.rs"]
mod app;
mod support;
#[path = "parity/table.rs"]
mod table;
#[path = "parity/tcp.rs"]
mod tcp;

use std::net::SocketAddr;
use std::process::Stdio;

use support::{Answer, ClientRequest, Front};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

macro_rules! fronts {
    ($($name:ident: $front:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            compare(Front::$front).await;
        }
    )*};
}

fronts! {
    a_rest_api_gives_the_answers_of_a_server: RestApi;
    a_rest_api_that_streams_gives_the_answers_of_a_server: RestApiStreaming;
    an_http_api_with_payload_1_gives_the_answers_of_a_server: HttpApiV1;
    an_http_api_with_payload_2_gives_the_answers_of_a_server: HttpApiV2;
    a_function_url_gives_the_answers_of_a_server: FunctionUrl;
    a_function_url_that_streams_gives_the_answers_of_a_server: FunctionUrlStreaming;
    a_load_balancer_without_lists_gives_the_answers_of_a_server: AlbSingle;
    a_load_balancer_with_lists_gives_the_answers_of_a_server: AlbMulti;
    lattice_version_1_gives_the_answers_of_a_server: LatticeV1;
    lattice_version_2_gives_the_answers_of_a_server: LatticeV2;
    cloudfront_gives_the_answers_of_a_server: Edge;
}

#[tokio::test]
async fn the_local_server_gives_the_answers_of_axums_server() {
    let (_child, address) = local_server().await;
    let reference = reference().await;
    let mut failures = Vec::new();
    for case in table::table() {
        let expected = tcp::answer(reference, &case.request).await;
        let actual = tcp::answer(address, &case.request).await;
        failures.extend(difference(&case.request, &actual, &expected));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Set where this program is to be the server, in a process of its own so that it has an
/// environment of its own too.
const BE_THE_SERVER: &str = "PARITY_LOCAL_SERVER";

/// The app by `lambdafy::run`, where the test above has started this program for it.
#[test]
#[allow(clippy::disallowed_methods, reason = "the test above tells by the environment")]
fn local_server_process() {
    if std::env::var_os(BE_THE_SERVER).is_some() {
        lambdafy::run(|| async { Ok(app::app()) }).unwrap();
    }
}

async fn compare(front: Front) {
    let reference = reference().await;
    let mut failures = Vec::new();
    for case in table::table() {
        let (request_behind, because) = case.behind(front);
        let expected = tcp::answer(reference, request_behind).await;
        let actual = support::answer_of(front, app::app(), &case.request).await;
        if let Some(difference) = difference(&case.request, &actual, &expected) {
            failures.push(difference + because);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Whether a client gets the same; a front door may write the length of the body itself.
fn is_same(actual: &Answer, expected: &Answer) -> bool {
    const LENGTH: &str = "content-length";
    let mut expected = expected.clone();
    if !actual.headers.contains_key(LENGTH) {
        expected.headers.remove(LENGTH);
    }
    *actual == expected
}

/// What differs, in a line that can be read.
fn difference(request: &ClientRequest, actual: &Answer, expected: &Answer) -> Option<String> {
    let show = |answer: &Answer| {
        let body = answer.body.get(..answer.body.len().min(400)).unwrap_or_default();
        let Answer { status, headers, .. } = answer;
        format!("{status} {headers:?} {}", body.escape_ascii())
    };
    (!is_same(actual, expected)).then(|| {
        let ClientRequest { method, target, headers, .. } = request;
        let target = target.get(..200).unwrap_or(target);
        format!(
            "{method} {target} {headers:?}\n  behind the front door: {}\n  over TCP:              {}",
            show(actual),
            show(expected)
        )
    })
}

/// The app on axum's own server.
async fn reference() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = app::app().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// The app on lambdafy's server, and the process that ends when it is dropped.
async fn local_server() -> (Child, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "local_server_process", "--nocapture"])
        .env(BE_THE_SERVER, "yes")
        .env_remove("AWS_LAMBDA_RUNTIME_API")
        .env_remove("HOST")
        .env("PORT", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut seen = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, address)) = line.split_once("serving on http://") {
            return (child, address.parse().unwrap());
        }
        seen.push(line);
    }
    panic!("the server did not start: {}", seen.join("\n"));
}
