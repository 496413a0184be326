//! Hearback's widget: the survey that a company's web page shows.
//!
//! The loader (`loader.js`) stands on the page, makes a shadow root, asks the collector for the form and fetches this
//! program at the same time; then it calls [`start`]. It draws the form, keeps and sends what is answered, and thanks.
//! It decides nothing about validity or order of questions: `wire::rules` does, here as in the collector.
//!
//! Read in this order: [`flow`] (everything that can happen, without a browser), [`session`] (a flow in a browser:
//! kept, sent, sent again), [`survey`] and the parts it draws ([`question`]: [`scale`], [`list`], [`field`]; [`thanks`]),
//! [`message`] (when there is nothing to draw), [`chrome`] (what is around it), [`element`] (what all of it is made of). Each outside thing has one file: [`page`]
//! (document, window), [`storage`], [`network`], [`json`]. Small and pure: [`backoff`], [`fill`], [`uuid`].
//!
//! The customer waits for every byte, so: no `view!`, no `format!`, no resources.

pub mod backoff;
pub mod chrome;
pub mod element;
pub mod field;
pub mod fill;
pub mod flow;
pub mod json;
pub mod list;
pub mod message;
pub mod network;
pub mod page;
pub mod question;
pub mod scale;
pub mod session;
pub mod storage;
pub mod survey;
pub mod thanks;
pub mod uuid;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use any_spawner::Executor;
use js_sys::Promise;
use reactive_graph::owner::Owner;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, HtmlElement, ShadowRoot};
use wire::Form;
use wire::form::ThanksPage;

use crate::element::Element;
use crate::json::Read;
use crate::network::Reply;
use crate::page::Settings;
use crate::session::{Session, sweep};

/// Draws in this shadow root what the settings ask for. The loader calls it once for each tag. Returns the function that
/// ends it: what waits is sent, and nothing is left behind in the page.
#[wasm_bindgen]
pub fn start(root: &ShadowRoot, settings: Settings) -> JsValue {
    let (Some(element), Ok(ended)) =
        (page::furnish(root, settings.mode().as_deref()), AbortController::new())
    else {
        return JsValue::UNDEFINED;
    };
    // Fails for the second tag of a page, which finds it done.
    let _ = Executor::init_wasm_bindgen();
    let end = ended.signal();
    chrome::listen(&settings, &element, &end);
    let first = settings.first();
    let place = Rc::new(Place {
        settings,
        element,
        end,
        timer: Cell::new(0),
        shown: RefCell::new(None),
        session: RefCell::new(None),
    });
    place.clone().ask(first, 0);
    // It lives as long as the page, also where nobody keeps the function that ends it.
    std::mem::forget(place.clone());
    Closure::<dyn Fn()>::new(move || {
        ended.abort();
        place.stop();
    })
    .into_js_value()
}

/// Where one tag draws.
struct Place {
    settings: Settings,
    element: HtmlElement,
    end: AbortSignal,
    timer: Cell<i32>,
    shown: RefCell<Option<Owner>>,
    session: RefCell<Option<Session>>,
}

impl Place {
    /// Waits for what is to be drawn and draws it; after a failure asks again.
    fn ask(self: Rc<Self>, request: Promise, failures: u32) {
        network::reply(request, move |reply| match reply {
            _ if self.end.aborted() => {}
            Reply::Good(value) if self.draw(&value) => {}
            Reply::Refused(problem) => {
                page::warn(&[&problem.code, ": ", &problem.detail].concat());
                self.tell_error(&problem.code);
                // Who was asked not long ago has asked for nothing.
                let unasked = problem.code == "asked_recently" && chrome::is_over_page(&self.settings);
                if self.is_expected() && !unasked {
                    self.show("", "Close", move || message::refusal(&problem));
                }
                sweep(self.settings.collector(), Vec::new(), 0);
            }
            Reply::Failed(after, _) => self.failed(failures + 1, after),
            Reply::Good(_) => self.failed(failures + 1, None),
        });
    }

    fn failed(self: Rc<Self>, failures: u32, after: Option<u32>) {
        page::cancel(self.timer.get());
        let place = self.clone();
        let again = move || {
            page::cancel(place.timer.get());
            place.clone().ask(network::get(&place.settings.address()), failures);
        };
        self.timer.set(page::after(backoff::delay(failures, page::random(), after), again.clone()));
        match failures {
            1 => page::warn(
                "the collector did not answer. Is it running, can it be reached from here, and does the survey \
                 allow this page's origin?",
            ),
            2 => {
                self.tell_error("unreachable");
                if self.is_expected() {
                    self.show("", "Close", move || message::lost(again));
                }
            }
            _ => {}
        }
    }

    /// Whether somebody waits for it. Nobody is stopped on her way through a page to be told that there is no survey.
    fn is_expected(&self) -> bool {
        !chrome::is_over_page(&self.settings) || !self.settings.token().is_empty()
    }

    fn tell_error(&self, code: &str) {
        page::announce(&self.settings, "error", None, code);
    }

    /// Draws the collector's answer; `false` if it is none.
    fn draw(&self, value: &JsValue) -> bool {
        if self.settings.thanks() {
            let Some(words) = ThanksPage::read(value) else {
                return false;
            };
            page::dress(&self.element, &words.language, words.direction, &words.brand);
            self.show("", "Close", move || thanks::thanks_page(&words));
        } else {
            let Some(form) = Form::read(value) else {
                return false;
            };
            page::dress(&self.element, &form.language, form.direction, &form.brand);
            let (name, close) = (form.brand.name.clone(), form.words.close.clone());
            let session = Session::new(form, &self.settings, self.element.clone(), self.end.clone());
            self.session.replace(Some(session.clone()));
            self.show(&name, &close, move || survey::survey(&session));
            let settings = self.settings.clone();
            page::after(0, move || page::announce(&settings, "ready", None, ""));
        }
        sweep(self.settings.collector(), Vec::new(), 0);
        true
    }

    /// Draws this in place of what was there. Over the page it has a name and a button that puts it away.
    fn show(&self, name: &str, close: &str, draw: impl FnOnce() -> Element + 'static) {
        self.clear();
        let owner = Owner::new();
        let drawn: Element = owner.with(draw);
        let _ = self.element.append_child(&drawn.into_inner());
        self.shown.replace(Some(owner));
        chrome::open(&self.settings, &self.element, name, close);
    }

    /// Puts it away.
    fn stop(&self) {
        page::cancel(self.timer.get());
        if let Some(session) = self.session.take() {
            session.stop();
        }
        self.clear();
        chrome::close(&self.settings, &self.element);
    }

    /// Takes out what is drawn, with its effects.
    fn clear(&self) {
        if let Some(owner) = self.shown.take() {
            owner.cleanup();
        }
        self.element.set_text_content(None);
    }
}
