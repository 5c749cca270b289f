//! The switch, in a network namespace of its own.

use std::fs::{self, File};
use std::io;
use std::sync::mpsc;
use std::thread;

use super::{disable_ipv6, ip, mac, namespace, path_of};

type Job = Box<dyn FnOnce() + Send>;

/// The thread in the switch's namespace, which ends with this, and so do all cables.
#[derive(Debug)]
pub(super) struct Switch {
    network: u8,
    jobs: mpsc::Sender<Job>,
}

impl Switch {
    /// Makes it, with a port to the namespace `here`.
    pub(super) fn new(network: u8, here: &File) -> io::Result<Self> {
        let here = here.try_clone()?;
        let (jobs, work) = mpsc::channel::<Job>();
        let (made, making) = mpsc::sync_channel(1);
        thread::Builder::new().name("sandbox-switch".to_owned()).spawn(move || {
            let set_up = set_up(network, &here);
            drop(here);
            let is_up = set_up.is_ok();
            // Whoever made it waits.
            drop(made.send(set_up));
            while is_up && let Ok(job) = work.recv() {
                job();
            }
        })?;
        making.recv().map_err(|_| gone())??;
        Ok(Self { network, jobs })
    }

    /// A port for a sandbox, with a cable whose other end is the device `eth0` in its namespace;
    /// gives what isolates it, or none if another sandbox has the number.
    pub(super) fn plug(&self, number: u16, inside: &File) -> io::Result<Option<File>> {
        let inside = inside.try_clone()?;
        let network = self.network;
        self.run(move || {
            let (mac, inside) = (mac(network, number), path_of(&inside));
            let port = format!("/sys/class/net/p{number}");
            if fs::exists(&port)? {
                return Ok(None);
            }
            ip(&format!(
                "link add p{number} master switch up type veth peer name eth0 address {mac} netns {inside}\n"
            ))?;
            File::options().write(true).open(format!("{port}/brport/isolated")).map(Some)
        })?
    }

    fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
        let (done, doing) = mpsc::sync_channel(1);
        let job = move || drop(done.send(job()));
        self.jobs.send(Box::new(job)).map_err(|_| gone())?;
        doing.recv().map_err(|_| gone())
    }
}

fn set_up(network: u8, here: &File) -> io::Result<()> {
    namespace::leave_network()?;
    namespace::leave_mounts()?;
    namespace::mount_devices()?;
    disable_ipv6("default");
    let (device, mac, here) = (super::device(network), mac(network, 0), path_of(here));
    ip(&format!(
        "link add switch type bridge\n\
         link set switch up\n\
         link add p0 master switch up type veth peer name {device} address {mac} netns {here}\n\
         link set p0 type bridge_slave isolated on\n"
    ))
}

fn gone() -> io::Error {
    io::Error::other("the thread of the switch has ended")
}
