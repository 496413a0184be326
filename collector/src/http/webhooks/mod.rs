//! Webhooks: made, listed, changed, removed; and the secrets that they are signed with.

mod deliveries;
mod view;

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use wire::{FieldProblem, Problem};

use super::App;
use super::body::Json;
use super::caller::Administrator;
use super::error::Error;
use super::events::read_filter;
use crate::domain::secrets::random;
use crate::domain::webhooks::secret::Secret;
use crate::domain::webhooks::target::Target;
use crate::domain::webhooks::{Paused, Webhook, WebhookId, Why};

pub use deliveries::{DeliveriesPage, DeliveryView, ReplayBegun, ReplayRequest};
pub use view::WebhookView;

pub(super) use deliveries::*;

/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 100;

/// Most secrets that sign at a time.
const MAX_SECRETS: usize = 4;

/// A webhook that is wanted.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookRequest {
    /// Where messages go: `https://…`.
    pub url: String,
    /// What to call it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Only these types of events: `response.created`, `invitation.*`; all of them without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Only of this survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub survey: Option<String>,
    /// Only about agents who were then in this unit, or in one below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Only about this customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Whether to send; by default yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The secret to sign with, `whsec_` and 24 to 64 bytes as base64; by default a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// What is to be changed; what is not named stays as it is, and `null` takes a filter away.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookChange {
    /// Where messages go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What to call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Only these types of events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<String>>,
    /// Only of this survey.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub survey: Option<Option<String>>,
    /// Only about agents of this unit.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub unit: Option<Option<String>>,
    /// Only about this customer.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub customer: Option<Option<String>>,
    /// Whether to send. A webhook that was paused goes on where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// A field that was given, if only as `null`.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A webhook just made.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct WebhookCreated {
    /// Its id.
    pub id: String,
    /// The secret that messages are signed with; nowhere to be had again.
    pub secret: String,
}

/// The secret that is wanted.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookSecretRequest {
    /// `whsec_` and 24 to 64 bytes as base64; by default a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// A secret that signs from now on.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct WebhookSecretCreated {
    /// The secret; nowhere to be had again.
    pub secret: String,
    /// Until when the one before signs too.
    #[schema(value_type = String, format = DateTime)]
    pub both_until: Timestamp,
}

/// Every webhook, the oldest first.
#[utoipa::path(get, path = "/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks", security(("key" = ["admin"])),
    responses((status = 200, body = Vec<WebhookView>)))]
pub(super) async fn list(_: Administrator, State(app): State<App>) -> Result<Reply<Vec<WebhookView>>, Error> {
    let webhooks = app.store.catalog().webhooks();
    let mut views = Vec::with_capacity(webhooks.len());
    for webhook in webhooks {
        views.push(WebhookView::of(&app.store, &webhook).await?);
    }
    Ok(Reply(views))
}

/// Makes a webhook: from now on each event is sent to it, as Standard Webhooks has it.
///
/// Whoever may do this can have everything sent anywhere that is answered from now on.
#[utoipa::path(post, path = "/v1/webhooks", operation_id = "create_webhook", tag = "webhooks", security(("key" = ["admin"])),
    request_body = WebhookRequest, responses((status = 201, body = WebhookCreated), (status = 400, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    _: Administrator,
    State(app): State<App>,
    Json(request): Json<WebhookRequest>,
) -> Result<(StatusCode, Reply<WebhookCreated>), Error> {
    let now = (app.clock)();
    let mut problems = check(&app, Some(&request.url), Some(&request.name));
    let secret = make_secret(request.secret.as_deref(), now, &mut problems)?;
    let WebhookRequest { types, survey, unit, customer, .. } = request;
    let (filter, wrong) = read_filter(&app.store.catalog(), &types, survey, unit, customer);
    problems.extend(wrong);
    let most = app.limits.webhooks;
    if app.store.catalog().webhooks().len() >= most {
        problems
            .push(FieldProblem::new("url", format!("there are {most} webhooks already (limits.webhooks)")));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid("webhook", problems));
    }
    let id = WebhookId::from_random(random().map_err(|error| Error::Internal(error.to_string()))?);
    let revealed = secret.reveal();
    let by_hand = Paused { at: now, why: Why::ByHand, detail: None };
    let webhook = Webhook {
        id,
        name: request.name.trim().to_owned(),
        url: request.url.trim().to_owned(),
        filter,
        secrets: vec![secret],
        created_at: now,
        paused: (request.active == Some(false)).then_some(by_hand),
        nudges: 0,
    };
    app.store.add_webhook(webhook).await?;
    Ok((StatusCode::CREATED, Reply(WebhookCreated { id: id.to_string(), secret: revealed })))
}

/// A webhook, and where it stands.
#[utoipa::path(get, path = "/v1/webhooks/{id}", operation_id = "show_webhook", tag = "webhooks", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The webhook's id")),
    responses((status = 200, body = WebhookView), (status = 404, body = Problem)))]
pub(super) async fn show(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Reply<WebhookView>, Error> {
    let webhook = find(&app, &id)?;
    Ok(Reply(WebhookView::of(&app.store, &webhook).await?))
}

/// Changes a webhook. `"active": true` makes one go on that was paused, with everything that it has not been sent and that is
/// still kept.
#[utoipa::path(patch, path = "/v1/webhooks/{id}", operation_id = "change_webhook", tag = "webhooks", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The webhook's id")), request_body = WebhookChange,
    responses((status = 200, body = WebhookView), (status = 400, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn change(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
    Json(change): Json<WebhookChange>,
) -> Result<Reply<WebhookView>, Error> {
    let before = find(&app, &id)?;
    let now = (app.clock)();
    let mut problems = check(&app, change.url.as_deref(), change.name.as_deref());
    let texts = |of: &Webhook| of.filter.types.iter().map(ToString::to_string).collect();
    // What is not named stays, even if there is no such unit any more.
    let is_named = [
        ("types", change.types.is_some()),
        ("survey", change.survey.is_some()),
        ("unit", change.unit.is_some()),
        ("customer", change.customer.is_some()),
    ];
    let types: Vec<String> = change.types.unwrap_or_else(|| texts(&before));
    let old = before.filter.clone();
    let survey = change.survey.unwrap_or(old.survey);
    let unit = change.unit.unwrap_or(old.unit.map(String::from));
    let customer = change.customer.unwrap_or(old.customer.map(String::from));
    let (filter, wrong) = read_filter(&app.store.catalog(), &types, survey, unit, customer);
    problems.extend(wrong.into_iter().filter(|problem| is_named.contains(&(problem.path.as_str(), true))));
    if !problems.is_empty() {
        return Err(Error::Invalid("webhook", problems));
    }
    let (url, name, active) = (change.url, change.name, change.active);
    let apply = move |webhook: &mut Webhook| {
        webhook.filter = filter;
        url.into_iter().for_each(|url| webhook.url = url.trim().to_owned());
        name.into_iter().for_each(|name| webhook.name = name.trim().to_owned());
        match active {
            Some(true) => webhook.paused = None,
            Some(false) if webhook.paused.is_none() => {
                webhook.paused = Some(Paused { at: now, why: Why::ByHand, detail: None });
            }
            _ => {}
        }
    };
    let changed = app.store.change_webhook(before.id, now, apply).await?;
    let changed = changed.ok_or(Error::NotFound { what: "webhook", id })?;
    Ok(Reply(WebhookView::of(&app.store, &changed).await?))
}

/// Removes a webhook, with everything that waits for it and what was sent to it.
#[utoipa::path(delete, path = "/v1/webhooks/{id}", operation_id = "remove_webhook", tag = "webhooks", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The webhook's id")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(super) async fn remove(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let unknown = || Error::NotFound { what: "webhook", id: id.clone() };
    let webhook: WebhookId = id.parse().map_err(|_| unknown())?;
    // Also of one that is not known any more: its removal may have been broken off.
    let removed = app.store.remove_webhook(webhook).await?;
    removed.then_some(StatusCode::NO_CONTENT).ok_or_else(unknown)
}

/// Makes a new secret. The one before signs too for a while (`webhooks.rotation_hours`): a message then has two signatures, and
/// whoever checks it can change to the new secret meanwhile.
#[utoipa::path(post, path = "/v1/webhooks/{id}/secrets", operation_id = "rotate_webhook_secret", tag = "webhooks", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The webhook's id")), request_body = WebhookSecretRequest,
    responses((status = 201, body = WebhookSecretCreated), (status = 400, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn rotate(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
    Json(request): Json<WebhookSecretRequest>,
) -> Result<(StatusCode, Reply<WebhookSecretCreated>), Error> {
    let webhook = find(&app, &id)?;
    let now = (app.clock)();
    let mut problems = Vec::new();
    let secret = make_secret(request.secret.as_deref(), now, &mut problems)?;
    if !problems.is_empty() {
        return Err(Error::Invalid("secret", problems));
    }
    let both_until = now.saturating_add(app.webhooks.rotation()).unwrap_or(Timestamp::MAX);
    let revealed = secret.reveal();
    let apply = move |webhook: &mut Webhook| {
        webhook.secrets.retain(|old| old.until.is_none_or(|until| now < until));
        webhook.secrets.iter_mut().for_each(|old| old.until = Some(old.until.unwrap_or(both_until)));
        webhook.secrets.insert(0, secret);
        webhook.secrets.truncate(MAX_SECRETS);
    };
    let changed = app.store.change_webhook(webhook.id, now, apply).await?;
    changed.ok_or(Error::NotFound { what: "webhook", id })?;
    Ok((StatusCode::CREATED, Reply(WebhookSecretCreated { secret: revealed, both_until })))
}

fn find(app: &App, id: &str) -> Result<std::sync::Arc<Webhook>, Error> {
    let webhook = id.parse().ok().and_then(|id| app.store.catalog().webhook(id));
    webhook.ok_or_else(|| Error::NotFound { what: "webhook", id: id.to_owned() })
}

/// What is wrong with an address and a name.
fn check(app: &App, url: Option<&str>, name: Option<&str>) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    // The settings were sound at the start.
    let allow = app.webhooks.allowed().unwrap_or_default();
    if let Some(why) = url.and_then(|url| Target::read(url, &allow).err()) {
        problems.push(FieldProblem::new("url", why));
    }
    if name.is_some_and(|name| name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control)) {
        problems.push(FieldProblem::new(
            "name",
            format!("{MAX_NAME_BYTES} bytes at most, and no control characters"),
        ));
    }
    problems
}

/// The secret that somebody has already, or a new one.
fn make_secret(
    wanted: Option<&str>,
    now: Timestamp,
    problems: &mut Vec<FieldProblem>,
) -> Result<Secret, Error> {
    let new = random().map_err(|error| Error::Internal(error.to_string()))?;
    let read = wanted.map(|text| Secret::read(text, now)).transpose();
    let read = read.map_err(|why| problems.push(FieldProblem::new("secret", why))).ok().flatten();
    Ok(read.unwrap_or_else(|| Secret::from_random(new, now)))
}
