//! The question that is answered in the customer's own words.

use leptos::prelude::*;
use wire::rules;

use crate::fill::fill;
use crate::flow::{Flow, Wrong};
use crate::live::live;
use crate::page::count_characters;
use crate::session::Session;

/// Draws the question at this place in the form.
pub fn comment(session: &Session, index: usize) -> AnyView {
    let flow = session.flow();
    let (question, text) =
        flow.with_untracked(|flow| (flow.question(index).clone(), flow.text(index).to_owned()));
    let id = question.id.clone();
    let part = |what: &str| [what, "-", &id].concat();
    let optional = (!rules::is_required(&question)).then(|| {
        let word = flow.with_untracked(|flow| flow.form.words.optional.clone());
        view! { <span class="optional">{word}</span> }.into_any()
    });
    let session = session.clone();
    let name = id.clone();
    let write = move |event| session.write(&name, event_target_value(&event));
    view! {
        <div class="question" data-question=id.clone() hidden=live(flow, move |flow| flow.reached() <= index)>
            <label for=part("answer")>
                {live(flow, move |flow| flow.question(index).wording(flow.category()).clone())} " " {optional}
            </label>
            <textarea id=part("answer") name=id.clone() rows="3" dir="auto" prop:value=text on:input=write
                aria-required=rules::is_required(&question).then_some("true")
                aria-invalid=live(flow, move |flow| flow.wrong(index, &count_characters).map(|_| "true"))
                aria-describedby=[part("error"), part("left")].join(" ")></textarea>
            <p class="error" id=part("error")>{live(flow, move |flow| error(flow, index))}</p>
            <p class="left" id=part("left")>{live(flow, move |flow| left(flow, index))}</p>
            <p class="unseen" role="status">{live(flow, move |flow| spoken(flow, index))}</p>
        </div>
    }
    .into_any()
}

fn error(flow: &Flow, index: usize) -> String {
    match flow.wrong(index, &count_characters) {
        None => String::new(),
        Some(Wrong::Missing) => flow.form.words.required.clone(),
        Some(Wrong::TooLong(n)) => fill(&flow.form.words.too_long, n, 0),
    }
}

fn left(flow: &Flow, index: usize) -> String {
    flow.left(index, &count_characters)
        .map_or(String::new(), |n| fill(&flow.form.words.left, n, 0))
}

/// What a screen reader says of it while one types: now and then, not at every key.
fn spoken(flow: &Flow, index: usize) -> String {
    match (
        flow.wrong(index, &count_characters),
        flow.left(index, &count_characters),
    ) {
        (Some(Wrong::TooLong(n)), _) if n == 1 || n.is_multiple_of(10) => error(flow, index),
        (None, Some(n)) if n.is_multiple_of(10) => left(flow, index),
        _ => String::new(),
    }
}
