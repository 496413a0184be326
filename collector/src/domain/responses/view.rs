//! A response as others are given it: by the API, in files and in events.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{Answers, Category, Score};

use super::Response;

/// One response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResponseView {
    /// Its id.
    pub id: String,
    /// The survey's id.
    pub survey: String,
    /// The survey's version.
    pub version: u32,
    /// The customer's id; absent where an open survey was answered by somebody who is not known.
    pub customer: Option<String>,
    /// The agent's id.
    pub agent: Option<String>,
    /// What was known about the interaction.
    pub attributes: BTreeMap<String, String>,
    /// Language the form was shown in.
    pub language: Option<String>,
    /// The score, 0 to 10.
    pub score: Option<Score>,
    /// What it says.
    pub category: Option<Category>,
    /// Question id → answer.
    #[schema(value_type = BTreeMap<String, wire::Answer>)]
    pub answers: Answers,
    /// Whether the customer finished.
    pub complete: bool,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When the customer finished.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Timestamp>,
}

impl From<Response> for ResponseView {
    fn from(response: Response) -> Self {
        let known = response.known().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let attributes = known.collect();
        Self {
            id: response.id.to_string(),
            survey: response.survey,
            version: response.version,
            customer: response.customer.map(String::from),
            agent: response.agent.map(String::from),
            attributes,
            language: response.language,
            score: response.score,
            category: response.score.map(Score::category),
            answers: response.answers,
            complete: response.completed_at.is_some(),
            at: response.at,
            updated_at: response.updated_at,
            completed_at: response.completed_at,
        }
    }
}
