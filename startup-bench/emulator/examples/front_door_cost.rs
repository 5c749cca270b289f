//! What the emulator itself costs a request: CPU time of its process, not of sandbox or client; and how
//! much of it is the front door's, as the difference to an invocation without one.
//!
//! `cargo run --release -p lambdafy-emulator --example front_door_cost` after
//! `cargo build --release -p lambdafy-emulator --examples`. It fails if a front
//! door adds more than 200 microseconds.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use lambdafy_emulator::{Emulator, FrontDoor};
use nix::time::{ClockId, clock_gettime};

const WARM_UP: &str = "200";
const REQUESTS: u32 = 2_000;

/// The least of these counts: what else runs on the machine can only add to it.
const ROUNDS: u32 = 3;
const LIMIT: Duration = Duration::from_micros(200);

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    if let (Some(address), Some(count)) = (arguments.next(), arguments.next()) {
        client(&address, count.parse()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let program = std::env::current_exe()?;
    let mut status = ExitCode::SUCCESS;
    for door in [FrontDoor::RestApi, FrontDoor::HttpApi, FrontDoor::FunctionUrl, FrontDoor::Alb] {
        let function = program.with_file_name("by_hand");
        let emulator = Emulator::builder().app(function).source(door).max_sandboxes(1).start();
        let emulator = emulator.await?;
        let send = async |count: &str| {
            let mut client = tokio::process::Command::new(&program);
            let client = client.arg(emulator.address().to_string()).arg(count);
            match client.status().await?.success() {
                true => Ok(()),
                false => Err(io::Error::other("the client failed")),
            }
        };
        send(WARM_UP).await?;
        let mut each = Duration::MAX;
        for _ in 0..ROUNDS {
            let before = cpu_time()?;
            send(&REQUESTS.to_string()).await?;
            each = each.min((cpu_time()? - before) / REQUESTS);
        }
        let added = each.saturating_sub(invocation(&emulator).await?);
        let us = |time: Duration| time.as_secs_f64() * 1e6;
        println!(
            "{door:?}: {:.0} us of CPU for each request, {:.0} of it the front door's",
            us(each),
            us(added)
        );
        if added > LIMIT {
            status = ExitCode::FAILURE;
        }
        emulator.stop().await;
    }
    Ok(status)
}

/// What an invocation costs that comes through no front door, freeze and thaw included.
async fn invocation(emulator: &Emulator) -> Result<Duration, Box<dyn std::error::Error>> {
    let mut each = Duration::MAX;
    for _ in 0..ROUNDS {
        let before = cpu_time()?;
        for _ in 0..REQUESTS {
            emulator.invoke("{}").await?;
        }
        each = each.min((cpu_time()? - before) / REQUESTS);
    }
    Ok(each)
}

/// The CPU time of this process.
fn cpu_time() -> nix::Result<Duration> {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map(Duration::from)
}

/// Sends requests, one after another on one connection.
fn client(address: &str, count: u32) -> io::Result<()> {
    let mut stream = BufReader::new(TcpStream::connect(address)?);
    stream.get_ref().set_nodelay(true)?;
    let request =
        b"GET /orders/17?limit=20 HTTP/1.1\r\nhost: localhost\r\nuser-agent: cost/1.0\r\n\
                    accept: */*\r\ncookie: session=abc; theme=dark\r\n\r\n";
    for _ in 0..count {
        stream.get_mut().write_all(request)?;
        let mut length = 0;
        let mut line = String::new();
        while stream.read_line(&mut line)? > 2 {
            let value = line.to_ascii_lowercase();
            if let Some(value) = value.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        if length == 0 {
            return Err(io::Error::other("the answer is empty"));
        }
    }
    Ok(())
}
