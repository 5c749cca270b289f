//! The `bootstrap` of a packaged function: has the kernel read the hot pages of the app beside it,
//! then becomes that app, with the same arguments and environment. Whatever goes wrong with the list,
//! the app starts; one line on standard error says why it started without.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use lambdafy_prefetch::{APP, LIST, List, StaleList};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let folder = folder(Path::new(&name));
    let app = folder.join(APP);
    if let Err(reason) = read_ahead(&app, &folder.join(LIST)) {
        eprintln!("prefetch: no pages are read ahead: {reason}");
    }
    let error = Command::new(&app).arg0(&name).args(arguments).exec();
    eprintln!("prefetch: {} can't be started: {error}", app.display());
    ExitCode::FAILURE
}

/// Where this program lies.
fn folder(called: &Path) -> PathBuf {
    let own = std::env::current_exe();
    let own = own.as_deref().unwrap_or(called);
    own.parent().unwrap_or(Path::new("/")).to_owned()
}

fn read_ahead(app: &Path, list: &Path) -> Result<(), String> {
    let at = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(list).map_err(|error| at(list, &error))?;
    let hot = List::parse(&text).map_err(|error| at(list, &error))?;
    let file = File::open(app).map_err(|error| at(app, &error))?;
    if !hot.is_of(&file).map_err(|error| at(app, &error))? {
        return Err(at(list, &StaleList));
    }
    hot.read_ahead(&file).map_err(|error| at(app, &error))
}
