//! One case.

use serde::{Deserialize, Serialize};

use super::{Action, By, CaseSummary, Happened, Named, Promise};
use crate::nps::Score;

/// One case, with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseView {
    /// As it is on the work list.
    #[serde(flatten)]
    pub case: CaseSummary,
    /// When somebody took notice, talked to the customer, and closed it.
    pub acknowledged_at: Option<String>,
    /// When somebody talked to the customer first.
    pub contacted_at: Option<String>,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// What was promised, and whether it was kept.
    pub promises: Vec<PromiseView>,
    /// What the customer answered; absent where the case is about no response, or it was erased.
    pub response: Option<ResponseOfCase>,
    /// How the customer can be reached.
    pub contact: Option<Contact>,
    /// The customer's scores, the newest first.
    pub history: Vec<PastScore>,
    /// What happened, in order.
    pub trail: Vec<TrailEntry>,
    /// What the caller can do now.
    pub actions: Vec<Action>,
    /// The company's root causes, to choose from.
    pub root_causes: Vec<Named>,
    /// Who could follow it up instead: the people of its unit, whoever leads above, and whoever does where nobody else is found.
    #[serde(default)]
    pub assignees: Vec<Named>,
}

/// A promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PromiseView {
    /// What.
    pub promise: Promise,
    /// Until when.
    pub by: String,
    /// When it was done, if it was.
    pub done_at: Option<String>,
    /// Whether it was kept; absent while that is open.
    pub kept: Option<bool>,
}

/// What the customer answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResponseOfCase {
    /// The response's id.
    pub id: String,
    /// When it was given.
    pub at: String,
    /// Whether the customer finished.
    pub complete: bool,
    /// The language of the form.
    pub language: Option<String>,
    /// What was known about the interaction.
    pub attributes: Vec<Attribute>,
    /// Question and answer, in the order of the survey.
    pub answers: Vec<Said>,
}

/// Something known about the interaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A question and what the customer answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Said {
    /// The question's id.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer in words.
    pub answer: String,
}

/// How the customer can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// The first name.
    pub first_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
}

/// A score of the customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PastScore {
    /// The score.
    pub score: Score,
    /// When it was given.
    pub at: String,
    /// The case that it led to, if it led to one.
    pub case: Option<u64>,
}

/// Something that happened to a case. None is ever changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailEntry {
    /// Its number, from 0 on.
    pub number: u32,
    /// When.
    pub at: String,
    /// Who did it.
    pub by: By,
    /// The person or the key.
    pub who: Option<Named>,
    /// What.
    pub what: Happened,
    /// What it was before: a state, a person's id, a score.
    pub from: Option<String>,
    /// What it was from then on: a state, a person's id, a root cause, a score, the rule that opened it.
    pub to: Option<String>,
    /// The promise that was missed.
    pub promise: Option<Promise>,
    /// What somebody wrote.
    pub note: Option<String>,
    /// Whether a text that was here went with the customer.
    #[serde(default)]
    pub erased: bool,
}
