//! Two groups that began differently, compared as if they had not: direct standardisation.
//!
//! With what they began with as strata s, n customers of either group in each, and r the NPS of what came next,
//!
//! ```text
//! Σ w·(r₁ − r₀),  w = (n₁ + n₀) / N
//! ```
//!
//! over the strata in which there are some of both groups, N being all in these: the difference that there would be if both groups
//! had begun as both together did. What is known of the start is thereby taken out, and nothing else.
//!
//! It is a weighted sum of 2S means, S strata of two groups, so before variances are taken 4/2S answers are added to each, half of
//! them at either end of the scale (Price and Bonett). With one stratum that is one at either end of each group, and everything is
//! what `compare` says.
//!
//! - R. M. Price, D. G. Bonett: see `estimate`
//! - F. E. Satterthwaite, "An Approximate Distribution of Estimates of Variance Components", Biometrics Bulletin 2 (1946), 110–114
//! - W. G. Cochran, "The Effectiveness of Adjustment by Subclassification in Removing Bias in Observational Studies", Biometrics
//!   24 (1968), 295–313
//! - P. C. Austin, "Balance Diagnostics for Comparing the Distribution of Baseline Covariates…", Statistics in Medicine 28 (2009),
//!   3083–3107: a standardised difference of more than 0.1 is an imbalance

use wire::Tally;
use wire::report::Comparison;

use super::estimate::Estimate;
use super::{ALPHA, tails};

/// A difference of two groups that began differently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardised {
    /// The first less the second.
    pub comparison: Comparison,
    /// Strata with some of both.
    pub strata: u64,
    /// How many are in these.
    pub n: u64,
}

/// What came next of `a` less that of `b`, each by what it began with; nothing where no stratum has some of both.
pub fn standardised(a: &[Tally], b: &[Tally]) -> Option<Standardised> {
    let strata: Vec<(&Tally, &Tally)> = a.iter().zip(b).filter(|(a, b)| a.n() > 0 && b.n() > 0).collect();
    let all: u64 = strata.iter().map(|(a, b)| a.n() + b.n()).sum();
    let added = 1.0 / strata.len() as f64;
    let (mut difference, mut centre, mut variance, mut spread) = (0.0, 0.0, 0.0, 0.0);
    for (a, b) in &strata {
        let weight = (a.n() + b.n()) as f64 / all as f64;
        let (a, b) = (Estimate::nps_with(a, added)?, Estimate::nps_with(b, added)?);
        difference += weight * (a.mean - b.mean);
        centre += weight * (a.centre - b.centre);
        for one in [a, b] {
            let part = weight * weight * one.variance;
            variance += part;
            spread += part * part / one.n;
        }
    }
    if strata.is_empty() {
        return None;
    }
    let freedom = variance * variance / spread;
    let half = tails::critical(ALPHA, freedom) * variance.sqrt();
    let comparison = Comparison {
        difference,
        interval: [centre - half, centre + half].map(|end| end.clamp(-200.0, 200.0)),
        p_value: tails::two_sided(centre / variance.sqrt(), freedom),
    };
    Some(Standardised { comparison, strata: strata.len() as u64, n: all })
}

/// How far the means of two groups are apart, in standard deviations of one: above 0.1 they began differently (Austin). Nothing
/// where one has fewer than two.
pub fn imbalance(a: &[f64], b: &[f64]) -> Option<f64> {
    let moments = |values: &[f64]| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (values.len() > 1).then(|| (mean, squares / (n - 1.0)))
    };
    let ((a, of_a), (b, of_b)) = (moments(a)?, moments(b)?);
    let deviation = f64::midpoint(of_a, of_b).sqrt();
    Some(if a == b { 0.0 } else { (a - b) / deviation })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::statistics::compare;
    use crate::domain::statistics::simulations::tally;

    /// By hand. Who began low: 2 promoters and 6 detractors (−50) against 1 and 1 (0). Who began high: 100 against 100. With a weight
    /// of 10/20 each, −50/2 + 0/2 = −25. As they were counted: 4 and 6 (−20) against 9 and 1 (80), −100.
    #[test]
    fn who_began_alike_is_compared() {
        let followed = [tally(2, 0, 6), tally(2, 0, 0)];
        let not = [tally(1, 0, 1), tally(8, 0, 0)];
        let got = standardised(&followed, &not).unwrap();
        assert_eq!((got.strata, got.n), (2, 20));
        assert!((got.comparison.difference - -25.0).abs() < 1e-9, "{got:?}");
        let counted = compare(&tally(4, 0, 6), &tally(9, 0, 1)).unwrap();
        assert!((counted.difference - -100.0).abs() < 1e-9);
    }

    #[test]
    fn where_nobody_began_alike_nothing_is_compared() {
        assert_eq!(
            standardised(&[tally(3, 1, 0), Tally::default()], &[Tally::default(), tally(1, 0, 0)]),
            None
        );
        let got =
            standardised(&[tally(3, 1, 0), tally(5, 0, 0)], &[Tally::default(), tally(1, 0, 4)]).unwrap();
        assert_eq!((got.strata, got.n), (1, 10), "those who began otherwise are left out");
    }

    #[test]
    fn an_imbalance_is_told_in_standard_deviations() {
        assert_eq!(imbalance(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0]), Some(-1.0));
        assert_eq!(imbalance(&[1.0], &[2.0, 3.0]), None);
        assert_eq!(imbalance(&[2.0, 2.0], &[2.0, 2.0]), Some(0.0));
    }

    fn strata() -> impl Strategy<Value = Vec<Tally>> {
        let count = || prop_oneof![Just(0u64), 0u64..9, 0u64..2000];
        prop::collection::vec((count(), count(), count()).prop_map(|(p, s, d)| tally(p, s, d)), 11)
    }

    proptest! {
        #[test]
        fn with_one_stratum_it_is_the_plain_difference(a in strata(), b in strata()) {
            let plain = compare(&a[0], &b[0]);
            let got = standardised(&a[..1], &b[..1]).map(|got| got.comparison);
            prop_assert_eq!(plain.is_some(), got.is_some());
            if let (Some(plain), Some(got)) = (plain, got) {
                prop_assert!((plain.difference - got.difference).abs() < 1e-9);
                prop_assert!(plain.interval.iter().zip(got.interval).all(|(a, b)| (a - b).abs() < 1e-6));
                prop_assert!((plain.p_value - got.p_value).abs() < 1e-9);
            }
        }

        #[test]
        fn turned_round_it_says_the_opposite_and_never_contradicts_itself(a in strata(), b in strata()) {
            let (Some(there), Some(back)) = (standardised(&a, &b), standardised(&b, &a)) else { return Ok(()) };
            let (there, back) = (there.comparison, back.comparison);
            prop_assert!((there.difference + back.difference).abs() < 1e-9);
            prop_assert!((there.interval[0] + back.interval[1]).abs() < 1e-6);
            let leaves_out = there.interval[0] > 1e-6 || there.interval[1] < -1e-6;
            prop_assert!(leaves_out == (there.p_value < 0.05) || (there.p_value - 0.05).abs() < 1e-4);
        }
    }
}
