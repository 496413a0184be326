//! The follow-up document: what is followed up, by whom, and how soon.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{Category, Localised};

use crate::domain::asking::Day;
use crate::domain::names::PersonId;

/// What is followed up, as it is pushed and given back. Stored as JSON: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FollowUp {
    /// Who follows up where nobody else is found: a person's id. There must be such a person.
    #[schema(value_type = String)]
    pub fallback: PersonId,
    /// When people work. Promises are counted in these hours; without them, around the clock.
    #[serde(default)]
    pub hours: Hours,
    /// What is promised where a rule promises nothing else.
    #[serde(default)]
    pub promises: Promises,
    /// What happens when a promise is missed.
    #[serde(default)]
    pub escalation: Escalation,
    /// How many open cases people can have.
    #[serde(default)]
    pub capacity: Capacity,
    /// The mail to whoever follows up.
    #[serde(default)]
    pub mail: OwnerMail,
    /// What opens a case: the first that matches a response decides.
    #[serde(default, rename = "rule", skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// The company's own list of what can be behind a case.
    #[serde(default, rename = "root_cause", skip_serializing_if = "Vec::is_empty")]
    pub root_causes: Vec<RootCause>,
    /// Whether a case can only be resolved with a root cause.
    #[serde(default)]
    pub root_cause_required: bool,
}

/// When people work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hours {
    /// Where: a name of the IANA database. Without it, the organisation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The days, such as `["monday", "friday"]`; all of them without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub days: Vec<Day>,
    /// The hours of each: `09:00..17:00`, the end not included; all of them without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// Days on which nobody works.
    #[serde(
        default,
        skip_serializing_if = "BTreeSet::is_empty",
        deserialize_with = "crate::domain::dates::written_many"
    )]
    #[schema(value_type = Vec<String>)]
    pub holidays: BTreeSet<Date>,
}

/// Within how many working hours what is done. None is promised that is not named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Promises {
    /// Until somebody has taken notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge_hours: Option<f64>,
    /// Until somebody has talked to the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_hours: Option<f64>,
    /// Until the case is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolve_hours: Option<f64>,
}

/// What happens when a promise is missed: whoever leads above is told, step by step, and the fallback in the end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Escalation {
    /// Whether that person follows the case up from then on; if not, only a mail tells of it.
    pub hand_over: bool,
    /// After how many more working hours the next one is told, where still nothing happens.
    pub again_hours: f64,
}

impl Default for Escalation {
    fn default() -> Self {
        Self { hand_over: true, again_hours: 8.0 }
    }
}

/// How many open cases people can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Capacity {
    /// Who has no capacity of her or his own has this one.
    pub each: u32,
    /// Whether cases above it count as backlog, so that fewer customers are asked (`backlog` of the asking document).
    pub throttle: bool,
}

impl Default for Capacity {
    fn default() -> Self {
        Self { each: 50, throttle: true }
    }
}

/// The mail to whoever follows up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct OwnerMail {
    /// Whether there is one.
    pub send: bool,
    /// Whether it says what the customer answered and who it was; if not, it only leads to the case.
    pub contents: bool,
    /// Minutes to wait for the customer to finish, so that the comment is in the mail; 0 to 60.
    pub wait_minutes: u32,
    /// Days for which the link that acknowledges works, 1 to 31.
    pub link_days: u32,
}

impl Default for OwnerMail {
    fn default() -> Self {
        Self { send: true, contents: true, wait_minutes: 2, link_days: 7 }
    }
}

/// What opens a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rule {
    /// Its name, in cases and answers: lower-case letters, digits and `-`.
    pub name: String,
    /// Only these categories; all of them without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Category>,
    /// Only scores from the first to the second, both included: `[0, 3]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<[u8; 2]>,
    /// Only responses of which this holds: written as `where` of results, by survey, agent, unit, language, attributes and answers.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Only if one of these is in a comment: whole words, or several one after the other, in upper or lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Who follows up.
    #[serde(default)]
    pub owner: Owner,
    /// What is promised here; what is not named is as in the document's own `promises`.
    #[serde(default)]
    pub promises: Promises,
}

/// Who follows up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Whoever leads the unit that the agent was in; of several, who has the fewest open cases.
    #[default]
    Lead,
    /// Whom the interaction was with, if that agent is somebody who works with Hearback.
    Agent,
    /// This person.
    Person(String),
    /// Of the people of this unit and of those below it who are not away, the one with the fewest open cases.
    LeastLoaded(String),
}

/// Something that can be behind a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RootCause {
    /// Its name in cases and counts: lower-case letters, digits and `-`.
    pub id: String,
    /// What people read, by language.
    pub text: Localised,
}

impl Promises {
    /// These, and where one is not named, that of the others.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            acknowledge_hours: self.acknowledge_hours.or(others.acknowledge_hours),
            contact_hours: self.contact_hours.or(others.contact_hours),
            resolve_hours: self.resolve_hours.or(others.resolve_hours),
        }
    }
}
