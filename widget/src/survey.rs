//! The card with the questions.

use leptos::prelude::*;
use wire::survey::Kind;
use wire::{Brand, Category};

use crate::comment::comment;
use crate::fill::fill;
use crate::flow::{Flow, Stage};
use crate::live::live;
use crate::scale::scale;
use crate::session::Session;
use crate::thanks::thanks;

/// Draws the survey.
pub fn survey(session: &Session) -> AnyView {
    let flow = session.flow();
    let form = flow.with_untracked(|flow| flow.form.clone());
    let questions: Vec<AnyView> = (0..form.questions.len())
        .map(|index| match form.questions[index].kind {
            Kind::Nps => scale(session, index),
            Kind::Comment => comment(session, index),
        })
        .collect();
    let send = {
        let session = session.clone();
        move |_| session.send()
    };
    view! {
        <form class="card" novalidate data-state=live(flow, state) on:submit=|event| event.prevent_default()>
            <div class="head">{logo(&form.brand)} {(form.questions.len() > 1).then(|| progress(flow))}</div>
            <div class="body" hidden=live(flow, is_sent)>
                {form.intro.map(|text| view! { <p class="intro">{text}</p> }.into_any())}
                {form.answered.then(|| view! { <p class="again">{form.words.again}</p> }.into_any())}
                {questions}
                <button class="send" type="button" hidden=live(flow, |flow| flow.category().is_none())
                    aria-disabled=live(flow, |flow| (*flow.stage() == Stage::Sending).then_some("true")) on:click=send>
                    {live(flow, button)}
                </button>
            </div>
            <p class="status" role="status">
                <strong>{live(flow, |flow| match flow.stage() {
                    Stage::Refused(_) => flow.form.words.refused.clone(),
                    _ => String::new(),
                })}</strong>
                <span>{live(flow, status)}</span>
            </p>
            {live(flow, |flow| match flow.stage() {
                Stage::Sent(category) => thanks(flow.form.thanks.get(category.unwrap_or(Category::Passive))),
                _ => ().into_any(),
            })}
        </form>
    }
    .into_any()
}

/// The company's logo, or its name.
pub fn logo(brand: &Brand) -> AnyView {
    let name = brand.name.clone();
    match brand.logo.clone() {
        Some(logo) => view! { <img class="logo" src=logo alt=name /> }.into_any(),
        None => view! { <p class="name">{name}</p> }.into_any(),
    }
}

fn progress(flow: RwSignal<Flow>) -> AnyView {
    view! {
        <div class="progress">
            <span id="progress">{live(flow, |flow| {
                fill(&flow.form.words.progress, flow.reached(), flow.form.questions.len())
            })}</span>
            // A question that is shown isn't answered yet: it counts half.
            <progress aria-labelledby="progress" max=live(flow, |flow| (2 * flow.form.questions.len()).to_string())
                value=live(flow, |flow| (2 * flow.reached() - usize::from(!is_sent(flow))).to_string())></progress>
        </div>
    }
    .into_any()
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
        Stage::Refused(_) => "refused",
        Stage::Sent(_) => "sent",
    }
}

fn button(flow: &Flow) -> String {
    let words = &flow.form.words;
    match flow.stage() {
        Stage::Sending => &words.sending,
        Stage::Kept => &words.retry,
        _ => &words.send,
    }
    .clone()
}

fn status(flow: &Flow) -> String {
    let words = &flow.form.words;
    match flow.stage() {
        Stage::Open if flow.is_saved() => words.saved.clone(),
        Stage::Open | Stage::Sent(_) => String::new(),
        Stage::Sending => words.sending.clone(),
        Stage::Kept => words.kept.clone(),
        Stage::Refused(message) => message.clone(),
    }
}
