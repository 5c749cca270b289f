//! Events on their way to one subscriber, in portions.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Weak;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::header::{CONTENT_TYPE, HOST};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, timeout_at};

use super::subscription::Subscription;
use crate::host::Inside;

/// How often a portion is posted before it is dropped.
const ATTEMPTS: u32 = 3;

/// How long the next attempt waits.
const PAUSE: Duration = Duration::from_millis(50);

/// What comes to a delivery.
#[derive(Debug)]
pub(super) enum Item {
    /// An event as JSON.
    Event(String),
    /// Deliver what is there.
    Flush,
}

/// Events that are posted together.
#[derive(Debug, Default)]
struct Portion {
    events: Vec<String>,
    bytes: usize,
}

/// What could not be delivered and has not been told.
#[derive(Debug, Default)]
struct Lost {
    records: usize,
    bytes: usize,
}

/// Posts events as they come, until their source ends.
pub(super) async fn deliver(
    mut items: UnboundedReceiver<Item>,
    subscription: Subscription,
    inside: Option<Weak<Inside>>,
) {
    let mut lost = Lost::default();
    let mut is_over = false;
    while !is_over {
        let mut portion = Portion::default();
        is_over = portion.fill(&mut items, &subscription).await;
        if portion.events.is_empty() {
            continue;
        }
        match post_patiently(&subscription, inside.as_ref(), portion.to_json(&lost)).await {
            Ok(()) => lost = Lost::default(),
            Err(_) => {
                lost.records += portion.events.len();
                lost.bytes += portion.bytes;
            }
        }
    }
}

impl Portion {
    /// Waits until there is a portion; tells whether it is the last.
    async fn fill(&mut self, items: &mut UnboundedReceiver<Item>, of: &Subscription) -> bool {
        match items.recv().await {
            Some(Item::Event(event)) => self.add(event),
            Some(Item::Flush) => return false,
            None => return true,
        }
        let end = Instant::now() + of.buffering.wait;
        while self.events.len() < of.buffering.items && self.bytes < of.buffering.bytes {
            match timeout_at(end, items.recv()).await {
                Ok(Some(Item::Event(event))) => self.add(event),
                Ok(Some(Item::Flush)) | Err(_) => return false,
                Ok(None) => return true,
            }
        }
        false
    }

    fn add(&mut self, event: String) {
        self.bytes += event.len();
        self.events.push(event);
    }

    fn to_json(&self, lost: &Lost) -> Bytes {
        let mut json = format!("[{}", self.events.join(","));
        if lost.records > 0 {
            json.push(',');
            json.push_str(&lost.to_json());
        }
        json.push(']');
        json.into()
    }
}

impl Lost {
    fn to_json(&self) -> String {
        let event = json!({
            "time": crate::time::timestamp(crate::ids::epoch_ms()),
            "type": "platform.logsDropped",
            "record": {
                "reason": "The subscriber could not be reached or refused them",
                "droppedRecords": self.records,
                "droppedBytes": self.bytes,
            },
        });
        event.to_string()
    }
}

async fn post_patiently(
    subscription: &Subscription,
    inside: Option<&Weak<Inside>>,
    body: Bytes,
) -> io::Result<()> {
    let mut attempt = 1;
    loop {
        match post(subscription, inside, body.clone()).await {
            Err(_) if attempt < ATTEMPTS => attempt += 1,
            result => return result,
        }
        sleep(PAUSE).await;
    }
}

async fn post(
    subscription: &Subscription,
    inside: Option<&Weak<Inside>>,
    body: Bytes,
) -> io::Result<()> {
    let Subscription { port, path, .. } = subscription;
    let stream = connect(inside, *port).await?;
    let (mut sender, connection) =
        handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    // It ends with the sender, or when the subscriber goes away.
    tokio::spawn(connection);
    let request = Request::post(path)
        .header(HOST, format!("sandbox.localdomain:{port}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(body))
        .map_err(io::Error::other)?;
    let response = sender.send_request(request).await.map_err(io::Error::other)?;
    let status = response.status();
    response.into_body().collect().await.map_err(io::Error::other)?;
    if status.is_client_error() || status.is_server_error() {
        return Err(io::Error::other(format!("the subscriber answered {status}")));
    }
    Ok(())
}

/// A connection to a port of the loopback that the subscriber has.
async fn connect(inside: Option<&Weak<Inside>>, port: u16) -> io::Result<TcpStream> {
    let gone = || io::Error::other("the sandbox is gone");
    match inside {
        Some(inside) => inside.upgrade().ok_or_else(gone)?.connect(port).await,
        None => TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await,
    }
}
