//! Chromium without a window, told what to do by the DevTools protocol over a pair of pipes.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The protocol runs over file descriptors 3 and 4, which only a shell can hand over safely.
const SCRIPT: &str = r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

/// What the browser is called, on Debian and elsewhere.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// How long a page may take to show something.
const PATIENCE: Duration = Duration::from_secs(20);

static OPENED: AtomicU32 = AtomicU32::new(0);

/// A browser with one page, ended when it is dropped.
pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    profile: PathBuf,
    session: Value,
    calls: u64,
}

impl Browser {
    /// Opens a page of this width and height.
    pub(crate) fn open(url: &str, width: u32, height: u32) -> Self {
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "browser-{}-{}",
            std::process::id(),
            OPENED.fetch_add(1, Relaxed)
        ));
        let mut child = Command::new("sh")
            .args(["-c", SCRIPT, "sh", find()])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"])
            .args(["--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let from = BufReader::new(from);
        let mut browser = Self { child, to, from, profile, session: Value::Null, calls: 0 };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        browser.session = browser.call("Target.attachToTarget", &attach)["sessionId"].clone();
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        browser.call("Emulation.setDeviceMetricsOverride", &metrics);
        browser.call("Page.navigate", &json!({ "url": url }));
        browser
    }

    /// The value of a JavaScript expression in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let evaluated = self.call(
            "Runtime.evaluate",
            &json!({ "expression": expression, "returnByValue": true, "awaitPromise": true }),
        );
        evaluated["result"]["value"].clone()
    }

    /// Waits until an expression is true; `show` says what there is if it never is.
    pub(crate) fn wait_until(&mut self, expression: &str) {
        let since = Instant::now();
        while self.value(expression) != json!(true) {
            if since.elapsed() > PATIENCE {
                let text = self.value("document.body.innerText");
                panic!("never true: {expression}\nthe page says:\n{text}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Presses a key, by its name in the DevTools protocol.
    pub(crate) fn press(&mut self, key: &str, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "text": text, "windowsVirtualKeyCode": key_code(key) });
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Shows the page as if the user's system were light or dark.
    pub(crate) fn prefer(&mut self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.call("Emulation.setEmulatedMedia", &json!({ "features": [feature] }));
    }

    /// Leaves a picture of the page in target/tmp, for a person to look at.
    pub(crate) fn picture(&mut self, name: &str) {
        let shot = json!({ "format": "png", "captureBeyondViewport": true });
        let shot = self.call("Page.captureScreenshot", &shot);
        let png = base64_simd::STANDARD.decode_to_vec(shot["data"].as_str().unwrap()).unwrap();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        std::fs::write(path, png).unwrap();
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.calls += 1;
        let mut message = json!({ "id": self.calls, "method": method, "params": parameters });
        if !self.session.is_null() {
            message["sessionId"] = self.session.clone();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let mut answer = Vec::new();
            self.from.read_until(0, &mut answer).unwrap();
            answer.pop();
            let answer: Value = serde_json::from_slice(&answer)
                .unwrap_or_else(|error| panic!("the browser has ended: {error}"));
            if answer["id"] == self.calls {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its processes end with the pipe; killed, they would leave files behind.
        drop(self.to.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0"));
        drop(self.from.read_to_end(&mut Vec::new()));
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.profile));
    }
}

fn find() -> &'static str {
    let runs = |name: &&&str| {
        let version = Command::new(name).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    };
    NAMES.iter().find(runs).unwrap_or_else(|| {
        panic!("no browser: install chromium (scripts/test does, as root on Debian)")
    })
}

fn key_code(key: &str) -> u32 {
    match key {
        "Tab" => 9,
        "Enter" => 13,
        _ => key.to_ascii_uppercase().chars().next().map_or(0, u32::from),
    }
}
