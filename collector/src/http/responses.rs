//! Responses: listed, a page at a time.

use axum::Json as Reply;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use wire::{Answers, Category, Problem, Score};

use super::App;
use super::asked::{Reading, asked};
use super::body::Query;
use super::caller::Reader;
use super::error::Error;
use crate::domain::responses::Response;

/// A page of responses.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct ResponsesPage {
    /// In the order in which they were first given.
    pub(super) responses: Vec<ResponseView>,
    /// Where the next page begins: give it as `cursor`. Stable for ever: a later call with it gives what came since.
    pub(super) next: String,
    /// Whether there is more right now.
    pub(super) more: bool,
}

/// One response.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct ResponseView {
    /// Its id.
    pub(super) id: String,
    /// The survey's id.
    pub(super) survey: String,
    /// The survey's version.
    pub(super) version: u32,
    /// The customer's id; absent where an open survey was answered by somebody who is not known.
    pub(super) customer: Option<String>,
    /// The agent's id.
    pub(super) agent: Option<String>,
    /// What was known about the interaction.
    pub(super) attributes: BTreeMap<String, String>,
    /// Language the form was shown in.
    pub(super) language: Option<String>,
    /// The score, 0 to 10.
    pub(super) score: Option<Score>,
    /// What it says.
    pub(super) category: Option<Category>,
    /// Question id → answer.
    #[schema(value_type = BTreeMap<String, wire::Answer>)]
    pub(super) answers: Answers,
    /// Whether the customer finished.
    pub(super) complete: bool,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub(super) updated_at: Timestamp,
    /// When the customer finished.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) completed_at: Option<Timestamp>,
}

impl From<Response> for ResponseView {
    fn from(response: Response) -> Self {
        Self {
            id: response.id.to_string(),
            survey: response.survey,
            version: response.version,
            customer: response.customer.map(String::from),
            agent: response.agent.map(String::from),
            attributes: response.attributes,
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

asked! { ResponsesQuery {
    /// Only what was given or changed at this time or date, or after.
    updated_since: Option<String>,
    /// Where to begin: `next` of the page before.
    cursor: Option<String>,
    /// How many at most.
    limit: Option<usize>,
} }

/// Responses, oldest first.
///
/// To hear of what is new, follow `next`. To hear of what is changed too (a score is stored when it is chosen, the comment
/// comes later), remember when you asked, and ask next time for everything `updated_since` a minute before, from the first page
/// to the last: answers may be on their way to the disk while you ask. Each change comes at least once; the newest
/// `updated_at` of an `id` holds.
#[utoipa::path(get, path = "/v1/responses", operation_id = "list_responses", tag = "results", security(("key" = ["read"])), params(ResponsesQuery),
    responses((status = 200, body = ResponsesPage), (status = 400, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn list(
    _: Reader,
    State(app): State<App>,
    Query(asked): Query<ResponsesQuery>,
) -> Result<Reply<ResponsesPage>, Error> {
    let (mut reading, mut query) = Reading::begin(&app, asked.asked())?;
    query.updated_since = reading.time("updated_since", asked.updated_since.as_deref());
    let from = reading.cursor(asked.cursor.as_deref());
    let most = app.limits.page;
    let limit = asked.limit.unwrap_or(most.min(100));
    if !(1..=most).contains(&limit) {
        reading.note("limit", format!("1 to {most} (limits.page)"));
    }
    reading.end()?;
    let (facts, store) = (app.facts, app.store);
    let organisation = store.catalog().organisation();
    // One more than asked for tells whether there is more.
    let found = tokio::task::spawn_blocking(move || facts.find(&query, from, limit + 1, &organisation)).await;
    let mut rows = found.map_err(|panic| Error::Internal(panic.to_string()))??;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map_or(from, |last| last + 1).to_string();
    let responses = store.responses(rows).await?.into_iter().map(|(_, response)| response.into()).collect();
    Ok(Reply(ResponsesPage { responses, next, more }))
}
