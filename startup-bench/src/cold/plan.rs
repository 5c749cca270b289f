//! What is measured, and in what order.

use std::path::Path;

use anyhow::{Context, Result};

use super::launch::Starting;
use super::page_cache::Cached;
use super::self_check;
use crate::answer;
use crate::cases::FIRST_REQUEST;
use crate::contenders::App;
use crate::random::Random;

/// The whole run.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) request: Request,
    pub(super) launches: Vec<Starting>,
    /// `None`: nothing is limited.
    pub(super) memory: Vec<Option<u32>>,
    /// Is the start limited too, or only the first response?
    pub(super) throttles_init: bool,
    pub(super) caches: Vec<Cached>,
    pub(super) runs: u32,
    pub(super) seed: u64,
    pub(super) counts_instructions: bool,
    pub(super) checks_itself: bool,
}

/// The first event of every sandbox.
#[derive(Debug)]
pub(super) struct Request {
    name: String,
    title: String,
    pub(super) event: Vec<u8>,
    answer: Answer,
}

/// What is known of the answer.
#[derive(Debug)]
enum Answer {
    /// That it has status 200 and this body.
    Body(Vec<u8>),
    /// That it has status 200.
    Success,
    /// Nothing.
    Anything,
}

/// One start: which launch, under which conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Its place in [`Plan::launches`].
    pub(super) launch: usize,
    pub(super) memory_mb: Option<u32>,
    pub(super) cached: Cached,
}

impl Plan {
    /// The starts of every round. The contenders of one condition follow each other, so that what is
    /// compared lies close together in time; conditions and contenders are shuffled for each round.
    pub(super) fn rounds(&self) -> Vec<Vec<Step>> {
        let mut random = Random::new(self.seed);
        (0..self.runs).map(|_| self.round(&mut random)).collect()
    }

    fn round(&self, random: &mut Random) -> Vec<Step> {
        let mut conditions: Vec<(Option<u32>, Cached)> = self
            .memory
            .iter()
            .flat_map(|&memory| self.caches.iter().map(move |&cached| (memory, cached)))
            .collect();
        random.shuffle(&mut conditions);
        let mut round = Vec::new();
        for (memory_mb, cached) in conditions {
            let mut order: Vec<usize> = (0..self.launches.len()).collect();
            random.shuffle(&mut order);
            round.extend(order.into_iter().map(|launch| Step { launch, memory_mb, cached }));
        }
        round
    }

    /// The contenders' names, in the order of tables.
    pub(super) fn names(&self) -> Vec<&str> {
        self.launches.iter().map(|launch| launch.name.as_str()).collect()
    }

    /// The name of a condition's case.
    pub(super) fn case(&self, cached: Cached) -> String {
        let mut case = self.request.name.clone();
        if cached == Cached::Cold {
            case += "-evicted";
        }
        if self.throttles_init {
            case += "-throttled-init";
        }
        case
    }

    /// The cases with titles for people.
    pub(super) fn titles(&self) -> Vec<(String, String)> {
        let title = |cached: &Cached| {
            let cache = match cached {
                Cached::Warm => "warm page cache",
                Cached::Cold => "evicted from the page cache",
            };
            let init = if self.throttles_init { ", INIT throttled" } else { "" };
            format!("{}, {cache}{init}", self.request.title)
        };
        let own = (self_check::CASE.to_owned(), "the emulator itself".to_owned());
        let cases = self.caches.iter().map(|cached| (self.case(*cached), title(cached)));
        cases.chain([own]).collect()
    }
}

impl Request {
    /// The event of a file; without one, a `GET` of what every contender has.
    ///
    /// # Errors
    /// If the file can't be read or is not JSON.
    pub(super) fn read(file: Option<&Path>, app: App) -> Result<Self> {
        let Some(path) = file else { return Self::of_app(app) };
        let event = std::fs::read(path)
            .with_context(|| format!("can't read the event {}", path.display()))?;
        serde_json::from_slice::<serde_json::Value>(&event)
            .with_context(|| format!("the event {} is not JSON", path.display()))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { title: name.clone(), name, event, answer: Answer::Anything })
    }

    fn of_app(app: App) -> Result<Self> {
        let (event, body) = FIRST_REQUEST.build()?;
        Ok(match app {
            App::Hello => Self {
                name: "hello".to_owned(),
                title: "hello app".to_owned(),
                event,
                answer: Answer::Body(body),
            },
            // A page with records of the database, whose dates are always others.
            App::Heavy => Self {
                name: "heavy".to_owned(),
                title: "heavy app".to_owned(),
                event: String::from_utf8(event)?.replace("/hello", "/notes").into_bytes(),
                answer: Answer::Success,
            },
        })
    }

    /// Is this the right answer, as far as that is known?
    pub(super) fn check(&self, payload: &[u8]) -> Result<()> {
        match &self.answer {
            Answer::Body(body) => answer::check(payload, body),
            Answer::Success => answer::check_status(payload).map(drop),
            Answer::Anything => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(seed: u64) -> Plan {
        let launch = |name: &str| Starting::of_program(name, Path::new("/bin/true"));
        Plan {
            request: Request::read(None, App::Hello).unwrap(),
            launches: ["a", "b", "c"].map(launch).into(),
            memory: vec![Some(128), Some(1_769)],
            throttles_init: false,
            caches: vec![Cached::Warm, Cached::Cold],
            runs: 50,
            seed,
            counts_instructions: false,
            checks_itself: false,
        }
    }

    #[test]
    fn the_conditions_are_in_the_name_of_the_case() {
        let mut plan = plan(1);
        assert_eq!(plan.case(Cached::Warm), "hello");
        assert_eq!(plan.case(Cached::Cold), "hello-evicted");
        plan.throttles_init = true;
        assert_eq!(plan.case(Cached::Cold), "hello-evicted-throttled-init");
    }

    #[test]
    fn every_round_starts_each_once_under_each_condition() {
        for round in plan(1).rounds() {
            assert_eq!(round.len(), 12);
            for (at, step) in round.iter().enumerate() {
                assert!(!round[..at].contains(step), "{step:?} twice");
            }
        }
    }

    #[test]
    fn contenders_of_one_condition_follow_each_other() {
        for round in plan(1).rounds() {
            for condition in round.chunks(3) {
                let same = |step: &Step| (step.memory_mb, step.cached);
                assert!(condition.iter().all(|step| same(step) == same(&condition[0])));
            }
        }
    }

    #[test]
    fn the_order_is_the_seeds_and_differs_between_rounds() {
        assert_eq!(plan(1).rounds(), plan(1).rounds());
        assert_ne!(plan(1).rounds(), plan(2).rounds());
        let first: Vec<usize> = plan(1).rounds().iter().map(|round| round[0].launch).collect();
        assert!((0..3).all(|launch| first.contains(&launch)), "{first:?}");
    }
}
