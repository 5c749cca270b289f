//! The account that a server runs under. PostgreSQL refuses root, and a server needs no more rights
//! than its own files.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Gid, Uid, User};

use crate::Error;

/// This process's own account, or an unprivileged one where this process is root's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account(Option<(Uid, Gid)>);

impl Account {
    /// The first of these accounts that the machine has, `nobody` being the last resort.
    pub(crate) fn unprivileged(preferred: &str) -> Result<Self, Error> {
        if !Uid::effective().is_root() {
            return Ok(Self(None));
        }
        for name in [preferred, "nobody"] {
            let user = User::from_name(name)
                .map_err(|errno| Error::io("can't read the accounts")(errno.into()))?;
            if let Some(user) = user {
                return Ok(Self(Some((user.uid, user.gid))));
            }
        }
        Err(Error::Failed {
            program: "looking for an account that is not root's".into(),
            output: format!("there is neither {preferred} nor nobody"),
        })
    }

    /// Lets the command run under it, without other groups.
    pub(crate) fn put_on(self, command: &mut Command) {
        if let Self(Some((user, group))) = self {
            command.uid(user.as_raw()).gid(group.as_raw());
        }
    }

    /// Gives it a file or directory.
    pub(crate) fn own(self, path: &Path) -> Result<(), Error> {
        let Self(Some((user, group))) = self else { return Ok(()) };
        chown(path, Some(user.as_raw()), Some(group.as_raw()))
            .map_err(Error::io(format!("can't give {} away", path.display())))
    }
}
