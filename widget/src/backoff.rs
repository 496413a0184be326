//! When a sending that failed is tried again.

/// The longest wait between two tries that nobody asked for.
const LONGEST: u32 = 64_000;

/// The longest a server may ask us to wait: an hour.
const LONGEST_ASKED: u32 = 3_600_000;

/// How many milliseconds to wait after so many failures in a row.
///
/// It doubles from 1 s to 64 s, and up to half of it is left out by chance (`random`, 0 to 1), so that the many widgets
/// that lost one collector don't all come back in the same instant. Where the server named a time (`Retry-After`, in
/// seconds), it isn't asked before that.
pub fn delay(failures: u32, random: f64, retry_after: Option<u32>) -> u32 {
    let whole = (1000 << failures.saturating_sub(1).min(16)).min(LONGEST);
    let delay = whole - (f64::from(whole) * random / 2.0) as u32;
    let asked = retry_after.unwrap_or(0).saturating_mul(1000).min(LONGEST_ASKED);
    // What was asked is asked of all of them: the chance is added to it.
    if asked > delay { asked.saturating_add(whole - delay) } else { delay }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_about_a_minute() {
        let waits: Vec<u32> = (1..=9).map(|failures| delay(failures, 0.0, None)).collect();
        assert_eq!(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 64_000, 64_000]);
        assert_eq!(delay(u32::MAX, 0.0, None), 64_000);
    }

    #[test]
    fn chance_shortens_it_by_half_at_most() {
        assert_eq!(delay(4, 1.0, None), 4000);
        assert_eq!(delay(4, 0.5, None), 6000);
    }

    #[test]
    fn the_server_is_not_asked_before_the_time_it_named() {
        assert_eq!(delay(1, 0.0, Some(30)), 30_000);
        assert!(delay(1, 0.9, Some(30)) > 30_000);
        assert_eq!(delay(7, 0.0, Some(1)), 64_000);
        assert_eq!(delay(1, 0.0, Some(u32::MAX)), 3_600_000);
    }
}
