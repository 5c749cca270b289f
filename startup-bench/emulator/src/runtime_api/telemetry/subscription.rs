//! `PUT /2022-07-01/telemetry`: who wants what, where, and in which portions.

use std::time::Duration;

use http::{Request, StatusCode, Uri};
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Category;
use crate::body;
use crate::runtime_api::extension_api;
use crate::runtime_api::refusal::{Answered, Refusal, json as json_response};
use crate::runtime_api::shared::Shared;

/// The longest body of a subscription, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// How an extension may call the sandbox that it runs in.
const HOSTS: [&str; 4] = ["sandbox.localdomain", "sandbox", "localhost", "127.0.0.1"];

/// A subscription that is in order.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) categories: Vec<Category>,
    pub(super) port: u16,
    pub(super) path: String,
    pub(super) buffering: Buffering,
}

/// When events are delivered: whichever comes first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Buffering {
    pub(super) items: usize,
    pub(super) bytes: usize,
    pub(super) wait: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    schema_version: String,
    types: Vec<String>,
    #[serde(default)]
    buffering: WireBuffering,
    destination: Destination,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBuffering {
    max_items: Option<usize>,
    max_bytes: Option<usize>,
    timeout_ms: Option<usize>,
}

#[derive(Deserialize)]
struct Destination {
    protocol: String,
    #[serde(rename = "URI")]
    uri: Option<String>,
}

/// Subscribes an extension.
pub(in crate::runtime_api) async fn subscribe(
    shared: &Shared,
    request: Request<Incoming>,
) -> Result<Answered, Refusal> {
    let (parts, body) = request.into_parts();
    let id = extension_api::known(shared, &parts.headers)?;
    let name = shared.read(|state| state.extensions.name_of(id).map(str::to_owned));
    let name = name.ok_or_else(Refusal::unknown_extension)?;
    let body = body::read(body, MAX_BYTES).await.map_err(|_| Refusal::truncated())?;
    let wire: Wire = serde_json::from_slice(&body).map_err(|error| invalid(error.to_string()))?;
    let subscription = Subscription::check(&wire)?;
    if !shared.telemetry.add(&name, subscription) {
        let message = "Telemetry API subscription is closed";
        return Err(Refusal::forbidden("Telemetry.SubscriptionClosed", message));
    }
    shared.telemetry.platform("platform.telemetrySubscription", || -> Value {
        json!({"name": name, "state": "Subscribed", "types": wire.types})
    });
    Ok(json_response(StatusCode::OK, "\"OK\""))
}

impl Subscription {
    fn check(wire: &Wire) -> Result<Self, Refusal> {
        if !matches!(wire.schema_version.as_str(), "2022-07-01" | "2022-12-13" | "2025-01-29") {
            return Err(invalid(format!("schemaVersion '{}' is unknown", wire.schema_version)));
        }
        let (port, path) = destination(&wire.destination)?;
        Ok(Self {
            categories: categories(&wire.types)?,
            port,
            path,
            buffering: wire.buffering.check()?,
        })
    }
}

fn categories(types: &[String]) -> Result<Vec<Category>, Refusal> {
    if types.is_empty() {
        return Err(invalid("types is empty".to_owned()));
    }
    let read = |name: &String| match name.as_str() {
        "platform" => Ok(Category::Platform),
        "function" => Ok(Category::Function),
        "extension" => Ok(Category::Extension),
        other => Err(invalid(format!("types has '{other}'"))),
    };
    types.iter().map(read).collect()
}

fn destination(destination: &Destination) -> Result<(u16, String), Refusal> {
    if destination.protocol != "HTTP" {
        let protocol = &destination.protocol;
        return Err(invalid(format!("destination.protocol is '{protocol}', here it is HTTP only")));
    }
    let uri = destination.uri.as_deref().unwrap_or_default();
    let parsed: Option<Uri> = uri.parse().ok();
    let refuse = || {
        let host = HOSTS[0];
        invalid(format!("destination.URI is '{uri}', expected http://{host}:PORT"))
    };
    let parsed = parsed.filter(|uri| uri.scheme_str() == Some("http")).ok_or_else(refuse)?;
    let is_here = parsed.host().is_some_and(|host| HOSTS.contains(&host));
    let port = parsed.port_u16().filter(|port| is_here && *port != 0).ok_or_else(refuse)?;
    let path = parsed.path_and_query().map_or("/", |path| path.as_str());
    Ok((port, path.to_owned()))
}

impl WireBuffering {
    fn check(&self) -> Result<Buffering, Refusal> {
        let within = |name, value: Option<usize>, default, least, most| {
            let value = value.unwrap_or(default);
            if (least..=most).contains(&value) {
                return Ok(value);
            }
            Err(invalid(format!("buffering.{name} is {value}, expected {least} to {most}")))
        };
        let wait_ms = within("timeoutMs", self.timeout_ms, 1_000, 25, 30_000)?;
        Ok(Buffering {
            items: within("maxItems", self.max_items, 10_000, 1_000, 10_000)?,
            bytes: within("maxBytes", self.max_bytes, 262_144, 262_144, 1_048_576)?,
            wait: Duration::from_millis(wait_ms as u64),
        })
    }
}

fn invalid(message: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "ValidationError", message)
}
