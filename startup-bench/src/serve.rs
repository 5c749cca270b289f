//! `startup-bench serve`: an app on an emulated Lambda, behind real HTTP.

mod advice;
mod before;
mod browser;
mod history;
mod json;
mod line;
mod options;
mod printer;
mod processes;
mod recent;
mod source;
mod status;
mod welcome;

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use lambdafy_emulator::{Emulator, EmulatorBuilder, Sandbox, SandboxState};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot};
use tokio::time::interval;

use self::history::History;
pub(crate) use self::options::Options;
use self::printer::{Printer, Voice};
use self::status::StatusPage;
use crate::program::{self, Program};

/// How often a sandbox that does not become ready is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// If the app can't be built or found, or the port is taken.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    // Before a build, which may take minutes.
    drop(TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).map_err(|e| taken(options, e))?);
    let program = program::find(&options.app, &[])?;
    before::run(&program, &options.before, &options.env)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("tokio cannot start")?
        .block_on(serve(options, &program))
}

fn taken(options: &Options, error: impl Into<anyhow::Error>) -> anyhow::Error {
    let port = options.port;
    error.into().context(format!(
        "127.0.0.1:{port} is not free: --port {} or another, --port 0 takes any free one",
        port.checked_add(1).unwrap_or(8080)
    ))
}

async fn serve(options: &Options, program: &Program) -> anyhow::Result<()> {
    let mut signals = Signals::catch()?;
    let started = Instant::now();
    let printer = Printer::start(options.format(), started)?;
    let voice = printer.voice();
    let history = Arc::new(History::new(started));
    let (asking, asked) = mpsc::channel(1);

    let mut builder = options.emulator(program);
    if let Some(path) = options.status_path() {
        let function = welcome::function(options, program);
        let page = StatusPage::new(path, function, history.clone(), asking);
        builder = builder.reserve(path, move |request| page.clone().answer(request));
    }
    let emulator = observed(builder, &history, &voice).start().await;
    let emulator = emulator.map_err(|error| anyhow!("{error:?}"))?;
    welcome::say(options, program, &emulator, &voice);
    if let Some(path) = options.status_path().filter(|_| options.open) {
        tokio::spawn(open(format!("{}{path}/", emulator.url()), voice.clone()));
    }

    attend(&emulator, asked, &mut signals, &voice).await;
    // A second Ctrl-C does not wait for apps that do not end.
    tokio::select! {
        () = emulator.stop() => {}
        () = signals.any() => {}
    }
    welcome::sum_up(&history, &voice);
    printer.end();
    Ok(())
}

/// Has an emulator tell the history and the printer what happens.
fn observed(builder: EmulatorBuilder, history: &Arc<History>, voice: &Voice) -> EmulatorBuilder {
    let (history, voice) = (history.clone(), voice.clone());
    builder.observe(move |activity| {
        history.add(activity);
        voice.happened(activity);
    })
}

/// Looks after an emulator until a signal comes.
async fn attend(
    emulator: &Emulator,
    mut asked: mpsc::Receiver<oneshot::Sender<Vec<Sandbox>>>,
    signals: &mut Signals,
    voice: &Voice,
) {
    let mut looks = interval(LOOK);
    let mut is_explained = false;
    loop {
        tokio::select! {
            () = signals.any() => return,
            Some(asker) = asked.recv() => {
                // Who does not wait for the answer any more needs none.
                drop(asker.send(emulator.sandboxes()));
            }
            _ = looks.tick(), if !is_explained => {
                is_explained = explain_web_server(&emulator.sandboxes(), voice);
            }
        }
    }
}

/// Says so if a sandbox listens on a port and has not turned to the Runtime API since the last
/// look.
fn explain_web_server(sandboxes: &[Sandbox], voice: &Voice) -> bool {
    let silent = sandboxes.iter().filter(|sandbox| {
        sandbox.state() == SandboxState::Starting
            && sandbox.connections() == 0
            && sandbox.started_at().elapsed() >= LOOK
    });
    let found = silent
        .filter_map(|sandbox| Some((sandbox.number(), processes::listening_port(sandbox.pid())?)));
    let Some((sandbox, port)) = found.take(1).next() else {
        return false;
    };
    voice.say(advice::for_web_server(sandbox, port), None);
    true
}

async fn open(page: String, voice: Voice) {
    if let Err(error) = browser::open(&page).await {
        voice.say(format!("\n  {error:#}. Open {page} yourself.\n"), None);
    }
}

/// Ctrl-C and SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn catch() -> anyhow::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).context("Ctrl-C cannot be caught")?,
            terminate: signal(SignalKind::terminate()).context("SIGTERM cannot be caught")?,
        })
    }

    /// Waits for one of them.
    async fn any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
