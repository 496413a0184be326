//! Tail areas and quantiles of Student's t.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// From so many degrees of freedom on, the normal distribution takes the place of Student's: they differ by less than 1 %
/// of any p-value that could matter.
const MANY: f64 = 100_000.0;

/// The probability of a value at least this far from 0, on either side.
pub(super) fn two_sided(t: f64, freedom: f64) -> f64 {
    (2.0 * one_sided(t.abs(), freedom)).min(1.0)
}

/// The probability of a value of at least `t`.
pub(super) fn one_sided(t: f64, freedom: f64) -> f64 {
    match student(freedom) {
        Some(student) => student.sf(t),
        None => Normal::standard().sf(t),
    }
}

/// How far from 0 a value is that is exceeded, on both sides together, with this probability.
pub(super) fn critical(alpha: f64, freedom: f64) -> f64 {
    match student(freedom) {
        Some(student) => -student.inverse_cdf(alpha / 2.0),
        None => -Normal::standard().inverse_cdf(alpha / 2.0),
    }
}

fn student(freedom: f64) -> Option<StudentsT> {
    if freedom < MANY { StudentsT::new(0.0, 1.0, freedom).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.t.sf` and `scipy.stats.t.isf` (1.17).
    #[test]
    fn tails_are_those_of_other_programs() {
        for (t, freedom, expected) in TAILS {
            let got = two_sided(t, freedom);
            assert!((got / expected - 1.0).abs() < 0.01, "t {t}, {freedom} degrees: {got} for {expected}");
        }
        for (alpha, freedom, expected) in QUANTILES {
            let got = critical(alpha, freedom);
            assert!((got / expected - 1.0).abs() < 1e-4, "{alpha}, {freedom} degrees: {got} for {expected}");
        }
    }

    const TAILS: [(f64, f64, f64); 9] = [
        (1.0, 1.0, 0.5),
        (2.5, 5.0, 5.449_009_934_2e-2),
        (3.1, 197.7, 2.217_565_687_5e-3),
        (6.0, 12.5, 5.241_059_145_5e-5),
        (4.5, 3000.0, 7.053_762_780_6e-6),
        (8.0, 99_999.0, 1.257_392_120_3e-15),
        (5.0, 1e6, 5.733_997_870_9e-7),
        (30.0, 40.0, 4.850_907_660_6e-29),
        (0.01, 99_999.0, 0.992_021_307_32),
    ];

    const QUANTILES: [(f64, f64, f64); 8] = [
        (0.05, 1.0, 12.706_204_736_2),
        (0.05, 5.0, 2.570_581_835_6),
        (0.05, 30.5, 2.040_869_445_2),
        (0.05, 50_000.0, 1.960_011_431_1),
        (0.05, 1e7, 1.959_964_221_8),
        (1e-5, 8.0, 9.782_531_715_3),
        (1e-8, 500.0, 5.829_125_577_5),
        (2.5e-8, 99_999.0, 5.573_717_899_0),
    ];

    #[test]
    fn no_distance_is_no_evidence() {
        assert_eq!(two_sided(0.0, 7.0), 1.0);
        assert_eq!(two_sided(0.0, 1e9), 1.0);
    }
}
