//! A number to choose, as numbers, stars or faces: a group of native radio buttons.

use reactive_graph::prelude::*;
use wire::Answer;
use wire::survey::{Kind, Look};

use crate::element::{Element, element};
use crate::fill::{digits, fill};
use crate::page;
use crate::session::Session;

/// A star in a square of 24.
const STAR: &str = "M12 3l2.8 5.7 6.2.9-4.5 4.4 1.1 6.2-5.6-2.9-5.6 2.9 1.1-6.2L3 9.6l6.2-.9z";

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
        let face = match look {
            Look::Numbers => element("span", "").text(&digits),
            Look::Stars => drawing(STAR),
            Look::Smileys => drawing(&smiley(number - 1, count - 1)),
        };
        if look != Look::Numbers {
            radio = radio.set("aria-label", &fill(words, number as usize, most as usize));
        }
        scores = scores.child(element("label", "score").child(radio).child(face));
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

/// A face whose mouth bends from sad (0) to happy (`best`).
fn smiley(number: u32, best: u32) -> String {
    let part = (20 * number / best.max(1)) as usize;
    // In tenths: the corners go up by two while the middle goes down by eight.
    let (corner, middle) = (digits(165 - part), digits(115 + 4 * part));
    let tenth = |digits: &str| [&digits[..2], ".", &digits[2..]].concat();
    let corner = tenth(&corner);
    let eyes = "M21 12a9 9 0 1 1-18 0a9 9 0 1 1 18 0zM9 9v1.2M15 9v1.2M8 ";
    [eyes, &corner, "Q12 ", &tenth(&middle), " 16 ", &corner].concat()
}

#[cfg(test)]
mod tests {
    use super::smiley;

    #[test]
    fn the_mouth_bends_from_sad_to_happy() {
        let mouths = [0, 2, 4].map(|number| {
            smiley(number, 4).split_off("M21 12a9 9 0 1 1-18 0a9 9 0 1 1 18 0zM9 9v1.2M15 9v1.2".len())
        });
        assert_eq!(mouths, ["M8 16.5Q12 11.5 16 16.5", "M8 15.5Q12 15.5 16 15.5", "M8 14.5Q12 19.5 16 14.5"]);
    }
}
