//! The app as a plain HTTP server on the port named on its command line: what Lambda Web Adapter
//! stands in front of.

/// Any error.
type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let port: u16 = std::env::args().nth(1).ok_or("usage: web-app-contender PORT")?.parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, app::router()).await?;
    Ok(())
}
