//! The question from 0 to 10: a group of native radio buttons.

use reactive_graph::prelude::*;
use wire::Score;

use crate::element::{Element, element};
use crate::fill::digits;
use crate::page;
use crate::session::Session;

/// Draws the question at this place in the form.
pub fn scale(session: &Session, index: usize) -> Element {
    let flow = session.flow();
    let (question, chosen) = flow.with_untracked(|flow| (flow.question(index).clone(), flow.number(index)));
    let mut scores = element("div", "scores");
    for number in 0..=Score::MAX {
        let digits = digits(number.into());
        let mut radio =
            element("input", "").set("type", "radio").set("name", &question.id).set("value", &digits);
        // The words at the ends are part of what these two scores mean.
        if number == 0 {
            radio = radio.set("aria-describedby", "low");
        }
        if number == Score::MAX {
            radio = radio.set("aria-describedby", "high");
        }
        if chosen == Some(number.into()) {
            radio = radio.set("checked", "");
        }
        scores =
            scores.child(element("label", "score").child(radio).child(element("span", "").text(&digits)));
    }
    let end = |class: &str, words: &Option<String>| {
        element("span", class).set("id", class).text(words.as_deref().unwrap_or_default())
    };
    let session = session.clone();
    let id = question.id.clone();
    element("fieldset", "question")
        .set("role", "radiogroup")
        .set("aria-required", "true")
        .set("data-question", &question.id)
        .live_mark(flow, "hidden", move |flow| flow.reached() <= index)
        .on("change", move |event| {
            if let Ok(number) = page::value(&event).parse() {
                session.choose(&id, number);
            }
        })
        .child(
            element("legend", "")
                .live_text(flow, move |flow| flow.question(index).wording(flow.category()).clone()),
        )
        .child(
            element("div", "scale")
                .child(end("low", &question.low))
                .child(scores)
                .child(end("high", &question.high)),
        )
}
