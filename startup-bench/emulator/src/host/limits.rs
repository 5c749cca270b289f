//! Where sandboxes on this machine are not as on Lambda.

use std::fmt;

use super::Host;
use super::cgroup::Controller;

/// Something that this machine can't do as Lambda does, and what is done instead.
///
/// [`Emulator::limits`](crate::Emulator::limits) lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// What it is about.
    pub feature: Feature,
    /// What is done instead, and why, in one line.
    pub text: String,
}

/// What of a sandbox depends on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feature {
    /// Standing still between invocations.
    Freeze,
    /// The share of CPUs that comes with the memory size.
    Cpu,
    /// The CPU time that a sandbox used.
    CpuTime,
    /// The limit on memory, and the most that was used.
    Memory,
    /// A `/tmp` that nobody else sees.
    Tmp,
    /// A network that can be cut off, so that nobody is told of an end. Only said where the
    /// emulator is to have it.
    Network,
}

impl Host {
    /// What this machine can't do; of networks only if they are wanted.
    pub(crate) fn limits(&self, wants_network: bool) -> Vec<Limit> {
        let lacks = |controller, feature, instead: &str| {
            let why = self.cgroups.lacks(controller)?;
            Some(Limit { feature, text: format!("{instead} (cgroup: {why})") })
        };
        let no_network = wants_network.then(|| self.network().err()).flatten();
        let no_tmp = self.folder.as_ref().err().or(self.mounts.as_ref().err());
        [
            lacks(
                Controller::Freezer,
                Feature::Freeze,
                "sandboxes are frozen by SIGSTOP: what leaves its process group goes on",
            ),
            lacks(Controller::Cpu, Feature::Cpu, "sandboxes have all CPUs, whatever their memory"),
            lacks(
                Controller::CpuTime,
                Feature::CpuTime,
                "CPU time is that of the function's own process, in steps of the clock tick",
            ),
            lacks(
                Controller::Memory,
                Feature::Memory,
                "memory is not limited; what is reported is the function's own process's",
            ),
            no_tmp.map(|why| Limit {
                feature: Feature::Tmp,
                text: format!(
                    "/tmp is the machine's own; sandboxes find their folder in TMPDIR (mounts: {why})"
                ),
            }),
            no_network.map(|why| Limit {
                feature: Feature::Network,
                text: format!(
                    "sandboxes have this machine's network: only connections to what they are to \
                     reach end silently, by relays (network namespaces: {why})"
                ),
            }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
