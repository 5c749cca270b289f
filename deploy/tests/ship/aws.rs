//! moto's server, and the command with it as its AWS.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::project::App;

pub(crate) struct Aws {
    url: String,
    key: [String; 2],
    network: Vec<String>,
    /// It ends when its standard input does, and so with this process.
    _server: Child,
}

/// What the command said.
pub(crate) struct Done {
    output: Output,
    text: String,
    errors: String,
}

impl Aws {
    /// One for all tests, which have stacks of their own.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Aws> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[]))
    }

    /// One of its own, in which nothing is yet.
    pub(crate) fn fresh() -> Self {
        Self::start(&[])
    }

    /// One of its own for whoever has only the rights of a policy; what is asked for is written
    /// to the file `calls`.
    pub(crate) fn for_deployer(policy: &str, calls: &str) -> Self {
        Self::start(&[policy, calls])
    }

    fn start(restriction: &[&str]) -> Self {
        let mut server = Command::new(crate::support::python())
            .arg(crate::support::tests().join("moto_server.py"))
            .args(restriction)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut words = line.split_whitespace().map(str::to_owned);
        let url = words.next().unwrap_or_else(|| panic!("moto's server did not start"));
        let mut word = || words.next().unwrap_or_else(|| panic!("moto's server says too little"));
        let key = [word(), word()];
        Self { url, key, network: words.collect(), _server: server }
    }

    /// A VPC, a security group of it, and its subnets.
    pub(crate) fn network(&self) -> (&str, &str, &[String]) {
        (&self.network[0], &self.network[1], &self.network[2..])
    }

    /// Runs the command in the project's folder.
    pub(crate) fn run(&self, app: &App, arguments: &[&str]) -> Done {
        Done::of(self.command(app, arguments))
    }

    pub(crate) fn without_credentials(&self, app: &App, arguments: &[&str]) -> Done {
        let mut command = self.command(app, arguments);
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        Done::of(command)
    }

    pub(crate) fn without_region(&self, app: &App, arguments: &[&str]) -> Done {
        let mut command = self.command(app, arguments);
        command.env_remove("AWS_REGION");
        Done::of(command)
    }

    fn command(&self, app: &App, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-lambdafy"));
        command
            .args(arguments)
            .current_dir(app.folder())
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", &self.key[0])
            .env("AWS_SECRET_ACCESS_KEY", &self.key[1])
            // Nothing of this machine's own: no profile, no instance to ask for a role.
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            // Where the tests' cargo-lambda is; it links by zig otherwise.
            .env("PATH", crate::support::path_with(crate::support::python().as_ref()))
            .env("CARGO_LAMBDA_COMPILER", "cargo")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("AWS_PROFILE")
            .env_remove("AWS_DEFAULT_REGION")
            .env_remove("AWS_SESSION_TOKEN");
        command
    }

    /// What there is of a function's front doors: `ship/look.py`.
    pub(crate) fn look(&self, name: &str) -> Value {
        let output = Command::new(crate::support::python())
            .arg(crate::support::tests().join("ship/look.py"))
            .args([&self.url, name])
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Writes lines into a log, as a function would.
    pub(crate) fn log(&self, group: &str, lines: &[&str]) {
        const WRITE: &str = "
import sys, time, boto3
logs = boto3.client('logs', endpoint_url=sys.argv[1], region_name='eu-west-1',
                    aws_access_key_id='test', aws_secret_access_key='test')
logs.create_log_group(logGroupName=sys.argv[2])
logs.create_log_stream(logGroupName=sys.argv[2], logStreamName='sandbox')
now = int(time.time() * 1000)
events = [{'timestamp': now - 1000 + at, 'message': line} for at, line in enumerate(sys.argv[3:])]
logs.put_log_events(logGroupName=sys.argv[2], logStreamName='sandbox', logEvents=events)
";
        let status = Command::new(crate::support::python())
            .args(["-c", WRITE, &self.url, group])
            .args(lines)
            .status()
            .unwrap();
        assert!(status.success());
    }
}

impl Done {
    fn of(mut command: Command) -> Self {
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        Self { output, text, errors }
    }

    pub(crate) fn code(&self) -> i32 {
        self.output.status.code().unwrap()
    }

    pub(crate) fn ok(&self) -> &Self {
        assert_eq!(self.code(), 0, "{}\n{}", self.text, self.errors);
        self
    }

    /// Standard output.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Standard error.
    pub(crate) fn errors(&self) -> &str {
        &self.errors
    }

    pub(crate) fn json(&self) -> Value {
        self.ok();
        serde_json::from_str(&self.text).unwrap()
    }
}
