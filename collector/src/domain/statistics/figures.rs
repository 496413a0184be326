//! Satisfaction, effort, ratings and choices. They are never mixed into the NPS.
//!
//! A share has Agresti and Coull's interval: z²/2 answers of either kind are added (z = 1.96) before the usual variance is
//! taken. A mean has the interval of `estimate`: one answer is added at either end of the scale, then Student's t. The plain
//! t-interval holds nothing like 95 % where nearly all choose the highest value: of 30 answers, 98 % of them fives, it covers
//! the true mean 45 times in 100.
//!
//! - A. Agresti, B. A. Coull, "Approximate Is Better than 'Exact' for Interval Estimation of Binomial Proportions", The American
//!   Statistician 52 (1998), 119–126
//! - L. D. Brown, T. T. Cai, A. DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science 16 (2001), 101–133

use wire::report::{Ces, Choice, Csat, Mean, Share};

use super::estimate::Estimate;
use super::{ALPHA, tails};

/// The lowest effort rating, of 7, that counts as easy.
const EASY: usize = 5;

/// How many of how many; more than all are all.
pub fn share(n: u64, of: u64) -> Share {
    let n = n.min(of);
    if of == 0 {
        return Share { percent: None, n, of, interval: None };
    }
    let (hits, all) = (n as f64, of as f64);
    let z = tails::critical(ALPHA, f64::INFINITY);
    let weight = all + z * z;
    let middle = (hits + z * z / 2.0) / weight;
    let half = z * (middle * (1.0 - middle) / weight).sqrt();
    let interval = [middle - half, middle + half].map(|end| (100.0 * end).clamp(0.0, 100.0));
    Share { percent: Some(100.0 * hits / all), n, of, interval: Some(interval) }
}

/// The mean of ratings: how often each value from 1 on was chosen.
pub fn mean(counts: &[u64]) -> Mean {
    let estimate = Estimate::rating(counts);
    Mean {
        mean: estimate.map(|it| it.mean),
        n: counts.iter().sum(),
        distribution: counts.to_vec(),
        interval: estimate.map(|it| it.interval()),
    }
}

/// Satisfaction: the share of the two highest values, and the mean.
pub fn csat(counts: &[u64]) -> Csat {
    Csat { satisfied: from(counts, counts.len().saturating_sub(1)), rating: mean(counts) }
}

/// Effort on the scale of 1 to 7: the share of 5 and more, and the mean.
pub fn ces(counts: &[u64]) -> Ces {
    Ces { easy: from(counts, EASY), rating: mean(counts) }
}

/// The share of each option among the `of` who answered; with several choices each, the shares are more than 100 together.
pub fn choices(counts: &[(String, u64)], of: u64) -> Vec<Choice> {
    counts.iter().map(|(value, n)| Choice { value: value.clone(), share: share(*n, of) }).collect()
}

/// The share of this value and all above.
fn from(counts: &[u64], value: usize) -> Share {
    let places = value.saturating_sub(1)..;
    share(counts.get(places).unwrap_or_default().iter().sum(), counts.iter().sum())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(got: Option<[f64; 2]>, expected: [f64; 2]) {
        let got = got.unwrap();
        assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 5e-4), "{got:?} for {expected:?}");
    }

    /// statsmodels, `proportion_confint(method="agresti_coull")`.
    #[test]
    fn a_share_is_as_sure_as_other_programs_say() {
        near(share(7, 20).interval, [17.9926, 56.8411]);
        near(share(140, 150).interval, [88.0264, 96.4761]);
        near(share(0, 10).interval, [0.0, 32.0887]);
        assert_eq!(share(7, 20).percent, Some(35.0));
    }

    /// By hand: 2, 5, 9, 24, 10 of 1 to 5: 185/50 = 3.7; with one more at either end 191/52, variance (763/52 −
    /// 3.673077²) / 52 = 0.0227227; Student's t of 50 degrees 2.008559; half = 0.302772.
    #[test]
    fn a_mean_with_its_interval() {
        let got = mean(&[2, 5, 9, 24, 10]);
        assert_eq!((got.mean, got.n), (Some(3.7), 50));
        near(got.interval, [3.370305, 3.975848]);
    }

    #[test]
    fn the_two_highest_values_are_satisfied_and_five_of_seven_is_easy() {
        let satisfied = csat(&[2, 5, 9, 24, 10]).satisfied;
        assert_eq!((satisfied.n, satisfied.of, satisfied.percent), (34, 50, Some(68.0)));
        let easy = ces(&[1, 1, 1, 1, 2, 3, 4]).easy;
        assert_eq!((easy.n, easy.of), (9, 13));
    }

    #[test]
    fn every_option_has_its_share_of_those_who_answered() {
        let got = choices(&[("price".to_owned(), 6), ("speed".to_owned(), 8)], 10);
        let percents: Vec<_> = got.iter().map(|choice| choice.share.percent).collect();
        assert_eq!(percents, [Some(60.0), Some(80.0)]);
    }

    #[test]
    fn nobody_asked_gives_no_number_rather_than_zero() {
        assert_eq!((share(0, 0).percent, share(0, 0).interval), (None, None));
        assert_eq!((mean(&[0; 5]).mean, mean(&[0; 5]).interval), (None, None));
        assert_eq!((csat(&[]).satisfied.percent, ces(&[]).easy.percent), (None, None));
    }

    proptest! {
        #[test]
        fn a_figure_lies_in_its_interval_and_that_on_its_scale(counts in prop::collection::vec(0u64..5000, 2..10)) {
            let (Csat { satisfied, rating }, k) = (csat(&counts), counts.len() as f64);
            for (figure, interval, ends) in [(satisfied.percent, satisfied.interval, [0.0, 100.0]), (rating.mean, rating.interval, [1.0, k])] {
                let (Some(figure), Some([low, high])) = (figure, interval) else {
                    prop_assert_eq!(counts.iter().sum::<u64>(), 0);
                    continue;
                };
                prop_assert!(ends[0] <= low && low <= figure + 1e-9 && figure <= high + 1e-9 && high <= ends[1]);
            }
        }
    }
}
