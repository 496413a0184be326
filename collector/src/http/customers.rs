//! Customers: what one of them said last.

use axum::Json as Reply;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::{Category, FieldProblem, Problem, Score};

use super::Clock;
use super::body::Query;
use super::caller::Reader;
use super::error::Error;
use crate::domain::customers::{normal_email, normal_phone};
use crate::store::{LastScore, Lookup, Store};

/// What a customer said last; everything but `customer` is absent if the customer never gave a score.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct LastScoreView {
    /// The customer's id.
    pub(super) customer: String,
    /// The score, 0 to 10.
    pub(super) score: Option<Score>,
    /// What it says.
    pub(super) category: Option<Category>,
    /// When it was given.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) at: Option<Timestamp>,
    /// How many seconds ago that is.
    pub(super) age_seconds: Option<i64>,
    /// The customer's words.
    pub(super) comment: Option<String>,
    /// The response's id.
    pub(super) response: Option<String>,
    /// The survey's id.
    pub(super) survey: Option<String>,
    /// The score before.
    pub(super) previous: Option<PastScore>,
    /// How many customers share the address or number looked up; the one who answered last is shown.
    pub(super) matches: usize,
}

/// A score given earlier.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct PastScore {
    /// The score, 0 to 10.
    pub(super) score: Score,
    /// What it says.
    pub(super) category: Category,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
}

/// What the `{customer}` of the address is.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    /// The company's id.
    #[default]
    Id,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct LastScoreQuery {
    /// What the customer is looked up by: `id` (the default), `email` or `phone`.
    #[serde(default)]
    #[param(inline)]
    by: By,
}

/// The last score of a customer, with the one before.
#[utoipa::path(get, path = "/v1/customers/{customer}/last-score", tag = "results", security(("key" = ["read"])),
    params(("customer" = String, Path, description = "The customer's id, e-mail address or telephone number"), LastScoreQuery),
    responses((status = 200, body = LastScoreView), (status = 404, body = Problem, description = "no such customer")))]
pub(super) async fn last_score(
    _: Reader,
    State(store): State<Store>,
    State(clock): State<Clock>,
    Path(customer): Path<String>,
    Query(query): Query<LastScoreQuery>,
) -> Result<Reply<LastScoreView>, Error> {
    let found = store.last_score(lookup(&customer, query.by)?).await?;
    let found = found.ok_or(Error::NotFound { what: "customer", id: customer })?;
    Ok(Reply(view(&store, found, clock())))
}

fn lookup(text: &str, by: By) -> Result<Lookup, Error> {
    let wrong = |detail: String| Error::Query(detail.clone(), vec![FieldProblem::new("customer", detail)]);
    match by {
        By::Id => {
            text.parse().map(Lookup::Id).map_err(|why: crate::domain::names::BadName| wrong(why.to_string()))
        }
        By::Email => normal_email(text).map(Lookup::Email).map_err(|why| wrong(why.into())),
        By::Phone => normal_phone(text).map(Lookup::Phone).map_err(|why| wrong(why.into())),
    }
}

fn view(store: &Store, found: LastScore, now: Timestamp) -> LastScoreView {
    let last = found.last;
    let comment = last.as_ref().and_then(|response| {
        let survey = store.catalog().survey_version(&response.survey, response.version)?;
        response.comment(&survey).map(str::to_owned)
    });
    let score = last.as_ref().and_then(|response| response.score);
    LastScoreView {
        customer: found.customer.to_string(),
        score,
        category: score.map(Score::category),
        at: last.as_ref().map(|response| response.at),
        // A clock that was set back makes it young, never negative.
        age_seconds: last.as_ref().map(|response| (now.as_second() - response.at.as_second()).max(0)),
        comment,
        response: last.as_ref().map(|response| response.id.to_string()),
        survey: last.map(|response| response.survey),
        previous: found.previous.map(|past| PastScore {
            score: past.score,
            category: past.score.category(),
            at: past.at,
        }),
        matches: found.matches,
    }
}
