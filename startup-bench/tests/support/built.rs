//! The example that `profile` and `record` are tried on.

use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The example `slow-start`, built as the tests are: a release build takes minutes.
pub(crate) fn slow_start() -> &'static str {
    static BUILT: OnceLock<String> = OnceLock::new();
    BUILT.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--package", "slow-start"])
            .arg("--message-format=json-render-diagnostics")
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(built.status.success());
        let messages = String::from_utf8(built.stdout).unwrap();
        let executable = |line: &str| {
            let message: Value = serde_json::from_str(line).unwrap();
            message["executable"].as_str().map(str::to_owned)
        };
        messages.lines().find_map(executable).unwrap()
    })
}
