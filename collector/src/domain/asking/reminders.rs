//! Whether somebody who has not answered is reminded, and when.

use jiff::{SignedDuration, Timestamp};

use super::{Asking, Reminders};
use crate::domain::invitations::Invitation;
use crate::domain::outbox::Kind;
use crate::domain::timeline::{Timeline, What};

/// When the next reminder of an invitation is sent, and which it is, counted from 1, after a mail that was sent now. Nothing, if
/// there are to be no more of them, or the customer has answered, took leave, cannot be reached or is too late by then.
pub fn remind(
    document: &Asking,
    invitation: &Invitation,
    timeline: &Timeline,
    sent: Kind,
    now: Timestamp,
) -> Option<(u32, Timestamp)> {
    let Reminders { most, after_days } = document.reminders?;
    let next = match sent {
        Kind::Invitation => 1,
        Kind::Reminder(n) => n + 1,
        Kind::Thanks => return None,
    };
    let ends = |what: What| {
        matches!(
            what,
            What::Unsubscribed | What::Complained | What::Bounced | What::GivenUp | What::Withdrawn
        )
    };
    if next > most.into()
        || invitation.response.is_some()
        || timeline.steps.iter().any(|step| ends(step.what))
    {
        return None;
    }
    let at = now.checked_add(SignedDuration::from_hours(24 * i64::from(after_days))).ok()?;
    (at < invitation.expires_at).then_some((next, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::timeline::Step;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(day * 24 * 60 * 60).unwrap()
    }

    fn invitation(response: Option<u64>) -> Invitation {
        Invitation { response, ..Invitation::for_test(day(0), day(30)) }
    }

    #[test]
    fn who_was_silent_is_reminded_so_many_times_and_nobody_else() {
        let document: Asking = toml::from_str("reminders = { most = 2, after_days = 5 }").unwrap();
        let mut timeline = Timeline::default();
        timeline.note(Step::new(day(0), What::Sent));
        let after = |timeline: &Timeline, response, sent, today| {
            remind(&document, &invitation(response), timeline, sent, day(today))
        };
        assert_eq!(after(&timeline, None, Kind::Invitation, 1), Some((1, day(6))));
        assert_eq!(after(&timeline, None, Kind::Reminder(1), 6), Some((2, day(11))));
        assert_eq!(after(&timeline, None, Kind::Reminder(2), 11), None, "enough");
        assert_eq!(after(&timeline, Some(7), Kind::Invitation, 1), None, "answered");
        assert_eq!(after(&timeline, None, Kind::Invitation, 24), Some((1, day(29))));
        assert_eq!(after(&timeline, None, Kind::Invitation, 25), None, "too late by then");
        assert_eq!(remind(&Asking::default(), &invitation(None), &timeline, Kind::Invitation, day(1)), None);
        for what in [What::Unsubscribed, What::Complained, What::Bounced, What::GivenUp, What::Withdrawn] {
            let mut timeline = timeline.clone();
            timeline.note(Step::new(day(1), what));
            assert_eq!(after(&timeline, None, Kind::Invitation, 1), None, "{what:?}");
        }
    }
}
