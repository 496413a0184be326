//! People sign in, and out; and set their passwords.
//!
//! Read in this order: the handlers below, `cookie`, `passwords`, `refusal`.

pub(super) mod cookie;
mod passwords;
mod refusal;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as Reply};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::session::{NewPassword, Session as SessionView, SessionUnit, SignIn, Welcome, Welcomed};
use wire::{FieldProblem, Problem};

use super::body::{BodyLimit, Json};
use super::caller::SignedIn;
use super::error::Error;
use super::throttle::Whence;
use super::{App, Shared};
use crate::domain::customers::normal_email;
use crate::domain::organisation::Organisation;
use crate::domain::people::{Password, Person, Session};
use crate::domain::secrets::{Token, random};
use crate::store::Account;

pub use passwords::Passwords;
pub(super) use refusal::Refusal;

/// Room for an address and two passwords.
const MOST_BYTES: usize = 16 * 1024;

/// The routes of people who want to sign in, or have.
pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, show, sign_out))
        .routes(routes!(welcome))
        .routes(routes!(set_password))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(Extension(BodyLimit(MOST_BYTES)))
}

/// Signs a person in: the cookie that is set is the session.
///
/// Whatever is wrong, the answer is the same and takes as long. Who comes too often is refused for a while (429).
#[utoipa::path(post, path = "/v1/session", operation_id = "sign_in", tag = "people", request_body = SignIn,
    responses((status = 200, body = SessionView), (status = 401, body = Problem, description = "nobody signs in so"),
        (status = 403, body = Problem, description = "asked for by a page of another site, or without TLS"), (status = 429, body = Problem)))]
pub(super) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    whence: Whence,
    Json(asked): Json<SignIn>,
) -> Result<Response, Error> {
    cookie::check_sign_in(&headers, &app.pages)?;
    let email = normal_email(&asked.email).unwrap_or_default();
    app.throttles.sign_in(&whence, &email)?;
    let account = {
        let catalog = app.store.catalog();
        let person = catalog.people().with_email(&email).filter(|person| person.active).cloned();
        person.and_then(|person| catalog.account(&person.id))
    };
    let hash = account.as_ref().and_then(|account| account.password.clone());
    let matches = app.passwords.match_hash(Password::new(&asked.password), hash).await?;
    match account.filter(|_| matches) {
        Some(account) => begin(&app, &headers, &account).await,
        None => Err(refused(app.store.catalog().people().with_email(&email).map(|person| &**person))),
    }
}

/// Says in the log that somebody was refused: never with the address that was tried, which may be a password in the wrong field.
fn refused(person: Option<&Person>) -> Error {
    tracing::warn!(person = person.map_or("unknown", |person| person.id.as_str()), "sign-in refused");
    Refusal::SignIn.into()
}

/// Who has signed in.
#[utoipa::path(get, path = "/v1/session", operation_id = "show_session", tag = "people",
    responses((status = 200, body = SessionView), (status = 401, body = Problem, description = "nobody has")))]
pub(super) async fn show(signed_in: SignedIn, State(app): State<App>) -> Reply<SessionView> {
    Reply(view(&app, &signed_in.person, &signed_in.session))
}

/// Signs out: the session ends.
#[utoipa::path(delete, path = "/v1/session", operation_id = "sign_out", tag = "people",
    responses((status = 204), (status = 401, body = Problem)))]
pub(super) async fn sign_out(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.store.end_session(signed_in.person.id.clone(), signed_in.token).await?;
    tracing::info!(person = signed_in.person.id.as_str(), "signed out");
    Ok(with_cookie(StatusCode::NO_CONTENT.into_response(), cookie::write(None, &headers, &app.pages)))
}

/// Who may set a password by a link.
#[utoipa::path(post, path = "/v1/welcome", operation_id = "show_welcome", tag = "people", request_body = Welcome,
    responses((status = 200, body = Welcomed), (status = 410, body = Problem, description = "the link works no more"), (status = 429, body = Problem)))]
pub(super) async fn welcome(
    State(app): State<App>,
    headers: HeaderMap,
    whence: Whence,
    Json(asked): Json<Welcome>,
) -> Result<Reply<Welcomed>, Error> {
    cookie::check_sign_in(&headers, &app.pages)?;
    app.throttles.welcome(&whence)?;
    let account = welcomed(&app, &asked.token)?;
    let Person { name, email, .. } = account.person.clone();
    Ok(Reply(Welcomed { name, email, password_characters: app.rules.password_characters }))
}

/// Sets a password, by a link that works once, or by the password so far. All sessions of the person end, and one begins.
#[utoipa::path(put, path = "/v1/password", operation_id = "set_password", tag = "people", request_body = NewPassword,
    responses((status = 200, body = SessionView), (status = 401, body = Problem), (status = 410, body = Problem, description = "the link works no more"),
        (status = 422, body = Problem, description = "the password is not taken"), (status = 429, body = Problem)))]
pub(super) async fn set_password(
    signed_in: Option<SignedIn>,
    State(app): State<App>,
    headers: HeaderMap,
    whence: Whence,
    Json(asked): Json<NewPassword>,
) -> Result<Response, Error> {
    cookie::check_sign_in(&headers, &app.pages)?;
    let by = asked.token.as_deref().map(|token| Token::parse(token).ok_or(Refusal::Welcome)).transpose()?;
    let account = match &asked.token {
        Some(token) => {
            app.throttles.welcome(&whence)?;
            welcomed(&app, token)?
        }
        None => {
            let person = signed_in.ok_or(Refusal::SessionOver)?.person;
            app.throttles.sign_in(&whence, &person.email)?;
            let account = app.store.catalog().account(&person.id).ok_or(Refusal::SessionOver)?;
            let current = Password::new(asked.current.as_deref().unwrap_or_default());
            if !app.passwords.match_hash(current, account.password.clone()).await? {
                let detail = "it is not the password so far";
                return Err(Error::Invalid("password", vec![FieldProblem::new("current", detail)]));
            }
            account
        }
    };
    let hash = hash(&app, &account.person, &asked.password).await?;
    let id = account.person.id.clone();
    let by = by.map(|token| (token.hash(), (app.clock)()));
    if !app.store.set_password(id, hash.clone(), by).await? {
        return Err(Refusal::Welcome.into());
    }
    tracing::info!(person = account.person.id.as_str(), "password set");
    begin(&app, &headers, &Account { password: Some(hash), ..Account::clone(&account) }).await
}

/// The hash of a password that is taken.
pub(super) async fn hash(app: &App, person: &Person, typed: &str) -> Result<String, Error> {
    let password = Password::new(typed);
    match password.check(person, app.rules.password_characters) {
        Some(wrong) => Err(Error::Invalid("password", vec![FieldProblem::new("password", wrong)])),
        None => app.passwords.hash(password).await,
    }
}

fn welcomed(app: &App, token: &str) -> Result<std::sync::Arc<Account>, Refusal> {
    let token = Token::parse(token).ok_or(Refusal::Welcome)?;
    app.store.catalog().welcomed(token.hash(), (app.clock)()).ok_or(Refusal::Welcome)
}

async fn begin(app: &App, headers: &HeaderMap, account: &Account) -> Result<Response, Error> {
    let (person, now) = (&account.person, (app.clock)());
    let token = Token::from_random(random().map_err(|error| Error::Internal(error.to_string()))?);
    let hash = account.password.clone().unwrap_or_default();
    let rules = app.rules.as_ref().clone();
    if !app.store.begin_session(token.hash(), person.id.clone(), hash, rules, now).await? {
        return Err(refused(Some(person)));
    }
    tracing::info!(person = person.id.as_str(), "signed in");
    let session = Session { person: person.id.clone(), began: now, used: now };
    let keep = cookie::write(Some(&token), headers, &app.pages);
    Ok(with_cookie(Reply(view(app, person, &session)).into_response(), keep))
}

fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

fn view(app: &App, person: &Person, session: &Session) -> SessionView {
    let organisation = app.store.catalog().organisation();
    SessionView {
        person: person.id.to_string(),
        name: person.name.clone(),
        email: person.email.clone(),
        role: person.role.as_str().to_owned(),
        units: units(person, &organisation),
        agent: person.agent.as_ref().map(ToString::to_string),
        language: person.language.clone(),
        password_characters: app.rules.password_characters,
        ends: session.ends(&app.rules).to_string(),
    }
}

/// Those that are still there.
fn units(person: &Person, organisation: &Organisation) -> Vec<SessionUnit> {
    let found = person.units.iter().filter_map(|unit| organisation.unit(unit.as_str()));
    found.map(|unit| SessionUnit { id: unit.id.to_string(), name: unit.name.clone() }).collect()
}
