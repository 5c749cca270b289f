//! Stacks that fail: what moto refuses here is more memory than a new account's functions may have.

use serde_json::Value;

use crate::aws::Aws;
use crate::door::Door;
use crate::project::App;
use crate::{app, executables};

const TOO_MUCH: [&str; 2] = ["--memory-mb", "4096"];

#[test]
fn a_stack_that_fails_says_why_and_leaves_the_live_version_live() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = app("ship-fails", &door, "");
    let (first, second) = executables(&app);
    aws.run(&app, &["deploy", "--bootstrap", &first]).ok();
    // The stack itself has the alias at version 1 after that: it moves to 2 when that has proved itself.
    aws.run(&app, &["deploy", "--bootstrap", &second]).ok();
    let asked = door.asked();

    let done = aws.run(&app, &[&["deploy", "--bootstrap", &first][..], &TOO_MUCH].concat());
    assert_eq!(done.code(), 1);
    for said in [
        "ended as UPDATE_ROLLBACK_COMPLETE",
        "Function: 'MemorySize' value failed to satisfy constraint",
        "set memory-mb to less",
        "requests go to version 2 again",
    ] {
        assert!(done.errors().contains(said), "{said}: {}", done.errors());
    }
    assert_eq!(door.asked(), asked, "no smoke test after that");
    assert_eq!(aws.run(&app, &["status", "--json"]).json()["live_version"], 2);

    let third = app.folder().join("third");
    std::fs::write(&third, [&std::fs::read(&second).unwrap()[..], b"third"].concat()).unwrap();
    let third = third.display().to_string();
    let next = aws.run(&app, &["deploy", "--json", "--bootstrap", &third]).json();
    assert_eq!((&next["version"], &next["previous_version"]), (&3.into(), &2.into()));
}

#[test]
fn a_first_deployment_that_fails_is_cleared_away_by_the_next_one() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = app("ship-fails-first", &door, "");
    let (first, _) = executables(&app);
    let done = aws.run(&app, &[&["deploy", "--bootstrap", &first][..], &TOO_MUCH].concat());
    assert_eq!(done.code(), 1);
    assert!(done.errors().contains("ended as ROLLBACK_COMPLETE"), "{}", done.errors());
    assert!(done.errors().contains("'MemorySize' value failed"), "{}", done.errors());

    let next = aws.run(&app, &["deploy", "--json", "--bootstrap", &first]);
    assert_eq!(next.json()["version"], 1);
    let said = "removing what was left of a first attempt that failed";
    assert!(next.errors().contains(said), "{}", next.errors());
}

/// Its stack can't be rolled back, since the database is protected as soon as it is made.
fn failed_with_database(aws: &Aws, name: &str, door: &Door) -> (App, String) {
    let app = app(name, door, &crate::database(aws));
    let (first, _) = executables(&app);
    let done = aws.run(&app, &[&["deploy", "--bootstrap", &first][..], &TOO_MUCH].concat());
    assert_eq!(done.code(), 1);
    assert!(done.errors().contains("ended as ROLLBACK_FAILED"), "{}", done.errors());
    (app, first)
}

#[test]
fn a_first_deployment_that_fails_with_a_database_is_cleared_away_by_the_next_one() {
    let (aws, door) = (Aws::fresh(), Door::open(200));
    let (app, first) = failed_with_database(&aws, "ship-fails-database", &door);
    let next = aws.run(&app, &["deploy", "--json", "--bootstrap", &first]);
    let answer = next.json();
    assert_eq!((&answer["version"], &answer["previous_version"]), (&1.into(), &Value::Null));
    assert!(next.errors().contains("deletion protection"), "{}", next.errors());
}

#[test]
fn a_database_of_a_stack_that_failed_goes_only_when_that_is_said_too() {
    let (aws, door) = (Aws::fresh(), Door::open(200));
    let (app, _) = failed_with_database(&aws, "ship-fails-kept", &door);
    let kept = aws.run(&app, &["destroy", "--yes"]);
    assert_eq!(kept.code(), 1);
    assert!(kept.errors().contains("--with-database"), "{}", kept.errors());
    let status = aws.run(&app, &["status", "--json"]).json();
    assert_eq!(status["stack_status"], "ROLLBACK_FAILED", "nothing is removed");
    aws.run(&app, &["destroy", "--yes", "--with-database"]).ok();
    assert_eq!(aws.run(&app, &["status"]).code(), 1);
}
