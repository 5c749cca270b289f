//! What the heavy app needs around it: a program of this workspace, built and started on demand.

use std::io::{BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::contenders;

/// PostgreSQL, S3 and keys. Dropping it ends them.
#[derive(Debug)]
pub(crate) struct Surroundings {
    program: Child,
    certificates: PathBuf,
    /// The environment variables by which the app finds them.
    pub(crate) environment: Vec<(String, String)>,
}

/// How far the servers are.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Distances {
    /// The heavy app's round-trip time to PostgreSQL in milliseconds, as within an availability zone.
    #[arg(long, value_name = "MS", default_value_t = 1.0)]
    database_rtt: f64,
    /// Its round-trip time to S3 in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 2.0)]
    s3_rtt: f64,
    /// Its round-trip time to the keys of the identity provider in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 2.0)]
    keys_rtt: f64,
    /// The address that these servers listen on, such as one that sandboxes reach.
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    servers_address: IpAddr,
}

impl Distances {
    /// The round-trip times, for a report.
    pub(crate) fn facts(self) -> Value {
        let Self { database_rtt, s3_rtt, keys_rtt, .. } = self;
        json!({"database": database_rtt, "s3": s3_rtt, "keys": keys_rtt})
    }
}

impl Surroundings {
    /// Starts them and waits until they answer. The app still has to migrate its database: the first
    /// start of a run takes longer and is not to be measured.
    ///
    /// # Errors
    /// If the program does not build, or PostgreSQL is not installed.
    pub(crate) fn start(distances: Distances) -> Result<Self> {
        let certificates = certificates()?;
        let mut program = Command::new(build()?)
            .arg("--certificates")
            .arg(&certificates)
            .arg(format!("--address={}", distances.servers_address))
            .arg(format!("--database-rtt={}", distances.database_rtt))
            .arg(format!("--s3-rtt={}", distances.s3_rtt))
            .arg(format!("--keys-rtt={}", distances.keys_rtt))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("can't start the surroundings")?;
        let lines = program.stdout.take().map(|stdout| BufReader::new(stdout).lines());
        let lines = lines.into_iter().flatten().map_while(Result::ok);
        let environment: Vec<_> = lines
            .take_while(|line| !line.is_empty())
            .filter_map(|line| {
                line.split_once('=').map(|(name, value)| (name.into(), value.into()))
            })
            .collect();
        let surroundings = Self { program, certificates, environment };
        ensure!(
            !surroundings.environment.is_empty(),
            "the surroundings of the heavy app did not start"
        );
        Ok(surroundings)
    }
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        // The end of its stdin ends it.
        drop(self.program.stdin.take());
        let _ = self.program.wait();
        let _ = std::fs::remove_dir_all(&self.certificates);
    }
}

fn build() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    contenders::executable(root, "surroundings", &["--release", "--package", "surroundings"])
        .context("building the surroundings of the heavy app")
}

/// A folder for this process's certificates, not in `/tmp`, which sandboxes may have one of their own
/// of. Those of processes that were killed go.
fn certificates() -> Result<PathBuf> {
    let folder = contenders::workspace().join("target/certificates");
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let owner = Path::new("/proc").join(entry.file_name());
        if Path::new("/proc/self").exists() && !owner.exists() {
            // Somebody else may remove it at the same time.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    let own = folder.join(std::process::id().to_string());
    std::fs::create_dir_all(&own).with_context(|| format!("can't make {}", own.display()))?;
    Ok(own)
}
