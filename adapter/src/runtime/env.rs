//! The environment: read once, here and nowhere else.

#![allow(clippy::disallowed_methods, reason = "this is the one file that reads the environment")]

#[cfg(feature = "aws")]
mod aws;

#[cfg(feature = "aws")]
pub(crate) use aws::{AwsEnvironment, aws_service_setting};

use crate::{Error, ErrorKind, Options, ResponseMode, startup};

const STARTUP_REPORT: &str = "LAMBDAFY_STARTUP_REPORT";

/// What the process finds around it.
pub(crate) struct Environment {
    /// The address of the Runtime API; there is one on Lambda only.
    pub(crate) runtime_api: Option<String>,
    /// How many invocations Lambda sends at once: one, but on Managed Instances.
    pub(crate) max_concurrency: usize,
    pub(crate) settings: Result<Settings, Error>,
}

/// What can be wrong in the environment, and is then reported.
pub(crate) struct Settings {
    pub(crate) options: Options,
    pub(crate) is_snapstart: bool,
    pub(crate) max_concurrency: usize,
}

impl Environment {
    /// Reads it; `options` gives the options, which may be read from it too.
    pub(crate) fn read(options: impl FnOnce() -> Result<Options, Error>) -> Self {
        let max_concurrency = variable("AWS_LAMBDA_MAX_CONCURRENCY")
            .and_then(|number| number.parse().ok())
            .unwrap_or(1);
        Self {
            runtime_api: variable("AWS_LAMBDA_RUNTIME_API"),
            max_concurrency,
            settings: options().and_then(|options| Settings::read(options, max_concurrency)),
        }
    }
}

/// Where the local server listens: `HOST`, a name or an IP address, and `PORT`.
pub(crate) fn local_address() -> Result<(String, u16), Error> {
    let host = variable("HOST").unwrap_or_else(|| "127.0.0.1".to_owned());
    Ok((host, parse("PORT", "a port number")?.unwrap_or(3000)))
}

/// Whether the process runs on Lambda: whether there is a Runtime API.
#[must_use]
pub fn on_lambda() -> bool {
    variable("AWS_LAMBDA_RUNTIME_API").is_some()
}

/// The start-up report that `LAMBDAFY_STARTUP_REPORT` asks for; see [`startup`].
pub(crate) fn startup_report() -> Result<Option<startup::Settings>, Error> {
    let Some(value) = variable(STARTUP_REPORT) else { return Ok(None) };
    let settings = startup::Settings::parse(&value);
    settings.map(Some).map_err(|expected| wrong(STARTUP_REPORT, &value, expected))
}

/// The function's memory in MB, by which it has a share of a CPU; nothing outside Lambda.
pub(crate) fn memory_mb() -> Option<u64> {
    variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")?.parse().ok()
}

/// The function's name; nothing outside Lambda.
#[cfg(feature = "startup-report")]
pub(crate) fn function_name() -> Option<String> {
    variable("AWS_LAMBDA_FUNCTION_NAME")
}

/// The ends of connections that are not the app's own.
#[cfg(feature = "startup-report")]
pub(crate) struct OwnAddresses {
    /// The Runtime API's.
    pub(crate) api: Option<std::net::SocketAddr>,
    /// The local server's port.
    pub(crate) port: Option<u16>,
}

#[cfg(feature = "startup-report")]
pub(crate) fn own_addresses() -> OwnAddresses {
    let api = variable("AWS_LAMBDA_RUNTIME_API");
    let port = if api.is_none() { local_address().ok().map(|(_, port)| port) } else { None };
    OwnAddresses { api: api.and_then(|api| api.parse().ok()), port }
}

/// What lambda_http's context says about the function; empty outside Lambda.
#[cfg(feature = "lambda_http")]
pub(crate) fn function_config() -> std::sync::Arc<::lambda_http::lambda_runtime::Config> {
    use ::lambda_http::lambda_runtime::Config;
    use std::sync::{Arc, OnceLock};

    static CONFIG: OnceLock<Arc<Config>> = OnceLock::new();
    let text = |name| variable(name).unwrap_or_default();
    let read = || Config {
        function_name: text("AWS_LAMBDA_FUNCTION_NAME"),
        memory: text("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").parse().unwrap_or_default(),
        version: text("AWS_LAMBDA_FUNCTION_VERSION"),
        log_stream: text("AWS_LAMBDA_LOG_STREAM_NAME"),
        log_group: text("AWS_LAMBDA_LOG_GROUP_NAME"),
    };
    CONFIG.get_or_init(|| Arc::new(read())).clone()
}

impl Settings {
    fn read(options: Options, max_concurrency: usize) -> Result<Self, Error> {
        startup::check()?;
        let initialization = variable("AWS_LAMBDA_INITIALIZATION_TYPE");
        Ok(Self {
            options,
            is_snapstart: initialization.as_deref() == Some("snap-start"),
            max_concurrency,
        })
    }
}

impl Options {
    /// The options of the environment, which anyone can set without building the app again:
    ///
    /// | variable | option | value |
    /// |---|---|---|
    /// | `LAMBDAFY_BASE_PATH` | [`base_path`](Self::base_path) | `/billing` |
    /// | `LAMBDAFY_STRIP_STAGE` | [`strip_stage`](Self::strip_stage) | `true`, `false` |
    /// | `LAMBDAFY_TEXT_TYPES` | [`text_type`](Self::text_type) | `application/x-a, application/x-b` |
    /// | `LAMBDAFY_BINARY_TYPES` | [`binary_type`](Self::binary_type) | `text/x-c` |
    /// | `LAMBDAFY_RESPONSE_MODE` | [`response_mode`](Self::response_mode) | `buffered`, `streaming` |
    /// | `LAMBDAFY_PASS_THROUGH_PATH` | [`pass_through_path`](Self::pass_through_path) | `/events` |
    /// | `LAMBDAFY_PASS_THROUGH_PATHS` | [`pass_through_path_for`](Self::pass_through_path_for) | `aws:sqs=/jobs, aws:s3=/uploads` |
    /// | `LAMBDAFY_WEBSOCKET_PATHS` | [`websocket_path_for`](Self::websocket_path_for) | `$connect=/open, $default=/message` |
    /// | `LAMBDAFY_MAX_REQUEST_BYTES` | [`max_request_bytes`](Self::max_request_bytes) | `1048576` |
    /// | `LAMBDAFY_MAX_RESPONSE_BYTES` | [`max_response_bytes`](Self::max_response_bytes) | `1048576` |
    /// | `LAMBDAFY_FAIL_ON_ERROR_STATUS` | [`fail_on_error_status`](Self::fail_on_error_status) | `true`, `false` |
    /// | `LAMBDAFY_COMPRESSION` | [`compression`](Self::compression) | `true`, `false` |
    /// | `LAMBDAFY_TRACE_ENV` | [`trace_env`](Self::trace_env) | `true`, `false` |
    /// | `LAMBDAFY_NO_DELAY` | [`no_delay`](Self::no_delay) | `true`, `false` |
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Options`] if a `LAMBDAFY_*` variable is none of these or has another value;
    /// the message says what is expected.
    pub fn from_env() -> Result<Self, Error> {
        let mut options = Self::new();
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| name.starts_with("LAMBDAFY_")) else {
                continue;
            };
            let Some(value) = value.to_str() else {
                return Err(wrong(name, "?", "text"));
            };
            options = options.with_variable(name, value.trim())?;
        }
        Ok(options)
    }

    fn with_variable(self, name: &str, value: &str) -> Result<Self, Error> {
        let list = || value.split(',').map(str::trim).filter(|item| !item.is_empty());
        Ok(match name {
            "LAMBDAFY_BASE_PATH" => self.base_path(value),
            "LAMBDAFY_STRIP_STAGE" => self.strip_stage(boolean(name, value)?),
            "LAMBDAFY_TEXT_TYPES" => list().fold(self, Self::text_type),
            "LAMBDAFY_BINARY_TYPES" => list().fold(self, Self::binary_type),
            "LAMBDAFY_RESPONSE_MODE" => self.response_mode(match value {
                "buffered" => ResponseMode::Buffered,
                "streaming" => ResponseMode::Streaming,
                _ => return Err(wrong(name, value, "'buffered' or 'streaming'")),
            }),
            "LAMBDAFY_PASS_THROUGH_PATH" => self.pass_through_path(value),
            "LAMBDAFY_PASS_THROUGH_PATHS" => list().try_fold(self, |options, pair| {
                let (source, path) = path_of(name, pair)?;
                Ok(options.pass_through_path_for(source, path))
            })?,
            "LAMBDAFY_WEBSOCKET_PATHS" => list().try_fold(self, |options, pair| {
                let (route, path) = path_of(name, pair)?;
                Ok(options.websocket_path_for(route, path))
            })?,
            "LAMBDAFY_MAX_REQUEST_BYTES" => self.max_request_bytes(bytes(name, value)?),
            "LAMBDAFY_MAX_RESPONSE_BYTES" => self.max_response_bytes(bytes(name, value)?),
            "LAMBDAFY_FAIL_ON_ERROR_STATUS" => self.fail_on_error_status(boolean(name, value)?),
            "LAMBDAFY_COMPRESSION" => match boolean(name, value)? {
                true if !cfg!(feature = "compression") => {
                    return Err(wrong(name, value, "'false', or lambdafy's feature compression"));
                }
                compress => self.compression(compress),
            },
            "LAMBDAFY_TRACE_ENV" => self.trace_env(boolean(name, value)?),
            "LAMBDAFY_NO_DELAY" => match boolean(name, value)? {
                true if !cfg!(feature = "no-delay") => {
                    return Err(wrong(name, value, "'false', or lambdafy's feature no-delay"));
                }
                set => self.no_delay(set),
            },
            // Of the start, and no option: see `startup_report`.
            STARTUP_REPORT => self,
            _ => return Err(unknown(name)),
        })
    }
}

/// The variable, if it is set to something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn parse<T: std::str::FromStr>(name: &str, expected: &str) -> Result<Option<T>, Error> {
    let Some(value) = variable(name) else {
        return Ok(None);
    };
    value.parse().map(Some).map_err(|_| wrong(name, &value, expected))
}

fn boolean(name: &str, value: &str) -> Result<bool, Error> {
    value.parse().map_err(|_| wrong(name, value, "'true' or 'false'"))
}

fn bytes(name: &str, value: &str) -> Result<usize, Error> {
    value.parse().map_err(|_| wrong(name, value, "a number of bytes"))
}

fn path_of<'a>(name: &str, pair: &'a str) -> Result<(&'a str, &'a str), Error> {
    pair.split_once('=')
        .map(|(key, path)| (key.trim(), path.trim()))
        .filter(|(_, path)| path.starts_with('/'))
        .ok_or_else(|| wrong(name, pair, "pairs like aws:sqs=/jobs, separated by commas"))
}

fn wrong(name: &str, value: &str, expected: &str) -> Error {
    Error::new(ErrorKind::Options, format!("{name} is '{value}', expected {expected}"))
}

fn unknown(name: &str) -> Error {
    Error::new(
        ErrorKind::Options,
        format!("{name} is not known; the documentation of Options::from_env lists what is"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str, value: &str) -> String {
        Options::new().with_variable(name, value).unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_expected() {
        assert_eq!(
            error("LAMBDAFY_STRIP_STAGE", "yes"),
            "LAMBDAFY_STRIP_STAGE is 'yes', expected 'true' or 'false'"
        );
        assert_eq!(
            error("LAMBDAFY_RESPONSE_MODE", "stream"),
            "LAMBDAFY_RESPONSE_MODE is 'stream', expected 'buffered' or 'streaming'"
        );
        assert_eq!(
            error("LAMBDAFY_MAX_REQUEST_BYTES", "6MB"),
            "LAMBDAFY_MAX_REQUEST_BYTES is '6MB', expected a number of bytes"
        );
        assert!(error("LAMBDAFY_WEBSOCKET_PATHS", "$connect").contains("expected pairs"));
        assert!(error("LAMBDAFY_STRIP_STGE", "true").contains("is not known"));
    }

    #[test]
    fn every_variable_of_the_table_is_read() {
        let options = [
            ("LAMBDAFY_BASE_PATH", "/billing"),
            ("LAMBDAFY_STRIP_STAGE", "true"),
            ("LAMBDAFY_TEXT_TYPES", "application/x-a, application/x-b"),
            ("LAMBDAFY_BINARY_TYPES", "text/x-c"),
            ("LAMBDAFY_RESPONSE_MODE", "streaming"),
            ("LAMBDAFY_PASS_THROUGH_PATH", "/events"),
            ("LAMBDAFY_PASS_THROUGH_PATHS", "aws:sqs=/jobs, aws:s3=/uploads"),
            ("LAMBDAFY_WEBSOCKET_PATHS", "$connect=/open, $default=/message"),
            ("LAMBDAFY_MAX_REQUEST_BYTES", "10"),
            ("LAMBDAFY_MAX_RESPONSE_BYTES", "20"),
            ("LAMBDAFY_FAIL_ON_ERROR_STATUS", "false"),
            ("LAMBDAFY_COMPRESSION", if cfg!(feature = "compression") { "true" } else { "false" }),
            ("LAMBDAFY_TRACE_ENV", "true"),
            ("LAMBDAFY_NO_DELAY", if cfg!(feature = "no-delay") { "true" } else { "false" }),
        ]
        .iter()
        .try_fold(Options::new(), |options, (name, value)| options.with_variable(name, value))
        .unwrap();
        assert!(options.strip_stage && options.trace_env && !options.fail_on_error_status);
        assert_eq!(options.compression, cfg!(feature = "compression"));
        assert_eq!(options.no_delay, cfg!(feature = "no-delay"));
        assert_eq!(options.text_types, ["application/x-a", "application/x-b"]);
        assert_eq!(options.binary_types, ["text/x-c"]);
        assert_eq!((options.max_request_bytes, options.max_response_bytes), (10, 20));
        assert_eq!(options.strip(b"/billing/x", None), b"/x");
        assert_eq!(options.path_of_pass_through(|| Some("aws:s3".into())), "/uploads");
        assert_eq!(options.path_of_pass_through(|| Some("aws:sns".into())), "/events");
        assert_eq!(options.path_of_route("$connect"), "/open");
        assert_eq!(options.path_of_route("send"), "/send");
    }
}
