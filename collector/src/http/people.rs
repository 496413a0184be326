//! The people who work with Hearback: listed, put, removed, let in.

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{FieldProblem, Problem};

use super::App;
use super::body::Json;
use super::caller::Administrator;
use super::error::Error;
use super::sign_in;
use crate::domain::names::{BadName, PersonId};
use crate::domain::people::{Person, Welcome};
use crate::domain::secrets::{Token, random};
use crate::store::Store;

/// Somebody, and whether that person can sign in.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PersonView {
    /// Who.
    #[serde(flatten)]
    pub person: Person,
    /// Whether there is a password.
    pub password: bool,
}

/// Everybody, by id.
#[utoipa::path(get, path = "/v1/people", operation_id = "list_people", tag = "people", security(("key" = ["admin"])), responses((status = 200, body = Vec<PersonView>)))]
pub(super) async fn list(_: Administrator, State(store): State<Store>) -> Reply<Vec<PersonView>> {
    let catalog = store.catalog();
    let view = |person: &Person| PersonView {
        person: person.clone(),
        password: catalog.account(&person.id).is_some_and(|account| account.password.is_some()),
    };
    Reply(catalog.people().all().map(|person| view(person)).collect())
}

/// Puts a person in place of the one of this id. The password stays; who is not active any more is signed out everywhere.
#[utoipa::path(put, path = "/v1/people/{person}", operation_id = "put_person", tag = "people", security(("key" = ["admin"])),
    params(("person" = String, Path, description = "The person's id")), request_body = Person,
    responses((status = 200, body = PersonPut), (status = 201, body = PersonPut, description = "the person is new"),
        (status = 422, body = Problem, description = "not valid; nothing is changed")))]
pub(super) async fn put(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
    Json(person): Json<Person>,
) -> Result<(StatusCode, Reply<PersonPut>), Error> {
    if person.id != read_id(&id)? {
        let detail = format!("{} stands in the address: {id}", person.id);
        return Err(Error::Invalid("person", vec![FieldProblem::new("id", detail)]));
    }
    let new = app.store.put_person(person, app.rules.people).await?;
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Reply(PersonPut { new })))
}

/// What putting did.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PersonPut {
    /// Whether the person is new.
    pub new: bool,
}

/// Removes a person, who is signed out everywhere.
#[utoipa::path(delete, path = "/v1/people/{person}", operation_id = "remove_person", tag = "people", security(("key" = ["admin"])),
    params(("person" = String, Path, description = "The person's id")), responses((status = 204), (status = 404, body = Problem)))]
pub(super) async fn remove(
    _: Administrator,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    if store.remove_person(read_id(&id)?).await? { Ok(StatusCode::NO_CONTENT) } else { Err(unknown(id)) }
}

/// A link to set a password by.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PersonInvited {
    /// The whole address, where the collector knows its own (`public_url`).
    pub link: Option<String>,
    /// What comes behind the collector's address.
    pub path: String,
    /// Until when it works: once.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// Makes a link by which a person sets a password, once. The one before works no more; the password so far does until then.
#[utoipa::path(post, path = "/v1/people/{person}/invitation", operation_id = "invite_person", tag = "people", security(("key" = ["admin"])),
    params(("person" = String, Path, description = "The person's id")),
    responses((status = 201, body = PersonInvited), (status = 404, body = Problem),
        (status = 422, body = Problem, description = "the person is not active")))]
pub(super) async fn invite(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Reply<PersonInvited>), Error> {
    let person = read_id(&id)?;
    let account = app.store.catalog().account(&person).ok_or_else(|| unknown(id.clone()))?;
    if !account.person.active {
        let why = format!("{person} is not active, and cannot sign in");
        return Err(Error::Invalid("person", vec![FieldProblem::new("active", why)]));
    }
    let token = Token::from_random(random().map_err(|error| Error::Internal(error.to_string()))?);
    let welcome = Welcome::new(token.hash(), &app.rules, (app.clock)());
    let until = welcome.until;
    if !app.store.welcome(person, welcome).await? {
        return Err(unknown(id));
    }
    // Behind the #, it is in no log of any server on the way.
    let path = format!("/desk/welcome#{}", token.reveal());
    let link = app.pages.public_url.as_deref().map(|url| format!("{url}{path}"));
    Ok((StatusCode::CREATED, Reply(PersonInvited { link, path, until })))
}

/// A password.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRequest {
    /// The new one.
    pub password: String,
}

/// Sets a person's password, who is signed out everywhere.
#[utoipa::path(put, path = "/v1/people/{person}/password", operation_id = "set_password_of_person", tag = "people", security(("key" = ["admin"])),
    params(("person" = String, Path, description = "The person's id")), request_body = PasswordRequest,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem, description = "the password is not taken")))]
pub(super) async fn set_password(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
    Json(asked): Json<PasswordRequest>,
) -> Result<StatusCode, Error> {
    let person = read_id(&id)?;
    let account = app.store.catalog().account(&person).ok_or_else(|| unknown(id.clone()))?;
    let hash = sign_in::hash(&app, &account.person, &asked.password).await?;
    if app.store.set_password(person, hash, None).await? {
        tracing::info!(person = id, "password set by an admin");
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(unknown(id))
    }
}

fn read_id(id: &str) -> Result<PersonId, Error> {
    id.parse()
        .map_err(|why: BadName| Error::Invalid("person", vec![FieldProblem::new("id", why.to_string())]))
}

fn unknown(id: String) -> Error {
    Error::NotFound { what: "person", id }
}
