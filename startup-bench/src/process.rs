//! A contender as a running Lambda function: started on a core of its own, watched from outside.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

use crate::contenders::Launch;
use crate::scratch::Scratch;

/// How the bench and the contender share the machine's cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Sharing {
    /// Both on the same one: they take turns, as they must in the smallest of sandboxes.
    One,
    /// Each on one of its own.
    Two,
}

impl Sharing {
    /// As on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Two => "two",
        }
    }
}

/// Which core is the bench's and which is the contender's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cores {
    bench: usize,
    contender: usize,
}

impl Cores {
    /// Picks the cores and puts this thread on the bench's; `None` where that can't be had.
    pub(crate) fn claim(sharing: Sharing) -> Option<Self> {
        let allowed = sched_getaffinity(Pid::from_raw(0)).ok()?;
        let mut cores = (0..CpuSet::count()).filter(|&core| allowed.is_set(core).unwrap_or(false));
        let bench = cores.next()?;
        let contender = if sharing == Sharing::One { bench } else { cores.next()? };
        pin(bench).ok()?;
        Some(Self { bench, contender })
    }
}

/// Puts this thread, and what it starts, on one core.
fn pin(core: usize) -> nix::Result<()> {
    let mut set = CpuSet::new();
    set.set(core)?;
    sched_setaffinity(Pid::from_raw(0), &set)
}

/// The processes of one contender. Dropping it ends them.
#[derive(Debug)]
pub(crate) struct Function(Vec<Child>);

/// What the function's processes have used since they were started.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// CPU time of all threads, also of those that have ended.
    pub(crate) cpu: Duration,
    /// How often a thread went to sleep by itself.
    pub(crate) voluntary_switches: u64,
    /// The most memory resident at a time.
    pub(crate) peak_rss_kb: u64,
}

impl Function {
    /// Starts the contender with the environment that Lambda gives.
    pub(crate) fn start(
        launch: &Launch,
        api: SocketAddr,
        cores: Option<Cores>,
        scratch: &Scratch,
    ) -> Result<Self> {
        if let Some(cores) = cores {
            pin(cores.contender).context("can't pin the contender")?;
        }
        let started = Self::spawn(launch, api, scratch);
        if let Some(cores) = cores {
            pin(cores.bench).context("can't pin the bench")?;
        }
        started
    }

    fn spawn(launch: &Launch, api: SocketAddr, scratch: &Scratch) -> Result<Self> {
        let mut function = Self(Vec::new());
        let mut main = command(&launch.program, launch, api, scratch)?;
        function.add(main.args(&launch.arguments))?;
        for extension in &launch.extensions {
            function.add(&mut command(extension, launch, api, scratch)?)?;
        }
        Ok(function)
    }

    fn add(&mut self, command: &mut Command) -> Result<()> {
        let program = command.get_program().to_owned();
        self.0.push(command.spawn().with_context(|| format!("can't start {}", program.display()))?);
        Ok(())
    }

    /// Has a process ended by itself?
    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.iter_mut().any(|child| !matches!(child.try_wait(), Ok(None)))
    }

    /// What all its processes have used so far.
    pub(crate) fn usage(&self) -> Result<Usage> {
        let mut sum = Usage::default();
        for child in &self.0 {
            let pid = child.id();
            sum.cpu += cpu_time(pid)?;
            let proc = Path::new("/proc").join(pid.to_string());
            sum.peak_rss_kb += status_field(&proc, "VmHWM:")?;
            for thread in proc.join("task").read_dir().context("the process's threads")? {
                sum.voluntary_switches +=
                    status_field(&thread?.path(), "voluntary_ctxt_switches:")?;
            }
        }
        Ok(sum)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn command(program: &Path, launch: &Launch, api: SocketAddr, scratch: &Scratch) -> Result<Command> {
    let log = std::fs::File::create(scratch.path(LOG)).context("the contender's log")?;
    let mut command = Command::new(program);
    command.env_clear().envs(ENVIRONMENT).env("AWS_LAMBDA_RUNTIME_API", api.to_string());
    command.envs(launch.environment.iter().map(|(name, value)| (name, value)));
    if let Some(directory) = &launch.directory {
        command.env("LAMBDA_TASK_ROOT", directory).current_dir(directory);
    }
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("the contender's log")?)
        .stderr(log);
    Ok(command)
}

/// The file of the scratch folder that a contender writes its output to.
pub(crate) const LOG: &str = "contender.log";

const ENVIRONMENT: [(&str, &str); 9] = [
    ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/03/12/[$LATEST]0a1b2c3d"),
    ("AWS_REGION", "eu-central-1"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
];

/// What all threads of a process have used, also those that have ended.
pub(crate) fn cpu_time(pid: u32) -> Result<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(pid.try_into().context("a process id")?));
    let time = clock.and_then(nix::time::ClockId::now).context("the process's CPU clock")?;
    Ok(time.into())
}

/// A number from `status` of a process or thread.
pub(crate) fn status_field(folder: &Path, label: &str) -> Result<u64> {
    let text = std::fs::read_to_string(folder.join("status")).context("a process's status")?;
    let value = text.lines().find_map(|line| line.strip_prefix(label)?.split_whitespace().next());
    value
        .and_then(|number| number.parse().ok())
        .with_context(|| format!("no {label} in a process's status"))
}
