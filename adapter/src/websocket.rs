//! Messages to the clients of an API Gateway WebSocket API (feature `websocket`).
//!
//! A WebSocket API calls the function for each message and keeps the connections itself. An
//! answer goes back to the sender only if the route is set up to return one; everything else is
//! posted to the API, by AWS's own SDK.
//!
//! ```no_run
//! use axum::Extension;
//! use lambdafy::Context;
//! use lambdafy::websocket::{Connections, Delivery};
//!
//! async fn chat(Extension(context): Extension<Context>, message: String) -> &'static str {
//!     # let sdk_config: aws_sdk_apigatewaymanagement::config::Builder = Default::default();
//!     // let sdk_config = aws_config::load_from_env().await; once, at start-up
//!     if let (Some(connections), Some(id)) = (Connections::of(&context, sdk_config), context.connection_id()) {
//!         match connections.post(&id, message).await {
//!             Ok(Delivery::Sent) => {}
//!             Ok(Delivery::Gone) => println!("the client has gone"),
//!             Err(error) => println!("{error:?}"),
//!         }
//!     }
//!     "ok"
//! }
//! ```
//!
//! The function's role needs `execute-api:ManageConnections` on the API.

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_apigatewaymanagement::primitives::Blob;

use crate::{BoxError, Context, Error, ErrorKind};

/// The open connections of one stage of an API.
#[derive(Clone, Debug)]
pub struct Connections {
    client: Client,
}

/// Whether a connection was still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// It was, and has what was sent.
    Sent,
    /// The client has gone; forget its id.
    Gone,
}

impl Connections {
    /// The connections of the API that sent the event; `None` if that is no WebSocket API, or one
    /// behind a custom domain, whose mapping the event does not tell: take [`Connections::at`].
    ///
    /// This makes a client; an app that sends much keeps it.
    ///
    /// `config` is a reference to aws-config's `SdkConfig`, or a builder.
    #[must_use]
    pub fn of(context: &Context, config: impl Into<Builder>) -> Option<Self> {
        let endpoint = context.websocket_endpoint()?;
        Some(Self::at(endpoint, config))
    }

    /// The connections behind an endpoint, `https://{api}.execute-api.{region}.amazonaws.com/{stage}`:
    /// for functions that no WebSocket API has called.
    #[must_use]
    pub fn at(endpoint: impl Into<String>, config: impl Into<Builder>) -> Self {
        let config = config.into().endpoint_url(endpoint).build();
        Self { client: Client::from_conf(config) }
    }

    /// Sends a message of at most 128 KiB; unless the connection has gone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::App`] if AWS refuses the message or cannot be reached.
    pub async fn post(
        &self,
        connection_id: &str,
        message: impl Into<Vec<u8>>,
    ) -> Result<Delivery, Error> {
        let post = self.client.post_to_connection();
        let sent = post.connection_id(connection_id).data(Blob::new(message)).send().await;
        delivery(sent)
    }

    /// Closes a connection, unless it has gone.
    ///
    /// # Errors
    ///
    /// As [`Connections::post`].
    pub async fn close(&self, connection_id: &str) -> Result<Delivery, Error> {
        delivery(self.client.delete_connection().connection_id(connection_id).send().await)
    }
}

fn delivery<T, E, R>(sent: Result<T, SdkError<E, R>>) -> Result<Delivery, Error>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match sent {
        Ok(_) => Ok(Delivery::Sent),
        Err(error) if error.as_service_error().and_then(E::code) == Some("GoneException") => {
            Ok(Delivery::Gone)
        }
        Err(error) => {
            let message = "the WebSocket API did not take a message for a connection";
            Err(Error::new(ErrorKind::App, message).with_source(BoxError::from(error)))
        }
    }
}
