//! A score against its target.
//!
//! Met, or not met, is said where the 95 % confidence bound on the side of the target is beyond it: of scores that just meet
//! theirs, one in twenty is said to be above by mistake, and one in twenty below. Centre, variance and degrees of freedom are those
//! of `estimate`.

use wire::Tally;
use wire::report::{Met, TargetView};

use super::estimate::Estimate;
use super::{ALPHA, tails};

/// How a score stands to its target.
pub fn target(tally: &Tally, target: f64) -> TargetView {
    let Some(score) = Estimate::nps(tally) else {
        return TargetView { target, distance: None, met: Met::NotCertain, p_value: None };
    };
    let distance = (score.centre - target) / score.variance.sqrt();
    let p_value = tails::one_sided(distance.abs(), score.n);
    let met = match p_value <= ALPHA {
        true if distance > 0.0 => Met::Met,
        true => Met::NotMet,
        false => Met::NotCertain,
    };
    TargetView { target, distance: Some(score.mean - target), met, p_value: Some(p_value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::statistics::simulations::tally;

    /// By hand: 60, 25, 15 is 45; with one more at either end 4500/102 = 44.1176, standard error 7.41134; (44.1176 − 30) / 7.41134 =
    /// 1.904871, which Student's t of 100 degrees exceeds with 0.029835.
    #[test]
    fn a_score_well_above_its_target_meets_it() {
        let got = target(&tally(60, 25, 15), 30.0);
        assert_eq!((got.distance, got.met), (Some(15.0), Met::Met));
        assert!((got.p_value.unwrap() - 0.029_835).abs() < 1e-5, "{got:?}");
    }

    #[test]
    fn the_same_score_of_fewer_customers_is_not_certain() {
        let got = target(&tally(12, 5, 3), 30.0);
        assert_eq!((got.distance, got.met), (Some(15.0), Met::NotCertain));
    }

    #[test]
    fn a_score_well_below_its_target_misses_it() {
        assert_eq!(target(&tally(60, 25, 15), 60.0).met, Met::NotMet);
        assert_eq!(target(&tally(60, 25, 15), 50.0).met, Met::NotCertain);
    }

    #[test]
    fn three_delighted_customers_do_not_meet_a_target_for_good() {
        assert_eq!(target(&tally(3, 0, 0), 50.0).met, Met::NotCertain);
        assert_eq!(target(&Tally::default(), 0.0).met, Met::NotCertain);
    }
}
