//! The app as a plain HTTP server on the port of the variable `PORT`: what Lambda Web Adapter stands
//! in front of.

/// Any error.
type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let port: u16 = std::env::var("PORT").map_or(Ok(8080), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, app::router()).await?;
    Ok(())
}
