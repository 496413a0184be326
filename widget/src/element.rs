//! Elements, all of one type, that follow a flow.
//!
//! The signals and effects are Leptos' own, from its reactive core (`reactive_graph`). The rest of Leptos isn't linked: with
//! it come the server functions' streams, which are exported and so never left out: 3 kB of the download. Nor is `view!`
//! used: it gives each element a type of its own, and each type its own code to build, move and mount it. For this one card
//! that was 12 kB more to download (by brotli), a fifth of everything. Here an element is an element.

use reactive_graph::effect::Effect;
use reactive_graph::prelude::*;
use reactive_graph::signal::ArcRwSignal;
use wasm_bindgen::prelude::*;
use web_sys::Event;

use crate::flow::Flow;
use crate::page;

/// What an element makes of the flow.
type Live = Box<dyn Fn(&Flow) -> Option<String>>;

/// An element of the page.
pub struct Element(web_sys::Element);

/// A new element with this class.
pub fn element(name: &str, class: &str) -> Element {
    let element = Element(page::create(name));
    if class.is_empty() { element } else { element.set("class", class) }
}

impl From<&web_sys::HtmlElement> for Element {
    fn from(element: &web_sys::HtmlElement) -> Self {
        Self(element.clone().into())
    }
}

impl Element {
    /// Gives it an attribute.
    pub fn set(self, name: &str, value: &str) -> Self {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// Gives it a custom property, through the object model: see [`page::dress`].
    pub fn style(self, name: &str, value: &str) -> Self {
        page::style(&self.0, name, value);
        self
    }

    /// Gives it a text.
    pub fn text(self, text: &str) -> Self {
        self.0.set_text_content(Some(text));
        self
    }

    /// Puts another into it, after those that are there.
    pub fn child(self, child: Self) -> Self {
        let _ = self.0.append_child(&child.0);
        self
    }

    /// Gives it an attribute that follows the flow: what `f` makes of it, or none.
    pub fn live(
        self,
        flow: &ArcRwSignal<Flow>,
        name: &'static str,
        f: impl Fn(&Flow) -> Option<String> + 'static,
    ) -> Self {
        self.follow(flow, name, Box::new(f));
        self
    }

    /// Gives it an attribute that is there as long as `f` says so.
    pub fn live_mark(
        self,
        flow: &ArcRwSignal<Flow>,
        name: &'static str,
        f: impl Fn(&Flow) -> bool + 'static,
    ) -> Self {
        self.live(flow, name, move |flow| f(flow).then(|| "true".into()))
    }

    /// Gives it a text that follows the flow.
    pub fn live_text(self, flow: &ArcRwSignal<Flow>, f: impl Fn(&Flow) -> String + 'static) -> Self {
        self.live(flow, "", move |flow| Some(f(flow)))
    }

    /// One effect for all of them; without a name it is the text that follows.
    fn follow(&self, flow: &ArcRwSignal<Flow>, name: &'static str, f: Live) {
        let (element, flow) = (self.0.clone(), flow.clone());
        Effect::new(move |before: Option<Option<String>>| {
            let value = f(&flow.read());
            // A screen reader may read aloud again what is written again.
            if before.as_ref() != Some(&value) {
                match &value {
                    Some(value) if !name.is_empty() => drop(element.set_attribute(name, value)),
                    None if !name.is_empty() => drop(element.remove_attribute(name)),
                    text => element.set_text_content(text.as_deref()),
                }
            }
            value
        });
    }

    /// Calls `f` at each such event.
    pub fn on(self, event: &str, f: impl FnMut(Event) + 'static) -> Self {
        self.listen(event, Box::new(f));
        self
    }

    fn listen(&self, event: &str, f: Box<dyn FnMut(Event)>) {
        let f = Closure::wrap(f).into_js_value();
        let _ = self.0.add_event_listener_with_callback(event, f.unchecked_ref());
    }

    /// The element itself.
    pub fn into_inner(self) -> web_sys::Element {
        self.0
    }
}
