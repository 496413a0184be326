//! What moved a score: the part of each group in the change between two periods.
//!
//! The whole's NPS is R = Σ w·r, over groups with the share w of all answers and the score r. With Δ for the later less the
//! earlier and a bar for the middle of both,
//!
//! ```text
//! rate = w̄ · Δr        the group scored otherwise
//! mix  = Δw · (r̄ − R̄)  it gave more or fewer of the answers
//! ```
//!
//! and Σ (rate + mix) = ΔR, with nothing left over. Taking the middle of both periods as weights (Marshall and Edgeworth's
//! choice for prices) leaves no interaction, and with the periods swapped each part just changes its sign. Measuring r̄ from R̄
//! changes no sum, since Σ Δw = 0, and gives the mix a meaning: a group that scores better than the whole lifts it by growing.
//!
//! A group with answers in one period only has no change of its own: its score stands for both, rate is 0, and all of its part is
//! mix.
//!
//! E. M. Kitagawa, "Components of a Difference Between Two Rates", Journal of the American Statistical Association 50 (1955),
//! 1168–1194.

use std::collections::BTreeMap;

use wire::Tally;
use wire::report::{Contribution, Movement};

use super::{compare, judge};

/// What each group has to do with the change of the whole; nothing where one of the periods has no answers. A group given twice
/// is one.
pub fn moved(before: &[(Option<String>, Tally)], after: &[(Option<String>, Tally)]) -> Option<Movement> {
    let mut groups: BTreeMap<&Option<String>, [Tally; 2]> = BTreeMap::new();
    let mut whole = [Tally::default(); 2];
    for (period, tallies) in [before, after].into_iter().enumerate() {
        for (key, tally) in tallies {
            groups.entry(key).or_default()[period] += *tally;
            whole[period] += *tally;
        }
    }
    let figures = whole.map(|tally| tally.nps());
    let middle = f64::midpoint(figures[0].nps?, figures[1].nps?);
    let change = compare(&whole[1], &whole[0])?;
    let changes: Vec<_> = groups.values().map(|[earlier, later]| compare(later, earlier)).collect();
    let changes = judge(&changes);

    let of_all = figures.each_ref().map(|figures| figures.n as f64);
    let contributions = groups.into_iter().zip(changes).filter_map(|((key, tallies), change)| {
        let [before, after] = tallies.map(|tally| tally.nps());
        let earlier = before.nps.or(after.nps)?;
        let later = after.nps.unwrap_or(earlier);
        let share = [before.n as f64 / of_all[0], after.n as f64 / of_all[1]];
        let rate = f64::midpoint(share[0], share[1]) * (later - earlier);
        let mix = (share[1] - share[0]) * (f64::midpoint(earlier, later) - middle);
        let key = key.clone();
        Some(Contribution {
            key,
            name: None,
            rest: false,
            before,
            after,
            rate,
            mix,
            total: rate + mix,
            change,
        })
    });
    let mut contributions: Vec<Contribution> = contributions.collect();
    contributions.sort_by(|a, b| b.total.abs().total_cmp(&a.total.abs()).then_with(|| a.key.cmp(&b.key)));
    let [before, after] = figures;
    Some(Movement { before, after, change, contributions })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::statistics::simulations::tally;

    fn groups(of: &[(&str, Tally)]) -> Vec<(Option<String>, Tally)> {
        of.iter().map(|(key, tally)| (Some((*key).to_owned()), *tally)).collect()
    }

    fn part<'a>(movement: &'a Movement, key: &str) -> &'a Contribution {
        movement.contributions.iter().find(|it| it.key.as_deref() == Some(key)).unwrap()
    }

    /// By hand: fibre 50 → 60 with a share of 0.4 → 0.6, dsl 0 → 0 with 0.6 → 0.4: the whole 20 → 36, middle 28. Rate of fibre
    /// 0.5 × 10 = 5; mix 0.2 × (55 − 28) = 5.4; mix of dsl −0.2 × (0 − 28) = 5.6; together 16.
    #[test]
    fn rate_and_mix_are_told_apart() {
        let before = groups(&[("fibre", tally(20, 20, 0)), ("dsl", tally(20, 20, 20))]);
        let after = groups(&[("fibre", tally(36, 24, 0)), ("dsl", tally(10, 20, 10))]);
        let movement = moved(&before, &after).unwrap();
        assert_eq!((movement.before.nps, movement.after.nps), (Some(20.0), Some(36.0)));
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-9, "{got} for {expected}");
        near(part(&movement, "fibre").rate, 5.0);
        near(part(&movement, "fibre").mix, 5.4);
        near(part(&movement, "dsl").rate, 0.0);
        near(part(&movement, "dsl").mix, 5.6);
        near(movement.change.difference, 16.0);
        assert_eq!(movement.contributions[0].key.as_deref(), Some("fibre"), "the largest part comes first");
    }

    #[test]
    fn a_group_that_came_is_all_mix_and_lifts_the_whole_if_it_scores_better() {
        let before = groups(&[("old", tally(10, 10, 10))]);
        let after = groups(&[("old", tally(10, 10, 10)), ("new", tally(9, 1, 0))]);
        let movement = moved(&before, &after).unwrap();
        let new = part(&movement, "new");
        assert!(new.rate == 0.0 && new.mix > 0.0 && new.change.is_none(), "{new:?}");
        let old = part(&movement, "old");
        assert!(old.rate == 0.0 && old.mix > 0.0, "it scores worse, and has shrunk: {old:?}");
    }

    #[test]
    fn nothing_moved_from_or_to_nothing() {
        assert_eq!(moved(&[], &groups(&[("a", tally(1, 0, 0))])), None);
        assert_eq!(moved(&groups(&[("a", Tally::default())]), &groups(&[("a", tally(1, 0, 0))])), None);
    }

    type Groups = Vec<(Option<String>, Tally)>;

    fn periods() -> impl Strategy<Value = Groups> {
        let key = prop::option::of((0u8..12).prop_map(|key| format!("g{key}")));
        let count = || prop_oneof![Just(0u64), 0u64..10, 0u64..1_000_000];
        let tally = (count(), count(), count()).prop_map(|(p, s, d)| tally(p, s, d));
        prop::collection::vec((key, tally), 0..20)
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole_and_change_their_sign_with_the_periods(before in periods(), after in periods()) {
            let (Some(there), Some(back)) = (moved(&before, &after), moved(&after, &before)) else {
                return Ok(());
            };
            let sum: f64 = there.contributions.iter().map(|it| it.rate + it.mix).sum();
            prop_assert!((sum - there.change.difference).abs() < 1e-9, "{} for {}", sum, there.change.difference);
            prop_assert_eq!(there.contributions.len(), back.contributions.len());
            for part in &there.contributions {
                let other = back.contributions.iter().find(|it| it.key == part.key).unwrap();
                prop_assert!((part.rate + other.rate).abs() < 1e-9 && (part.mix + other.mix).abs() < 1e-9);
                prop_assert!((part.total - part.rate - part.mix).abs() < 1e-12);
            }
        }
    }
}
