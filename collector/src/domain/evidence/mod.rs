//! Evidence: what came of following customers up. How soon it was done, whether promises were kept, what was behind it, and whether
//! those who were followed up said something better the next time.
//!
//! Read in this order: `followed` (what counts of a case), `cohort` (many of them), `figures` (what they come to), `recovery` (the
//! next score) and `caveats` (when that comparison is not fair). The arithmetic is `statistics`.

mod caveats;
mod cohort;
mod figures;
mod followed;
mod recovery;

pub use cohort::{Cohort, Group};
pub use followed::{End, Followed, Promised, Waited};
pub use recovery::{Customer, Recovery, followed_up_at};

#[cfg(test)]
mod tests;
