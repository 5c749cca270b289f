//! The table of settings, from the comments in the source that reads them.

use std::fmt::Write;

/// Tables of the manifest, the struct that each is read into, and its file.
const TABLES: [(&str, &str, &str); 14] = [
    ("[package.metadata.lambdafy]", "Settings", "mod.rs"),
    ("[package.metadata.lambdafy.vpc]", "Vpc", "database.rs"),
    ("[package.metadata.lambdafy.database]", "Database", "database.rs"),
    ("[[package.metadata.lambdafy.bucket]]", "Bucket", "sources.rs"),
    ("[[package.metadata.lambdafy.queue]]", "Queue", "sources.rs"),
    ("[[package.metadata.lambdafy.schedule]]", "Schedule", "sources.rs"),
    ("[package.metadata.lambdafy.event-paths]", "EventPaths", "sources.rs"),
    ("[package.metadata.lambdafy.domain]", "Domain", "doors.rs"),
    ("[package.metadata.lambdafy.cloudfront]", "CloudFront", "doors.rs"),
    ("[package.metadata.lambdafy.throttle]", "Throttle", "doors.rs"),
    ("[package.metadata.lambdafy.alb]", "Alb", "doors.rs"),
    ("[package.metadata.lambdafy.alarms]", "Alarms", "doors.rs"),
    ("[[package.metadata.lambdafy.permission]]", "Permission", "permission.rs"),
    ("[package.metadata.lambdafy.smoke-test]", "SmokeTest", "mod.rs"),
];

/// Enumerations and their files.
const ENUMS: [(&str, &str); 6] = [
    ("FrontDoor", "doors.rs"),
    ("Architecture", "mod.rs"),
    ("Engine", "database.rs"),
    ("Access", "sources.rs"),
    ("BucketEvent", "sources.rs"),
    ("Migrations", "mod.rs"),
];

pub(crate) fn table() -> String {
    let mut out = String::from(
        "# Settings\n\n\
         All keys of `[package.metadata.lambdafy]` in Cargo.toml. This file is written by a test from the\n\
         comments in `src/settings`. `cargo lambdafy init` writes a start.\n",
    );
    for (heading, name, file) in TABLES {
        let source = source(file);
        let _ = write!(out, "\n## `{heading}`\n\n| key | value | |\n|---|---|---|\n");
        for (key, kind, text) in entries(&source, &format!("pub struct {name} {{")) {
            let _ = writeln!(out, "| `{key}` | {} | {text} |", value(&kind));
        }
    }
    out
}

fn source(file: &str) -> String {
    super::read(&format!("src/settings/{file}"))
}

/// The public fields, or the variants, of an item: key, type, comment.
fn entries(source: &str, head: &str) -> Vec<(String, String, String)> {
    let body = source.split(head).nth(1).unwrap_or_else(|| panic!("no {head}"));
    let body = body.split("\n}").next().unwrap();
    let (mut all, mut text, mut renamed) = (Vec::new(), String::new(), None);
    for line in body.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("///") {
            text.push_str(comment);
        } else if let Some(name) = line.strip_prefix("#[serde(rename = \"") {
            renamed = name.split('"').next().map(str::to_owned);
        } else if !line.starts_with('#') && !line.is_empty() {
            let line = line.trim_start_matches("pub ").trim_end_matches(',');
            let (name, kind) = line.split_once(": ").unwrap_or((line, ""));
            let key = renamed.take().unwrap_or_else(|| kebab(name));
            all.push((key, kind.to_owned(), text.trim().to_owned()));
            text.clear();
        }
    }
    all
}

/// `memory_mb` and `RestApi` as they are written in TOML.
fn kebab(name: &str) -> String {
    let name = name.split('(').next().unwrap();
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(if c == '_' { '-' } else { c.to_ascii_lowercase() });
    }
    out
}

/// A type, for people.
fn value(kind: &str) -> String {
    let inner = |outer: &str| kind.strip_prefix(outer)?.strip_suffix('>');
    if let Some(kind) = inner("Option<") {
        return value(kind);
    }
    if let Some(kind) = inner("Vec<") {
        return match kind {
            "String" => "texts".to_owned(),
            "Action" => "actions".to_owned(),
            "ArnPattern" => "ARNs".to_owned(),
            kind if ENUMS.iter().any(|(name, _)| *name == kind) => {
                format!("list of {}", value(kind))
            }
            _ => "tables".to_owned(),
        };
    }
    if let Some((from, to)) = inner("Between<").and_then(|range| range.split_once(", ")) {
        return format!("{} to {}", from.replace('_', ","), to.replace('_', ","));
    }
    if let Some((name, file)) = ENUMS.iter().find(|(name, _)| *name == kind) {
        let keys = entries(&source(file), &format!("pub enum {name} {{")).into_iter();
        let quote = if *name == "Migrations" { "" } else { "\"" };
        let keys: Vec<_> = keys.map(|(key, ..)| format!("`{quote}{key}{quote}`")).collect();
        return keys.join(", ");
    }
    match kind {
        "bool" => "`true`, `false`",
        "String" => "text",
        "Name" => "name",
        "Arn" => "ARN",
        "UrlPath" => "path",
        "Expression" => "`rate(...)`, `cron(...)`",
        "LogRetentionDays" => "days",
        _ => "table",
    }
    .to_owned()
}
