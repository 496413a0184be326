//! The suppression list: who is not to be asked.

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::{FieldProblem, Problem};

use super::App;
use super::body::{Json, Query};
use super::caller::{Reader, Writer};
use super::error::Error;
use crate::domain::limits::Limits;
use crate::domain::names::is_survey_id;
use crate::domain::phones::Phones;
use crate::domain::secrets::TokenHash;
use crate::domain::suppressions::{Address, Reason, Suppression};
use crate::store::{Listed, Store};

/// Whom or what an entry is about: one of the three.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct SuppressionRequest {
    /// An e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// A customer, by the company's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The survey that is not to be asked; all of them without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub survey: Option<String>,
    /// Why.
    pub reason: Reason,
    /// Since when; now without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// Entries to be put on the list.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SuppressionsRequest {
    /// All are, or none.
    pub suppressions: Vec<SuppressionRequest>,
}

/// How many were put on the list.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SuppressionsAdded {
    /// The number.
    pub added: usize,
}

/// A part of the list.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SuppressionsPage {
    /// The entries, in no order that means anything.
    pub suppressions: Vec<SuppressionView>,
    /// What to ask for the next part with (`after`); nothing behind the last one.
    pub next: Option<String>,
}

/// An entry.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SuppressionView {
    /// `email`, `phone` or `customer`.
    pub kind: String,
    /// The address; none, once its customer was erased.
    pub address: Option<String>,
    /// The survey; none: all of them.
    pub survey: Option<String>,
    /// Why.
    pub reason: Reason,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// `next` of the part before.
    #[serde(default)]
    after: Option<String>,
    /// How many, `limits.page` at most.
    #[serde(default)]
    limit: Option<usize>,
}

/// The suppression list, in parts.
#[utoipa::path(get, path = "/v1/suppressions", operation_id = "list_suppressions", tag = "asking", security(("key" = ["read"])),
    params(PageQuery), responses((status = 200, body = SuppressionsPage), (status = 400, body = Problem)))]
pub(super) async fn list(
    _: Reader,
    State(store): State<Store>,
    State(limits): State<Arc<Limits>>,
    Query(query): Query<PageQuery>,
) -> Result<Reply<SuppressionsPage>, Error> {
    let most = limits.page;
    let limit = query.limit.unwrap_or(most);
    if !(1..=most).contains(&limit) {
        return Err(Error::parameter("limit", format!("1 to {most} (limits.page), not {limit}")));
    }
    let after = query.after.map(|text| URL_SAFE_NO_PAD.decode(text)).transpose();
    let after =
        after.map_err(|_| Error::Query("after is not what a list gave as next".into(), Vec::new()))?;
    let mut listed = store.suppressions(after.unwrap_or_default(), limit + 1).await?;
    let more = listed.len() > limit;
    listed.truncate(limit);
    let next = listed.last().filter(|_| more).map(|(place, _)| URL_SAFE_NO_PAD.encode(place));
    let view = |(_, Suppression { address, kind, survey, reason, at }): Listed| SuppressionView {
        kind,
        address,
        survey,
        reason,
        at,
    };
    Ok(Reply(SuppressionsPage { suppressions: listed.into_iter().map(view).collect(), next }))
}

/// Puts customers and addresses on the suppression list: they are asked nothing more, by no way.
#[utoipa::path(post, path = "/v1/suppressions", operation_id = "add_suppressions", tag = "asking", security(("key" = ["write"])),
    request_body = SuppressionsRequest,
    responses((status = 200, body = SuppressionsAdded), (status = 422, body = Problem, description = "some are not valid; none was added")))]
pub(super) async fn add(
    _: Writer,
    State(app): State<App>,
    Json(SuppressionsRequest { suppressions }): Json<SuppressionsRequest>,
) -> Result<Reply<SuppressionsAdded>, Error> {
    let App { store, clock, limits, phones, .. } = app;
    let (added, most, now) = (suppressions.len(), limits.invitations_per_call, clock());
    if added == 0 || added > most {
        let detail = format!("1 to {most} in one call (limits.invitations_per_call), not {added}");
        return Err(invalid(vec![FieldProblem::new("suppressions", detail)]));
    }
    let (mut entries, mut problems) = (Vec::with_capacity(added), Vec::new());
    for (i, request) in suppressions.into_iter().enumerate() {
        match accept(request, phones, now) {
            Ok(entry) => entries.push(entry),
            Err(FieldProblem { path, detail }) => {
                problems.push(FieldProblem::new(format!("suppressions[{i}].{path}"), detail));
            }
        }
    }
    if !problems.is_empty() {
        return Err(invalid(problems));
    }
    store.suppress(entries).await?;
    Ok(Reply(SuppressionsAdded { added }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveQuery {
    /// An e-mail address.
    email: Option<String>,
    /// A telephone number.
    phone: Option<String>,
    /// A customer, by the company's id.
    customer: Option<String>,
    /// The survey of the entry; none: that of all of them.
    survey: Option<String>,
}

/// Takes one off the suppression list.
#[utoipa::path(delete, path = "/v1/suppressions", operation_id = "remove_suppression", tag = "asking", security(("key" = ["write"])),
    params(RemoveQuery), responses((status = 204), (status = 404, body = Problem, description = "it was not on the list"),
        (status = 422, body = Problem)))]
pub(super) async fn remove(
    _: Writer,
    State(store): State<Store>,
    State(phones): State<Phones>,
    Query(query): Query<RemoveQuery>,
) -> Result<StatusCode, Error> {
    let RemoveQuery { email, phone, customer, survey } = query;
    let request = SuppressionRequest { email, phone, customer, survey, ..SuppressionRequest::default() };
    let address = address(&request, phones).map_err(|problem| invalid(vec![problem]))?;
    let id = address.as_str().to_owned();
    let was = store.unsuppress(address, request.survey).await?;
    if was { Ok(StatusCode::NO_CONTENT) } else { Err(Error::NotFound { what: "entry for", id }) }
}

fn invalid(problems: Vec<FieldProblem>) -> Error {
    Error::Invalid("list of suppressions", problems)
}

fn accept(
    request: SuppressionRequest,
    phones: Phones,
    now: Timestamp,
) -> Result<(TokenHash, Suppression), FieldProblem> {
    let address = address(&request, phones)?;
    // One for a survey that is to come, or was asked elsewhere, is none the worse.
    if let Some(survey) = request.survey.as_ref().filter(|survey| !is_survey_id(survey)) {
        return Err(FieldProblem::new("survey", format!("{survey:?}: lower-case letters, digits and -")));
    }
    let entry = Suppression {
        address: Some(address.as_str().to_owned()),
        kind: address.kind().to_owned(),
        survey: request.survey,
        reason: request.reason,
        at: request.at.unwrap_or(now),
    };
    Ok((address.hash(), entry))
}

fn address(request: &SuppressionRequest, phones: Phones) -> Result<Address, FieldProblem> {
    let SuppressionRequest { email, phone, customer, .. } = request;
    let named = [("email", email), ("phone", phone), ("customer", customer)];
    let mut named = named.into_iter().filter_map(|(kind, text)| Some((kind, text.as_deref()?)));
    match (named.next(), named.next()) {
        (Some((kind, text)), None) => {
            Address::read(kind, text, phones).map_err(|detail| FieldProblem::new(kind, detail))
        }
        _ => Err(FieldProblem::new("email", "one of email, phone and customer, and only one")),
    }
}
