//! `startup-bench record --functions` as a user has it: the order of the first calls, and that the
//! linker takes it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code, its helpers too")]

#[path = "support/built.rs"]
mod built;
#[path = "support/folder.rs"]
mod folder;

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use folder::Folder;

/// Records the order of an app's functions into this file: its names, one a line.
fn order(app: &str, file: &str, arguments: &[&str]) -> String {
    let mut bench = Command::new(env!("CARGO_BIN_EXE_startup-bench"));
    bench.args(["record", "--app", app, "--functions", file]).args(arguments);
    let output = bench.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn functions_come_in_the_order_of_their_first_calls() {
    let folder = Folder::new("functions");
    let file = folder.file("order");
    let text = order(built::slow_start(), &file, &["--", "cured"]);
    let place = |part: &str| {
        let found = text.lines().position(|name| name.contains(part));
        found.unwrap_or_else(|| panic!("no function with {part}"))
    };
    let main = text.lines().position(|name| name == "main").unwrap();
    assert!(main < place("slow_start4main"), "C's main calls Rust's");
    assert!(place("slow_start4main") < place("cured"), "which makes the app");
    assert!(place("cured") < place("fetch_prices"));
    assert!(!text.contains("as_written"), "what did not run is not there");
    let mut names: Vec<&str> = text.lines().collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "a name comes once");
}

/// Where a program has these functions, as far as it has them.
fn addresses(program: &str, names: &str) -> Vec<u64> {
    let output = Command::new("nm").arg(program).output().unwrap();
    let symbols = String::from_utf8(output.stdout).unwrap();
    let symbol = |line: &str| {
        let (address, symbol) = line.split_once(' ')?;
        let (_kind, name) = symbol.split_once(' ')?;
        Some((name.to_owned(), u64::from_str_radix(address, 16).ok()?))
    };
    let symbols: HashMap<String, u64> = symbols.lines().filter_map(symbol).collect();
    names.lines().filter_map(|name| symbols.get(name).copied()).collect()
}

#[test]
fn the_linker_puts_functions_in_the_recorded_order() {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        eprintln!("the linker that comes with Rust here takes no order");
        return;
    }
    let folder = Folder::new("linker");
    let [plain, ordered, file] = ["plain", "ordered", "order"].map(|name| folder.file(name));
    let link = |program: &str, arguments: &[&str]| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions/standard.rs");
        let mut rustc = Command::new(Path::new(env!("CARGO")).with_file_name("rustc"));
        rustc.args(["--edition=2024", source, "-o", program]).args(arguments);
        let output = rustc.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.is_empty(), "{said}");
    };
    link(&plain, &[]);
    let names = order(&plain, &file, &[]);
    let argument = format!("-Clink-arg=-Wl,--symbol-ordering-file={file}");
    link(&ordered, &["-Wlinker-messages", &argument]);
    let [plain, ordered] = [plain, ordered].map(|program| addresses(&program, &names));
    assert_eq!(ordered.len(), names.lines().count(), "every name is one of the linker's");
    assert!(!plain.is_sorted() && ordered.is_sorted(), "{plain:x?}, {ordered:x?}");
    let span = |of: &[u64]| of.iter().max().unwrap() - of.iter().min().unwrap();
    assert!(span(&ordered) < span(&plain) / 2, "what a start needs lies side by side");
}
