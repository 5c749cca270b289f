//! How much later a sandbox is up than a process that is only spawned: from the moment at which it
//! is wanted to its first `next`, in turn.
//!
//! `cargo run --release -p lambdafy-emulator --example start_cost` after
//! `cargo build --release -p lambdafy-emulator --examples`. It fails above 15 milliseconds.

use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use lambdafy_emulator::{Emulator, RuntimeApi};
use tokio::process::Command;

const ROUNDS: usize = 51;
const LIMIT: Duration = Duration::from_millis(15);

/// Between two starts: they are not in a row, so that places are ready as they mostly are.
const PAUSE: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let function = std::env::current_exe()?.with_file_name("by_hand");
    let plain = Emulator::builder().app(&function).start().await?;
    let networked = Emulator::builder().app(&function).own_network(true).start().await?;
    let (mut spawned, mut plainly, mut in_network) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        tokio::time::sleep(PAUSE).await;
        spawned.push(bare(&function).await?);
        tokio::time::sleep(PAUSE).await;
        plainly.push(in_sandbox(&plain).await?);
        tokio::time::sleep(PAUSE).await;
        in_network.push(in_sandbox(&networked).await?);
    }
    let bare = median(spawned);
    println!("spawned: {:.2} ms", ms(bare));
    let mut status = ExitCode::SUCCESS;
    for (name, times) in [("sandbox", plainly), ("sandbox with its own network", in_network)] {
        let later = median(times).saturating_sub(bare);
        println!("{name}: {:.2} ms later", ms(later));
        if later > LIMIT {
            status = ExitCode::FAILURE;
        }
    }
    for limit in networked.limits() {
        println!("not as on Lambda on this machine: {limit}");
    }
    plain.stop().await;
    networked.stop().await;
    Ok(status)
}

/// From fork to the first `next`.
async fn bare(function: &Path) -> Result<Duration, Box<dyn std::error::Error>> {
    let api = RuntimeApi::start().await?;
    let started = Instant::now();
    let mut command = Command::new(function);
    command.envs(api.environment()).stdout(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn()?;
    api.ready().await?;
    let time = api.first_next().map(|next| next.duration_since(started));
    child.kill().await?;
    time.ok_or_else(|| "it asked for no event".into())
}

/// From the wish to the first `next`.
async fn in_sandbox(emulator: &Emulator) -> Result<Duration, Box<dyn std::error::Error>> {
    let wanted = Instant::now();
    emulator.invoke("{}").await?;
    let sandbox = emulator.sandboxes().pop().ok_or("it has ended")?;
    sandbox.kill();
    sandbox.ended().await;
    let init = sandbox.init_duration().ok_or("it asked for no event")?;
    Ok(sandbox.started_at().duration_since(wanted) + init)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
