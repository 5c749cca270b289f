//! The histogram of cold starts: durations in bins of a round width.

use std::time::Duration;

/// How many bins there are at most.
const MOST: u32 = 24;

/// How many durations are of this length.
#[derive(Debug, PartialEq)]
pub(super) struct Bin {
    pub(super) from: Duration,
    pub(super) to: Duration,
    pub(super) count: u64,
}

/// Puts durations into bins from the shortest to the longest, empty ones between them included.
pub(super) fn bins<'a>(durations: impl Iterator<Item = &'a Duration> + Clone) -> Vec<Bin> {
    let (Some(&shortest), Some(&longest)) = (durations.clone().min(), durations.clone().max())
    else {
        return Vec::new();
    };
    let width = width(longest.saturating_sub(shortest));
    let index = |duration: Duration| duration.as_nanos() / width.as_nanos();
    let first = index(shortest);
    let mut bins: Vec<Bin> = (0..MOST + 1)
        .map(|bin| (first, bin))
        .take_while(|(first, bin)| first + u128::from(*bin) <= index(longest))
        .map(|(first, bin)| {
            let from = times(width, first) + width * bin;
            Bin { from, to: from + width, count: 0 }
        })
        .collect();
    for duration in durations {
        let at = usize::try_from(index(*duration) - first).unwrap_or(usize::MAX);
        if let Some(bin) = bins.get_mut(at) {
            bin.count += 1;
        }
    }
    bins
}

/// The smallest of 0.1, 0.2, 0.5, 1, 2, 5, ... ms that needs no more than `MOST` bins.
fn width(range: Duration) -> Duration {
    let mut width = Duration::from_micros(100);
    for factor in [2.0, 2.5, 2.0].into_iter().cycle() {
        if width * MOST >= range {
            break;
        }
        width = width.mul_f64(factor);
    }
    width
}

fn times(width: Duration, factor: u128) -> Duration {
    width.saturating_mul(u32::try_from(factor).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ms: &[f64]) -> Vec<(f64, f64, u64)> {
        let durations: Vec<_> = ms.iter().map(|ms| Duration::from_secs_f64(ms / 1000.0)).collect();
        let ms = |duration: Duration| (duration.as_secs_f64() * 1e4).round() / 10.0;
        bins(durations.iter()).iter().map(|bin| (ms(bin.from), ms(bin.to), bin.count)).collect()
    }

    #[test]
    fn bins_have_round_limits_and_empty_ones_between() {
        assert_eq!(of(&[]), []);
        assert_eq!(of(&[11.23]), [(11.2, 11.3, 1)]);
        let two = of(&[10.1, 30.0, 12.9, 13.0]);
        assert_eq!(two.first(), Some(&(10.0, 11.0, 1)));
        assert_eq!(two[2..4], [(12.0, 13.0, 1), (13.0, 14.0, 1)]);
        assert_eq!(two.last(), Some(&(30.0, 31.0, 1)));
    }

    #[test]
    fn however_far_apart_every_duration_is_in_one_of_a_few_bins() {
        for longest in [0.2, 3.0, 47.0, 999.9, 10_000.0, 900_000.0] {
            let bins = of(&[0.1, longest / 2.0, longest]);
            assert!(bins.len() <= 25, "{longest}: {}", bins.len());
            assert_eq!(bins.iter().map(|bin| bin.2).sum::<u64>(), 3, "{longest}");
        }
    }
}
