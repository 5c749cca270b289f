//! `startup-bench record` as a user has it: the list of hot pages, the package, and that its bootstrap
//! reads ahead, becomes the app, and never keeps it from starting.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code, its helpers too")]

#[path = "support/built.rs"]
mod built;
#[path = "support/folder.rs"]
mod folder;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use folder::Folder;
use lambdafy_prefetch::{List, is_resident};
use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use serde_json::Value;

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_startup-bench")).args(arguments).output().unwrap()
}

/// Standard output and standard error of a run that succeeds.
fn succeeds(arguments: &[&str]) -> (String, String) {
    let output = bench(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    (String::from_utf8(output.stdout).unwrap(), said)
}

/// A package of the example, and its folder.
fn package(folder: &Folder) -> String {
    let package = folder.file("function");
    succeeds(&["record", "--app", built::slow_start(), "--package", &package, "--", "cured"]);
    package
}

/// Puts a file out of memory.
fn evict(path: &Path) -> File {
    let file = File::open(path).unwrap();
    file.sync_all().unwrap();
    posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED).unwrap();
    file
}

/// What a program prints to standard error that is started and ended at once: without a Runtime API
/// the example serves HTTP, which the test does not need.
fn said_by(bootstrap: &str) -> String {
    // A port of its own, and a value that ends the start: whoever says it is the app.
    let output = Command::new(bootstrap).env("LAMBDAFY_STARTUP_REPORT", "nothing").output();
    let output = output.unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_hot_pages_of_a_start_are_listed() {
    let folder = Folder::new("list");
    let list = folder.file("list");
    let (told, _) = succeeds(&["record", "--app", built::slow_start(), "--list", &list]);
    let text = std::fs::read_to_string(&list).unwrap();
    let hot = List::parse(&text).unwrap();
    let app = File::open(built::slow_start()).unwrap();
    assert!(hot.is_of(&app).unwrap());
    let is_head = |range: &lambdafy_prefetch::Range| range.offset == 0;
    assert!(hot.ranges().iter().any(is_head), "the program's head is read by every start: {text}");
    assert!(!is_head(&hot.ranges()[0]), "what the dynamic linker writes to comes first: {text}");
    let size = app.metadata().unwrap().len();
    assert!(hot.bytes() > 100_000 && hot.bytes() < size, "{told}");
    assert!(told.contains(&format!("in {} parts", hot.ranges().len())), "{told}");
}

#[test]
fn a_package_starts_and_answers() {
    let folder = Folder::new("package");
    let package = package(&folder);
    for name in ["bootstrap", "app", "app.hot"] {
        assert!(Path::new(&package).join(name).is_file(), "no {name}");
    }
    let program = format!("--program=packaged={package}");
    let event = folder.file("root.json");
    let text = r#"{"version":"2.0","rawPath":"/","rawQueryString":"","headers":{},
        "requestContext":{"http":{"method":"GET","sourceIp":"203.0.113.7"}}}"#;
    std::fs::write(&event, text).unwrap();
    let (table, _) = succeeds(&["cold", &program, "--runs=1", "--event", &event]);
    assert!(table.contains("packaged"), "{table}");
    assert!(!said_by(&format!("{package}/bootstrap")).contains("prefetch"));
    // The bootstrap is small: its own pages come from the disk too.
    let bootstrap = std::fs::metadata(format!("{package}/bootstrap")).unwrap();
    assert!(bootstrap.len() < 500_000, "{} bytes", bootstrap.len());
}

#[test]
fn a_package_can_be_recorded_again() {
    let folder = Folder::new("again");
    let package = package(&folder);
    // Its bootstrap becomes the app, which is what is recorded and packaged.
    let bootstrap = format!("{package}/bootstrap");
    let (told, _) = succeeds(&["record", "--app", &bootstrap, "--package", &package]);
    assert!(told.contains("/app: "), "{told}");
    let app = std::fs::read(format!("{package}/app")).unwrap();
    assert!(app == std::fs::read(built::slow_start()).unwrap(), "the app is another file now");
    assert!(said_by(&bootstrap).contains("LAMBDAFY_STARTUP_REPORT"), "it starts the app");
}

#[test]
fn a_bootstrap_of_cargo_lambda_becomes_the_app_of_its_package() {
    let folder = Folder::new("cargo-lambda");
    let bootstrap = folder.file("bootstrap");
    std::fs::copy(built::slow_start(), &bootstrap).unwrap();
    let package = folder.path().to_str().unwrap();
    succeeds(&["record", "--app", &bootstrap, "--package", package]);
    assert!(std::fs::metadata(&bootstrap).unwrap().len() < 500_000);
    assert!(said_by(&bootstrap).starts_with("Error: "), "the app refuses its environment");
}

#[test]
fn a_list_that_does_not_fit_is_said_and_does_no_harm() {
    let folder = Folder::new("stale");
    let package = package(&folder);
    let (bootstrap, list) = (format!("{package}/bootstrap"), format!("{package}/app.hot"));
    let text = std::fs::read_to_string(&list).unwrap();
    let other_build = text.replacen("size ", "size 9", 1);
    for (text, reason) in [
        (Some(other_build.as_str()), "the list is of another build of the app"),
        (Some("0 4096\n"), "it does not begin with 'lambdafy-prefetch 1'"),
        (None, "No such file or directory"),
    ] {
        match text {
            Some(text) => std::fs::write(&list, text).unwrap(),
            None => std::fs::remove_file(&list).unwrap(),
        }
        let said = said_by(&bootstrap);
        let (first, rest) = said.split_once('\n').unwrap();
        assert!(first.starts_with("prefetch: no pages are read ahead: "), "{said}");
        assert!(first.contains(reason), "{said}");
        assert!(rest.starts_with("Error: ") && rest.contains("LAMBDAFY_STARTUP_REPORT"), "{said}");
    }
    std::fs::remove_file(format!("{package}/app")).unwrap();
    assert!(said_by(&bootstrap).contains("can't be started: No such file"));
}

/// The app of this package is a small program in a large file, of whose end only the list knows.
#[test]
fn listed_pages_are_read_before_the_app_touches_them() {
    let folder = Folder::new("resident");
    let package = package(&folder);
    let app = PathBuf::from(format!("{package}/app"));
    let mut bytes = std::fs::read("/bin/true").unwrap();
    bytes.resize(64 << 20, 7);
    std::fs::write(&app, bytes).unwrap();
    let (listed, unlisted) = (48 << 20, 32 << 20);
    let file = evict(&app);
    if is_resident(&file, unlisted).unwrap() {
        eprintln!("this file system keeps the pages of a file in memory: nothing to read ahead");
        return;
    }
    let file = evict(&app);
    let part = lambdafy_prefetch::Range { offset: listed, length: 262_144.try_into().unwrap() };
    let list = List::of(&file, vec![part]).unwrap();
    std::fs::write(format!("{package}/app.hot"), list.to_string()).unwrap();
    // Making the list has read the first page, and the kernel more behind it.
    let file = evict(&app);
    assert!(Command::new(format!("{package}/bootstrap")).status().unwrap().success());
    // The kernel may still be reading.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !is_resident(&file, listed + 200_000).unwrap() {
        assert!(std::time::Instant::now() < deadline, "the listed part was not read");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(!is_resident(&file, unlisted).unwrap(), "more than the list says was read");
}

/// Beside each other in one run, from the disk.
#[test]
fn a_package_waits_for_fewer_pages_than_the_plain_program() {
    let folder = Folder::new("faults");
    let package = package(&folder);
    // A file of its own: other tests of this run have the example in use.
    let plain = folder.file("plain");
    std::fs::copy(built::slow_start(), &plain).unwrap();
    let event = folder.file("root.json");
    let text = r#"{"version":"2.0","rawPath":"/","rawQueryString":"","headers":{},
        "requestContext":{"http":{"method":"GET","sourceIp":"203.0.113.7"}}}"#;
    std::fs::write(&event, text).unwrap();
    let json = folder.file("json");
    let programs = [format!("--program=plain={plain}"), format!("--program=packaged={package}")];
    let arguments = ["--cache=cold", "--runs=5", "--baseline=plain", "--event", &event];
    let arguments = [&["cold", &programs[0], &programs[1], "--json", &json], &arguments[..]];
    succeeds(&arguments.concat());
    let report: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    let faults = |contender: &str| {
        let rows = report["rows"].as_array().unwrap().iter();
        let is_it = |row: &&Value| row["contender"] == contender && row["metric"] == "major_faults";
        rows.clone().find(is_it).unwrap()["median"].as_f64().unwrap()
    };
    if faults("plain") < 10.0 {
        eprintln!("this file system keeps the pages of a file in memory: nothing to read ahead");
        return;
    }
    assert!(faults("packaged") < faults("plain") / 2.0, "{report:#}");
}

#[test]
fn what_cannot_be_recorded_is_said() {
    let output = bench(&["record", "--app", "/bin/true"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("true: it did not answer: Runtime.ExitError"), "{said}");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions/page.py");
    let output = bench(&["record", "--app", script, "--package", "/nonexistent/folder"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("page.py is a script; only a program can be packaged"), "{said}");
}
