//! Targets and ranks.

use wire::report::Met;

use super::*;
use crate::domain::statistics::{rank, target};

/// The target is the true score: to say that it is met, or that it isn't, is a mistake.
#[test]
fn a_score_that_just_meets_its_target_is_seldom_said_to_do_more_or_less() {
    let mut rng = Rng::with_seed(20);
    for profile in PROFILES {
        for n in [5, 10, 30, 100, 300] {
            let (mut met, mut missed) = (0, 0);
            for _ in 0..DRAWS {
                match target(&draw_tally(&mut rng, n, &profile), nps(profile)).met {
                    Met::Met => met += 1,
                    Met::NotMet => missed += 1,
                    Met::NotCertain => {}
                }
            }
            // Few answers come in few patterns: 0.06 at worst.
            at_most(0.06, met, DRAWS, &format!("met, {profile:?} of {n}"));
            at_most(0.06, missed, DRAWS, &format!("not met, {profile:?} of {n}"));
        }
    }
}

/// A target that is clearly met or missed is said to be.
#[test]
fn a_clear_score_is_told() {
    let mut rng = Rng::with_seed(21);
    for (wanted, expected) in [(15.0, Met::Met), (45.0, Met::NotMet)] {
        let told =
            count(200, || target(&draw_tally(&mut rng, 600, &[0.5, 0.3, 0.2]), wanted).met == expected);
        at_least(0.95, told, 200, "15 points of 600 answers");
    }
}

/// Each group's true place is one of those given.
#[test]
fn the_places_given_hold_the_true_one() {
    let mut rng = Rng::with_seed(22);
    let level = |step: f64| [0.4 + step, 0.3, 0.3 - step];
    let equal: Vec<[f64; 3]> = vec![[0.5, 0.3, 0.2]; 20];
    let delighted: Vec<[f64; 3]> = vec![[0.95, 0.03, 0.02]; 20];
    let apart: Vec<[f64; 3]> = (0..20u8).map(|i| level(f64::from(i) * 0.015)).collect();
    let two_kinds: Vec<[f64; 3]> = (0..20u8).map(|i| level(if i < 10 { 0.0 } else { 0.25 })).collect();
    for (what, odds) in
        [("equal", equal), ("delighted", delighted), ("apart", apart), ("two kinds", two_kinds)]
    {
        for n in [8, 60, 400] {
            let (draws, mut right) = (60, 0);
            for _ in 0..draws {
                // Of different sizes, from half of n to one and a half.
                let groups: Vec<_> = odds
                    .iter()
                    .enumerate()
                    .map(|(i, odds)| {
                        (Some(i.to_string()), draw_tally(&mut rng, n / 2 + n * i as u64 / 20, odds))
                    })
                    .collect();
                for it in rank(&groups, 1) {
                    let own = nps(odds[it.key.unwrap().parse::<usize>().unwrap()]);
                    let better = odds.iter().filter(|it| nps(**it) > own + 1e-9).count() as u64;
                    let worse = odds.iter().filter(|it| nps(**it) < own - 1e-9).count() as u64;
                    // Equals share their places: all of them are to be among those given.
                    right += u32::from(it.places[0] <= better + 1 && 20 - worse <= it.places[1]);
                }
            }
            at_least(0.95, right, draws * 20, &format!("{what}, about {n} answers each"));
        }
    }
}

/// A thousand equals: who is last by chance isn't said to be.
#[test]
fn of_many_equals_hardly_one_is_set_apart() {
    let mut rng = Rng::with_seed(23);
    for profile in [[0.5, 0.3, 0.2], [0.9, 0.05, 0.05]] {
        let groups: Vec<_> =
            (0..1000).map(|i| (Some(i.to_string()), draw_tally(&mut rng, 20 + i % 30, &profile))).collect();
        let apart = rank(&groups, 5).iter().filter(|it| it.places != [1, 1000]).count();
        at_most(0.05, apart as u32, 1000, &format!("{profile:?}"));
    }
}
