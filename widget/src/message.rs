//! What stands in the survey's place when there is none to draw.

use wire::Problem;

use crate::element::{Element, element};

/// Says why there is no survey, in the collector's words.
pub fn refusal(problem: &Problem) -> Element {
    card("problem", problem.message.as_deref().unwrap_or_default()).set("data-code", &problem.code)
}

/// Says that the collector can't be reached, which the collector can't put into words.
pub fn lost(retry: impl Fn() + 'static) -> Element {
    card("lost", "This couldn’t be loaded. Are you online?").set("lang", "en").child(
        element("button", "send").set("type", "button").text("Try again").on("click", move |_| retry()),
    )
}

fn card(state: &str, sentence: &str) -> Element {
    element("section", "card")
        .set("data-state", state)
        // Its language is known to the collector alone.
        .child(element("p", "message").set("dir", "auto").set("role", "status").text(sentence))
}
