//! Logs: JSON lines.

use tracing_subscriber::EnvFilter;

use crate::Error;
use crate::settings::Settings;

/// Sets the process's subscriber.
///
/// # Errors
/// If the filter can't be read, or there is a subscriber already.
pub fn start(settings: &Settings) -> Result<(), Error> {
    let lines =
        tracing_subscriber::fmt().json().with_env_filter(EnvFilter::try_new(&settings.log)?);
    lines.try_init().map_err(|error| anyhow::anyhow!(error))
}
