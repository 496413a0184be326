//! The card with the questions.

use reactive_graph::prelude::*;
use reactive_graph::signal::RwSignal;
use wire::survey::Kind;
use wire::{Brand, Category};

use crate::comment::comment;
use crate::element::{Element, element};
use crate::fill::{digits, fill};
use crate::flow::{Flow, Stage};
use crate::scale::scale;
use crate::session::Session;
use crate::thanks::thanks;

/// Draws the survey.
pub fn survey(session: &Session) -> Element {
    let flow = session.flow();
    let form = flow.with_untracked(|flow| flow.form.clone());
    let count = form.questions.len();

    let mut head = element("div", "head").child(logo(&form.brand));
    if count > 1 {
        head = head.child(progress(flow));
    }

    let mut body = element("div", "body").live_mark(flow, "hidden", is_sent);
    if let Some(intro) = &form.intro {
        body = body.child(element("p", "intro").text(intro));
    }
    if form.answered {
        body = body.child(element("p", "again").text(&form.words.again));
    }
    for (index, question) in form.questions.iter().enumerate() {
        body = body.child(match question.kind {
            Kind::Nps => scale(session, index),
            _ => comment(session, index),
        });
    }

    element("form", "card")
        .set("novalidate", "")
        // With a name it is a landmark.
        .set("aria-label", &form.brand.name)
        .live(flow, "data-state", |flow| Some(state(flow).into()))
        .on("submit", |event| event.prevent_default())
        .child(head)
        .child(body.child(button(session)))
        .child(status(flow))
        .child(
            thanks(
                |title| title.live_text(flow, |flow| thanks_of(flow).title.clone()),
                |text| text.live_text(flow, |flow| thanks_of(flow).text.clone()),
            )
            .live_mark(flow, "hidden", |flow| !is_sent(flow)),
        )
}

fn thanks_of(flow: &Flow) -> &wire::Thanks<String> {
    flow.form.thanks.get(flow.category().unwrap_or(Category::Passive))
}

/// The company's logo, or its name.
pub fn logo(brand: &Brand) -> Element {
    match &brand.logo {
        Some(logo) => element("img", "logo").set("alt", &brand.name).set("src", logo),
        None => element("p", "name").text(&brand.name),
    }
}

fn progress(flow: RwSignal<Flow>) -> Element {
    let words = |flow: &Flow| fill(&flow.form.words.progress, flow.reached(), flow.form.questions.len());
    element("div", "progress").child(element("span", "").set("id", "progress").live_text(flow, words)).child(
        element("progress", "")
            .set("aria-labelledby", "progress")
            .live(flow, "max", |flow| Some(digits(2 * flow.form.questions.len())))
            // A question that is shown isn't answered yet: it counts half.
            .live(flow, "value", |flow| Some(digits(2 * flow.reached() - usize::from(!is_sent(flow))))),
    )
}

/// One button for sending and trying again: it keeps the focus.
fn button(session: &Session) -> Element {
    let flow = session.flow();
    let session = session.clone();
    element("button", "send")
        .set("type", "button")
        .live_mark(flow, "hidden", |flow| flow.category().is_none())
        .live_mark(flow, "aria-disabled", |flow| *flow.stage() == Stage::Sending)
        .live_text(flow, |flow| {
            let words = &flow.form.words;
            match flow.stage() {
                Stage::Sending => &words.sending,
                Stage::Kept => &words.retry,
                _ => &words.send,
            }
            .clone()
        })
        .on("click", move |_| session.send())
}

/// Where the customer stands, in words; a screen reader says it when it changes.
fn status(flow: RwSignal<Flow>) -> Element {
    let heading = |flow: &Flow| match flow.stage() {
        Stage::Refused => flow.form.words.refused.clone(),
        _ => String::new(),
    };
    let sentence = |flow: &Flow| {
        let words = &flow.form.words;
        match (flow.stage(), flow.problem()) {
            (_, Some(problem)) => problem.message.clone().unwrap_or_default(),
            (Stage::Open, _) if flow.is_saved() => words.saved.clone(),
            (Stage::Sending, _) => words.sending.clone(),
            (Stage::Kept, _) => words.kept.clone(),
            _ => String::new(),
        }
    };
    element("div", "status")
        .set("role", "status")
        .child(element("strong", "").live_text(flow, heading))
        // The collector's words may be in another language than the survey.
        .child(
            element("span", "")
                .set("dir", "auto")
                .live(flow, "lang", |flow| flow.problem()?.language.clone())
                .live_text(flow, sentence),
        )
}

fn is_sent(flow: &Flow) -> bool {
    matches!(flow.stage(), Stage::Sent(_))
}

/// The name of the stage, for styles and tests.
fn state(flow: &Flow) -> &'static str {
    match flow.stage() {
        Stage::Open if flow.is_saved() => "saved",
        Stage::Open => "open",
        Stage::Sending => "sending",
        Stage::Kept => "kept",
        Stage::Refused => "refused",
        Stage::Sent(_) => "sent",
    }
}
