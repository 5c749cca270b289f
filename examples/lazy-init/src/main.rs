//! A small dictionary that starts fast: one line for each thing that is done at the start, or
//! later.
//!
//! ```sh
//! LAMBDAFY_STARTUP_REPORT=terminal,svg:/tmp/startup.svg cargo run -p lazy-init
//! curl http://127.0.0.1:3000/word?name=harbour
//! ```
//!
//! prints where the time went once the first request is answered. With `requests=3` it waits for
//! three; ask for `/longest` and `/print` meanwhile, and see what they make lazily.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, LazyLock};

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::{Router, routing::get};
use lambdafy::BoxError;
use lambdafy::startup::{self, Lazy, Plan};
use serde::Deserialize;
use tokio::net::TcpStream;

type Words = BTreeMap<&'static str, &'static str>;

/// What every request needs.
struct Dictionary {
    words: Words,
    greeting: String,
}

/// Needed by few requests, and made by the first of them: a connection that can fail, and is then
/// tried again by the next.
static PRINTER: Lazy<TcpStream> =
    Lazy::new(&|| TcpStream::connect("127.0.0.1:9100")).named("printer");

/// The same for what is computed, with std's own means.
static LONGEST: LazyLock<&str> = LazyLock::new(|| startup::step("longest word", longest));

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run(app)
}

async fn app() -> Result<Router, BoxError> {
    let plan = Plan::new();
    let greeting = plan.step("greeting", read_greeting);
    let words = plan.blocking("words", || Ok::<_, Infallible>(read_words()));
    let (greeting, words) = plan.run((greeting, words)).await?;
    let dictionary = Arc::new(Dictionary { words, greeting });
    Ok(startup::step("router", || {
        Router::new()
            .route(
                "/",
                get(|State(dictionary): State<Arc<Dictionary>>| async move {
                    dictionary.greeting.clone()
                }),
            )
            .route("/word", get(word))
            .route("/longest", get(|| async { *LONGEST }))
            .route("/print", get(print))
            .with_state(dictionary)
    }))
}

/// Waits: for a file here, for a database or a parameter store elsewhere.
async fn read_greeting() -> io::Result<String> {
    let host = tokio::fs::read_to_string("/etc/hostname").await;
    Ok(format!("A dictionary, on {}\n", host.as_deref().unwrap_or("some machine").trim()))
}

/// Computes.
fn read_words() -> Words {
    let lines = include_str!("words.txt").lines();
    lines.filter_map(|line| line.split_once(": ")).collect()
}

fn longest() -> &'static str {
    read_words().into_keys().max_by_key(|word| word.len()).unwrap_or_default()
}

#[derive(Deserialize)]
struct Asked {
    name: String,
}

async fn word(
    State(dictionary): State<Arc<Dictionary>>,
    Query(Asked { name }): Query<Asked>,
) -> Result<&'static str, StatusCode> {
    dictionary.words.get(name.as_str()).copied().ok_or(StatusCode::NOT_FOUND)
}

async fn print() -> (StatusCode, String) {
    match PRINTER.get().await {
        Ok(printer) => (StatusCode::OK, format!("prints on {:?}\n", printer.peer_addr())),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error:?}\n")),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn answer(target: &str) -> Result<(StatusCode, String), BoxError> {
        let request = Request::get(target).body(Body::empty())?;
        let (parts, body) = app().await?.oneshot(request).await?.into_parts();
        Ok((parts.status, String::from_utf8(body.collect().await?.to_bytes().into())?))
    }

    #[tokio::test]
    async fn what_is_needed_is_there_and_the_rest_is_made_when_it_is_asked_for()
    -> Result<(), BoxError> {
        assert_eq!(answer("/word?name=lantern").await?.1, "a light that is carried");
        assert_eq!(answer("/longest").await?.1, "orchard");
        assert!(answer("/").await?.1.starts_with("A dictionary"));
        Ok(())
    }

    /// Nothing listens there in a test; the error names what could not be made.
    #[tokio::test]
    async fn a_printer_that_is_away_is_an_error_of_the_request() -> Result<(), BoxError> {
        let (status, text) = answer("/print").await?;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(text.starts_with("'printer' could not be made: "), "{text}");
        Ok(())
    }
}
