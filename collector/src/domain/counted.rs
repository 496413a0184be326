//! Responses and invitations as the numbers see them: without what is not counted, and without a copy of what is. After a start
//! without a snapshot every record there is comes through here: reading all of each would take three times as long.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use wire::{Answers, Score};

use crate::domain::invitations::Invitation;
use crate::domain::responses::Response;
use crate::domain::visits::{Channel, Device, seen};

/// A response. Its fields are those of [`Response`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CountedResponse<'a> {
    /// The survey's id.
    pub survey: &'a str,
    /// The survey's version.
    pub version: u32,
    /// Whose interaction was scored.
    #[serde(borrow)]
    pub agent: Option<&'a str>,
    /// What was known about the interaction.
    #[serde(borrow)]
    pub attributes: BTreeMap<&'a str, &'a str>,
    /// Language the form was shown in.
    #[serde(borrow)]
    pub language: Option<&'a str>,
    /// Question id → answer.
    pub answers: Cow<'a, Answers>,
    /// The answer that counts.
    pub score: Option<Score>,
    /// When the first submission came.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// When it was last changed.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub updated_at: Timestamp,
    /// When the customer finished.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub completed_at: Option<Timestamp>,
    /// How the customer came to the survey.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// What the customer answered on.
    #[serde(default)]
    pub device: Option<Device>,
}

/// An invitation. Its fields are those of [`Invitation`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CountedInvitation<'a> {
    /// The survey's id.
    pub survey: &'a str,
    /// Whose interaction is scored.
    #[serde(borrow)]
    pub agent: Option<&'a str>,
    /// The customer's language.
    #[serde(borrow)]
    pub language: Option<&'a str>,
    /// Whatever else is known.
    #[serde(borrow)]
    pub attributes: BTreeMap<&'a str, &'a str>,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// The response it led to, by its sequence number.
    pub response: Option<u64>,
    /// Its number; none of what was made for an answer that came unasked.
    #[serde(default)]
    pub number: Option<u64>,
}

impl<'a> CountedResponse<'a> {
    /// As [`Response::known`].
    pub fn known(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let told = self.attributes.iter().map(|(name, value)| (*name, *value));
        told.chain(seen(self.channel, self.device).filter(|(name, _)| !self.attributes.contains_key(name)))
    }
}

impl<'a> From<&'a Response> for CountedResponse<'a> {
    fn from(response: &'a Response) -> Self {
        Self {
            survey: &response.survey,
            version: response.version,
            agent: response.agent.as_ref().map(|agent| agent.as_str()),
            attributes: borrowed(&response.attributes),
            language: response.language.as_deref(),
            answers: Cow::Borrowed(&response.answers),
            score: response.score,
            at: response.at,
            updated_at: response.updated_at,
            completed_at: response.completed_at,
            channel: response.channel,
            device: response.device,
        }
    }
}

impl<'a> From<&'a Invitation> for CountedInvitation<'a> {
    fn from(invitation: &'a Invitation) -> Self {
        Self {
            survey: &invitation.survey,
            agent: invitation.agent.as_ref().map(|agent| agent.as_str()),
            language: invitation.language.as_deref(),
            attributes: borrowed(&invitation.attributes),
            created_at: invitation.created_at,
            response: invitation.response,
            number: invitation.number,
        }
    }
}

fn borrowed(attributes: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
