//! Ghost, the blog on Node: by npm and its own lock file, with its native modules compiled.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::install::{self, Folder};
use super::node;

/// Installed: its Node, the folder that it is started in, and the versions of both.
#[derive(Clone, Debug)]
pub(crate) struct Ghost {
    pub(crate) node: PathBuf,
    pub(crate) package: PathBuf,
    pub(crate) version: String,
    pub(crate) node_version: String,
}

/// What its native modules compile with, and Debian's package of it.
const COMPILERS: [(&str, &str); 3] = [("c++", "g++"), ("make", "make"), ("python3", "python3")];

/// Installs it, unless that was done.
///
/// # Errors
/// If a program is missing, or npm's registry can't be reached.
pub(crate) fn ghost() -> Result<Ghost> {
    install::need("npm", "npm")?;
    let folder = Folder::new("ghost");
    folder.install(&["package.json", "package-lock.json", "install"], |path| {
        for (program, package) in COMPILERS {
            install::need(program, package)?;
        }
        eprintln!("compiling the native modules of Ghost: about 5 minutes");
        script(path)
    })?;
    let path = folder.path();
    let (node, package) = (node::executable(&path.join("node_modules")), path.join("package"));
    let version = version(&package.join("package.json"))?;
    let node_version = printed(Command::new(&node).arg("--version")).context("Ghost's Node")?;
    let node_version = node_version.trim_start_matches('v').to_owned();
    Ok(Ghost { node, package, version, node_version })
}

/// What an installed package says of itself.
fn version(file: &Path) -> Result<String> {
    let context = || format!("the version in {}", file.display());
    let text = std::fs::read_to_string(file).with_context(context)?;
    let package: Value = serde_json::from_str(&text).with_context(context)?;
    package["version"].as_str().map(str::to_owned).with_context(context)
}

fn printed(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().context("it can't be started")?;
    ensure!(output.status.success(), "{}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn script(folder: &Path) -> Result<()> {
    let mut command = Command::new("bash");
    install::run(command.arg("install").current_dir(folder)).context("contenders/ghost/install")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_version_is_what_the_installed_package_says() {
        let scratch = Scratch::new().unwrap();
        let file = scratch.write("package.json", br#"{"version": "6.66.1"}"#).unwrap();
        assert_eq!(version(&file).unwrap(), "6.66.1");
        let none = scratch.write("none.json", b"{}").unwrap();
        assert!(version(&none).unwrap_err().to_string().contains("none.json"));
    }
}
