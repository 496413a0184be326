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
        Look::Smileys => smiley(number, most),
    };
    html! { svg.face viewBox="0 0 24 24" aria-hidden="true" { path d=(line) {} } }
}

/// A star, in a square of 24, as the widget draws it.
const STAR: &str = "M12 3l2.8 5.7 6.2.9-4.5 4.4 1.1 6.2-5.6-2.9-5.6 2.9 1.1-6.2L3 9.6l6.2-.9z";

/// A face as the widget draws it: the better, the higher the corners of the mouth and the lower its middle.
fn smiley(number: u32, most: u32) -> String {
    let happy = f64::from(number - 1) / f64::from(most.max(2) - 1);
    let (corner, middle) = (16.5 - 2.0 * happy, 11.5 + 8.0 * happy);
    format!(
        "M21 12a9 9 0 1 1-18 0a9 9 0 1 1 18 0zM9 9v1.2M15 9v1.2M8 {corner:.1}Q12 {middle:.1} 16 {corner:.1}"
    )
}
