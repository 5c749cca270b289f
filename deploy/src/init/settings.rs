//! The first settings, with a comment for each choice.

use crate::project::Project;

const FIRST: &str = r#"# How it is deployed: `cargo lambdafy check`, then `cargo lambdafy deploy`.
[package.metadata.lambdafy]
# function-url costs nothing; http-api and rest-api have throttling and a domain of their
# own; alb stands in a VPC. Only function-url and rest-api stream.
front-door = "function-url"
# 1,769 MB are one CPU.
memory-mb = 512
# arm64 costs a fifth less, and needs `rustup target add aarch64-unknown-linux-gnu`.
architecture = "x86_64"
# In seconds; API Gateway waits for 29.
timeout-s = 25
# The most sandboxes at once: a limit to the bill, and to the database's connections. It is
# taken from the account's own limit, which a new account has at 10 and AWS raises on request.
# reserved-concurrency = 50
"#;

const PROFILE: &str = r#"# With [profile.function] in the workspace (lto = "fat", codegen-units = 1, strip = true)
# it starts faster: that profile is then taken by itself.
"#;

const DATABASE: &str = r#"
# The app uses a database: uncomment what fits.
# [package.metadata.lambdafy.vpc]
# subnets = ["subnet-...", "subnet-..."]
# security-groups = ["sg-..."]
#
# [package.metadata.lambdafy.database]
# engine = "ENGINE"
# host = "..."                      # or instance-class = "db.t4g.micro" to make one
# secret = "arn:aws:secretsmanager:..."   # with username and password
# max-connections = 100            # the server's; `check` counts against it
#
# [package.metadata.lambdafy.migrations]
# command = ["sqlx", "migrate", "run"]  # or path = "/migrations" of the app
"#;

const BUCKET: &str = r#"
# The app uses S3: it finds the bucket's name in BUCKET_FILES.
[[package.metadata.lambdafy.bucket]]
name = "files"
access = "read-write"
# events = ["created"]             # posted to /events
"#;

const QUEUE: &str = r#"
# The app uses SQS: it finds the queue's URL in QUEUE_JOBS_URL, and gets its messages at
# /events.
[[package.metadata.lambdafy.queue]]
name = "jobs"
send = true
"#;

/// What fits the crates that the project uses.
pub(super) fn text(project: &Project) -> String {
    let uses = |name: &str| project.dependencies.contains_key(name);
    let mut text = FIRST.to_owned();
    if !project.has_function_profile {
        text.push_str(PROFILE);
    }
    if uses("sqlx") || uses("mysql_async") || uses("tokio-postgres") {
        text.push_str(&DATABASE.replace("ENGINE", engine(project)));
    }
    if uses("aws-sdk-s3") {
        text.push_str(BUCKET);
    }
    if uses("aws-sdk-sqs") {
        text.push_str(QUEUE);
    }
    text
}

fn engine(project: &Project) -> &'static str {
    let sqlx = project.dependencies.get("sqlx");
    let is_mysql = project.dependencies.contains_key("mysql_async")
        || sqlx.is_some_and(|features| features.contains("mysql"));
    if is_mysql { "mysql" } else { "postgres" }
}
