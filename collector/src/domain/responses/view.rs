//! A response as others are given it: by the API, in files and in events.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{Answers, Category, Score};

use super::Response;
use crate::domain::quotes::Quote;
use crate::domain::visits::QUOTABLE;

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
    /// Whether the customer's words may be quoted: `named`, `unnamed`; otherwise they may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotable: Option<String>,
    /// What the customer agreed to, when, and whether it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteView>,
}

/// Consent to be quoted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuoteView {
    /// The question whose answer is meant.
    pub question: String,
    /// Whether with the customer's name.
    pub named: bool,
    /// When the customer agreed.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The survey's version that asked.
    pub version: u32,
    /// The language in which it was asked.
    pub language: String,
    /// The sentence that was shown.
    pub text: String,
    /// When the customer took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub withdrawn_at: Option<Timestamp>,
}

impl From<Quote> for QuoteView {
    fn from(quote: Quote) -> Self {
        let Quote { question, named, at, version, language, text, withdrawn_at } = quote;
        Self { question, named, at, version, language, text, withdrawn_at }
    }
}

impl From<Response> for ResponseView {
    fn from(response: Response) -> Self {
        let known = response.known().map(|(name, value)| (name.to_owned(), value.to_owned()));
        // It has a field of its own here.
        let attributes = known.filter(|(name, _)| name != QUOTABLE).collect();
        let quotable = response.quote.as_ref().and_then(Quote::as_str).map(str::to_owned);
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
            quotable,
            quote: response.quote.map(QuoteView::from),
        }
    }
}
