//! The score of all who were invited, where it is known how many that were.
//!
//! If n of N have answered, the rest of N is all that is uncertain: the variance shrinks by (N − n)/(N − 1), the finite
//! population correction, and at n = N the score is simply known. Half a step of the score of N, 50/N, is added at either end
//! (continuity). The three answers that the adjusted Wald interval adds stand for those who were not asked, and shrink alike;
//! but for the step, that is the interval of n·(N − 1)/(N − n) answers.
//!
//! It holds for those invited and as if those who answered had been drawn by lot; it says nothing about other customers, nor
//! about whether the silent ones think alike.
//!
//! W. G. Cochran, "Sampling Techniques", 3rd edition, Wiley 1977, sections 2.6 and 3.2.

use wire::Tally;

use super::{ALPHA, tails};

/// 95 % interval of the NPS that all `invited` would have given; nothing where nobody has answered. More answers than
/// invitations mean that the number isn't known: then there is no correction.
pub fn interval_among_invited(tally: &Tally, invited: u64) -> Option<[f64; 2]> {
    let figures = tally.nps();
    let score = figures.nps?;
    let (n, all) = (figures.n as f64, invited as f64);
    if figures.n == invited {
        return Some([score, score]);
    } else if figures.n > invited {
        return figures.interval;
    }
    let correction = (all - n) / (all - 1.0);
    let added = 0.75 * correction;
    let weight = n + 4.0 * added;
    let promoters = (figures.promoters as f64 + added) / weight;
    let detractors = (figures.detractors as f64 + added) / weight;
    let middle = promoters - detractors;
    let variance = (promoters + detractors - middle * middle) * correction / weight;
    // The score that all would have given moves in steps: half of one at either end.
    let half = tails::critical(ALPHA, f64::INFINITY) * variance.sqrt() + 0.5 / all;
    // What the silent ones can still do is known too.
    let counted = score * n / all;
    let open = 100.0 * (all - n) / all;
    Some(
        [(middle - half) * 100.0, (middle + half) * 100.0]
            .map(|end| end.clamp(counted - open, counted + open)),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::statistics::simulations::tally;

    /// By hand: 6, 2, 2 of 20 invited: correction 10/19; 0.394737 added to either side, 11.578947 in all; shares 0.552273 and
    /// 0.206818, middle 0.345455; variance (0.759091 − 0.119339) × 0.526316 / 11.578947 = 0.0290797; half = 1.959964 × 0.170528 +
    /// 0.5/20 = 0.359233. Above, ten more promoters would make it (4 + 10) / 20.
    #[test]
    fn half_of_those_invited_have_answered() {
        let [low, high] = interval_among_invited(&tally(6, 2, 2), 20).unwrap();
        assert!((low - -1.3778).abs() < 0.001 && (high - 70.0).abs() < 0.001, "{low} {high}");
    }

    #[test]
    fn where_everybody_answered_the_score_is_known() {
        assert_eq!(interval_among_invited(&tally(3, 1, 1), 5), Some([40.0, 40.0]));
        assert_eq!(interval_among_invited(&tally(1, 0, 0), 1), Some([100.0, 100.0]));
    }

    #[test]
    fn among_very_many_it_is_the_interval_without_correction() {
        let usual = tally(6, 2, 2).nps().interval.unwrap();
        let corrected = interval_among_invited(&tally(6, 2, 2), u64::MAX).unwrap();
        assert!(usual.iter().zip(corrected).all(|(a, b)| (a - b).abs() < 1e-6), "{usual:?} {corrected:?}");
    }

    #[test]
    fn more_answers_than_invitations_are_no_ground_for_a_correction() {
        assert_eq!(interval_among_invited(&tally(6, 2, 2), 9), tally(6, 2, 2).nps().interval);
        assert_eq!(interval_among_invited(&Tally::default(), 9), None);
    }

    proptest! {
        #[test]
        fn it_is_wider_by_a_step_at_most_and_holds_the_score(p in 0u64..60, s in 0u64..60, d in 0u64..60, silent in 0u64..200) {
            let answered = tally(p, s, d);
            prop_assume!(answered.n() > 0);
            let [low, high] = interval_among_invited(&answered, answered.n() + silent).unwrap();
            let [l, h] = answered.nps().interval.unwrap();
            let score = answered.nps().nps.unwrap();
            prop_assert!(low <= score + 1e-9 && score <= high + 1e-9, "{low} {score} {high}");
            let step = 100.0 / (answered.n() + silent) as f64;
            prop_assert!(high - low <= h - l + step + 1e-9, "{low} {high} for {l} {h}");
        }
    }
}
