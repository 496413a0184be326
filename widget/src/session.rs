//! A flow in a browser: each change is kept in the browser's storage, sent, and sent again until it has arrived.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use reactive_graph::prelude::*;
use reactive_graph::signal::ArcRwSignal;
use web_sys::{AbortSignal, HtmlElement};
use wire::{Answer, Form, Receipt, Score, Submission, rules};

use crate::backoff;
use crate::flow::{self, Flow, Stage, Whose};
use crate::json::{self, Read};
use crate::network::{self, Reply};
use crate::page::{self, Settings};
use crate::storage::{self, Outbox};
use crate::uuid::uuid;

/// Somebody who walks through the scale with the arrow keys passes scores she doesn't mean: the one that stands so many
/// milliseconds is sent.
const MEANT: u32 = 400;

/// Whoever presses a button has done so in so many milliseconds.
const PRESSED: u32 = 300;

/// What a screen reader says of the question before the customer.
pub const ASK: &str = ".question:not([hidden]) .ask";

/// How long the way to the thank-you page may take before the thanks appear here; in milliseconds.
const PATIENCE: u32 = 4000;

thread_local! {
    /// What each session on this page began with: what is kept of the same customer is theirs to send.
    static OWN: RefCell<Vec<Submission>> = const { RefCell::new(Vec::new()) };
}

/// A flow in a browser.
#[derive(Clone)]
pub struct Session(Rc<Inner>);

struct Inner {
    /// It outlives what is drawn of it: a survey that is put away still sends what waits.
    flow: ArcRwSignal<Flow>,
    settings: Settings,
    outbox: Outbox,
    element: HtmlElement,
    /// The survey is put away.
    end: AbortSignal,
    /// The score that the page was told last.
    told: Cell<Option<Score>>,
    timer: Cell<i32>,
}

impl Session {
    /// Begins, or goes on where a draft ends, or an earlier visit whose answers could not be sent.
    pub fn new(form: Form, settings: &Settings, element: HtmlElement, end: AbortSignal) -> Self {
        let mut whose = Whose { token: settings.token(), ..Whose::default() };
        if whose.token.is_empty() {
            whose.agent = settings.agent().filter(|agent| !agent.is_empty());
            whose.attributes = json::texts(&settings.attributes());
        }
        let outbox = Outbox::of(&settings.collector());
        let mut draft = storage::draft(&form.survey, &whose.token);
        let mut unsent = draft.as_ref().and_then(|draft| outbox.of_draft(draft));
        let mut newest: Option<Submission> = None;
        for kept in outbox.all() {
            if kept.survey == form.survey
                && storage::speaks_for(&kept, &whose.token)
                && newest.as_ref().is_none_or(|newest| newest.revision < kept.revision)
            {
                newest = Some(kept);
            }
        }
        if let Some(kept) = newest.filter(|kept| unsent.is_none() && flow::goes_on_with(draft.as_ref(), kept))
        {
            draft = Some(kept.clone());
            unsent = Some(kept);
        }
        let left_over = unsent.is_some();
        let mut flow = Flow::new(form, whose, uuid(page::random_16()), draft, unsent);
        if let Some(score) = settings.score() {
            flow.prefill(score);
        }
        // What is brought back was told when it was chosen.
        let told = Cell::new(flow.score());
        OWN.with_borrow_mut(|own| own.push(flow.draft()));
        let session = Self(Rc::new(Inner {
            flow: ArcRwSignal::new(flow),
            settings: settings.clone(),
            outbox,
            element,
            end,
            told,
            timer: Cell::new(0),
        }));
        let again = session.clone();
        page::listen(
            &["online", "pagehide", "visibilitychange"],
            &session.0.end,
            Box::new(move || again.pump()),
        );
        let again = session.clone();
        page::listen(&["pageshow"], &session.0.end, Box::new(move || again.0.flow.notify()));
        if left_over {
            // With this visit's pass in place of the old one.
            session.keep();
        }
        session.pump();
        session
    }

    /// The flow, for what is drawn of it.
    pub fn flow(&self) -> &ArcRwSignal<Flow> {
        &self.0.flow
    }

    /// An answer is given.
    pub fn answer(&self, name: &str, answer: Answer) {
        let goes = {
            let mut flow = self.0.flow.write();
            flow.tell_time(page::now_in_seconds());
            flow.answer(name, answer)
        };
        self.keep();
        if goes {
            self.pump_after(MEANT);
        }
    }

    /// The customer leaves a field, perhaps for a button below it: what is said of the field now moves that, so it is said
    /// when the button is pressed.
    pub fn leave(&self, index: usize, part: rules::Part) {
        let session = self.clone();
        page::after(PRESSED, move || session.0.flow.write().leave(index, part));
    }

    /// Next, or Send, is pressed.
    pub fn go_on(&self) {
        self.go(|flow| {
            flow.tell_time(page::now_in_seconds());
            flow.go_on(&page::count_characters)
        });
        self.keep();
        self.pump();
    }

    /// Back is pressed.
    pub fn go_back(&self) {
        self.go(|flow| {
            flow.go_back();
            None
        });
    }

    /// Moves, and the focus along: to what is wrong, or else to the question that is new.
    fn go(&self, to: fn(&mut Flow) -> Option<String>) {
        let mut flow = self.0.flow.write();
        let before = flow.step();
        let selector = match to(&mut flow) {
            Some(name) => ["[name=", &name, "]"].concat(),
            None if flow.step() != before => ASK.into(),
            None => return,
        };
        let element = self.0.element.clone();
        // After the effects that show the question.
        page::after(0, move || page::focus(&element, &selector));
    }

    /// The survey is put away: what waits is sent.
    pub fn stop(&self) {
        self.pump();
    }

    fn keep(&self) {
        let flow = self.0.flow.read_untracked();
        storage::keep_draft(&flow.draft());
        if let Some(unsent) = flow.unsent() {
            self.0.outbox.keep(unsent);
        }
    }

    fn pump_after(&self, milliseconds: u32) {
        page::cancel(self.0.timer.get());
        let session = self.clone();
        self.0.timer.set(page::after(milliseconds, move || session.pump()));
    }

    /// Sends what is to be sent, if nothing is under way.
    fn pump(&self) {
        let sent = self.0.flow.write_untracked().outgoing().cloned();
        if let Some(sent) = sent {
            page::cancel(self.0.timer.get());
            self.tell_score();
            let session = self.clone();
            let language = sent.language.clone().unwrap_or_default();
            network::reply(post(&self.0.settings.collector(), &language, &sent), move |reply| {
                session.landed(&sent, reply)
            });
        }
    }

    /// Tells the page of a score that is meant, once.
    fn tell_score(&self) {
        let score = self.0.flow.read_untracked().score();
        if score.is_some() && self.0.told.replace(score) != score {
            page::announce(&self.0.settings, "score", score, "");
        }
    }

    fn landed(&self, sent: &Submission, reply: Reply) {
        let outbox = &self.0.outbox;
        let mut refusal = None;
        let mut flow = self.0.flow.write_untracked();
        let retry = match reply {
            Reply::Good(value) => match Receipt::read(&value) {
                Some(receipt) => {
                    flow.acknowledged(&receipt);
                    outbox.remove(sent);
                    for kept in outbox.all() {
                        if storage::is_same(&kept, sent) && flow::is_outdated(&kept, sent) {
                            outbox.remove(&kept);
                        }
                    }
                    None
                }
                None => Some(flow.failed(page::random(), None, None)),
            },
            Reply::Refused(problem) => {
                page::warn(&[&problem.code, ": ", &problem.detail].concat());
                refusal = Some(problem.code.clone());
                let last = flow::is_final(&problem.code);
                if last {
                    outbox.remove(sent);
                }
                if last || problem.message.is_some() {
                    flow.refused(problem)
                } else {
                    // Nothing to tell the customer: something between here and the answers is not as it should be.
                    Some(flow.failed(page::random(), None, None))
                }
            }
            Reply::Failed(after, problem) => Some(flow.failed(page::random(), after, problem)),
        };
        // The page may put the survey away as soon as it is told.
        drop(flow);
        if let Some(code) = refusal {
            page::announce(&self.0.settings, "error", None, &code);
        }
        match retry {
            Some(milliseconds) => self.pump_after(milliseconds),
            None => {
                self.keep();
                self.pump();
            }
        }
        if !self.left(sent) {
            self.0.flow.notify();
        }
    }

    /// Whether the customer is on the way to the thank-you page; if not, the thanks get the focus.
    fn left(&self, arrived: &Submission) -> bool {
        let flow = self.0.flow.read_untracked();
        let Stage::Sent(category) = *flow.stage() else { return false };
        let (language, score) = (flow.form.language.clone(), flow.score());
        drop(flow);
        // Only once: the answers of a survey that is sent may arrive again.
        if arrived.complete {
            page::announce(&self.0.settings, "complete", score, "");
        }
        if self.0.end.aborted() {
            return true;
        }
        let session = self.clone();
        let thank = move || {
            session.0.flow.notify();
            // The effects that draw the thanks run before this.
            page::after(0, move || page::focus(&session.0.element, ".thanks h2"));
        };
        let next = self.0.settings.next();
        match category {
            Some(category) if !next.is_empty() && page::go_to(&next, category, &language) => {
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
    let is_owned =
        |kept: &Submission| OWN.with_borrow(|own| own.iter().any(|begun| storage::is_same(kept, begun)));
    let mut oldest: Option<Submission> = None;
    for kept in outbox.all() {
        if !tried.contains(&kept)
            && !is_owned(&kept)
            && oldest.as_ref().is_none_or(|oldest| kept.revision < oldest.revision)
        {
            oldest = Some(kept);
        }
    }
    let Some(oldest) = oldest else { return };
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
