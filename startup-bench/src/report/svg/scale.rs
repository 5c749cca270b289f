//! From figures to places on a line that begins at zero.

use crate::report::number;

/// A line from zero to a round number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    left: f64,
    width: f64,
    step: f64,
    end: f64,
}

/// About as many marks as fit below a panel without crowding.
const MARKS: f64 = 5.0;

impl Scale {
    /// A line that holds figures up to `largest`.
    pub(crate) fn new(left: f64, width: f64, largest: f64) -> Self {
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let step = round_step(largest / MARKS);
        Self { left, width, step, end: (largest / step).ceil() * step }
    }

    pub(crate) fn place(&self, value: f64) -> f64 {
        self.left + value / self.end * self.width
    }

    /// Does the figure lie beyond the line's end?
    pub(crate) fn is_beyond(&self, value: f64) -> bool {
        value > self.end
    }

    /// The round figures along the line, zero among them.
    pub(crate) fn marks(&self) -> impl Iterator<Item = f64> {
        let (step, end) = (self.step, self.end);
        (0_u32..)
            .map(move |mark| f64::from(mark) * step)
            .take_while(move |&at| at < end + step / 2.0)
    }

    /// A mark's figure, with as many decimals as the step between marks needs.
    pub(crate) fn label(&self, mark: f64) -> String {
        let is_enough = |&decimals: &usize| {
            let text = format!("{:.decimals$}", self.step);
            text.parse().is_ok_and(|shown: f64| (shown - self.step).abs() < self.step / 100.0)
        };
        match (0..=6).find(is_enough) {
            Some(0) | None => number(mark.round()),
            Some(decimals) => format!("{mark:.decimals$}"),
        }
    }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0].map(|factor| factor * power);
    steps.into_iter().find(|&step| step >= least * 0.999).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_hold_the_largest_figure() {
        let marks = |largest| Scale::new(0.0, 1.0, largest).marks().collect::<Vec<_>>();
        assert_eq!(marks(1.9), [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(marks(73.0), [0.0, 20.0, 40.0, 60.0, 80.0]);
        assert_eq!(marks(0.0).len(), 6);
    }

    #[test]
    fn all_marks_have_as_many_decimals_as_their_step() {
        let labels = |largest| {
            let scale = Scale::new(0.0, 1.0, largest);
            scale.marks().map(|mark| scale.label(mark)).collect::<Vec<_>>()
        };
        assert_eq!(labels(1.9), ["0.0", "0.5", "1.0", "1.5", "2.0"]);
        assert_eq!(labels(1.1), ["0.00", "0.25", "0.50", "0.75", "1.00", "1.25"]);
        assert_eq!(labels(80_000.0), ["0", "20,000", "40,000", "60,000", "80,000"]);
    }

    #[test]
    fn a_figure_has_its_place_between_zero_and_the_end() {
        let scale = Scale::new(100.0, 200.0, 10.0);
        assert_eq!((scale.place(0.0), scale.place(5.0), scale.place(10.0)), (100.0, 200.0, 300.0));
        assert!(scale.is_beyond(10.1) && !scale.is_beyond(10.0));
    }
}
