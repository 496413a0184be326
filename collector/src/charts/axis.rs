//! Axes: which part of a scale is shown, and where its ticks are.

use super::Measure;

/// The part of a scale that is shown, and its ticks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<f64>,
}

impl Axis {
    /// An axis on which all these values can be shown, with about so many ticks. Zero is on it, unless that would press
    /// everything into its other half.
    pub(super) fn around(values: impl IntoIterator<Item = f64>, measure: &Measure, ticks: f64) -> Self {
        let values: Vec<f64> = values.into_iter().collect();
        let mut low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let mut high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low > high {
            (low, high) = (measure.low, measure.high);
        }
        // A tenth of the scale at least: a change that is next to nothing should look like that.
        let least = (measure.high - measure.low) / 10.0;
        if high - low < least {
            let middle = f64::midpoint(low, high);
            (low, high) = (middle - least / 2.0, middle + least / 2.0);
        }
        if low > 0.0 && low < high / 2.0 {
            low = 0.0;
        } else if high < 0.0 && high > low / 2.0 {
            high = 0.0;
        }
        let step = step((high - low) / ticks);
        // The ends are between ticks, where enough ticks are left; they are not beyond what there is.
        let [near, far] = [step / 5.0, step].map(|part| {
            let low = ((low / part).floor() * part).max(measure.low);
            let high = ((high / part).ceil() * part).min(measure.high);
            // What was divided and multiplied is not quite what it was.
            let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
            Self { low, high, ticks: (first..=last).map(|tick| tick as f64 * step).collect() }
        });
        if near.ticks.len() > 1 { near } else { far }
    }

    /// Where a value is on the axis: 0 at its low end, 1 at its high one.
    pub(super) fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// How many digits behind the point its ticks need.
    pub(super) fn decimals(&self) -> usize {
        let whole = |digits: i32| {
            let scale = 10_f64.powi(digits);
            self.ticks.iter().all(|tick| ((tick * scale).round() - tick * scale).abs() < 1e-6)
        };
        (0..4).find(|digits| whole(*digits)).map_or(4, |digits| digits as usize)
    }
}

/// The next round number: 1, 2, 2.5 or 5 with zeros.
fn step(rough: f64) -> f64 {
    let zeros = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0].into_iter().find(|round| round * zeros >= rough * 0.999);
    step.unwrap_or(10.0) * zeros
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round_and_zero_is_among_them() {
        let axis = Axis::around([35.0, 48.0, 12.0], &Measure::nps(), 5.0);
        assert_eq!((axis.low, axis.high, &*axis.ticks), (0.0, 48.0, &[0.0, 10.0, 20.0, 30.0, 40.0][..]));
        let high = Axis::around([61.0, 70.0], &Measure::nps(), 5.0);
        assert_eq!((high.low, &*high.ticks), (55.0, &[55.0, 60.0, 65.0, 70.0, 75.0][..]));
        let both = Axis::around([-30.0, 73.0], &Measure::nps(), 5.0);
        assert_eq!((both.low, both.high, &*both.ticks), (-30.0, 75.0, &[-25.0, 0.0, 25.0, 50.0, 75.0][..]));
        let rating = Axis::around([4.1, 4.4], &Measure::mean("Rating", 1.0, 5.0), 4.0);
        assert_eq!((rating.ticks.len(), rating.decimals()), (4, 1));
    }

    proptest! {
        #[test]
        fn every_value_is_on_the_axis(values in prop::collection::vec(-100.0..100.0, 0..9), ticks in 2.0..8.0) {
            let axis = Axis::around(values.iter().copied(), &Measure::nps(), ticks);
            prop_assert!(axis.low < axis.high && axis.ticks.len() >= 2 && axis.ticks.len() < 16, "{axis:?}");
            prop_assert!(values.iter().all(|value| *value >= axis.low - 1e-9 && *value <= axis.high + 1e-9), "{axis:?}");
        }
    }
}
