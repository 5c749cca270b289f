//! Templates: the same every time, as recorded, and consistent with what the adapter answers.

#![allow(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use support::{cases, formats, tests};

/// Without an option the whole template is recorded, with one what it changes.
#[test]
fn every_front_door_with_every_option_is_as_recorded() {
    let mut wrong = Vec::new();
    let mut recorded = Vec::new();
    let mut plain = Vec::new();
    for case in cases() {
        let folder = tests().join("snapshots").join(case.door);
        let now = formats(&case.deployment);
        match &case.option {
            None => {
                for (file, text) in &now {
                    recorded.push(folder.join(file));
                    compare(&folder.join(file), text, &mut wrong);
                }
                plain = now;
            }
            Some(option) => {
                let file = folder.join(format!("{option}.diff"));
                compare(&file, &changes(&plain, &now), &mut wrong);
                recorded.push(file);
            }
        }
    }
    wrong.extend(stale(&recorded));
    assert!(
        wrong.is_empty(),
        "not as recorded: {wrong:#?}\nlook at `git diff` after LAMBDAFY_SNAPSHOTS=overwrite \
         cargo test -p lambdafy-deploy --test templates"
    );
}

/// Otherwise a mistake in an option's file would be taken for one that no front door can have.
#[test]
fn only_what_a_front_door_cannot_have_is_not_recorded() {
    let files = std::fs::read_dir(tests().join("options")).unwrap();
    let options: BTreeSet<_> = files
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    for (door, wanted) in [
        ("rest-api", vec!["certificate", "cloudfront-signed"]),
        ("http-api", vec!["certificate", "cloudfront-signed", "streaming"]),
        ("function-url", vec!["access-logs", "certificate", "domain", "openapi", "throttle"]),
        ("alb", vec!["access-logs", "cloudfront-signed", "openapi", "streaming", "throttle"]),
    ] {
        let cases = cases();
        let had = cases.iter().filter(|case| case.door == door);
        let had: BTreeSet<_> = had.filter_map(|case| case.option.clone()).collect();
        let missing: Vec<_> = options.difference(&had).collect();
        assert_eq!(missing, wanted, "{door}");
    }
}

#[test]
fn templates_are_the_same_every_time() {
    for (first, second) in cases().iter().zip(cases()) {
        assert_eq!(formats(&first.deployment), formats(&second.deployment));
    }
}

/// Files that no case is about any more.
fn stale(recorded: &[PathBuf]) -> Vec<String> {
    let files = support::DOORS.iter().flat_map(|door| {
        std::fs::read_dir(tests().join("snapshots").join(door))
            .unwrap()
            .map(|file| file.unwrap().path())
    });
    let unknown = files.filter(|file| !recorded.contains(file));
    unknown.map(|file| format!("to be removed: {}", file.display())).collect()
}

/// What the option adds and removes, per format, without the rest.
fn changes(plain: &[(&str, String)], now: &[(&str, String)]) -> String {
    let mut out = String::new();
    for ((file, before), (_, after)) in plain.iter().zip(now) {
        let diff = similar::TextDiff::from_lines(before, after);
        let diff = diff.unified_diff().context_radius(1).to_string();
        if !diff.is_empty() {
            let _ = write!(out, "==== {file}\n{diff}");
        }
    }
    // Positions change with every other change: what is recorded is the lines.
    out.lines().map(|line| if line.starts_with("@@") { "@@" } else { line }).fold(
        String::new(),
        |mut all, line| {
            all.push_str(line);
            all.push('\n');
            all
        },
    )
}

#[allow(clippy::disallowed_methods, reason = "a developer's switch, for this test only")]
fn compare(file: &Path, text: &str, wrong: &mut Vec<String>) {
    if std::env::var_os("LAMBDAFY_SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    } else if std::fs::read_to_string(file).ok().as_deref() != Some(text) {
        wrong.push(file.display().to_string());
    }
}
