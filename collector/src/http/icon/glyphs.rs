//! Digits and the few other signs that an icon holds, as lines: no font is needed, and they look the same everywhere.
//!
//! Each stands in a box 6 high whose width it tells; where a letter goes below the line, it does here.

use super::path::Step::{Curve, Line, Move};
use super::path::{Step, ellipse};

/// A sign: its width, and its line.
pub(super) struct Glyph {
    pub(super) width: f32,
    pub(super) steps: Vec<Step>,
}

/// Room between two signs.
pub(super) const SPACE: f32 = 2.1;

/// The height of a digit.
pub(super) const HEIGHT: f32 = 6.0;

/// The sign for this character; nothing for those that no icon holds.
pub(super) fn glyph(character: char) -> Option<Glyph> {
    let (width, steps) = match character {
        '0' => (3.6, ellipse([1.8, 3.0], [1.8, 3.0])),
        '1' => (1.6, vec![Move([0.0, 1.4]), Line([1.6, 0.0]), Line([1.6, 6.0])]),
        '2' => (
            3.6,
            vec![
                Move([0.1, 1.5]),
                Curve([[0.3, 0.5], [0.9, 0.0], [1.8, 0.0]]),
                Curve([[2.8, 0.0], [3.5, 0.7], [3.5, 1.7]]),
                Curve([[3.5, 2.7], [2.8, 3.3], [2.2, 3.9]]),
                Line([0.0, 6.0]),
                Line([3.6, 6.0]),
            ],
        ),
        '3' => (
            3.6,
            vec![
                Move([0.1, 0.9]),
                Curve([[0.5, 0.3], [1.0, 0.0], [1.7, 0.0]]),
                Curve([[2.7, 0.0], [3.4, 0.6], [3.4, 1.45]]),
                Curve([[3.4, 2.3], [2.7, 2.9], [1.7, 2.9]]),
                Curve([[2.9, 2.9], [3.6, 3.5], [3.6, 4.4]]),
                Curve([[3.6, 5.4], [2.8, 6.0], [1.7, 6.0]]),
                Curve([[1.0, 6.0], [0.4, 5.7], [0.0, 5.1]]),
            ],
        ),
        '4' => (3.8, vec![Move([2.8, 6.0]), Line([2.8, 0.0]), Line([0.0, 4.2]), Line([3.8, 4.2])]),
        '5' => (
            3.6,
            vec![
                Move([3.3, 0.0]),
                Line([0.6, 0.0]),
                Line([0.3, 2.8]),
                Curve([[0.8, 2.3], [1.3, 2.1], [1.8, 2.1]]),
                Curve([[2.9, 2.1], [3.6, 2.9], [3.6, 4.0]]),
                Curve([[3.6, 5.2], [2.8, 6.0], [1.7, 6.0]]),
                Curve([[1.0, 6.0], [0.4, 5.7], [0.0, 5.1]]),
            ],
        ),
        '6' => (3.6, six(|point| point)),
        '7' => (3.6, vec![Move([0.0, 0.0]), Line([3.6, 0.0]), Line([1.3, 6.0])]),
        '8' => (3.6, [ellipse([1.8, 1.45], [1.5, 1.45]), ellipse([1.8, 4.45], [1.8, 1.55])].concat()),
        // A six upside down.
        '9' => (3.6, six(|[x, y]| [3.6 - x, 6.0 - y])),
        '?' => (
            3.4,
            vec![
                Move([0.0, 1.5]),
                Curve([[0.1, 0.6], [0.8, 0.0], [1.7, 0.0]]),
                Curve([[2.7, 0.0], [3.4, 0.6], [3.4, 1.5]]),
                Curve([[3.4, 2.7], [1.7, 2.8], [1.7, 4.0]]),
                Move([1.7, 5.9]),
                Line([1.7, 6.0]),
            ],
        ),
        '-' => (3.6, vec![Move([0.0, 3.0]), Line([3.6, 3.0])]),
        '<' => (2.6, vec![Move([2.6, 1.0]), Line([0.0, 3.0]), Line([2.6, 5.0])]),
        'h' => (
            3.0,
            vec![
                Move([0.0, 0.0]),
                Line([0.0, 6.0]),
                Move([0.0, 3.9]),
                Curve([[0.0, 2.8], [0.7, 2.2], [1.5, 2.2]]),
                Curve([[2.5, 2.2], [3.0, 2.8], [3.0, 3.8]]),
                Line([3.0, 6.0]),
            ],
        ),
        'd' => (3.2, [ellipse([1.6, 4.1], [1.6, 1.9]), vec![Move([3.2, 0.0]), Line([3.2, 6.0])]].concat()),
        'w' => (
            4.4,
            vec![Move([0.0, 2.2]), Line([1.1, 6.0]), Line([2.2, 2.9]), Line([3.3, 6.0]), Line([4.4, 2.2])],
        ),
        'y' => (3.4, vec![Move([0.0, 2.2]), Line([1.8, 5.8]), Move([3.4, 2.2]), Line([1.0, 7.4])]),
        _ => return None,
    };
    Some(Glyph { width, steps })
}

fn six(place: impl Fn([f32; 2]) -> [f32; 2]) -> Vec<Step> {
    let curve = |points: [[f32; 2]; 3]| Curve(points.map(&place));
    vec![
        Move(place([3.2, 0.5])),
        curve([[2.8, 0.2], [2.4, 0.0], [1.9, 0.0]]),
        curve([[0.7, 0.0], [0.0, 1.3], [0.0, 3.3]]),
        curve([[0.0, 5.0], [0.7, 6.0], [1.8, 6.0]]),
        curve([[2.9, 6.0], [3.6, 5.2], [3.6, 4.1]]),
        curve([[3.6, 3.0], [2.9, 2.3], [1.9, 2.3]]),
        curve([[0.9, 2.3], [0.1, 3.0], [0.0, 4.0]]),
    ]
}

/// A text as lines, and its width, in the same measure.
pub(super) fn text(text: &str) -> (Vec<Step>, f32) {
    let mut steps = Vec::new();
    let mut width = 0.0;
    for Glyph { width: wide, steps: line } in text.chars().filter_map(glyph) {
        let x = if width > 0.0 { width + SPACE } else { 0.0 };
        steps.extend(line.into_iter().map(|step| step.placed([x, 0.0], 1.0)));
        width = x + wide;
    }
    (steps, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_of_an_icon_can_be_drawn_and_differs_from_every_other() {
        let signs: Vec<char> = "0123456789?-<hdwy".chars().collect();
        for (place, sign) in signs.iter().enumerate() {
            let this = glyph(*sign).unwrap();
            assert!(matches!(this.steps[0], Move(_)) && this.width > 0.0, "{sign}");
            for other in &signs[..place] {
                assert_ne!(glyph(*other).unwrap().steps, this.steps, "{sign} and {other}");
            }
        }
        assert!(glyph('x').is_none());
    }
}
