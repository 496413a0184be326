//! When a mail that was not taken is tried again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::outbox::Outgoing;
use crate::domain::secrets::TokenHash;

/// Minutes to wait after each time that a server put the mail off; the last one from then on. Most servers that do it to
/// see whether one comes back take it after five.
const MINUTES: [u32; 6] = [1, 5, 15, 60, 120, 240];

/// How long nothing is sent after the server could not be reached, seconds: twice as long each time.
const PAUSE_SECONDS: u64 = 1;
/// The longest pause, seconds.
const LONGEST_PAUSE_SECONDS: u64 = 60;

/// When a mail is tried again that a server has put off; nothing, once it has been tried for so many hours.
pub(super) fn next_try(outgoing: &Outgoing, id: &TokenHash, now: Timestamp, hours: u32) -> Option<Timestamp> {
    let step = MINUTES[(outgoing.tries() as usize).min(MINUTES.len() - 1)];
    let next = now + wait(step, spread(outgoing, id));
    let end = outgoing.since().saturating_add(SignedDuration::from_hours(hours.into())).unwrap_or(now);
    (next <= end).then_some(next)
}

/// So many minutes, and up to a fifth more or less: mails that were put off together do not come back together.
fn wait(minutes: u32, spread: f64) -> SignedDuration {
    SignedDuration::from_secs_f64(f64::from(minutes) * 60.0 * (0.8 + 0.4 * spread))
}

/// From 0 to 1, by chance as far as anybody can see, and the same each time: no random number is needed.
fn spread(outgoing: &Outgoing, id: &TokenHash) -> f64 {
    let byte = id.0[(outgoing.tries() as usize) % id.0.len()];
    f64::from(byte) / 255.0
}

/// How long nothing is sent after the server could not be reached so many times one after the other.
pub(super) fn pause(failures: u32) -> Duration {
    let doubled = PAUSE_SECONDS << failures.saturating_sub(1).min(6);
    Duration::from_secs(doubled.min(LONGEST_PAUSE_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secrets::Token;

    #[test]
    fn a_mail_that_is_put_off_is_tried_less_and_less_often_until_its_time_is_over() {
        let token = Token::from_random([3; 16]);
        let hash = token.hash();
        let mut outgoing = Outgoing::invitation(token, "x".into(), Timestamp::UNIX_EPOCH);
        let (mut now, mut waits) = (Timestamp::UNIX_EPOCH, Vec::new());
        while let Some(next) = next_try(&outgoing, &hash, now, 72) {
            waits.push(next.duration_since(now).as_secs_f64() / 60.0);
            now = next;
            outgoing.put_off();
        }
        for (wait, minutes) in waits.iter().zip(MINUTES) {
            let minutes = f64::from(minutes);
            assert!((0.8 * minutes..=1.2 * minutes).contains(wait), "{wait} for {minutes}");
        }
        assert!(waits.len() > 15 && now.as_second() <= 72 * 3600 && now.as_second() > 66 * 3600, "{waits:?}");
    }

    #[test]
    fn mails_that_were_put_off_together_do_not_come_back_together() {
        let next = |n: u8| {
            let token = Token::from_random([n; 16]);
            let hash = token.hash();
            let outgoing = Outgoing::invitation(token, "x".into(), Timestamp::UNIX_EPOCH);
            next_try(&outgoing, &hash, Timestamp::UNIX_EPOCH, 1)
        };
        let times: std::collections::BTreeSet<_> = (0..100).map(next).collect();
        assert!(times.len() > 50, "{}", times.len());
    }

    #[test]
    fn a_server_that_is_gone_is_asked_once_a_minute_in_the_end() {
        let pauses: Vec<u64> = (1..10).map(|failures| pause(failures).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
