//! Outliers by the modified z-score of Iglewicz and Hoaglin (1993), which itself is not moved by them.

use super::Samples;

/// From this score on a measurement counts as an outlier: the authors' advice.
const LIMIT: f64 = 3.5;

/// The normal distribution's third quartile: makes the median deviation comparable to a standard one.
const OF_MEDIAN_DEVIATION: f64 = 0.674_489_750_196_082;

/// The same for the mean deviation: the square root of 2 / pi.
const OF_MEAN_DEVIATION: f64 = 0.797_884_560_802_865_4;

/// A measurement that lies far from the rest. It still counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outlier {
    /// Its place in the order in which they were taken, from 0.
    pub(crate) at: usize,
    pub(crate) value: f64,
}

pub(super) fn find(values: &[f64], median: f64) -> Vec<Outlier> {
    let is_far = |value: f64| score(value, values, median).abs() > LIMIT;
    let outliers = values.iter().enumerate().filter(|&(_, &value)| is_far(value));
    outliers.map(|(at, &value)| Outlier { at, value }).collect()
}

/// How many "standard deviations" a value lies from the median.
fn score(value: f64, values: &[f64], median: f64) -> f64 {
    let deviations: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
    let typical = Samples::collect(deviations.iter().copied()).map_or(0.0, |all| all.median());
    let (scale, deviation) = if typical > 0.0 {
        (OF_MEDIAN_DEVIATION, typical)
    } else {
        // More than a half are equal, as with counts.
        #[allow(clippy::cast_precision_loss, reason = "runs are counted in thousands at most")]
        let mean = deviations.iter().sum::<f64>() / deviations.len() as f64;
        (OF_MEAN_DEVIATION, mean)
    };
    if deviation > 0.0 { scale * (value - median) / deviation } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(values: &[f64], median: f64) -> Vec<usize> {
        find(values, median).iter().map(|outlier| outlier.at).collect()
    }

    /// Reckoned by hand: the median is 2.45, the deviations' median 0.15, so the score of 8.2 is
    /// 0.6745 * 5.75 / 0.15. The usual score, with mean and standard deviation, is 1.9 for both.
    #[test]
    fn two_outliers_do_not_hide_each_other() {
        let values = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3];
        assert!((score(8.2, &values, 2.45) - 25.855).abs() < 0.001);
        assert_eq!(at(&values, 2.45), [8, 9]);
    }

    #[test]
    fn equal_values_have_no_outliers() {
        assert!(at(&[3.0; 8], 3.0).is_empty());
    }

    #[test]
    fn a_count_that_is_nearly_always_the_same_can_have_one() {
        assert_eq!(at(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 9.0], 1.0), [7]);
    }

    #[test]
    fn what_is_only_spread_out_is_no_outlier() {
        assert!(at(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 4.0).is_empty());
    }
}
