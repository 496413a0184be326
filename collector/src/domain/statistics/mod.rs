//! What the numbers may say: intervals, tests and rankings, of tallies alone.
//!
//! Pure arithmetic. Every formula names its source here, and `.github/NUMBERS.md` says the same to those who read the
//! figures. `simulations` checks by drawing lots that intervals cover and that tests keep their rate of false alarms.
//!
//! Read in this order: `estimate` (a figure and how sure it is), `compare` (two of them), `correct` (many comparisons),
//! `target` and `rank` (against a wish, against each other), `moved` (what changed a score), `drivers` (what goes with it),
//! `standardise` (two that began differently), `figures` (shares and means), `survival` (how long something takes), `invited`
//! (where it is known how many were asked) and `withhold` (groups too small to show).

mod compare;
mod correct;
mod drivers;
mod estimate;
mod figures;
mod invited;
mod moved;
mod rank;
mod standardise;
mod survival;
mod tails;
mod target;
mod withhold;

#[cfg(test)]
mod simulations;

pub use compare::{compare, compare_means, compare_shares, without};
pub use correct::{adjust, judge};
pub use drivers::{Candidate, Values, drivers};
pub use figures::{ces, choices, csat, mean, share};
pub use invited::interval_among_invited;
pub use moved::moved;
pub use rank::rank;
pub use standardise::{Standardised, imbalance, standardised};
pub use survival::Survival;
pub use target::target;
pub use withhold::withhold;

/// What is shown may be wrong as often as this: intervals cover 95 %, and tests raise one false alarm in twenty.
const ALPHA: f64 = 0.05;
