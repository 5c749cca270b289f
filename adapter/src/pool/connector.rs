//! How a connection is made: with which options, in which session, with a look at its socket.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::ConnectOptions as _;

use super::backend::{Backend, ConnectOptions, Fault, Session};
use super::clock::Moment;
use super::config::Config;
use super::error::Error;
use super::idle::Held;
use super::socket;
use crate::{BoxError, hooks};

/// What sqlx says where PostgreSQL has hung up instead of an answer to the question for TLS.
const HUNG_UP: &str = "unexpected response from SSLRequest: 0x00";

/// What rustls says of a certificate that it does not take.
const UNTRUSTED: &str = "invalid peer certificate";

/// Where the options of the next connect come from.
pub(super) enum Connector<DB: Backend> {
    Fixed(ConnectOptions<DB>),
    Provider(Provider<DB>),
}

type Provider<DB> =
    Arc<dyn Fn(Ask) -> BoxFuture<'static, Result<ConnectOptions<DB>, BoxError>> + Send + Sync>;

/// Why a provider is asked for connect options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ask {
    /// A connection is to be made: what was good a minute ago is good enough.
    Connect,
    /// The server has refused the user or the password: look them up anew.
    AfterRefusal,
}

/// Why an attempt has failed.
pub(super) enum Failure {
    Full(sqlx::Error),
    Unreachable(sqlx::Error),
    Credentials(sqlx::Error),
    Lasting(Error),
}

impl<DB: Backend> Connector<DB> {
    pub(super) fn provider<F, Fut>(provider: F) -> Self
    where
        F: Fn(Ask) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<ConnectOptions<DB>, BoxError>> + Send + 'static,
    {
        Self::Provider(Arc::new(move |ask| Box::pin(provider(ask))))
    }

    /// Whether it is of use to ask again with other credentials.
    pub(super) fn can_renew(&self) -> bool {
        matches!(self, Self::Provider(_))
    }

    async fn options(&self, ask: Ask) -> Result<ConnectOptions<DB>, Failure> {
        match self {
            Self::Fixed(options) => Ok(options.clone()),
            Self::Provider(provider) => {
                provider(ask).await.map_err(|error| Failure::Lasting(Error::Options(error)))
            }
        }
    }

    /// One attempt.
    pub(super) async fn connect(&self, config: &Config, ask: Ask) -> Result<Held<DB>, Failure> {
        let options = self.options(ask).await?;
        let session = session::<DB>(config, &options);
        let connecting = async {
            let options = DB::with_session(&options, &session);
            let (connected, socket) =
                socket::connect_to(DB::port(&options), options.connect()).await;
            let mut connection = connected?;
            DB::start(&mut connection, &session).await?;
            Ok((connection, socket))
        };
        match connecting.await {
            Ok((connection, socket)) => Ok(Held {
                connection,
                socket,
                session,
                used: Moment::now(),
                needs_end: false,
                was_kept: false,
                is_broken: false,
                permit: None,
            }),
            Err(error) => Err(failure::<DB>(error)),
        }
    }
}

pub(super) fn session<DB: Backend>(config: &Config, options: &ConnectOptions<DB>) -> Session {
    let application = config.application.as_deref().or_else(|| DB::application(options));
    let mut assignments = DB::sqlx_assignments(options);
    assignments.extend(config.session.iter().cloned());
    Session {
        user: DB::user(options).to_owned(),
        application: application.unwrap_or("lambdafy").to_owned(),
        lease: config.lease,
        transaction_limit: config.transaction_limit,
        statement_limit: config.statement_limit.or_else(time_of_an_invocation),
        path_limit: config.path_limit,
        behind_proxy: config.behind_proxy,
        assignments,
    }
}

/// How much time the invocation that began last was given.
fn time_of_an_invocation() -> Option<Duration> {
    hooks::current().map(|invocation| invocation.given)
}

fn failure<DB: Backend>(error: sqlx::Error) -> Failure {
    let fault = match &error {
        sqlx::Error::Database(error) => DB::fault(&**error),
        sqlx::Error::Io(error) if error.to_string().contains(UNTRUSTED) => Fault::Lasting,
        // The server, or what is in front of it, has hung up or is not there; a name that can't
        // be resolved may be one that is just being moved.
        sqlx::Error::Io(_) => Fault::Starting,
        sqlx::Error::Protocol(said) if said.starts_with(HUNG_UP) => Fault::Starting,
        _ => Fault::Lasting,
    };
    match fault {
        Fault::Full => Failure::Full(error),
        Fault::Starting => Failure::Unreachable(error),
        Fault::Credentials => Failure::Credentials(error),
        Fault::Lasting => Failure::Lasting(Error::Refused(error)),
    }
}

/// Without the options, which hold the password.
impl<DB: Backend> fmt::Debug for Connector<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.can_renew() { "Provider" } else { "Fixed" })
    }
}
