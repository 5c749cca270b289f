//! A function that is started, answers some requests and leaves a report.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lambdafy_emulator::RuntimeApi;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::process::{PATIENCE, Process};
use super::report::Report;

/// A function with the Runtime API around it, and where its JSON report will be.
pub(crate) struct Function {
    pub(crate) api: RuntimeApi,
    pub(crate) process: Process,
    file: TempFile,
}

impl Function {
    /// The app, told to write its report after so many requests.
    pub(crate) async fn start(app: &str, requests: usize) -> Self {
        Self::start_with(
            app,
            lambdafy_emulator::Function::new("orders"),
            &format!("requests={requests}"),
        )
        .await
    }

    /// The app with settings of the function, and of the report.
    pub(crate) async fn start_with(
        app: &str,
        settings: lambdafy_emulator::Function,
        report: &str,
    ) -> Self {
        Self::start_program(&std::env::current_exe().unwrap(), app, settings, report).await
    }

    async fn start_program(
        program: &Path,
        app: &str,
        settings: lambdafy_emulator::Function,
        report: &str,
    ) -> Self {
        let settings = settings.memory_mb(512).timeout(PATIENCE + Duration::from_secs(1));
        let api =
            RuntimeApi::builder().function(settings).record_calls(true).start().await.unwrap();
        let file = TempFile::new();
        let variable = format!("json:{},{report}", file.0.display());
        let environment =
            api.environment().into_iter().map(|(name, value)| (name.to_owned(), value));
        let environment = environment.chain([("LAMBDAFY_STARTUP_REPORT".to_owned(), variable)]);
        let process = Process::start_program(program, app, environment);
        Self { api, process, file }
    }

    /// The app from a copy of this program whose pages are not in memory.
    #[cfg(feature = "startup-report")]
    pub(crate) async fn start_evicted(app: &str) -> Self {
        use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
        let program = TempFile::new();
        std::fs::copy(std::env::current_exe().unwrap(), &program.0).unwrap();
        let copy = std::fs::File::open(&program.0).unwrap();
        copy.sync_all().unwrap();
        posix_fadvise(&copy, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED).unwrap();
        Self::start_program(
            &program.0,
            app,
            lambdafy_emulator::Function::new("orders"),
            "requests=1",
        )
        .await
    }

    /// Has it answer a GET.
    pub(crate) async fn get(&self, path: &str) -> String {
        match timeout(PATIENCE, self.api.invoke(get(path))).await {
            Ok(invoked) => invoked.unwrap().json().unwrap()["body"].as_str().unwrap().to_owned(),
            Err(_) => panic!("no answer: {:?} {:#?}", self.api.failure(), self.process.log()),
        }
    }

    /// The report that it writes, after this request if it is the last of those it waits for.
    pub(crate) async fn report_after(&self, path: &str) -> Report {
        self.get(path).await;
        self.idle().await;
        self.report().unwrap_or_else(|| panic!("no report: {:#?}", self.process.log()))
    }

    /// Where the report will be.
    pub(crate) fn file(&self) -> &Path {
        &self.file.0
    }

    /// The report, if it is written.
    pub(crate) fn report(&self) -> Option<Report> {
        Report::read(&self.file.0)
    }

    /// Waits until it waits for an event.
    pub(crate) async fn idle(&self) {
        let idle = timeout(PATIENCE, self.api.idle()).await;
        idle.unwrap_or_else(|_| panic!("not idle: {:#?}", self.process.log())).unwrap();
    }
}

/// The event of a GET.
pub(crate) fn get(path: &str) -> Value {
    json!({
        "version": "2.0", "rawPath": path, "rawQueryString": "", "headers": {},
        "requestContext": {"http": {"method": "GET", "sourceIp": "203.0.113.7"}},
    })
}

/// A path of its own, removed with it.
pub(crate) struct TempFile(pub(crate) PathBuf);

impl TempFile {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name =
            format!("startup-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
