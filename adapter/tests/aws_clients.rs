//! AWS clients by `lambdafy::aws`, with a real S3 server over TLS: they find everything in the
//! environment, and look nowhere else.
//!
//! The process under test is this program itself, started with an environment of its own.

#![cfg(all(feature = "aws", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[path = "aws_clients/elsewhere.rs"]
mod elsewhere;
#[path = "runtime/process.rs"]
mod process;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_s3::Client;
use lambdafy_backends::{CertificateAuthority, HttpServer, S3};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

use elsewhere::{Listener, Watch};
use process::Process;

const LOCALHOST: std::net::IpAddr = std::net::IpAddr::V4(Ipv4Addr::LOCALHOST);
const BUCKET: &str = "bucket";
const KEY: &str = "folder/file.txt";

/// The process, where a test has started this program for it; otherwise nothing.
#[test]
#[allow(clippy::disallowed_methods, reason = "the tests tell by the environment")]
fn function_process() {
    let Ok(app) = std::env::var(process::APP) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        match app.as_str() {
            "clients" => drop((client(), client())),
            "get" => get(&client()).await,
            "get_twice" => {
                get(&client()).await;
                get(&client()).await;
            }
            "refused" => eprintln!("refused: {}", lambdafy::aws::config().unwrap_err()),
            other => panic!("there is no app '{other}'"),
        }
    });
    std::process::exit(0);
}

fn client() -> Client {
    let config = aws_sdk_s3::config::Builder::from(&lambdafy::aws::config().unwrap());
    Client::from_conf(config.force_path_style(true).build())
}

async fn get(client: &Client) {
    match client.get_object().bucket(BUCKET).key(KEY).send().await {
        Ok(answer) => {
            let bytes = answer.body.collect().await.unwrap().into_bytes();
            eprintln!("got {}", String::from_utf8(bytes.into()).unwrap());
        }
        Err(error) => eprintln!("failed: {error:?}"),
    }
}

/// An S3 server over TLS, and the file of the authority that vouches for it.
struct Server {
    s3: S3,
    _folder: TempDir,
    certificates: PathBuf,
}

impl Server {
    fn start() -> Self {
        let authority = CertificateAuthority::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let certificates = folder.path().join("authority.pem");
        authority.write_pem(&certificates).unwrap();
        let s3 = S3::start(LOCALHOST, Some(&authority)).unwrap();
        s3.put(BUCKET, KEY, b"hello").unwrap();
        Self { s3, _folder: folder, certificates }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        self.environment_at(self.s3.address())
    }

    fn environment_at(&self, address: std::net::SocketAddr) -> Vec<(&'static str, String)> {
        let certificates = ("SSL_CERT_FILE", self.certificates.display().to_string());
        self.s3.environment_at(address).into_iter().chain([certificates]).collect()
    }
}

#[tokio::test]
async fn a_client_works_with_what_lambda_sets() {
    let server = Server::start();
    let ended = Process::start("get", server.environment()).ended().await;
    assert_eq!(ended.lines("got "), ["hello"], "{ended:?}");
}

#[tokio::test]
async fn a_server_that_the_machine_does_not_trust_is_refused() {
    let (server, other) = (Server::start(), Server::start());
    let mut environment = server.environment();
    environment.retain(|(name, _)| *name != "SSL_CERT_FILE");
    environment.push(("SSL_CERT_FILE", other.certificates.display().to_string()));
    let ended = Process::start("get", environment).ended().await;
    assert!(ended.lines("failed: ")[0].contains("InvalidCertificate"), "{ended:?}");
}

#[tokio::test]
async fn nothing_is_looked_up_elsewhere() {
    let server = Server::start();
    let listener = Listener::start().await;
    let elsewhere = elsewhere::Elsewhere::new(&listener);
    let watch = Watch::of(&elsewhere.files());
    let environment = server.environment().into_iter().chain(elsewhere.environment());
    let ended = Process::start("get", environment).ended().await;
    assert_eq!(ended.lines("got "), ["hello"], "{ended:?}");
    assert_eq!(watch.opened(), 0, "no profile, no token file");
    assert_eq!(listener.connections(), 0, "no metadata, no container, no other endpoint");
    // And either would have been noticed.
    std::fs::read(&elsewhere.files()[0]).unwrap();
    assert_eq!(watch.opened(), 1);
    TcpStream::connect(listener.address).await.unwrap();
    listener.has_connections(1).await;
}

#[tokio::test]
async fn certificates_are_read_by_the_first_request_and_not_by_making_clients() {
    let server = Server::start();
    let watch = Watch::of(std::slice::from_ref(&server.certificates));
    let ended = Process::start("clients", server.environment()).ended().await;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(watch.opened(), 0);
    Process::start("get_twice", server.environment()).ended().await;
    assert_eq!(watch.opened(), 1);
}

#[tokio::test]
async fn all_clients_share_their_connections() {
    let server = Server::start();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let environment = server.environment_at(listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let (to, counted) = (server.s3.address(), connections.clone());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut server = TcpStream::connect(to).await?;
                tokio::io::copy_bidirectional(&mut client, &mut server).await
            });
        }
    });
    let ended = Process::start("get_twice", environment).ended().await;
    assert_eq!(ended.lines("got "), ["hello", "hello"], "{ended:?}");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn requests_carry_the_session_token_of_lambdas_credentials() {
    let tokens = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = tokens.clone();
    let service = hyper::service::service_fn(move |request: http::Request<_>| {
        let _: &hyper::body::Incoming = request.body();
        seen.lock().unwrap().push(request.headers().get("x-amz-security-token").cloned());
        std::future::ready(Ok::<_, std::convert::Infallible>(http::Response::new(
            "there".to_owned(),
        )))
    });
    let server = HttpServer::start(LOCALHOST, None, service).unwrap();
    let environment = [
        ("AWS_ENDPOINT_URL", server.url()),
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE".into()),
        ("AWS_SECRET_ACCESS_KEY", "secret".into()),
        ("AWS_SESSION_TOKEN", "the-token".into()),
        ("AWS_DEFAULT_REGION", "eu-west-1".into()),
    ];
    let ended = Process::start("get", environment).ended().await;
    assert_eq!(ended.lines("got "), ["there"], "{ended:?}");
    let tokens = tokens.lock().unwrap();
    assert_eq!(tokens[0].as_ref().map(http::HeaderValue::as_bytes), Some(&b"the-token"[..]));
}

#[tokio::test]
async fn a_variable_that_is_missing_or_wrong_is_named() {
    let server = Server::start();
    let refused = async |without: &str, with: Option<(&'static str, &str)>| {
        let mut environment = server.environment();
        environment.retain(|(name, _)| *name != without);
        environment.extend(with.map(|(name, value)| (name, value.to_owned())));
        let ended = Process::start("refused", environment).ended().await;
        ended.lines("refused: ")[0].to_owned()
    };
    let region = "AWS_REGION is not set, expected a region such as eu-west-1";
    assert_eq!(refused("AWS_REGION", None).await, region);
    let key = refused("AWS_ACCESS_KEY_ID", None).await;
    assert!(key.starts_with("AWS_ACCESS_KEY_ID is not set, expected credentials"), "{key}");
    assert!(key.contains("aws configure export-credentials"), "{key}");
    let uri = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/credentials");
    let snapstart = refused("AWS_ACCESS_KEY_ID", Some(uri)).await;
    assert!(snapstart.contains("SnapStart"), "{snapstart}");
    let fips = refused("", Some(("AWS_USE_FIPS_ENDPOINT", "maybe"))).await;
    assert_eq!(fips, "AWS_USE_FIPS_ENDPOINT is 'maybe', expected 'true' or 'false'");
}
