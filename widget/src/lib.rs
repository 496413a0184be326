//! Hearback's widget: the survey that a company's web page shows.
//!
//! The loader (`loader.js`) stands on the page, makes a shadow root, asks the collector for the form and fetches this
//! program at the same time; then it calls [`start`]. It draws the form, keeps and sends what is answered, and thanks.
//! It decides nothing about validity or order of questions: `wire::rules` does, here as in the collector.
//!
//! Read in this order: [`flow`] (everything that can happen, without a browser), [`session`] (a flow in a browser:
//! kept, sent, sent again), [`survey`] and the parts it draws ([`scale`], [`comment`], [`thanks`]), [`message`] (when
//! there is nothing to draw), [`element`] (what all of it is made of). Each outside thing has one file: [`page`]
//! (document, window), [`storage`], [`network`], [`json`]. Small and pure: [`backoff`], [`fill`], [`uuid`].
//!
//! The customer waits for every byte, so: no `view!`, no `format!`, no resources.

pub mod backoff;
pub mod comment;
pub mod element;
pub mod fill;
pub mod flow;
pub mod json;
pub mod message;
pub mod network;
pub mod page;
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
use web_sys::{HtmlElement, ShadowRoot};
use wire::Form;
use wire::form::ThanksPage;

use crate::element::Element;
use crate::json::Read;
use crate::network::Reply;
use crate::page::Settings;
use crate::session::{Session, sweep};

/// Draws in this shadow root what the settings ask for. The loader calls it once for each tag.
#[wasm_bindgen]
pub fn start(root: &ShadowRoot, settings: Settings) {
    let Some(element) = page::furnish(root) else {
        return;
    };
    // Fails for the second tag of a page, which finds it done.
    let _ = Executor::init_wasm_bindgen();
    let first = settings.first();
    let place = Rc::new(Place { settings, element, timer: Cell::new(0), shown: RefCell::new(None) });
    // What it shows lives as long as the page.
    std::mem::forget(place.clone());
    place.ask(first, 0);
}

/// Where one tag draws.
struct Place {
    settings: Settings,
    element: HtmlElement,
    timer: Cell<i32>,
    shown: RefCell<Option<Owner>>,
}

impl Place {
    /// Waits for what is to be drawn and draws it; after a failure asks again.
    fn ask(self: Rc<Self>, request: Promise, failures: u32) {
        network::reply(request, move |reply| match reply {
            Reply::Good(value) if self.draw(&value) => {}
            Reply::Refused(problem) => {
                page::warn(&[&problem.code, ": ", &problem.detail].concat());
                self.show(move || message::refusal(&problem));
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
            2 => self.show(move || message::lost(again)),
            _ => {}
        }
    }

    /// Draws the collector's answer; `false` if it is none.
    fn draw(&self, value: &JsValue) -> bool {
        if self.settings.thanks() {
            let Some(words) = ThanksPage::read(value) else {
                return false;
            };
            page::dress(&self.element, &words.language, words.direction, &words.brand);
            self.show(move || thanks::thanks_page(&words));
            sweep(self.settings.collector(), Vec::new(), 0);
        } else {
            let Some(form) = Form::read(value) else {
                return false;
            };
            page::dress(&self.element, &form.language, form.direction, &form.brand);
            let (settings, element) = (self.settings.clone(), self.element.clone());
            self.show(move || {
                let session = Session::new(form, &settings, element);
                sweep(settings.collector(), Vec::new(), 0);
                survey::survey(&session)
            });
        }
        true
    }

    /// Draws this in place of what was there.
    fn show(&self, draw: impl FnOnce() -> Element + 'static) {
        // The effects of what was there end with it.
        if let Some(owner) = self.shown.take() {
            owner.cleanup();
        }
        let owner = Owner::new();
        let drawn: Element = owner.with(draw);
        self.element.replace_children_with_node_1(&drawn.into_inner());
        self.shown.replace(Some(owner));
    }
}
