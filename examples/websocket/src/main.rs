//! A WebSocket API: API Gateway holds the connections, the app sees a request for each event.
//!
//! | event | request |
//! |---|---|
//! | a client connects | `GET /$connect` with the client's headers and query; a status other than 2xx refuses the connection |
//! | a message of the route `whoami` | `POST /whoami`, the message is the body |
//! | any other message | `POST /$default` |
//! | a client has gone | `POST /$disconnect` |
//!
//! The answer to a message goes back over the connection it came from.
//!
//! Here, it is a web server, without API Gateway:
//!
//! ```sh
//! WEBSOCKET_TOKEN=green-door cargo run -p websocket
//! curl --include 'http://127.0.0.1:3000/$connect?token=green-door'
//! curl --data 'hello' 'http://127.0.0.1:3000/$default'
//! ```
//!
//! README.md says how to give it an API on AWS.

use axum::extract::{FromRequestParts, Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, post};
use axum::{Json, Router};
use lambdafy::{BoxError, Context};
use serde::{Deserialize, Serialize};

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run(|| async { Ok(app(token()?)) })
}

/// An app that lets in who knows the token.
fn app(token: String) -> Router {
    Router::new()
        .route("/$connect", get(connect))
        .route("/$disconnect", post(disconnect))
        .route("/$default", post(echo))
        .route("/whoami", post(who_am_i))
        .with_state(token)
}

#[derive(Deserialize)]
struct Access {
    token: Option<String>,
}

async fn connect(
    Connection(id): Connection,
    State(token): State<String>,
    Query(access): Query<Access>,
) -> StatusCode {
    if access.token != Some(token) {
        return StatusCode::UNAUTHORIZED;
    }
    eprintln!("{id} connected");
    StatusCode::OK
}

/// API Gateway tells it on a best-effort basis, and waits for no answer.
async fn disconnect(Connection(id): Connection) {
    eprintln!("{id} has gone");
}

/// Answers the connection that the message came from. Other connections, and this one at other
/// times, are written to by `lambdafy::websocket::Connections` (feature `websocket`).
async fn echo(Connection(id): Connection, message: String) -> String {
    eprintln!("{id} says something of {} bytes", message.len());
    format!("You said: {message}")
}

#[derive(Serialize)]
struct Identity {
    connection_id: String,
}

async fn who_am_i(Connection(connection_id): Connection) -> Json<Identity> {
    Json(Identity { connection_id })
}

/// The id of the connection that an event belongs to; `local` on the local server. Requests that
/// came to the function another way, by a Function URL for instance, find nothing.
struct Connection(String);

impl<S: Send + Sync> FromRequestParts<S> for Connection {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let id = match parts.extensions.get::<Context>() {
            Some(context) => context.connection_id().ok_or(StatusCode::NOT_FOUND)?,
            None => "local".to_owned(),
        };
        Ok(Self(id))
    }
}

#[allow(clippy::disallowed_methods, reason = "the token is the app's own setting")]
fn token() -> Result<String, BoxError> {
    std::env::var("WEBSOCKET_TOKEN")
        .map_err(|_| "set WEBSOCKET_TOKEN to the token that clients must send".into())
}

#[cfg(test)]
mod tests {
    use lambdafy::{Invocation, LambdaLayer, Reply};
    use serde_json::{Value, json};
    use tower::{Layer, ServiceExt};

    use super::*;

    const CONNECT: &str = include_str!("../events/connect.json");
    const MESSAGE: &str = include_str!("../events/message.json");

    async fn answer(event: &str) -> Result<Value, BoxError> {
        let service = LambdaLayer::default().layer(app("green-door".to_owned()));
        let Reply::Buffered(result) = service.oneshot(Invocation::new(event)).await? else {
            panic!("a WebSocket's answers are buffered");
        };
        Ok(serde_json::from_slice(&result)?)
    }

    #[tokio::test]
    async fn who_knows_the_token_is_let_in() -> Result<(), BoxError> {
        assert_eq!(answer(CONNECT).await?["statusCode"], 200);
        let wrong = CONNECT.replace("green-door", "blue-door");
        assert_eq!(answer(&wrong).await?["statusCode"], 401);
        let none = CONNECT.replace("token", "name");
        assert_eq!(answer(&none).await?["statusCode"], 401);
        Ok(())
    }

    #[tokio::test]
    async fn a_message_is_answered() -> Result<(), BoxError> {
        let result = answer(MESSAGE).await?;
        assert_eq!(result["statusCode"], 200);
        assert_eq!(result["body"], "You said: hello");
        Ok(())
    }

    #[tokio::test]
    async fn a_message_knows_its_connection() -> Result<(), BoxError> {
        let result = answer(&MESSAGE.replace("$default", "whoami")).await?;
        let body: Value = serde_json::from_str(result["body"].as_str().unwrap_or_default())?;
        assert_eq!(body, json!({"connection_id": "KcVbNm123="}));
        Ok(())
    }

    #[tokio::test]
    async fn an_http_request_finds_nothing() -> Result<(), BoxError> {
        let event = json!({
            "version": "2.0",
            "rawPath": "/$default",
            "requestContext": {"http": {"method": "POST"}},
        });
        assert_eq!(answer(&event.to_string()).await?["statusCode"], 404);
        Ok(())
    }
}
