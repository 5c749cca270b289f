//! An identity provider: its public key over HTTPS, and a token that it has signed.

use std::convert::Infallible;
use std::future::ready;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use base64_simd::URL_SAFE_NO_PAD;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use lambdafy_backends::{CertificateAuthority, HttpServer};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::json;

const KEY_NAME: &str = "2026-01";
const KEYS_PATH: &str = "/.well-known/jwks.json";
/// How long the token holds: longer than any run.
const VALIDITY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The provider.
pub(crate) struct Provider {
    server: HttpServer,
    key: Ed25519KeyPair,
}

impl Provider {
    /// Starts it on a free port with a new key.
    pub(crate) fn start(address: IpAddr, authority: &CertificateAuthority) -> Result<Self> {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .ok()
            .and_then(|file| Ed25519KeyPair::from_pkcs8(file.as_ref()).ok())
            .context("no Ed25519 key can be made")?;
        let keys = json!({ "keys": [{
            "kid": KEY_NAME,
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "x": URL_SAFE_NO_PAD.encode_to_string(key.public_key().as_ref()),
        }] });
        let keys = keys.to_string();
        let service = service_fn(move |request: Request<Incoming>| {
            ready(Ok::<_, Infallible>(answer(request.uri().path(), &keys)))
        });
        Ok(Self { server: HttpServer::start(address, Some(authority), service)?, key })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub(crate) fn keys_url_at(&self, address: SocketAddr) -> String {
        self.server.url_at(address) + KEYS_PATH
    }

    /// A token for somebody.
    pub(crate) fn token(&self) -> Result<String> {
        let ends = SystemTime::now() + VALIDITY;
        let ends = ends.duration_since(UNIX_EPOCH).context("the clock")?.as_secs();
        let head = json!({ "alg": "EdDSA", "typ": "JWT", "kid": KEY_NAME });
        let claims = json!({ "sub": "somebody", "exp": ends });
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode_to_string(bytes);
        let signed = [head, claims].map(|part| encode(part.to_string().as_bytes())).join(".");
        let signature = encode(self.key.sign(signed.as_bytes()).as_ref());
        Ok(format!("{signed}.{signature}"))
    }
}

fn answer(path: &str, keys: &str) -> Response<String> {
    let (status, body) = match path {
        KEYS_PATH => (StatusCode::OK, keys),
        _ => (StatusCode::NOT_FOUND, "{}"),
    };
    let mut answer = Response::new(body.to_owned());
    *answer.status_mut() = status;
    let json = hyper::header::HeaderValue::from_static("application/json");
    answer.headers_mut().insert(hyper::header::CONTENT_TYPE, json);
    answer
}
