//! From a project to a live version and back, built by cargo-lambda as a user's is.

use crate::aws::Aws;
use crate::door::Door;
use crate::project::App;

#[test]
fn cargo_lambda_builds_what_is_deployed() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = App::new(
        "ship-built",
        &format!(
            "reserved-concurrency = 10\n[package.metadata.lambdafy.smoke-test]\nurl = \"{}\"\n",
            door.url()
        ),
    );
    let plan = aws.run(&app, &["deploy", "--dry-run"]);
    let command =
        "cargo lambda build --profile release --package ship-built --bin ship-built --x86-64";
    assert!(plan.ok().text().contains(command), "{}", plan.text());

    let done = aws.run(&app, &["deploy", "--json"]);
    assert_eq!(done.json()["version"], 1, "{}", done.errors());
    assert!(done.errors().contains(command), "{}", done.errors());
    let built = app.folder().join("target/lambda/ship-built/bootstrap");
    assert!(std::fs::read(built).unwrap().starts_with(b"\x7fELF"));

    // The same source is the same zip.
    let again = aws.run(&app, &["deploy"]);
    assert!(again.ok().errors().contains("is there already"), "{}", again.errors());
    assert!(again.errors().contains("version 1 is live"), "{}", again.errors());
    aws.run(&app, &["destroy", "--yes"]).ok();
}

#[test]
fn what_does_not_compile_is_not_deployed() {
    let aws = Aws::shared();
    let app = App::new("ship-broken", "reserved-concurrency = 10");
    std::fs::write(app.folder().join("src/main.rs"), "fn main() { nonsense }").unwrap();
    let done = aws.run(&app, &["deploy"]);
    assert_eq!(done.code(), 1);
    assert!(done.errors().contains("cargo lambda build failed"), "{}", done.errors());
    assert_eq!(aws.run(&app, &["status"]).code(), 1, "nothing is there");
}

/// Otherwise cargo-lambda has rustup fetch it.
#[test]
fn arm64_without_its_target_says_which_command_installs_it() {
    let rustc = std::process::Command::new("rustc")
        .args(["--print", "target-libdir", "--target", "aarch64-unknown-linux-gnu"])
        .output()
        .unwrap();
    let folder = String::from_utf8_lossy(&rustc.stdout).trim().to_owned();
    let aws = Aws::shared();
    let app = App::new("ship-arm64", "architecture = \"arm64\"\nreserved-concurrency = 10");
    if std::path::Path::new(&folder).is_dir() {
        // Where the target is there, it is what is built.
        let plan = aws.run(&app, &["deploy", "--dry-run"]);
        assert!(plan.ok().text().contains("--arm64"), "{}", plan.text());
        return;
    }
    for arguments in [&["deploy"][..], &["deploy", "--dry-run"]] {
        let done = aws.run(&app, arguments);
        assert_eq!(done.code(), 1);
        let said = done.errors();
        assert!(said.contains("rustup target add aarch64-unknown-linux-gnu"), "{said}");
    }
}

#[test]
fn no_secret_is_said_by_any_command() {
    let (aws, door) = (Aws::shared(), Door::open(500));
    let app = App::new(
        "ship-secret",
        &format!(
            "reserved-concurrency = 10\nenvironment = {{ A_B = \"hunter2\" }}\n\
             migrations = {{ command = [\"false\", \"postgres://app:hunter2@db/app\"] }}\n\
             [package.metadata.lambdafy.smoke-test]\nurl = \"{}\"\n",
            door.url()
        ),
    );
    let (first, _) = crate::executables(&app);
    let more = ["--env", "C_D=hunter2", "--allow", "plain-secret", "--bootstrap", &first];
    for command in [vec!["check"], vec!["deploy", "--dry-run"], vec!["deploy"]] {
        let arguments: Vec<_> = match command[0] {
            "check" => vec!["check", "--env", "C_D=hunter2"],
            _ => command.iter().copied().chain(more).collect(),
        };
        let done = aws.run(&app, &arguments);
        let said = format!("{}{}", done.text(), done.errors());
        assert!(!said.contains("hunter2"), "{command:?}: {said}");
    }
    for wrong in ["AWS_REGION=hunter2", "=hunter2", "A B=hunter2"] {
        let done = aws.run(&app, &["check", "--env", wrong]);
        assert_eq!(done.code(), 1, "{}", done.errors());
        assert!(!done.errors().contains("hunter2"), "{}", done.errors());
    }
}
