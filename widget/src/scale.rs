//! The question from 0 to 10: a group of native radio buttons.

use leptos::prelude::*;
use wire::Score;

use crate::live::live;
use crate::session::Session;

/// Draws the question at this place in the form.
pub fn scale(session: &Session, index: usize) -> AnyView {
    let flow = session.flow();
    let (question, chosen) = flow.with_untracked(|flow| (flow.question(index).clone(), flow.number(index)));
    let id = question.id;
    let scores: Vec<AnyView> = (0..=i64::from(Score::MAX))
        .map(|number| {
            // The words at the ends are part of what these two scores mean.
            let words = match number {
                0 => "low",
                10 => "high",
                _ => "",
            };
            let checked = chosen == Some(number);
            view! {
                <label class="score">
                    <input type="radio" name=id.clone() value=number.to_string() checked=checked aria-describedby=words />
                    <span>{number.to_string()}</span>
                </label>
            }
            .into_any()
        })
        .collect();
    let session = session.clone();
    let name = id.clone();
    let choose = move |event| {
        if let Ok(number) = event_target_value(&event).parse() {
            session.choose(&id, number);
        }
    };
    view! {
        <fieldset class="question" role="radiogroup" aria-required="true" data-question=name
            hidden=live(flow, move |flow| flow.reached() <= index) on:change=choose>
            <legend>{live(flow, move |flow| flow.question(index).wording(flow.category()).clone())}</legend>
            <div class="scale">
                <span class="low" id="low">{question.low}</span>
                <div class="scores">{scores}</div>
                <span class="high" id="high">{question.high}</span>
            </div>
        </fieldset>
    }
    .into_any()
}
