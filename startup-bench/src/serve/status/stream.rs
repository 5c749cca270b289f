//! Server-sent events: the status, whenever it has changed.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval};

use super::snapshot::Snapshots;

/// How often one looks whether something has changed.
const PERIOD: Duration = Duration::from_millis(250);

/// After how long without an event something is written, to learn whether anybody still listens.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// A response's body that goes on until the client has gone.
#[derive(Debug)]
pub(in crate::serve) struct Events {
    pieces: mpsc::Receiver<Bytes>,
}

impl Events {
    /// Looks at the status as long as this is read.
    pub(super) fn of(snapshots: Snapshots) -> Self {
        let (sender, pieces) = mpsc::channel(1);
        tokio::spawn(watch(snapshots, sender));
        Self { pieces }
    }
}

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.pieces.poll_recv(cx).map(|piece| Some(Ok(Frame::data(piece?))))
    }
}

async fn watch(snapshots: Snapshots, sender: mpsc::Sender<Bytes>) {
    let mut ticks = interval(PERIOD);
    let mut shown = Value::Null;
    let mut written = Instant::now();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = sender.closed() => return,
        }
        let Some(status) = snapshots.take().await else {
            return;
        };
        let piece = if status != shown {
            let piece = format!("data: {}\n\n", snapshots.dated(&status));
            shown = status;
            piece
        } else if written.elapsed() >= HEARTBEAT {
            ":\n\n".to_owned()
        } else {
            continue;
        };
        written = Instant::now();
        if sender.send(piece.into()).await.is_err() {
            return;
        }
    }
}
