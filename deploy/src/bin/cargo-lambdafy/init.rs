//! `cargo lambdafy init`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use lambdafy_deploy::{Change, init};

use crate::arguments::Manifest;

/// Whether it is written or only shown.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo lambdafy init            shows the changes\n  \
    cargo lambdafy init --write    makes them")]
pub(crate) struct Options {
    /// Makes the changes
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    manifest: Manifest,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let project = options.manifest.project()?;
    ensure!(
        !project.manifest_text.contains("metadata.lambdafy"),
        "{} has settings already: cargo lambdafy check",
        project.manifest_name()
    );
    let changes = init(&project)?;
    for Change { path, before, after } in &changes {
        anstream::print!("{}", diff(path, before, after));
        if options.write {
            std::fs::write(path, after).with_context(|| format!("{}", path.display()))?;
        }
    }
    if changes.iter().all(|change| change.path == project.manifest) {
        anstream::eprintln!(
            "no `axum::serve(listener, app)` was found that could be changed: let main call \
             lambdafy::serve(app).await, without a listener, or lambdafy::run"
        );
    }
    let next = match (options.write, project.dependencies.contains_key("lambdafy")) {
        (false, _) => "nothing is written yet: cargo lambdafy init --write",
        (true, false) => "written. Next: cargo add lambdafy, then cargo lambdafy dev",
        (true, true) => "written. Next: cargo lambdafy dev",
    };
    anstream::eprintln!("{next}");
    Ok(ExitCode::SUCCESS)
}

/// Both versions, line by line, with what is around a change.
fn diff(path: &Path, before: &str, after: &str) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(here).unwrap_or(path).display();
    similar::TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(2)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}
