//! Connections as they come.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

/// How long a listener that can't take a connection waits.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits for the next connection. One that fails before it is taken is the client's to try again;
/// where this process has no file descriptor left, one waits until there is.
pub(crate) async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // The connection is still there, so that the listener would be ready at once.
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}
