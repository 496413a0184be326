//! The card with the questions.

use reactive_graph::prelude::*;
use reactive_graph::signal::ArcRwSignal;
use wire::{Brand, Category};

use crate::element::{Element, element};
use crate::fill::{digits, fill};
use crate::flow::{Flow, Stage};
use crate::question::question;
use crate::session::Session;
use crate::thanks::{reviews, thanks};

/// Draws the survey.
pub fn survey(session: &Session) -> Element {
    let flow = session.flow();
    let now = flow.read_untracked();
    let form = &now.form;
    let count = form.questions.len();

    let mut head = element("div", "head").child(logo(&form.brand));
    if count > 1 {
        head = head.child(progress(flow));
    }

    let mut body = element("div", "body").live_mark(flow, "hidden", is_sent);
    let again = form.answered.then_some(&form.words.again);
    for (class, words) in [("intro", form.intro.as_ref()), ("again", again)] {
        if let Some(words) = words {
            body = body.child(element("p", class).live_mark(flow, "hidden", Flow::has_before).text(words));
        }
    }
    for index in 0..count {
        body = body.child(question(session, index));
    }

    element("form", "card")
        .set("novalidate", "")
        // With a name it is a landmark.
        .set("aria-label", &form.brand.name)
        .live(flow, "data-state", |flow| Some(state(flow).into()))
        .on("submit", |event| event.prevent_default())
        .child(head)
        .child(body.child(buttons(session)))
        .child(status(flow))
        .child(
            reviews(
                thanks(
                    |title| title.live_text(flow, |flow| thanks_of(flow).title.clone()),
                    |text| text.live_text(flow, |flow| thanks_of(flow).text.clone()),
                ),
                &form.reviews,
                &form.words.new_tab,
                |link, review| {
                    let review = review.clone();
                    link.live_mark(flow, "hidden", move |flow| !review.is_for(category(flow)))
                },
            )
            .live(flow, "data-category", |flow| Some(category(flow).as_str().into()))
            .live_mark(flow, "hidden", |flow| !is_sent(flow)),
        )
}

fn thanks_of(flow: &Flow) -> &wire::Thanks<String> {
    flow.form.thanks.get(category(flow))
}

fn category(flow: &Flow) -> Category {
    flow.category().unwrap_or(Category::Passive)
}

/// The company's logo, or its name.
pub fn logo(brand: &Brand) -> Element {
    match &brand.logo {
        Some(logo) => element("img", "logo").set("alt", &brand.name).set("src", logo),
        None => element("p", "name").text(&brand.name),
    }
}

fn progress(flow: &ArcRwSignal<Flow>) -> Element {
    let words = |flow: &Flow| {
        let (n, total) = flow.progress();
        fill(&flow.form.words.progress, n, total)
    };
    element("div", "progress").child(element("span", "").set("id", "progress").live_text(flow, words)).child(
        element("progress", "")
            .set("aria-labelledby", "progress")
            .live(flow, "max", |flow| Some(digits(2 * flow.progress().1)))
            // A question that is shown isn't answered yet: it counts half.
            .live(flow, "value", |flow| Some(digits(2 * flow.progress().0 - usize::from(!is_sent(flow))))),
    )
}

/// The way back, and one button for going on, sending and trying again: it keeps the focus.
fn buttons(session: &Session) -> Element {
    let flow = session.flow();
    let button = |class: &str| element("button", class).set("type", "button");
    let (on, back) = (session.clone(), session.clone());
    element("div", "buttons")
        .child(
            button("send")
                .live_mark(flow, "hidden", |flow| !flow.can_finish())
                .live_mark(flow, "aria-disabled", |flow| *flow.stage() == Stage::Sending)
                .live_text(flow, |flow| {
                    let words = &flow.form.words;
                    match flow.stage() {
                        Stage::Sending => &words.sending,
                        _ if !flow.is_last() => &words.next,
                        Stage::Kept => &words.retry,
                        _ => &words.send,
                    }
                    .clone()
                })
                .on("click", move |_| on.go_on()),
        )
        .child(
            button("back")
                .live_mark(flow, "hidden", |flow| !flow.has_before())
                .live_mark(flow, "aria-disabled", |flow| *flow.stage() == Stage::Sending)
                .text(&flow.read_untracked().form.words.back)
                .on("click", move |_| back.go_back()),
        )
}

/// Where the customer stands, in words; a screen reader says it when it changes.
fn status(flow: &ArcRwSignal<Flow>) -> Element {
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
