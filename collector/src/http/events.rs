//! The live stream: what happens, the moment it is stored, as server-sent events (HTML Standard, 9.2).
//!
//! An event's id is its place in the log, so whoever comes back and names the last one (`Last-Event-ID`) goes on behind it. A
//! listener takes no memory beyond a place in the log: events are passed on by a `Feed`, and whoever is slower than that
//! reads them in the log. Between events a comment is sent, more often than connections on which nothing happens are ended, with
//! the id that the listener has come to, whether or not there was something in it for this one.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Instant;
use utoipa::IntoParams;
use wire::{FieldProblem, Problem};

use super::body::Query;
use super::caller::Watcher;
use super::error::Error;
use super::{App, Shared, UNBUFFERED};
use crate::domain::events::{EventId, Filter, Pattern, Told};
use crate::domain::names::BadName;
use crate::feed::{Follower, News, Written};
use crate::store::Catalog;

/// How often something is sent.
const BEAT: Duration = Duration::from_secs(4);

/// When a client comes back after the connection was lost, in milliseconds.
const RETRY: u32 = 3000;

/// Which events are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsQuery {
    /// Only these types, separated by commas: `response.created,invitation.*`. May be repeated.
    #[serde(default)]
    types: Vec<String>,
    /// Only of this survey.
    survey: Option<String>,
    /// Only about agents who were then in this unit, or in one below it.
    unit: Option<String>,
    /// Only about this customer.
    customer: Option<String>,
}

/// What happens, the moment it is stored: a stream of events without an end.
///
/// Server-sent events: each has a type, an id, and as `data` what a webhook sends. Who comes back and sends the last id as
/// `Last-Event-ID`, as browsers do, misses nothing that is still kept (`events.keep_days`); where it is not, an event `gap` says
/// so, and all that is kept follows. What is about a customer who was erased is left out.
#[utoipa::path(get, path = "/v1/events", operation_id = "stream_events", tag = "events", security(("key" = ["read"])),
    params(EventsQuery, ("last-event-id" = Option<String>, Header, description = "the id of the last event that was heard")),
    responses((status = 200, content((Told = "text/event-stream"))), (status = 400, body = Problem),
        (status = 404, body = Problem, description = "unknown survey"),
        (status = 503, body = Problem, description = "as many as may are following (limits.streams)")))]
pub(super) async fn stream(
    watcher: Watcher,
    State(Shared(app)): State<Shared>,
    headers: HeaderMap,
    Query(query): Query<EventsQuery>,
) -> Result<Response, Error> {
    if let Some(id) = query.survey.clone().filter(|id| app.store.catalog().survey(id).is_none()) {
        return Err(Error::NotFound { what: "survey", id });
    }
    let EventsQuery { types, survey, unit, customer } = query;
    let (filter, problems) = read_filter(&app.store.catalog(), &types, survey, unit, customer);
    if let Some(first) = problems.first() {
        return Err(Error::Query(format!("{}: {}", first.path, first.detail), problems));
    }
    let last = last_event_id(&headers)?;
    let most = app.limits.streams;
    let place = Arc::clone(&app.streams).try_acquire_owned();
    let place = place.map_err(|_| Error::TooManyListeners(most, "limits.streams"))?;
    let stopping = app.stopping.subscribe();
    let (from, begin) = begin(&app, last).await?;
    let listener = Listener {
        follower: app.feed.follow(&app.store, Some(from)),
        app,
        watcher,
        filter,
        stopping,
        last: None,
        begin: Some(begin),
        beat: Instant::now() + BEAT,
        _place: place,
    };
    let events = stream::unfold(listener, |listener| async {
        listener.next().await.map(|(chunk, listener)| (Ok::<_, Infallible>(chunk), listener))
    });
    let kind = (header::CONTENT_TYPE, "text/event-stream");
    Ok(([UNBUFFERED, kind], Body::from_stream(events)).into_response())
}

/// Reads which events are wanted; also says everything that is wrong with it.
pub(super) fn read_filter(
    catalog: &Catalog,
    types: &[String],
    survey: Option<String>,
    unit: Option<String>,
    customer: Option<String>,
) -> (Filter, Vec<FieldProblem>) {
    let mut problems = Vec::new();
    let mut note = |field: &str, why: String| problems.push(FieldProblem::new(field, why));
    let texts = types.iter().flat_map(|types| types.split(',')).filter(|text| !text.trim().is_empty());
    let mut types = Vec::new();
    for text in texts {
        match text.parse::<Pattern>() {
            Ok(pattern) => types.push(pattern),
            Err(why) => note("types", why),
        }
    }
    if let Some(id) = survey.as_ref().filter(|id| catalog.survey(id).is_none()) {
        note("survey", format!("there is no survey {id:?}"));
    }
    if let Some(id) = unit.as_ref().filter(|id| catalog.organisation().unit(id).is_none()) {
        note("unit", format!("there is no unit {id:?}"));
    }
    let unit = unit.and_then(|id| id.parse().ok());
    let customer = customer.map(|id| id.parse()).transpose();
    let customer = customer.map_err(|why: BadName| note("customer", why.to_string())).ok().flatten();
    (Filter { types, survey, unit, customer }, problems)
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<EventId>, Error> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let read = value.to_str().map_err(|_| "not text").and_then(str::parse);
    read.map(Some).map_err(|why| {
        Error::Query(format!("Last-Event-ID: {why}"), vec![FieldProblem::new("last-event-id", why)])
    })
}

/// The number of the first event to tell, and what is said before it.
async fn begin(app: &App, last: Option<EventId>) -> Result<(u64, String), Error> {
    let retry = format!("retry: {RETRY}\n");
    let Some(last) = last else {
        let newest = *app.store.news().borrow();
        // The id of what came before: who loses the connection before anything happens misses nothing either.
        let id = match newest.checked_sub(1) {
            Some(number) => app.store.event_id(number).await?,
            None => None,
        };
        let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
        return Ok((newest, format!("{retry}{id}\n")));
    };
    if let Some(next) = app.store.after_event(last).await? {
        return Ok((next, format!("{retry}\n")));
    }
    let why = serde_json::json!({
        "type": "gap",
        "last_event_id": last.to_string(),
        "detail": "what came right after this event is not kept any more (events.keep_days), or was never here: \
                   all that is kept follows",
    });
    Ok((0, format!("{retry}\nevent: gap\ndata: {why}\n\n")))
}

/// Somebody who follows events.
struct Listener {
    app: Arc<App>,
    watcher: Watcher,
    filter: Filter,
    follower: Follower,
    stopping: watch::Receiver<bool>,
    /// The id of the last event that was looked at, unless it was sent.
    last: Option<EventId>,
    /// What is said first.
    begin: Option<String>,
    /// When something is to be sent again.
    beat: Instant,
    _place: OwnedSemaphorePermit,
}

impl Listener {
    /// The next thing to send; nothing at a stop, and once the caller may not read any more.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        let chunk = match self.begin.take() {
            Some(begin) => begin.into(),
            None => self.wait().await?,
        };
        if !self.watcher.still_may(&self.app) {
            return None;
        }
        self.beat = Instant::now() + BEAT;
        Some((chunk, self))
    }

    async fn wait(&mut self) -> Option<Bytes> {
        while Instant::now() < self.beat {
            let news = tokio::select! {
                // A stop waits for answers that are being made, and this one would never be done.
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                news = tokio::time::timeout_at(self.beat, self.follower.more()) => news,
            };
            let Ok(news) = news else { break };
            // Who cannot be told now comes back.
            let news = news.inspect_err(|error| tracing::error!(%error, "events cannot be read")).ok()??;
            // What the caller sees may be something else by now.
            if !self.watcher.still_may(&self.app) {
                return None;
            }
            if let Some(chunk) = self.take(&news) {
                return Some(chunk);
            }
        }
        Some(self.beat())
    }

    /// What of it is for this listener; nothing, if nothing is.
    fn take(&mut self, news: &News) -> Option<Bytes> {
        let is_for = |written: &&Written| {
            self.filter.admits(&written.happened) && self.watcher.sees(&written.happened)
        };
        let wanted: Vec<&Written> = news.events().filter(is_for).collect();
        let told = wanted.last().map(|written| written.happened.id);
        self.last = news.last().filter(|last| Some(*last) != told).or(self.last.filter(|_| told.is_none()));
        let chunk: Vec<&[u8]> = wanted.iter().map(|written| written.in_stream()).collect();
        (!chunk.is_empty()).then(|| chunk.concat().into())
    }

    /// A comment, with the id that the listener has come to.
    fn beat(&mut self) -> Bytes {
        let id = self.last.take().map(|id| format!("id: {id}\n")).unwrap_or_default();
        format!(":\n{id}\n").into()
    }
}
