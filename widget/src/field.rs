//! What is answered in the customer's own words: a comment, what stands beside "other", and how somebody can be reached.

use reactive_graph::prelude::*;
use wire::Answer;
use wire::rules::{self, OTHER, Part, QUOTES};

use crate::element::{Element, element};
use crate::fill::fill;
use crate::flow::{Flow, Wrong};
use crate::list::{choice, input};
use crate::page::{self, count_characters};
use crate::question::{error, id, invalid, reason};
use crate::session::Session;

/// Adds a field, with its label, for this answer.
pub fn field(drawn: Element, session: &Session, index: usize, part: Part, label: Element) -> Element {
    let flow = session.flow();
    let now = flow.read_untracked();
    let (question, text, name) = (now.question(index), now.text(index, part), now.name(index, part));
    let (element_name, kind, completes) = match part {
        Part::Name => ("input", "text", "name"),
        Part::Email => ("input", "email", "email"),
        Part::Phone => ("input", "tel", "tel"),
        Part::Other => ("input", "text", "off"),
        _ => ("textarea", "", ""),
    };
    let mut input = element(element_name, "field");
    if kind.is_empty() {
        input = input.set("rows", "3").text(text);
    } else {
        input = input.set("type", kind).set("autocomplete", completes).set("value", text);
    }
    let control = id(flow, "answer", index, part);
    input = invalid(input.set("id", &control), flow, index, part).set("name", &name).set("dir", "auto").set(
        "aria-describedby",
        &[&id(flow, "error", index, part), " ", &*id(flow, "left", index, part)].concat(),
    );
    let alone = part == Part::Whole || question.contact_fields().len() == 1;
    if alone && rules::is_required(question) {
        input = input.set("aria-required", "true");
    }
    if now.is_in_steps() && !kind.is_empty() {
        let session = session.clone();
        input = input.set("enterkeyhint", "next").on("keydown", move |event| {
            if page::is_key(&event, "Enter") {
                session.go_on();
            }
        });
    }
    let (writing, leaving) = (session.clone(), session.clone());
    input = input
        .on("input", move |event| writing.answer(&name, Answer::Text(page::value(&event))))
        .on("blur", move |_| leaving.leave(index, part));
    error(drawn.child(label.set("for", &control)).child(input), flow, index, part)
        .child(
            element("p", "left")
                .set("id", &id(flow, "left", index, part))
                .live_text(flow, move |flow| left(flow, index, part)),
        )
        .child(
            element("p", "unseen")
                .set("role", "status")
                .live_text(flow, move |flow| spoken(flow, index, part)),
        )
}

/// Adds the field beside "other", which is there while that is chosen. Its label is the choice's.
pub fn other(drawn: Element, session: &Session, index: usize) -> Element {
    let flow = session.flow();
    let now = flow.read_untracked();
    let text = now.question(index).other.as_deref().unwrap_or_default();
    let beside =
        element("div", "beside").live_mark(flow, "hidden", move |flow| !flow.has_chosen(index, OTHER));
    drawn.child(field(beside, session, index, Part::Other, element("label", "label unseen").text(text)))
}

/// Adds the question whether the words of a comment may be quoted, which is there while there are words. Nothing is chosen
/// beforehand.
pub fn quote(drawn: Element, session: &Session, index: usize) -> Element {
    let flow = session.flow();
    let now = flow.read_untracked();
    let Some(text) = now.question(index).quote.as_ref().and_then(|quote| quote.text.as_ref()) else {
        return drawn;
    };
    let (words, name, chosen) = (&now.form.words, now.name(index, Part::Quote), now.text(index, Part::Quote));
    let mut list = element("div", "choices");
    for (way, text) in QUOTES.into_iter().zip([&words.quote_named, &words.quote_unnamed, &words.quote_no]) {
        list = list.child(choice(input("radio", &name, way, way == chosen), text));
    }
    let session = session.clone();
    let list = list.on("change", move |event| session.answer(&name, Answer::Text(page::value(&event))));
    drawn.child(
        element("fieldset", "quote")
            .live_mark(flow, "hidden", move |flow| !flow.asks_to_quote(index))
            .child(element("legend", "label").text(text))
            .child(list),
    )
}

/// Adds the fields that ask how to reach the customer, and the box that agrees to it.
pub fn contact(mut drawn: Element, session: &Session, index: usize) -> Element {
    let flow = session.flow();
    let now = flow.read_untracked();
    let (question, words, name) = (now.question(index), &now.form.words, now.name(index, Part::Consent));
    for part in rules::parts(question) {
        let word = match part {
            Part::Name => &words.name,
            Part::Email => &words.email,
            Part::Phone => &words.phone,
            _ => continue,
        };
        drawn = field(drawn, session, index, part, element("label", "label").text(word));
    }
    let Some(consent) = &question.consent else { return drawn };
    let session = session.clone();
    let mut input =
        invalid(element("input", ""), flow, index, Part::Consent).set("type", "checkbox").set("name", &name);
    if now.agrees(index) {
        input = input.set("checked", "");
    }
    input = input.on("change", move |event| session.answer(&name, Answer::Flag(page::is_checked(&event))));
    let label = element("label", "choice consent").child(input).child(element("span", "").text(consent));
    error(drawn.child(label), flow, index, Part::Consent)
}

fn left(flow: &Flow, index: usize, part: Part) -> String {
    flow.left(index, part, &count_characters).map_or(String::new(), |n| fill(&flow.form.words.left, n, 0))
}

/// What a screen reader says of it while one writes: what is too long now and then, not at every key; what else is wrong
/// when the field is left.
fn spoken(flow: &Flow, index: usize, part: Part) -> String {
    match (flow.wrong(index, part, &count_characters), flow.left(index, part, &count_characters)) {
        (Some(Wrong::Fault(rules::Fault::TooLong(n))), _) if n != 1 && !n.is_multiple_of(10) => String::new(),
        (Some(Wrong::Fault(_)), _) => reason(flow, index, part),
        (None, Some(n)) if n.is_multiple_of(10) => left(flow, index, part),
        _ => String::new(),
    }
}
