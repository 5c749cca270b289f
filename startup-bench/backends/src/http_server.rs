use std::convert::Infallible;
use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::HttpService;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::{CertificateAuthority, Error};

/// Any error of a service or body.
type BoxError = Box<dyn StdError + Send + Sync>;

/// An HTTP/1.1 server in this process, on a thread of its own, with TLS or without. Dropping it cuts its
/// connections.
#[derive(Debug)]
#[must_use = "dropping it ends the server"]
pub struct HttpServer {
    address: SocketAddr,
    scheme: &'static str,
    end: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl HttpServer {
    /// Starts a server on a free port of this address. With an authority, it speaks TLS only.
    ///
    /// # Errors
    /// If the address is not this machine's, or the certificate can't be made.
    pub fn start<S, B>(
        address: IpAddr,
        authority: Option<&CertificateAuthority>,
        service: S,
    ) -> Result<Self, Error>
    where
        S: HttpService<Incoming, ResBody = B, Future: Send, Error: Into<BoxError>>,
        S: Clone + Send + 'static,
        B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
    {
        let refused = || Error::io(format!("can't serve HTTP on {address}"));
        let listener = TcpListener::bind((address, 0)).map_err(refused())?;
        listener.set_nonblocking(true).map_err(refused())?;
        let address = listener.local_addr().map_err(refused())?;
        let tls = authority.map(|authority| acceptor(authority, address.ip())).transpose()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(refused())?;
        let (end, ended) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = accept(&listener, tls.as_ref(), &service) => {}
                    _ = ended => {}
                }
            });
        });
        Ok(Self { address, scheme, end: Some(end), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_at(self.address)
    }

    /// The same at another address, as that of a relay.
    #[must_use]
    pub fn url_at(&self, address: SocketAddr) -> String {
        format!("{}://{address}", self.scheme)
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the service was printed when it happened.
            let _ = thread.join();
        }
    }
}

fn acceptor(authority: &CertificateAuthority, address: IpAddr) -> Result<TlsAcceptor, Error> {
    let own = authority.certify(address)?;
    let refused = |reason: &dyn std::fmt::Display| Error::Failed {
        program: "TLS".into(),
        output: reason.to_string(),
    };
    let certificate = CertificateDer::from_pem_slice(own.certificate_pem.as_bytes());
    let key = PrivateKeyDer::from_pem_slice(own.key_pem.as_bytes());
    let (certificate, key) = (certificate.map_err(|e| refused(&e))?, key.map_err(|e| refused(&e))?);
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key));
    Ok(TlsAcceptor::from(Arc::new(config.map_err(|e| refused(&e))?)))
}

async fn accept<S, B>(listener: &tokio::net::TcpListener, tls: Option<&TlsAcceptor>, service: &S)
where
    S: HttpService<Incoming, ResBody = B, Future: Send, Error: Into<BoxError>>,
    S: Clone + Send + 'static,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    loop {
        let Ok((stream, _client)) = listener.accept().await else { continue };
        // Without it, answers of two writes wait for the client's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        let (tls, service) = (tls.cloned(), service.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, service).await,
                // A client that does not trust the certificate goes away by itself.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, service).await;
                    }
                }
            }
        });
    }
}

async fn serve<S, B>(stream: impl AsyncRead + AsyncWrite + Unpin, service: S)
where
    S: HttpService<Incoming, ResBody = B, Error: Into<BoxError>>,
    B: Body<Error: Into<BoxError>> + 'static,
{
    // What goes wrong on a connection, its client sees.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
