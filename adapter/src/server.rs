//! The local server: the app as it would run anywhere else.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{BoxFuture, Either, select};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use crate::run::App;
use crate::{BoxError, Error, ErrorKind, body, runtime, startup};

/// How long open requests may take to end after the signal, a little less than the 10 s that
/// container platforms wait before they kill.
const GRACE: Duration = Duration::from_secs(8);

/// Serves HTTP/1.1 and HTTP/2 (with prior knowledge) until the process is told to end.
pub(crate) async fn serve<A: App>(address: (String, u16), app: A) -> Result<(), Error> {
    let (host, port) = &address;
    let cannot = |error: std::io::Error| {
        let message = format!("cannot listen on {host}:{port}: set PORT or HOST to another one");
        Error::new(ErrorKind::Io, message).with_source(error)
    };
    let listener = TcpListener::bind((host.as_str(), *port)).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let end = runtime::signal();
    eprintln!("lambdafy: serving on http://{address}");
    startup::init_ended();
    let connections = GracefulShutdown::new();
    accept(&listener, &app, &connections, end).await;
    drop(listener);
    let closed = pin!(connections.shutdown());
    if let Either::Right(_) = select(closed, pin!(tokio::time::sleep(GRACE))).await {
        crate::log::error("closed connections whose requests did not end in time");
    }
    runtime::shut_down().await;
    Ok(())
}

async fn accept<A: App>(
    listener: &TcpListener,
    app: &A,
    connections: &GracefulShutdown,
    end: impl Future<Output = ()>,
) {
    let mut end = pin!(end);
    loop {
        match select(end.as_mut(), pin!(listener.accept())).await {
            Either::Right((Ok((stream, peer)), _)) => {
                connection(stream, peer, app.clone(), connections);
            }
            Either::Right((Err(error), _)) => {
                crate::log::error(&format!("cannot accept a connection: {error}"));
                // Most likely no file descriptor is free: give others time to close theirs.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Either::Left(_) => return,
        }
    }
}

fn connection<A: App>(stream: TcpStream, peer: SocketAddr, app: A, all: &GracefulShutdown) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(request, peer, app.clone()));
    let builder = Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let connection = all.watch(connection.into_owned());
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%peer, error, "a connection ended with an error");
        }
    });
}

/// Boxed, so that the compiler need not see through the app's types in every connection's task.
fn respond<A: App>(
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    mut app: A,
) -> BoxFuture<'static, Result<http::Response<A::ResponseBody>, Error>> {
    Box::pin(async move {
        let answering = startup::request();
        let mut request = request.map(body::from_connection);
        crate::extensions::connect_info(&mut request, Some(peer));
        #[cfg(feature = "lambda_http")]
        crate::lambda_http::insert_local(&mut request, peer);
        std::future::poll_fn(|cx| app.poll_ready(cx)).await.map_err(failed)?;
        let response = app.call(request).await.map_err(failed);
        if answering.answered(response.is_err()) {
            // Not here: the connection is about to send the answer.
            let _ = std::thread::Builder::new().spawn(startup::ended);
        }
        response
    })
}

fn failed(error: impl Into<BoxError>) -> Error {
    Error::new(ErrorKind::App, "the app failed").with_source(error)
}
