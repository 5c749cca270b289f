//! A Runtime API for one function: hands out the same event again and again, checks every answer,
//! and stops the function at two points so that its CPU time can be read while it waits.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail, ensure};

use super::api::{self, Call};
use super::http::Connection;
use crate::answer;

/// What a function is given to do.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) event: Vec<u8>,
    /// The body that every answer must carry.
    pub(super) expected: Vec<u8>,
    pub(super) warm_up: u32,
    pub(super) measured: u32,
}

/// The server. Dropping it ends it.
pub(super) struct RuntimeApi {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    work: Work,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    connections: u32,
    /// Invocations handed out.
    begun: u32,
    /// Invocations answered.
    answered: u32,
    /// The function waits for an invocation.
    waiting: bool,
    /// The warm-up is over and has been measured.
    released: bool,
    /// The last answer that was found right: equal bytes need no second look.
    right: Vec<u8>,
    failure: Option<anyhow::Error>,
    /// The server is being dropped.
    over: bool,
}

/// A function that does nothing for so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

impl RuntimeApi {
    pub(super) fn start(work: &Work) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("can't listen on loopback")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            work: work.clone(),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || accept(&listener, &accepting));
        Ok(Self { address, shared })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections that carried a call.
    pub(super) fn connections(&self) -> u32 {
        self.shared.lock().connections
    }

    /// Until the function has done its warm-up and waits.
    pub(super) fn wait_for_warm_up(&self, ended: impl FnMut() -> bool) -> Result<()> {
        self.wait_for(self.shared.work.warm_up, ended)
    }

    /// Lets the function go on after the warm-up.
    pub(super) fn go_on(&self) {
        self.shared.lock().released = true;
        self.shared.changed.notify_all();
    }

    /// Until the function has done everything and waits.
    pub(super) fn wait_for_end(&self, ended: impl FnMut() -> bool) -> Result<()> {
        self.wait_for(self.shared.work.warm_up + self.shared.work.measured, ended)
    }

    fn wait_for(&self, answered: u32, mut ended: impl FnMut() -> bool) -> Result<()> {
        let mut state = self.shared.lock();
        let mut seen = (state.answered, Instant::now());
        loop {
            if let Some(failure) = state.failure.take() {
                return Err(failure);
            }
            if state.waiting && state.answered >= answered {
                return Ok(());
            }
            if seen.0 != state.answered {
                seen = (state.answered, Instant::now());
            }
            ensure!(seen.1.elapsed() < PATIENCE, "silent after {} invocations", state.answered);
            ensure!(!ended(), "the process ended after {} invocations", state.answered);
            let waited = self.shared.changed.wait_timeout(state, Duration::from_millis(50));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_all();
        // Wakes the thread that accepts connections; where that fails it stays until the process ends.
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        if shared.lock().over {
            return;
        }
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            if let Err(failure) = shared.serve(stream) {
                shared.lock().failure.get_or_insert(failure);
                shared.changed.notify_all();
            }
        });
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, stream: TcpStream) -> Result<()> {
        let mut connection = Connection::new(stream)?;
        let mut counted = false;
        while let Some(head) = connection.read().context("the function's HTTP")? {
            let call = Call::of(&head).context("not a call of the Runtime API")?;
            if !counted && matches!(call, Call::Next | Call::Response(_)) {
                counted = true;
                self.lock().connections += 1;
            }
            match call {
                Call::Next => self.next(&mut connection)?,
                Call::Response(id) => {
                    self.response(&id, connection.body())?;
                    connection.send(api::ACCEPTED, b"")?;
                }
                Call::Error => bail!("it reported: {}", String::from_utf8_lossy(connection.body())),
                Call::RegisterExtension => connection.send(api::REGISTERED, b"")?,
                // No event ever comes: the call waits as long as the function lives.
                Call::ExtensionNext => {}
            }
        }
        Ok(())
    }

    fn next(&self, connection: &mut Connection) -> Result<()> {
        let mut state = self.lock();
        ensure!(
            state.begun == state.answered,
            "asked for an invocation before it had answered the last"
        );
        ensure!(!state.waiting, "asked twice for an invocation");
        let pause = |state: &State| match state.answered {
            answered if answered >= self.work.warm_up + self.work.measured => true,
            answered => answered >= self.work.warm_up && !state.released,
        };
        state.waiting = pause(&state);
        if state.waiting {
            self.changed.notify_all();
        }
        while pause(&state) {
            ensure!(!state.over, "the server is dropped");
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting = false;
        state.begun += 1;
        let invocation = state.begun;
        drop(state);
        let deadline = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .context("the clock")?
            .as_millis()
            + 30_000;
        connection.send(
            &api::invocation_head(invocation, deadline, self.work.event.len()),
            &self.work.event,
        )
    }

    fn response(&self, id: &str, result: &[u8]) -> Result<()> {
        let mut state = self.lock();
        ensure!(state.begun == state.answered + 1, "an answer that nobody asked for");
        ensure!(
            id == api::request_id(state.begun),
            "an answer to {id}, expected {}",
            api::request_id(state.begun)
        );
        if state.right != result {
            answer::check(result, &self.work.expected).context("a wrong answer")?;
            state.right = result.to_vec();
        }
        state.answered += 1;
        Ok(())
    }
}
