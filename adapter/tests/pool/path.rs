//! A way to the server that can lose what it carries, while new connections go through.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) struct Path {
    pub(crate) address: SocketAddr,
    lost: watch::Sender<Loss>,
}

/// What becomes of the connections that are there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// Nothing gets through any more, and neither end is told.
    Silence,
    /// The client is told that the connection has ended, the server is not.
    HangUp,
}

impl Path {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (lost, _) = watch::channel(Loss::Silence);
        let sender = lost.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, server, sender.subscribe()));
            }
        });
        Self { address, lost }
    }

    /// Connections fall silent, as where a NAT gateway forgets them.
    pub(crate) fn forget(&self) {
        self.lost.send_replace(Loss::Silence);
    }

    /// Connections end for the client, but not for the server.
    #[allow(dead_code, reason = "in sandboxes, paths are only silent")]
    pub(crate) fn hang_up(&self) {
        self.lost.send_replace(Loss::HangUp);
    }
}

async fn carry(mut near: TcpStream, server: SocketAddr, mut lost: watch::Receiver<Loss>) {
    let mut far = TcpStream::connect(server).await.unwrap();
    near.set_nodelay(true).unwrap();
    far.set_nodelay(true).unwrap();
    tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => return,
        _ = lost.changed() => {}
    }
    if *lost.borrow() == Loss::HangUp {
        drop(near);
    }
    // What is left is open and silent.
    std::future::pending::<()>().await;
}
