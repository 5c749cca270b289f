//! `init` looks at the project, and what it writes can be read.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use std::collections::BTreeSet;
use std::path::Path;

use lambdafy_deploy::settings::{Engine, Settings};
use lambdafy_deploy::{Project, init};

/// The manifest that `init` would write for a project with some crates, and main.
fn written(name: &str, crates: &[(&str, &str)], main: &str) -> (String, Option<String>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("init").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let source = folder.join("main.rs");
    std::fs::write(&source, main).unwrap();
    let features = |feature: &str| BTreeSet::from([feature.to_owned()]);
    let project = Project {
        package: name.to_owned(),
        version: "0.1.0".to_owned(),
        manifest: folder.join("Cargo.toml"),
        manifest_text: format!("[package]\nname = \"{name}\"\n"),
        binaries: vec![(name.to_owned(), source)],
        dependencies: crates
            .iter()
            .map(|(name, feature)| ((*name).to_owned(), features(feature)))
            .collect(),
        workspace: folder.clone(),
        target: folder.join("target"),
        has_function_profile: false,
    };
    let mut changes = init(&project).unwrap().into_iter();
    let manifest = changes.next().unwrap().after;
    (manifest, changes.next().map(|change| change.after))
}

/// The same with what stands in comments uncommented, and values where it has only dots.
fn uncommented(manifest: &str) -> String {
    let is_setting = |line: &str| {
        line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
    };
    let lines = manifest.lines().map(|line| match line.strip_prefix("# ") {
        Some(inner) if is_setting(inner) => inner,
        _ => line,
    });
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    text.replace("arn:aws:secretsmanager:...", "arn:aws:secretsmanager:eu-west-1:1:secret:db")
        .replace("subnet-...\", \"subnet-...", "subnet-1\", \"subnet-2")
}

#[test]
fn what_is_written_can_be_read_and_so_can_what_it_suggests() {
    let crates = [("axum", ""), ("sqlx", "mysql"), ("aws-sdk-s3", ""), ("aws-sdk-sqs", "")];
    let (manifest, _) = written("all", &crates, "");
    let settings = Settings::from_manifest("Cargo.toml", &manifest).unwrap();
    assert_eq!((settings.buckets.len(), settings.queues.len()), (1, 1));
    assert_eq!((settings.database, settings.reserved_concurrency), (None, None));

    let manifest = uncommented(&manifest);
    let settings = Settings::from_manifest("Cargo.toml", &manifest)
        .unwrap_or_else(|error| panic!("{error}\n{manifest}"));
    assert_eq!(settings.database.map(|database| database.engine), Some(Engine::Mysql));
    assert!(settings.migrations.is_some() && settings.vpc.is_some(), "{manifest}");
    assert_eq!(settings.reserved_concurrency.map(|number| number.get()), Some(50));
    assert_eq!(settings.buckets[0].events.len(), 1);
}

#[test]
fn only_what_the_app_uses_is_written() {
    let (manifest, _) = written("plain", &[("axum", "")], "");
    for absent in ["database", "bucket", "queue", "migrations"] {
        assert!(!manifest.contains(&format!("metadata.lambdafy.{absent}")), "{manifest}");
    }
    let (manifest, _) = written("postgres", &[("tokio-postgres", "")], "");
    assert!(manifest.contains("# engine = \"postgres\""), "{manifest}");
}

#[test]
fn main_is_changed_where_it_serves_and_left_alone_where_it_does_not() {
    let serves = "let listener = bind().await?;\naxum::serve(listener, app).await?;\n";
    let (_, main) = written("serves", &[("axum", "")], serves);
    assert_eq!(main.as_deref(), Some("lambdafy::serve(app).await?;\n"));
    assert_eq!(written("hyper", &[("hyper", "")], "fn main() {}\n").1, None);
}
