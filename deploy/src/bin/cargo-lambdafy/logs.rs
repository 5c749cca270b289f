//! `cargo lambdafy logs`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use lambdafy_deploy::ship::{Cloud, LogLine, Logs};
use serde_json::json;

use crate::arguments::{Chosen, duration};
use crate::terminal::coloured;

/// Which part of the log.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    cargo lambdafy logs --since 2h --filter ERROR\n  \
    cargo lambdafy logs --follow\n  \
    cargo lambdafy logs --json | jq -r .message")]
pub(crate) struct Options {
    /// How far back: 30s, 10m, 2h, 1d
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
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
    let mut is_first = true;
    loop {
        let lines = logs.read().await?;
        for line in &lines {
            tell(options, line);
        }
        if is_quiet(&lines, &mut is_first) {
            anstream::eprintln!("no such lines yet; --since 1d looks further back");
        }
        if !options.follow {
            return Ok(ExitCode::SUCCESS);
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// Whether the first look, and no later one, found nothing.
fn is_quiet(lines: &[LogLine], is_first: &mut bool) -> bool {
    std::mem::take(is_first) && lines.is_empty()
}

fn tell(options: &Options, line: &LogLine) {
    if options.json {
        anstream::println!("{}", json!(line));
    } else {
        anstream::println!("{}  {}", clock(line.time_ms), coloured(&line.message));
    }
}

/// The time of the day in UTC.
fn clock(time_ms: i64) -> String {
    let seconds = time_ms.div_euclid(1000).rem_euclid(86_400);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}Z", seconds % 60, time_ms.rem_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_called_quiet_at_the_first_look_or_never() {
        let line = LogLine { time_ms: 0, stream: "sandbox".to_owned(), message: "x".to_owned() };
        let looks = |looks: &[&[LogLine]]| {
            let mut is_first = true;
            looks.iter().map(|lines| is_quiet(lines, &mut is_first)).collect::<Vec<_>>()
        };
        assert_eq!(looks(&[&[line], &[]]), [false, false]);
        assert_eq!(looks(&[&[], &[]]), [true, false]);
    }

    #[test]
    fn the_time_of_the_day_is_told() {
        assert_eq!(clock(1_700_000_000_123), "22:13:20.123Z");
    }
}
