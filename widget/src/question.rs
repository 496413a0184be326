//! One question: its words, what is wrong with its answer, and around them whatever its kind takes.

use reactive_graph::prelude::*;
use reactive_graph::signal::ArcRwSignal;
use wire::rules::{self, Fault, Part};
use wire::survey::Kind;

use crate::element::{Element, element};
use crate::field::{self, field};
use crate::fill::fill;
use crate::flow::{Flow, Wrong};
use crate::list::list;
use crate::page::count_characters;
use crate::scale::scale;
use crate::session::Session;

/// Draws the question at this place in the form.
pub fn question(session: &Session, index: usize) -> Element {
    let flow = session.flow();
    let now = flow.read_untracked();
    let question = now.question(index);
    // A group of controls, or one, or none.
    let (name, words, role) = match question.kind {
        Kind::Nps | Kind::Ces | Kind::Rating | Kind::Choice => ("fieldset", "legend", "radiogroup"),
        Kind::Choices | Kind::Contact => ("fieldset", "legend", ""),
        Kind::Comment => ("div", "label", ""),
        Kind::Statement => ("div", "p", ""),
    };
    let mut drawn = element(name, "question")
        .set("data-question", &question.id)
        .set("data-kind", question.kind.as_str())
        .live_mark(flow, "hidden", move |flow| !flow.shows(index));
    let mut ask = element(words, "ask").set("tabindex", "-1").child(
        element("span", "")
            .live_text(flow, move |flow| flow.question(index).wording(flow.category()).clone()),
    );
    let mut hints = Vec::new();
    if question.kind == Kind::Choices {
        hints.push(&now.form.words.several);
    }
    if !rules::is_required(question) && question.kind != Kind::Statement {
        hints.push(&now.form.words.optional);
    }
    for hint in hints {
        ask = ask.child(element("span", "optional").text(hint));
    }
    if !role.is_empty() {
        drawn = drawn.set("role", role);
        if rules::is_required(question) {
            drawn = drawn.set("aria-required", "true");
        }
        drawn = invalid(drawn, flow, index, Part::Whole);
    }
    match question.kind {
        Kind::Nps | Kind::Ces | Kind::Rating => {
            error(drawn.child(ask).child(scale(session, index)), flow, index, Part::Whole)
        }
        Kind::Choice | Kind::Choices => {
            let drawn = error(drawn.child(ask).child(list(session, index)), flow, index, Part::Whole);
            if question.other.is_none() { drawn } else { field::other(drawn, session, index) }
        }
        Kind::Comment => field::quote(field(drawn, session, index, Part::Whole, ask), session, index),
        Kind::Contact => field::contact(drawn.child(ask), session, index),
        Kind::Statement => drawn.child(ask),
    }
}

/// The id of what says something of an answer.
pub fn id(flow: &ArcRwSignal<Flow>, what: &str, index: usize, part: Part) -> String {
    [what, "-", &flow.read_untracked().name(index, part)].concat()
}

/// Says of a control, or of a group, whether its answer is wrong, and where the reason stands.
pub fn invalid(control: Element, flow: &ArcRwSignal<Flow>, index: usize, part: Part) -> Element {
    control.set("aria-describedby", &id(flow, "error", index, part)).live_mark(
        flow,
        "aria-invalid",
        move |flow| flow.wrong(index, part, &count_characters).is_some(),
    )
}

/// Adds the reason why an answer is wrong, when it is.
pub fn error(drawn: Element, flow: &ArcRwSignal<Flow>, index: usize, part: Part) -> Element {
    drawn.child(
        element("p", "error")
            .set("id", &id(flow, "error", index, part))
            .live_text(flow, move |flow| reason(flow, index, part)),
    )
}

/// Why an answer is wrong, if it is.
pub fn reason(flow: &Flow, index: usize, part: Part) -> String {
    let words = &flow.form.words;
    match flow.wrong(index, part, &count_characters) {
        None => String::new(),
        Some(Wrong::Missing) => words.required.clone(),
        Some(Wrong::Fault(Fault::TooLong(n))) => fill(&words.too_long, n, 0),
        Some(Wrong::Fault(Fault::Email)) => words.bad_email.clone(),
        Some(Wrong::Fault(Fault::Phone)) => words.bad_phone.clone(),
        Some(Wrong::Fault(Fault::Consent)) => words.consent_needed.clone(),
    }
}
