//! A flow in a browser: each change is kept in the browser's storage, sent, and sent again until it has arrived.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use reactive_graph::prelude::*;
use reactive_graph::signal::RwSignal;
use web_sys::HtmlElement;
use wire::{Form, Receipt, Submission};

use crate::backoff;
use crate::flow::{self, Flow, Stage};
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

thread_local! {
    /// The survey and the token of each session on this page: what is kept of them is theirs to send.
    static OWN: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

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
    /// Begins, or goes on where a draft ends, or an earlier visit whose answers could not be sent.
    pub fn new(form: Form, settings: &Settings, element: HtmlElement) -> Self {
        let token = settings.token();
        let outbox = Outbox::of(&settings.collector());
        let mut draft = storage::draft(&form.survey, &token);
        let mut unsent = draft.as_ref().and_then(|draft| outbox.of_draft(draft));
        let newest = outbox
            .all()
            .filter(|kept| flow::is_of(kept, &form.survey, &token))
            .max_by_key(|kept| kept.revision);
        if let Some(kept) = newest.filter(|kept| unsent.is_none() && flow::goes_on_with(draft.as_ref(), kept))
        {
            draft = Some(kept.clone());
            unsent = Some(kept);
        }
        OWN.with_borrow_mut(|own| own.push((form.survey.clone(), token.clone())));
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
            storage::keep_draft(&flow.draft());
            if let Some(unsent) = flow.unsent() {
                self.0.outbox.keep(unsent);
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
        let sent = self.0.flow.try_update_untracked(|flow| flow.outgoing().cloned());
        if let Some(sent) = sent.flatten() {
            page::cancel(self.0.timer.get());
            let session = self.clone();
            let language = sent.language.clone().unwrap_or_default();
            network::reply(post(&self.0.collector, &language, &sent), move |reply| {
                session.landed(&sent, reply)
            });
        }
    }

    fn landed(&self, sent: &Submission, reply: Reply) {
        let outbox = &self.0.outbox;
        let retry = self.0.flow.try_update_untracked(|flow| match reply {
            Reply::Good(value) => {
                let Some(receipt) = Receipt::read(&value) else {
                    return Some(flow.failed(page::random(), None, None));
                };
                flow.acknowledged(&receipt);
                outbox.remove(sent);
                outbox
                    .all()
                    .filter(|kept| flow::is_outdated(kept, sent))
                    .for_each(|kept| outbox.remove(&kept));
                None
            }
            Reply::Refused(problem) => {
                page::warn(&[&problem.code, ": ", &problem.detail].concat());
                if flow::is_final(&problem.code) {
                    outbox.remove(sent);
                } else if problem.message.is_none() {
                    // Nothing to tell the customer: something between here and the answers is not as it should be.
                    return Some(flow.failed(page::random(), None, None));
                }
                flow.refused(problem)
            }
            Reply::Failed(after, problem) => Some(flow.failed(page::random(), after, problem)),
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

fn post(collector: &str, language: &str, submission: &Submission) -> js_sys::Promise {
    network::post(&[collector, "/v1/submissions"].concat(), language, &json::submission(submission))
}

/// Sends what earlier visits could not send, the oldest first, but for what was `tried` and what belongs to a session;
/// again until it is done. What is refused, but not for good, is left for the next visit.
pub fn sweep(collector: String, mut tried: Vec<Submission>, failures: u32) {
    let outbox = Outbox::of(&collector);
    let is_owned = |kept: &Submission| {
        OWN.with_borrow(|own| own.iter().any(|(survey, token)| flow::is_of(kept, survey, token)))
    };
    let left_over = outbox.all().filter(|kept| !tried.contains(kept) && !is_owned(kept));
    let Some(oldest) = left_over.min_by_key(|kept| kept.revision) else { return };
    network::reply(post(&collector, "", &oldest), move |reply| {
        let last = match reply {
            Reply::Failed(after, _) => {
                let delay = backoff::delay(failures + 1, page::random(), after);
                page::after(delay, move || sweep(collector, tried, failures + 1));
                return;
            }
            Reply::Refused(problem) => flow::is_final(&problem.code),
            Reply::Good(_) => true,
        };
        if last {
            outbox.remove(&oldest);
        }
        tried.push(oldest);
        sweep(collector, tried, 0);
    });
}
