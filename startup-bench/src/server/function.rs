//! The same blog as a cold function, on the same MariaDB.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use lambdafy_backends::{MariaDb, Relay};

use crate::cold::{Cached, Ready, Request, Starting};
use crate::report::Metric;

/// The memory size, and with it the CPU share: 0.29 of a core.
pub(super) const MEMORY_MB: u32 = 512;
/// As within an availability zone.
const ROUND_TRIP: Duration = Duration::from_millis(1);

/// What one start took.
type Figures = Vec<(Metric, f64)>;

/// Starts it again and again, over TLS.
///
/// # Errors
/// If it does not start or does not answer.
pub(super) fn starts(
    program: &Path,
    database: &MariaDb,
    folder: &Path,
    throttles_init: bool,
    runs: u32,
) -> Result<Vec<Figures>> {
    let relay = Relay::start(database.address(), ROUND_TRIP)?;
    // Below the contenders, which sandboxes see: /tmp is their own.
    let authority = folder.join("ca.pem");
    std::fs::copy(database.authority_file(), &authority).context("the certificate")?;
    let url = database.url_at(relay.address());
    let url = url.split("ssl-ca=").next().unwrap_or_default();
    let mut starting = Starting::of_program("blog-demo".to_owned(), program.to_owned());
    starting.surround(&[
        ("DATABASE_URL".to_owned(), format!("{url}ssl-ca={}", authority.display())),
        ("BLOG_IMAGES".to_owned(), folder.join("images").display().to_string()),
    ]);
    let request = Request::of_root()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("tokio cannot start")?.block_on(async {
        let ready = Ready::new(&starting, Some(MEMORY_MB), throttles_init, &request).await?;
        ready.say_lacks();
        let mut all = Vec::new();
        for _ in 0..runs {
            let (start, _) = ready.start(Cached::Warm, &request).await?;
            all.push(start.figures().to_vec());
        }
        ready.stop().await;
        Ok(all)
    })
}
