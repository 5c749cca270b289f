//! The same blog as a cold function, on the same MariaDB.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use lambdafy_backends::{MariaDb, Relay};

use super::interrupt::Interrupt;
use crate::cold::{Cached, Ready, Request, Start, Starting};

/// The memory size, and with it the CPU share: 0.29 of a core.
pub(super) const MEMORY_MB: u32 = 512;
/// As within an availability zone.
const ROUND_TRIP: Duration = Duration::from_millis(1);

/// The blog, and what it finds.
pub(super) struct Blog<'a> {
    pub(super) program: &'a Path,
    pub(super) database: &'a MariaDb,
    pub(super) images: &'a Path,
}

impl Blog<'_> {
    /// Starts it again and again, over TLS; `each` has every start.
    ///
    /// # Errors
    /// If it does not start or does not answer; if a signal comes.
    pub(super) fn starts(
        &self,
        throttles_init: bool,
        runs: u32,
        interrupt: &Interrupt,
        mut each: impl FnMut(&Start),
    ) -> Result<()> {
        let relay = Relay::start(self.database.address(), ROUND_TRIP)?;
        let mut starting = Starting::of_program("blog-demo".to_owned(), self.program.to_owned());
        starting.share(self.database.authority_file());
        starting.surround(&[
            ("DATABASE_URL".to_owned(), self.database.url_at(relay.address())),
            ("BLOG_IMAGES".to_owned(), self.images.display().to_string()),
        ]);
        let request = Request::of_root()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.context("tokio cannot start")?.block_on(interrupt.unless(async {
            let ready = Ready::new(&starting, Some(MEMORY_MB), throttles_init, &request).await?;
            ready.say_lacks();
            for _ in 0..runs {
                let (start, _) = ready.start(Cached::Warm, &request).await?;
                each(&start);
            }
            ready.stop().await;
            Ok(())
        }))
    }
}
