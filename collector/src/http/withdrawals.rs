//! Invitations taken back, by whatever the company knows of them: the link, the interaction, or the customer.
//!
//! What was taken back before stays so, and what was answered stays answered: to say it again does no harm.

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::Problem;

use super::App;
use super::body::Query;
use super::caller::Writer;
use super::error::Error;
use crate::domain::names::{CustomerId, InteractionId};
use crate::domain::secrets::Token;
use crate::store::Which;

/// How many invitations were taken back.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct InvitationsWithdrawn {
    /// Those that could still be answered.
    pub withdrawn: usize,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenQuery {
    /// Only those to this survey.
    #[serde(default)]
    survey: Option<String>,
}

/// Takes an invitation back: its link says so kindly, and what is still to be sent is not.
#[utoipa::path(delete, path = "/v1/invitations/{token}", operation_id = "withdraw_invitation", tag = "invitations", security(("key" = ["write"])),
    params(("token" = String, Path, description = "The secret in the link")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(super) async fn by_token(
    _: Writer,
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result<StatusCode, Error> {
    let token = Token::parse(&token).ok_or(Error::TokenMalformed)?;
    one(&app, Which::Token(token.hash()), Error::TokenUnknown).await
}

/// Takes back the invitation with this number.
#[utoipa::path(delete, path = "/v1/customers/{customer}/invitations/{id}", operation_id = "withdraw_customer_invitation", tag = "invitations",
    security(("key" = ["write"])),
    params(("customer" = String, Path, description = "The customer's id at the company"),
        ("id" = u64, Path, description = "The invitation's number, as it was given when it was made")),
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn by_number(
    _: Writer,
    State(app): State<App>,
    Path((customer, id)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let unknown = Error::NotFound { what: "invitation of this customer", id: id.clone() };
    let Ok(number) = id.parse() else { return Err(unknown) };
    one(&app, Which::Number(read_customer(&customer)?, number), unknown).await
}

/// Takes back the invitation that an interaction has led to.
#[utoipa::path(delete, path = "/v1/interactions/{interaction}", operation_id = "withdraw_interaction", tag = "asking", security(("key" = ["write"])),
    params(("interaction" = String, Path, description = "The interaction's id at the company")),
    responses((status = 204), (status = 404, body = Problem, description = "nobody was asked about it")))]
pub(super) async fn by_interaction(
    _: Writer,
    State(app): State<App>,
    Path(interaction): Path<String>,
) -> Result<StatusCode, Error> {
    let unknown = Error::NotFound { what: "invitation about the interaction", id: interaction.clone() };
    let asking = app.store.catalog().asking();
    let (Some(asking), Ok(id)) = (asking, interaction.parse::<InteractionId>()) else { return Err(unknown) };
    one(&app, Which::Token(asking.seed.token(&id).hash()), unknown).await
}

/// Takes back all invitations of a customer that can still be answered and were not.
#[utoipa::path(delete, path = "/v1/customers/{customer}/invitations", operation_id = "withdraw_customer_invitations", tag = "invitations",
    security(("key" = ["write"])),
    params(("customer" = String, Path, description = "The customer's id at the company"), OpenQuery),
    responses((status = 200, body = InvitationsWithdrawn), (status = 400, body = Problem)))]
pub(super) async fn all_open(
    _: Writer,
    State(app): State<App>,
    Path(customer): Path<String>,
    Query(query): Query<OpenQuery>,
) -> Result<Reply<InvitationsWithdrawn>, Error> {
    let which = Which::OpenOf { customer: read_customer(&customer)?, survey: query.survey };
    let withdrawn = app.store.withdraw(which, (app.clock)()).await?;
    Ok(Reply(InvitationsWithdrawn { withdrawn }))
}

async fn one(app: &App, which: Which, unknown: Error) -> Result<StatusCode, Error> {
    match app.store.withdraw(which, (app.clock)()).await? {
        0 => Err(unknown),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

fn read_customer(text: &str) -> Result<CustomerId, Error> {
    text.parse().map_err(|why| Error::Query(format!("customer: {why}"), Vec::new()))
}
