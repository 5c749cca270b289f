//! `cargo lambdafy dev`.

mod build;
mod line;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use lambdafy_deploy::Deployment;
use lambdafy_deploy::twin::{self, Observer, Twin};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::{Chosen, duration};
use crate::terminal::{green, yellow};

/// Where it listens, and how it is said.
#[derive(Args, Debug)]
#[command(
    after_help = "Builds for this machine, and runs the function in sandboxes of the declared memory and time-out, \
    behind the declared front door. An object put into a declared bucket, a message and a schedule \
    become the event that AWS makes of them. What is not as on AWS is said at the start.\n\n\
    Examples:\n  \
    cargo lambdafy dev\n  \
    cargo lambdafy dev --front-door alb --env DATABASE_HOST=127.0.0.1 --retry-after 2s\n  \
    curl --data '{\"order\": 1}' http://127.0.0.1:8081/queues/jobs\n  \
    curl -X POST http://127.0.0.1:8081/schedules/nightly\n  \
    aws s3 cp photo.jpg s3://$BUCKET_UPLOADS/in/ --endpoint-url http://127.0.0.1:8082"
)]
pub(crate) struct Options {
    /// The front door's port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of queues and schedules; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8081)]
    sources_port: u16,
    /// The port of S3; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8082)]
    s3_port: u16,
    /// The cargo profile: `function` is what is deployed
    #[arg(long, value_name = "NAME", default_value = "dev")]
    profile: String,
    /// An executable that is built already, for this machine
    #[arg(long, value_name = "PATH")]
    bootstrap: Option<PathBuf>,
    /// How long a failed event or message waits for its next try; otherwise as on AWS: a minute,
    /// and six times the time-out
    #[arg(long, value_name = "TIME", value_parser = duration)]
    retry_after: Option<Duration>,
    /// A JSON object for each thing that happens
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    chosen: Chosen,
}

pub(crate) async fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (project, deployment) = options.chosen.deployment()?;
    let mut interrupt = signal(SignalKind::interrupt()).context("Ctrl-C cannot be caught")?;
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be caught")?;
    let program = match &options.bootstrap {
        Some(path) => path.clone(),
        None => build::build(&project, &deployment.binary, &options.profile).await?,
    };
    let wanted = twin::Options {
        program,
        port: options.port,
        sources_port: options.sources_port,
        s3_port: options.s3_port,
        folder: project.target.join("lambdafy").join(deployment.name.as_str()),
        variables: options.chosen.variables()?,
        retry_after: options.retry_after,
    };
    let (is_json, started) = (options.json, Instant::now());
    let observer = Observer::new(move |happened| line::print(is_json, started.elapsed(), happened));
    let twin = Twin::start(&deployment, &wanted, observer).await?;
    welcome(is_json, &deployment, &twin);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tokio::select! {
        () = twin.stop() => {}
        // A second Ctrl-C does not wait for an app that does not end.
        _ = interrupt.recv() => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn welcome(is_json: bool, deployment: &Deployment, twin: &Twin) {
    let limits: Vec<_> =
        twin::limits(deployment).into_iter().chain(twin.machine_limits()).collect();
    let settings = &deployment.settings;
    let variables = twin.variables(deployment);
    if is_json {
        let listening = json!({
            "event": "listening",
            "url": twin.url(),
            "api_url": twin.api_url(),
            "s3_url": twin.s3_url(),
            "sources_url": twin.sources_url(),
            "variables": variables.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "limits": limits,
        });
        anstream::println!("{listening}");
        return;
    }
    let say = |what: &str, value: &str| anstream::println!("{what:<10} {value}");
    say(&deployment.name.to_string(), &green(format!("{}/", twin.url())));
    let size = format!(
        "{} before {} MB, {} s",
        settings.front_door.title(),
        settings.memory_mb.get(),
        settings.timeout_s.get()
    );
    say("", &size);
    say("invoke", &format!("{} (Lambda's API: cargo lambda invoke, SDKs)", twin.api_url()));
    if let Some(url) = twin.sources_url() {
        for queue in &settings.queues {
            say("queue", &format!("curl --data '...' {url}/queues/{}", queue.name));
        }
        for schedule in &settings.schedules {
            let expression = schedule.expression.as_str();
            say(
                "schedule",
                &format!("curl -X POST {url}/schedules/{}   {expression}", schedule.name),
            );
        }
    }
    for (name, value) in variables {
        say("", &format!("export {name}={value}"));
    }
    for limit in limits {
        say(&yellow("not as on AWS:"), &limit);
    }
}
