//! How long something takes, where some are still waiting.
//!
//! Whoever is still waiting has waited at least so long: to leave them out, or to take the time so far for all of it, makes
//! everything look faster than it is. So the share S(t) that is still waiting after a time t is the product, over all times at
//! which it was done, of (n − d)/n: of n who were waiting up to then, d waited no longer (Kaplan and Meier). A quantile is the
//! first time at which S is low enough; it is not known where S never gets there.
//!
//! The interval of a quantile holds the times at which S does not differ from what it should be there, on the scale of
//! ln(−ln S), with Greenwood's variance (Brookmeyer and Crowley).
//!
//! - E. L. Kaplan, P. Meier, "Nonparametric Estimation from Incomplete Observations", Journal of the American Statistical
//!   Association 53 (1958), 457–481
//! - M. Greenwood, "The Natural Duration of Cancer", Reports on Public Health and Medical Subjects 33, London 1926
//! - R. Brookmeyer, J. Crowley, "A Confidence Interval for the Median Survival Time", Biometrics 38 (1982), 29–41

use super::{ALPHA, tails};

/// How many are still waiting after how long.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survival(Vec<Step>);

/// A time at which it was done.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    at: u32,
    /// The share that is still waiting afterwards.
    waiting: f64,
    /// Σ d/(n(n − d)): the variance of ln S.
    variance: f64,
}

impl Survival {
    /// From times, each with whether it was done then; if not, the wait goes on, or ended by something else.
    pub fn new(mut times: Vec<(u32, bool)>) -> Self {
        times.sort_unstable();
        let mut steps = Vec::new();
        let (mut left, mut waiting, mut variance) = (times.len() as f64, 1.0, 0.0);
        for same in times.chunk_by(|one, other| one.0 == other.0) {
            let done = same.iter().filter(|(_, done)| *done).count() as f64;
            if done > 0.0 {
                waiting *= (left - done) / left;
                variance += done / (left * (left - done));
                steps.push(Step { at: same[0].0, waiting, variance });
            }
            left -= same.len() as f64;
        }
        Self(steps)
    }

    /// The time after which this share of all was done.
    pub fn quantile(&self, share: f64) -> Option<u32> {
        // What was counted as a half must not fail by the last bit.
        self.0.iter().find(|step| step.waiting <= 1.0 - share + 1e-12).map(|step| step.at)
    }

    /// 95 % interval of that time; an end is not known where too few were done.
    pub fn interval(&self, share: f64) -> [Option<u32>; 2] {
        let wanted = (-(1.0 - share).ln()).ln();
        let critical = tails::critical(ALPHA, f64::INFINITY);
        let from = |least: f64| {
            let far = |step: &&Step| step.distance(wanted).is_some_and(|distance| distance >= least);
            self.0.iter().find(far).map(|step| step.at)
        };
        [from(-critical).or_else(|| self.quantile(share)), from(critical)]
    }
}

impl Step {
    /// How far ln(−ln S) is above this, in standard errors; not known where nobody waits any more.
    fn distance(&self, wanted: f64) -> Option<f64> {
        let log = -self.waiting.ln();
        (self.waiting > 0.0).then(|| (log.ln() - wanted) * log / self.variance.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The remission times of the 6-MP group of E. J. Freireich and others (1963), weeks, as every textbook has them: S(23) = 0.448
    /// and median 23; R's `survfit` with `conf.type = "log-log"` gives 13 and no end.
    #[test]
    fn the_best_known_example() {
        let done = [6, 6, 6, 7, 10, 13, 16, 22, 23].map(|at| (at, true));
        let waiting = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(|at| (at, false));
        let survival = Survival::new(done.into_iter().chain(waiting).collect());
        assert!(
            (survival.0[5].waiting - 0.5378).abs() < 1e-4 && (survival.0[6].waiting - 0.4482).abs() < 1e-4
        );
        assert_eq!((survival.quantile(0.5), survival.quantile(0.9)), (Some(23), None));
        assert_eq!(survival.interval(0.5), [Some(13), None]);
    }

    #[test]
    fn where_half_are_still_waiting_no_median_is_known() {
        let survival = Survival::new(vec![(1, true), (2, false), (3, false), (9, false)]);
        assert_eq!((survival.quantile(0.5), survival.quantile(0.25)), (None, Some(1)));
        assert_eq!(Survival::new(Vec::new()).interval(0.5), [None, None]);
        assert_eq!(Survival::new(vec![(4, true)]).quantile(0.5), Some(4));
    }

    proptest! {
        #[test]
        fn where_nobody_waits_it_is_the_plain_quantile(mut times in prop::collection::vec(0u32..50, 1..60)) {
            let survival = Survival::new(times.iter().map(|at| (*at, true)).collect());
            times.sort_unstable();
            prop_assert_eq!(survival.quantile(0.5), Some(times[times.len().div_ceil(2) - 1]));
            let [low, high] = survival.interval(0.5);
            prop_assert!(low <= survival.quantile(0.5) && high.is_none_or(|high| Some(high) >= survival.quantile(0.5)));
        }

        /// To go on waiting can only make it look slower.
        #[test]
        fn who_is_still_waiting_never_makes_it_look_faster(times in prop::collection::vec((0u32..50, any::<bool>()), 1..60)) {
            let all = Survival::new(times.clone()).quantile(0.5);
            let done = Survival::new(times.iter().copied().filter(|(_, done)| *done).collect()).quantile(0.5);
            prop_assert!(all.is_none_or(|all| done.is_some_and(|done| done <= all)));
        }
    }
}
