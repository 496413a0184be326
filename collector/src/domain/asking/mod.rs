//! Whether somebody is asked after an interaction, by which mail and when; and if not, why.
//!
//! The company says it in one document: rules (which interaction asks which survey), quiet periods, quotas, reminders and
//! what happens when follow-up falls behind. The first rule that matches an interaction decides for it; what stands in the way then
//! is looked at in this order: no address, the suppression list, quiet periods, the sample, the backlog, hours and quotas.
//!
//! Read in this order: the document below, [`check`], [`Interaction`] (what arrives), `whom` (which interactions a condition means),
//! [`Window`] (days and hours), [`decide`], [`Skip`] (why not), [`Before`] (a trial in parts), [`remind`].

mod before;
mod check;
mod decide;
mod interaction;
mod reminders;
mod sample;
mod skip;
mod whom;
mod window;

use std::collections::BTreeMap;

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use before::{Before, WouldAsk, WouldCount};
pub use check::{Names, check};
pub use decide::{Asked, Asker, Counted, Counter, Decision, Invite, Ledger, by_hand, decide, is_quiet};
pub use interaction::{Accepted, Interaction, locate};
pub use reminders::remind;
pub use sample::Seed;
pub use skip::Skip;
pub use window::Window;

/// When customers are asked, as it is pushed and given back. Stored as JSON: fields are only added, with a default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Asking {
    /// Where days and hours are those of a customer whose own time zone is not known: a name of the IANA database. Without it,
    /// the organisation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// How long nobody is asked again.
    #[serde(default)]
    pub quiet: Quiet,
    /// What is asked after which interaction: the first that matches decides.
    #[serde(default, rename = "rule", skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// How many are asked a day, and when. Every one that an interaction falls under is kept.
    #[serde(default, rename = "quota", skip_serializing_if = "Vec::is_empty")]
    pub quotas: Vec<Quota>,
    /// Whether who has not answered is reminded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminders: Option<Reminders>,
    /// Whether fewer are asked when follow-up falls behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backlog: Option<Slowing>,
}

/// How long nobody is asked again, whatever the channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quiet {
    /// Days in which nobody who was asked anything is asked again, 0 to 3650; 0: no such time.
    #[serde(default)]
    pub days: u16,
    /// Survey → days in which nobody who was asked it is asked it again, 0 to 3650.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub surveys: BTreeMap<String, u16>,
    /// How often anybody is asked in 365 days at most; any number of times without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_year: Option<u16>,
    /// Whether this holds for invitations made by hand too: those of `POST /v1/invitations` and of a CSV.
    #[serde(default)]
    pub hand_made: HandMade,
}

/// What quiet periods are to invitations that are made by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HandMade {
    /// They are kept: who was asked is passed over.
    #[default]
    Keep,
    /// They are not looked at: who is named is asked. Those of interactions still see who was asked so.
    Ignore,
}

/// Which interaction asks what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rule {
    /// Its name, in answers and logs: lower-case letters, digits and `-`.
    pub name: String,
    /// The survey that is asked.
    pub survey: String,
    /// Only interactions with this outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Only interactions at this stage of the customer's journey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journey: Option<String>,
    /// Only interactions of which this holds: written as `where` of results, by agent, unit, language, outcome, journey and
    /// attributes.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The share of them that is asked, from 0 to 1. Drawn once for a customer, rule and day: who calls often is not more likely
    /// to be asked.
    #[serde(default = "all")]
    pub share: f64,
    /// The mail that is sent. Without it only the link is given, for a system that sends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// How long after the interaction: `20m`, `2h`, `1d`; 31 days at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<String>,
}

fn all() -> f64 {
    1.0
}

/// How many are asked a day, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Quota {
    /// Its name, in answers: lower-case letters, digits and `-`.
    pub name: String,
    /// Each value of this has its own number: `agent`, a kind of unit, an attribute. Without it there is one number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Only interactions of which this holds.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// How many are asked on one day of the customer's; any number without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<u32>,
    /// The days on which somebody is asked, such as `["monday", "friday"]`; all of them without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub days: Vec<Day>,
    /// The hours of the customer's day in which somebody is asked: `09:00..17:00`, the end not included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// What becomes of an interaction out of these days and hours.
    #[serde(default)]
    pub outside: Outside,
    /// Whether those who are asked are spread over the day. It needs `per_day`.
    #[serde(default)]
    pub spread: bool,
}

/// What becomes of an interaction outside of the hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outside {
    /// The customer is asked when they begin again, and counts for that day.
    #[default]
    Wait,
    /// Nobody is asked.
    Skip,
}

/// A day of the week, by its English name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they are the days of the week")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    fn is(self, day: Weekday) -> bool {
        self as i8 == day.to_monday_zero_offset()
    }
}

/// Whether who has not answered is asked again by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reminders {
    /// How many reminders anybody gets for one invitation, 1 to 5.
    pub most: u8,
    /// Days after the mail before, 1 to 60.
    pub after_days: u16,
}

/// How fewer are asked when follow-up falls behind: all up to one number of open cases, none from another on, and in between the
/// share goes down in a straight line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Slowing {
    /// Up to this number nothing changes.
    pub slow_from: u64,
    /// From this number on nobody is asked.
    pub stop_at: u64,
}

impl Slowing {
    /// The share of those who would be asked that still is, with so many open cases: from 1 to 0.
    pub fn share(&self, open: u64) -> f64 {
        if open <= self.slow_from {
            return 1.0;
        }
        if open >= self.stop_at {
            return 0.0;
        }
        (self.stop_at - open) as f64 / (self.stop_at - self.slow_from) as f64
    }
}

#[cfg(test)]
mod tests;
