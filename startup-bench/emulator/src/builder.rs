//! The settings of an emulator.

use std::ffi::OsString;
use std::net::{SocketAddr, SocketAddrV4, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tokio::net::TcpListener;

use crate::activity::{Activity, Observer};
use crate::error::{Error, ErrorKind};
use crate::fleet::{Fleet, Scaling};
use crate::front_door::{self, Door, FrontDoor, Reserved};
use crate::invoke_api;
use crate::sandbox::{self, App, Recipe};
use crate::time::bounded;
use crate::{Emulator, Ending, Function};

/// How long Lambda waits before it tries a failed event again.
const RETRY_DELAY: Duration = Duration::from_secs(60);

/// Lambda's own limit for a start.
const INIT_TIMEOUT: Duration = Duration::from_secs(10);

/// How an [`Emulator`] is to be.
#[derive(Clone, Debug)]
#[must_use]
pub struct EmulatorBuilder {
    recipe: Recipe,
    reached: Vec<SocketAddr>,
    door: Door,
    port: u16,
    api_port: u16,
    retry_delay: Duration,
    scaling: Scaling,
}

impl EmulatorBuilder {
    pub(crate) fn new() -> Self {
        Self {
            recipe: Recipe {
                app: App::default(),
                function: Function::default(),
                init_timeout: INIT_TIMEOUT,
                throttles_init: false,
                network: None,
                observer: Observer::default(),
            },
            reached: Vec::new(),
            door: Door::new(FrontDoor::HttpApi),
            port: 0,
            api_port: 0,
            retry_delay: RETRY_DELAY,
            scaling: Scaling {
                max_sandboxes: 100,
                throttles: false,
                idle_after: None,
                idle_ending: Ending::Polite,
            },
        }
    }

    /// The executable that is the function: a binary, or a script with `#!`.
    pub fn app(mut self, program: impl Into<PathBuf>) -> Self {
        self.recipe.app.program = program.into();
        self
    }

    /// Adds an argument of the executable.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.recipe.app.arguments.push(argument.into());
        self
    }

    /// Adds an external extension: an executable that is started in every sandbox before the
    /// runtime, in the order in which they are added, and registers under its file's name. The
    /// start is over when runtime and extensions have all asked for an event; when the sandbox
    /// ends, they are told and have two seconds. AWS Lambda Web Adapter is one.
    pub fn extension(mut self, program: impl Into<PathBuf>) -> Self {
        self.recipe.app.extensions.push(program.into());
        self
    }

    /// Sets an environment variable of the function.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.recipe.app.variables.push((name.into(), value.into()));
        self
    }

    /// Whether the function gets this process's environment, below Lambda's variables.
    /// Default: no, only `PATH`, `HOME` and `LD_LIBRARY_PATH`, so that a test does not depend on
    /// who runs it.
    pub fn inherit_environment(mut self, inherits: bool) -> Self {
        self.recipe.app.inherits_environment = inherits;
        self
    }

    /// The working directory, `LAMBDA_TASK_ROOT`. Default: this process's.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.recipe.app.directory = Some(directory.into());
        self
    }

    /// The function's configuration: its name, timeout, SnapStart and so on.
    /// Default: [`Function::default`].
    pub fn function(mut self, function: Function) -> Self {
        self.recipe.function = function;
        self
    }

    /// How long one invocation may take. Default: 3 seconds, as on Lambda.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.recipe.function = self.recipe.function.timeout(timeout);
        self
    }

    /// How long a start may take. Default: 10 seconds, as on Lambda.
    pub fn init_timeout(mut self, timeout: Duration) -> Self {
        self.recipe.init_timeout = bounded(timeout);
        self
    }

    /// Whether a start has no more CPU than its memory size gives to an invocation.
    /// Default: no, it has two vCPUs, as is measured on Lambda.
    pub fn throttle_init(mut self, throttles: bool) -> Self {
        self.recipe.throttles_init = throttles;
        self
    }

    /// A file or folder below `/tmp` that sandboxes find there too. Without this they find only
    /// the function's own folder, its working directory and what its arguments name: their `/tmp`
    /// is their own, as on Lambda. May be called repeatedly.
    pub fn share(mut self, path: impl Into<PathBuf>) -> Self {
        self.recipe.app.shared.push(path.into());
        self
    }

    /// Whether every sandbox has a network of its own, which can be cut off: by
    /// [`Ending::Silent`], and while it is frozen, as that of a machine that stands still. It
    /// needs root on Linux; elsewhere connections to what is [reached](Self::reach) go through
    /// relays that fall silent. Default: no, because a function then reaches nothing but what it
    /// [is to reach](Self::reach): neither the Internet nor this machine.
    pub fn own_network(mut self, is_own: bool) -> Self {
        self.recipe.network = is_own.then(|| self.recipe.network.unwrap_or_default());
        self
    }

    /// An address and port of this machine, such as a database's, that sandboxes reach under the
    /// same, even though they have [a network of their own](Self::own_network), which this asks
    /// for. The server sees each sandbox come from an address of its own in 198.19.0.0/16, and
    /// has to let it in. May be called repeatedly.
    ///
    /// Where the machine can't do that, the function reaches it by a relay, whose address then
    /// stands in the place of this one in the [variables](Self::env) of the function.
    pub fn reach(mut self, address: impl Into<SocketAddr>) -> Self {
        self.reached.push(address.into());
        self.own_network(true)
    }

    /// What stands before the function. Default: [`FrontDoor::HttpApi`].
    pub fn source(mut self, source: FrontDoor) -> Self {
        self.door.kind = source;
        self
    }

    /// The stage of the API, which is then the first segment of every request's path: a REST
    /// API's events come without it, an HTTP API's with it. Default: none, as behind a custom
    /// domain.
    pub fn stage(mut self, stage: impl Into<String>) -> Self {
        self.door.stage = Some(stage.into());
        self
    }

    /// Adds a binary media type of the REST API, such as `image/png`, `image/*` or `*/*`.
    /// Default: none, as on AWS: bodies are text, and answers in base64 stay base64.
    pub fn binary_media_type(mut self, media_type: impl Into<String>) -> Self {
        self.door.binary_media_types.push(media_type.into());
        self
    }

    /// How long the front door waits for the function, whatever the function's own
    /// [`timeout`](Self::timeout) is: API Gateway's integration timeout, a load balancer's idle
    /// timeout. A function URL has none. Default: AWS's, 29 seconds for a REST API, 15 minutes if
    /// it streams, 30 seconds for an HTTP API, a minute for a load balancer.
    pub fn integration_timeout(mut self, timeout: Duration) -> Self {
        self.door.integration_timeout = Some(bounded(timeout));
        self
    }

    /// The front door's port on 127.0.0.1. Default: a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The port of [Lambda's own API](Emulator::api_url) on 127.0.0.1. Default: a free one.
    pub fn api_port(mut self, port: u16) -> Self {
        self.api_port = port;
        self
    }

    /// How long an event that was accepted by Lambda's API waits for its next attempt after the
    /// function failed; the second time it waits twice as long. Then it is
    /// [discarded](Activity::Discarded). Default: one minute, as on Lambda.
    pub fn retry_delay(mut self, delay: Duration) -> Self {
        self.retry_delay = bounded(delay);
        self
    }

    /// How many sandboxes there may be; what comes when all are busy waits, or is refused with
    /// [`throttle`](Self::throttle). Default: 100; an AWS account has 1,000.
    pub fn max_sandboxes(mut self, max_sandboxes: usize) -> Self {
        self.scaling.max_sandboxes = max_sandboxes.max(1);
        self
    }

    /// Whether what comes when all sandboxes are busy is refused, as Lambda does with a
    /// `TooManyRequestsException`: [`ErrorKind::Throttled`](crate::ErrorKind::Throttled), and at
    /// the front door the answer that AWS's gives. Default: no, it waits, because
    /// [`max_sandboxes`](Self::max_sandboxes) is mostly set to spare this machine, far below
    /// what an AWS account has.
    pub fn throttle(mut self, throttles: bool) -> Self {
        self.scaling.throttles = throttles;
        self
    }

    /// How long a sandbox waits for an invocation before it is ended. Default: until the emulator
    /// stops. Lambda ends them after some minutes and does not say how many.
    pub fn idle_after(mut self, idle: Duration) -> Self {
        self.scaling.idle_after = Some(bounded(idle));
        self
    }

    /// How a sandbox is ended that was [idle for too long](Self::idle_after).
    /// Default: [`Ending::Polite`], as on Lambda. [`Ending::Silent`] gives sandboxes [networks of
    /// their own](Self::own_network).
    pub fn idle_ending(mut self, ending: Ending) -> Self {
        self.scaling.idle_ending = ending;
        if ending == Ending::Silent { self.own_network(true) } else { self }
    }

    /// Reserves a path of the front door, and all below it, for `answer`: the function never sees
    /// such a request. The path begins with a slash, has no slash at its end, and stands at the
    /// root even where there is a stage. A request's body may have 1 MiB. Default: none, as on AWS.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    /// use http_body_util::Full;
    /// use lambdafy_emulator::Emulator;
    ///
    /// let builder = Emulator::builder().reserve("/_keys", |_request: Request<Bytes>| async {
    ///     Response::new(Full::new(Bytes::from_static(b"{\"keys\":[]}")))
    /// });
    /// ```
    pub fn reserve<F, R, B>(mut self, path: impl Into<String>, answer: F) -> Self
    where
        F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
        R: Future<Output = Response<B>> + Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.door.reserved.push(Reserved::new(path.into(), answer));
        self
    }

    /// Calls `observe` for everything that happens. It must not block.
    pub fn observe(mut self, observe: impl Fn(&Activity) + Send + Sync + 'static) -> Self {
        self.recipe.observer = Observer::new(observe);
        self
    }

    /// Opens the front door and Lambda's API; a sandbox is started for the first invocation only.
    ///
    /// # Errors
    /// If the app or an extension is no program of this machine, a reserved path is none, the front door
    /// can't have the stage, what is to be reached is not on this machine, or a port is taken.
    pub async fn start(self) -> Result<Emulator, Error> {
        let wrong = |problem| Error::new(ErrorKind::Configuration, problem);
        let mut recipe = self.recipe;
        recipe.app.make_paths_absolute().map_err(|error| {
            Error::new(ErrorKind::Configuration, "there is no current directory").with_source(error)
        })?;
        recipe.app.check().map_err(wrong)?;
        if let Some(path) = self.door.reserved.iter().find_map(Reserved::bad_path) {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("the reserved path '{path}' is no path such as '/_status'"),
            ));
        }
        if let Some(problem) = self.door.stage_problem() {
            return Err(wrong(problem));
        }
        if recipe.app.inherits_environment && recipe.function.region.is_none() {
            recipe.function.region = sandbox::region();
        }
        if let Some(network) = &mut recipe.network {
            *network = self.reached.into_iter().map(reached).collect::<Result<_, _>>()?;
        }
        recipe.app.directory = recipe.app.directory.or_else(|| std::env::current_dir().ok());
        let slots = recipe.slots().await?;
        let listener = front_door::listen(self.port).await?;
        let address = address_of(&listener)?;
        let api = invoke_api::listen(self.api_port).await?;
        let api_address = address_of(&api)?;
        let fleet = Fleet::new(recipe, self.scaling, slots);
        let front_door = front_door::serve(listener, self.door, fleet.clone());
        let api = invoke_api::serve(api, fleet.clone(), self.retry_delay);
        let servers = [tokio::spawn(front_door), tokio::spawn(api)].map(|task| task.abort_handle());
        Ok(Emulator { fleet, address, api_address, servers })
    }
}

/// An address of this machine that sandboxes can reach.
fn reached(address: SocketAddr) -> Result<SocketAddrV4, Error> {
    let is_here = |address: &SocketAddrV4| UdpSocket::bind((*address.ip(), 0)).is_ok();
    match address {
        SocketAddr::V4(address) if address.port() != 0 && is_here(&address) => Ok(address),
        _ => Err(Error::new(
            ErrorKind::Configuration,
            format!(
                "'{address}' is no IPv4 address and port of this machine, so sandboxes with \
                 networks of their own can't reach it"
            ),
        )),
    }
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr, Error> {
    listener.local_addr().map_err(|error| {
        Error::new(ErrorKind::Start, "a listener has no address").with_source(error)
    })
}
