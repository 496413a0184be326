//! Questions with a scale: numbers, stars or faces, each a native radio button.

use maud::{Markup, html};
use wire::Kind;
use wire::rules::{self, Part};
use wire::survey::Look;

use super::questions::Drawing;

/// Draws the question.
pub(super) fn scale(drawing: &Drawing<'_>) -> Markup {
    let question = drawing.question;
    let (least, most) = question.range().unwrap_or_default();
    let look = match question.kind {
        Kind::Rating => question.look.unwrap_or_default(),
        _ => Look::Numbers,
    };
    // The words at the ends are part of what these two answers mean.
    let end = |number: u32| match number {
        number if number == least => question.low.as_ref().map(|_| format!("low-{}", question.id)),
        number if number == most => question.high.as_ref().map(|_| format!("high-{}", question.id)),
        _ => None,
    };
    let few = if question.kind == Kind::Nps { "" } else { "few" };
    html! {
        fieldset.question role="radiogroup" data-question=(question.id)
            aria-required=[rules::is_required(question).then_some("true")]
            aria-invalid=[drawing.invalid(Part::Whole)] aria-describedby=[drawing.described(Part::Whole)] {
            legend { (drawing.wording()) }
            (drawing.error(Part::Whole))
            div.scale {
                @if let Some(low) = &question.low { span.low id=(format!("low-{}", question.id)) { (low) } }
                div class={ "scores " (few) " " (look.as_str()) } {
                    @for number in least..=most {
                        label.score {
                            input type="radio" id=(format!("answer-{}-{number}", question.id)) name=(question.id) value=(number)
                                checked[drawing.number() == Some(number.into())] aria-describedby=[end(number)]
                                aria-label=[(look != Look::Numbers).then(|| spoken(drawing, number, most))];
                            (picture(look, number, most))
                        }
                    }
                }
                @if let Some(high) = &question.high { span.high id=(format!("high-{}", question.id)) { (high) } }
            }
        }
    }
}

fn spoken(drawing: &Drawing<'_>, number: u32, most: u32) -> String {
    drawing.words.rating.replace("{n}", &number.to_string()).replace("{total}", &most.to_string())
}

fn picture(look: Look, number: u32, most: u32) -> Markup {
    match look {
        Look::Numbers => html! { span { (number) } },
        Look::Stars => html! {
            svg viewBox="0 0 24 24" aria-hidden="true" {
                path d="M12 2.6l2.9 6 6.5.9-4.7 4.6 1.1 6.5-5.8-3.1-5.8 3.1 1.1-6.5L2.6 9.5l6.5-.9z" {}
            }
        },
        Look::Smileys => {
            // The corners of the mouth stay, its middle goes from above them to below.
            let happy = f64::from(number - 1) / f64::from(most.max(2) - 1);
            let (corner, middle) = (16.5 - 2.0 * happy, 11.5 + 8.0 * happy);
            html! {
                svg viewBox="0 0 24 24" aria-hidden="true" {
                    circle cx="12" cy="12" r="10" {}
                    path d="M8.5 9v.6M15.5 9v.6" {}
                    path d={ "M7.5 " (corner) "Q12 " (middle) " 16.5 " (corner) } {}
                }
            }
        }
    }
}
