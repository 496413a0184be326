//! A card that changes by itself: server-sent events (HTML Standard, 9.2), each with the whole card.
//!
//! An event's id names a state. Who reconnects and has it, is told nothing before there is another; who has none is told the
//! state at once. Between events a comment is sent, more often than connections on which nothing happens are ended
//! (`connections`), and then it is seen whether the link is still good.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;

use super::super::body::Query;
use super::super::error::Error;
use super::super::last_score::Looks;
use super::super::{App, Shared, UNBUFFERED, links};
use super::card;
use crate::store::Listener;

/// How often something is sent.
const BEAT: Duration = Duration::from_secs(4);

/// When a browser comes back after the connection was lost.
const RETRY: Duration = Duration::from_secs(3);

/// Somebody who looks at a card.
struct Viewer {
    app: Arc<App>,
    signed: String,
    language: Option<String>,
    listener: Listener,
    /// The state that the viewer has.
    state: Option<String>,
    is_over: bool,
    /// Whether the card may have changed since it was looked at.
    may_differ: bool,
    _place: OwnedSemaphorePermit,
}

/// `GET /c/{signed}/events`
pub(in super::super) async fn events(
    State(Shared(app)): State<Shared>,
    Path(signed): Path<String>,
    headers: HeaderMap,
    Query(looks): Query<Looks>,
) -> Result<Response, Error> {
    let link = links::open(&app, &signed)?;
    let most = app.limits.listeners;
    let place = Arc::clone(&app.listeners).try_acquire_owned();
    let place = place.map_err(|_| Error::TooManyListeners(most, "limits.listeners"))?;
    // From now on, so that nothing is missed while the first card is made.
    let listener = app.store.listen(&link.customer);
    let state = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let viewer = Viewer {
        app,
        signed,
        language: looks.language,
        listener,
        state,
        is_over: false,
        may_differ: true,
        _place: place,
    };
    let events = stream::unfold(viewer, |viewer| async { viewer.next().await });
    Ok(([UNBUFFERED], Sse::new(events)).into_response())
}

impl Viewer {
    /// The next thing to send; nothing once the link is no longer good.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if self.is_over {
            return None;
        }
        let mut stopping = self.app.stopping.subscribe();
        let differs = std::mem::take(&mut self.may_differ)
            || tokio::select! {
                // A stop waits for answers that are being made, and this one would never be done.
                _ = stopping.wait_for(|stopping| *stopping) => return None,
                heard = tokio::time::timeout(BEAT, self.listener.changed()) => heard.is_ok(),
            };
        let Ok(link) = links::open(&self.app, &self.signed) else {
            self.is_over = true;
            return Some((Ok(Event::default().event("expired").data("over")), self));
        };
        let nothing_new = Event::default().comment("");
        if !differs {
            return Some((Ok(nothing_new), self));
        }
        // Who cannot read the card now, comes back.
        let card = card(&self.app, link, self.language.as_deref()).await.ok()?;
        let state = card.state();
        let event = if self.state.as_ref() == Some(&state) {
            nothing_new
        } else {
            Event::default().event("card").id(&state).retry(RETRY).data(serde_json::to_string(&card).ok()?)
        };
        self.state = Some(state);
        Some((Ok(event), self))
    }
}
