//! Mails: listed, shown, pushed, and seen before they are sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{FieldProblem, Problem};

use super::App;
use super::body::Json;
use super::caller::{Administrator, Reader};
use super::error::Error;
use crate::domain::mails::{Mail, Rendered, Templates, Words, is_built_in};
use crate::domain::surveys::link;
use crate::store::{Removed, Store};

/// The largest mail, as JSON, bytes: larger records would leave the database's synced file.
const MAX_MAIL_BYTES: usize = 56 * 1024;

/// One mail in a list.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct MailSummary {
    /// Its name.
    pub name: String,
    /// Its languages.
    pub languages: Vec<String>,
    /// Whether nobody wrote it: it comes with the collector, until one is pushed under its name.
    pub built_in: bool,
}

/// What pushing a mail did.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct MailPushed {
    /// Its name.
    pub name: String,
    /// Whether it differs from the one before.
    pub changed: bool,
}

/// For whom a mail is to be shown. What is left out is an invented customer's.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The survey it invites to.
    pub survey: String,
    /// The customer's language; by default the survey's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The customer's first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The agent's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Whatever else is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Of this customer nothing else is known: no name is invented.
    #[serde(default)]
    pub nobody: bool,
}

/// A mail as a customer would have it.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// In which language it is.
    pub language: String,
    /// The subject.
    pub subject: String,
    /// As HTML.
    pub html: String,
    /// As text.
    pub text: String,
}

/// Every mail, by name.
#[utoipa::path(get, path = "/v1/mails", operation_id = "list_mails", tag = "mails", security(("key" = ["read"])),
    responses((status = 200, body = Vec<MailSummary>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn list(_: Reader, State(store): State<Store>) -> Reply<Vec<MailSummary>> {
    let catalog = store.catalog();
    let summary = |templates: Arc<Templates>| MailSummary {
        name: templates.mail.name.clone(),
        languages: templates.mail.languages.keys().cloned().collect(),
        built_in: !catalog.is_pushed(&templates.mail.name),
    };
    Reply(catalog.mails().into_iter().map(summary).collect())
}

/// A mail as it was pushed.
#[utoipa::path(get, path = "/v1/mails/{mail}", operation_id = "show_mail", tag = "mails", security(("key" = ["read"])),
    params(("mail" = String, Path, description = "The mail's name")),
    responses((status = 200, body = Mail), (status = 404, body = Problem)))]
pub(super) async fn show(
    _: Reader,
    State(store): State<Store>,
    Path(name): Path<String>,
) -> Result<Reply<Mail>, Error> {
    Ok(Reply(find(&store, name)?.mail.clone()))
}

/// Puts a mail in force. It is checked whole, and filled in for an invented customer: one that fails is not taken.
#[utoipa::path(put, path = "/v1/mails/{mail}", operation_id = "push_mail", tag = "mails", security(("key" = ["admin"])),
    params(("mail" = String, Path, description = "The mail's name")), request_body = Mail,
    responses((status = 201, body = MailPushed), (status = 200, body = MailPushed, description = "no change"),
        (status = 400, body = Problem), (status = 422, body = Problem, description = "not valid; the one in force stays")))]
pub(super) async fn push(
    _: Administrator,
    State(store): State<Store>,
    Path(name): Path<String>,
    Json(mail): Json<Mail>,
) -> Result<(StatusCode, Reply<MailPushed>), Error> {
    let mut problems = Vec::new();
    if mail.name != name {
        let detail = format!("{:?} differs from the {name:?} of the address", mail.name);
        problems.push(FieldProblem::new("name", detail));
    }
    if serde_json::to_vec(&mail).is_ok_and(|json| json.len() > MAX_MAIL_BYTES) {
        problems.push(FieldProblem::new("", format!("the mail is larger than {MAX_MAIL_BYTES} bytes")));
    }
    // Making HTML of it takes as long as it is.
    let made = tokio::task::spawn_blocking(|| Templates::new(mail)).await;
    let made = made.map_err(|panic| Error::Internal(panic.to_string()))?;
    let templates = match made {
        Ok(templates) if problems.is_empty() => templates,
        made => {
            problems.extend(made.err().unwrap_or_default());
            return Err(Error::Invalid("mail", problems));
        }
    };
    let changed = store.push_mail(templates).await?;
    let status = if changed { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Reply(MailPushed { name, changed })))
}

/// Removes a mail that nothing uses. Under the name of the built-in mail that one is in force again.
#[utoipa::path(delete, path = "/v1/mails/{mail}", operation_id = "remove_mail", tag = "mails", security(("key" = ["admin"])),
    params(("mail" = String, Path, description = "The mail's name")),
    responses((status = 204), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "something uses it, or nobody wrote it: `fields` says what")))]
pub(super) async fn remove(
    _: Administrator,
    State(store): State<Store>,
    Path(name): Path<String>,
) -> Result<StatusCode, Error> {
    let users = match store.remove_mail(name.clone()).await? {
        Removed::Gone => return Ok(StatusCode::NO_CONTENT),
        Removed::Unknown if is_built_in(&name) => {
            vec![FieldProblem::new("", "it comes with the collector, as long as nobody writes another")]
        }
        Removed::Unknown => return Err(Error::NotFound { what: "mail", id: name }),
        Removed::Used(users) => users,
    };
    Err(Error::InUse("mail", name, users))
}

/// A mail as a customer would have it. Nothing is sent.
#[utoipa::path(post, path = "/v1/mails/{mail}/preview", operation_id = "preview_mail", tag = "mails", security(("key" = ["read"])),
    params(("mail" = String, Path, description = "The mail's name")), request_body = PreviewRequest,
    responses((status = 200, body = Preview), (status = 404, body = Problem),
        (status = 422, body = Problem, description = "the mail needs a word that this customer has not")))]
pub(super) async fn preview(
    _: Reader,
    State(app): State<App>,
    Path(name): Path<String>,
    Json(request): Json<PreviewRequest>,
) -> Result<Reply<Preview>, Error> {
    let Rendered { language, subject, html, text } = render(&app, name, &request)?;
    Ok(Reply(Preview { language, subject, html, text }))
}

/// The mail for this customer. Its links lead to a trial, where there is one.
pub(super) fn render(app: &App, name: String, request: &PreviewRequest) -> Result<Rendered, Error> {
    let survey = app.store.catalog().survey(&request.survey);
    let survey = survey.ok_or_else(|| Error::NotFound { what: "survey", id: request.survey.clone() })?;
    let templates = find(&app.store, name)?;
    let public_url = app.pages.public_url.as_deref();
    let sample = Words::sample(&survey, &request.attributes, link(&survey, "try", public_url));
    let words = Words {
        first_name: request.first_name.as_deref().or(sample.first_name.filter(|_| !request.nobody)),
        agent: request.agent.as_deref().or(sample.agent.filter(|_| !request.nobody)),
        language: request.language.as_deref(),
        ..sample
    };
    templates.render(&words).map_err(|why| Error::Invalid("customer", vec![FieldProblem::new("", why)]))
}

fn find(store: &Store, name: String) -> Result<Arc<Templates>, Error> {
    let found = store.catalog().mail(&name);
    found.ok_or(Error::NotFound { what: "mail", id: name })
}
