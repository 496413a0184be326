//! Two groups, or two periods: which is higher, and is it shown.
//!
//! The first less the second, with the interval and the test of `estimate`. A p-value says 0.05 just where the interval
//! touches 0, so that they never contradict each other. The two must be independent: no answer in both.

use wire::Tally;
use wire::report::Comparison;

use super::estimate::Estimate;

/// The NPS of `a` less that of `b`; nothing where either is empty.
pub fn compare(a: &Tally, b: &Tally) -> Option<Comparison> {
    Some(Estimate::nps(a)?.less(&Estimate::nps(b)?))
}

/// The mean rating of `a` less that of `b`: how often each value from 1 on was chosen, on scales of the same length.
pub fn compare_means(a: &[u64], b: &[u64]) -> Option<Comparison> {
    if a.len() != b.len() {
        return None;
    }
    Some(Estimate::rating(a)?.less(&Estimate::rating(b)?))
}

/// A share less another, in percentage points; each is given as how many of how many.
pub fn compare_shares(a: (u64, u64), b: (u64, u64)) -> Option<Comparison> {
    Some(Estimate::share(a.0, a.1)?.less(&Estimate::share(b.0, b.1)?))
}

/// All answers but those of a group.
pub fn without(all: &Tally, group: &Tally) -> Tally {
    let mut rest = *all;
    rest.0.iter_mut().zip(group.0).for_each(|(rest, count)| *rest -= count);
    rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::statistics::simulations::tally;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() < 5e-4, "{got} for {expected}");
    }

    /// By hand, and with SciPy's t: 60, 25, 15 against 40, 30, 30. First 45/102 = 0.441176, variance (77/102 − 0.441176²) / 102
    /// = 0.00549280; second 10/102 = 0.098039, variance (72/102 − 0.098039²) / 102 = 0.00682618; difference 0.343137,
    /// standard error 0.110991, t = 3.09158 with 197.684 degrees of freedom.
    #[test]
    fn the_difference_of_two_scores() {
        let got = compare(&tally(60, 25, 15), &tally(40, 30, 30)).unwrap();
        assert_eq!(got.difference, 35.0);
        near(got.interval[0], 12.4259);
        near(got.interval[1], 56.2015);
        assert!((got.p_value - 0.002_278_428_4).abs() < 1e-7, "{}", got.p_value);
    }

    /// Agresti and Caffo's own way: 17 of 20 against 12 of 20, p = 18/22 and 13/22.
    #[test]
    fn the_difference_of_two_shares() {
        let got = compare_shares((17, 20), (12, 20)).unwrap();
        near(got.difference, 25.0);
        near(got.interval[0], -4.2468);
        near(got.interval[1], 49.7014);
    }

    #[test]
    fn the_difference_of_two_means() {
        let got = compare_means(&[1, 2, 5, 20, 22], &[4, 6, 15, 15, 10]).unwrap();
        near(got.difference, 4.2 - 3.42);
        near(got.interval[0], 0.3160);
        near(got.interval[1], 1.1840);
    }

    #[test]
    fn nothing_is_compared_with_nothing() {
        assert_eq!(compare(&Tally::default(), &tally(1, 0, 0)), None);
        assert_eq!(compare_shares((0, 0), (1, 2)), None);
        assert_eq!(compare_means(&[0, 0, 0], &[1, 1, 1]), None);
        assert_eq!(compare_means(&[1, 1], &[1, 1, 1]), None, "scales of different lengths");
        let all = tally(3, 2, 1);
        assert_eq!(compare(&all, &without(&all, &all)), None, "one that holds everything has no rest");
        assert_eq!(compare(&Tally::default(), &all), None);
    }

    #[test]
    fn two_delighted_customers_against_two_angry_ones_show_nothing() {
        let got = compare(&tally(2, 0, 0), &tally(0, 0, 2)).unwrap();
        assert!(got.p_value > 0.05 && got.interval[0] < 0.0, "{got:?}");
    }

    #[test]
    fn a_group_stands_against_all_others() {
        let all = tally(37, 23, 20);
        assert_eq!(without(&all, &tally(6, 2, 2)), tally(31, 21, 18));
        assert_eq!(without(&all, &tally(1, 1, 8)), tally(36, 22, 12));
    }

    fn counts() -> impl Strategy<Value = [u64; 11]> {
        prop::array::uniform11(prop_oneof![Just(0u64), 0u64..20, 0u64..1_000_000])
    }

    proptest! {
        #[test]
        fn turned_round_it_says_the_opposite_and_never_contradicts_itself(a in counts(), b in counts()) {
            let (a, b) = (Tally(a), Tally(b));
            let (Some(there), Some(back)) = (compare(&a, &b), compare(&b, &a)) else {
                prop_assert!(a.n() == 0 || b.n() == 0);
                return Ok(());
            };
            prop_assert!((there.difference + back.difference).abs() < 1e-9);
            prop_assert!((there.interval[0] + back.interval[1]).abs() < 1e-9);
            prop_assert!((there.p_value - back.p_value).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&there.p_value));
            prop_assert!(there.interval[0] <= there.difference + 1e-9 && there.difference <= there.interval[1] + 1e-9);
            let leaves_out = there.interval[0] > 1e-6 || there.interval[1] < -1e-6;
            prop_assert!(leaves_out == (there.p_value < 0.05) || (there.p_value - 0.05).abs() < 1e-4);
        }
    }
}
