//! A number to choose, as numbers, stars or faces: a group of native radio buttons.

use reactive_graph::prelude::*;
use wire::Answer;
use wire::drawing::{STAR, face};
use wire::survey::{Kind, Look};

use crate::element::{Element, element};
use crate::fill::{digits, fill};
use crate::page;
use crate::session::Session;

/// Draws the scale of the question at this place in the form.
pub fn scale(session: &Session, index: usize) -> Element {
    let flow = session.flow();
    let now = flow.read_untracked();
    let (question, chosen, words) = (now.question(index), now.number(index), &now.form.words.rating);
    let (least, most) = question.range().unwrap_or_default();
    let count = most - least + 1;
    let look = match question.kind {
        Kind::Rating => question.look.unwrap_or_default(),
        _ => Look::Numbers,
    };
    let end = |name: &str| [name, "-", &question.id].concat();
    let mut scores = element("div", "scores");
    for number in least..=most {
        let digits = digits(number as usize);
        let mut radio =
            element("input", "").set("type", "radio").set("name", &question.id).set("value", &digits);
        // The words at the ends are part of what these two numbers mean.
        if number == least {
            radio = radio.set("aria-describedby", &end("low"));
        }
        if number == most {
            radio = radio.set("aria-describedby", &end("high"));
        }
        if chosen == Some(number.into()) {
            radio = radio.set("checked", "");
        }
        let picture = match look {
            Look::Numbers => element("span", "").text(&digits),
            Look::Stars => drawing(STAR),
            Look::Smileys => drawing(&face(number, count)),
        };
        if look != Look::Numbers {
            radio = radio.set("aria-label", &fill(words, number as usize, most as usize));
        }
        scores = scores.child(element("label", "score").child(radio).child(picture));
    }
    let words = |name: &str, words: &Option<String>| {
        element("span", name).set("id", &end(name)).text(words.as_deref().unwrap_or_default())
    };
    let (session, name) = (session.clone(), question.id.clone());
    // A narrow screen has two rows for more than five.
    let narrow = if count > 5 { count.div_ceil(2) } else { count };
    element("div", ["scale few", "scale some", "scale many"][usize::from(count > 5) + usize::from(count > 7)])
        .set("data-look", look.as_str())
        .style("--wide", &digits(count as usize))
        .style("--narrow", &digits(narrow as usize))
        .on("change", move |event| {
            if let Ok(number) = page::value(&event).parse() {
                session.answer(&name, Answer::Number(number));
            }
        })
        .child(words("low", &question.low))
        .child(scores)
        .child(words("high", &question.high))
}

/// A drawing of one line, in a square of 24.
fn drawing(line: &str) -> Element {
    element("svg", "face")
        .set("viewBox", "0 0 24 24")
        .set("aria-hidden", "true")
        .child(element("path", "").set("d", line))
}
