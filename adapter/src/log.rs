//! What must be seen in the logs, even if the app has set up no tracing subscriber.

/// One line of error: by `tracing` where somebody listens, else on standard error, which Lambda
/// sends to CloudWatch.
pub(crate) fn error(message: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::error!("{message}");
    } else {
        eprintln!("lambdafy: {message}");
    }
}
