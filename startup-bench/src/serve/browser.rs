//! Opens a page in the user's browser.

use std::process::Stdio;

use anyhow::{Context, ensure};
use tokio::process::Command;

/// What opens a page on this system.
const OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// Opens `url`.
///
/// # Errors
/// If there is no program for it, or it fails.
pub(super) async fn open(url: &str) -> anyhow::Result<()> {
    let status = Command::new(OPENER)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .with_context(|| format!("{OPENER} cannot be started"))?;
    ensure!(status.success(), "{OPENER} failed ({status})");
    Ok(())
}
