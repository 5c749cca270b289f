//! Ends a server that outlives this process, and removes its files, even if this process was killed
//! by SIGKILL.
//!
//! A small shell process holds the read end of a pipe whose write end only this process has. When
//! the pipe ends without the word `done`, so has this process. A parent-death signal would need unsafe
//! code and end with the thread that started the server.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::Signal;

use crate::Error;

/// `$1` is the signal that ends the server at once, `$2` its directory. A server that ignores the
/// signal for five seconds is killed.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
server=
while read -r word value; do
  case $word in
    server) server=$value ;;
    done) exit ;;
  esac
done
if [ -n "$server" ] && kill -s "$1" "$server"; then
  tries=0
  while kill -s 0 "$server" && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -s KILL -- "-$server"
fi 2>/dev/null
rm -rf -- "$2"
# What was preparing the directory may have gone on for a moment.
sleep 1
rm -rf -- "$2"
"#;

/// The guard of one server and its directory. Dropping it ends the guard and nothing else.
#[derive(Debug)]
pub(crate) struct Guard(Child);

impl Guard {
    /// Guards a directory, and later the server in it.
    pub(crate) fn new(ends_by: Signal, directory: &Path) -> Result<Self, Error> {
        // The shell's `kill` knows them without the prefix.
        let ends_by = ends_by.as_str().trim_start_matches("SIG");
        Command::new("/bin/sh")
            .args(["-c", SCRIPT, "lambdafy-backends-guard", ends_by])
            .arg(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in a terminal is not meant for it.
            .process_group(0)
            .spawn()
            .map(Self)
            .map_err(Error::io("can't start /bin/sh"))
    }

    /// From now on the guard ends this server too.
    pub(crate) fn add(&mut self, server: u32) -> Result<(), Error> {
        self.tell(&format!("server {server}\n")).map_err(Error::io("can't reach the guard process"))
    }

    fn tell(&mut self, line: &str) -> std::io::Result<()> {
        match &mut self.0.stdin {
            Some(pipe) => pipe.write_all(line.as_bytes()),
            None => Ok(()),
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // It may be gone already, and then it guards nothing.
        let _ = self.tell("done\n");
        let _ = self.0.wait();
    }
}
