//! Sandboxes with networks of their own: what their peers see of a freeze and of an end.
//!
//! Where the machine has no network namespaces for us, the same is promised of relays.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use lambdafy_emulator::{
    Activity, Emulator, EmulatorBuilder, Ending, ErrorKind, Feature, Sandbox, SandboxState,
};
use support::{by_hand, soon};

/// A server on this machine's loopback, such as a database, that answers each line with itself.
struct Server {
    address: SocketAddr,
    accepted: Receiver<Peer>,
}

/// One connection, as the server sees it.
struct Peer {
    address: SocketAddr,
    stream: TcpStream,
    /// What ended it.
    end: Receiver<&'static str>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (accepting, accepted) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let address = stream.peer_addr().unwrap();
                let (ending, end) = mpsc::channel();
                let echo = stream.try_clone().unwrap();
                std::thread::spawn(move || ending.send(answer(echo)));
                if accepting.send(Peer { address, stream, end }).is_err() {
                    return;
                }
            }
        });
        Self { address, accepted }
    }

    fn builder(&self) -> EmulatorBuilder {
        Emulator::builder()
            .app(by_hand())
            .reach(self.address)
            .env("FIXTURE_SERVER", self.address.to_string())
    }

    fn peer(&self) -> Peer {
        self.accepted.recv_timeout(Duration::from_secs(10)).unwrap()
    }
}

fn answer(mut stream: TcpStream) -> &'static str {
    let mut buffer = [0; 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return "closed",
            Ok(length) => stream.write_all(&buffer[..length]).unwrap(),
            Err(_) => return "reset",
        }
    }
}

impl Peer {
    /// The state of the server's socket, as in /proc/net/tcp, and what waits to be acknowledged.
    #[cfg(target_os = "linux")]
    fn socket(&self) -> (String, u64) {
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let ports = [self.stream.local_addr().unwrap().port(), self.address.port()];
        let [local, remote] = ports.map(|port| format!(":{port:04X}"));
        let line = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let mut sockets =
            line.filter(|line| line[1].ends_with(&local) && line[2].ends_with(&remote));
        let socket = sockets.next().unwrap();
        let unacknowledged = socket[4].split(':').next().unwrap();
        (socket[3].to_owned(), u64::from_str_radix(unacknowledged, 16).unwrap())
    }

    /// What the server sees of an end.
    fn end(&self) -> &'static str {
        self.end.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    /// The server sees nothing at all for so long.
    fn assert_established(&self, time: Duration) {
        assert_eq!(self.end.recv_timeout(time), Err(mpsc::RecvTimeoutError::Timeout));
        #[cfg(target_os = "linux")]
        assert_eq!(self.socket().0, "01", "ESTABLISHED");
    }
}

/// One that has asked the server something.
async fn connected(builder: EmulatorBuilder) -> (Emulator, Sandbox) {
    let emulator = builder.start().await.unwrap();
    let invoked = emulator.invoke("do:ask").await.unwrap();
    assert_eq!(invoked.payload, "\"ask\"", "{:?}", invoked.logs);
    let sandbox = emulator.sandboxes().remove(0);
    (emulator, sandbox)
}

fn is_honest(emulator: &Emulator) -> bool {
    let limit = emulator.limits().into_iter().find(|limit| limit.feature == Feature::Network);
    if let Some(limit) = &limit {
        eprintln!("not as on Lambda on this machine: {limit}");
    }
    limit.is_none()
}

/// Set where this program runs as on a machine without `ip`.
const BY_RELAYS: &str = "EMULATOR_TEST_BY_RELAYS";

#[test]
#[expect(clippy::disallowed_methods, reason = "it tells itself by the environment")]
fn all_of_this_holds_with_relays_where_there_are_no_network_namespaces() {
    if std::env::var_os(BY_RELAYS).is_some() {
        return;
    }
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .arg("--nocapture")
        .env("PATH", "/nowhere")
        .env(BY_RELAYS, "yes")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{}\n{said}", String::from_utf8_lossy(&run.stdout));
    assert!(said.contains("by relays (network namespaces: "), "{said}");
}

#[tokio::test]
async fn a_server_is_not_told_of_a_silent_end() {
    let server = Server::start();
    let (emulator, sandbox) = connected(server.builder()).await;
    let peer = server.peer();
    if is_honest(&emulator) {
        let address = sandbox.ip_address().unwrap();
        assert_eq!(peer.address.ip(), address, "each sandbox has an address of its own");
    }
    sandbox.vanish();
    sandbox.ended().await;
    assert!(!support::is_alive(sandbox.pid()));
    peer.assert_established(Duration::from_secs(2));
    // A machine that is gone acknowledges nothing either.
    #[cfg(target_os = "linux")]
    if is_honest(&emulator) {
        (&peer.stream).write_all(b"are you there?").unwrap();
        peer.assert_established(Duration::from_secs(1));
        assert_eq!(peer.socket().1, 14);
    }
    let next = emulator.invoke("do:ask").await.unwrap();
    assert_eq!((next.sandbox, next.error), (2, None));
    assert_ne!(server.peer().address, peer.address);
}

#[tokio::test]
async fn a_server_sees_every_other_end() {
    for ending in [Ending::Polite, Ending::Kill] {
        for is_frozen in [true, false] {
            let server = Server::start();
            let (_emulator, sandbox) = connected(server.builder()).await;
            let peer = server.peer();
            assert!(soon(|| sandbox.state() == SandboxState::Frozen).await);
            if !is_frozen {
                sandbox.thaw();
            }
            match ending {
                Ending::Polite => sandbox.end(),
                _ => sandbox.kill(),
            }
            sandbox.ended().await;
            assert_eq!(peer.end(), "closed", "{ending:?} {is_frozen}");
        }
    }
}

#[tokio::test]
async fn a_connection_is_cut_while_the_sandbox_is_frozen_and_goes_on_with_it() {
    let server = Server::start();
    let (emulator, sandbox) = connected(server.builder()).await;
    let peer = server.peer();
    assert!(soon(|| sandbox.state() == SandboxState::Frozen).await);
    (&peer.stream).write_all(b"while you were asleep\n").unwrap();
    peer.assert_established(Duration::from_millis(500));
    #[cfg(target_os = "linux")]
    if is_honest(&emulator) {
        assert_eq!(peer.socket().1, 22, "nobody acknowledges it");
    }
    let invoked = emulator.invoke("do:ask").await.unwrap();
    assert_eq!((invoked.sandbox, invoked.payload), (1, "\"while you were asleep\"".into()));
    let invoked = emulator.invoke("do:ask").await.unwrap();
    assert_eq!((invoked.sandbox, invoked.payload), (1, "\"ask\"".into()));
    assert!(server.accepted.try_recv().is_err(), "it is the same connection");
}

#[tokio::test]
async fn an_idle_sandbox_can_end_silently() {
    let server = Server::start();
    let builder = server.builder().idle_after(Duration::from_millis(300));
    let (_emulator, sandbox) = connected(builder.idle_ending(Ending::Silent)).await;
    let peer = server.peer();
    sandbox.ended().await;
    peer.assert_established(Duration::from_secs(1));
}

#[tokio::test]
async fn only_what_is_to_be_reached_is_reached() {
    let server = Server::start();
    let emulator = Emulator::builder()
        .app(by_hand())
        .own_network(true)
        .env("FIXTURE_SERVER", server.address.to_string())
        .start()
        .await
        .unwrap();
    let invoked = emulator.invoke("do:ask").await.unwrap();
    if is_honest(&emulator) {
        assert!(invoked.json().unwrap().to_string().contains("refused"), "{invoked:?}");
    }
}

#[tokio::test]
async fn what_is_not_on_this_machine_is_refused_with_the_address() {
    for address in ["192.0.2.1:5432", "127.0.0.1:0", "[::1]:5432"] {
        let address: SocketAddr = address.parse().unwrap();
        let refused = Emulator::builder().app(by_hand()).reach(address).start().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Configuration);
        assert!(refused.to_string().contains(&address.to_string()), "{refused}");
    }
}

#[tokio::test]
async fn a_silent_end_without_an_own_network_is_said_not_to_be_silent() {
    let (noticing, noticed) = mpsc::channel();
    let observe = move |activity: &Activity| {
        if let Activity::Notice { text } = activity {
            drop(noticing.send(text.clone()));
        }
    };
    let emulator = Emulator::builder().app(by_hand()).observe(observe).start().await.unwrap();
    emulator.invoke("{}").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    assert_eq!(sandbox.ip_address(), None);
    sandbox.vanish();
    sandbox.ended().await;
    assert!(noticed.try_iter().any(|text| text.contains("not silently")));
}

#[tokio::test]
async fn extensions_and_telemetry_work_in_an_own_network_each_on_the_same_port() {
    let emulator = Emulator::builder()
        .app(by_hand())
        .own_network(true)
        .extension(support::example("watcher"))
        .start()
        .await
        .unwrap();
    if !is_honest(&emulator) {
        return;
    }
    let (one, other) = tokio::join!(emulator.invoke("do:sleep"), emulator.invoke("do:sleep"));
    assert_eq!((one.unwrap().error, other.unwrap().error), (None, None));
    let sandboxes = emulator.sandboxes();
    assert_eq!(sandboxes.len(), 2);
    emulator.stop().await;
    for sandbox in sandboxes {
        let logs = sandbox.logs();
        let lines = support::printed(&logs);
        assert!(lines.contains(&"telemetry: PlatformRuntimeDone"), "{lines:?}");
    }
}
