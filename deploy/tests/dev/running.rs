//! The command while it runs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

pub(crate) struct Running {
    child: Child,
    pub(crate) listening: Value,
    lines: Mutex<(Receiver<Value>, Vec<Value>)>,
}

impl Running {
    /// Starts it in a project whose function prints its events.
    pub(crate) fn start(name: &str, settings: &str, arguments: &[&str]) -> Self {
        Self::of(command(&project(name, settings, include_str!("function.rs")), arguments))
    }

    /// Starts it in a project that is there, which builds into `target`.
    pub(crate) fn in_folder(folder: &Path, target: &Path) -> Self {
        let mut command = command(folder, &[]);
        command.env("CARGO_TARGET_DIR", target).env("CARGO_PROFILE_DEV_DEBUG", "0");
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            for line in output.lines() {
                let Ok(line) = line else { return };
                if let Ok(line) = serde_json::from_str(&line)
                    && sender.send(line).is_err()
                {
                    return;
                }
            }
        });
        let mut running =
            Self { child, listening: Value::Null, lines: Mutex::new((receiver, Vec::new())) };
        running.listening =
            running.until(|lines| lines.iter().find(|line| line["event"] == "listening").cloned());
        running
    }

    /// What it says where it does not start.
    pub(crate) fn refused(name: &str, settings: &str, main: &str, arguments: &[&str]) -> String {
        let output = command(&project(name, settings, main), arguments).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.listening["url"].as_str().unwrap())
    }

    /// The variables that the function found, when it has started.
    pub(crate) fn variables(&self) -> Vec<String> {
        self.until(|lines| {
            let is_over = printed(lines, "event ").next().is_some();
            is_over.then(|| printed(lines, "variable ").map(str::to_owned).collect())
        })
    }

    /// The first events that are no requests, when there are so many.
    pub(crate) fn events(&self, count: usize) -> Vec<Value> {
        self.until(|lines| {
            let events: Vec<Value> =
                printed(lines, "event ").map(|text| serde_json::from_str(text).unwrap()).collect();
            (events.len() >= count).then_some(events)
        })
    }

    /// What an event source said.
    pub(crate) fn source(&self, part: &str) -> String {
        self.until(|lines| {
            let of_sources = lines.iter().filter(|line| line["event"] == "source");
            let mut texts = of_sources.filter_map(|line| line["text"].as_str());
            texts.find(|text| text.contains(part)).map(str::to_owned)
        })
    }

    /// The text of the first line of a kind.
    pub(crate) fn line(&self, event: &str) -> String {
        self.until(|lines| {
            let line = lines.iter().find(|line| line["event"] == event)?;
            Some(line["text"].as_str().unwrap().to_owned())
        })
    }

    fn until<T>(&self, found: impl Fn(&[Value]) -> Option<T>) -> T {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let (receiver, seen) = &mut *lines;
        let start = Instant::now();
        loop {
            if let Some(found) = found(seen) {
                return found;
            }
            let left = PATIENCE.saturating_sub(start.elapsed());
            match receiver.recv_timeout(left) {
                Ok(line) => seen.push(line),
                Err(error) => panic!("{error}: {seen:#?}"),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // As a user ends it; sandboxes end with it.
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-INT", &pid]).status();
        let _ = self.child.wait();
    }
}

/// What the function has printed behind a word.
fn printed<'a>(lines: &'a [Value], word: &'a str) -> impl Iterator<Item = &'a str> {
    let logs = lines.iter().filter(|line| line["event"] == "log");
    logs.filter_map(move |line| line["text"].as_str()?.strip_prefix(word))
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-lambdafy"));
    let ports = ["--port", "0", "--sources-port", "0", "--s3-port", "0"];
    let given = |port: &&str| arguments.contains(port);
    let free = ports.chunks(2).filter(|pair| !given(&pair[0])).flatten();
    command.args(["dev", "--json"]).args(free).args(arguments).current_dir(folder);
    // Not where this test's own build is.
    command.env_remove("CARGO_TARGET_DIR");
    command
}

fn project(name: &str, settings: &str, main: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dev").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("src")).unwrap();
    std::fs::write(folder.join("src/main.rs"), main).unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [package.metadata.lambdafy]\n{settings}\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    folder
}

/// Runs Python with what the command says for programs outside.
pub(crate) fn boto3(twin: &Running, code: &str) {
    let variables = twin.listening["variables"].as_object().unwrap();
    let status = Command::new(crate::support::python())
        .args(["-c", code])
        .envs(variables.iter().map(|(name, value)| (name, value.as_str().unwrap())))
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .status()
        .unwrap();
    assert!(status.success());
}

/// Status and body.
pub(crate) fn get(url: &str) -> (u16, String) {
    request("GET", url, "", &[])
}

pub(crate) fn post(url: &str, body: &str, headers: &[&str]) -> (u16, String) {
    request("POST", url, body, headers)
}

fn request(method: &str, url: &str, body: &str, headers: &[&str]) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(host).unwrap();
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
