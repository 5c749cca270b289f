//! The function's log.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::error::aws;
use super::{Cloud, ShipError};

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// When it was written, in milliseconds since 1970.
    pub time_ms: i64,
    /// The log stream, which is one sandbox's.
    pub stream: String,
    /// The line.
    pub message: String,
}

/// Reads a log from some moment on, each line once.
#[derive(Debug)]
pub struct Logs<'a> {
    cloud: &'a Cloud,
    group: String,
    filter: Option<String>,
    from_ms: i64,
    /// Ids of the lines of the last millisecond that was read.
    seen: Vec<String>,
}

impl<'a> Logs<'a> {
    /// The log of a function since some time ago; `filter` is a pattern of CloudWatch Logs.
    #[must_use]
    pub fn new(cloud: &'a Cloud, name: &str, since: Duration, filter: Option<String>) -> Self {
        let from =
            SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(since);
        Self {
            cloud,
            group: format!("/aws/lambda/{name}"),
            filter,
            from_ms: i64::try_from(from.as_millis()).unwrap_or(i64::MAX),
            seen: Vec::new(),
        }
    }

    /// The lines that have come since the last call, oldest first.
    ///
    /// # Errors
    /// If there is no such log, or AWS is not reached.
    pub async fn read(&mut self) -> Result<Vec<LogLine>, ShipError> {
        let mut lines = Vec::new();
        let mut ids = Vec::new();
        let call = self.cloud.log_events.filter_log_events().log_group_name(&self.group);
        let call = call.start_time(self.from_ms).set_filter_pattern(self.filter.clone());
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| {
                let is_missing = error
                    .as_service_error()
                    .is_some_and(|error| error.is_resource_not_found_exception());
                match is_missing {
                    true => ShipError::new(format!(
                        "there is no log {} in {}: cargo lambdafy deploy",
                        self.group, self.cloud.region
                    )),
                    false => aws(format!("reading the log {}", self.group))(error),
                }
            })?;
            for event in page.events() {
                let id = event.event_id().unwrap_or_default().to_owned();
                if self.seen.contains(&id) {
                    continue;
                }
                let time_ms = event.timestamp().unwrap_or_default();
                ids.push((time_ms, id));
                lines.push(LogLine {
                    time_ms,
                    stream: event.log_stream_name().unwrap_or_default().to_owned(),
                    message: event.message().unwrap_or_default().trim_end().to_owned(),
                });
            }
        }
        lines.sort_by_key(|line| line.time_ms);
        self.go_on(&lines, ids);
        Ok(lines)
    }

    /// The next call begins at the last line, since more may come within its millisecond.
    fn go_on(&mut self, lines: &[LogLine], ids: Vec<(i64, String)>) {
        let Some(last) = lines.last().map(|line| line.time_ms) else {
            return;
        };
        if last > self.from_ms {
            self.seen.clear();
        }
        self.from_ms = last;
        self.seen.extend(ids.into_iter().filter(|(time, _)| *time == last).map(|(_, id)| id));
    }
}
