//! What a handful of measurements says: medians with intervals, outliers, ratios of pairs.
//!
//! Start-up times have a long tail and no known distribution. So nothing here assumes one: no mean, no
//! standard deviation, intervals by counting only.

mod interval;
mod outliers;

pub(crate) use outliers::Outlier;

/// One or more measurements of the same thing, in the order in which they were taken.
#[derive(Clone, Debug)]
pub(crate) struct Samples {
    taken: Vec<f64>,
    sorted: Vec<f64>,
}

impl Samples {
    /// At least one measurement.
    pub(crate) fn new(first: f64, others: impl IntoIterator<Item = f64>) -> Self {
        let taken: Vec<f64> = std::iter::once(first).chain(others).collect();
        let mut sorted = taken.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        Self { taken, sorted }
    }

    /// `None` when there are none.
    pub(crate) fn collect(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values = values.into_iter();
        Some(Self::new(values.next()?, values))
    }

    /// In the order in which they were taken.
    pub(crate) fn taken(&self) -> &[f64] {
        &self.taken
    }

    pub(crate) fn runs(&self) -> usize {
        self.taken.len()
    }

    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    pub(crate) fn min(&self) -> f64 {
        self.sorted[0]
    }

    pub(crate) fn max(&self) -> f64 {
        self.sorted[self.sorted.len() - 1]
    }

    /// The first and the third quartile: a half of the measurements lies between them.
    pub(crate) fn quartiles(&self) -> (f64, f64) {
        (self.quantile(0.25), self.quantile(0.75))
    }

    /// An interval that holds the true median with a probability of at least 95 %, whatever the
    /// distribution; of fewer than six measurements the extremes, which hold it less surely.
    pub(crate) fn interval(&self) -> (f64, f64) {
        let last = self.sorted.len() - 1;
        let cut = interval::cut(self.sorted.len());
        (self.sorted[cut], self.sorted[last - cut])
    }

    /// Those that lie too far from the rest to be chance.
    pub(crate) fn outliers(&self) -> Vec<Outlier> {
        outliers::find(&self.taken, self.median())
    }

    /// This measurement to another of the same round, round by round. The ratio's interval is that
    /// of the sign test; a drift that hits a whole round drops out. `None` where the other is zero.
    pub(crate) fn ratio_to(&self, other: &Self) -> Option<Self> {
        let pairs = self.taken.iter().zip(&other.taken);
        let ratios: Vec<f64> = pairs.map(|(own, other)| own / other).collect();
        ratios.iter().all(|ratio| ratio.is_finite()).then(|| Self::collect(ratios))?
    }

    /// This measurement less another of the same round, round by round.
    pub(crate) fn difference_to(&self, other: &Self) -> Option<Self> {
        Self::collect(self.taken.iter().zip(&other.taken).map(|(own, other)| own - other))
    }

    /// What this share of the measurements does not exceed, by linear interpolation between the two
    /// nearest.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "runs are counted in thousands at most")]
        let place = share * (self.sorted.len() - 1) as f64;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index into the samples"
        )]
        let below = place.floor() as usize;
        let above = (below + 1).min(self.sorted.len() - 1);
        self.sorted[below] + (self.sorted[above] - self.sorted[below]) * place.fract()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64]) -> Samples {
        Samples::collect(values.iter().copied()).unwrap()
    }

    #[test]
    fn samples_come_in_any_order() {
        let samples = samples(&[4.0, 1.0, 2.0, 3.0]);
        assert_eq!((samples.min(), samples.median(), samples.max()), (1.0, 2.5, 4.0));
        assert_eq!(samples.quartiles(), (1.75, 3.25));
        assert_eq!(samples.taken(), [4.0, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn one_sample_is_its_own_interval() {
        let samples = samples(&[7.0]);
        assert_eq!((samples.median(), samples.interval()), (7.0, (7.0, 7.0)));
        assert!(samples.outliers().is_empty());
    }

    #[test]
    fn the_interval_of_the_median_is_between_order_statistics() {
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(samples(&twenty).interval(), (6.0, 15.0));
        let five: Vec<f64> = (1..=5).map(f64::from).collect();
        assert_eq!(samples(&five).interval(), (1.0, 5.0));
    }

    #[test]
    fn a_drift_that_hits_a_whole_round_drops_out_of_the_ratio() {
        let baseline = samples(&[10.0, 20.0, 40.0, 80.0, 10.0, 20.0, 40.0]);
        let other = samples(&[5.0, 10.0, 20.0, 40.0, 5.0, 10.0, 20.0]);
        let ratio = other.ratio_to(&baseline).unwrap();
        assert_eq!((ratio.median(), ratio.interval()), (0.5, (0.5, 0.5)));
    }

    #[test]
    fn rounds_that_only_one_side_has_are_no_pairs() {
        let ratio = samples(&[2.0, 4.0, 6.0]).ratio_to(&samples(&[1.0, 1.0])).unwrap();
        assert_eq!(ratio.taken(), [2.0, 4.0]);
    }

    #[test]
    fn nothing_is_in_proportion_to_zero() {
        assert!(samples(&[2.0, 3.0]).ratio_to(&samples(&[1.0, 0.0])).is_none());
    }
}
