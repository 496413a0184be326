//! Customers erased.

use axum::Json as Reply;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::{FieldProblem, Problem};

use super::App;
use super::body::Query;
use super::caller::Administrator;
use super::error::Error;
use crate::domain::erasures::{Erasure, may_leave};
use crate::domain::names::{BadName, CustomerId};
use crate::store::Erased;

/// What was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CustomerErased {
    /// Responses that are gone; or that are nobody's now, where scores were to be kept.
    pub responses: u64,
    /// Invitations whose links lead nowhere any more.
    pub invitations: u64,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct EraseQuery {
    /// `scores`: responses stay, as nobody's: with their score, ratings and choices, agent, time and attributes. Without it, they go.
    #[param(inline)]
    keep: Option<Keep>,
    /// An attribute that is not to stay with the scores, or `agent` or `language`; may be repeated.
    #[serde(default)]
    without: Vec<String>,
}

/// What may stay.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Keep {
    /// Scores.
    Scores,
}

/// Erases a customer: what is known of the customer, every response, every invitation. Their links stop working.
///
/// Nothing stays, unless scores are to be kept: then each response loses the customer, everything that was written and the ways to
/// be reached, and goes on counting. When this answers, it is done; to ask again does no harm.
#[utoipa::path(delete, path = "/v1/customers/{customer}", operation_id = "erase_customer", tag = "customers", security(("key" = ["admin"])),
    params(("customer" = String, Path, description = "The customer's id"), EraseQuery),
    responses((status = 200, body = CustomerErased), (status = 400, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn erase(
    _: Administrator,
    State(app): State<App>,
    Path(customer): Path<String>,
    Query(query): Query<EraseQuery>,
) -> Result<Reply<CustomerErased>, Error> {
    let wrong =
        |field: &str, detail: String| Error::Query(detail.clone(), vec![FieldProblem::new(field, detail)]);
    let id: CustomerId = customer.parse().map_err(|why: BadName| wrong("customer", why.to_string()))?;
    if let Some(name) = query.without.iter().find(|name| !may_leave(name)) {
        return Err(wrong(
            "without",
            format!("{name:?} is neither an attribute's name nor agent or language"),
        ));
    }
    if query.keep.is_none() && !query.without.is_empty() {
        return Err(wrong("without", "needs keep=scores: without it nothing stays at all".to_owned()));
    }
    let how = Erasure { keep_scores: query.keep.is_some(), without: query.without, at: (app.clock)() };
    let Erased { responses, invitations } = app.store.erase(id, how).await?;
    Ok(Reply(CustomerErased { responses, invitations }))
}
