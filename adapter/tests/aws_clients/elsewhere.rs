//! Everywhere that AWS's default chains look, each place wrong and watched.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// Profiles and a token file in a home of its own; all servers are the listener.
pub(crate) struct Elsewhere {
    home: TempDir,
    address: SocketAddr,
}

impl Elsewhere {
    pub(crate) fn new(listener: &Listener) -> Self {
        let elsewhere = Self { home: tempfile::tempdir().unwrap(), address: listener.address };
        std::fs::create_dir(elsewhere.home.path().join(".aws")).unwrap();
        let url = elsewhere.url();
        let profile = format!(
            "[default]\nregion = xx-nowhere-1\naws_access_key_id = AKIAWRONG\n\
             aws_secret_access_key = wrong\nendpoint_url = {url}\n"
        );
        for file in elsewhere.files() {
            std::fs::write(file, &profile).unwrap();
        }
        elsewhere
    }

    pub(crate) fn files(&self) -> [PathBuf; 3] {
        [".aws/config", ".aws/credentials", "token"].map(|file| self.home.path().join(file))
    }

    fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let text = |path: &Path| path.display().to_string();
        let [config, credentials, token] = self.files();
        vec![
            ("HOME", text(self.home.path())),
            ("AWS_PROFILE", "default".into()),
            ("AWS_CONFIG_FILE", text(&config)),
            ("AWS_SHARED_CREDENTIALS_FILE", text(&credentials)),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", text(&token)),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/wrong".into()),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", self.url()),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", self.url()),
            // There is one of S3's own.
            ("AWS_ENDPOINT_URL", self.url()),
        ]
    }
}

/// A server that answers nobody, and counts who comes.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Listener {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { address, connections }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Waits until so many have come.
    pub(crate) async fn has_connections(&self, connections: usize) {
        while self.connections() < connections {
            tokio::task::yield_now().await;
        }
    }
}

/// Counts how often files are opened, by whomever.
pub(crate) struct Watch(Inotify);

impl Watch {
    pub(crate) fn of(files: &[PathBuf]) -> Self {
        let inotify = Inotify::init(InitFlags::IN_NONBLOCK).unwrap();
        for file in files {
            inotify.add_watch(file, AddWatchFlags::IN_OPEN).unwrap();
        }
        Self(inotify)
    }

    /// How often since it was asked last.
    pub(crate) fn opened(&self) -> usize {
        self.0.read_events().map_or(0, |events| events.len())
    }
}
