//! What stands in the survey's place when there is none to draw.

use wire::Problem;

use crate::element::{Element, element};

/// Says why there is no survey, in the collector's words.
pub fn refusal(problem: &Problem) -> Element {
    let sentence = problem.message.as_deref().unwrap_or_default();
    card("problem", sentence, problem.language.as_deref()).set("data-code", &problem.code)
}

/// Says that the collector can't be reached, which the collector can't put into words.
pub fn lost(retry: impl Fn() + 'static) -> Element {
    card("lost", "This couldn’t be loaded. Are you online?", None).set("lang", "en").child(
        element("button", "send").set("type", "button").text("Try again").on("click", move |_| retry()),
    )
}

fn card(state: &str, sentence: &str, language: Option<&str>) -> Element {
    let mut message = element("p", "message").set("dir", "auto").set("role", "status");
    if let Some(language) = language {
        message = message.set("lang", language);
    }
    element("section", "card").set("data-state", state).child(message.text(sentence))
}
