//! The local twin: the declared function behind the declared front door, with the declared event
//! sources, on this machine.
//!
//! Sandboxes, Runtime API and front doors are the emulator's. What stands here is what the
//! settings say, told to it, and the event sources: an S3 server that tells of its objects, queues
//! with their retries and dead letters, and a clock. [`limits()`] says what is not as on AWS.

mod buckets;
mod environment;
mod http;
mod lambda;
mod limits;
mod objects;
mod queues;
mod schedules;
mod sources;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lambdafy_emulator::{Activity, Emulator, EmulatorBuilder, Function};
use tokio::task::JoinHandle;

use self::environment::Places;
use self::lambda::Lambda;
pub use self::limits::limits;
use self::queues::Queues;
use self::schedules::Schedules;
use crate::deployment::Deployment;
use crate::settings::{FrontDoor, VariableName, VariableText};

/// The account that everything belongs to.
const ACCOUNT: &str = "123456789012";

/// Sandboxes at once where nothing is reserved: AWS would have hundreds, this machine has not.
const SANDBOXES: u32 = 10;

/// How the twin is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// The executable, for this machine.
    pub program: PathBuf,
    /// The front door's port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The port of queues and schedules; 0 takes a free one.
    pub sources_port: u16,
    /// The port of S3; 0 takes a free one.
    pub s3_port: u16,
    /// Where objects and dead letters are kept from run to run.
    pub folder: PathBuf,
    /// Environment variables that win over what is resolved here, such as `DATABASE_HOST`.
    pub variables: Vec<(VariableName, VariableText)>,
    /// How long a failed event or message waits for its next try. Default: as on AWS, a minute for
    /// an event and six times the function's time-out for a message.
    pub retry_after: Option<Duration>,
}

/// Something that happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Happened {
    /// In a sandbox or at the front door.
    Emulator(Activity),
    /// At an event source.
    Source {
        /// What, in one line.
        text: String,
        /// Whether something was lost or failed.
        is_problem: bool,
    },
}

/// Whom to tell what happens.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&Happened) + Send + Sync>);

/// What runs.
#[derive(Debug)]
pub struct Twin {
    emulator: Emulator,
    places: Places,
    tasks: Vec<JoinHandle<()>>,
}

impl Twin {
    /// Starts it; a sandbox is started for the first request only.
    ///
    /// # Errors
    /// If a port is taken, or the folder cannot be written.
    pub async fn start(
        deployment: &Deployment,
        options: &Options,
        observer: Observer,
    ) -> Result<Self, TwinError> {
        let mut places = Places::of(deployment);
        let mut tasks = Vec::new();
        let queues = Queues::of(deployment, options, &observer);
        let schedules = Schedules::of(deployment);
        let mut changes = None;
        if !deployment.settings.buckets.is_empty() {
            let (s3, told) = buckets::serve(deployment, options).await?;
            places.s3 = Some(s3.url());
            tasks.push(s3.task);
            changes = Some(told);
        }
        let (handle, invoked) = lambda::channel();
        if !queues.is_empty() || !schedules.is_empty() {
            let api = sources::serve(options.sources_port, &queues, &schedules, handle).await?;
            places.sources = Some(api.url());
            tasks.push(api.task);
        }
        let emulator = emulator(deployment, options, &places, &observer);
        let emulator = emulator.start().await.map_err(|error| TwinError(format!("{error:?}")))?;
        let lambda = Lambda::new(&emulator.api_url(), deployment.name.as_str(), observer);
        tasks.extend(invoked.forward(&lambda));
        tasks.extend(changes.map(|told| tokio::spawn(buckets::tell(told, lambda.clone()))));
        tasks.extend(queues.deliver(&lambda));
        tasks.extend(schedules.run(&lambda));
        Ok(Self { emulator, places, tasks })
    }

    /// The front door's URL, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        self.emulator.url()
    }

    /// Lambda's own API, by which `cargo lambda invoke` and the SDKs invoke the function.
    #[must_use]
    pub fn api_url(&self) -> String {
        self.emulator.api_url()
    }

    /// The S3 server, if a bucket is declared.
    #[must_use]
    pub fn s3_url(&self) -> Option<&str> {
        self.places.s3.as_deref()
    }

    /// Where queues and schedules are found, if there are any.
    #[must_use]
    pub fn sources_url(&self) -> Option<&str> {
        self.places.sources.as_deref()
    }

    /// The variables by which a program outside finds the declared resources: the S3 server, the
    /// queues, and the names of buckets.
    #[must_use]
    pub fn variables(&self, deployment: &Deployment) -> Vec<(String, String)> {
        let mut all = self.places.resources(deployment);
        all.extend(self.places.endpoints());
        all
    }

    /// Where sandboxes on this machine are not as on Lambda.
    pub fn machine_limits(&self) -> impl Iterator<Item = String> {
        self.emulator.limits().into_iter().map(|limit| limit.to_string())
    }

    /// Ends everything, sandboxes as Lambda does.
    pub async fn stop(self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.emulator.stop().await;
    }
}

fn emulator(
    deployment: &Deployment,
    options: &Options,
    places: &Places,
    observer: &Observer,
) -> EmulatorBuilder {
    let settings = &deployment.settings;
    let function = Function::new(deployment.name.as_str())
        .region(&places.region)
        .memory_mb(settings.memory_mb.get())
        .timeout(Duration::from_secs(settings.timeout_s.get().into()))
        .snapstart(settings.snapstart);
    let reserved = settings.reserved_concurrency.map(|number| number.get());
    let observer = observer.clone();
    let mut builder = Emulator::builder()
        .app(&options.program)
        .function(function)
        .source(source(deployment))
        // As the templates set it for a REST API; no other front door looks at it.
        .binary_media_type("*/*")
        .port(options.port)
        .max_sandboxes(usize::try_from(reserved.unwrap_or(SANDBOXES)).unwrap_or(usize::MAX))
        .throttle(reserved.is_some())
        .observe(move |activity| observer.tell(&Happened::Emulator(activity.clone())));
    if let Some(wait) = door_timeout_s(deployment) {
        builder = builder.integration_timeout(Duration::from_secs(wait.into()));
    }
    if let Some(delay) = options.retry_after {
        builder = builder.retry_delay(delay);
    }
    for (name, value) in places.environment(deployment) {
        builder = builder.env(name, value);
    }
    let own = |builder: EmulatorBuilder, (name, value): &(VariableName, VariableText)| {
        builder.env(name.as_str(), value.as_str())
    };
    options.variables.iter().fold(builder, own)
}

fn source(deployment: &Deployment) -> lambdafy_emulator::FrontDoor {
    use lambdafy_emulator::FrontDoor as Emulated;
    match (deployment.front_door(), deployment.settings.streaming) {
        (FrontDoor::RestApi, false) => Emulated::RestApi,
        (FrontDoor::RestApi, true) => Emulated::RestApiStream,
        (FrontDoor::HttpApi, _) => Emulated::HttpApi,
        (FrontDoor::FunctionUrl, false) => Emulated::FunctionUrl,
        (FrontDoor::FunctionUrl, true) => Emulated::FunctionUrlStream,
        (FrontDoor::Alb, _) => Emulated::AlbMultiValue,
    }
}

/// How long the front door waits for the function.
fn door_timeout_s(deployment: &Deployment) -> Option<u32> {
    match deployment.front_door() {
        FrontDoor::RestApi | FrontDoor::HttpApi => Some(deployment.gateway_timeout_s()),
        FrontDoor::Alb => Some(deployment.alb_idle_timeout_s()),
        FrontDoor::FunctionUrl => None,
    }
}

impl Observer {
    /// Calls a function for everything that happens. It must not block.
    pub fn new(observe: impl Fn(&Happened) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    fn tell(&self, happened: &Happened) {
        (self.0)(happened);
    }

    fn say(&self, text: impl Into<String>) {
        self.tell(&Happened::Source { text: text.into(), is_problem: false });
    }

    fn complain(&self, text: impl Into<String>) {
        self.tell(&Happened::Source { text: text.into(), is_problem: true });
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// Why the twin cannot start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwinError(String);

impl fmt::Display for TwinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TwinError {}
