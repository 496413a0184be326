//! Whether the numbers are right.

use axum::Json as Reply;
use axum::extract::State;
use axum::http::StatusCode;
use wire::Problem;

use super::App;
use super::caller::Administrator;
use super::error::Error;
use crate::verify::{Verification, Verifier};

/// Begins to count everything once more from what is stored, and to compare it with the numbers; `GET` tells what it came to.
/// One that goes on already is not begun again.
#[utoipa::path(post, path = "/v1/verify", operation_id = "begin_verification", tag = "results", security(("key" = ["admin"])),
    responses((status = 202, body = Verification)))]
pub(super) async fn begin(
    _: Administrator,
    State(app): State<App>,
) -> Result<(StatusCode, Reply<Verification>), Error> {
    app.verifier.begin(app.store, app.facts).map_err(|error| Error::Internal(error.to_string()))?;
    Ok((StatusCode::ACCEPTED, Reply(app.verifier.state().unwrap_or_default())))
}

/// The verification that goes on, or what the last one came to.
#[utoipa::path(get, path = "/v1/verify", operation_id = "show_verification", tag = "results", security(("key" = ["admin"])),
    responses((status = 200, body = Verification), (status = 404, body = Problem, description = "none was begun since the start")))]
pub(super) async fn show(
    _: Administrator,
    State(verifier): State<Verifier>,
) -> Result<Reply<Verification>, Error> {
    let state = verifier.state();
    state.map(Reply).ok_or_else(|| Error::NotFound { what: "verification", id: "last".to_owned() })
}
