//! How long something takes, and groups that began differently.

use super::*;
use crate::domain::statistics::{Survival, compare, standardised};

/// Times that fall off evenly, a part of them seen only up to some moment.
#[test]
fn intervals_of_a_median_time_cover() {
    let mut rng = Rng::with_seed(20);
    // 1000 time units: the mean; the median is ln 2 of it.
    let truth = 1000.0 * std::f64::consts::LN_2;
    for n in [20, 50, 200] {
        for seen in [900.0, 1500.0, 10_000.0] {
            let covered = count(DRAWS / 2, || {
                let times = (0..n).map(|_| {
                    let time = -1000.0 * (1.0 - rng.f64()).ln();
                    let seen = seen * (0.5 + rng.f64());
                    (time.min(seen) as u32, time <= seen)
                });
                let [low, high] = Survival::new(times.collect()).interval(0.5);
                low.is_none_or(|low| f64::from(low) <= truth)
                    && high.is_none_or(|high| truth <= f64::from(high) + 1.0)
            });
            at_least(0.93, covered, DRAWS / 2, &format!("{n}, seen up to {seen}"));
        }
    }
}

/// Odds of what comes next, by what was said first: the lower it was, the worse.
const NEXT: [[f64; 3]; 4] = [[0.1, 0.2, 0.7], [0.2, 0.3, 0.5], [0.35, 0.35, 0.3], [0.6, 0.3, 0.1]];

/// Next scores by first one, of `n` customers who began with these odds.
fn next(rng: &mut Rng, n: u64, first: &[f64; 4], better: f64) -> Vec<Tally> {
    let began = draw(rng, n, first);
    let odds =
        NEXT.map(|[promoters, passives, detractors]| [promoters + better, passives, detractors - better]);
    began.into_iter().zip(odds).map(|(n, odds)| draw_tally(rng, n, &odds)).collect()
}

fn all(strata: &[Tally]) -> Tally {
    strata.iter().fold(Tally::default(), |mut sum, tally| {
        sum += *tally;
        sum
    })
}

/// Who began higher is followed up less, and that is all there is: the plain difference is shown to be one nearly always, the
/// adjusted one no more often than stated.
#[test]
fn what_is_only_the_start_is_taken_out() {
    let mut rng = Rng::with_seed(21);
    let (low, high) = ([0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]);
    for (n, m) in [(60, 60), (300, 300), (300, 1000)] {
        let mut plain = 0;
        let alarms = count(DRAWS / 2, || {
            let (followed, not) = (next(&mut rng, n, &low, 0.0), next(&mut rng, m, &high, 0.0));
            plain += u32::from(compare(&all(&followed), &all(&not)).unwrap().p_value <= 0.05);
            standardised(&followed, &not).unwrap().comparison.p_value <= 0.05
        });
        at_most(0.05, alarms, DRAWS / 2, &format!("{n} and {m}"));
        at_least(if n < 100 { 0.6 } else { 0.99 }, plain, DRAWS / 2, &format!("the plain one, {n} and {m}"));
    }
}

/// Nothing is done by following up, and nobody began otherwise: both keep their rate.
#[test]
fn follow_up_that_does_nothing_is_said_to_do_something_no_more_often_than_stated() {
    let mut rng = Rng::with_seed(22);
    for (n, m) in [(10, 10), (10, 100), (40, 40), (300, 100)] {
        let alarms = count(DRAWS, || {
            let [a, b] = [n, m].map(|n| next(&mut rng, n, &[0.4, 0.3, 0.2, 0.1], 0.0));
            standardised(&a, &b).is_some_and(|got| got.comparison.p_value <= 0.05)
        });
        at_most(0.05, alarms, DRAWS, &format!("{n} and {m}"));
    }
}

/// A tenth of detractors become promoters by being followed up: 20 points, whatever they began with. Known floor: 0.93.
#[test]
fn intervals_of_the_adjusted_difference_cover() {
    let mut rng = Rng::with_seed(23);
    for (n, m) in [(20, 20), (30, 100), (100, 100), (400, 1000)] {
        let covered = count(DRAWS, || {
            let followed = next(&mut rng, n, &[0.4, 0.3, 0.2, 0.1], 0.1);
            let not = next(&mut rng, m, &[0.1, 0.2, 0.3, 0.4], 0.0);
            standardised(&followed, &not).is_none_or(|got| holds(got.comparison.interval, 20.0))
        });
        at_least(0.93, covered, DRAWS, &format!("{n} and {m}"));
    }
}
