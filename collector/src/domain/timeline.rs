//! What happened to an invitation, step by step.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::arrivals::{self, Door};
use crate::domain::invitations::Invitation;
use crate::domain::responses::Response;

/// Most steps that are kept of an invitation.
pub const MAX_STEPS: usize = 32;

/// Most bytes of the words that a step may carry.
pub const MAX_DETAIL_BYTES: usize = 300;

/// What happened to an invitation, and when its next mail is due. Stored: fields are only added, with a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// When a mail is to be sent, in milliseconds of Unix time: finds the outbox's entry.
    #[serde(default)]
    pub due: Option<u64>,
    /// The steps in the order they were noted.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// Something that happened to an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Step {
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// What.
    pub what: What,
    /// Why, in words, such as those of a mail server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What was fetched, of a mail that was opened or a link that was followed: `page`, a score from `0` to `10`, `image`,
    /// `hidden`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub link: Option<Door>,
    /// Whether that looks like a program rather than a person. Stored is what the request itself tells; what stands around
    /// it is looked at each time (`arrivals::mark`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic: Option<bool>,
}

/// What can happen to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It was made. Not stored: the invitation says so.
    Created,
    /// A mail is to be sent.
    Queued,
    /// A mail server has taken the invitation's mail.
    Sent,
    /// A mail server has taken a reminder.
    Reminded,
    /// A mail server has put the mail off; it is tried again.
    Deferred,
    /// The mail is not sent, and not tried again.
    GivenUp,
    /// The mail came back.
    Bounced,
    /// The mail was opened: its image was fetched, by a person's mail program or by another program.
    Opened,
    /// A link was followed, by a person or by a program.
    Clicked,
    /// A first answer was given. Not stored: the response says so.
    Started,
    /// The survey was answered to its end. Not stored: the response says so.
    Answered,
    /// The customer wants no more of this.
    Unsubscribed,
    /// The link works no more. Not stored: the invitation says so.
    Expired,
    /// The customer has told the mail provider that this is spam.
    Complained,
    /// The company has taken it back.
    Withdrawn,
    /// A mail server has taken the mail that thanks for the answer.
    Thanked,
}

impl Timeline {
    /// Adds a step. Where there are too many, the oldest goes of those that happened again later: the first and the last
    /// of everything is there in the end, as far as it fits.
    pub fn note(&mut self, step: Step) {
        self.steps.push(step);
        if self.steps.len() > MAX_STEPS {
            let again = |place: &usize| {
                let rest = &self.steps[place + 1..];
                rest.iter().any(|later| later.kind() == self.steps[*place].kind())
            };
            // There are more steps than kinds of them.
            let oldest = (0..self.steps.len()).find(again).unwrap_or(0);
            self.steps.remove(oldest);
        }
    }
}

/// Every step of an invitation: those that were noted, and those that the invitation and its response tell of.
pub fn steps(
    invitation: &Invitation,
    timeline: &Timeline,
    response: Option<&Response>,
    now: Timestamp,
) -> Vec<Step> {
    let mut steps = vec![Step::new(invitation.created_at, What::Created)];
    steps.extend(timeline.steps.iter().cloned());
    if let Some(response) = response {
        steps.push(Step::new(response.at, What::Started));
        steps.extend(response.completed_at.map(|at| Step::new(at, What::Answered)));
    } else if invitation.expires_at <= now && !invitation.withdrawn {
        steps.push(Step::new(invitation.expires_at, What::Expired));
    }
    // What came at the same time stays as it was noted.
    steps.sort_by_key(|step| step.at);
    arrivals::mark(&mut steps);
    steps
}

impl Step {
    /// A step that needs no words.
    pub fn new(at: Timestamp, what: What) -> Self {
        Self { at, what, detail: None, link: None, automatic: None }
    }

    /// The same with words: one line, cut where it is too long.
    pub fn because(at: Timestamp, what: What, words: &str) -> Self {
        let mut detail = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = (0..=MAX_DETAIL_BYTES.min(detail.len())).rfind(|end| detail.is_char_boundary(*end));
        detail.truncate(end.unwrap_or(0));
        Self { detail: Some(detail), ..Self::new(at, what) }
    }

    /// What makes two steps much the same. A program that fetches everything again and again leaves room for a person, and
    /// it stays known that it was there.
    fn kind(&self) -> (What, Option<bool>, bool) {
        (self.what, self.automatic, self.link == Some(Door::Hidden))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(second: usize, what: What) -> Step {
        Step::new(Timestamp::from_second(second as i64).unwrap(), what)
    }

    #[test]
    fn a_mail_that_is_put_off_for_ever_fills_no_disk() {
        let mut timeline = Timeline::default();
        timeline.note(step(0, What::Queued));
        for second in 1..1000 {
            timeline.note(step(second, What::Deferred));
        }
        timeline.note(step(1000, What::GivenUp));
        assert_eq!(timeline.steps.len(), MAX_STEPS);
        assert_eq!(timeline.steps[0], step(0, What::Queued));
        assert_eq!(timeline.steps[MAX_STEPS - 2], step(999, What::Deferred));
        assert_eq!(timeline.steps[MAX_STEPS - 1], step(1000, What::GivenUp));
    }

    #[test]
    fn a_program_that_fetches_everything_again_and_again_hides_no_person() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut timeline = Timeline::default();
        timeline.note(step(0, What::Sent));
        timeline.note(Door::Hidden.step(at(60), false));
        timeline.note(Door::Page.step(at(3600), false));
        (4000..5000).for_each(|second| timeline.note(Door::Score(3).step(at(second), true)));
        let kept: Vec<_> = timeline.steps.iter().filter_map(|step| step.link).take(3).collect();
        assert_eq!((timeline.steps.len(), timeline.steps[0].what), (MAX_STEPS, What::Sent));
        assert_eq!(kept, [Door::Hidden, Door::Page, Door::Score(3)]);
    }

    #[test]
    fn words_are_one_line_and_not_too_long() {
        let at = Timestamp::UNIX_EPOCH;
        let step = Step::because(at, What::Deferred, "451 4.7.1\r\n  Greylisted ");
        assert_eq!(step.detail.as_deref(), Some("451 4.7.1 Greylisted"));
        let long = Step::because(at, What::Deferred, &"ä".repeat(1000)).detail.unwrap();
        assert_eq!(long.len(), MAX_DETAIL_BYTES);
    }
}
