//! A drawing as SVG. It holds attributes only, no style: the policy of a page that it is put into may forbid that.

use std::fmt::Write;

use maud::{PreEscaped, html};

use super::path::{Drawing, Paint, Step, Stroke};

pub(super) fn write(drawing: &Drawing, size: u32, title: &str, language: &str) -> String {
    let side = drawing.side;
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(size) height=(size) viewBox=(format!("0 0 {side} {side}")) role="img"
            aria-label=(title) lang=(language) {
            title { (title) }
            @for stroke in &drawing.strokes { (path(stroke)) }
        }
    }
    .into_string()
}

fn path(Stroke { steps, paint }: &Stroke) -> PreEscaped<String> {
    let mut line = String::new();
    for step in steps {
        match step {
            Step::Move(to) => put(&mut line, 'M', &[*to]),
            Step::Line(to) => put(&mut line, 'L', &[*to]),
            Step::Curve(points) => put(&mut line, 'C', points),
            Step::Close => line.push('Z'),
        }
    }
    // maud closes empty elements as HTML does, which XML doesn't allow: this one is written by hand.
    PreEscaped(match paint {
        Paint::Fill(colour) => format!("<path fill=\"#{colour:06x}\" d=\"{line}\"/>"),
        Paint::Line(colour, width) => format!(
            "<path fill=\"none\" stroke=\"#{colour:06x}\" stroke-width=\"{}\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\" d=\"{line}\"/>",
            rounded(*width)
        ),
    })
}

fn put(line: &mut String, letter: char, points: &[[f32; 2]]) {
    line.push(letter);
    for (place, number) in points.iter().flatten().enumerate() {
        let space = if place > 0 { " " } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(line, "{space}{}", rounded(*number));
    }
}

/// Hundredths are finer than anybody sees.
fn rounded(number: f32) -> f32 {
    (number * 100.0).round() / 100.0
}
