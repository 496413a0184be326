//! Questions with a scale: numbers, stars or faces, each a native radio button.

use maud::{Markup, html};
use wire::Kind;
use wire::drawing::{STAR, face};
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
    let size = match most - least {
        0..=4 => "few",
        5..=6 => "some",
        _ => "many",
    };
    html! {
        fieldset.question role="radiogroup" data-question=(question.id) data-kind=(question.kind.as_str())
            aria-required=[rules::is_required(question).then_some("true")]
            aria-invalid=[drawing.invalid(Part::Whole)] aria-describedby=[drawing.described(Part::Whole)] {
            (drawing.legend())
            div class={ "scale " (size) } data-look=(look.as_str()) data-count=(most - least + 1) {
                @if let Some(low) = &question.low { span.low id=(format!("low-{}", question.id)) { (low) } }
                div.scores {
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
            (drawing.error(Part::Whole))
        }
    }
}

fn spoken(drawing: &Drawing<'_>, number: u32, most: u32) -> String {
    drawing.words.rating.replace("{n}", &number.to_string()).replace("{total}", &most.to_string())
}

fn picture(look: Look, number: u32, most: u32) -> Markup {
    let line = match look {
        Look::Numbers => return html! { span { (number) } },
        Look::Stars => STAR.to_owned(),
        Look::Smileys => face(number, most),
    };
    html! { svg.face viewBox="0 0 24 24" aria-hidden="true" { path d=(line) {} } }
}
