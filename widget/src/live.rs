//! What changes on the screen when the flow does.
//!
//! Every such piece has the same type, whatever it shows: a closure of its own for each would be code of its own for
//! each, and the customer would download all of it.

use leptos::prelude::*;

use crate::flow::Flow;

/// Something drawn anew whenever the flow changes.
pub type Live<T> = Box<dyn Fn() -> T + Send>;

/// What `f` makes of the flow.
pub fn live<T: 'static>(flow: RwSignal<Flow>, f: impl Fn(&Flow) -> T + Send + 'static) -> Live<T> {
    Box::new(move || flow.with(|flow| f(flow)))
}
