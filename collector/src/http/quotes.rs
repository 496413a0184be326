//! Consent to be quoted, taken back on a customer's behalf. Customers do it by themselves, on their page `/u/{token}`.

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use wire::Problem;

use super::App;
use super::caller::Writer;
use super::error::Error;
use crate::domain::names::CustomerId;
use crate::domain::query::Condition;
use crate::domain::visits::QUOTABLE;
use crate::facts::Query;
use crate::store::Quoted;

/// How many responses are looked through at a time.
const AT_ONCE: usize = 512;

/// In how many responses words may not be quoted any more.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct QuotesWithdrawn {
    /// Those in which they could be.
    pub withdrawn: usize,
}

/// What is true of the responses whose words may be quoted; or of all others.
pub(super) fn quotable(may: bool) -> Condition {
    // That nobody has agreed so far is no mistake in a question.
    let values = if may { "named,unnamed" } else { "absent" };
    Condition::read(&format!("attribute.{QUOTABLE}:{values}")).unwrap_or(Condition::Any(Vec::new()))
}

/// Takes back that a customer's words may be quoted, in every answer.
#[utoipa::path(delete, path = "/v1/customers/{customer}/quotes", operation_id = "withdraw_customer_quotes", tag = "results", security(("key" = ["write"])),
    params(("customer" = String, Path, description = "The customer's id at the company")),
    responses((status = 200, body = QuotesWithdrawn), (status = 400, body = Problem)))]
pub(super) async fn of_customer(
    _: Writer,
    State(app): State<App>,
    Path(customer): Path<String>,
) -> Result<Reply<QuotesWithdrawn>, Error> {
    let customer: CustomerId =
        customer.parse().map_err(|why| Error::Query(format!("customer: {why}"), Vec::new()))?;
    let withdrawn = app.store.withdraw_quotes(Quoted::Customer(customer), (app.clock)()).await?;
    Ok(Reply(QuotesWithdrawn { withdrawn }))
}

/// Takes back that the words of a response may be quoted: also of somebody who is not known.
#[utoipa::path(delete, path = "/v1/responses/{response}/quote", operation_id = "withdraw_quote", tag = "results", security(("key" = ["write"])),
    params(("response" = String, Path, description = "The response's id")),
    responses((status = 204), (status = 404, body = Problem, description = "no such response may be quoted")))]
pub(super) async fn of_response(
    _: Writer,
    State(app): State<App>,
    Path(response): Path<String>,
) -> Result<StatusCode, Error> {
    let unknown = || Error::NotFound { what: "response that may be quoted", id: response.clone() };
    let id: Uuid = response.parse().map_err(|_| unknown())?;
    let sequence = find(&app, id).await?.ok_or_else(unknown)?;
    match app.store.withdraw_quotes(Quoted::Response(sequence, id), (app.clock)()).await? {
        0 => Err(unknown()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// The number of a response that may be quoted. Few may be: no index is kept for them.
async fn find(app: &App, id: Uuid) -> Result<Option<u64>, Error> {
    let query = Query { condition: quotable(true), ..Query::default() };
    let mut from = 0;
    loop {
        let (facts, query) = (app.facts.clone(), query.clone());
        let organisation = app.store.catalog().organisation();
        let found =
            tokio::task::spawn_blocking(move || facts.find(&query, from, AT_ONCE, &organisation)).await;
        let rows = found.map_err(|panic| Error::Internal(panic.to_string()))??;
        let Some(last) = rows.last() else { return Ok(None) };
        from = last + 1;
        let responses = app.store.responses(rows).await?;
        if let Some((sequence, _)) = responses.into_iter().find(|(_, response)| response.id == id) {
            return Ok(Some(sequence));
        }
    }
}
