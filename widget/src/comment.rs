//! The question that is answered in the customer's own words.

use reactive_graph::prelude::*;
use wire::rules;

use crate::element::{Element, element};
use crate::fill::fill;
use crate::flow::{Flow, Wrong};
use crate::page::{self, count_characters};
use crate::session::Session;

/// Draws the question at this place in the form.
pub fn comment(session: &Session, index: usize) -> Element {
    let flow = session.flow();
    let (question, text) =
        flow.with_untracked(|flow| (flow.question(index).clone(), flow.text(index).to_owned()));
    let id = &question.id;
    let part = |what: &str| [what, "-", id].concat();

    let mut label = element("label", "").set("for", &part("answer"));
    label = label.child(
        element("span", "")
            .live_text(flow, move |flow| flow.question(index).wording(flow.category()).clone()),
    );
    let mut area = element("textarea", "")
        .set("id", &part("answer"))
        .set("name", id)
        .set("rows", "3")
        .set("dir", "auto")
        .set("aria-describedby", &[part("error"), part("left")].join(" "))
        .live_mark(flow, "aria-invalid", move |flow| flow.wrong(index, &count_characters).is_some())
        .text(&text);
    if rules::is_required(&question) {
        area = area.set("aria-required", "true");
    } else {
        let word = flow.with_untracked(|flow| flow.form.words.optional.clone());
        label = label.child(element("span", "optional").text(&word));
    }
    let session = session.clone();
    let name = id.clone();
    element("div", "question")
        .set("data-question", id)
        .live_mark(flow, "hidden", move |flow| flow.reached() <= index)
        .child(label)
        .child(area.on("input", move |event| session.write(&name, page::value(&event))))
        .child(
            element("p", "error").set("id", &part("error")).live_text(flow, move |flow| error(flow, index)),
        )
        .child(element("p", "left").set("id", &part("left")).live_text(flow, move |flow| left(flow, index)))
        .child(element("p", "unseen").set("role", "status").live_text(flow, move |flow| spoken(flow, index)))
}

fn error(flow: &Flow, index: usize) -> String {
    match flow.wrong(index, &count_characters) {
        None => String::new(),
        Some(Wrong::Missing) => flow.form.words.required.clone(),
        Some(Wrong::TooLong(n)) => fill(&flow.form.words.too_long, n, 0),
    }
}

fn left(flow: &Flow, index: usize) -> String {
    flow.left(index, &count_characters).map_or(String::new(), |n| fill(&flow.form.words.left, n, 0))
}

/// What a screen reader says of it while one types: now and then, not at every key.
fn spoken(flow: &Flow, index: usize) -> String {
    match (flow.wrong(index, &count_characters), flow.left(index, &count_characters)) {
        (Some(Wrong::TooLong(n)), _) if n == 1 || n.is_multiple_of(10) => error(flow, index),
        (None, Some(n)) if n.is_multiple_of(10) => left(flow, index),
        _ => String::new(),
    }
}
