//! A request as it came to the front door.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, Method, Version};

use super::options::{Door, FrontDoor};

/// A request, its body read.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) method: Method,
    /// As sent.
    pub(super) path: String,
    /// As sent, without the `?`.
    pub(super) query: Option<String>,
    pub(super) version: Version,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) peer: IpAddr,
    /// The front door's port.
    pub(super) port: u16,
    pub(super) request_id: String,
    pub(super) trace_id: String,
    pub(super) epoch_ms: u64,
}

/// The headers that concern one connection only, and never reach a function.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A request's id in the form of the front door.
pub(super) fn new_id(door: &Door) -> String {
    let id = crate::ids::uuid();
    match door.kind {
        FrontDoor::HttpApi | FrontDoor::HttpApiV1 => crate::base64::encode(&id.as_bytes()[..11]),
        _ => id,
    }
}

pub(super) fn is_hop_by_hop(name: &str) -> bool {
    HOP_BY_HOP.contains(&name)
}

impl Incoming {
    /// The headers as a front door passes them on, by lower-case name, each with its values in
    /// order: without those of the connection, with those that a front door adds.
    pub(super) fn forwarded(&self) -> BTreeMap<String, Vec<String>> {
        let mut headers = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in &self.headers {
            if !is_hop_by_hop(name.as_str()) {
                let values = headers.entry(name.as_str().to_owned()).or_default();
                values.push(latin1(value.as_bytes()));
            }
        }
        let peer = self.peer.to_string();
        let chain = match headers.get("x-forwarded-for") {
            Some(before) => format!("{}, {peer}", before.join(", ")),
            None => peer,
        };
        for (name, value) in [
            ("x-forwarded-for", chain),
            ("x-forwarded-port", self.port.to_string()),
            ("x-forwarded-proto", "http".to_owned()),
            ("x-amzn-trace-id", self.trace_id.clone()),
        ] {
            headers.insert(name.to_owned(), vec![value]);
        }
        headers
    }

    pub(super) fn user_agent(&self) -> Option<String> {
        self.text(&USER_AGENT)
    }

    pub(super) fn content_type(&self) -> Option<String> {
        self.text(&CONTENT_TYPE)
    }

    pub(super) fn has_content_encoding(&self) -> bool {
        self.headers.contains_key(CONTENT_ENCODING)
    }

    /// The cookies, one by one.
    pub(super) fn cookies(&self) -> Option<Vec<String>> {
        let headers = self.headers.get_all(COOKIE).iter();
        let headers = headers.map(|header| latin1(header.as_bytes()));
        let cookies: Vec<String> = headers
            .flat_map(|header| {
                let cookies = header.split(';').map(|cookie| cookie.trim().to_owned());
                cookies.filter(|cookie| !cookie.is_empty()).collect::<Vec<_>>()
            })
            .collect();
        (!cookies.is_empty()).then_some(cookies)
    }

    pub(super) fn protocol(&self) -> String {
        format!("{:?}", self.version)
    }

    fn text(&self, name: &HeaderName) -> Option<String> {
        Some(latin1(self.headers.get(name)?.as_bytes()))
    }
}

/// Header values have no encoding: UTF-8 where they are, else byte by byte.
fn latin1(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}
