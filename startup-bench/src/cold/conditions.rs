//! Under which conditions functions are started, and how often: options of `cold` and `profile`.

use super::page_cache::{Cached, PageCache};
use crate::program;

/// The options.
#[derive(Debug, clap::Args)]
pub(crate) struct Conditions {
    /// Memory sizes in MB, which decide the CPU share as on Lambda, such as 128,512,1769.
    /// [default: no limit, as Lambda's own INIT has none on CPU]
    #[arg(long, value_name = "MB", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(128..=10_240))]
    memory: Vec<u32>,
    /// Also limits the start to the CPU share of the memory size, which Lambda doesn't.
    #[arg(long, requires = "memory")]
    pub(crate) throttle_init: bool,
    /// Is the program in the page cache, or has the disk to be read?
    #[arg(long, value_enum, default_value = "warm")]
    cache: PageCache,
    /// How often each is started.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    runs: u32,
    /// A first look: six runs, the fewest that have a 95 % interval.
    #[arg(long, conflicts_with = "runs")]
    quick: bool,
    /// An environment variable of the function; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = program::variable)]
    pub(crate) env: Vec<(String, String)>,
}

/// The fewest measurements whose extremes are a 95 % interval of their median.
const QUICK: u32 = 6;

impl Conditions {
    /// How often each is started.
    pub(crate) fn runs(&self) -> u32 {
        if self.quick { QUICK } else { self.runs }
    }

    /// The memory sizes; `None` limits nothing.
    pub(crate) fn sizes(&self) -> Vec<Option<u32>> {
        match &self.memory[..] {
            [] => vec![None],
            sizes => sizes.iter().copied().map(Some).collect(),
        }
    }

    /// The states of the page cache.
    pub(crate) fn caches(&self) -> Vec<Cached> {
        self.cache.each()
    }
}
