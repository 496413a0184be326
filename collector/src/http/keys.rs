//! API keys: made, listed, revoked.

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{FieldProblem, Problem};

use super::Clock;
use super::body::Json;
use super::caller::Administrator;
use super::error::Error;
use crate::domain::access::{ApiKey, Scope};
use crate::store::Store;

/// Every key, oldest first, without its secret.
#[utoipa::path(get, path = "/v1/keys", operation_id = "list_keys", tag = "keys", security(("key" = ["admin"])), responses((status = 200, body = Vec<ApiKey>)))]
pub(super) async fn list(_: Administrator, State(store): State<Store>) -> Reply<Vec<ApiKey>> {
    Reply(store.catalog().api_keys().iter().map(|key| ApiKey::clone(key)).collect())
}

/// What kind of key is wanted.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// What to call it: who uses it, and for what.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
}

/// A key just made.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct KeyCreatedView {
    /// By which it is revoked.
    pub id: String,
    /// The key itself; nowhere to be had again.
    pub key: String,
}

/// Makes a key.
#[utoipa::path(post, path = "/v1/keys", operation_id = "create_key", tag = "keys", security(("key" = ["admin"])), request_body = KeyRequest,
    responses((status = 201, body = KeyCreatedView), (status = 422, body = Problem)))]
pub(super) async fn create(
    _: Administrator,
    State(store): State<Store>,
    State(clock): State<Clock>,
    Json(mut request): Json<KeyRequest>,
) -> Result<(StatusCode, Reply<KeyCreatedView>), Error> {
    let mut problems = Vec::new();
    if !(1..=100).contains(&request.name.trim().len()) {
        problems.push(FieldProblem::new("name", "1 to 100 characters: who uses the key"));
    }
    if request.scopes.is_empty() {
        problems.push(FieldProblem::new("scopes", "at least one of read, write, admin"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid("key", problems));
    }
    request.scopes.sort_by_key(|scope| *scope as u8);
    request.scopes.dedup();
    let made = store.create_key(request.name.trim().to_owned(), request.scopes, clock()).await?;
    Ok((StatusCode::CREATED, Reply(KeyCreatedView { id: made.key.id, key: made.secret.reveal().to_owned() })))
}

/// Revokes a key: from now on it opens nothing.
#[utoipa::path(delete, path = "/v1/keys/{id}", operation_id = "revoke_key", tag = "keys", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The key's id")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(super) async fn revoke(
    _: Administrator,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    if store.revoke_key(&id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::NotFound { what: "key", id })
    }
}
