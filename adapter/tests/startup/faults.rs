//! Small apps, each with one fault that a report must find, and one without.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use lambdafy::BoxError;
use lambdafy::startup::{self, Lazy, Plan, Tracked};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::apps::{WAIT, WORK, compute, routes};

/// The app of this name; behind a colon stands the port of the test's server.
pub(crate) fn run(name: &str) -> Result<(), lambdafy::Error> {
    let (name, port) = name.split_once(':').unwrap_or((name, "0"));
    let port = port.parse().unwrap();
    match name {
        "clean" => lambdafy::run(|| clean(port)),
        "series" => lambdafy::run(series),
        "unused" => lambdafy::run(unused),
        "unprepared" => lambdafy::run(unprepared),
        "nagle" => lambdafy::run(|| nagle(port)),
        "second_connection" => lambdafy::run(|| second_connection(port)),
        "jitter_entropy" => lambdafy::run(|| jitter_entropy(port)),
        "lazy_but_needed" => lambdafy::run(lazy_but_needed),
        "background" => lambdafy::run(background),
        "computes" => lambdafy::run(computes),
        #[cfg(feature = "startup-tracing")]
        "spans" => lambdafy::run(spans),
        other => panic!("there is no app '{other}'"),
    }
}

/// What the first request needs, at once, over one connection without delay; the rest is lazy.
async fn clean(port: u16) -> Result<Router, BoxError> {
    static RARE: Lazy<()> = Lazy::new(&|| async {
        compute(WORK);
        Ok::<_, Infallible>(())
    });
    let plan = Plan::new();
    let config = plan.step("config", async || {
        sleep(WAIT).await;
        Ok::<_, Infallible>(())
    });
    let database = plan.after(&config).step("database", async |()| connect(port, true).await);
    let templates = plan.blocking("templates", || {
        compute(WORK);
        Ok::<_, Infallible>(7)
    });
    let (database, templates) = plan.run((database, templates)).await?;
    let state = Arc::new((Tracked::new("templates", templates), database));
    Ok(Router::new()
        .route(
            "/",
            get(async move || (state.0.to_string(), format!("{:?}", state.1.peer_addr())).0),
        )
        .route("/rare", get(async || format!("{:?}", RARE.get().await))))
}

/// Two waits that know nothing of each other.
async fn series() -> Result<Router, BoxError> {
    startup::step_async("keys", sleep(WAIT)).await;
    startup::step_async("prices", sleep(WAIT)).await;
    Ok(routes())
}

/// Templates of which only `/templates` makes use.
async fn unused() -> Result<Router, BoxError> {
    let templates = startup::step("templates", || {
        compute(WORK);
        7
    });
    let templates = Arc::new(Tracked::new("templates", templates));
    Ok(routes().route("/templates", get(async move || templates.to_string())))
}

/// A lazy value that was made ahead for nothing.
async fn unprepared() -> Result<Router, BoxError> {
    static SEARCH: Lazy<u8> = Lazy::new(&|| async {
        compute(WORK);
        Ok::<_, Infallible>(7)
    })
    .named("search");
    let plan = Plan::new();
    plan.prepare(&SEARCH);
    plan.run(()).await?;
    Ok(routes().route("/search", get(async || SEARCH.get().await.unwrap().to_string())))
}

/// A client that writes its requests in two parts.
async fn nagle(port: u16) -> Result<Router, BoxError> {
    let connection = startup::step_async("database", async {
        let mut stream = connect(port, false).await?;
        for _ in 0..8 {
            stream.write_all(b"a").await?;
            stream.write_all(b"b").await?;
            stream.read_u8().await?;
        }
        io::Result::Ok(stream)
    });
    let connection = Arc::new(connection.await?);
    Ok(routes().route("/peer", get(async move || format!("{:?}", connection.peer_addr()))))
}

/// A pool that does not get its connection back before it needs one.
async fn second_connection(port: u16) -> Result<Router, BoxError> {
    let plan = Plan::new();
    let first = plan.step("connect", async || connect(port, true).await);
    let second = plan.after(&first).step("first query", async |_| connect(port, true).await);
    let connections = Arc::new(plan.run((first, second)).await?);
    Ok(routes().route("/pool", get(async move || format!("{connections:?}"))))
}

/// A first handshake, as far as the random numbers of it go.
async fn jitter_entropy(port: u16) -> Result<Router, BoxError> {
    let connection = startup::step_async("first object", async {
        let stream = connect(port, true).await?;
        aws_lc_rs::rand::fill(&mut [0; 32]).map_err(|_| io::Error::other("no random numbers"))?;
        io::Result::Ok(stream)
    });
    let connection = Arc::new(connection.await?);
    Ok(routes().route("/object", get(async move || format!("{connection:?}"))))
}

/// What the first request needs is left to it.
async fn lazy_but_needed() -> Result<Router, BoxError> {
    static PRICES: Lazy<u8> = Lazy::new(&|| async {
        compute(WORK);
        Ok::<_, Infallible>(7)
    })
    .named("prices");
    Ok(Router::new().route("/", get(async || PRICES.get().await.unwrap().to_string())))
}

/// A thread that computes on when INIT is over.
async fn background() -> Result<Router, BoxError> {
    let (begun, begins) = tokio::sync::oneshot::channel();
    let (tell, hear) = std::sync::mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        startup::step("warm up", || {
            begun.send(()).unwrap();
            hear.recv().unwrap();
            compute(WORK);
        });
    });
    begins.await?;
    // The first request finds it at work, and waits for its end.
    let thread = Arc::new(std::sync::Mutex::new(Some((tell, thread))));
    Ok(Router::new().route(
        "/",
        get(async move || {
            if let Some((tell, thread)) = thread.lock().unwrap().take() {
                tell.send(()).unwrap();
                thread.join().unwrap();
            }
            "hello"
        }),
    ))
}

/// Little but CPU time, in two steps.
async fn computes() -> Result<Router, BoxError> {
    startup::step("patterns", || compute(4 * WORK));
    startup::step("templates", || compute(2 * WORK));
    Ok(routes())
}

/// No step is named, but there are spans.
#[cfg(feature = "startup-tracing")]
async fn spans() -> Result<Router, BoxError> {
    use tracing::Instrument;
    use tracing_subscriber::prelude::*;
    tracing_subscriber::registry().with(startup::spans()).init();
    tracing::info_span!("outer span").in_scope(|| {
        tracing::info_span!("inner span").in_scope(|| compute(WORK));
    });
    sleep(WAIT).instrument(tracing::info_span!("waiting span")).await;
    Ok(routes())
}

/// Connects to the test's server, which greets after a while.
async fn connect(port: u16, no_delay: bool) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(no_delay)?;
    stream.read_u8().await?;
    Ok(stream)
}
