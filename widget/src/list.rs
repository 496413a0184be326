//! A list to choose from: native radio buttons, or boxes to tick where several can be chosen.

use reactive_graph::prelude::*;
use wire::Answer;
use wire::rules::{OTHER, Part};
use wire::survey::Kind;

use crate::element::{Element, element};
use crate::page;
use crate::question::invalid;
use crate::session::Session;

/// Draws the choices of the question at this place in the form.
pub fn list(session: &Session, index: usize) -> Element {
    let flow = session.flow();
    let now = flow.read_untracked();
    let question = now.question(index);
    let several = question.kind == Kind::Choices;
    let mut choices: Vec<(&str, &str)> = Vec::new();
    for choice in &question.choices {
        choices.push((&choice.id, &choice.text));
    }
    if let Some(text) = &question.other {
        choices.push((OTHER, text));
    }
    let mut list = element("div", "choices");
    for (id, text) in choices {
        let mut input =
            input(if several { "checkbox" } else { "radio" }, &question.id, id, now.has_chosen(index, id));
        if several {
            // A group of boxes can't be invalid itself, a group of radio buttons can.
            input = invalid(input, flow, index, Part::Whole);
        }
        list = list.child(choice(input, text));
    }
    let (session, name) = (session.clone(), question.id.clone());
    list.on("change", move |event| {
        let id = page::value(&event);
        let answer = if several {
            session.flow().read_untracked().ticked(index, &id, page::is_checked(&event))
        } else {
            Answer::Text(id)
        };
        session.answer(&name, answer);
    })
}

/// Something to choose.
pub fn input(kind: &str, name: &str, id: &str, chosen: bool) -> Element {
    let input = element("input", "").set("type", kind).set("name", name).set("value", id);
    if chosen { input.set("checked", "") } else { input }
}

/// The same with its words.
pub fn choice(input: Element, text: &str) -> Element {
    element("label", "choice").child(input).child(element("span", "").set("dir", "auto").text(text))
}
