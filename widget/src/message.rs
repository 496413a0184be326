//! What stands in the survey's place when there is none to draw.

use leptos::prelude::*;
use wire::Problem;

/// Says why there is no survey, in the collector's words.
pub fn refusal(problem: Problem) -> AnyView {
    let sentence = problem.message.unwrap_or_default();
    view! {
        <section class="card" data-state="problem" data-code=problem.code>
            // Its language is known to the collector alone.
            <p class="message" dir="auto" role="status">{sentence}</p>
        </section>
    }
    .into_any()
}

/// Says that the collector can't be reached, which the collector can't put into words.
pub fn lost(retry: impl Fn() + 'static) -> AnyView {
    view! {
        <section class="card" data-state="lost" lang="en" dir="ltr">
            <p class="message" role="status">"This couldn’t be loaded. Are you online?"</p>
            <button class="send" type="button" on:click=move |_| retry()>"Try again"</button>
        </section>
    }
    .into_any()
}
