//! What `[package.metadata.lambdafy]` may say: typed, with defaults that can go live.
//!
//! ```
//! use lambdafy_deploy::settings::{FrontDoor, Settings};
//!
//! let manifest = "[package]\nname = \"orders\"\n\n\
//!     [package.metadata.lambdafy]\nfront-door = \"http-api\"\nmemory-mb = 1024\n";
//! let settings = Settings::from_manifest("Cargo.toml", manifest)?;
//! assert_eq!(settings.front_door, FrontDoor::HttpApi);
//!
//! let error = Settings::from_manifest("Cargo.toml", &manifest.replace("1024", "64")).unwrap_err();
//! assert_eq!((error.line(), error.key()), (Some(6), "memory-mb"));
//! # Ok::<(), lambdafy_deploy::settings::SettingsError>(())
//! ```

mod contradictions;
mod database;
mod doors;
mod error;
mod expression;
mod numbers;
mod permission;
mod places;
mod read;
mod sources;
mod words;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use database::{Database, Engine, Vpc};
pub use doors::{Alarms, Alb, CloudFront, Domain, FrontDoor, Throttle};
pub use error::SettingsError;
pub use expression::Expression;
pub use numbers::{Between, LogRetentionDays};
pub use permission::{Action, ArnPattern, Permission};
pub use places::Places;
pub use sources::{Access, Bucket, BucketEvent, EventPaths, Queue, Schedule};
pub use words::{Arn, Name, UrlPath, VariableName, VariableText};

/// The table `[package.metadata.lambdafy]`. Everything has a default but nothing is hidden: what
/// a default stands for is in the field's documentation.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// The name of the function, the stack and all that belongs to them. Default: the package's.
    pub name: Option<Name>,
    /// The binary that is the function. Default: the package's only one, or that of its name.
    pub binary: Option<String>,
    /// The AWS region. Default: that of the AWS profile or `AWS_REGION`.
    pub region: Option<String>,
    /// What stands before the function. Default: a function URL, which costs nothing.
    pub front_door: FrontDoor,
    /// Memory in MiB, and with it the share of a CPU: 1,769 MiB is one. Default: 512.
    pub memory_mb: Between<128, 10_240>,
    /// Size of `/tmp` in MiB. Default: 512, which is free.
    pub tmp_mb: Between<512, 10_240>,
    /// Default: `x86_64`, which every machine can build; `arm64` costs a fifth less.
    pub architecture: Architecture,
    /// How many seconds one invocation may take. Default: 25, so that the function's own time-out,
    /// which is logged, comes before API Gateway's after 29.
    pub timeout_s: Between<1, 900>,
    /// How many seconds API Gateway waits. Default: the most it does, 29 (REST API) or 30 (HTTP
    /// API), and 900 for a REST API that streams. A regional REST API can have more by a quota.
    pub gateway_timeout_s: Option<Between<1, 900>>,
    /// Whether answers are streamed; the app must know nothing of it. Default: no.
    pub streaming: bool,
    /// Whether sandboxes start from a snapshot. Default: no, a Rust function starts in milliseconds.
    pub snapstart: bool,
    /// How many sandboxes there may be at once. Default: whatever the account has left.
    pub reserved_concurrency: Option<Between<1, 100_000>>,
    /// How many sandboxes are kept started, for which AWS charges all day. Default: none.
    pub provisioned_concurrency: Option<Between<1, 100_000>>,
    /// How long logs are kept. Default: 30 days.
    pub log_retention_days: LogRetentionDays,
    /// Whether X-Ray traces requests. Default: yes, of which AWS samples the first each second.
    pub tracing: bool,
    /// Whether API Gateway writes a line for each request. Default: no.
    pub access_logs: bool,
    /// The prefix under which the app is found, taken off before the app sees it. Default: none.
    pub base_path: Option<UrlPath>,
    /// An OpenAPI file in JSON, relative to the package: API Gateway then lets through only its
    /// routes. Default: every path goes to the app.
    pub openapi: Option<String>,
    /// The cargo profile that is built. Default: `function` if the workspace has it, else `release`.
    pub profile: Option<String>,
    /// Environment variables, for everybody to see who may look at the function.
    pub environment: BTreeMap<VariableName, VariableText>,
    /// Environment variables that hold the ARN of a secret (Secrets Manager) or a parameter
    /// (Parameter Store), which the function may then read.
    pub secrets: BTreeMap<VariableName, Arn>,
    /// Where the function runs if it must reach private addresses.
    pub vpc: Option<Vpc>,
    /// A relational database.
    pub database: Option<Database>,
    /// S3 buckets that are made with the function.
    #[serde(rename = "bucket")]
    pub buckets: Vec<Bucket>,
    /// SQS queues whose messages the function takes.
    #[serde(rename = "queue")]
    pub queues: Vec<Queue>,
    /// Invocations by the clock.
    #[serde(rename = "schedule")]
    pub schedules: Vec<Schedule>,
    /// Where the app finds events that are no HTTP requests.
    pub event_paths: EventPaths,
    /// A domain of one's own.
    pub domain: Option<Domain>,
    /// CloudFront before the front door.
    pub cloudfront: Option<CloudFront>,
    /// How many requests a REST API or an HTTP API lets through.
    pub throttle: Option<Throttle>,
    /// What the load balancer needs; required for `front-door = "alb"`.
    pub alb: Option<Alb>,
    /// Alarms, and whom they tell.
    pub alarms: Option<Alarms>,
    /// What the function may do beyond what follows from the tables above.
    #[serde(rename = "permission")]
    pub permissions: Vec<Permission>,
    /// How the schema of the database is brought up to date at each deployment.
    pub migrations: Option<Migrations>,
    /// The request that must succeed before a deployment counts.
    pub smoke_test: SmokeTest,
}

/// A processor architecture of Lambda.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
pub enum Architecture {
    /// `x86_64`
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// `arm64`, AWS Graviton
    #[serde(rename = "arm64")]
    Arm64,
}

/// Migrations run after the new version is there and before it gets any request.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Migrations {
    /// The new version gets an event with the source `lambdafy.migrations` at this path.
    Path(UrlPath),
    /// A program that runs here, such as `["sqlx", "migrate", "run"]`; without a shell.
    Command(Vec<String>),
}

/// A request to the live front door.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SmokeTest {
    /// Default: `/`.
    pub path: UrlPath,
    /// The status that counts as success. Default: 200.
    pub status: Between<100, 599>,
    /// Asked instead of the front door's own address, for one that is only reached another way.
    pub url: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: None,
            binary: None,
            region: None,
            front_door: FrontDoor::default(),
            memory_mb: Between::of::<512>(),
            tmp_mb: Between::of::<512>(),
            architecture: Architecture::default(),
            timeout_s: Between::of::<25>(),
            gateway_timeout_s: None,
            streaming: false,
            snapstart: false,
            reserved_concurrency: None,
            provisioned_concurrency: None,
            log_retention_days: LogRetentionDays::default(),
            tracing: true,
            access_logs: false,
            base_path: None,
            openapi: None,
            profile: None,
            environment: BTreeMap::new(),
            secrets: BTreeMap::new(),
            vpc: None,
            database: None,
            buckets: Vec::new(),
            queues: Vec::new(),
            schedules: Vec::new(),
            event_paths: EventPaths::default(),
            domain: None,
            cloudfront: None,
            throttle: None,
            alb: None,
            alarms: None,
            permissions: Vec::new(),
            migrations: None,
            smoke_test: SmokeTest::default(),
        }
    }
}

impl Default for SmokeTest {
    fn default() -> Self {
        Self { path: UrlPath::root(), status: Between::of::<200>(), url: None }
    }
}

impl Architecture {
    /// Lambda's name of it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }
}
