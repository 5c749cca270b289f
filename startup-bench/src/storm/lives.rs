//! The sandboxes of one contender: so many at a time, each with its invocations and its end.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use lambdafy_emulator::{EmulatorBuilder, Feature, Function, Invoked};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::ledger::{Entry, Ledger};
use super::plan::Plan;
use crate::one_sandbox::OneSandbox;

/// How long a sandbox may work after its answer before it is taken as it is.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// How long a start may take while all of them start at once on a small machine.
const INIT: Duration = Duration::from_secs(60);

/// A place for one sandbox at a time, so that nobody else invokes the one that is about to end.
pub(super) struct Place(OneSandbox);

/// What all places have in common.
pub(super) struct Lives<'a> {
    plan: &'a Plan,
    /// How many invocations each sandbox is to have.
    lives: Vec<u32>,
    begun: AtomicUsize,
    ended: AtomicUsize,
    number: AtomicU64,
    ledger: Mutex<Ledger>,
    /// Is told how many sandboxes have ended.
    progress: Box<dyn Fn(usize) + 'a>,
}

impl Place {
    /// Opens one, without a process yet.
    pub(super) async fn open(builder: EmulatorBuilder, plan: &Plan) -> Result<Self> {
        let function = Function::new("storm").timeout(plan.deadline);
        let builder = builder.function(function).init_timeout(INIT);
        Ok(Self(OneSandbox::open(builder).await?))
    }

    /// What of networks that can be cut this machine can't do.
    pub(super) fn lacks(&self) -> Option<String> {
        self.0.lacks(&[Feature::Network]).pop()
    }

    /// The process id of its sandbox.
    pub(super) fn process(&self) -> Option<u32> {
        self.0.sandbox().map(|sandbox| sandbox.pid())
    }

    /// Waits until the sandbox stands still; false if it has ended instead, or works on.
    async fn comes_to_rest(&self) -> bool {
        let ended = async {
            if let Some(sandbox) = self.0.sandbox() {
                sandbox.ended().await;
            }
        };
        tokio::select! {
            biased;
            () = self.0.rests() => true,
            () = ended => false,
            () = tokio::time::sleep(AFTERWARDS) => false,
        }
    }
}

impl<'a> Lives<'a> {
    pub(super) fn new(plan: &'a Plan, run: u32, progress: impl Fn(usize) + 'a) -> Self {
        Self {
            plan,
            lives: plan.lives(run),
            begun: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
            number: AtomicU64::new(1),
            ledger: Mutex::default(),
            progress: Box::new(progress),
        }
    }

    /// Lives them all.
    ///
    /// # Errors
    /// If an emulator refuses to work; a function that fails is in the ledger.
    pub(super) async fn run(self, places: &[Place]) -> Result<Ledger> {
        futures_util::future::try_join_all(places.iter().map(|place| self.in_place(place))).await?;
        Ok(self.ledger.into_inner())
    }

    async fn in_place(&self, place: &Place) -> Result<()> {
        loop {
            let begun = self.begun.fetch_add(1, Ordering::Relaxed);
            let Some(&invocations) = self.lives.get(begun) else { return Ok(()) };
            self.life(place, invocations).await?;
            (self.progress)(self.ended.fetch_add(1, Ordering::Relaxed) + 1);
        }
    }

    /// One sandbox's. It ends early if the platform ends it, as after a timeout.
    async fn life(&self, place: &Place, invocations: u32) -> Result<()> {
        for invocation in 0..invocations {
            if invocation > 0 {
                tokio::time::sleep(self.plan.freeze).await;
            }
            self.invoke(place).await?;
            if place.0.sandbox().is_none() {
                break;
            }
        }
        if let Some(sandbox) = place.0.sandbox() {
            self.plan.end.end(&sandbox);
            sandbox.ended().await;
        }
        Ok(())
    }

    async fn invoke(&self, place: &Place) -> Result<()> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let invoked = place.0.invoke(event(number)).await.context("an invocation")?;
        let answered = Instant::now();
        let failure = failure(&invoked);
        let after_us = place.comes_to_rest().await.then(|| micros(answered.elapsed()));
        let latency_us = micros(invoked.duration);
        self.ledger.lock().await.add(Entry { number, latency_us, after_us, failure });
        Ok(())
    }
}

/// An HTTP API's `POST /{number}`.
fn event(number: u64) -> String {
    let path = format!("/{number}");
    json!({
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "example.com"},
        "requestContext": {"http": {"method": "POST", "path": path, "sourceIp": "192.0.2.1"}},
        "isBase64Encoded": false,
    })
    .to_string()
}

/// Why an invocation has failed.
fn failure(invoked: &Invoked) -> Option<String> {
    if let Some(error) = &invoked.error {
        return Some(error.to_string());
    }
    let answer: Value = serde_json::from_slice(&invoked.payload).unwrap_or_default();
    match &answer["statusCode"] {
        status if status == 200 => None,
        status => Some(format!("{status}: {}", answer["body"].as_str().unwrap_or_default())),
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
