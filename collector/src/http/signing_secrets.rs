//! Signing secrets: made, listed, revoked. With one of them the company's server signs the passes of its customers.

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{FieldProblem, Problem};

use super::Clock;
use super::caller::Administrator;
use super::error::Error;
use crate::domain::passes::{MAX_SECRETS, SigningSecretView};
use crate::store::Store;

/// A signing secret just made.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SigningSecretCreated {
    /// By which it is revoked.
    pub id: String,
    /// The secret itself, shown this once: its characters as they are, `hs_` included, are the key of the HMAC.
    pub secret: String,
}

/// A survey's signing secrets, oldest first, without what they are there for.
#[utoipa::path(get, path = "/v1/surveys/{survey}/signing-secrets", operation_id = "list_signing_secrets", tag = "surveys", security(("key" = ["admin"])),
    params(("survey" = String, Path, description = "The survey's id")),
    responses((status = 200, body = Vec<SigningSecretView>), (status = 404, body = Problem)))]
pub(super) async fn list(
    _: Administrator,
    State(store): State<Store>,
    Path(survey): Path<String>,
) -> Result<Reply<Vec<SigningSecretView>>, Error> {
    check_survey(&store, &survey)?;
    Ok(Reply(store.catalog().signing_secrets(&survey).iter().map(|secret| secret.view()).collect()))
}

/// Makes a signing secret for a survey. The ones before stay: change to the new one, then revoke the old one. The collector
/// keeps it as it is, since no signature can be checked without it.
#[utoipa::path(post, path = "/v1/surveys/{survey}/signing-secrets", operation_id = "create_signing_secret", tag = "surveys", security(("key" = ["admin"])),
    params(("survey" = String, Path, description = "The survey's id")),
    responses((status = 201, body = SigningSecretCreated), (status = 404, body = Problem),
        (status = 422, body = Problem, description = "the survey has as many as it can have")))]
pub(super) async fn create(
    _: Administrator,
    State(store): State<Store>,
    State(clock): State<Clock>,
    Path(survey): Path<String>,
) -> Result<(StatusCode, Reply<SigningSecretCreated>), Error> {
    check_survey(&store, &survey)?;
    let made = store.create_signing_secret(survey, clock()).await?;
    let made = made.ok_or_else(|| {
        let detail = format!("the survey has {MAX_SECRETS} already: revoke one first");
        Error::Invalid("signing secret", vec![FieldProblem::new("survey", detail)])
    })?;
    Ok((StatusCode::CREATED, Reply(SigningSecretCreated { id: made.id, secret: made.secret })))
}

/// Revokes a signing secret: from now on no pass that it signed is taken.
#[utoipa::path(delete, path = "/v1/surveys/{survey}/signing-secrets/{id}", operation_id = "revoke_signing_secret", tag = "surveys", security(("key" = ["admin"])),
    params(("survey" = String, Path, description = "The survey's id"), ("id" = String, Path, description = "The secret's id")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(super) async fn revoke(
    _: Administrator,
    State(store): State<Store>,
    Path((survey, id)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    check_survey(&store, &survey)?;
    if store.revoke_signing_secret(survey, id.clone()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::NotFound { what: "signing secret", id })
    }
}

fn check_survey(store: &Store, survey: &str) -> Result<(), Error> {
    let known = store.catalog().survey(survey).is_some();
    if known { Ok(()) } else { Err(Error::NotFound { what: "survey", id: survey.to_owned() }) }
}
