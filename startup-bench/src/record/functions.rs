//! The app's functions in the order of their first calls, by valgrind: it says which piece of code it
//! translates, and translates a piece when it is about to run for the first time.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::cold::{Request, Starting, until_second_next, valgrind};
use crate::scratch::Scratch;

/// Prints a line for each piece, and nothing of what is in it.
const OPTIONS: [&str; 4] = [
    "--tool=none",
    "--trace-children=yes",
    "--trace-flags=10000000",
    "--trace-notbelow=2000000000",
];

/// Runs one start. The names are those of the linker.
///
/// # Errors
/// If valgrind is missing or can't run the app; if the app has no symbols.
pub(super) async fn order(launch: &Starting, request: &Request, app: &Path) -> Result<Vec<String>> {
    let tool = valgrind()?;
    let scratch = Scratch::new()?;
    let log = format!("--log-file={}", scratch.path("valgrind").display());
    // Each process has a file of its own: one that becomes another would begin it anew.
    let log = format!("{log}.%p.%n");
    let options: Vec<&str> = OPTIONS.into_iter().chain(["--demangle=no", &log]).collect();
    let builder = launch.under(&tool, &options).share(scratch.as_ref());
    until_second_next(builder, request).await.context("the order of functions")?;
    let mut order: Vec<String> = Vec::new();
    for entry in scratch.as_ref().read_dir().context("valgrind's report")? {
        let text = std::fs::read(entry?.path()).context("valgrind's report")?;
        add(&mut order, &String::from_utf8_lossy(&text), app);
    }
    ensure!(
        !order.is_empty(),
        "{} has no symbols: build it with CARGO_PROFILE_RELEASE_STRIP=false, and CARGO_PROFILE_… of \
         another profile's name for another profile",
        app.display()
    );
    Ok(order)
}

/// The file for the linker.
pub(super) fn text(order: &[String]) -> String {
    order.iter().map(|name| format!("{name}\n")).collect()
}

fn add(order: &mut Vec<String>, log: &str, app: &Path) {
    let mut known: std::collections::HashSet<String> = order.iter().cloned().collect();
    for name in log.lines().filter_map(|line| function(line, app)) {
        if known.insert(name.to_owned()) {
            order.push(name.to_owned());
        }
    }
}

/// `==== SB 7 (evchecks 9) [tid 1] 0x4001234 _ZN3app4main17h0E+12 /opt/app+0x1234`
fn function<'a>(line: &'a str, app: &Path) -> Option<&'a str> {
    let piece = line.strip_prefix("==== SB ")?;
    let (_, piece) = piece.split_once("] 0x")?;
    let (_, piece) = piece.split_once(' ')?;
    let (name, object) = piece.split_once(' ')?;
    let (object, _) = object.rsplit_once("+0x")?;
    let (name, _) = name.rsplit_once('+').unwrap_or((name, ""));
    (Path::new(object) == app && name != "UNKNOWN_FUNCTION").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_come_once_in_the_order_of_their_first_calls() {
        let log = "==7== Command: /opt/my app\n\
            ==== SB 0 (evchecks 0) [tid 1] 0x401ab70 UNKNOWN_FUNCTION /lib/ld.so+0x1ab70\n\
            ==== SB 1 (evchecks 0) [tid 1] 0x401ab70 _start /opt/my app+0x70\n\
            ==== SB 2 (evchecks 3) [tid 2] 0x401ab90 _ZN1a1b17h0E+119 /opt/my app+0x90\n\
            ==== SB 3 (evchecks 3) [tid 1] 0x401ab70 malloc+3 /lib/libc.so.6+0x1ab70\n\
            ==== SB 4 (evchecks 5) [tid 1] 0x401ab72 _start+2 /opt/my app+0x72\n\
            ==== SB 5 (evchecks 5) [tid 1] 0x401ab72 UNKNOWN_FUNCTION /opt/my app+0x72\n";
        let mut order = Vec::new();
        add(&mut order, log, Path::new("/opt/my app"));
        assert_eq!(order, ["_start", "_ZN1a1b17h0E"]);
        assert_eq!(text(&order), "_start\n_ZN1a1b17h0E\n");
    }
}
