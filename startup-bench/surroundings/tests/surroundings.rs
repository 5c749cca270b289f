//! The program as startup-bench starts it: its variables, what answers at them, and its end.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn its_variables_lead_to_servers_that_end_with_its_stdin() {
    let certificates = tempfile::tempdir().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_surroundings"))
        .arg("--certificates")
        .arg(certificates.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(program.stdout.take().unwrap()).lines().map(Result::unwrap);
    let variables: HashMap<String, String> = lines
        .take_while(|line| !line.is_empty())
        .map(|line| {
            let (name, value) = line.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect();

    let asked = Command::new("psql")
        .args(["-X", "-A", "-t", "-c", "SELECT current_database()", &variables["DATABASE_URL"]])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&asked.stdout), "app\n", "{asked:?}");

    let curl = |arguments: &[&str]| {
        let mut command = Command::new("curl");
        command.args(["-sS", "--fail", "--cacert", &variables["SSL_CERT_FILE"]]).args(arguments);
        let answer = command.output().unwrap();
        (answer.status.success(), String::from_utf8(answer.stdout).unwrap())
    };
    let (_, keys) = curl(&[&variables["JWKS_URL"]]);
    assert!(keys.contains("Ed25519"), "{keys}");

    let file = format!(
        "{}/{}/{}",
        variables["AWS_ENDPOINT_URL_S3"], variables["BUCKET"], variables["CATALOG_KEY"]
    );
    let user = format!("{}:{}", variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"]);
    let hash = "x-amz-content-sha256: UNSIGNED-PAYLOAD";
    let sign = ["--aws-sigv4", "aws:amz:us-east-1:s3", "--user", &user, "--header", hash];
    let (_, catalog) = curl(&[&sign[..], &[&file]].concat());
    assert!(catalog.contains("Field guide, part 200"), "{catalog}");

    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
    assert!(!curl(&[&variables["JWKS_URL"]]).0);
}
