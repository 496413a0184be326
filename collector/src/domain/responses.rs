//! Responses: what a customer answered, and what a further submission does to it.
//!
//! An invitation has one response, whatever is sent and how often. A submission that was seen already, or that is older
//! than one seen of the same id, changes nothing; an incomplete one adds its answers; a complete one replaces them; what was completed
//! stays so, and can be changed for as long as the survey allows.

mod view;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use wire::rules::{self, Part};
use wire::{Answer, Answers, Kind, Receipt, Score, Submission, Survey};

pub use view::ResponseView;

use crate::domain::invitations::Invitation;
use crate::domain::names::{AgentId, CustomerId};
use crate::domain::quotes::Quote;
use crate::domain::visits::{Channel, Device, QUOTABLE, seen};

/// How many submission ids a response remembers. One is made each time a person opens the form; retries come from the
/// latest few.
const REMEMBERED: usize = 16;

/// The stored result of submissions. Stored under its sequence number: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Its id, the collector's own: what a client calls its submission could be anything.
    pub id: Uuid,
    /// The survey's id.
    pub survey: String,
    /// The survey's version that the latest submission answered.
    pub version: u32,
    /// Who answered; nobody knows, where the survey is open.
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// Whose interaction was scored.
    pub agent: Option<AgentId>,
    /// What was known about the interaction.
    pub attributes: BTreeMap<String, String>,
    /// Language the form was shown in.
    pub language: Option<String>,
    /// Question id → answer.
    pub answers: Answers,
    /// The answer that counts.
    pub score: Option<Score>,
    /// When the first submission came: the time that places it in a period.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// When it was last changed.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub updated_at: Timestamp,
    /// When the customer finished.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub completed_at: Option<Timestamp>,
    /// How the customer came to the survey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// What the customer answered on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// Whether what the customer wrote may be quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// The submissions it came from.
    pub submissions: Vec<Seen>,
}

/// A submission that was recorded: the newest of its id. Stored: fields are only added, with a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its id.
    pub id: Uuid,
    /// Its revision.
    pub revision: u32,
    /// Of what it said. A browser tab that was duplicated goes on with the same id and revision, and says something else.
    pub digest: u64,
}

impl Seen {
    fn new(id: Uuid, submission: &Submission) -> Self {
        let said = serde_json::to_vec(&(submission.complete, &submission.answers)).unwrap_or_default();
        let digest = Sha256::digest(said);
        let digest = digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
        Self { id, revision: submission.revision, digest }
    }

    /// Whether this one makes `other` old news: a later revision, or the very same.
    fn covers(&self, other: &Self) -> bool {
        self.id == other.id && (self.revision > other.revision || self == other)
    }
}

/// What a submission did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It made the response.
    New(Response),
    /// It changed the response.
    Changed(Response),
    /// It was known already, or older than what is known.
    Known(Response),
}

/// Why a submission is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The invitation is no longer valid.
    #[error("the invitation expired at {0}")]
    Expired(Timestamp),
    /// The invitation was taken back.
    #[error("the invitation was withdrawn")]
    Withdrawn,
    /// The survey was completed and the time for changes is over.
    #[error("the survey was completed and could be changed until {0}")]
    AlreadyAnswered(Timestamp),
}

/// A submission after its form was checked: the survey exists, the id is a UUID, the answers follow the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The submission.
    pub submission: Submission,
    /// Its id.
    pub id: Uuid,
    /// The id of the response, if it makes one.
    pub response: Uuid,
    /// The version of the survey that it answers.
    pub version: u32,
    /// The score it holds.
    pub score: Option<Score>,
    /// How the customer came to the survey.
    pub channel: Channel,
    /// What the customer answered on, if that is known.
    pub device: Option<Device>,
}

impl Checked {
    /// What somebody is told who only tries the survey out.
    pub fn as_if_stored(&self) -> Receipt {
        Receipt {
            response: self.response.to_string(),
            score: self.score,
            category: self.score.map(Score::category),
            complete: self.submission.complete,
        }
    }
}

/// Whether an answer can still be begun or changed by this invitation's link.
///
/// # Errors
/// Says why not.
pub fn open(
    invitation: &Invitation,
    existing: Option<&Response>,
    survey: &Survey,
    now: Timestamp,
) -> Result<(), Refusal> {
    let window = SignedDuration::from_mins(i64::from(survey.edit_minutes));
    // A clock that was set back makes the window longer, never an error.
    let until = |from: Timestamp| from.saturating_add(window).unwrap_or(Timestamp::MAX);
    match existing {
        Some(Response { completed_at: Some(completed), .. }) if now >= until(*completed) => {
            Err(Refusal::AlreadyAnswered(until(*completed)))
        }
        Some(Response { completed_at: Some(_), .. }) => Ok(()),
        // Somebody is in the middle of it: the expiry does not cut them off.
        Some(begun) if now < until(begun.updated_at) => Ok(()),
        _ if invitation.withdrawn => Err(Refusal::Withdrawn),
        _ if now >= invitation.expires_at => Err(Refusal::Expired(invitation.expires_at)),
        _ => Ok(()),
    }
}

/// What a submission makes of an invitation's response.
///
/// # Errors
/// When the invitation no longer takes answers and the submission is not known already.
pub fn record(
    invitation: &Invitation,
    existing: Option<Response>,
    checked: Checked,
    survey: &Survey,
    now: Timestamp,
) -> Result<Outcome, Refusal> {
    let Checked { submission, id, response: new, version, score, channel, device } = checked;
    let sent = Seen::new(id, &submission);
    let existing = match existing {
        Some(response) if response.submissions.iter().any(|seen| seen.covers(&sent)) => {
            return Ok(Outcome::Known(response));
        }
        other => other,
    };
    open(invitation, existing.as_ref(), survey, now)?;

    let Some(mut response) = existing else {
        let mut answers = submission.answers;
        settle(survey, &mut answers);
        let mut response = Response {
            id: new,
            survey: invitation.survey.clone(),
            version,
            customer: invitation.customer.clone(),
            agent: invitation.agent.clone(),
            attributes: invitation.attributes.clone(),
            language: submission.language,
            answers,
            score,
            at: now,
            updated_at: now,
            completed_at: submission.complete.then_some(now),
            channel: Some(channel),
            device,
            quote: None,
            submissions: vec![sent],
        };
        response.quote = Quote::read(&response, survey, None, now);
        return Ok(Outcome::New(response));
    };

    remember(&mut response.submissions, sent);
    // What was not said again was not asked again, in this language or by this version.
    let asks_again = submission.complete || submission.answers.keys().any(|name| name.ends_with("_quote"));
    if submission.complete {
        response.answers = submission.answers;
        response.completed_at = response.completed_at.or(Some(now));
    } else {
        response.answers.extend(submission.answers);
    }
    settle(survey, &mut response.answers);
    response.score = rules::score(&survey.questions, &response.answers);
    response.version = version;
    response.language = submission.language.or(response.language);
    response.updated_at = now;
    let before = response.quote.take();
    let read = Quote::read(&response, survey, before.clone(), now);
    response.quote = match (before, read) {
        (Some(before), Some(read)) if !asks_again && before.holds() && read.holds() => Some(before),
        (_, read) => read,
    };
    Ok(Outcome::Changed(response))
}

/// Forgets what is not to be kept: answers to questions that the others don't lead to any more, and ways to reach a
/// customer who doesn't agree to it, or no longer does.
fn settle(survey: &Survey, answers: &mut Answers) {
    for question in survey.questions.iter().filter(|question| question.kind == Kind::Contact) {
        if answers.get(&rules::name(question, Part::Consent)) != Some(&Answer::Flag(true)) {
            let parts = rules::parts(question).into_iter();
            parts.for_each(|part| drop(answers.remove(&rules::name(question, part))));
        }
    }
    // Last: a question may be asked because of what was just forgotten.
    rules::prune(&survey.questions, answers);
}

fn remember(submissions: &mut Vec<Seen>, sent: Seen) {
    submissions.retain(|seen| seen.id != sent.id);
    if submissions.len() == REMEMBERED {
        submissions.remove(0);
    }
    submissions.push(sent);
}

impl Response {
    /// What the customer's widget is told.
    pub fn receipt(&self) -> Receipt {
        Receipt {
            response: self.id.to_string(),
            score: self.score,
            category: self.score.map(Score::category),
            complete: self.completed_at.is_some(),
        }
    }

    /// What is known of the interaction: the attributes that were told, and where nobody told `channel` or `device`, what was
    /// seen of them; and whether the words may be quoted (`quotable`), which nobody can tell.
    pub fn known(&self) -> impl Iterator<Item = (&str, &str)> {
        // It was no reserved name once.
        let told = self.attributes.iter().filter(|(name, _)| *name != QUOTABLE);
        let told = told.map(|(name, value)| (name.as_str(), value.as_str()));
        let quotable = self.quote.as_ref().and_then(Quote::as_str);
        told.chain(
            seen(self.channel, self.device, quotable)
                .filter(|(name, _)| *name == QUOTABLE || !self.attributes.contains_key(*name)),
        )
    }

    /// The first comment, in the order of the survey's questions.
    pub fn comment(&self, survey: &Survey) -> Option<&str> {
        comment(&self.answers, survey)
    }
}

/// The first comment among these answers, in the order of the survey's questions.
pub fn comment<'a>(answers: &'a Answers, survey: &Survey) -> Option<&'a str> {
    survey.questions.iter().filter(|question| question.kind == Kind::Comment).find_map(|question| {
        match answers.get(&question.id) {
            Some(Answer::Text(text)) if !text.trim().is_empty() => Some(text.as_str()),
            _ => None,
        }
    })
}

#[cfg(test)]
#[path = "responses_tests.rs"]
mod tests;
