//! What is measured, and in what order.

use super::launch::Starting;
use super::page_cache::Cached;
use super::request::Request;
use super::self_check;
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
        self.request.case(cached, self.throttles_init)
    }

    /// The cases with titles for people.
    pub(super) fn titles(&self) -> Vec<(String, String)> {
        let title = |cached: &Cached| self.request.title(*cached, self.throttles_init);
        let own = (self_check::CASE.to_owned(), "the emulator itself".to_owned());
        let cases = self.caches.iter().map(|cached| (self.case(*cached), title(cached)));
        cases.chain([own]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contenders::App;

    fn plan(seed: u64) -> Plan {
        let launch = |name: &str| Starting::of_program(name.to_owned(), "/bin/true".into());
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
