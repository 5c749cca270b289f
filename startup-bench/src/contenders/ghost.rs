//! Ghost, the blog on Node: by npm and its own lock file, with its native modules compiled.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::install::{self, Folder};
use super::node;

/// Installed: its Node, and the folder that it is started in.
#[derive(Clone, Debug)]
pub(crate) struct Ghost {
    pub(crate) node: PathBuf,
    pub(crate) package: PathBuf,
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
    Ok(Ghost { node: node::executable(&path.join("node_modules")), package: path.join("package") })
}

fn script(folder: &Path) -> Result<()> {
    let mut command = Command::new("bash");
    install::run(command.arg("install").current_dir(folder)).context("contenders/ghost/install")
}
