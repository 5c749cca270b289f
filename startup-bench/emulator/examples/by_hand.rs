//! A Lambda function without any crate: what a runtime does, by hand.
//!
//! The tests of the emulator run it. What it does is said by words in the event, such as
//! `do:crash`, and by the variable `FIXTURE`; otherwise it answers with the event itself.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::sync::Mutex;
use std::time::Duration;

/// The beginning of a streamed answer; eight zero bytes end it.
const PRELUDE: &str = r#"{"statusCode":201,"headers":{"content-type":"text/plain","x-a":"1"},"cookies":["a=1","b=2"]}"#;

fn main() -> io::Result<()> {
    let api = variable("AWS_LAMBDA_RUNTIME_API");
    println!("starting");
    let ticks = variable("FIXTURE_TICKS");
    if !ticks.is_empty() {
        std::thread::spawn(move || tick(&ticks));
    }
    spin(variable("FIXTURE_SPIN").parse().unwrap_or(0));
    match variable("FIXTURE").as_str() {
        "exits" => std::process::exit(7),
        "never-asks" => std::thread::sleep(Duration::from_secs(60)),
        "slow-once" => slow_once()?,
        "init-error" => {
            let error = r#"{"errorType":"App.NoDatabase","errorMessage":"no database"}"#;
            let mut runtime = Connection::open(&api)?;
            runtime.post("/2018-06-01/runtime/init/error", "", error.as_bytes())?;
            std::process::exit(1);
        }
        "extension" => register(&api)?,
        "snapstart" => drop(Connection::open(&api)?.get("/2018-06-01/runtime/restore/next", "")?),
        _ => {}
    }
    let loops = variable("AWS_LAMBDA_MAX_CONCURRENCY").parse().unwrap_or(1);
    let loops: Vec<_> = (0..loops)
        .map(|_| {
            let api = api.clone();
            std::thread::spawn(move || answer_events(&api))
        })
        .collect();
    for ended in loops {
        ended.join().map_err(|_| io::Error::other("a loop panicked"))??;
    }
    Ok(())
}

fn answer_events(api: &str) -> io::Result<()> {
    let mut runtime = Connection::open(api)?;
    loop {
        let event = runtime.get("/2018-06-01/runtime/invocation/next", "")?;
        let id = event.header("lambda-runtime-aws-request-id");
        let invocation = format!("/2018-06-01/runtime/invocation/{id}");
        let Response { head, body } = event;
        let event = String::from_utf8_lossy(&body).into_owned();
        let does = |what: &str| event.contains(&format!("do:{what}"));
        if does("headers") {
            let headers = format!("\"{}\"", escape(&head.join("|")));
            runtime.post(&format!("{invocation}/response"), "", headers.as_bytes())?;
        } else if does("stream") || does("half") {
            stream(&mut runtime, &invocation, does("half"))?;
        } else if does("flood") {
            flood(&mut runtime, &invocation)?;
        } else if does("error") {
            let error = r#"{"errorType":"App.Broken","errorMessage":"on purpose"}"#;
            runtime.post(&format!("{invocation}/error"), "", error.as_bytes())?;
        } else {
            let answer = answer(&event);
            runtime.post(&format!("{invocation}/response"), "", &answer)?;
        }
    }
}

fn answer(event: &str) -> Vec<u8> {
    let does = |what: &str| event.contains(&format!("do:{what}"));
    if does("crash") {
        eprintln!("crashing");
        std::process::exit(3);
    }
    if does("hang") {
        std::thread::sleep(Duration::from_secs(60));
    }
    if does("memory") {
        return memory(number(event, "do:memory")).to_string().into_bytes();
    }
    if does("spin") {
        return spin(number(event, "do:spin")).to_string().into_bytes();
    }
    if does("tmp") {
        return tmp().unwrap_or_else(|error| error.to_string()).into_bytes();
    }
    if does("ask") {
        let said = ask().unwrap_or_else(|error| error.to_string());
        return format!("\"{}\"", escape(said.trim_end())).into_bytes();
    }
    if does("sleep") {
        std::thread::sleep(Duration::from_millis(100));
    }
    if does("log") {
        println!("to standard output");
        eprint!("to standard error\r\nand no end");
    }
    if does("chatter") {
        (0..1000).for_each(|line| println!("line {line}"));
    }
    if does("large") {
        return vec![b'1'; 6_291_557];
    }
    if does("child") {
        let child = std::process::Command::new("sleep").arg("60").spawn();
        return child.map_or_else(|e| e.to_string(), |c| c.id().to_string()).into_bytes();
    }
    if does("apart") {
        // It leads a process group of its own.
        let child = std::process::Command::new("sleep").arg("60").process_group(0).spawn();
        return child.map_or_else(|e| e.to_string(), |c| c.id().to_string()).into_bytes();
    }
    if does("environment") {
        return environment().into_bytes();
    }
    if does("binary") {
        return br#"{"statusCode":200,"headers":{"content-type":"image/png"},"isBase64Encoded":true,"body":"iVBORw=="}"#.to_vec();
    }
    if does("verbatim") {
        // What follows, to the end of the path or the body.
        let start = event.find("do:verbatim").unwrap_or(0) + "do:verbatim".len();
        return unescape(&event[start..]).into_bytes();
    }
    format!(
        r#"{{"statusCode":200,"headers":{{"content-type":"application/json"}},"body":"{}"}}"#,
        escape(event)
    )
    .into_bytes()
}

/// Takes too long to start, but not when it is started again.
fn slow_once() -> io::Result<()> {
    let mark = variable("FIXTURE_MARK");
    if !std::path::Path::new(&mark).exists() {
        std::fs::write(mark, "started")?;
        std::thread::sleep(Duration::from_secs(60));
    }
    Ok(())
}

/// Uses so many MB of memory at once.
fn memory(mb: usize) -> usize {
    let block = vec![1_u8; mb * 1024 * 1024];
    std::hint::black_box(&block).iter().step_by(4096).map(|&byte| usize::from(byte)).sum()
}

/// Uses the CPU for so many milliseconds of its own clock; tells how many passed on the wall's.
fn spin(ms: usize) -> u128 {
    let started = std::time::Instant::now();
    // A few hundred million additions a second, on whatever machine: no clock is asked meanwhile.
    let mut sum = 0_u64;
    for number in 0..(ms as u64) * 100_000 {
        sum = std::hint::black_box(sum.wrapping_add(number));
    }
    started.elapsed().as_millis()
}

/// What is in `/tmp`, or where TMPDIR says, before a file is added.
fn tmp() -> io::Result<String> {
    let folder = std::env::temp_dir();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    std::fs::write(folder.join("left-by-the-function"), "x")?;
    Ok(format!("{{\"folder\":\"{}\",\"names\":{names:?}}}", folder.display()))
}

/// Says a line to the server of `FIXTURE_SERVER`, by a connection that is kept, and gives what it
/// answers.
fn ask() -> io::Result<String> {
    static SERVER: Mutex<Option<Connection>> = Mutex::new(None);
    let mut server = SERVER.lock().map_err(|_| io::Error::other("the last one panicked"))?;
    let server = match &mut *server {
        Some(server) => server,
        none => none.insert(Connection::open(&variable("FIXTURE_SERVER"))?),
    };
    server.write(b"ask\n")?;
    let mut line = String::new();
    server.stream.read_line(&mut line)?;
    Ok(line)
}

/// The number after these words.
fn number(event: &str, words: &str) -> usize {
    let rest = event.split_once(words).map_or("", |(_, rest)| rest.trim_start_matches(':'));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

fn stream(runtime: &mut Connection, invocation: &str, fails: bool) -> io::Result<()> {
    let head = "lambda-runtime-function-response-mode: streaming\r\n\
                content-type: application/vnd.awslambda.http-integration-response\r\n\
                transfer-encoding: chunked\r\n\
                trailer: Lambda-Runtime-Function-Error-Type\r\n";
    let trailers = if fails { "Lambda-Runtime-Function-Error-Type: App.Half\r\n" } else { "" };
    runtime.begin("POST", &format!("{invocation}/response"), head)?;
    for piece in [PRELUDE, "\0\0\0\0\0\0\0\0one ", "two ", "three"] {
        runtime.write(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes())?;
        std::thread::sleep(Duration::from_millis(10));
    }
    runtime.write(format!("0\r\n{trailers}\r\n").as_bytes())?;
    runtime.read().map(drop)
}

/// A stream without an end.
fn flood(runtime: &mut Connection, invocation: &str) -> io::Result<()> {
    let head = "lambda-runtime-function-response-mode: streaming\r\n\
                content-type: application/vnd.awslambda.http-integration-response\r\n\
                transfer-encoding: chunked\r\n";
    runtime.begin("POST", &format!("{invocation}/response"), head)?;
    runtime.write(format!("{:x}\r\n{PRELUDE}\r\n", PRELUDE.len()).as_bytes())?;
    runtime.write(b"8\r\n\0\0\0\0\0\0\0\0\r\n")?;
    let piece = [b'x'; 0x4000];
    loop {
        runtime.write(b"4000\r\n")?;
        runtime.write(&piece)?;
        runtime.write(b"\r\n")?;
    }
}

/// Adds a byte to a file every millisecond, whatever the invocations do.
fn tick(path: &str) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    loop {
        file.write_all(b".")?;
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Registers an extension, by which the runtime is told to end by SIGTERM.
fn register(api: &str) -> io::Result<()> {
    let mut extension = Connection::open(api)?;
    let name = "lambda-extension-name: by-hand\r\n";
    let path = "/2020-01-01/extension/register";
    let registered = extension.post(path, name, br#"{"events":[]}"#)?;
    let id = registered.header("lambda-extension-identifier");
    let id = format!("lambda-extension-identifier: {id}\r\n");
    std::thread::spawn(move || extension.get("/2020-01-01/extension/event/next", &id));
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "this program is no part of any crate: it has no one place to read the environment"
)]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "as above")]
fn environment() -> String {
    let all = std::env::vars().map(|(name, value)| format!("{name}={value}"));
    format!("\"{}\"", escape(&all.collect::<Vec<_>>().join("|")))
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// The inside of a JSON string, up to its end.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => out.extend(letters.next()),
            _ => out.push(letter),
        }
    }
    out
}

/// One HTTP/1.1 connection.
struct Connection {
    stream: BufReader<TcpStream>,
}

struct Response {
    head: Vec<String>,
    body: Vec<u8>,
}

impl Connection {
    fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    fn get(&mut self, path: &str, headers: &str) -> io::Result<Response> {
        self.begin("GET", path, headers)?;
        self.read()
    }

    fn post(&mut self, path: &str, headers: &str, body: &[u8]) -> io::Result<Response> {
        let length = format!("{headers}content-length: {}\r\n", body.len());
        self.begin("POST", path, &length)?;
        self.write(body)?;
        self.read()
    }

    fn begin(&mut self, method: &str, path: &str, headers: &str) -> io::Result<()> {
        self.write(format!("{method} {path} HTTP/1.1\r\nhost: lambda\r\n{headers}\r\n").as_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    fn read(&mut self) -> io::Result<Response> {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let mut response = Response { head, body: Vec::new() };
        let length = response.header("content-length").parse().unwrap_or(0);
        response.body.resize(length, 0);
        self.stream.read_exact(&mut response.body)?;
        Ok(response)
    }
}

impl Response {
    fn header(&self, name: &str) -> &str {
        let mut headers = self.head.iter().filter_map(|line| line.split_once(':'));
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.trim())
    }
}
