//! A flow in a browser: each change is kept in the browser's storage, sent, and sent again until it has arrived.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use web_sys::HtmlElement;
use wire::{Form, Receipt};

use crate::backoff;
use crate::flow::{Flow, Stage};
use crate::json::{self, Read};
use crate::network::{self, Reply};
use crate::page::{self, Settings};
use crate::storage::{self, Outbox};
use crate::uuid::uuid;

/// Somebody who walks through the scale with the arrow keys passes scores she doesn't mean: the one that stands so many
/// milliseconds is sent.
const MEANT: u32 = 400;

/// How long the way to the thank-you page may take before the thanks appear here; in milliseconds.
const PATIENCE: u32 = 4000;

/// A flow in a browser.
#[derive(Clone)]
pub struct Session(Rc<Inner>);

struct Inner {
    flow: RwSignal<Flow>,
    collector: String,
    next: String,
    outbox: Outbox,
    element: HtmlElement,
    timer: Cell<i32>,
}

impl Session {
    /// Begins, or goes on where a draft ends.
    pub fn new(form: Form, settings: &Settings, element: HtmlElement) -> Self {
        let token = settings.token();
        let outbox = Outbox::of(&settings.collector());
        let draft = storage::draft(&form.survey, &token);
        let unsent = draft.as_ref().and_then(|draft| outbox.of_draft(draft));
        let flow = Flow::new(form, token, uuid(page::random_16()), draft, unsent);
        let session = Self(Rc::new(Inner {
            flow: RwSignal::new(flow),
            collector: settings.collector(),
            next: settings.next(),
            outbox,
            element,
            timer: Cell::new(0),
        }));
        let again = session.clone();
        page::when_online(move || again.pump());
        let again = session.clone();
        page::when_leaving(move || again.pump());
        let again = session.clone();
        page::when_shown(move || again.0.flow.notify());
        session.pump();
        session
    }

    /// The flow, for what is drawn of it.
    pub fn flow(&self) -> RwSignal<Flow> {
        self.0.flow
    }

    /// A number is chosen.
    pub fn choose(&self, question: &str, number: i64) {
        self.0.flow.update(|flow| {
            flow.tell_time(page::now_in_seconds());
            flow.choose(question, number);
        });
        self.keep();
        self.pump_after(MEANT);
    }

    /// A text is written.
    pub fn write(&self, question: &str, text: String) {
        self.0.flow.update(|flow| flow.write(question, text));
        self.keep();
    }

    /// Send is pressed.
    pub fn send(&self) {
        let wrong = self.0.flow.try_update(|flow| {
            flow.tell_time(page::now_in_seconds());
            flow.send(&page::count_characters).map(|index| flow.question(index).id.clone())
        });
        match wrong.flatten() {
            Some(id) => page::focus(&self.0.element, &["[name=", &id, "]"].concat()),
            None => {
                self.keep();
                self.pump();
            }
        }
    }

    fn keep(&self) {
        self.0.flow.with_untracked(|flow| {
            let draft = flow.draft();
            storage::keep_draft(&draft);
            match flow.unsent() {
                Some(unsent) => self.0.outbox.keep(unsent),
                None => self.0.outbox.remove(&draft),
            }
        });
    }

    fn pump_after(&self, milliseconds: u32) {
        page::cancel(self.0.timer.get());
        let session = self.clone();
        self.0.timer.set(page::after(milliseconds, move || session.pump()));
    }

    /// Sends what is to be sent, if nothing is under way.
    fn pump(&self) {
        let body = self.0.flow.try_update_untracked(|flow| flow.outgoing().map(json::submission));
        if let Some(body) = body.flatten() {
            page::cancel(self.0.timer.get());
            let session = self.clone();
            let language = self.0.flow.with_untracked(|flow| flow.form.language.clone());
            network::reply(post(&self.0.collector, &language, &body), move |reply| session.landed(reply));
        }
    }

    fn landed(&self, reply: Reply) {
        let retry = self.0.flow.try_update_untracked(|flow| {
            match reply {
                Reply::Good(value) => match Receipt::read(&value) {
                    Some(receipt) => flow.acknowledged(&receipt),
                    None => return Some(flow.failed(page::random(), None)),
                },
                Reply::Refused(problem) => {
                    page::warn(&[&problem.code, ": ", &problem.detail].concat());
                    flow.refused(problem.message.unwrap_or_default());
                }
                Reply::Failed(after) => return Some(flow.failed(page::random(), after)),
            }
            None
        });
        match retry.flatten() {
            Some(milliseconds) => self.pump_after(milliseconds),
            None => {
                self.keep();
                self.pump();
            }
        }
        if !self.left() {
            self.0.flow.notify();
        }
    }

    /// Whether the customer is on the way to the thank-you page; if not, the thanks get the focus.
    fn left(&self) -> bool {
        let sent = self.0.flow.with_untracked(|flow| match flow.stage() {
            Stage::Sent(category) => Some((*category, flow.form.language.clone())),
            _ => None,
        });
        let Some((category, language)) = sent else {
            return false;
        };
        let session = self.clone();
        let thank = move || {
            session.0.flow.notify();
            // The effects that draw the thanks run before this.
            page::after(0, move || page::focus(&session.0.element, ".thanks h2"));
        };
        match category {
            Some(category) if !self.0.next.is_empty() && page::go_to(&self.0.next, category, &language) => {
                page::after(PATIENCE, thank);
            }
            _ => thank(),
        }
        true
    }
}

fn post(collector: &str, language: &str, body: &str) -> js_sys::Promise {
    network::post(&[collector, "/v1/submissions"].concat(), language, body)
}

/// Sends what earlier visits could not send, one after the other, and again until it is done.
pub fn sweep(collector: String, own: Option<wire::Submission>, failures: u32) {
    let Some((key, body)) = Outbox::of(&collector).left_over(own.as_ref()) else { return };
    network::reply(post(&collector, "", &body), move |reply| {
        if let Reply::Failed(after) = reply {
            let delay = backoff::delay(failures + 1, page::random(), after);
            page::after(delay, move || sweep(collector, own, failures + 1));
        } else {
            storage::remove(&key);
            sweep(collector, own, 0);
        }
    });
}
