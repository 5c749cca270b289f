//! Lambda on this machine: the emulator invokes, moto has the configuration, a proxy routes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use lambdafy_emulator::{Emulator, Function};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// What moto is found by; scripts/test installs it.
const SERVER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/../tools/python/bin/moto_server");

/// The server ends when this process has, however that ends.
const SCRIPT: &str = r#""$@" >/dev/null 2>&1 & moto=$!; read -r _; kill $moto"#;

/// The variable that `startup-bench aws` changes.
const MARK: &str = "STARTUP_BENCH_START";

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A function on Lambda.
pub(crate) struct Lambda {
    pub(crate) name: String,
    address: SocketAddr,
    marks: Arc<Mutex<Vec<String>>>,
    folder: PathBuf,
    /// Ends the emulator's tasks.
    _runtime: Runtime,
}

impl Lambda {
    /// Creates the function with these variables.
    pub(crate) fn start(app: &str, variables: &Value) -> Self {
        let name = format!("page-{}", FUNCTIONS.fetch_add(1, Relaxed));
        let moto = MOTO.get_or_init(Moto::start);
        moto.create_function(&name, variables);
        let runtime = Runtime::new().unwrap();
        let function = Function::new(&name).memory_mb(512);
        let emulator = Emulator::builder().app(app).function(function).start();
        let emulator = Arc::new(runtime.block_on(emulator).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let marks = Arc::<Mutex<Vec<String>>>::default();
        let proxy = Proxy {
            moto: moto.address,
            emulator,
            handle: runtime.handle().clone(),
            marks: marks.clone(),
        };
        std::thread::spawn(move || proxy.serve(&listener));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("aws-{}", address.port()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { name, address, marks, folder, _runtime: runtime }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the test may write.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The different values that the changed variable had.
    pub(crate) fn marks(&self) -> Vec<String> {
        self.marks.lock().unwrap().clone()
    }

    pub(crate) fn wait_for_marks(&self, count: usize) {
        let since = Instant::now();
        while self.marks().len() < count {
            assert!(since.elapsed() < PATIENCE, "only {:?}", self.marks());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The function's variables at this moment.
    pub(crate) fn variables(&self) -> Value {
        let path = format!("/2015-03-31/functions/{}/configuration", self.name);
        let answer = MOTO.get_or_init(Moto::start).request("GET", &path, "lambda", "");
        let configuration: Value = serde_json::from_str(&answer).unwrap();
        match &configuration["Environment"]["Variables"] {
            Value::Null => json!({}),
            variables => variables.clone(),
        }
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// One for all tests; it ends with this process.
static MOTO: OnceLock<Moto> = OnceLock::new();

static FUNCTIONS: AtomicU32 = AtomicU32::new(0);

struct Moto {
    /// Holds the pipe whose end tells moto to end.
    _child: Child,
    address: SocketAddr,
}

impl Moto {
    fn start() -> Self {
        assert!(
            Path::new(SERVER).is_file(),
            "{SERVER} is missing: `scripts/test test` installs it, or: python3 -m venv \
             target/tools/python && target/tools/python/bin/pip install 'moto[server]==5.2.5'"
        );
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = Command::new("sh")
            .args(["-c", SCRIPT, "sh", SERVER, "-H", "127.0.0.1", "-p"])
            .arg(address.port().to_string())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let moto = Self { _child: child, address };
        let since = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(since.elapsed() < PATIENCE, "moto does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        moto
    }

    fn create_function(&self, name: &str, variables: &Value) {
        let role =
            "Action=CreateRole&Version=2010-05-08&RoleName=page&AssumeRolePolicyDocument=%7B%7D";
        self.request("POST", "/", "iam", role);
        let function = json!({
            "FunctionName": name,
            "Runtime": "provided.al2023",
            "Role": "arn:aws:iam::123456789012:role/page",
            "Handler": "bootstrap",
            "MemorySize": 512,
            "Code": { "ZipFile": EMPTY_ZIP },
            "Environment": { "Variables": variables },
        });
        let body = function.to_string();
        let created = self.request("POST", "/2015-03-31/functions", "lambda", &body);
        assert!(created.contains("FunctionArn"), "{created}");
    }

    /// moto sees from the signature, which it does not check, which service is meant.
    fn request(&self, method: &str, path: &str, service: &str, body: &str) -> String {
        let kind =
            if service == "iam" { "application/x-www-form-urlencoded" } else { "application/json" };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: {kind}\r\n\
             content-length: {}\r\nauthorization: AWS4-HMAC-SHA256 \
             Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, \
             Signature=0\r\n\r\n{body}",
            self.address,
            body.len(),
        );
        let answer = exchange(self.address, head.as_bytes());
        let answer = String::from_utf8_lossy(&answer);
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

/// A zip file with nothing in it, in base64.
const EMPTY_ZIP: &str = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";

struct Proxy {
    moto: SocketAddr,
    emulator: Arc<Emulator>,
    handle: tokio::runtime::Handle,
    marks: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn serve(&self, listener: &TcpListener) {
        for client in listener.incoming() {
            self.answer(&mut client.unwrap());
        }
    }

    /// Passes one request on, for the connection that it came by.
    fn answer(&self, client: &mut TcpStream) {
        let mut reader = BufReader::new(client.try_clone().unwrap());
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap() == 0 || line == "\r\n" {
                break;
            }
            let name = line.to_ascii_lowercase();
            if let Some(value) = name.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if !name.starts_with("connection:") {
                head += &line;
            }
        }
        if head.is_empty() {
            return;
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let is_invocation = head.lines().next().unwrap().contains("/invocations");
        let to = if is_invocation { self.api() } else { self.moto };
        let request = [head.as_bytes(), b"connection: close\r\n\r\n", &body].concat();
        let answer = exchange(to, &request);
        if head.starts_with("PUT ") {
            self.configured(&body);
        }
        client.write_all(&answer).unwrap();
    }

    fn api(&self) -> SocketAddr {
        self.emulator.api_url().strip_prefix("http://").unwrap().parse().unwrap()
    }

    /// A new configuration is for new sandboxes.
    fn configured(&self, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).unwrap();
        if let Some(mark) = body["Environment"]["Variables"][MARK].as_str() {
            self.marks.lock().unwrap().push(mark.to_owned());
        }
        self.handle.block_on(async {
            for sandbox in self.emulator.sandboxes() {
                sandbox.kill();
                sandbox.ended().await;
            }
        });
    }
}

fn exchange(to: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}
