//! S3 and HTTP servers of this process, asked by curl with a certificate that verifies them.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::convert::Infallible;
use std::path::Path;
use std::process::{Command, Output};

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use lambdafy_backends::{CertificateAuthority, HttpServer};

const LOOPBACK: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn curl(authority: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--fail", "--cacert"]).arg(authority);
    command.args(arguments).output().unwrap()
}

fn hello()
-> impl Fn(Request<Incoming>) -> std::future::Ready<Result<Response<String>, Infallible>> + Clone {
    |request| {
        std::future::ready(Ok(Response::new(format!("you asked for {}", request.uri().path()))))
    }
}

#[test]
fn an_http_server_speaks_tls_and_ends_with_its_handle() {
    let (authority, folder) = (CertificateAuthority::new().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("ca.pem");
    authority.write_pem(&file).unwrap();
    let server = HttpServer::start(LOOPBACK, Some(&authority), service_fn(hello())).unwrap();
    let url = format!("{}/x", server.url());
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let answer = curl(&file, &[&url]);
    assert_eq!(String::from_utf8_lossy(&answer.stdout), "you asked for /x");

    let stranger = folder.path().join("stranger.pem");
    CertificateAuthority::new().unwrap().write_pem(&stranger).unwrap();
    assert!(!curl(&stranger, &[&url]).status.success());

    drop(server);
    assert!(!curl(&file, &[&url]).status.success());
}

#[test]
fn an_http_server_without_an_authority_speaks_plain_http() {
    let server = HttpServer::start(LOOPBACK, None, service_fn(hello())).unwrap();
    let answer = curl(Path::new("/dev/null"), &[&format!("{}/y", server.url())]);
    assert_eq!(String::from_utf8_lossy(&answer.stdout), "you asked for /y");
}

#[cfg(feature = "s3")]
mod s3 {
    use lambdafy_backends::S3;

    use super::*;

    /// curl signs as AWS's SDKs do.
    fn signed(s3: &S3, authority: &Path, secret: &str, arguments: &[&str]) -> Output {
        let environment = s3.environment();
        let user = format!("{}:{secret}", environment[1].1);
        // S3 wants this header, which not every version of curl sends by itself.
        let hash = "x-amz-content-sha256: UNSIGNED-PAYLOAD";
        let sign = ["--aws-sigv4", "aws:amz:us-east-1:s3", "--user", &user, "--header", hash];
        curl(authority, &[&sign[..], arguments].concat())
    }

    #[test]
    fn s3_serves_what_was_put_to_those_who_sign() {
        let (authority, folder) =
            (CertificateAuthority::new().unwrap(), tempfile::tempdir().unwrap());
        let file = folder.path().join("ca.pem");
        authority.write_pem(&file).unwrap();
        let s3 = S3::start(LOOPBACK, Some(&authority)).unwrap();
        s3.put("box", "a/b.txt", b"from the test").unwrap();
        let url = format!("{}/box/a/b.txt", s3.url());
        let secret = s3.environment()[2].1.clone();

        let answer = signed(&s3, &file, &secret, &[&url]);
        assert_eq!(String::from_utf8_lossy(&answer.stdout), "from the test", "{answer:?}");
        assert!(!signed(&s3, &file, "wrong", &[&url]).status.success());
        assert!(!format!("{s3:?}").contains(&secret));
    }

    #[test]
    fn nothing_is_put_outside_a_bucket() {
        let s3 = S3::start(LOOPBACK, None).unwrap();
        let error = s3.put("box", "../../escaped", b"").unwrap_err();
        assert!(error.to_string().contains("not a path inside"), "{error}");
    }
}
