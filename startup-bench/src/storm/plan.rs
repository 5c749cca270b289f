//! What the storm is: how many sandboxes, how they live and end.

use std::time::Duration;

use lambdafy_emulator::Sandbox;

use crate::contenders::System;
use crate::random::Random;

/// The same for every contender.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) system: System,
    /// Sandboxes, one after another in so many places.
    pub(super) sandboxes: u32,
    pub(super) alive: u32,
    /// Of the server.
    pub(super) slots: u32,
    pub(super) end: End,
    /// How long a sandbox stands still between two invocations.
    pub(super) freeze: Duration,
    pub(super) restart_at: Option<Duration>,
    /// Of each invocation.
    pub(super) deadline: Duration,
    pub(super) runs: u32,
    pub(super) seed: u64,
}

/// How sandboxes end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum End {
    /// As on Lambda: the network is cut, then the processes are killed. The server hears nothing.
    Silent,
    /// The processes are killed, whereupon the kernel closes their connections.
    Kill,
    /// SIGTERM, for those that have registered an extension.
    Polite,
}

impl End {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Kill => "kill",
            Self::Polite => "polite",
        }
    }

    pub(super) fn end(self, sandbox: &Sandbox) {
        match self {
            Self::Silent => sandbox.vanish(),
            Self::Kill => sandbox.kill(),
            Self::Polite => sandbox.end(),
        }
    }
}

impl Plan {
    /// How many invocations each sandbox is to have: from one to five, three on average.
    pub(super) fn lives(&self, run: u32) -> Vec<u32> {
        let mut random = Random::new(self.seed.wrapping_add(u64::from(run)));
        let life = |_| u32::try_from(random.next() % 5).unwrap_or(2) + 1;
        (0..self.sandboxes).map(life).collect()
    }

    /// As in the rows of the JSON file.
    pub(super) fn case(&self) -> String {
        let mut name = format!("{}-{}-{}", self.system.name(), self.end.name(), self.alive);
        name += &format!("-on-{}", self.slots);
        if !self.freeze.is_zero() {
            name += &format!("-freeze-{}s", self.freeze.as_secs_f64());
        }
        if let Some(at) = self.restart_at {
            name += &format!("-restart-at-{}s", at.as_secs_f64());
        }
        name
    }

    /// For people.
    pub(super) fn title(&self) -> String {
        let server = match self.system {
            System::Mysql => "MariaDB",
            System::Postgres => "PostgreSQL",
        };
        let end = match self.end {
            End::Silent => "end silently",
            End::Kill => "are killed",
            End::Polite => "end politely",
        };
        let Self { sandboxes, alive, slots, .. } = self;
        let mut title =
            format!("{server} with {slots} slots: {sandboxes} sandboxes {end}, {alive} at a time");
        if !self.freeze.is_zero() {
            title += &format!(", frozen for {} s", self.freeze.as_secs_f64());
        }
        if let Some(at) = self.restart_at {
            title += &format!(", the server restarts after {} s", at.as_secs_f64());
        }
        title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_have_about_three_invocations_and_are_the_same_for_every_contender() {
        let plan = Plan {
            system: System::Mysql,
            sandboxes: 500,
            alive: 15,
            slots: 20,
            end: End::Silent,
            freeze: Duration::from_secs(600),
            restart_at: Some(Duration::from_millis(2_500)),
            deadline: Duration::from_secs(3),
            runs: 1,
            seed: 4,
        };
        let lives = plan.lives(0);
        assert!((1_400..1_600).contains(&lives.iter().sum::<u32>()));
        assert!(lives.iter().all(|life| (1..=5).contains(life)));
        assert_eq!(lives, plan.lives(0));
        assert_ne!(lives, plan.lives(1));
        assert_eq!(plan.case(), "mysql-silent-15-on-20-freeze-600s-restart-at-2.5s");
    }
}
