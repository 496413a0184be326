//! When a message that was not taken is sent again: waits that become longer, over three days.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The waits between one try and the next, and up to a fifth more or less: what failed together does not come back together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(pub Vec<SignedDuration>);

impl Schedule {
    /// How long to wait after so many tries; nothing, if that was the last one. `seed` says how much more or less.
    pub fn wait(&self, tries: u32, seed: u64) -> Option<SignedDuration> {
        let wait = self.0.get(usize::try_from(tries).ok()?.checked_sub(1)?)?;
        let spread = mixed(seed.wrapping_add(tries.into())) as f64 / u64::MAX as f64;
        Some(SignedDuration::from_secs_f64(wait.as_secs_f64() * (0.8 + 0.4 * spread)))
    }
}

/// A number as good as one by chance, and the same each time (the finalizer of SplitMix64, Steele et al. 2014).
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// That a receiver takes nothing: it is asked by one message. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Down {
    /// Since when.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub since: Timestamp,
    /// How often it was asked in vain.
    pub failures: u32,
    /// When it is asked next.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub until: Timestamp,
    /// What was seen last.
    #[serde(default)]
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_those_of_the_schedule_and_a_fifth_more_or_less() {
        let schedule = Schedule([5, 60, 300].map(SignedDuration::from_secs).to_vec());
        for (tries, seconds) in [(1, 5.0), (2, 60.0), (3, 300.0)] {
            let waits: Vec<f64> =
                (0..200).map(|seed| schedule.wait(tries, seed).unwrap().as_secs_f64() / seconds).collect();
            assert!(waits.iter().all(|wait| (0.8..=1.2).contains(wait)), "{waits:?}");
            let [least, most] = [f64::min, f64::max].map(|pick| waits.iter().copied().reduce(pick).unwrap());
            assert!(least < 0.85 && most > 1.15, "they are spread: {least} to {most}");
        }
        assert_eq!((schedule.wait(4, 0), schedule.wait(0, 0)), (None, None));
    }
}
