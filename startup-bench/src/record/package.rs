//! The package: a bootstrap that reads ahead, the app, and the list of its hot pages.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use lambdafy_prefetch::{APP, BOOTSTRAP, LIST, List};

use super::bootstrap;

/// Writes the package. The app may be its own bootstrap from before, or the app of an older package.
///
/// # Errors
/// If the bootstrap can't be built, or a file can't be written.
pub(super) fn write(folder: &Path, app: &Path, list: &List) -> Result<()> {
    let bootstrap = bootstrap::build(&std::fs::read(app).with_context(|| at(app))?)?;
    std::fs::create_dir_all(folder).with_context(|| at(folder))?;
    let target = folder.join(APP);
    // The bootstrap last: until then the folder is what it was.
    if !is_same(app, &target) {
        copy(app, &target)?;
    }
    put(list.to_string().as_bytes(), &folder.join(LIST), 0o644)?;
    copy(&bootstrap, &folder.join(BOOTSTRAP))
}

fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().is_some_and(|one| other.canonicalize().ok() == Some(one))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    put(&std::fs::read(from).with_context(|| at(from))?, to, 0o755)
}

/// Writes a file whole: one that runs can't be changed, only replaced.
fn put(bytes: &[u8], path: &Path, mode: u32) -> Result<()> {
    let part = path.with_extension(format!("{}.part", std::process::id()));
    let written = std::fs::write(&part, bytes)
        .and_then(|()| std::fs::set_permissions(&part, std::fs::Permissions::from_mode(mode)))
        .and_then(|()| std::fs::rename(&part, path));
    written.with_context(|| at(path))
}

fn at(path: &Path) -> String {
    format!("the package: {}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_file_is_replaced_whole_and_keeps_its_mode() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.write("app.hot", b"before").unwrap();
        put(b"after", &path, 0o755).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"after");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o755);
        assert!(is_same(&path, &scratch.path("./app.hot")));
        assert!(!is_same(&path, &scratch.path("other")));
        let said = put(b"x", &scratch.path("none/app"), 0o644).unwrap_err().to_string();
        assert!(said.starts_with("the package: ") && said.ends_with("none/app"), "{said}");
    }
}
