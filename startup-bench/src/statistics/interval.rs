//! The interval of a median that assumes no distribution, by the binomial distribution: each
//! measurement is below the true median with a probability of one half.

/// The most that the interval may miss, on both sides together.
const MISS: f64 = 0.05;

/// Beyond this the binomial's terms underflow, and its normal approximation is exact to the index.
const EXACT: usize = 1_000;

/// How many of the smallest and of the largest measurements lie outside of the interval.
pub(super) fn cut(runs: usize) -> usize {
    if runs > EXACT { approximate(runs) } else { exact(runs) }
}

/// The largest count of which `P(at most so many of all are below the median)` is at most half of
/// `MISS`.
#[allow(clippy::cast_precision_loss, reason = "at most a thousand runs")]
fn exact(runs: usize) -> usize {
    let mut term = 0.5_f64.powf(runs as f64);
    let mut tail = term;
    let mut cut = 0;
    loop {
        term *= (runs - cut) as f64 / (cut + 1) as f64;
        tail += term;
        if tail > MISS / 2.0 {
            return cut;
        }
        cut += 1;
    }
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index into thousands of runs"
)]
fn approximate(runs: usize) -> usize {
    let runs = runs as f64;
    // One less than the rank at which the interval begins.
    ((runs - 1.959_964 * runs.sqrt()) / 2.0).floor() as usize - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nair's table (1940), 95 %: the interval begins at this measurement, counted from 1.
    #[test]
    fn ranks_are_those_of_the_published_table() {
        for (runs, rank) in [
            (6, 1),
            (8, 1),
            (9, 2),
            (10, 2),
            (11, 2),
            (12, 3),
            (15, 4),
            (17, 5),
            (20, 6),
            (25, 8),
            (30, 10),
            (40, 14),
            (50, 18),
            (65, 25),
        ] {
            assert_eq!(cut(runs) + 1, rank, "of {runs}");
        }
    }

    #[test]
    fn few_measurements_have_their_extremes_only() {
        for runs in 1..=5 {
            assert_eq!(cut(runs), 0, "of {runs}");
        }
    }

    #[test]
    fn the_approximation_goes_on_where_counting_ends() {
        assert!(exact(EXACT).abs_diff(approximate(EXACT)) <= 1);
        assert!(approximate(EXACT + 1) >= exact(EXACT) - 1);
    }
}
