//! Lots drawn with known odds: intervals cover, and tests keep their rate of false alarms, within what chance allows.
//!
//! Each figure is held against its rate with a margin of 3.3 standard errors of so many draws, which chance passes once in
//! two thousand. Where a method is known to fall short, its floor stands beside it, and `.github/NUMBERS.md` tells it to
//! those who read the figures.

mod differences;
mod drivers;
mod figures;
mod followed;
mod standing;

use fastrand::Rng;
use wire::Tally;

/// How many draws each figure is taken from.
const DRAWS: u32 = 2_000;

/// Odds of promoters, passives and detractors: usual ones, extreme ones, divided ones.
const PROFILES: [[f64; 3]; 9] = [
    [0.5, 0.3, 0.2],
    [0.34, 0.33, 0.33],
    [0.7, 0.2, 0.1],
    [0.9, 0.05, 0.05],
    [0.95, 0.03, 0.02],
    [0.98, 0.01, 0.01],
    [0.1, 0.8, 0.1],
    [0.2, 0.2, 0.6],
    [0.5, 0.0, 0.5],
];

/// Odds of the ratings 1 to 5: usual ones, nearly all the highest, divided, in the middle.
const RATINGS: [[f64; 5]; 5] = [
    [0.05, 0.1, 0.2, 0.35, 0.3],
    [0.01, 0.02, 0.07, 0.3, 0.6],
    [0.02, 0.0, 0.0, 0.0, 0.98],
    [0.5, 0.0, 0.0, 0.0, 0.5],
    [0.0, 0.1, 0.8, 0.1, 0.0],
];

/// So many promoters, passives and detractors.
pub(super) fn tally(promoters: u64, passives: u64, detractors: u64) -> Tally {
    Tally([0, 0, 0, detractors, 0, 0, 0, passives, 0, promoters, 0])
}

/// How often each of several outcomes comes up in `n` draws.
fn draw(rng: &mut Rng, n: u64, odds: &[f64]) -> Vec<u64> {
    let sums: Vec<f64> = odds.iter().scan(0.0, |sum, odd| Some((*sum += odd, *sum).1)).collect();
    let all = sums.last().copied().unwrap_or_default();
    let mut counts = vec![0; odds.len()];
    for _ in 0..n {
        let lot = rng.f64() * all;
        counts[sums.partition_point(|sum| *sum <= lot)] += 1;
    }
    counts
}

fn draw_tally(rng: &mut Rng, n: u64, profile: &[f64; 3]) -> Tally {
    let counts = draw(rng, n, profile);
    tally(counts[0], counts[1], counts[2])
}

/// The NPS that these odds mean.
fn nps([promoters, _, detractors]: [f64; 3]) -> f64 {
    100.0 * (promoters - detractors)
}

/// How many of the draws are as described.
fn count(draws: u32, mut draw: impl FnMut() -> bool) -> u32 {
    (0..draws).map(|_| u32::from(draw())).sum()
}

/// What chance may add to a rate that is taken from so many draws.
fn margin(rate: f64, draws: u32) -> f64 {
    3.3 * (rate * (1.0 - rate) / f64::from(draws)).sqrt()
}

#[track_caller]
fn at_least(floor: f64, hits: u32, draws: u32, what: &str) {
    let rate = f64::from(hits) / f64::from(draws);
    assert!(rate >= floor - margin(floor, draws), "{what}: {rate} of the draws, {floor} or more wanted");
}

#[track_caller]
fn at_most(ceiling: f64, hits: u32, draws: u32, what: &str) {
    let rate = f64::from(hits) / f64::from(draws);
    assert!(
        rate <= ceiling + margin(ceiling, draws),
        "{what}: {rate} of the draws, {ceiling} or less wanted"
    );
}

fn holds(interval: [f64; 2], truth: f64) -> bool {
    interval[0] <= truth + 1e-9 && truth <= interval[1] + 1e-9
}
