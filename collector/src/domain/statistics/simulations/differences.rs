//! Comparisons.

use statrs::function::factorial::ln_factorial;
use wire::report::{Judged, Verdict};

use super::*;
use crate::domain::statistics::{compare, compare_means, compare_shares, judge};

/// Known floor: 0.94, from n = 5 on and whatever the odds (`compare` adds an answer at either end).
#[test]
fn intervals_of_a_difference_cover() {
    let mut rng = Rng::with_seed(1);
    for (place, a) in PROFILES.iter().enumerate() {
        let b = &PROFILES[(place + 2) % PROFILES.len()];
        for (n, m) in [(5, 5), (5, 100), (10, 10), (30, 10), (100, 100), (300, 100)] {
            let covered = count(DRAWS, || {
                let got = compare(&draw_tally(&mut rng, n, a), &draw_tally(&mut rng, m, b)).unwrap();
                holds(got.interval, nps(*a) - nps(*b))
            });
            at_least(0.94, covered, DRAWS, &format!("{a:?} of {n}, {b:?} of {m}"));
        }
    }
}

#[test]
fn equal_groups_raise_no_more_false_alarms_than_stated() {
    let mut rng = Rng::with_seed(2);
    for profile in &PROFILES {
        for (n, m) in [(5, 5), (5, 300), (10, 30), (30, 30), (100, 300), (300, 300)] {
            let alarms = count(DRAWS, || {
                let (a, b) = (draw_tally(&mut rng, n, profile), draw_tally(&mut rng, m, profile));
                compare(&a, &b).unwrap().p_value <= 0.05
            });
            at_most(0.05, alarms, DRAWS, &format!("{profile:?}, {n} and {m}"));
        }
    }
}

/// A small group against ten thousand answers that are just what the odds say. No lots: all outcomes of the small one are
/// weighed. Known ceiling: 0.07, where nearly all are of one opinion.
#[test]
fn a_small_group_against_a_large_one_raises_few_false_alarms() {
    for profile in &PROFILES {
        let [promoters, passives, detractors] = profile.map(|odd| (odd * 10_000.0).round() as u64);
        let large = tally(promoters, passives, detractors);
        for n in [5, 10, 20, 30, 50, 100] {
            let outcomes = (0..=n).flat_map(|p| (0..=n - p).map(move |s| [p, s, n - p - s]));
            let alarms: f64 = outcomes
                .filter(|[p, s, d]| compare(&tally(*p, *s, *d), &large).unwrap().p_value <= 0.05)
                .map(|counts| probability(counts, profile))
                .sum();
            assert!(alarms <= 0.07, "{profile:?}, {n} and 10,000: {alarms}");
        }
    }
}

/// How likely these counts are in as many draws.
fn probability(counts: [u64; 3], odds: &[f64; 3]) -> f64 {
    let ways = ln_factorial(counts.iter().sum()) - counts.map(ln_factorial).iter().sum::<f64>();
    let draws =
        counts.iter().zip(odds).filter(|(count, _)| **count > 0).map(|(count, odd)| *count as f64 * odd.ln());
    (ways + draws.sum::<f64>()).exp()
}

/// Equal scores of unlike groups: one divided, one of one mind.
#[test]
fn groups_with_one_score_and_different_minds_are_not_told_apart() {
    let mut rng = Rng::with_seed(3);
    for (n, m) in [(5, 30), (10, 10), (30, 300), (300, 30)] {
        let alarms = count(DRAWS, || {
            let (a, b) =
                (draw_tally(&mut rng, n, &[0.65, 0.0, 0.35]), draw_tally(&mut rng, m, &[0.32, 0.66, 0.02]));
            compare(&a, &b).unwrap().p_value <= 0.05
        });
        at_most(0.05, alarms, DRAWS, &format!("{n} and {m}"));
    }
}

/// Forty groups, half of them alike and half set apart: of what is said, at most one in twenty is false on average.
#[test]
fn of_all_that_is_said_one_in_twenty_is_false_at_most() {
    let mut rng = Rng::with_seed(5);
    let draws = 300;
    for (apart, n) in [(0, 8), (20, 40), (20, 300), (35, 100)] {
        let shares: Vec<f64> = (0..draws)
            .map(|_| {
                let comparisons: Vec<_> = (0..40)
                    .map(|group| {
                        let odds = if group < apart { [0.7, 0.2, 0.1] } else { [0.4, 0.3, 0.3] };
                        compare(&draw_tally(&mut rng, n, &odds), &draw_tally(&mut rng, n, &[0.4, 0.3, 0.3]))
                    })
                    .collect();
                let judged = judge(&comparisons);
                let said = |judged: &Judged| judged.verdict != Verdict::NotShown;
                let all = judged.iter().flatten().filter(|judged| said(judged)).count();
                let false_ones = judged[apart..].iter().flatten().filter(|judged| said(judged)).count();
                false_ones as f64 / all.max(1) as f64
            })
            .collect();
        let rate = shares.iter().sum::<f64>() / f64::from(draws);
        assert!(rate <= 0.05 + margin(0.05, draws), "{apart} apart, n {n}: {rate}");
    }
}

#[test]
fn ratings_and_shares_raise_no_more_false_alarms_than_stated() {
    let mut rng = Rng::with_seed(4);
    for odds in RATINGS {
        for (n, m) in [(5, 5), (5, 100), (10, 30), (100, 100), (300, 100)] {
            let alarms = count(DRAWS, || {
                let [a, b] = [n, m].map(|n| draw(&mut rng, n, &odds));
                compare_means(&a, &b).unwrap().p_value <= 0.05
            });
            at_most(0.05, alarms, DRAWS, &format!("ratings {odds:?}, {n} and {m}"));
        }
    }
    for share in [0.02, 0.1, 0.5, 0.8, 0.97] {
        for (n, m) in [(5, 5), (10, 100), (30, 30), (300, 300)] {
            let alarms = count(DRAWS, || {
                let [a, b] = [n, m].map(|of| (draw(&mut rng, of, &[share, 1.0 - share])[0], of));
                compare_shares(a, b).unwrap().p_value <= 0.05
            });
            at_most(0.05, alarms, DRAWS, &format!("share {share}, {n} and {m}"));
        }
    }
}
