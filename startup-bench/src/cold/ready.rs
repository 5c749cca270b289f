//! A function that can be started again and again under known conditions.

use std::path::PathBuf;

use anyhow::Result;
use lambdafy_emulator::Sandbox;

use super::launch::Starting;
use super::page_cache::{Cached, mapped};
use super::request::Request;
use super::start::{self, Start, Starter};
use super::usage;

/// The function with one memory size.
pub(crate) struct Ready {
    starter: Starter,
    /// Is anything limited?
    is_limited: bool,
    /// What is deployed, and what it has mapped once it has answered.
    files: Vec<PathBuf>,
}

impl Ready {
    /// Opens an emulator and starts the function once, unmeasured: its answer is checked, and its
    /// files are known from then on.
    ///
    /// # Errors
    /// If it does not start or does not answer as it should.
    pub(crate) async fn new(
        launch: &Starting,
        memory_mb: Option<u32>,
        throttles_init: bool,
        request: &Request,
    ) -> Result<Self> {
        let emulator = launch.emulator().throttle_init(throttles_init);
        let starter = Starter::new(emulator, memory_mb).await?;
        let (sandbox, _) = starter.first_answer(request).await?;
        let mut files = launch.files()?;
        for pid in usage::members(sandbox.pid())? {
            files.extend(mapped(pid)?);
        }
        start::end(&sandbox).await;
        Ok(Self { starter, is_limited: memory_mb.is_some(), files })
    }

    /// Says on stderr what of a memory size can't be had on this machine.
    pub(crate) fn say_lacks(&self) {
        let lacks = if self.is_limited { self.starter.lacks() } else { Vec::new() };
        for lack in lacks {
            eprintln!("memory sizes on this machine: {lack}");
        }
    }

    /// One start, and its sandbox, which has ended.
    ///
    /// # Errors
    /// As [`Self::new`]; if a file can't be read.
    pub(crate) async fn start(
        &self,
        cached: Cached,
        request: &Request,
    ) -> Result<(Start, Sandbox)> {
        cached.prepare(&self.files)?;
        self.starter.measure(request).await
    }

    /// Politely ends what is left.
    pub(crate) async fn stop(self) {
        self.starter.stop().await;
    }
}
