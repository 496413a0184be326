//! What happens to cases, as the collector tells it by itself (`GET /v1/events`).

use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// What is listened to. `gap` says that something was missed.
const NAMES: [&str; 9] = [
    "case.opened",
    "case.acknowledged",
    "case.contacted",
    "case.closed",
    "case.reopened",
    "case.assigned",
    "case.escalated",
    "case.updated",
    "gap",
];

const STREAM: &str = "/v1/events?types=case.*";

/// Several that come together are answered by looking once.
const TOGETHER: Duration = Duration::from_millis(600);

/// A browser comes back by itself where a connection was lost, but not where it was answered that there is no stream now.
const AGAIN: Duration = Duration::from_secs(30);

/// What is read of an event.
#[derive(Deserialize)]
struct Told {
    #[serde(rename = "type")]
    name: String,
    #[serde(default)]
    data: About,
}

#[derive(Default, Deserialize)]
struct About {
    #[serde(default)]
    id: Option<u64>,
}

/// Calls when something has happened to cases, with those that were opened; for as long as whoever asks is shown, and somebody
/// looks. Where there is no stream nothing comes.
pub(crate) fn follow(heard: impl Fn(Vec<u64>) + Copy + 'static) {
    let source = StoredValue::new_local(None::<EventSource>);
    let opened = StoredValue::new(Vec::<u64>::new());
    let waiting = StoredValue::new_local(None::<TimeoutHandle>);
    let soon = move || {
        if waiting.try_with_value(Option::is_some) != Some(false) {
            return;
        }
        let call = move || {
            // Whoever asked may have gone.
            if waiting.try_set_value(None).is_none() {
                heard(opened.try_update_value(std::mem::take).unwrap_or_default());
            }
        };
        waiting.set_value(set_timeout_with_handle(call, TOGETHER).ok());
    };
    let take = move |event: MessageEvent| {
        let told = event.data().as_string().and_then(|told| serde_json::from_str::<Told>(&told).ok());
        if let Some(Told { name, data: About { id: Some(id) } }) = told
            && name == "case.opened"
        {
            let _ = opened.try_update_value(|opened| opened.push(id));
        }
        soon();
    };
    let take = StoredValue::new_local(Closure::<dyn Fn(MessageEvent)>::new(take));
    let failed = StoredValue::new_local(None::<Closure<dyn Fn()>>);
    // A browser has few connections to one place: a page that nobody looks at leaves them to others.
    let listen = move || {
        let is_hidden = document().hidden();
        source.try_update_value(|source| match source {
            Some(open) if is_hidden => {
                open.close();
                *source = None;
            }
            None if !is_hidden => {
                let Ok(open) = EventSource::new(STREAM) else { return };
                take.with_value(|take| {
                    for name in NAMES {
                        let _ = open.add_event_listener_with_callback(name, take.as_ref().unchecked_ref());
                    }
                });
                failed.with_value(|failed| {
                    open.set_onerror(failed.as_ref().map(|failed| failed.as_ref().unchecked_ref()));
                });
                *source = Some(open);
            }
            _ => {}
        });
    };
    failed.set_value(Some(Closure::new(move || {
        let ended = |source: &mut Option<EventSource>| {
            source.take_if(|source| source.ready_state() == EventSource::CLOSED).is_some()
        };
        if source.try_update_value(ended) == Some(true) {
            // Why, the next question tells; nobody may be signed in any more.
            soon();
            set_timeout(listen, AGAIN);
        }
    })));
    listen();
    let shown = window_event_listener_untyped("visibilitychange", move |_| {
        listen();
        if !document().hidden() {
            soon();
        }
    });
    on_cleanup(move || {
        shown.remove();
        source.try_update_value(|source| source.take().map(|source| source.close()));
        waiting.try_update_value(|waiting| waiting.take().map(|waiting| waiting.clear()));
    });
}
