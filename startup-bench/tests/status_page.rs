//! The status page of `startup-bench serve`, in a real browser and for scripts.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use serde_json::{Value, json};
use support::browser::Browser;
use support::{PAGE, Serve};

fn status(serve: &Serve) -> Value {
    serde_json::from_str(&serve.get("/_lambdafy/status.json").body).unwrap()
}

/// How many elements of this kind say this.
fn saying(selector: &str, text: &str) -> String {
    let text = json!(text);
    format!(
        "[...document.querySelectorAll('{selector}')].filter((it) => it.textContent.includes({text})).length"
    )
}

#[test]
fn sandboxes_invocations_and_cold_starts_appear_as_they_come() {
    let mut serve = Serve::start(PAGE, &["--max-sandboxes", "2"]);
    let mut browser = Browser::open(&serve.url("/_lambdafy/"), 1200, 1000);
    browser.wait_until("document.getElementById('connection').dataset.state === 'live'");
    browser.wait_until("document.getElementById('name').textContent === 'page.py'");
    assert_eq!(browser.value("document.querySelectorAll('#sandboxes li').length"), 0);
    assert_eq!(browser.value("document.getElementById('histogram').hidden"), true);

    assert_eq!(serve.get("/first").body, "/first");
    browser.wait_until("document.querySelectorAll('#sandboxes li').length === 1");
    browser.wait_until(&format!("{} === 1", saying("#invocations tr", "GET /first")));
    browser.wait_until("document.querySelectorAll('#histogram .bin').length === 1");
    browser.wait_until(&format!("{} === 1", saying("#log li", "the function starts")));

    let url = serve.url("");
    std::thread::scope(|scope| {
        let wait = || support::request(&url, "GET", "/wait?3", "127.0.0.1").status;
        let waits = [(); 2].map(|()| scope.spawn(wait));
        let busy = "document.querySelectorAll('#sandboxes li[data-state=busy]').length === 2";
        browser.wait_until(busy);
        browser.picture("status-busy");
        assert_eq!(waits.map(|wait| wait.join().unwrap()), [200, 200]);
    });
    browser.wait_until("document.querySelectorAll('#sandboxes li[data-state=busy]').length === 0");
    browser.wait_until("document.getElementById('cold').textContent === '2'");

    assert_eq!(serve.get("/exit").status, 500);
    serve.event("ended");
    browser.wait_until("document.querySelectorAll('#sandboxes li').length === 1");
    browser.wait_until("document.querySelectorAll('#ended li').length === 1");
    browser.wait_until("document.querySelector('#errors').textContent === '1'");
    for (scheme, name) in [("light", "status-light"), ("dark", "status-dark")] {
        browser.prefer(scheme);
        browser.picture(name);
    }
    drop(serve);
    browser.wait_until("document.getElementById('connection').dataset.state === 'lost'");
}

#[test]
fn what_attackers_write_is_shown_as_text() {
    let hostile =
        "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
    let encoded =
        hostile.replace(' ', "%20").replace('"', "%22").replace('<', "%3C").replace('>', "%3E");
    let serve = Serve::start(PAGE, &[]);
    assert_eq!(serve.get(&format!("/print?{encoded}")).status, 200);
    // What HTTP lets through as it is.
    let path = "/'onload='document.title=1'/&lt;b&gt;";
    assert_eq!(serve.get(path).status, 200);
    let mut browser = Browser::open(&serve.url("/_lambdafy/"), 375, 800);
    browser.wait_until(&format!("{} === 1", saying("#log .text", hostile)));
    browser.wait_until(&format!("{} === 1", saying("#invocations .request", path)));
    assert_eq!(
        browser
            .value("document.querySelectorAll('main img, main script, main svg, main b').length"),
        0
    );
    assert_eq!(browser.value("document.title"), "page.py: 1 live");
    // On a phone nothing is wider than the screen.
    assert_eq!(browser.value("document.documentElement.scrollWidth"), 375);
    browser.picture("status-phone");
    // Nor would a script run if it got in: the policy forbids it.
    browser.value("document.body.insertAdjacentHTML('beforeend', `<img src=x onerror=\"document.title='owned'\">`)");
    browser.value("new Promise((done) => setTimeout(done, 200))");
    assert_eq!(browser.value("document.title"), "page.py: 1 live");
}

#[test]
fn the_page_is_usable_by_keyboard_alone() {
    let serve = Serve::start(PAGE, &[]);
    let mut browser = Browser::open(&serve.url("/_lambdafy/"), 1200, 1000);
    browser.wait_until("document.getElementById('connection').dataset.state === 'live'");
    browser.press("Tab", "");
    assert_eq!(browser.value("document.activeElement.id"), "pause");
    browser.press("Enter", "\r");
    assert_eq!(browser.value("document.activeElement.getAttribute('aria-pressed')"), "true");
    serve.get("/while-paused");
    browser.value("new Promise((done) => setTimeout(done, 600))");
    assert_eq!(browser.value("document.querySelectorAll('#invocations tr').length"), 0);
    browser.press("p", "p");
    browser.wait_until("document.querySelectorAll('#invocations tr').length === 1");
}

#[test]
fn scripts_get_the_status_as_json() {
    let serve = Serve::start(PAGE, &["--memory", "512"]);
    let before = status(&serve);
    assert_eq!(before["sandboxes"], json!([]));
    assert_eq!(before["function"]["memory_mb"], 512);
    serve.get("/a?b=c");
    serve.get("/fail");
    let after = status(&serve);
    assert_eq!(after["totals"]["cold_starts"], 1);
    assert_eq!(after["totals"]["invocations"], 2);
    assert_eq!(after["totals"]["errors"], 1);
    assert_eq!(after["sandboxes"][0]["invocations"], 2);
    let last = &after["invocations"][0];
    assert_eq!((&last["target"], &last["status"]), (&json!("/fail"), &json!(500)));
    assert_eq!(after["invocations"][1]["target"], "/a?b=c");
    assert_eq!(after["cold_starts"]["bins"].as_array().unwrap().len(), 1);
    assert_eq!(after["log"][0]["text"], "the function starts");
    // Its own requests are none of the app's.
    assert_eq!(status(&serve)["totals"]["invocations"], 2);
}

#[test]
fn the_page_answers_to_names_of_this_machine_only() {
    let serve = Serve::start(PAGE, &[]);
    for path in ["/_lambdafy/", "/_lambdafy/status.json", "/_lambdafy/events"] {
        assert_eq!(serve.request("GET", path, "rebound.example").status, 403, "{path}");
    }
    let page = serve.request("GET", "/_lambdafy/", "localhost:1");
    assert_eq!(page.status, 200);
    assert!(page.headers.contains("content-security-policy: default-src 'none'"));
    assert_eq!(serve.request("POST", "/_lambdafy/status.json", "localhost").status, 405);
    assert_eq!(serve.get("/_lambdafy/other").status, 404);
    assert!(serve.get("/_lambdafy").headers.contains("location: /_lambdafy/"));
    // The app itself takes any name.
    assert_eq!(serve.request("GET", "/", "rebound.example").status, 200);
}

#[test]
fn the_page_can_be_moved_or_left_out() {
    let moved = Serve::start(PAGE, &["--status-path", "/-/status/"]);
    assert_eq!(moved.get("/-/status/status.json").status, 200);
    assert_eq!(moved.get("/_lambdafy/").body, "/_lambdafy/");
    let without = Serve::start(PAGE, &["--no-status"]);
    assert_eq!(without.get("/_lambdafy/").body, "/_lambdafy/");
    assert_eq!(without.listening["status_url"], Value::Null);
}
