//! A way to the server that can forget what it carries, as a NAT gateway does: connections that
//! are there fall silent, new ones go through.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) struct Path {
    pub(crate) address: SocketAddr,
    forgotten: watch::Sender<u64>,
}

impl Path {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (forgotten, _) = watch::channel(0);
        let sender = forgotten.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, server, sender.subscribe()));
            }
        });
        Self { address, forgotten }
    }

    /// Nothing gets through any more on the connections that are there; neither end is told.
    pub(crate) fn forget(&self) {
        self.forgotten.send_modify(|times| *times += 1);
    }
}

async fn carry(mut near: TcpStream, server: SocketAddr, mut forgotten: watch::Receiver<u64>) {
    let mut far = TcpStream::connect(server).await.unwrap();
    near.set_nodelay(true).unwrap();
    far.set_nodelay(true).unwrap();
    let is_forgotten = tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => false,
        _ = forgotten.changed() => true,
    };
    if is_forgotten {
        // Open at both ends, and silent.
        std::future::pending::<()>().await;
    }
}
