//! The app as it runs on any machine: `cargo run -p summit-book`.

use std::net::SocketAddr;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("The summit book lies open at http://{}", listener.local_addr()?);
    let app = summit_book::router().into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).await
}
