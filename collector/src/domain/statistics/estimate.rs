//! A mean on a scale with two ends, and how sure it is.
//!
//! An NPS, a share and a mean rating are all means of bounded values: −100, 0 and 100; 0 and 100; 1 to k. With few answers, or
//! answers that nearly all agree, the usual variance is far too small (it is 0 where all agree), so before it is taken **one
//! answer is added at either end of the scale**, as Agresti and Caffo do for two shares and Price and Bonett for weighted sums
//! of several. Student's t with n degrees of freedom (n + 2 answers less the two) stands for the normal distribution.
//!
//! - A. Agresti, B. Caffo, "Simple and Effective Confidence Intervals for Proportions and Differences of Proportions Result from
//!   Adding Two Successes and Two Failures", The American Statistician 54 (2000), 280–288
//! - R. M. Price, D. G. Bonett, "An Improved Confidence Interval for a Linear Function of Binomial Proportions",
//!   Computational Statistics & Data Analysis 45 (2004), 449–456
//! - B. L. Welch, "The Generalization of 'Student's' Problem when Several Different Population Variances are Involved",
//!   Biometrika 34 (1947), 28–35

use wire::Tally;
use wire::report::Comparison;

use super::{ALPHA, tails};

/// A mean and its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    /// How many answers.
    pub(super) n: f64,
    /// The mean as it was counted.
    pub(super) mean: f64,
    /// The mean with one answer added at either end.
    pub(super) centre: f64,
    /// The variance of `centre`.
    pub(super) variance: f64,
    /// The ends of the scale.
    pub(super) scale: [f64; 2],
}

impl Estimate {
    /// The NPS of a tally; nothing where it is empty.
    pub(super) fn nps(tally: &Tally) -> Option<Self> {
        Self::nps_with(tally, 1.0)
    }

    /// The same with another number of answers added at either end.
    pub(super) fn nps_with(tally: &Tally, added: f64) -> Option<Self> {
        let (promoters, passives, detractors) = tally.counts();
        let counts = [(-100.0, detractors), (0.0, passives), (100.0, promoters)];
        Self::of(counts.into_iter(), [-100.0, 100.0], added)
    }

    /// The share of `hits`, in a hundred.
    pub(super) fn share(hits: u64, of: u64) -> Option<Self> {
        Self::of([(0.0, of.saturating_sub(hits)), (100.0, hits.min(of))].into_iter(), [0.0, 100.0], 1.0)
    }

    /// The mean of ratings from 1 on, given how often each was chosen; nothing where there is nothing to choose.
    pub(super) fn rating(counts: &[u64]) -> Option<Self> {
        if counts.len() < 2 {
            return None;
        }
        let scale = [1.0, counts.len() as f64];
        Self::of(counts.iter().enumerate().map(|(place, count)| (place as f64 + 1.0, *count)), scale, 1.0)
    }

    fn of(counts: impl Iterator<Item = (f64, u64)>, scale: [f64; 2], added: f64) -> Option<Self> {
        let [low, high] = scale;
        // The middle of the scale is taken off, so that squares stay small.
        let middle = f64::midpoint(low, high);
        let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (value, count) in counts {
            let (value, count) = (value - middle, count as f64);
            n += count;
            sum += count * value;
            squares += count * value * value;
        }
        if n == 0.0 {
            return None;
        }
        let (all, end) = (n + 2.0 * added, high - middle);
        let centre = sum / all;
        let variance = ((squares + 2.0 * added * end * end) / all - centre * centre) / all;
        Some(Self { n, mean: middle + sum / n, centre: middle + centre, variance, scale })
    }

    /// 95 % interval of the mean, within the scale.
    pub(super) fn interval(&self) -> [f64; 2] {
        let half = tails::critical(ALPHA, self.n) * self.variance.sqrt();
        let [low, high] = self.scale;
        [self.centre - half, self.centre + half].map(|end| end.clamp(low, high))
    }

    /// How far this one's centre is from the other's, in standard errors, and with how many degrees of freedom (Welch).
    pub(super) fn distance(&self, other: &Self) -> (f64, f64) {
        let variance = self.variance + other.variance;
        let freedom = variance * variance
            / (self.variance * self.variance / self.n + other.variance * other.variance / other.n);
        ((self.centre - other.centre) / variance.sqrt(), freedom)
    }

    /// How often chance alone would set two equal ones at least this far apart.
    pub(super) fn p_value(&self, other: &Self) -> f64 {
        let (distance, freedom) = self.distance(other);
        tails::two_sided(distance, freedom)
    }

    /// This one less the other, of the same scale.
    pub(super) fn less(&self, other: &Self) -> Comparison {
        let (_, freedom) = self.distance(other);
        let middle = self.centre - other.centre;
        let half = tails::critical(ALPHA, freedom) * (self.variance + other.variance).sqrt();
        let most = self.scale[1] - self.scale[0];
        Comparison {
            difference: self.mean - other.mean,
            interval: [middle - half, middle + half].map(|end| end.clamp(-most, most)),
            p_value: self.p_value(other),
        }
    }
}
