//! Many comparisons at once.
//!
//! Twenty comparisons of equal groups raise one false alarm on average. Benjamini and Hochberg's procedure keeps the share of
//! false alarms among all that is shown at 5 %; a q-value is the level at which a comparison would just be shown.
//!
//! Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple Testing",
//! Journal of the Royal Statistical Society B 57 (1995), 289–300.

use wire::report::{Comparison, Judged, Verdict};

use super::ALPHA;

/// The q-values of these p-values, in their order: the smallest of p·m/rank over all that are no smaller, m being how many
/// there are. A p-value that is no number counts as 1.
pub fn adjust(p_values: &[f64]) -> Vec<f64> {
    let p = |place: usize| if p_values[place].is_nan() { 1.0 } else { p_values[place].clamp(0.0, 1.0) };
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p(*a).total_cmp(&p(*b)));
    let mut q_values = vec![1.0; p_values.len()];
    let mut smallest: f64 = 1.0;
    for (before, place) in order.into_iter().enumerate().rev() {
        smallest = smallest.min(p(place) * (p_values.len() as f64 / (before + 1) as f64));
        q_values[place] = smallest;
    }
    q_values
}

/// Comparisons that are shown together, judged together; where there was nothing to compare there is nothing to judge.
pub fn judge(comparisons: &[Option<Comparison>]) -> Vec<Option<Judged>> {
    let p_values: Vec<f64> = comparisons.iter().flatten().map(|comparison| comparison.p_value).collect();
    let mut q_values = adjust(&p_values).into_iter();
    comparisons.iter().map(|comparison| Some(judged((*comparison)?, q_values.next()?))).collect()
}

/// Higher or lower is only said where it holds. A q-value is never below its p-value, so the interval leaves out 0 then, and
/// its side is that of the verdict.
pub(super) fn judged(comparison: Comparison, q_value: f64) -> Judged {
    let [low, high] = comparison.interval;
    let verdict = match q_value <= ALPHA {
        true if low > 0.0 => Verdict::Higher,
        true if high < 0.0 => Verdict::Lower,
        _ => Verdict::NotShown,
    };
    Judged { comparison, q_value, verdict }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The fifteen p-values of the example in the paper (page 295): four are shown at 5 %.
    #[test]
    fn the_example_of_the_paper() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0000,
        ];
        let q = adjust(&p);
        assert_eq!(q.iter().filter(|q| **q <= 0.05).count(), 4);
        // R: p.adjust(p, "BH").
        let expected = [
            0.0015,
            0.003,
            0.0095,
            0.035625,
            0.0603,
            0.063_857_142_857,
            0.063_857_142_857,
            0.0645,
            0.0765,
            0.486,
            0.581_181_818_182,
            0.714_875,
            0.753_230_769_231,
            0.813_214_285_714,
            1.0,
        ];
        assert!(q.iter().zip(expected).all(|(got, expected)| (got - expected).abs() < 1e-9), "{q:?}");
    }

    #[test]
    fn nothing_is_corrected_where_one_was_made() {
        assert_eq!(adjust(&[0.03]), [0.03]);
        assert_eq!(adjust(&[]), [0.0; 0]);
    }

    #[test]
    fn what_is_no_number_shows_nothing() {
        assert_eq!(adjust(&[f64::NAN, 0.01]), [1.0, 0.02]);
    }

    #[test]
    fn a_difference_is_only_said_where_it_holds() {
        let comparison = |low: f64, high: f64, p_value| Comparison {
            difference: (low + high) / 2.0,
            interval: [low, high],
            p_value,
        };
        let many = [
            Some(comparison(1.0, 9.0, 0.03)),
            None,
            Some(comparison(-30.0, -20.0, 1e-9)),
            Some(comparison(-5.0, 6.0, 0.9)),
        ];
        let verdicts: Vec<_> =
            judge(&many).iter().map(|judged| judged.map(|judged| judged.verdict)).collect();
        assert_eq!(verdicts, [Some(Verdict::Higher), None, Some(Verdict::Lower), Some(Verdict::NotShown)]);
        let among_more = judge(&[many[0], many[3], many[3], many[3]]);
        assert_eq!(among_more[0].map(|judged| judged.verdict), Some(Verdict::NotShown));
    }

    proptest! {
        #[test]
        fn the_order_stays_and_no_value_gets_smaller(p in prop::collection::vec(prop_oneof![0.0f64..1.0, Just(0.04)], 0..50)) {
            let q = adjust(&p);
            for (i, a) in p.iter().enumerate() {
                prop_assert!(q[i] >= *a && q[i] <= 1.0);
                for (j, b) in p.iter().enumerate() {
                    prop_assert!(a > b || q[i] <= q[j], "{a} {b}");
                }
            }
        }

        /// The procedure as the paper states it: find the last rank k with p ≤ k·α/m, show the first k.
        #[test]
        fn what_is_shown_is_what_the_procedure_shows(p in prop::collection::vec(0.0f64..0.2, 1..40)) {
            let mut sorted = p.clone();
            sorted.sort_by(f64::total_cmp);
            let m = p.len() as f64;
            let last = sorted.iter().enumerate().rfind(|(i, p)| **p <= (*i as f64 + 1.0) * 0.05 / m).map(|(_, p)| *p);
            for (q, p) in adjust(&p).iter().zip(&p) {
                prop_assert_eq!(*q <= 0.05, last.is_some_and(|last| *p <= last));
            }
        }
    }
}
