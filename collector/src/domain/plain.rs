//! The survey without a script: which questions stand on one page, and what a posted form means.
//!
//! Where a script shows and hides questions as the customer answers, plain pages need steps.

mod fields;
mod steps;

pub use fields::{Merged, Mistake, merge, mistakes, read};
pub use steps::Steps;
