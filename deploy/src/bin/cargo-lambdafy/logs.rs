//! `cargo lambdafy logs`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use lambdafy_deploy::ship::{Cloud, LogLine, Logs};
use serde_json::json;

use crate::arguments::Chosen;

/// Which part of the log.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    cargo lambdafy logs --since 2h --filter ERROR\n  \
    cargo lambdafy logs --follow\n  \
    cargo lambdafy logs --json | jq -r .message")]
pub(crate) struct Options {
    /// How far back: 30s, 10m, 2h, 1d
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = time)]
    since: Duration,
    /// A filter pattern of CloudWatch Logs
    #[arg(long, value_name = "PATTERN")]
    filter: Option<String>,
    /// Goes on until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// A JSON object for each line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    chosen: Chosen,
}

pub(crate) async fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (_, deployment) = options.chosen.deployment()?;
    let cloud = Cloud::connect(deployment.settings.region.as_deref()).await?;
    let name = deployment.name.as_str();
    let mut logs = Logs::new(&cloud, name, options.since, options.filter.clone());
    loop {
        for line in logs.read().await? {
            tell(options, &line);
        }
        if !options.follow {
            return Ok(ExitCode::SUCCESS);
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

fn tell(options: &Options, line: &LogLine) {
    if options.json {
        anstream::println!("{}", json!(line));
    } else {
        anstream::println!("{}  {}", clock(line.time_ms), line.message);
    }
}

/// The time of the day in UTC.
fn clock(time_ms: i64) -> String {
    let seconds = time_ms.div_euclid(1000).rem_euclid(86_400);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}Z", seconds % 60, time_ms.rem_euclid(1000))
}

fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number and s, m, h or d, such as 10m".to_owned();
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    number.checked_mul(unit).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(time("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(time("2h"), Ok(Duration::from_secs(7200)));
        assert!(time("10").is_err() && time("").is_err() && time("m").is_err());
        assert_eq!(clock(1_700_000_000_123), "22:13:20.123Z");
    }
}
