//! What was sent to a webhook, and sending it once more.

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::{FieldProblem, Problem};

use super::super::App;
use super::super::body::{Json, Query};
use super::super::caller::Administrator;
use super::super::error::Error;
use super::find;
use crate::domain::events::{EventId, What};
use crate::domain::webhooks::delivery::{Delivery, Outcome};
use crate::store::ListedDelivery;

/// Tries on one page, unless another number is asked for.
const PAGE: usize = 100;

/// Most periods that wait to be sent once more.
const MOST_REPLAYS: usize = 16;

/// Some of the tries.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct DeliveriesPage {
    /// The newest first.
    pub deliveries: Vec<DeliveryView>,
    /// Where the next page begins: give it as `cursor`. Absent on the last one.
    pub next: Option<String>,
}

/// A try to deliver a message.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct DeliveryView {
    /// The event's id: the header `webhook-id`.
    pub event: String,
    /// What happened.
    #[serde(rename = "type")]
    pub what: What,
    /// Whom it concerns.
    pub customer: Option<String>,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Which try it was, from 1 on.
    pub attempt: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// What the endpoint answered.
    pub status: Option<u16>,
    /// Why there is no answer.
    pub error: Option<String>,
    /// How long it took.
    pub milliseconds: u64,
    /// What was sent, as far as it is kept (`webhooks.log_bytes`).
    pub body: String,
    /// What came back, as far as it is kept.
    pub reply: String,
    /// When it is tried again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_try: Option<Timestamp>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            event: EventId { number: delivery.event, opening: delivery.opening }.to_string(),
            what: delivery.what,
            customer: delivery.customer.map(String::from),
            at: delivery.at,
            attempt: delivery.attempt,
            outcome: delivery.outcome,
            status: delivery.status,
            error: delivery.error,
            milliseconds: delivery.milliseconds,
            body: delivery.body,
            reply: delivery.reply,
            next_try: delivery.next_try,
        }
    }
}

/// Which tries are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct DeliveriesQuery {
    /// Only these: `delivered`, `failed` or `given_up`.
    outcome: Option<Outcome>,
    /// Only of this event.
    event: Option<String>,
    /// Where to begin: `next` of the page before.
    cursor: Option<String>,
    /// How many at most, up to `limits.page`; 100 without it.
    limit: Option<usize>,
}

/// What was sent to a webhook, the newest first: each try with what came back, for as long as that is kept
/// (`webhooks.keep_days`, `webhooks.keep_deliveries`). What was about a customer goes when the customer is erased.
#[utoipa::path(get, path = "/v1/webhooks/{id}/deliveries", operation_id = "list_webhook_deliveries", tag = "webhooks", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The webhook's id"), DeliveriesQuery),
    responses((status = 200, body = DeliveriesPage), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(in super::super) async fn list_deliveries(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<DeliveriesQuery>,
) -> Result<Reply<DeliveriesPage>, Error> {
    let webhook = find(&app, &id)?;
    let wrong = |field: &str, why: String| {
        Error::Query(format!("{field}: {why}"), vec![FieldProblem::new(field, why)])
    };
    let limit = query.limit.unwrap_or(PAGE.min(app.limits.page));
    if !(1..=app.limits.page).contains(&limit) {
        return Err(wrong("limit", format!("1 to {} (limits.page)", app.limits.page)));
    }
    let event: Option<EventId> = query
        .event
        .map(|text| text.parse())
        .transpose()
        .map_err(|why: &str| wrong("event", why.to_owned()))?;
    let place = query.cursor.map(|cursor| URL_SAFE_NO_PAD.decode(cursor)).transpose();
    let place = place
        .map_err(|_| wrong("cursor", "not a cursor: use what `next` of the page before says".to_owned()))?;
    let outcome = query.outcome;
    let is_wanted = move |delivery: &Delivery| {
        outcome.is_none_or(|outcome| delivery.outcome == outcome)
            && event.is_none_or(|id| (delivery.event, delivery.opening) == (id.number, id.opening))
    };
    // One more than asked for tells whether there is more.
    let mut listed = app.store.deliveries(webhook.id, place, limit + 1, is_wanted).await?;
    let is_more = listed.len() > limit;
    listed.truncate(limit);
    let next =
        listed.last().filter(|_| is_more).map(|(place, _): &ListedDelivery| URL_SAFE_NO_PAD.encode(place));
    let deliveries = listed.into_iter().map(|(_, delivery)| delivery.into()).collect();
    Ok(Reply(DeliveriesPage { deliveries, next }))
}

/// What is to be sent once more: one event, or a period.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplayRequest {
    /// The event's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// What happened from this time on…
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// …and before this one; until now, without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
}

/// What is sent once more.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ReplayBegun {
    /// How many events of the log are looked at: those that are for this webhook are sent.
    pub events: u64,
}

/// Sends events once more, with the ids that they had, beside what happens now: one, or those of a period, as far as they are
/// kept (`events.keep_days`) and for this webhook. To one that is paused they are sent when it goes on.
#[utoipa::path(post, path = "/v1/webhooks/{id}/replay", operation_id = "replay_webhook", tag = "webhooks", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The webhook's id")), request_body = ReplayRequest,
    responses((status = 202, body = ReplayBegun), (status = 400, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(in super::super) async fn replay(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
    Json(request): Json<ReplayRequest>,
) -> Result<(StatusCode, Reply<ReplayBegun>), Error> {
    let webhook = find(&app, &id)?;
    let wrong = |field: &str, why: String| Error::Invalid("replay", vec![FieldProblem::new(field, why)]);
    let named = if request.event.is_some() { "event" } else { "from" };
    let (from, end) = match (request.event, request.from) {
        (Some(event), None) if request.to.is_none() => {
            let id: EventId = event.parse().map_err(|why: &str| wrong("event", why.to_owned()))?;
            let end = app.store.after_event(id).await?;
            let end = end.ok_or(Error::NotFound { what: "event", id: event })?;
            (id.number, end)
        }
        (None, Some(from)) => {
            if request.to.is_some_and(|to| to <= from) {
                return Err(wrong("to", "not after from".to_owned()));
            }
            let newest = *app.store.news().borrow();
            let end = match request.to {
                Some(to) => app.store.first_event_since(to).await?,
                None => newest,
            };
            (app.store.first_event_since(from).await?, end)
        }
        _ => return Err(wrong("event", "either event, or from and, if you like, to".to_owned())),
    };
    if app.store.waiting_for(webhook.id).await?.replays.len() >= MOST_REPLAYS {
        return Err(wrong(named, format!("{MOST_REPLAYS} replays wait already")));
    }
    if from < end {
        app.store.replay(webhook.id, from, end).await?;
    }
    Ok((StatusCode::ACCEPTED, Reply(ReplayBegun { events: end.saturating_sub(from) })))
}

/// Sends `webhook.test` to a webhook, whatever it hears of otherwise; and asks one that takes nothing at once whether it is back.
/// What became of it is among the deliveries.
#[utoipa::path(post, path = "/v1/webhooks/{id}/test", operation_id = "test_webhook", tag = "webhooks", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The webhook's id")),
    responses((status = 202), (status = 404, body = Problem), (status = 422, body = Problem, description = "it is paused")))]
pub(in super::super) async fn test(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let webhook = find(&app, &id)?;
    if webhook.paused.is_some() {
        let why = "it is paused: make it active first";
        return Err(Error::Invalid("test", vec![FieldProblem::new("active", why)]));
    }
    app.store.test_webhook(webhook.id, (app.clock)()).await?;
    Ok(StatusCode::ACCEPTED)
}
